"""Judge a row of the matrix against the evidence: a pure function, one module an aspect."""

from dataclasses import replace
from datetime import date

from pytest_sfintegration.access.evidence import Evidence
from pytest_sfintegration.checks.blocked import judge_blocked
from pytest_sfintegration.checks.closed_world import judge_closed_world, judge_user_permissions
from pytest_sfintegration.checks.fields import judge_fields
from pytest_sfintegration.checks.objects import judge_object
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import (
    BlockedEntityRow,
    BlockedRow,
    ChecklistRow,
    FieldsRow,
    ObjectRow,
    QueryRow,
    RecordRow,
    RequestRow,
    RightsRow,
    Row,
    SetupEntitiesRow,
    UserPermissionsRow,
)

__all__ = ["judge"]

_NO_CONTROL = (
    "the control failed: the user can do nothing at all in this org, so a denial proves nothing "
    "(is it the right user, and is the API enabled for it?)"
)


def judge(row: Row, evidence: Evidence, *, today: date) -> RowResult:
    """Return what a row comes to. Denials of a user who can do nothing at all are not believed."""
    if isinstance(row, ChecklistRow):
        from pytest_sfintegration.checks.checklist.judge import judge_checklist  # noqa: PLC0415 - few have one

        return judge_checklist(row, evidence.practices, today)
    result = _judge(row, evidence, today)
    if evidence.stopped:
        return _cut_short(row, result, evidence)
    if evidence.alive:
        return result
    findings = tuple(_without_control(one) for one in result.findings)
    return replace(result, findings=(_no_control(row), *findings), control="")


def _judge(row: RightsRow, evidence: Evidence, today: date) -> RowResult:  # noqa: PLR0911 - one for each aspect
    if isinstance(row, ObjectRow):
        return judge_object(row, evidence)
    if isinstance(row, FieldsRow):
        return judge_fields(row, evidence, today)
    if isinstance(row, BlockedRow):
        return judge_blocked(row, evidence)
    if isinstance(row, UserPermissionsRow):
        return judge_user_permissions(row, evidence, today)
    if isinstance(row, RecordRow):
        from pytest_sfintegration.checks.sharing import judge_records  # noqa: PLC0415 - records only

        return judge_records(row, evidence)
    if isinstance(row, QueryRow | RequestRow | BlockedEntityRow | SetupEntitiesRow):
        return _judge_refusal(row, evidence)
    return judge_closed_world(row, evidence, today)


def _judge_refusal(
    row: QueryRow | RequestRow | BlockedEntityRow | SetupEntitiesRow, evidence: Evidence
) -> RowResult:
    from pytest_sfintegration.checks import requests, setup_entities  # noqa: PLC0415 - few matrices have them

    if isinstance(row, QueryRow | RequestRow):
        return requests.judge_request(row, evidence)
    if isinstance(row, BlockedEntityRow):
        return setup_entities.judge_blocked_entity(row, evidence)
    return setup_entities.judge_setup_entities(row, evidence)


def _cut_short(row: Row, result: RowResult, evidence: Evidence) -> RowResult:
    """Add that gathering stopped: what was observed by then is told, but nothing is green."""
    if isinstance(row, UserPermissionsRow) and evidence.configured is not None:
        return result  # it rests on the permission tables alone
    why = evidence.stopped or ""
    cut = Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=row.at, note=why)
    told = tuple(one for one in result.findings if one.note != why)
    return replace(result, findings=(*told, cut))


def _without_control(one: Finding) -> Finding:
    return replace(one, verdict=Verdict.INCONCLUSIVE, note=_NO_CONTROL)


def _no_control(row: Row) -> Finding:
    return Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=row.at, note=_NO_CONTROL)
