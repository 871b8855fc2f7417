"""Judge the visibility of one object's fields."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from pytest_sfintegration.access.effective import parts_of, secured_fields, security_field, writable
from pytest_sfintegration.access.evidence import Evidence, Level, ObjectEvidence
from pytest_sfintegration.checks.ignores import ignored_fields
from pytest_sfintegration.checks.rows import compare, control_of, finding, unknown_target, via_findings
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import FieldsRow
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.rights import FieldRight, Location, Operation

__all__ = ["judge_fields"]


class _Wanted:
    """The expected sets of one object's fields, compound fields unfolded into their parts."""

    def __init__(self, row: FieldsRow, facts: ObjectFacts, skip: frozenset[str]) -> None:
        self._facts = facts
        self.at: dict[str, Location] = {}
        rule = row.rule
        everything = frozenset(one.name for one in secured_fields(facts))
        can_write = frozenset(one.name for one in facts.fields.values() if writable(one))
        read = self._unfold(rule.read) | (everything if rule.all_read else frozenset())
        edit = self._unfold(rule.edit) | (everything if rule.all_edit else frozenset())
        judged = read | (frozenset() if rule.others_any else everything - skip)
        self.read_yes = read
        self.read_no = judged - read
        self.edit_yes = edit & can_write  # a compound is never written itself, its parts are
        self.edit_no = (judged & everything) - self.edit_yes
        self.unknown = tuple(name for name in rule.read if name not in facts.fields)
        self.never = tuple(name for name in rule.edit if name in facts.fields and not self._editable(name))

    def _editable(self, name: str) -> bool:
        return any(writable(self._facts.fields[one]) for one in (name, *parts_of(self._facts, name)))

    def _unfold(self, names: Mapping[str, Location]) -> frozenset[str]:
        found: set[str] = set()
        for name, at in names.items():
            if name not in self._facts.fields:
                continue
            for one in (name, *parts_of(self._facts, name)):
                found.add(one)
                self.at.setdefault(one, at)
        return frozenset(found)


def judge_fields(row: FieldsRow, evidence: Evidence, today: date) -> RowResult:
    """Compare the fields that the matrix shows with the ones observed, both ways."""
    obj = evidence.objects[row.object]
    if not obj.exists or obj.facts is None:
        findings, judged = [unknown_target(row.object, obj, row.at, evidence)], 1
    else:
        want = _Wanted(row, obj.facts, ignored_fields(row.ignore, row.object, today))
        findings = [*_impossible(row, want), *_deviations(row, obj, obj.facts, want, evidence)]
        findings = _with_paste(row, findings)
        findings += _all_fields(row, findings, evidence)
        if row.via:
            findings += _via(row, obj.facts, want, findings, evidence)
        judged = len(want.read_yes) + len(want.read_no) + len(want.edit_yes) + len(want.edit_no)
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=row.object,
        judged=judged,
        findings=tuple(findings),
        control=control_of(evidence, obj),
        marks={"fields": f"{len(findings)} WRONG" if findings else _summary(row)},
        levels=tuple(obj.fields),
    )


def _summary(row: FieldsRow) -> str:
    edit = "all" if row.rule.all_edit else len(row.rule.edit)
    read = "all" if row.rule.all_read else len(row.rule.read.keys() - row.rule.edit.keys())
    return f"{edit} edit, {read} read"


def _impossible(row: FieldsRow, want: _Wanted) -> Iterable[Finding]:
    for name in want.unknown:
        yield Finding(
            verdict=Verdict.UNKNOWN_TARGET,
            right=FieldRight(object=row.object, field=name, operation=Operation.READ),
            expected=True,
            at=row.rule.read[name],
            note=f"the setup user does not see a field {name} on {row.object}",
        )
    for name in want.never:
        yield Finding(
            verdict=Verdict.MISSING,
            right=FieldRight(object=row.object, field=name, operation=Operation.EDIT),
            expected=True,
            at=row.rule.edit[name],
            note="nobody can edit it (formula, auto-number, roll-up or system field): list it under read",
        )


def _deviations(
    row: FieldsRow, obj: ObjectEvidence, facts: ObjectFacts, want: _Wanted, evidence: Evidence
) -> list[Finding]:
    findings: list[Finding] = []
    for operation, yes, no, answers in (
        (Operation.READ, want.read_yes, want.read_no, {k: v.read for k, v in obj.fields.items()}),
        (Operation.EDIT, want.edit_yes, want.edit_no, {k: v.edit for k, v in obj.fields.items()}),
    ):
        findings += compare(
            yes, no, answers, _maker(row, obj, facts, want, operation=operation, evidence=evidence)
        )
    return _folded(findings, facts, row.rule.read)


def _maker(
    row: FieldsRow,
    obj: ObjectEvidence,
    facts: ObjectFacts,
    want: _Wanted,
    *,
    operation: Operation,
    evidence: Evidence,
) -> Callable[[str, bool, Mapping[Level, bool]], Finding]:
    def make(name: str, expected: bool, answers: Mapping[Level, bool]) -> Finding:
        right = FieldRight(object=row.object, field=name, operation=operation)
        outcome = obj.notes.get(right)
        secured = security_field(facts, facts.fields[name])
        return finding(
            right,
            expected=expected,
            at=want.at.get(name, row.at),
            answers=answers,
            evidence=evidence,
            note="" if outcome is None else outcome.note,
            secured_as=replace(right, field=secured),
        )

    return make


def _folded(findings: list[Finding], facts: ObjectFacts, named: Mapping[str, Location]) -> list[Finding]:
    """Tell a compound field once: its parts say the same, for field-level security stands on the compound.

    A part that the matrix names itself keeps its name.
    """
    kept: dict[tuple[str, Operation, Verdict], Finding] = {}
    for one in findings:
        right = one.right
        assert isinstance(right, FieldRight)  # noqa: S101 - only field rights are compared here
        secured = right.field
        if right.field not in named:
            secured = security_field(facts, facts.fields[right.field])
        kept.setdefault(
            (secured, right.operation, one.verdict), replace(one, right=replace(right, field=secured))
        )
    return list(kept.values())


def _with_paste(row: FieldsRow, findings: list[Finding]) -> list[Finding]:
    """Give all extra fields one entry to add to the matrix: edit implies read."""
    extra: dict[Operation, list[str]] = {Operation.EDIT: [], Operation.READ: []}
    for one in findings:
        if one.verdict is Verdict.EXTRA and isinstance(one.right, FieldRight):
            extra[one.right.operation].append(one.right.field)
    edit = extra[Operation.EDIT]
    read = [name for name in extra[Operation.READ] if name not in edit]
    parts = [f"{word}: [{', '.join(names)}]" for word, names in (("edit", edit), ("read", read)) if names]
    paste = f"{row.object}: {{fields: {{{', '.join(parts)}}}}}"
    return [replace(one, paste=paste) if one.verdict is Verdict.EXTRA else one for one in findings]


def _all_fields(row: FieldsRow, findings: list[Finding], evidence: Evidence) -> list[Finding]:
    """View All Fields is an extra also while every field is visible anyway: it shows the next one too."""
    configured = evidence.configured
    if configured is None or row.rule.all_read or row.rule.others_any:
        return []
    told = any(one.verdict is Verdict.EXTRA for one in findings)
    if told or not configured.views_all_fields(row.object):
        return []
    right = FieldRight(object=row.object, field="*", operation=Operation.READ)
    held = {Level.CONFIGURED: True}
    return [finding(right, expected=False, at=row.at, answers=held, evidence=evidence)]


def _via(
    row: FieldsRow, facts: ObjectFacts, want: _Wanted, findings: list[Finding], evidence: Evidence
) -> list[Finding]:
    wrong = {one.right for one in findings}
    held = []
    for operation, names in ((Operation.READ, want.read_yes), (Operation.EDIT, want.edit_yes)):
        for name in sorted(names):
            secured = security_field(facts, facts.fields[name])
            right = FieldRight(object=row.object, field=secured, operation=operation)
            if facts.fields[secured].permissionable and right not in wrong:
                held.append((right, right, want.at.get(name, row.at)))
    return via_findings(dict.fromkeys(held), row.via, evidence)
