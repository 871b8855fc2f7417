"""Assignments that end on a date: what has expired is assigned, and grants nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.history_specs import moment
from pytest_sfintegration.embedded.specs import UserSpec

__all__ = ["expiration_of", "is_over", "lapsed", "next_expiry"]

# The lists of a user that grant, and where their names go when they expire.
_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "permission_sets": "expired_permission_sets",
        "permission_set_groups": "expired_permission_set_groups",
    }
)


def expiration_of(spec: UserSpec, name: str) -> datetime | None:
    """Return when the assignment of a permission set or group expires, None for never."""
    return next(
        (
            moment(each.at, f"user {spec.username}, the expiry of {each.name}")
            for each in spec.expirations
            if each.name.casefold() == name.casefold()
        ),
        None,
    )


def is_over(date: str | None, now: datetime) -> bool:
    """Tell whether the ExpirationDate of a row has come."""
    return date is not None and datetime.fromisoformat(date) <= now


def next_expiry(spec: UserSpec) -> datetime | None:
    """Return when the next of a user's assignments that still grant expires."""
    dates = [
        date
        for held in _LISTS
        for name in getattr(spec, held)
        if (date := expiration_of(spec, name)) is not None
    ]
    return min(dates, default=None)


def lapsed(spec: UserSpec, now: datetime) -> UserSpec:
    """Return the user with what has expired among the expired.

    Raises OrgError for a date of something that is not assigned, or that is assigned as set and as group.
    """
    if not spec.expirations:
        return spec
    for each in spec.expirations:
        lists = [
            held
            for held in (*_LISTS, *_LISTS.values())
            if each.name.casefold() in {name.casefold() for name in getattr(spec, held)}
        ]
        if len(lists) != 1:
            said = "is not assigned to him" if not lists else "is assigned to him more than once"
            raise OrgError(
                f"user {spec.username}: an expiry is given for {each.name}, which {said}. "
                "Name one of his permission sets or groups."
            )
    changed: dict[str, Any] = {}
    for held, expired in _LISTS.items():
        over = tuple(
            name
            for name in getattr(spec, held)
            if (date := expiration_of(spec, name)) is not None and date <= now
        )
        if over:
            changed[held] = tuple(name for name in getattr(spec, held) if name not in over)
            changed[expired] = (*getattr(spec, expired), *over)
    return replace(spec, **changed) if changed else spec
