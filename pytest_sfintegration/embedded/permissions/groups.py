"""Permission set groups: the calculated permission set, and finding containers by name."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from pytest_sfintegration.embedded.permissions.entries import Entries, Index
from pytest_sfintegration.embedded.permissions.grants import unite_fields, unite_objects
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    FieldPermission,
    ObjectPermission,
    PermissionContainer,
    PermissionSetGroup,
    Source,
)

__all__ = ["UnknownContainerError", "find", "group_entries", "group_permission_set"]

_T = TypeVar("_T")


class UnknownContainerError(LookupError):
    """A profile, permission set, group or muting permission set that the source does not contain.

    What it grants, or takes away, cannot be known, so nobody who has it may be judged.
    """


def find(named: Mapping[str, _T], name: str, what: str, remedy: str) -> _T:
    """Return the value of that name in any case, or raise UnknownContainerError."""
    if name in named:
        return named[name]
    by_key = {key.lower(): value for key, value in named.items()}
    if name.lower() in by_key:
        return by_key[name.lower()]
    near = get_close_matches(name, named, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownContainerError(f"The source contains no {what} {name!r}.{hint} {remedy}")


def group_entries(source: Source, group: PermissionSetGroup) -> tuple[Entries, ...]:
    """Return what each member contributes through the group, after muting."""
    where = f"It belongs to permission set group {group.name!r}: add its file to the source, or take it out."
    members = [find(source.permission_sets, name, "permission set", where) for name in group.permission_sets]
    muting = tuple(
        Index(find(source.muting_permission_sets, name, "muting permission set", where))
        for name in group.muting_permission_sets
    )
    return tuple(Entries(Index(member), group=group.name, muting=muting) for member in members)


def group_permission_set(source: Source, group: PermissionSetGroup | str) -> PermissionContainer:
    """Return the calculated permission set (Type Group) of a group: its members minus its muting set.

    Help, "Permission Set Groups" and "Muting Permission Sets". Names are spelled as the source's objects
    are. Raise UnknownContainerError when the source lacks a member or the muting permission set.
    """
    if isinstance(group, str):
        group = find(
            source.permission_set_groups, group, "permission set group", "Add its file to the source."
        )
    entries = group_entries(source, group)
    spelling = {name.lower(): name for name in source.objects}
    kinds = {kind.lower(): kind for one in entries for kind in one.setup_kinds()}
    setup = {
        kind: frozenset(
            {key: name for one in entries for key, name in one.setup_entities(key_of).items()}.values()
        )
        for key_of, kind in kinds.items()
    }
    user_permissions = {key: name for one in entries for key, name in one.user_permissions().items()}
    record_types = {key: name for one in entries for key, name in one.record_types().items()}
    return PermissionContainer(
        name=group.name,
        label=group.label,
        kind=ContainerKind.PERMISSION_SET,
        objects=_objects(entries, spelling),
        fields=_fields(entries, spelling, source),
        user_permissions=frozenset(user_permissions.values()),
        setup_entities={kind: names for kind, names in setup.items() if names},
        record_types=frozenset(record_types.values()),
        has_activation_required=group.has_activation_required,
        description=group.description,
        path=group.path,
    )


def _objects(entries: tuple[Entries, ...], spelling: Mapping[str, str]) -> dict[str, ObjectPermission]:
    named = {name.lower(): name for one in entries for name in one.objects()}
    united = {
        spelling.get(key, name): unite_objects(one.object(key) for one in entries)
        for key, name in named.items()
    }
    return {name: permission for name, permission in united.items() if permission != ObjectPermission()}


def _fields(
    entries: tuple[Entries, ...], spelling: Mapping[str, str], source: Source
) -> dict[str, dict[str, FieldPermission]]:
    found: dict[str, dict[str, FieldPermission]] = {}
    named = {name.lower(): name for one in entries for name in one.field_objects()}
    for obj, written in named.items():
        name = spelling.get(obj, written)
        known = (
            {field.lower(): field for field in source.objects[name].fields} if name in source.objects else {}
        )
        spelled = {key: field for one in entries for key, field in one.field_names(obj).items()} | known
        united: dict[str, FieldPermission] = {}
        for key in {field: None for one in entries for field in one.fields(obj)}:
            permission = unite_fields(one.fields(obj)[key] for one in entries if key in one.fields(obj))
            if permission != FieldPermission():
                united[spelled[key]] = permission
        if united:
            found[name] = united
    return found
