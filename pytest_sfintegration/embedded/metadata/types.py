"""The metadata types that a source is read into, as describeMetadata() tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["TYPES", "MetadataType", "encoded", "file_name", "owning_type"]

# Metadata API percent-encodes what file systems dislike; letters of other scripts stay (assumed).
_KEPT = frozenset(" -_.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataType:
    """A row of DescribeMetadataResult: folder and suffix in the .zip file, and the types within its files."""

    name: str
    directory: str
    suffix: str
    children: tuple[str, ...] = ()
    meta_file: bool = False


_ALL = (
    MetadataType(name="ApexClass", directory="classes", suffix="cls", meta_file=True),
    MetadataType(name="ConnectedApp", directory="connectedApps", suffix="connectedApp"),
    MetadataType(
        name="CustomObject",
        directory="objects",
        suffix="object",
        children=("CustomField", "RecordType", "ValidationRule"),
    ),
    MetadataType(name="CustomPermission", directory="customPermissions", suffix="customPermission"),
    MetadataType(name="Flow", directory="flows", suffix="flow"),
    MetadataType(name="Group", directory="groups", suffix="group"),
    MetadataType(name="MutingPermissionSet", directory="mutingpermissionsets", suffix="mutingpermissionset"),
    MetadataType(name="PermissionSet", directory="permissionsets", suffix="permissionset"),
    MetadataType(name="PermissionSetGroup", directory="permissionsetgroups", suffix="permissionsetgroup"),
    MetadataType(name="Profile", directory="profiles", suffix="profile"),
    MetadataType(name="Queue", directory="queues", suffix="queue"),
    MetadataType(name="RestrictionRule", directory="restrictionRules", suffix="rule"),
    MetadataType(name="Role", directory="roles", suffix="role"),
    MetadataType(
        name="SharingRules",
        directory="sharingRules",
        suffix="sharingRules",
        children=("SharingOwnerRule", "SharingCriteriaRule", "SharingTerritoryRule", "SharingGuestRule"),
    ),
)
TYPES: Mapping[str, MetadataType] = MappingProxyType({each.name: each for each in _ALL})
"""Type name -> type; Metadata API Developer Guide, the page of each type: "File Suffix and Directory"."""


def owning_type(name: str) -> MetadataType | None:
    """Return the type in whose files components of a type lie: its own, or its parent's.

    >>> owning_type("CustomField").name
    'CustomObject'
    """
    return TYPES.get(name) or next((each for each in _ALL if name in each.children), None)


def file_name(holder: MetadataType, full_name: str) -> str:
    """Return the fileName of FileProperties: the file that a retrieve puts the component in.

    >>> file_name(TYPES["CustomObject"], "Account")
    'objects/Account.object'
    """
    return f"{holder.directory}/{full_name}.{holder.suffix}"


def encoded(name: str) -> str:
    """Return a name as Metadata API writes it: ``Custom%3A Sales`` (Metadata API Developer Guide, Profile).

    >>> encoded("Sales (EMEA)")
    'Sales %28EMEA%29'
    """
    return "".join(
        each if each.isalnum() or each in _KEPT or not each.isascii() else f"%{ord(each):02X}"
        for each in name
    )
