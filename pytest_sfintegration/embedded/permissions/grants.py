"""Where rights come from, and the arithmetic of the booleans that make them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.sfdx.model import ContainerKind, FieldPermission, ObjectPermission

__all__ = [
    "NO_FIELD_PERMISSION",
    "NO_OBJECT_PERMISSION",
    "OBJECT_OPERATIONS",
    "FieldAccess",
    "Grant",
    "mute_field",
    "mute_object",
    "object_operation",
    "unite_fields",
    "unite_objects",
]

OBJECT_OPERATIONS: Final = ("create", "read", "edit", "delete", "view_all", "modify_all", "view_all_fields")
NO_OBJECT_PERMISSION: Final = ObjectPermission()
NO_FIELD_PERMISSION: Final = FieldPermission()

# What each object permission requires on the same object: object reference, ObjectPermissions
# (PermissionsViewAllFields: assumed, like PermissionsViewAllRecords).
_REQUIRES: Final = {
    "create": ("read",),
    "read": (),
    "edit": ("read",),
    "delete": ("read", "edit"),
    "view_all": ("read",),
    "modify_all": ("read", "edit", "delete", "view_all"),
    "view_all_fields": ("read",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Where a right comes from.

    ``group`` is the permission set group that the permission set came through. ``because`` names the right
    that implies this one (``ModifyAllData``, ``View All Fields``, ``edit Opportunity``); None when the
    container grants it by name.
    """

    container: str
    kind: ContainerKind
    group: str | None = None
    because: str | None = None

    def __str__(self) -> str:
        through = f" (through permission set group {self.group})" if self.group else ""
        because = f" by {self.because}" if self.because else ""
        return f"{self.kind} {self.container}{through}{because}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAccess:
    """What a user may do with a field, in the words of a describe (``editable`` is its ``updateable``)."""

    readable: bool
    createable: bool
    editable: bool


def object_operation(name: str) -> str:
    """Return the attribute of ``ObjectPermission`` that ``view all`` or ``view_all`` names.

    Raise ValueError for any other word.
    """
    operation = name.replace(" ", "_")
    if operation not in _REQUIRES:
        raise ValueError(
            f"no object permission is called {name!r}; use one of {', '.join(OBJECT_OPERATIONS)}"
        )
    return operation


def unite_objects(permissions: Iterable[ObjectPermission]) -> ObjectPermission:
    """Return every right that any of the object permissions holds."""
    several = tuple(permissions)
    if len(several) == 1:
        return several[0]
    return ObjectPermission(
        **{name: any(getattr(one, name) for one in several) for name in OBJECT_OPERATIONS}
    )


def unite_fields(permissions: Iterable[FieldPermission]) -> FieldPermission:
    """Return every right that any of the field permissions holds."""
    several = tuple(permissions)
    return FieldPermission(read=any(one.read for one in several), edit=any(one.edit for one in several))


def mute_object(held: ObjectPermission, muted: ObjectPermission) -> ObjectPermission:
    """Return the rights that muting leaves.

    A muted right takes those that require it along: no permission set may hold Edit without Read, so the
    calculated one of a group cannot either (assumed; documented are the requirements and the muting of
    what is named, help.salesforce.com platform.perm_set_groups_muting).
    """
    return ObjectPermission(
        **{
            name: getattr(held, name) and not any(getattr(muted, needed) for needed in (name, *requires))
            for name, requires in _REQUIRES.items()
        }
    )


def mute_field(held: FieldPermission, muted: FieldPermission) -> FieldPermission:
    """Return the field rights that muting leaves; muting Read takes Edit along (assumed, as for objects)."""
    return FieldPermission(
        read=held.read and not muted.read, edit=held.edit and not (muted.edit or muted.read)
    )
