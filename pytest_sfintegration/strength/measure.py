"""Run a matrix against every change of its source, and see which it does not notice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.run import MatrixRun
from pytest_sfintegration.checks.verdict import RowResult
from pytest_sfintegration.embedded.permissions import EffectivePermissions, effective
from pytest_sfintegration.matrix.expectations import Row, expand_rights
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.sfdx.model import Source
from pytest_sfintegration.strength.changes import SHOWN_ONLY, Change, additions, assignments, removals
from pytest_sfintegration.strength.sharing_changes import sharing_changes

__all__ = ["Strength", "all_changes", "measure", "red_rows", "start"]

_LEVELS = (Level.CONFIGURED, Level.DESCRIBED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a matrix says before any change: the rows that fail, on evidence of which levels."""

    levels: tuple[Level, ...]
    red: tuple[RowResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How many changes a matrix catches. ``idle`` ones alter no right: another container grants the same."""

    caught: int
    idle: int
    survivors: tuple[str, ...]

    @property
    def score(self) -> float:
        """The share of the changes that turn a test red, of those that alter a right; 1.0 without any."""
        total = self.caught + len(self.survivors)
        return self.caught / total if total else 1.0


def all_changes(source: Source, matrix: Matrix) -> Iterable[Change]:
    """Yield every change: grants removed, grants added, assignments and muting, sharing."""
    yield from removals(source, matrix)
    yield from additions(source, matrix)
    yield from assignments(source, matrix)
    yield from sharing_changes(source, matrix)


def start(source: Source, matrix: Matrix) -> Start:
    """Judge the matrix before any change: a row that fails or is undecided does so whatever is changed.

    On evidence that is quick to have, unless there is a row that is decided by enforced evidence alone.
    """
    rows = expand_rights(matrix)
    first = Start(levels=_LEVELS, red=_red(source, matrix, rows, _LEVELS))
    if not any(one.inconclusive for one in first.red):
        return first
    return Start(levels=tuple(Level), red=_red(source, matrix, rows, tuple(Level)))


def measure(
    source: Source,
    matrix: Matrix,
    changes: Iterable[Change],
    *,
    levels: Sequence[Level] = _LEVELS,
    progress: Callable[[int], None] = lambda _: None,
) -> Strength:
    """Judge the matrix on the source after each change; it tells something only of a matrix that is green."""
    rows = expand_rights(matrix)
    before = _rights(source, matrix)
    caught, idle, survivors = 0, 0, []
    for number, change in enumerate(changes, 1):
        progress(number)
        if red_rows(change, rows, levels):
            caught += 1
        elif change.kind != "sharing" and _rights(change.source, change.matrix) == before:
            idle += 1
        else:
            survivors.append(change.what)
    return Strength(caught=caught, idle=idle, survivors=tuple(survivors))


def red_rows(change: Change, rows: Sequence[Row], levels: Sequence[Level] = _LEVELS) -> frozenset[str]:
    """Return the ids of the rows that fail on the source after a change."""
    return frozenset(one.row for one in _red(change.source, change.matrix, rows, levels))


def _red(
    source: Source, matrix: Matrix, rows: Sequence[Row], levels: Sequence[Level]
) -> tuple[RowResult, ...]:
    target = EmbeddedTarget(source=source, budget=Budget())
    run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=levels)
    return tuple(result for row in rows if not (result := run.result(row)).ok)


def _rights(source: Source, matrix: Matrix) -> frozenset[tuple[object, ...]]:
    """Return everything that the user holds, by name, to tell whether a change altered anything."""
    user = matrix.user
    held = effective(
        source,
        profile=None
        if user.profile is None or user.profile.name not in source.profiles
        else user.profile.name,
        permission_sets=[one.name for one in user.permission_sets],
        permission_set_groups=[one.name for one in user.permission_set_groups],
    )
    rights: set[tuple[object, ...]] = {("user permission", name) for name in held.user_permissions}
    for definition in source.objects.values():
        permission = held.object_permission(definition.name)
        if not permission.read and not permission.create:
            continue
        rights.add((definition.name, permission))
        rights.update(
            (definition.name, field.name, held.field_access(definition, field))
            for field in definition.fields.values()
        )
    rights.update(_setup_entities(held, source))
    return frozenset(rights)


def _setup_entities(held: EffectivePermissions, source: Source) -> Iterable[tuple[object, ...]]:
    containers = [*source.profiles.values(), *source.permission_sets.values()]
    kinds = {kind for container in containers for kind in container.setup_entities} - SHOWN_ONLY
    for kind in kinds:
        for name in held.setup_entities(kind):
            yield kind, name
