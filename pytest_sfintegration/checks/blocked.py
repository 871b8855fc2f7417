"""Judge the named "never" rows."""

from collections.abc import Mapping

from pytest_sfintegration.access.evidence import Evidence, Level, ObjectEvidence
from pytest_sfintegration.checks.closed_world import permission_finding, unknown_permission
from pytest_sfintegration.checks.leaks import leak_control, leak_notes, with_leaks
from pytest_sfintegration.checks.objects import MARKS, operation_findings
from pytest_sfintegration.checks.rows import compare, control_of, finding, unknown_target
from pytest_sfintegration.checks.verdict import Finding, RowResult
from pytest_sfintegration.matrix.expectations import BlockedRow
from pytest_sfintegration.rights import FieldRight, Operation

__all__ = ["judge_blocked"]


def judge_blocked(row: BlockedRow, evidence: Evidence) -> RowResult:
    """Compare one blocked object, field or user permission: nothing of it may be held."""
    obj: ObjectEvidence | None = None
    if row.kind == "user permission":
        findings, judged = _user_permission(row, evidence), 1
    else:
        name, _, field = row.name.partition(".")
        obj = evidence.objects[name]
        if not obj.exists:
            findings, judged = [unknown_target(name, obj, row.at, evidence)], 1
        elif field:
            findings, judged = _field(row, obj, field, evidence), 2
        else:
            findings, judged = operation_findings(obj, frozenset(), evidence, row.at, {}), len(Operation)
        findings = with_leaks(row, findings, evidence)
    control = "; ".join(part for part in (control_of(evidence, obj), leak_control(row, evidence)) if part)
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=judged,
        findings=tuple(findings),
        control=control,
        marks={"blocked": MARKS[findings[0].verdict] if findings else "blocked"},
        levels=_levels(obj, evidence),
        notes=leak_notes(row, evidence),
    )


def _levels(obj: ObjectEvidence | None, evidence: Evidence) -> tuple[Level, ...]:
    """Return what was looked at: of a user permission, the permission tables alone."""
    if obj is not None:
        return tuple(obj.operations)
    return () if evidence.configured is None else (Level.CONFIGURED,)


def _user_permission(row: BlockedRow, evidence: Evidence) -> list[Finding]:
    if row.name not in evidence.known_permissions:
        return [unknown_permission(row.name, row.at, evidence, expected=False)]
    if evidence.configured is None or row.name in evidence.configured.user_permissions:
        return [permission_finding(row.name, row.at, evidence, expected=False)]
    return []


def _field(row: BlockedRow, obj: ObjectEvidence, field: str, evidence: Evidence) -> list[Finding]:
    if obj.facts is None or field not in obj.facts.fields:
        return [unknown_target(row.name, obj, row.at, evidence)]
    findings: list[Finding] = []
    for operation, answers in (
        (Operation.READ, {level: one.read for level, one in obj.fields.items()}),
        (Operation.EDIT, {level: one.edit for level, one in obj.fields.items()}),
    ):
        right = FieldRight(object=obj.object, field=field, operation=operation)
        outcome = obj.notes.get(right)

        def make(
            _name: str,
            expected: bool,
            told: Mapping[Level, bool],
            right: FieldRight = right,
            note: str = "" if outcome is None else outcome.note,
        ) -> Finding:
            return finding(right, expected=expected, at=row.at, answers=told, evidence=evidence, note=note)

        findings += compare(frozenset(), frozenset({field}), answers, make)
    return findings
