"""Single changes of what a user's containers grant: each existing grant taken away, each plausible one given.

A change never breaks a dependency of the platform: a right goes together with the rights that depend on it,
and comes together with the ones that it depends on ("Permission Create X depends on permission(s): Read X").

What changes the user interface alone is no change of a right, and none is proposed: tabs are not read from
the source at all, applications (TabSet) say what the App Launcher offers, record types what a page lets
choose (Help, "Assign Record Types and Page Layouts": a record's access does not depend on its type).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from pytest_sfintegration.matrix.model import Matrix, Named
from pytest_sfintegration.rights import NEEDS, Operation
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    FieldDef,
    FieldPermission,
    Governance,
    ObjectDef,
    ObjectPermission,
    PermissionContainer,
    Source,
)

__all__ = ["PRIVILEGED", "SHOWN_ONLY", "Change", "Holder", "additions", "assignments", "holders", "removals"]


def _flag(operation: Operation) -> str:
    return operation.replace(" ", "_")


# The flags of an ObjectPermission, each with what it depends on (viewAllFields: assumed to need read).
_NEEDS: Mapping[str, tuple[str, ...]] = {
    **{_flag(one): tuple(_flag(need) for need in needs) for one, needs in NEEDS.items()},
    "view_all_fields": ("read",),
}

PRIVILEGED = (
    "AuthorApex",
    "CustomizeApplication",
    "ManageProfilesPermissionsets",
    "ManageUsers",
    "ModifyAllData",
    "ModifyMetadata",
    "PasswordNeverExpires",
    "ViewAllData",
    "ViewAllFieldsGlobal",
    "ViewSetup",
)
"""User permissions that a "quick fix" tends to bring along."""


SHOWN_ONLY = frozenset({"TabSet"})
"""Types of setup entities whose grant shows something and gives access to nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: what it is, in words, and the source and matrix as they are after it.

    The matrix differs only in its user block, when an assignment changed.
    """

    what: str
    kind: str  # removed, added, assignment, muting, sharing
    source: Source
    matrix: Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A container that counts for the user, in the source and matrix before the change."""

    container: PermissionContainer
    source: Source
    matrix: Matrix

    def changed(self, what: str, kind: str, container: PermissionContainer) -> Change:
        """Return the change that puts another form of the container into the source."""
        source = self.source
        if container.kind is ContainerKind.PROFILE:
            source = replace(source, profiles={**source.profiles, container.name: container})
        else:
            source = replace(source, permission_sets={**source.permission_sets, container.name: container})
        where = "from" if kind == "removed" else "to"
        text = f"{what} {kind} {where} {container.kind} {container.name}"
        return Change(what=text, kind=kind, source=source, matrix=self.matrix)


def holders(source: Source, matrix: Matrix) -> list[Holder]:
    """Return the profile and the permission sets of the user, those inside its groups too."""
    user = matrix.user
    containers = []
    if user.profile is not None and user.profile.name in source.profiles:
        containers.append(source.profiles[user.profile.name])
    names = [one.name for one in user.permission_sets]
    for group in user.permission_set_groups:
        names += source.permission_set_groups[group.name].permission_sets
    containers += [source.permission_sets[name] for name in dict.fromkeys(names)]
    return [Holder(container=one, source=source, matrix=matrix) for one in containers]


def removals(source: Source, matrix: Matrix) -> Iterator[Change]:
    """Yield each single grant of the user's containers taken away."""
    for holder in holders(source, matrix):
        held = holder.container
        for name, permission in held.objects.items():
            for flag in _flags(permission):
                changed = replace(held, objects={**held.objects, name: _without(permission, flag)})
                yield holder.changed(f"{_word(flag)} {name}", "removed", changed)
        for name, entries in held.fields.items():
            for field, entry in entries.items():
                for flag in _flags(entry):
                    left = FieldPermission(read=flag == "edit")
                    changed = replace(held, fields={**held.fields, name: {**entries, field: left}})
                    yield holder.changed(f"{flag} {name}.{field}", "removed", changed)
        for name in sorted(held.user_permissions):
            changed = replace(held, user_permissions=held.user_permissions - {name})
            yield holder.changed(f"user permission {name}", "removed", changed)
        yield from _entity_removals(holder)


def _entity_removals(holder: Holder) -> Iterator[Change]:
    held = holder.container
    for kind, entities in held.setup_entities.items():
        for name in () if kind in SHOWN_ONLY else sorted(entities):
            left_over = {**held.setup_entities, kind: entities - {name}}
            changed = replace(held, setup_entities=left_over)
            yield holder.changed(f"{kind} {name}", "removed", changed)


def additions(source: Source, matrix: Matrix) -> Iterator[Change]:
    """Yield each plausible grant given to one of the user's containers.

    Every operation on every governed object that the source declares or the matrix names, and read on the
    other standard ones: whatever else one may grant there brings it along, and field permissions give nothing
    without it. Read and edit on every field of the objects that the matrix lets the user read; privileged
    user permissions; the setup entities of the source, where the matrix says which are granted.
    """
    places = holders(source, matrix)
    if not places:
        return
    holder = places[-1]
    held = holder.container
    named = {*_governed(matrix.objects, source), *_declared(source)}
    for name in sorted(_governed(source.objects, source)):
        for flag in _NEEDS if name in named else ("read",):
            permission = held.objects.get(name, ObjectPermission())
            if not any(getattr(one.container.objects.get(name), flag, False) for one in places):
                changed = replace(held, objects={**held.objects, name: _with(permission, flag)})
                yield holder.changed(f"{_word(flag)} {name}", "added", changed)
    for rule in matrix.objects.values():
        definition = source.objects.get(rule.object)
        if definition is not None and rule.access:
            yield from _field_additions(definition, holder, places)
    for name in PRIVILEGED:
        if not any(name in one.container.user_permissions for one in places):
            changed = replace(held, user_permissions=held.user_permissions | {name})
            yield holder.changed(f"user permission {name}", "added", changed)
    if matrix.setup_entities is not None:
        yield from _entity_additions(source, holder, places)


def _entity_additions(source: Source, holder: Holder, places: list[Holder]) -> Iterator[Change]:
    """Yield access to each class, flow, custom permission, custom metadata type and setting of the source."""
    held = holder.container
    types = {Governance.CUSTOM_METADATA, Governance.CUSTOM_SETTING}
    entities: dict[str, Iterable[str]] = {
        "ApexClass": source.apex_classes,
        "FlowDefinition": source.flows,
        "CustomPermission": source.custom_permissions,
        "CustomEntityDefinition": (
            name
            for name in source.objects
            if name.endswith(("__mdt", "__c")) and source.objects[name].governance in types
        ),
    }
    for kind, names in entities.items():
        granted = frozenset().union(*(one.container.setup_entities.get(kind, ()) for one in places))
        own = held.setup_entities.get(kind, frozenset())
        for name in sorted(frozenset(names) - granted):
            changed = replace(held, setup_entities={**held.setup_entities, kind: own | {name}})
            yield holder.changed(f"{kind} {name}", "added", changed)


def _field_additions(definition: ObjectDef, holder: Holder, places: list[Holder]) -> Iterator[Change]:
    held = holder.container
    entries = held.fields.get(definition.name, {})
    for field in definition.fields.values():
        if not _securable(field):
            continue
        for flag in ("read", "edit") if field.createable or field.updateable or field.compound else ("read",):
            granted = (
                one.container.fields.get(definition.name, {}).get(field.name, FieldPermission())
                for one in places
            )
            if any(getattr(one, flag) for one in granted):
                continue
            entry = FieldPermission(read=True, edit=flag == "edit")
            changed = replace(held, fields={**held.fields, definition.name: {**entries, field.name: entry}})
            what = f"{flag} {definition.name}.{field.name}"
            yield holder.changed(what, "added", changed)


def assignments(source: Source, matrix: Matrix) -> Iterator[Change]:
    """Yield each assignment dropped, each unassigned permission set assigned, and each muting undone."""
    user = matrix.user
    changed_users = [
        (
            f"permission set {one.name} unassigned",
            replace(user, permission_sets=_but(user.permission_sets, one)),
        )
        for one in user.permission_sets
    ]
    changed_users += [
        (
            f"permission set group {one.name} unassigned",
            replace(user, permission_set_groups=_but(user.permission_set_groups, one)),
        )
        for one in user.permission_set_groups
    ]
    held = {holder.container.name for holder in holders(source, matrix)}
    for name in sorted(source.permission_sets.keys() - held):
        sets = (*user.permission_sets, Named(name=name, at=user.at))
        changed_users.append((f"permission set {name} assigned", replace(user, permission_sets=sets)))
    for what, changed in changed_users:
        yield Change(what=what, kind="assignment", source=source, matrix=replace(matrix, user=changed))
    for group in user.permission_set_groups:
        definition = source.permission_set_groups[group.name]
        for muting in definition.muting_permission_sets:
            open_group = replace(definition, muting_permission_sets=())
            groups = {**source.permission_set_groups, group.name: open_group}
            yield Change(
                what=f"muting permission set {muting} dropped from {group.name}",
                kind="muting",
                source=replace(source, permission_set_groups=groups),
                matrix=matrix,
            )


def _but(names: tuple[Named, ...], left_out: Named) -> tuple[Named, ...]:
    return tuple(one for one in names if one is not left_out)


def _declared(source: Source) -> Iterator[str]:
    """Yield the objects that object permissions govern and that the source itself declares."""
    yield from _governed((name for name in source.objects if name.endswith(("__c", "__e", "__b"))), source)


def _governed(names: Iterable[str], source: Source) -> Iterator[str]:
    """Yield the objects that object permissions govern: on the others the platform lets nobody set any."""
    for name in names:
        if name in source.objects and source.objects[name].governance is Governance.OBJECT_PERMISSIONS:
            yield name


def _securable(field: FieldDef) -> bool:
    return field.permissionable and field.compound is None


def _flags(permission: ObjectPermission | FieldPermission) -> list[str]:
    return [one.name for one in fields(permission) if getattr(permission, one.name)]


def _word(flag: str) -> str:
    return flag.replace("_", " ")


def _without(permission: ObjectPermission, flag: str) -> ObjectPermission:
    """Take a right away with all that depends on it."""
    gone = {flag}
    for _ in _NEEDS:
        gone |= {one for one, needs in _NEEDS.items() if not gone.isdisjoint(needs)}
    return replace(permission, **dict.fromkeys(gone, False))


def _with(permission: ObjectPermission, flag: str) -> ObjectPermission:
    """Give a right with all that it depends on."""
    return replace(permission, **dict.fromkeys((flag, *_NEEDS[flag]), True))
