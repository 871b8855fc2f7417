"""Judge the operations on one object."""

from collections.abc import Mapping

from pytest_sfintegration.access.evidence import Evidence, Level, ObjectEvidence
from pytest_sfintegration.checks.rows import (
    compare,
    control_of,
    finding,
    letters,
    unknown_target,
    via_findings,
)
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import ObjectRow
from pytest_sfintegration.rights import Location, ObjectRight, Operation

__all__ = ["MARKS", "judge_object", "operation_findings"]

ALL_OPERATIONS = frozenset(Operation)

MARKS: Mapping[Verdict, str] = {
    Verdict.EXTRA: "EXTRA",
    Verdict.MISSING: "MISSING",
    Verdict.INCONCLUSIVE: "?",
    Verdict.UNKNOWN_TARGET: "?",
}


def judge_object(row: ObjectRow, evidence: Evidence) -> RowResult:
    """Compare the operations that the matrix allows with the ones observed, both ways."""
    obj = evidence.objects[row.object]
    if not obj.exists:
        findings = [unknown_target(row.object, obj, row.at, evidence)]
    else:
        findings = operation_findings(obj, row.allowed, evidence, row.at, row.at_operation)
        if row.via:
            findings += _via(row, findings, evidence)
    marks = {str(one): "yes" if one in row.allowed else "-" for one in Operation}
    for one in findings:
        if isinstance(one.right, ObjectRight):
            marks[str(one.right.operation)] = MARKS[one.verdict]
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=row.object,
        judged=len(ALL_OPERATIONS),
        findings=tuple(findings),
        control=control_of(evidence, obj),
        marks=marks,
        levels=tuple(obj.operations),
    )


def operation_findings(
    obj: ObjectEvidence,
    allowed: frozenset[Operation],
    evidence: Evidence,
    at: Location,
    at_operation: Mapping[Operation, Location],
) -> list[Finding]:
    """Return a finding for every operation that is not as expected."""
    judged = _judged(obj)
    held = frozenset().union(*(answer.yes for answer in obj.operations.values()))
    paste = f"{obj.object}: {{access: {letters(allowed | held)}}}"

    def make(operation: Operation, expected: bool, answers: Mapping[Level, bool]) -> Finding:
        right = ObjectRight(object=obj.object, operation=operation)
        outcome = obj.notes.get(right)
        return finding(
            right,
            expected=expected,
            at=at_operation.get(operation, at),
            answers=answers,
            evidence=evidence,
            note="" if outcome is None else outcome.note,
            paste=paste,
        )

    return compare(allowed, judged - allowed, obj.operations, make)


def _judged(obj: ObjectEvidence) -> frozenset[Operation]:
    """View all and modify all stand in the permission tables alone: elsewhere there is nothing to judge."""
    if not obj.operations or Level.CONFIGURED in obj.operations:
        return ALL_OPERATIONS
    return ALL_OPERATIONS - {Operation.VIEW_ALL, Operation.MODIFY_ALL}


def _via(row: ObjectRow, findings: list[Finding], evidence: Evidence) -> list[Finding]:
    wrong = {one.right for one in findings}
    held = []
    for operation in sorted(row.allowed):
        right = ObjectRight(object=row.object, operation=operation)
        if right not in wrong:
            held.append((right, right, row.at_operation.get(operation, row.at)))
    return via_findings(held, row.via, evidence)
