"""What was not observed at the level that was asked for, and why; strict runs do not accept it."""

from collections.abc import Iterable
from dataclasses import replace

from pytest_sfintegration.access.evidence import Evidence, Level, ObjectEvidence
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import BlockedRow, FieldsRow, ObjectRow, Row
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation

__all__ = ["strict", "with_notes"]

_MADE = (Operation.CREATE, Operation.EDIT, Operation.DELETE)


def with_notes(row: Row, result: RowResult, evidence: Evidence) -> RowResult:
    """Return the result with a note for each right that enforced evidence was to tell of, and did not."""
    notes = tuple(_notes(row, evidence))
    return replace(result, notes=(*result.notes, *notes)) if notes else result


def strict(row: Row, result: RowResult) -> RowResult:
    """Return the result with each note as a finding: what was not observed is inconclusive."""
    findings = tuple(
        Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=row.at, note=note)
        for note in result.notes
    )
    return replace(result, findings=(*result.findings, *findings), notes=())


def _notes(row: Row, evidence: Evidence) -> Iterable[str]:
    if Level.ENFORCED not in evidence.levels or evidence.stopped:
        return
    obj = evidence.objects.get(_object(row))
    if obj is None or not obj.exists:
        return
    if obj.undescribed:
        why = "no describe shows it, to nobody"
        yield f"{obj.object}: not observed at levels described and enforced because {why}"
        return
    if isinstance(row, FieldsRow):
        yield from _of_fields(obj, None)
    elif isinstance(row, BlockedRow) and "." in row.name:
        yield from _of_fields(obj, row.name.partition(".")[2])
    else:
        yield from _of_operations(obj)


def _object(row: Row) -> str:
    if isinstance(row, ObjectRow | FieldsRow):
        return row.object
    if isinstance(row, BlockedRow) and row.kind != "user permission":
        return row.name.partition(".")[0]
    return ""


def _of_operations(obj: ObjectEvidence) -> Iterable[str]:
    answer = obj.operations.get(Level.ENFORCED)
    told = frozenset() if answer is None else answer.yes | answer.no
    for right, outcome in obj.notes.items():
        if isinstance(right, ObjectRight) and right.operation not in told:
            yield _note(right, outcome.note)
    facts = obj.facts
    if facts is None or Operation.DELETE in facts.operations:
        return
    for operation in _MADE:
        right = ObjectRight(object=obj.object, operation=operation)
        if operation in facts.operations and operation not in told and right not in obj.notes:
            yield _note(right, "records of it cannot be removed again, so that none is made")


def _of_fields(obj: ObjectEvidence, only: str | None) -> Iterable[str]:
    answers = obj.fields.get(Level.ENFORCED)
    for right, outcome in obj.notes.items():
        if not isinstance(right, FieldRight) or (only is not None and right.field != only):
            continue
        answer = None if answers is None else answers.read
        if answers is not None and right.operation is Operation.EDIT:
            answer = answers.edit
        if answer is None or right.field not in answer.yes | answer.no:
            yield _note(right, outcome.note)


def _note(right: ObjectRight | FieldRight, why: str) -> str:
    return f"{right}: not observed at level enforced because {why}"
