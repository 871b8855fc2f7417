"""Judge access to records: expected against what UserRecordAccess, queries and writes told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_sfintegration.access.evidence import Answer, Evidence, Level
from pytest_sfintegration.access.sharing_contacts import PRIVATE_CONTACT
from pytest_sfintegration.access.sharing_evidence import RecordEvidence, SeenRecord
from pytest_sfintegration.checks.compare import describe_answers, deviations, observed
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import RecordRow
from pytest_sfintegration.matrix.model import LISTED, NEEDED_ON_OBJECT, NO_RECORD_ACCESS
from pytest_sfintegration.rights import Operation, RecordOperation, RecordRight

__all__ = ["judge_records"]

_EVERY = frozenset(RecordOperation)
_ORDER = {operation: index for index, operation in enumerate(RecordOperation)}
_SHOWN = 3
"""Ids of records that a message names."""

Answers = Mapping[Level, Answer[RecordOperation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deviation:
    """One operation on one record that is not as expected."""

    operation: RecordOperation
    expected: bool
    record: SeenRecord
    told: Mapping[Level, bool]
    hidden: bool


def judge_records(row: RecordRow, evidence: Evidence) -> RowResult:
    """Compare the access declared, as a maximum and a minimum, with that to every record of the row."""
    seen = evidence.records.get(row.id, RecordEvidence())
    findings = _findings(row, seen, evidence)
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=len(row.judged) * max(1, len(seen.records)),
        findings=tuple(findings),
        control=_control(row, seen, evidence),
        marks={"records": "WRONG" if findings else "ok"},
        levels=tuple(dict.fromkeys(level for one in seen.records for level in one.answers)),
        subject=seen.subject,
        notes=tuple(dict.fromkeys(f"{row.id}: {note}" for one in seen.records for note in one.notes)),
    )


def _findings(row: RecordRow, seen: RecordEvidence, evidence: Evidence) -> list[Finding]:
    if seen.unknown:
        return [_undecided(row, Verdict.UNKNOWN_TARGET, seen.unknown)]
    if seen.trouble or not seen.records:
        why = seen.trouble or evidence.stopped or "the records were not looked at"
        return [_undecided(row, Verdict.INCONCLUSIVE, why)]
    told, untold = _by_visibility(row, seen, evidence)
    findings = [_undecided(row, Verdict.INCONCLUSIVE, _maybe_hidden(row, seen, untold))] if untold else []
    findings += [_finding(row, seen, same, evidence) for same in _alike(_deviations(row, told))]
    if row.expected or findings:
        return findings
    believed = seen.control and (seen.readable or not row.object_reads)
    return [] if believed else [_undecided(row, Verdict.INCONCLUSIVE, _no_control(row, evidence))]


def _undecided(row: RecordRow, verdict: Verdict, why: str) -> Finding:
    return Finding(verdict=verdict, right=None, expected=bool(row.expected), at=row.rule.access_at, note=why)


def _by_visibility(
    row: RecordRow, seen: RecordEvidence, evidence: Evidence
) -> tuple[Sequence[SeenRecord], Sequence[SeenRecord]]:
    """Part the records from those that a restriction rule may hide, and of which no query told.

    UserRecordAccess ignores restriction rules (Object Reference). Users with View All or Modify All do not
    feel them (Help article 001484442).
    """
    held = frozenset() if evidence.configured is None else evidence.configured.operations(row.object)
    if not seen.restriction_rules or held & {Operation.VIEW_ALL, Operation.MODIFY_ALL}:
        return seen.records, ()
    untold = [one for one in seen.records if _may_be_hidden(one.answers)]
    return [one for one in seen.records if one not in untold], untold


def _may_be_hidden(answers: Answers) -> bool:
    read = RecordOperation.READ
    enforced = answers.get(Level.ENFORCED)
    if enforced is not None and read in enforced.yes | enforced.no:
        return False
    described = answers.get(Level.DESCRIBED)
    return described is not None and read in described.yes


def _maybe_hidden(row: RecordRow, seen: RecordEvidence, untold: Sequence[SeenRecord]) -> str:
    rules = " or ".join(seen.restriction_rules)
    counted = "" if row.rule.where is None else f" ({_counted(untold, len(seen.records))})"
    why = dict.fromkeys(note for one in untold for note in one.notes)
    text = (
        f"restriction rule {rules} on {row.object} may hide the record{counted}: UserRecordAccess, which "
        "ignores restriction rules, calls it readable, and no query told"
    )
    return "; ".join([text, *(why or ["enforced evidence was not gathered"])])


def _deviations(row: RecordRow, records: Iterable[SeenRecord]) -> Iterable[_Deviation]:
    for record in records:
        hidden = _is_hidden(record.answers)
        answers = _as_queried(record.answers) if hidden else record.answers
        for operation, expected in deviations(row.expected, row.judged - row.expected, answers):
            yield _Deviation(
                operation=operation,
                expected=expected,
                record=record,
                told=observed(operation, answers),
                hidden=hidden,
            )


def _is_hidden(answers: Answers) -> bool:
    """Tell whether no query shows a record that UserRecordAccess calls readable: restriction rules do so."""
    described, enforced = answers.get(Level.DESCRIBED), answers.get(Level.ENFORCED)
    if described is None or enforced is None:
        return False
    return RecordOperation.READ in described.yes and RecordOperation.READ in enforced.no


def _as_queried(answers: Answers) -> Answers:
    """Return what queries and writes told alone: nothing more can be done with a record out of sight."""
    enforced = answers[Level.ENFORCED]
    return {Level.ENFORCED: Answer(yes=enforced.yes, no=_EVERY - enforced.yes)}


def _alike(found: Iterable[_Deviation]) -> list[list[_Deviation]]:
    """Return deviations that make one finding: one operation, one answer; several records."""
    groups: dict[tuple[object, ...], list[_Deviation]] = {}
    for one in found:
        key = (_ORDER[one.operation], one.expected, tuple(sorted(one.told.items())), one.hidden)
        groups.setdefault(key, []).append(one)
    return [groups[key] for key in sorted(groups, key=lambda key: (not key[1], key[0], str(key)))]


def _finding(row: RecordRow, seen: RecordEvidence, same: Sequence[_Deviation], evidence: Evidence) -> Finding:
    first = same[0]
    values = set(first.told.values())
    verdict = Verdict.MISSING if first.expected else Verdict.EXTRA
    notes = []
    if row.rule.where is not None:
        notes.append(_counted([one.record for one in same], len(seen.records)))
    if len(values) != 1:
        verdict = Verdict.INCONCLUSIVE
        told = describe_answers(first.told)
        notes.append(f"the evidence disagrees: {told}" if told else "no level of evidence could tell")
        notes += _once(first.record.notes)
    return Finding(
        verdict=verdict,
        right=None,
        record=RecordRight(object=row.object, record=row.rule.name, operation=first.operation),
        expected=first.expected,
        at=row.rule.access_at,
        observed=first.told,
        reasons=() if verdict is Verdict.INCONCLUSIVE else tuple(_reasons(row, seen, same, evidence)),
        note="; ".join(notes),
        paste=_paste(row, seen) if verdict is Verdict.EXTRA else "",
    )


def _counted(some: Sequence[SeenRecord], total: int) -> str:
    ids = ", ".join(one.id for one in some[:_SHOWN])
    more = ", ..." if len(some) > _SHOWN else ""
    return f"{len(some)} of {total} found: {ids}{more}"


def _reasons(
    row: RecordRow, seen: RecordEvidence, same: Sequence[_Deviation], evidence: Evidence
) -> Iterable[str]:
    first = same[0]
    needed = NEEDED_ON_OBJECT[first.operation]
    configured = evidence.configured
    if first.expected and configured is not None and needed not in configured.operations(row.object):
        yield f"{evidence.username} has no {needed} on {row.object}, without which sharing gives nothing"
        return
    if first.hidden:
        rules = seen.restriction_rules
        named = f"restriction rule {' or '.join(rules)}" if rules else "a restriction rule"
        yield f"hidden by {named}, most likely: UserRecordAccess, which ignores them, calls it readable"
        return
    if first.expected:
        yield _unshared(first, evidence.username)
    else:
        yield from _undeclared(row, first.operation, evidence)
        yield from _through(same)
    if seen.default and not first.record.private:
        yield f"organization-wide default of {row.object}: {seen.default}"


def _unshared(first: _Deviation, username: str) -> str:
    """Say what is missing: a share at all, or one that gives more."""
    if first.record.reasons is None:
        return "why was not looked up, or the org would not tell"
    if first.record.private:
        return PRIVATE_CONTACT
    if not first.record.reasons:
        return f"no share reaches {username}"
    less = "; ".join(one.text for one in first.record.reasons if first.operation not in one.gives)
    return f"no share gives {username} {first.operation}" + (
        f", there is no more than {less}" if less else ""
    )


def _through(same: Sequence[_Deviation]) -> Iterable[str]:
    """Yield what gives an access that should not be there."""
    texts = dict.fromkeys(
        reason.text for one in same for reason in one.record.reasons or () if one.operation in reason.gives
    )
    yield from (f"through {text}" for text in list(texts)[:_SHOWN])
    if not texts:
        yield "the org names no reason: an implicit share, a team or a territory may be one"


def _undeclared(row: RecordRow, operation: RecordOperation, evidence: Evidence) -> Iterable[str]:
    """Yield the grants of an object permission that the matrix does not allow: without it, no access."""
    needed = NEEDED_ON_OBJECT[operation]
    if evidence.configured is None or needed in row.object_access:
        return
    grants = evidence.configured.why_object(row.object, needed)
    if grants:
        yield f"{needed} on {row.object} is granted by {', '.join(str(one) for one in grants)}"


def _once(notes: Iterable[str]) -> Iterable[str]:
    """Return notes, those of one reason together: ``UserRecordAccess and read was not told: ...``."""
    untold: dict[str, list[str]] = {}
    for note in notes:
        what, told, why = note.partition(" was not told: ")
        if told:
            untold.setdefault(why, []).append(what)
        else:
            yield note
    for why, several in untold.items():
        yield f"{' and '.join(several)} was not told: {why}"


def _paste(row: RecordRow, seen: RecordEvidence) -> str:
    """Return the access that would fit what was observed of every record, if there is such a word."""
    held = {_held(one.answers) for one in seen.records}
    if len(held) != 1:
        return ""
    wanted = held.pop()
    for word in (NO_RECORD_ACCESS, *RecordOperation):
        if row.expected_of(word) == wanted & row.judged_of(word):
            return f"access: {word}"
    single = [one for one in RecordOperation if one in wanted]
    access = LISTED.join(single) + LISTED
    if RecordOperation.READ not in single or RecordOperation.ALL in single:
        return ""
    return f"access: [{', '.join(single)}]" if row.expected_of(access) == wanted else ""


def _held(answers: Answers) -> frozenset[RecordOperation]:
    counted = _as_queried(answers) if _is_hidden(answers) else answers
    return frozenset[RecordOperation]().union(*(one.yes for one in counted.values()))


def _no_control(row: RecordRow, evidence: Evidence) -> str:
    return (
        f"the control failed: {evidence.username} sees no record of {row.object} at all, so that one it does "
        "not see proves nothing"
    )


def _control(row: RecordRow, seen: RecordEvidence, evidence: Evidence) -> str:
    if not seen.records:
        return ""
    parts = [
        "the setup user sees the record" if len(seen.records) == 1 else "the setup user sees the records"
    ]
    if not row.expected and seen.control:
        parts.append(seen.control)
    elif evidence.configured is not None:
        parts.append(f"{evidence.username} is logged in")
    text = " and ".join(parts)
    if any(_is_hidden(one.answers) for one in seen.records):
        text += "; UserRecordAccess, which ignores restriction rules, calls it readable, no query shows it"
    return text
