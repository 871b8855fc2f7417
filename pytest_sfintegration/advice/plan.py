"""From findings to edits: which containers must change, and how."""

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.advice.edits import ENTITY_BLOCKS, Edit, Right, given, taken, unmuted
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.model import Matrix, ObjectRule
from pytest_sfintegration.rights import FieldRight, ObjectRight, SetupEntityRight
from pytest_sfintegration.sfdx.model import ContainerKind, PermissionContainer, Source

__all__ = ["Plan", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The edits, and the findings that no edit is known for: the row, and the finding in words."""

    edits: tuple[Edit, ...]
    left: tuple[tuple[str, str], ...]


def plan(results: Iterable[RowResult], source: Source, matrix: Matrix) -> Plan:
    """Return the edits that would make every row true: extra grants go, missing ones come."""
    edits: dict[Edit, None] = {}
    left: list[tuple[str, str]] = []
    for result in results:
        for one in result.findings:
            found = _edits(one, source, matrix)
            if not found:
                words = " ".join(
                    str(part)
                    for part in (one.verdict, one.record or one.special or one.right, one.note)
                    if part
                )
                left.append((result.row, words))
            edits.update(dict.fromkeys(found))
    # what must be given wins over what falls as a dependent of something that is taken
    wanted = {(edit.kind, edit.container, edit.name, edit.flag) for edit in edits if edit.value}
    kept = [
        edit
        for edit in edits
        if edit.value or (edit.kind, edit.container, edit.name, edit.flag) not in wanted
    ]
    return Plan(edits=tuple(kept), left=tuple(left))


def _edits(one: Finding, source: Source, matrix: Matrix) -> list[Edit]:
    right = _right(one)
    if right is None or one.verdict not in {Verdict.EXTRA, Verdict.MISSING}:
        return []
    if one.verdict is Verdict.EXTRA:
        return _take(one.grants, right, source)
    if one.muted:
        return _unmute(one.muted, right, source)
    edits = _take(one.grants, right, source)  # held, but not via
    container = _place(right, source, matrix)
    return edits if container is None else [*edits, *given(container, right)]


def _right(one: Finding) -> Right | None:
    """Return the right that containers could be edited for; a connected app's containers are its own."""
    if isinstance(one.special, SetupEntityRight) and one.special.kind in ENTITY_BLOCKS:
        return one.special
    return one.right


def _take(grants: Iterable[Grant], right: Right, source: Source) -> list[Edit]:
    edits: list[Edit] = []
    for grant in grants:
        container = _container(grant, source)
        if container is not None:
            edits += taken(container, right, grant.because)
    return edits


def _unmute(muted: Iterable[Grant], right: Right, source: Source) -> list[Edit]:
    edits: list[Edit] = []
    for name in dict.fromkeys(str(grant.group) for grant in muted):
        for muting in source.permission_set_groups[name].muting_permission_sets:
            edits += unmuted(source.muting_permission_sets[muting], right)
    return edits


def _container(grant: Grant, source: Source) -> PermissionContainer | None:
    """Return the container of a grant; a profile is named by its label in messages."""
    if grant.kind == ContainerKind.PERMISSION_SET:
        return source.permission_sets.get(grant.name)
    if grant.kind == ContainerKind.PROFILE:
        return next((one for one in source.profiles.values() if grant.name in {one.name, one.label}), None)
    return None


def _place(right: Right, source: Source, matrix: Matrix) -> PermissionContainer | None:
    """Return the permission set that a missing right belongs into.

    The one that ``via`` names, or else the one of the user's that speaks most of the object already.
    """
    rule = _rule(right, matrix)
    names = [one.name for one in rule.via] if rule is not None and rule.via else []
    names += [one.name for one in matrix.user.permission_sets]
    names += [one.name for one in matrix.user.permission_set_groups]
    sets: dict[str, PermissionContainer] = {}
    for name in names:
        group = source.permission_set_groups.get(name)
        for member in (name,) if group is None else group.permission_sets:
            if member in source.permission_sets:
                sets.setdefault(member, source.permission_sets[member])
    if not sets:
        return None
    if rule is not None and rule.via:
        return next(iter(sets.values()))
    return max(sets.values(), key=lambda one: _closeness(one, right))


def _rule(right: Right, matrix: Matrix) -> ObjectRule | None:
    return matrix.objects.get(right.object) if isinstance(right, ObjectRight | FieldRight) else None


def _closeness(container: PermissionContainer, right: Right) -> tuple[bool, bool, int]:
    if isinstance(right, SetupEntityRight):
        return False, False, sum(len(names) for names in container.setup_entities.values())
    if not isinstance(right, ObjectRight | FieldRight):
        return False, False, len(container.user_permissions)
    fields = container.fields.get(right.object, {})
    named = isinstance(right, FieldRight) and right.field in fields
    return named, right.object in container.objects, len(fields)
