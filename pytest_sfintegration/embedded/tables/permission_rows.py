"""Rows of the permission tables.

PermissionSet, ObjectPermissions, FieldPermissions, assignments, licences.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.expiry import expiration_of
from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.embedded.tables.directory import Directory, Holder
from pytest_sfintegration.embedded.tables.schema import OBJECT_FLAGS
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.sfdx.permissionable import permissionable_fields

__all__ = ["PERMISSION_ROWS"]

Rows = list[dict[str, Any]]


def permission_sets(directory: Directory, _ids: IdFactory) -> Rows:
    """Return PermissionSet: every profile's own, the regular ones, every group's calculated one.

    Recorded by use.
    """
    names = sorted(directory.source.user_permissions)
    rows = []
    for each in directory.holders:
        if each.type == "Muting":
            continue
        container = each.container
        row: dict[str, Any] = {
            "Id": each.id,
            "Name": each.name,
            "Label": each.label,
            "Type": each.type,
            "IsOwnedByProfile": each.type == "Profile",
            "ProfileId": directory.profiles[each.profile] if each.profile else None,
            "PermissionSetGroupId": directory.groups[each.name] if each.group else None,
            "LicenseId": directory.license_id(container.license if container else None),
            "IsCustom": container.custom if container else True,
            "NamespacePrefix": _namespace(each.name) if each.type in {"Regular", "Session"} else None,
            "HasActivationRequired": bool(container and container.has_activation_required),
            "Description": (container.description if container else "") or None,
        }
        rows.append(row | _flags(each, names))
    return rows


def _namespace(name: str) -> str | None:
    """Return the namespace of the package that a name is prefixed with, as ``Pkg__Set``."""
    prefix, mark, _ = name.partition("__")
    return prefix if mark else None


def _flags(holder: Holder, names: Iterable[str]) -> dict[str, bool]:
    held = holder.container.user_permissions if holder.container else frozenset()
    return {f"Permissions{name}": name in held for name in names}


def profiles(directory: Directory, _ids: IdFactory) -> Rows:
    """Return Profile; Name is the label, as in an org (Admin is called System Administrator there)."""
    names = sorted(directory.source.user_permissions)
    return [
        {
            "Id": directory.profiles[each.profile],
            "Name": each.container.label or each.profile,
            "UserLicenseId": directory.license_id(each.container.license or "Salesforce"),
            "UserType": "Standard",
            "Description": each.container.description or None,
        }
        | _flags(each, names)
        for each in directory.holders
        if each.profile is not None and each.container is not None
    ]


def muting_permission_sets(directory: Directory, _ids: IdFactory) -> Rows:
    """Return MutingPermissionSet."""
    names = sorted(directory.source.user_permissions)
    return [
        {
            "Id": each.id,
            "DeveloperName": each.name,
            "MasterLabel": each.label,
            "Language": "en_US",
            "Description": (each.container.description if each.container else "") or None,
        }
        | _flags(each, names)
        for each in directory.holders
        if each.type == "Muting"
    ]


def groups(directory: Directory, _ids: IdFactory) -> Rows:
    """Return PermissionSetGroup; a group whose members are not all in the source has Status Failed.

    Assumed.
    """
    return [
        {
            "Id": directory.groups[each.name],
            "DeveloperName": each.name,
            "MasterLabel": each.label,
            "Language": "en_US",
            "Description": each.group.description or None,
            "Status": each.group.status if each.container is not None else "Failed",
            "HasActivationRequired": each.group.has_activation_required,
        }
        for each in directory.holders
        if each.group is not None
    ]


def components(directory: Directory, ids: IdFactory) -> Rows:
    """Return PermissionSetGroupComponent: members and muting permission sets that the source contains."""
    rows: Rows = []
    for name, group in sorted(directory.source.permission_set_groups.items()):
        members = [("Regular", each) for each in group.permission_sets]
        members += [("Muting", each) for each in group.muting_permission_sets]
        for key in members:
            holder = directory.holder_of.get(key)
            if holder is not None:
                rows.append(
                    {
                        "Id": ids.nth("PermissionSetGroupComponent", len(rows) + 1),
                        "PermissionSetGroupId": directory.groups[name],
                        "PermissionSetId": holder.id,
                    }
                )
    return rows


def assignments(directory: Directory, ids: IdFactory) -> Rows:
    """Return PermissionSetAssignment.

    Each user has a row for the permission set of his profile (recorded by use), and for a group one whose
    PermissionSetId is the calculated permission set (documented). IsActive is false when it has expired.
    """
    rows: Rows = []

    def add(person: Person, holder: Holder, *, active: bool) -> None:
        rows.append(
            {
                "Id": ids.nth("PermissionSetAssignment", len(rows) + 1),
                "AssigneeId": person.id,
                "PermissionSetId": holder.id,
                "PermissionSetGroupId": directory.groups[holder.name] if holder.group else None,
                "IsActive": active,
                "IsRevoked": False,
                "ExpirationDate": _expiry(person, holder, active=active),
            }
        )

    by_key = {(kind, name.lower()): each for (kind, name), each in directory.holder_of.items()}
    for person in directory.people.all():
        spec = person.spec
        add(person, by_key["Profile", person.profile.name.lower()], active=True)
        for kind, names, active in (
            ("Regular", spec.permission_sets, True),
            ("Group", spec.permission_set_groups, True),
            ("Regular", spec.expired_permission_sets, False),
            ("Group", spec.expired_permission_set_groups, False),
        ):
            for name in names:
                add(person, by_key[kind, name.lower()], active=active)
    return rows


def _expiry(person: Person, holder: Holder, *, active: bool) -> str | None:
    """Return the ExpirationDate of an assignment; one that has expired at a time untold, some years ago."""
    date = expiration_of(person.spec, holder.name)
    if date is not None and holder.type != "Profile":
        return datetime_text(date)
    return None if active else "2020-01-01T00:00:00.000+0000"


def object_permissions(directory: Directory, ids: IdFactory) -> Rows:
    """Return ObjectPermissions of profiles' own, regular, calculated and muting permission sets.

    As declared.
    """
    rows: Rows = []
    nth = ids.nth
    for holder in directory.holders:
        if holder.container is None:
            continue
        for name, permission in sorted(holder.container.objects.items()):
            row: dict[str, Any] = {
                "Id": nth("ObjectPermissions", len(rows) + 1),
                "ParentId": holder.id,
                "SobjectType": name,
            }
            for column, attribute in OBJECT_FLAGS:
                row[column] = getattr(permission, attribute)
            rows.append(row)
    return rows


def field_permissions(directory: Directory, ids: IdFactory) -> Rows:
    """Return FieldPermissions.

    No row without Read, none for a field that is not permissionable (documented).
    """
    entries = list(_field_entries(directory))
    return [
        {
            "Id": record_id,
            "ParentId": parent_id,
            "SobjectType": object_name,
            "Field": f"{object_name}.{field_name}",
            "PermissionsRead": True,
            "PermissionsEdit": edit,
        }
        for record_id, (parent_id, object_name, field_name, edit) in zip(
            ids.first("FieldPermissions", len(entries)), entries, strict=True
        )
    ]


def _field_entries(directory: Directory) -> Iterator[tuple[str, str, str, bool]]:
    """Yield holder, object, field and whether it is editable."""
    objects = directory.source.objects
    permissionable: dict[str, frozenset[str]] = {}
    for holder in directory.holders:
        if holder.container is None:
            continue
        for object_name, fields in sorted(holder.container.fields.items()):
            known = objects[object_name].fields if object_name in objects else {}
            if known and object_name not in permissionable:
                permissionable[object_name] = frozenset(permissionable_fields(objects[object_name]))
            for field_name, permission in fields.items():
                if permission.read and (field_name not in known or field_name in permissionable[object_name]):
                    yield holder.id, object_name, field_name, permission.edit


def setup_entity_access(directory: Directory, ids: IdFactory) -> Rows:
    """Return SetupEntityAccess."""
    rows: Rows = []
    for holder in directory.holders:
        for kind, names in sorted(directory.entities_of(holder).items()):
            for name in sorted(names):
                rows.append(
                    {
                        "Id": ids.nth("SetupEntityAccess", len(rows) + 1),
                        "ParentId": holder.id,
                        "SetupEntityId": directory.setup_entities[kind, name],
                        "SetupEntityType": kind,
                    }
                )
    return rows


def permission_set_license_assigns(directory: Directory, ids: IdFactory) -> Rows:
    """Return PermissionSetLicenseAssign."""
    by_name = {name.lower(): record_id for name, record_id in directory.permission_set_licenses.items()}
    pairs = [
        (person.id, by_name[name.lower()])
        for person in directory.people.all()
        for name in person.spec.permission_set_licenses
    ]
    return [
        {
            "Id": ids.nth("PermissionSetLicenseAssign", number),
            "AssigneeId": assignee,
            "PermissionSetLicenseId": license_id,
        }
        for number, (assignee, license_id) in enumerate(pairs, 1)
    ]


PERMISSION_ROWS: Mapping[str, Callable[[Directory, IdFactory], Rows]] = MappingProxyType(
    {
        "FieldPermissions": field_permissions,
        "MutingPermissionSet": muting_permission_sets,
        "ObjectPermissions": object_permissions,
        "PermissionSet": permission_sets,
        "PermissionSetAssignment": assignments,
        "PermissionSetGroup": groups,
        "PermissionSetGroupComponent": components,
        "PermissionSetLicenseAssign": permission_set_license_assigns,
        "Profile": profiles,
        "SetupEntityAccess": setup_entity_access,
    }
)
