"""Conditional requests: 304 for what has not changed, 412 for what has."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.wire import Response

__all__ = ["check_unmodified", "not_modified"]


def not_modified(call: Call) -> Response | None:
    """Return the 304 of a describe that the client already has: recorded(desc.if_modified_since).

    The schema of the embedded org never changes after it was built.
    """
    since = _date(call.headers.get("if-modified-since"))
    if since is None or since < call.world.built:
        return None
    return Response(status=304, headers={"ETag": call.world.etag, "Last-Modified": call.world.last_modified})


def check_unmodified(call: Call, row: Mapping[str, Any]) -> None:
    """Raise the 304 or 412 that a record's LastModifiedDate calls for (statuses recorded, texts assumed)."""
    changed = row.get("LastModifiedDate") or row.get("SystemModstamp")
    if not changed:
        return
    moment = datetime.fromisoformat(changed).replace(microsecond=0)
    since = _date(call.headers.get("if-modified-since"))
    if since is not None and moment <= since:
        raise ApiError(
            304 if call.method == "GET" else 412, "PRECONDITION_FAILED", "The record was not modified"
        )
    unless = _date(call.headers.get("if-unmodified-since"))
    if unless is not None and moment > unless:
        raise ApiError(412, "PRECONDITION_FAILED", "Preconditions failed for the request")


def _date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
