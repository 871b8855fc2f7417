"""Judge setup entities: those that must never be granted, and all of them where the matrix says which are."""

from pytest_sfintegration.access.blocked_evidence import SetupEntityAccess
from pytest_sfintegration.access.evidence import Evidence, Level
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
        elif key not in access.granted:
            findings.append(_missing(key, place, access))
    extra = sorted(access.granted.keys() - at.keys())
    findings += [_extra(key, row.at, access, _paste(row, extra)) for key in extra]
    judged = max(1, len(access.existing | at.keys()))
    mark = f"{len(findings)} WRONG" if findings else f"{len(at)} allowed"
    return _result(row, evidence, findings, judged, mark)


def _access(evidence: Evidence) -> SetupEntityAccess | None:
    return None if evidence.blocked is None else evidence.blocked.entities


def _undecided(at: Location, evidence: Evidence) -> Finding:
    trouble = {} if evidence.blocked is None else evidence.blocked.trouble
    note = trouble.get("setup entities") or evidence.stopped or "setup-entity access was not read"
    return Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=at, note=note)


def _not_granted(key: _Key, at: Location, access: SetupEntityAccess) -> list[Finding]:
    if key not in access.existing:
        return [_unknown(key, at, expected=False)]
    return [_extra(key, at, access, "")] if key in access.granted else []


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
    return Finding(
        verdict=Verdict.MISSING,
        right=None,
        special=SetupEntityRight(kind=key[0], name=key[1]),
        expected=True,
        at=at,
        observed={Level.CONFIGURED: False},
        muted=access.muted.get(key, ()),
        nearest=access.nearest.get(key, ()),
    )


def _extra(key: _Key, at: Location, access: SetupEntityAccess, paste: str) -> Finding:
    return Finding(
        verdict=Verdict.EXTRA,
        right=None,
        special=SetupEntityRight(kind=key[0], name=key[1]),
        expected=False,
        at=at,
        observed={Level.CONFIGURED: True},
        grants=access.granted[key],
        paste=paste,
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
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=judged,
        findings=tuple(findings),
        control=control_of(evidence),
        marks={kind: mark},
        levels=(Level.CONFIGURED,),
    )
