"""What a permission matrix declares, after loading: every value with the place where it was declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from pytest_sfintegration.matrix.slugs import slug
from pytest_sfintegration.rights import Location, Operation, RecordOperation

__all__ = [
    "ALL_FIELDS",
    "NEEDED_ON_OBJECT",
    "NO_FIELDS",
    "NO_RECORD_ACCESS",
    "Blocked",
    "FieldRule",
    "FieldValue",
    "Ignore",
    "Matrix",
    "Named",
    "ObjectRule",
    "OwnerRule",
    "ParentRule",
    "RecordRule",
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
    public_groups: tuple[Named, ...] = ()
    queues: tuple[Named, ...] = ()


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


NO_RECORD_ACCESS = "none"
"""The word for a record that must not be seen at all."""


NEEDED_ON_OBJECT: Mapping[RecordOperation, Operation] = MappingProxyType(
    {
        RecordOperation.READ: Operation.READ,
        RecordOperation.EDIT: Operation.EDIT,
        RecordOperation.DELETE: Operation.DELETE,
        RecordOperation.TRANSFER: Operation.EDIT,
        RecordOperation.ALL: Operation.EDIT,
    }
)
"""The object permission without which sharing gives nothing (Help, "Control Who Sees What")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """A value that a record is to have, and where it was declared."""

    value: str | int | float | bool
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """Who is to own a record: a user by username, some user of a role, a queue, or one of the two log-ins."""

    kind: Literal["user", "role", "queue", "integration", "setup"]
    at: Location
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentRule:
    """The record that a lookup of another is to point to. ``object`` is None where the lookup has but one."""

    lookup: str
    at: Location
    object: Named | None = None
    values: Mapping[str, FieldValue] = field(default_factory=lambda: _EMPTY)
    owner: OwnerRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """One entry of ``records:``: a record to be made, or with ``where`` the records that exist.

    ``access`` is a word of RecordOperation, or ``none``: that much and no more.
    """

    object: str
    name: str
    at: Location
    access: str
    access_at: Location
    values: Mapping[str, FieldValue] = field(default_factory=lambda: _EMPTY)
    where: Named | None = None
    owner: OwnerRule | None = None
    parents: tuple[ParentRule, ...] = ()

    @property
    def slug(self) -> str:
        """The name as it stands in test ids."""
        return slug(self.name)

    @property
    def owners(self) -> tuple[OwnerRule, ...]:
        """The owners of the record and of its parents, as far as they are declared."""
        named = (self.owner, *(parent.owner for parent in self.parents))
        return tuple(owner for owner in named if owner is not None)


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
    records: Mapping[str, tuple[RecordRule, ...]] = field(default_factory=lambda: _EMPTY)
    blocked: Blocked = Blocked()
    user_permissions: tuple[Named, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    bases: tuple[str, ...] = ()
