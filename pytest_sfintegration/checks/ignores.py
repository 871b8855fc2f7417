"""What the ignore entries of a matrix leave out today."""

from collections.abc import Iterable
from datetime import date

from pytest_sfintegration.matrix.model import Ignore

__all__ = ["active", "ignored_fields", "ignored_objects", "ignored_user_permissions"]


def active(ignore: Iterable[Ignore], today: date) -> list[Ignore]:
    """Return the entries that have not expired; the day of expiry still counts."""
    return [one for one in ignore if one.expires is None or one.expires >= today]


def ignored_objects(ignore: Iterable[Ignore], today: date) -> frozenset[str]:
    """Return the objects that the closed world leaves out."""
    return frozenset(named.name for one in active(ignore, today) for named in one.objects)


def ignored_fields(ignore: Iterable[Ignore], obj: str, today: date) -> frozenset[str]:
    """Return the fields of an object that the closed world leaves out, without the object's name."""
    names = (named.name.partition(".") for one in active(ignore, today) for named in one.fields)
    return frozenset(field for name, _, field in names if name == obj)


def ignored_user_permissions(ignore: Iterable[Ignore], today: date) -> frozenset[str]:
    """Return the user permissions that the closed world leaves out."""
    return frozenset(named.name for one in active(ignore, today) for named in one.user_permissions)
