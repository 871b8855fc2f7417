"""Judge setup entities: those that must never be granted, and all of them where the matrix says which are."""

from collections.abc import Mapping

from pytest_sfintegration.access.blocked_evidence import SetupEntityAccess
from pytest_sfintegration.access.evidence import Evidence, Level
from pytest_sfintegration.access.setup_entities import CUSTOM_METADATA, CUSTOM_SETTING
from pytest_sfintegration.checks.compare import describe_answers
from pytest_sfintegration.checks.objects import MARKS
from pytest_sfintegration.checks.rows import control_of
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import BlockedEntityRow, SetupEntitiesRow
from pytest_sfintegration.matrix.model import SETUP_ENTITY_KINDS
from pytest_sfintegration.rights import Location, SetupEntityRight

__all__ = ["judge_blocked_entity", "judge_setup_entities"]

_Key = tuple[str, str]


def judge_blocked_entity(row: BlockedEntityRow, evidence: Evidence) -> RowResult:
    """Compare one setup entity that must not be granted."""
    key = row.kind, row.name
    access = _access(evidence)
    findings = [] if access is None else _not_granted(key, row.at, access)
    if access is None:
        findings = [_undecided(row.at, evidence)]
    return _result(row, evidence, findings, 1, MARKS[findings[0].verdict] if findings else "blocked")


def judge_setup_entities(row: SetupEntitiesRow, evidence: Evidence) -> RowResult:
    """Compare the setup entities that the matrix allows with those granted, both ways."""
    access = _access(evidence)
    if access is None:
        return _result(row, evidence, [_undecided(row.at, evidence)], 1, "?")
    at = {(kind, one.name): one.at for kind, names in row.allowed.by_kind().items() for one in names}
    findings: list[Finding] = []
    for key, place in at.items():
        if key not in access.existing:
            findings.append(_unknown(key, place, expected=True))
        elif not all(_answers(key, access).values()):
            findings.append(_missing(key, place, access))
    held = access.granted.keys() | {key for key, told in access.described.items() if told}
    extra = sorted(key for key in held - at.keys() if not _declared(key, row))
    findings += [_extra(key, row.at, access, _paste(row, extra)) for key in extra]
    judged = max(1, len(access.existing | at.keys()))
    mark = f"{len(findings)} WRONG" if findings else f"{len(at)} allowed"
    return _result(row, evidence, findings, judged, mark)


def _declared(key: _Key, row: SetupEntitiesRow) -> bool:
    """Tell whether ``objects:`` lets the user read a type already."""
    return key[0] in {CUSTOM_METADATA, CUSTOM_SETTING} and key[1] in row.readable


def _answers(key: _Key, access: SetupEntityAccess) -> dict[Level, bool]:
    """Return what the tables say, and for types whose records an API shows what the describe says."""
    told = access.described.get(key)
    answers = {Level.CONFIGURED: key in access.granted}
    return answers if told is None else {**answers, Level.DESCRIBED: told}


def _access(evidence: Evidence) -> SetupEntityAccess | None:
    return None if evidence.blocked is None else evidence.blocked.entities


def _undecided(at: Location, evidence: Evidence) -> Finding:
    trouble = {} if evidence.blocked is None else evidence.blocked.trouble
    note = trouble.get("setup entities") or evidence.stopped or "setup-entity access was not read"
    return Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=at, note=note)


def _not_granted(key: _Key, at: Location, access: SetupEntityAccess) -> list[Finding]:
    if key not in access.existing:
        return [_unknown(key, at, expected=False)]
    return [_extra(key, at, access, "")] if any(_answers(key, access).values()) else []


def _unknown(key: _Key, at: Location, *, expected: bool) -> Finding:
    return Finding(
        verdict=Verdict.UNKNOWN_TARGET,
        right=None,
        special=SetupEntityRight(kind=key[0], name=key[1]),
        expected=expected,
        at=at,
        note=f"the setup user sees no {key[0]} of this name in this org: it is not there, or not deployed",
    )


def _missing(key: _Key, at: Location, access: SetupEntityAccess) -> Finding:
    answers = _answers(key, access)
    if any(answers.values()):
        return _disagreement(key, at, answers, access, expected=True)
    return Finding(
        verdict=Verdict.MISSING,
        right=None,
        special=SetupEntityRight(kind=key[0], name=key[1]),
        expected=True,
        at=at,
        observed=answers,
        muted=access.muted.get(key, ()),
        nearest=access.nearest.get(key, ()),
    )


def _extra(key: _Key, at: Location, access: SetupEntityAccess, paste: str) -> Finding:
    answers = _answers(key, access)
    if not all(answers.values()):
        return _disagreement(key, at, answers, access, expected=False)
    return Finding(
        verdict=Verdict.EXTRA,
        right=None,
        special=SetupEntityRight(kind=key[0], name=key[1]),
        expected=False,
        at=at,
        observed=answers,
        grants=access.granted[key],
        paste=paste,
    )


def _disagreement(
    key: _Key, at: Location, answers: Mapping[Level, bool], access: SetupEntityAccess, *, expected: bool
) -> Finding:
    note = f"the evidence disagrees: {describe_answers(answers)}"
    if answers.get(Level.DESCRIBED):
        note += f" (unless Schema Settings restrict access to {key[0]}s, every user reads them)"
    return Finding(
        verdict=Verdict.INCONCLUSIVE,
        right=None,
        special=SetupEntityRight(kind=key[0], name=key[1]),
        expected=expected,
        at=at,
        observed=answers,
        grants=access.granted.get(key, ()),
        note=note,
    )


def _paste(row: SetupEntitiesRow, extra: list[_Key]) -> str:
    """Return the line that would allow what was found, with all that is allowed already."""
    parts = []
    for key, kind in SETUP_ENTITY_KINDS.items():
        names = [one.name for one in row.allowed.by_kind()[kind]]
        names += [name for each, name in extra if each == kind]
        if names:
            parts.append(f"{key}: [{', '.join(names)}]")
    return f"setup_entities: {{{', '.join(parts)}}}"


def _result(
    row: BlockedEntityRow | SetupEntitiesRow,
    evidence: Evidence,
    findings: list[Finding],
    judged: int,
    mark: str,
) -> RowResult:
    kind = "blocked" if isinstance(row, BlockedEntityRow) else "setup entities"
    access = _access(evidence)
    described = access is not None and access.described
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=judged,
        findings=tuple(findings),
        control=control_of(evidence),
        marks={kind: mark},
        levels=(Level.CONFIGURED, *([Level.DESCRIBED] if described else [])),
    )
