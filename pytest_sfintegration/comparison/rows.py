"""The rows of a matrix, judged in two orgs: which of them do not come to the same."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.checklist.outcome import State
from pytest_sfintegration.checks.run import MatrixRun
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.comparison.differences import Pair
from pytest_sfintegration.matrix.expectations import RecordRow, Row, expand
from pytest_sfintegration.matrix.model import Matrix, Named
from pytest_sfintegration.orgs.target import TargetOrg
from pytest_sfintegration.rights import PracticeRight

Practices = Callable[[], Sequence[object]]

__all__ = ["READING", "JudgedTwice", "RowDifference", "compare_rows", "judge_twice"]

READING = (Level.CONFIGURED, Level.DESCRIBED)
"""The levels of evidence that change nothing in an org."""

_ROWS = 3
"""Rows with one and the same reason that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDifference:
    """A row that does not come to the same: what is wrong with it in A alone, and in B alone."""

    matrix: str
    row: str
    at: str
    a_ok: bool
    b_ok: bool
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTwice:
    """The rows of one matrix in two orgs; ``undecided`` counts those that ``untold`` says the reasons of."""

    matrix: str
    judged: int
    undecided: int
    differences: tuple[RowDifference, ...]
    untold: tuple[str, ...]
    passed: tuple[str, ...]


def judge_twice(
    matrix: Matrix,
    targets: tuple[TargetOrg, TargetOrg],
    *,
    pair: Pair | None = None,
    practices: tuple[Practices, Practices] = (tuple, tuple),
) -> JudgedTwice:
    """Judge the rows of a matrix in two orgs, reading only, for its user or (``pair``) the two that it is.

    ``practices``: what each side knows of the checklist beside its org (MatrixRun has it so).
    """
    rows = [row for row in expand(matrix) if not _makes_records(row)]
    names = (matrix.user.username, matrix.user.username) if pair is None else (pair.a, pair.b)
    results = []
    for target, username, known in zip(targets, names, practices, strict=True):
        own = replace(matrix, user=replace(matrix.user, username=username))
        run = MatrixRun(matrix=own, rows=rows, target=target, levels=READING, asked=True, practices=known)
        results.append([run.result(row) for row in rows])
    left = len(expand(matrix)) - len(rows)
    passed = (f"{matrix.path}: {_counted(left)} of records that a run makes: nothing is made here",)
    return compare_rows(matrix.path, rows, results[0], results[1], passed if left else ())


def _counted(number: int) -> str:
    return f"{number} row{'' if number == 1 else 's'}"


def _makes_records(row: Row) -> bool:
    return isinstance(row, RecordRow) and not isinstance(row.rule.where, Named)


def compare_rows(
    matrix: str, rows: Sequence[Row], a: Sequence[RowResult], b: Sequence[RowResult], passed: tuple[str, ...]
) -> JudgedTwice:
    """Return the rows whose findings differ; a pure function of two lists of results in the order of rows."""
    different: list[RowDifference] = []
    untold: dict[str, list[str]] = {}
    live = []
    for row, ours, theirs in zip(rows, a, b, strict=True):
        if _needs_live_org(ours) or _needs_live_org(theirs):
            live.append(row.id)
            continue
        undecided = _undecided(ours, theirs)
        for why in undecided:
            untold.setdefault(why, []).append(row.id)
        if undecided:
            continue
        first, second = _words(ours), _words(theirs)
        if first != second:
            different.append(
                RowDifference(
                    matrix=matrix,
                    row=row.id,
                    at=f"{row.at.path}:{row.at.line}",
                    a_ok=ours.ok,
                    b_ok=theirs.ok,
                    only_a=tuple(sorted(first - second)),
                    only_b=tuple(sorted(second - first)),
                )
            )
    return JudgedTwice(
        matrix=matrix,
        judged=len(rows) - len(live),
        differences=tuple(different),
        undecided=len({name for names in untold.values() for name in names}),
        untold=tuple(f"{matrix}: {_listed(names)} {why}" for why, names in untold.items()),
        passed=(*passed, *((f"{matrix}: {_listed(live)}: a live org alone can tell",) if live else ())),
    )


def _needs_live_org(result: RowResult) -> bool:
    """Whether a practice was passed over, because the org is one that the run has made."""
    return result.practice is not None and result.practice.state == State.ELSEWHERE


def _listed(rows: Sequence[str]) -> str:
    """Return the first rows and a count of the others: one cause may leave all of a matrix undecided."""
    more = len(rows) - _ROWS
    return ", ".join(rows[:_ROWS]) + (f" and {_counted(more)} more" if more > 0 else "")


def _undecided(a: RowResult, b: RowResult) -> list[str]:
    """Return why a row could not be judged, and where."""
    first, second = (list(dict.fromkeys(_reasons(one))) for one in (a, b))
    if first == second:
        return [f"in both: {why}" for why in first]
    return [f"in A: {why}" for why in first] + [f"in B: {why}" for why in second]


def _reasons(result: RowResult) -> Iterator[str]:
    for one in result.findings:
        if one.verdict is Verdict.INCONCLUSIVE:
            yield one.note or "inconclusive"


def _words(result: RowResult) -> frozenset[str]:
    words = {text for one in result.findings for text in _said(one)}
    if result.practice is not None and result.practice.waived:
        words |= {f"waived: {problem}" for problem in result.practice.problems}
    return frozenset(words)


def _said(one: Finding) -> Iterator[str]:
    """Yield a finding in words that are the same in every org: no grants, no observed values of a right.

    A practice that is not met says why: two orgs may fail it in two ways.
    """
    right = one.record or one.special or one.right
    if isinstance(one.special, PracticeRight) and one.reasons:
        yield from (f"{one.verdict}: {reason}" for reason in one.reasons)
    else:
        yield f"{one.verdict} {right}" if right is not None else f"{one.verdict}: {one.note}"
