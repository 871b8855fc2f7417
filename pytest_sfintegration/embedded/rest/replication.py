"""``/sobjects/X/updated`` and ``/deleted``: what changed in a span of time."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.embedded.view import ObjectView
from pytest_sfintegration.embedded.wire import Response
from pytest_sfintegration.sfdx.model import Governance

__all__ = ["replication"]

_KEPT = timedelta(days=30)


def replication(call: Call, view: ObjectView, kind: str) -> Response:
    """Answer ``updated`` or ``deleted`` (documented: sObject Get Updated, sObject Get Deleted).

    Those of the records that the user may see, by SystemModstamp; the span includes both ends (assumed), its
    seconds are ignored (documented: SOAP getUpdated). ``earliestDateAvailable`` is when the org was built
    (assumed).
    """
    if call.method not in {"GET", "HEAD"}:
        raise method_not_allowed(call.method, "HEAD,GET")
    if view.definition.governance is Governance.SETUP:
        raise NotSupportedError(f"what changed in {view.name}: setup tables have no history")
    call.refuse_params("start", "end")
    start, end = _moment(call, "start"), _moment(call, "end")
    _check_span(start, end, call.world.now())
    covered = datetime_text(end)
    if kind == "updated":
        ids = [row["Id"] for row, _ in _changed(call, view, start, end, deleted=False)]
        return ok({"ids": ids, "latestDateCovered": covered})
    records = [
        {"deletedDate": moment, "id": row["Id"]}
        for row, moment in _changed(call, view, start, end, deleted=True)
    ]
    earliest = datetime_text(call.world.built)
    return ok({"deletedRecords": records, "earliestDateAvailable": earliest, "latestDateCovered": covered})


def _changed(
    call: Call, view: ObjectView, start: datetime, end: datetime, *, deleted: bool
) -> Iterable[tuple[Mapping[str, Any], str]]:
    found = call.world.catalog(call.user).object(view.name)
    for row in () if found is None else found.rows(include_deleted=True):
        moment = row.get("SystemModstamp") or row.get("LastModifiedDate")
        if bool(row.get("IsDeleted")) is deleted and moment and start <= _minute(moment) <= end:
            yield row, moment


def _minute(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(second=0, microsecond=0)


def _moment(call: Call, name: str) -> datetime:
    text = call.params.get(name, "")
    if not text:
        raise ApiError(400, "MISSING_ARGUMENT", f"The parameter {name} is required")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"{name} is no date with a time: {text}. A + in a URL is written %2B"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message) from None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(second=0, microsecond=0)


def _check_span(start: datetime, end: datetime, now: datetime) -> None:
    """Refuse a span that is none (documented) or reaches back more than 30 days (code assumed)."""
    if start >= end:
        raise ApiError(400, "INVALID_REPLICATION_DATE", "startDate must chronologically precede endDate")
    if start < (now - _KEPT).replace(second=0, microsecond=0):
        message = "startDate cannot be more than 30 days ago"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message)
