"""Judge queries and requests that must be refused: refused in the right way, or not at all."""

from pytest_sfintegration.access.blocked_evidence import RequestAnswer
from pytest_sfintegration.access.evidence import Evidence, Level
from pytest_sfintegration.checks.objects import MARKS
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import QueryRow, RequestRow
from pytest_sfintegration.rights import RequestRight

__all__ = ["judge_request"]


def judge_request(row: QueryRow | RequestRow, evidence: Evidence) -> RowResult:
    """Compare what the user was answered: only a permission denial with its control is as expected."""
    blocked = evidence.blocked
    answer = None if blocked is None else blocked.requests.get(row.id)
    if answer is None:
        trouble = "" if blocked is None else blocked.trouble.get("requests", "")
        why = trouble or evidence.stopped or "the request was not sent"
        verdict, note, control = Verdict.INCONCLUSIVE, why, ""
    else:
        verdict, note = _verdict(row, answer)
        control = "" if answer.control is None else answer.control.text
    findings: tuple[Finding, ...] = ()
    if verdict is not Verdict.OK:
        right = RequestRight(text=row.soql if isinstance(row, QueryRow) else row.rule.text)
        findings = (
            Finding(verdict=verdict, right=None, special=right, expected=False, at=row.at, note=note),
        )
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=1,
        findings=findings,
        control=control,
        marks={"blocked": MARKS[verdict] if findings else "blocked"},
        levels=(Level.ENFORCED,),
    )


def _verdict(row: QueryRow | RequestRow, answer: RequestAnswer) -> tuple[Verdict, str]:
    outcome, control = answer.outcome, answer.control
    what = "query" if isinstance(row, QueryRow) else "request"
    if outcome.allowed is None:
        return Verdict.INCONCLUSIVE, outcome.note
    if outcome.allowed:
        return _allowed(what, answer)
    if control is None or control.exists is None:
        why = "no control" if control is None else control.text
        return Verdict.INCONCLUSIVE, f"refused by {outcome.code}, but {why}"
    if not control.exists:
        note = f"{control.text}: a refusal of what does not exist proves nothing"
        return Verdict.UNKNOWN_TARGET, note
    return Verdict.OK, ""


def _allowed(what: str, answer: RequestAnswer) -> tuple[Verdict, str]:
    if answer.outcome.note:
        return Verdict.EXTRA, f"not refused: {answer.outcome.note}"
    if answer.rows != 0:
        rows = (
            ""
            if answer.rows is None
            else f", with {answer.rows} rows"
            if answer.rows != 1
            else ", with a row"
        )
        return Verdict.EXTRA, f"the {what} is answered{rows}"
    seen = None if answer.control is None else answer.control.rows
    if seen == 0:
        note = (
            f"the {what} is answered, without rows; the setup user gets none either, so that nothing shows "
            "whether they would be hidden: make a record that it finds, or block the object"
        )
        return Verdict.INCONCLUSIVE, note
    there = "" if seen is None else f", where the setup user gets {seen}"
    return (
        Verdict.EXTRA,
        f"the {what} is answered, without rows{there}: sharing may hide records, but the {what} is allowed",
    )
