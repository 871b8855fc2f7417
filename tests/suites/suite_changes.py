"""Every single right of a sample suite's user, taken away or given, with the row that must notice.

Written against the model of the source alone; what the plugin itself calls a change
(``pytest_sfintegration.strength``) is not used, so that the two can be held against each other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.run import MatrixRun
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.expectations import FieldsRow, RecordRow, Row, expand_rights
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    FieldPermission,
    Governance,
    ObjectPermission,
    PermissionContainer,
    Source,
)

SUITES = Path(__file__).resolve().parents[2] / "sample_suites"
MATRICES = {"hubspot": "hubspot", "marketo": "marketo", "erp": "erp", "custom_app": "shop"}

# Object Reference, "ObjectPermissions": what each right asks for
NEEDS = {
    "create": {"read"},
    "read": set(),
    "edit": {"read"},
    "delete": {"read", "edit"},
    "view_all": {"read"},
    "modify_all": {"read", "edit", "delete", "view_all"},
    "view_all_fields": {"read"},  # assumed, like View All
}
USER_PERMISSIONS = (
    "AuthorApex",
    "ManageUsers",
    "ModifyAllData",
    "TransferAnyEntity",
    "ViewAllData",
    "ViewSetup",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A source that differs in one right, and the row that must turn red."""

    what: str
    row: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample suite: its source, its matrix and the rows of the matrix without those on records."""

    source: Source
    matrix: Matrix
    rows: tuple[Row, ...]
    record_rows: tuple[Row, ...]
    judged_fields: frozenset[str] = field(default_factory=frozenset)

    def notices(self, change: "Change") -> bool:
        """Tell whether the row fails that must tell of a change; no other row is asked."""
        (row,) = (row for row in self.rows if row.id == change.row)
        return self.red(change.source, (row,)) == {row.id}

    def red(self, source: Source, wanted: tuple[Row, ...]) -> set[str]:
        """Return the ids of the rows that fail on a source."""
        target = EmbeddedTarget(source=source, budget=Budget())
        run = MatrixRun(
            matrix=self.matrix, rows=wanted, target=target, levels=(Level.CONFIGURED, Level.DESCRIBED)
        )
        return {row.id for row in wanted if not run.result(row).ok}

    def containers(self) -> list[PermissionContainer]:
        """Return what the user is assigned, members of groups before what is assigned directly."""
        user, source = self.matrix.user, self.source
        assert user.profile is not None
        grouped = [
            name
            for group in user.permission_set_groups
            for name in source.permission_set_groups[group.name].permission_sets
        ]
        sets = [*grouped, *(one.name for one in user.permission_sets)]
        return [source.profiles[user.profile.name], *(source.permission_sets[name] for name in sets)]

    def muted(self, name: str, flag: str) -> bool:
        """Tell whether a muting set takes an object right away, and nothing outside of the group gives it."""
        muting = [
            self.source.muting_permission_sets[one].objects.get(name, ObjectPermission())
            for group in self.matrix.user.permission_set_groups
            for one in self.source.permission_set_groups[group.name].muting_permission_sets
        ]
        direct = [self.source.permission_sets[one.name] for one in self.matrix.user.permission_sets]
        given = any(getattr(one.objects.get(name), flag, False) for one in direct)
        return not given and any(getattr(one, flag) for one in muting)


@cache
def sample(name: str) -> Sample:
    """Load a sample suite, once."""
    matrix = loader.load(SUITES / name / f"{MATRICES[name]}.matrix.yaml", environ={})
    every = expand_rights(matrix)
    return Sample(
        source=project.load(SUITES / name),
        matrix=matrix,
        rows=tuple(row for row in every if not isinstance(row, RecordRow)),
        record_rows=tuple(row for row in every if isinstance(row, RecordRow)),
        judged_fields=frozenset(row.object for row in every if isinstance(row, FieldsRow)),
    )


def removals(one: Sample) -> Iterator[Change]:
    """Yield each right of the user, taken out of every container that grants it."""
    containers = one.containers()
    for name, flag in sorted(
        {(name, flag) for held in containers for name, entry in held.objects.items() for flag in flags(entry)}
    ):
        if not one.muted(name, flag):
            yield Change(
                what=f"{flag} {name}", row=f"{name}-crud", source=_changed(one, _without_object, name, flag)
            )
    for target, flag in sorted(
        {
            (f"{name}.{each}", flag)
            for held in containers
            for name, entries in held.fields.items()
            for each, entry in entries.items()
            for flag in flags(entry)
        }
    ):
        row = f"{target.partition('.')[0]}-fields"
        yield Change(what=f"{flag} {target}", row=row, source=_changed(one, _without_field, target, flag))
    for name in sorted({name for held in containers for name in held.user_permissions}):
        yield Change(what=name, row="user-permissions", source=_changed(one, _without_user, name, ""))


def additions(one: Sample) -> Iterator[Change]:
    """Yield each right that the user lacks on the matrix' objects and the source's own, given by one set."""
    held = one.containers()
    blocked = {each.name for each in one.matrix.blocked.objects}
    own = {name for name in one.source.objects if name.endswith("__c")}
    for name in sorted(one.matrix.objects.keys() | blocked | own):
        if one.source.objects[name].governance is not Governance.OBJECT_PERMISSIONS:
            continue
        row = f"blocked-{name}" if name in blocked else "closed-world"
        row = f"{name}-crud" if name in one.matrix.objects else row
        for flag in (each for each in NEEDS if each != "view_all_fields"):
            if one.muted(name, flag) or not any(
                getattr(each.objects.get(name), flag, False) for each in held
            ):
                yield Change(what=f"{flag} {name}", row=row, source=_given_object(one, name, flag))
    for name in sorted(one.judged_fields):
        fields_to_give = list(_field_additions(one, held, name))
        yield from fields_to_give
        if fields_to_give and one.source.objects[name].governance is Governance.OBJECT_PERMISSIONS:
            given = _given_object(one, name, "view_all_fields")
            yield Change(what=f"view_all_fields {name}", row=f"{name}-fields", source=given)
    allowed = {each.name for each in one.matrix.user_permissions}
    for name in USER_PERMISSIONS:
        if name not in allowed:
            last = held[-1]
            given = replace(last, user_permissions=last.user_permissions | {name})
            yield Change(what=name, row="user-permissions", source=_with(one.source, given))


def unmutings(one: Sample) -> Iterator[Change]:
    """Yield each object right that a muting set takes away, muted no longer."""
    for group in one.matrix.user.permission_set_groups:
        for muting in one.source.permission_set_groups[group.name].muting_permission_sets:
            held = one.source.muting_permission_sets[muting]
            for name, entry in held.objects.items():
                for flag in flags(entry):
                    if any(getattr(each.objects.get(name), flag, False) for each in one.containers()):
                        open_set = replace(held, objects={**held.objects, name: ObjectPermission()})
                        sets = {**one.source.muting_permission_sets, muting: open_set}
                        yield Change(
                            what=f"muted {flag} {name}",
                            row=f"{name}-crud",
                            source=replace(one.source, muting_permission_sets=sets),
                        )


def without_rules(one: Sample) -> Iterator[tuple[str, Source]]:
    """Yield the source without each of its sharing rules that reaches the user's public groups."""
    groups = {each.name for each in one.matrix.user.public_groups}
    for rule in one.source.sharing_rules:
        if rule.shared_to.kind == "group" and rule.shared_to.name in groups:
            rules = tuple(each for each in one.source.sharing_rules if each is not rule)
            yield rule.name, replace(one.source, sharing_rules=rules)


def flags(entry: ObjectPermission | FieldPermission) -> list[str]:
    """Return the rights that an entry grants."""
    return [each.name for each in fields(entry) if getattr(entry, each.name)]


def _field_additions(one: Sample, held: list[PermissionContainer], name: str) -> Iterator[Change]:
    """Yield read of each hidden field, and edit of each that is read, where the object can be written.

    Edit of a field is dormant where the user can neither create nor edit the object: no right is held.
    """
    last = held[-1]
    entries = last.fields.get(name, {})
    definition = one.source.objects[name]
    dormant = definition.governance is Governance.OBJECT_PERMISSIONS and not any(
        entry.create or entry.edit for each in held if (entry := each.objects.get(name)) is not None
    )
    for each in definition.fields.values():
        if not each.permissionable or each.compound is not None:
            continue
        found = [entry for part in held if (entry := part.fields.get(name, {}).get(each.name)) is not None]
        parts = [part for part in definition.fields.values() if part.compound == each.name] or [each]
        writable = any(part.createable or part.updateable for part in parts)
        if not any(entry.read for entry in found):
            entry = FieldPermission(read=True)
        elif writable and not dormant and not any(entry.edit for entry in found):
            entry = FieldPermission(read=True, edit=True)
        else:
            continue
        given = replace(last, fields={**last.fields, name: {**entries, each.name: entry}})
        what = f"{'edit' if entry.edit else 'read'} {name}.{each.name}"
        yield Change(what=what, row=f"{name}-fields", source=_with(one.source, given))


def _given_object(one: Sample, name: str, flag: str) -> Source:
    last = one.containers()[-1]
    entry = replace(last.objects.get(name, ObjectPermission()), **dict.fromkeys({flag, *NEEDS[flag]}, True))
    return _with(one.source, replace(last, objects={**last.objects, name: entry}))


def _changed(
    one: Sample,
    change: Callable[[PermissionContainer, str, str], PermissionContainer],
    target: str,
    flag: str,
) -> Source:
    source = one.source
    for held in one.containers():
        source = _with(source, change(held, target, flag))
    return source


def _without_object(held: PermissionContainer, name: str, flag: str) -> PermissionContainer:
    if name not in held.objects:
        return held
    gone = {flag, *(other for other, needs in NEEDS.items() if flag in needs)}
    entry = replace(held.objects[name], **dict.fromkeys(gone, False))
    return replace(held, objects={**held.objects, name: entry})


def _without_field(held: PermissionContainer, target: str, flag: str) -> PermissionContainer:
    name, _, field_name = target.partition(".")
    entries: Mapping[str, FieldPermission] = held.fields.get(name, {})
    if field_name not in entries:
        return held
    left = FieldPermission(read=flag == "edit" and entries[field_name].read)
    return replace(held, fields={**held.fields, name: {**entries, field_name: left}})


def _without_user(held: PermissionContainer, name: str, _: str) -> PermissionContainer:
    return replace(held, user_permissions=held.user_permissions - {name})


def _with(source: Source, held: PermissionContainer) -> Source:
    if held.kind is ContainerKind.PROFILE:
        return replace(source, profiles={**source.profiles, held.name: held})
    return replace(source, permission_sets={**source.permission_sets, held.name: held})
