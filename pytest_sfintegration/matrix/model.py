"""What a permission matrix declares, after loading: every value with the place where it was declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.rights import Location, Operation

__all__ = [
    "ALL_FIELDS",
    "NO_FIELDS",
    "Blocked",
    "FieldRule",
    "Ignore",
    "Matrix",
    "Named",
    "ObjectRule",
    "UserBlock",
]

_EMPTY: Mapping[Any, Any] = MappingProxyType({})

ALL_FIELDS = "all"
"""The word that stands for every field of the object, in ``read:`` and ``edit:``."""


NO_FIELDS = "none"
"""The word for a ``fields:`` that shows nothing: every field that can be hidden must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name and where it was declared."""

    name: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBlock:
    """The integration user: the containers it is meant to be assigned."""

    username: str
    at: Location
    profile: Named | None = None
    role: Named | None = None
    license: Named | None = None
    permission_set_licenses: tuple[Named, ...] = ()
    permission_sets: tuple[Named, ...] = ()
    permission_set_groups: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """The ``fields:`` of an object. ``edit`` implies ``read``: ``read`` holds every readable field.

    ``read``/``edit`` map API names to their place; ``all_read``/``all_edit``: the word ``all`` was given.
    ``others_any``: fields that are not listed are not judged (``others: any``); else they must be hidden.
    """

    at: Location
    read: Mapping[str, Location] = field(default_factory=lambda: _EMPTY)
    edit: Mapping[str, Location] = field(default_factory=lambda: _EMPTY)
    all_read: bool = False
    all_edit: bool = False
    others_any: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRule:
    """One entry of ``objects:``. Operations that are not in ``access`` must be denied.

    ``fields`` is None when the entry does not speak of fields: they are not judged then.
    ``via``: the containers (profile, permission set or group names) that the rights must come from.
    """

    object: str
    at: Location
    access: Mapping[Operation, Location] = field(default_factory=lambda: _EMPTY)
    fields: FieldRule | None = None
    via: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The named "never" rows. A field is ``Object.Field``."""

    objects: tuple[Named, ...] = ()
    fields: tuple[Named, ...] = ()
    user_permissions: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """One entry of ``ignore:``: what the closed world leaves out, why, and until when (inclusive)."""

    at: Location
    reason: str
    expires: date | None = None
    objects: tuple[Named, ...] = ()
    fields: tuple[Named, ...] = ()
    user_permissions: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """One matrix file with its bases merged in.

    ``user_permissions`` are the allowed ones; the rest is denied.
    """

    path: str
    integration: str
    user: UserBlock
    objects: Mapping[str, ObjectRule] = field(default_factory=lambda: _EMPTY)
    blocked: Blocked = Blocked()
    user_permissions: tuple[Named, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    bases: tuple[str, ...] = ()
