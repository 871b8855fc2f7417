"""One edit of one entry of a permission container, in the metadata's own words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_sfintegration.rights import (
    NEEDS,
    FieldRight,
    ObjectRight,
    Operation,
    SetupEntityRight,
    UserPermissionRight,
)
from pytest_sfintegration.sfdx.model import ContainerKind, PermissionContainer

__all__ = ["ENTITY_BLOCKS", "Edit", "Right", "given", "taken", "unmuted"]

Right = ObjectRight | FieldRight | UserPermissionRight | SetupEntityRight

ENTITY_BLOCKS: Mapping[str, tuple[str, str]] = {
    "Apex class": ("classAccesses", "apexClass"),
    "flow": ("flowAccesses", "flow"),
    "custom permission": ("customPermissions", "name"),
    "Apex page": ("pageAccesses", "apexPage"),
    "custom metadata type": ("customMetadataTypeAccesses", "name"),
    "custom setting": ("customSettingAccesses", "name"),
}
"""The kinds of setup entities that containers enable: the element of an entry, and the one of its name.

A connected or external client app names the containers itself, in a file of its own.
"""

OBJECT_TAGS: Mapping[Operation, str] = {
    Operation.CREATE: "allowCreate",
    Operation.READ: "allowRead",
    Operation.EDIT: "allowEdit",
    Operation.DELETE: "allowDelete",
    Operation.VIEW_ALL: "viewAllRecords",
    Operation.MODIFY_ALL: "modifyAllRecords",
}

_NEEDS: Mapping[str, tuple[str, ...]] = {
    **{OBJECT_TAGS[one]: tuple(OBJECT_TAGS[need] for need in needs) for one, needs in NEEDS.items()},
    "viewAllFields": ("allowRead",),
    "readable": (),
    "editable": ("readable",),
    "enabled": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Set one flag of one entry: ``allowDelete`` of the objectPermissions of Contact, to false.

    ``block`` is the element of the entry (objectPermissions, fieldPermissions, userPermissions,
    classAccesses, ...), ``name`` what it is about.
    """

    kind: ContainerKind
    container: str
    block: str
    name: str
    flag: str
    value: bool

    def __str__(self) -> str:
        word = "true" if self.value else "false"
        return f"{self.kind} {self.container}: {self.flag} of {self.name} = {word}"


def given(container: PermissionContainer, right: Right) -> list[Edit]:
    """Return the edits that give a right, with the rights that it depends on."""
    block, name, flag = _entry(right)
    return _edits(container, block, name, (*_NEEDS[flag], flag), value=True)


def taken(container: PermissionContainer, right: Right, because: str | None) -> list[Edit]:
    """Return the edits that take a right away, with the rights that depend on it.

    ``because`` names the wider right that implies it (a user permission, or View All Fields): that goes then.
    """
    block, name, flag = _entry(right)
    if because == "View All Fields":
        return _edits(container, "objectPermissions", name.partition(".")[0], ("viewAllFields",), value=False)
    if because is not None:
        return _edits(container, "userPermissions", because, ("enabled",), value=False)
    dependents = [one for one, needs in _NEEDS.items() if flag in needs]
    return _edits(container, block, name, (flag, *dependents), value=False)


def unmuted(container: PermissionContainer, right: Right) -> list[Edit]:
    """Return the edits of a muting set that let a right through: what it needs must not be muted either."""
    block, name, flag = _entry(right)
    return _edits(container, block, name, (*_NEEDS[flag], flag), value=False)


def _entry(right: Right) -> tuple[str, str, str]:
    if isinstance(right, ObjectRight):
        return "objectPermissions", right.object, OBJECT_TAGS[right.operation]
    if isinstance(right, FieldRight):
        flag = "editable" if right.operation is Operation.EDIT else "readable"
        return "fieldPermissions", f"{right.object}.{right.field}", flag
    if isinstance(right, SetupEntityRight):
        return ENTITY_BLOCKS[right.kind][0], right.name, "enabled"
    return "userPermissions", right.name, "enabled"


def _edits(
    container: PermissionContainer, block: str, name: str, flags: Iterable[str], *, value: bool
) -> list[Edit]:
    return [
        Edit(kind=container.kind, container=container.name, block=block, name=name, flag=flag, value=value)
        for flag in flags
    ]
