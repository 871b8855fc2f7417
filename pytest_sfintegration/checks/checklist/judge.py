"""From the outcome of an item to the result of its row: presets, waivers, and what is not declared."""

from collections.abc import Iterable
from datetime import date

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.access.practices.facts import PracticeFacts, UntoldError
from pytest_sfintegration.checks.checklist.judges import JUDGES
from pytest_sfintegration.checks.checklist.outcome import Outcome, State, untold
from pytest_sfintegration.checks.verdict import Finding, PracticeResult, RowResult, Verdict
from pytest_sfintegration.matrix.checklist.parameters import PARAMETERS
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.rights import PracticeRight

__all__ = ["judge_checklist", "needs_of"]

_MARKS = {
    State.MET: "ok",
    State.NOT_MET: "NOT MET",
    State.UNTOLD: "?",
    State.UNDECLARED: "not declared",
    State.ELSEWHERE: "live only",
}
_WAIVED = "waived"


def needs_of(rows: Iterable[ChecklistRow]) -> tuple[type, ...]:
    """Return the groups of facts that some rows need."""
    return tuple(dict.fromkeys(kind for row in rows for kind in JUDGES[row.item.key].needs))


def judge_checklist(row: ChecklistRow, facts: PracticeFacts | None, today: date) -> RowResult:
    """Return what an item came to. A waiver that holds makes it pass, and is noted when it is not needed."""
    outcome = _outcome(row, facts, today)
    waiver = row.waiver
    holds = waiver is not None and waiver.holds(today)
    state = _state(row, outcome)
    failed = state in {State.NOT_MET, State.UNTOLD}
    waived = holds and (failed or state is State.UNDECLARED)
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=0,
        findings=(_finding(row, outcome, state),) if failed and not waived else (),
        marks={"checklist": _WAIVED if waived else _MARKS[state]},
        levels=(Level.CONFIGURED,) if _looked_at(row, outcome) else (),
        notes=tuple(_notes(row, outcome, state, today)),
        practice=PracticeResult(
            item=row.item.key,
            group=str(row.item.group),
            title=row.item.title,
            severity=str(row.item.severity),
            state=_WAIVED if waived else str(state),
            observed=outcome.observed,
            expected=outcome.expected,
            problems=outcome.problems,
            note=outcome.note,
            setup="" if outcome.state is State.UNDECLARED else row.item.setup,
            source=row.item.source,
            waived=waiver.reason if waived and waiver is not None else "",
            unjudged="" if waived else _unjudged(row, outcome, state),
        ),
    )


def _looked_at(row: ChecklistRow, outcome: Outcome) -> bool:
    """Tell whether tables of the org were evidence: not where the matrix alone tells, or nothing."""
    return bool(JUDGES[row.item.key].needs) and outcome.state not in {State.UNTOLD, State.ELSEWHERE}


def _outcome(row: ChecklistRow, facts: PracticeFacts | None, today: date) -> Outcome:
    if facts is None:
        return untold("the facts were not looked up")
    try:
        return JUDGES[row.item.key].judge(facts, row, today)
    except UntoldError as reason:
        return untold(str(reason))


def _state(row: ChecklistRow, outcome: Outcome) -> State:
    """Return the state that counts: under strict, what is not declared is not met."""
    if outcome.state is State.UNDECLARED and row.strict:
        return State.NOT_MET
    return outcome.state


def _finding(row: ChecklistRow, outcome: Outcome, state: State) -> Finding:
    verdict = Verdict.INCONCLUSIVE if state is State.UNTOLD else Verdict.NOT_MET
    problems = outcome.problems
    if outcome.state is State.UNDECLARED:
        problems = (_declare(row),)
    return Finding(
        verdict=verdict,
        right=None,
        special=PracticeRight(item=row.item.key, title=row.item.title),
        expected=True,
        at=row.at,
        reasons=problems,
        note=outcome.note if state is State.UNTOLD else "",
    )


def _declare(row: ChecklistRow) -> str:
    example = row.item.example or PARAMETERS[row.item.reads or row.item.key].example
    return f"nothing is declared to compare with: add to checklist, such as {example}"


def _unjudged(row: ChecklistRow, outcome: Outcome, state: State) -> str:
    """Return why nothing was compared, if so."""
    if state is State.ELSEWHERE:
        return f"live only: {outcome.note}"
    return _declare(row) if state is State.UNDECLARED else ""


def _notes(row: ChecklistRow, outcome: Outcome, state: State, today: date) -> list[str]:
    notes = []
    if state is State.UNDECLARED and not (row.waiver and row.waiver.holds(today)):
        notes.append(f"{row.at}: {row.id} was not judged: {_declare(row)}")
    if state is State.ELSEWHERE:
        notes.append(f"{row.integration}: the items marked live only were not judged: {outcome.note}")
    if outcome.warning:
        notes.append(f"{row.at}: {row.id}: {outcome.warning}")
    waiver = row.waiver
    if waiver is None:
        return notes
    if not waiver.holds(today):
        notes.append(
            f"{waiver.at}: this waiver of {waiver.item} expired on {waiver.expires}: renew it, or remove it"
        )
    elif outcome.state is State.MET:
        notes.append(f"{waiver.at}: there is no need to waive {waiver.item}: it is met; remove the waiver")
    return notes
