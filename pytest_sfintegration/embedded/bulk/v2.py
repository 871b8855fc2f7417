"""What the two kinds of jobs of Bulk API 2.0 have in common: properties, refusals, answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_sfintegration.embedded.bulk.csv_text import DELIMITERS, LINE_ENDINGS, Dialect
from pytest_sfintegration.embedded.bulk.jobs import JobHead
from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.wire import Response

__all__ = [
    "csv_answer",
    "dialect_of",
    "facts_of",
    "invalid_job",
    "invalid_state",
    "listing",
    "refuse_unknown",
    "statistics",
    "wanted_state",
]

_CSV = "text/csv; charset=UTF-8"


def invalid_job(message: str) -> ApiError:
    """Return the 400 of a job that cannot be: INVALIDJOB with ``InvalidJob : `` in front.

    Community: as published for an unknown object. The codes are those of Bulk API in capitals.
    """
    return ApiError(400, "INVALIDJOB", f"InvalidJob : {message}")


def invalid_state(message: str) -> ApiError:
    """Return the refusal of a step that the job's state does not allow (code documented, text assumed)."""
    return ApiError(400, "INVALIDJOBSTATE", f"InvalidJobState : {message}")


def refuse_unknown(given: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse what is asked for and not modelled."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise NotSupportedError(f"the job property {unknown[0]!r}")


def dialect_of(given: Mapping[str, Any]) -> Dialect:
    """Return the CSV dialect that a job asks for; COMMA and LF are documented defaults."""
    if given.get("contentType", "CSV") != "CSV":
        raise invalid_job(f"contentType {given['contentType']!r} is not CSV")
    delimiter, ending = given.get("columnDelimiter", "COMMA"), given.get("lineEnding", "LF")
    if delimiter not in DELIMITERS:
        raise invalid_job(f"columnDelimiter {delimiter!r} is none of {', '.join(DELIMITERS)}")
    if ending not in LINE_ENDINGS:
        raise invalid_job(f"lineEnding {ending!r} is none of {', '.join(LINE_ENDINGS)}")
    return Dialect(delimiter=delimiter, line_ending=ending)


def facts_of(
    head: JobHead, dialect: Dialect, *, kind: str, operation: str, object_name: str, state: str
) -> dict[str, Any]:
    """Return what every answer about a job has (documented: Bulk API 2.0, job info)."""
    return {
        "id": head.id,
        "operation": operation,
        "object": object_name,
        "createdById": head.owner_id,
        "createdDate": head.created,
        "systemModstamp": head.created,
        "state": state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(head.version),
        "jobType": kind,
        "lineEnding": dialect.line_ending,
        "columnDelimiter": dialect.delimiter,
    }


def statistics(processed: int, failed: int | None = None) -> dict[str, Any]:
    """Return the figures of a finished job; times are 0."""
    failures = {} if failed is None else {"numberRecordsFailed": failed}
    return {
        "numberRecordsProcessed": processed,
        **failures,
        "retries": 0,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def wanted_state(call: Call, *states: str) -> str:
    """Return the state that a PATCH asks for."""
    given = call.json_object()
    refuse_unknown(given, ("state",))
    state = given.get("state")
    if state not in states:
        raise invalid_state(f"state {state!r} is none of {', '.join(states)}")
    return str(state)


def listing(call: Call, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a list of jobs; the running user's only (assumed)."""
    call.refuse_params("isPkChunkingEnabled", "jobType", "concurrencyMode")
    kind = call.params.get("jobType")
    chunked = call.params.get("isPkChunkingEnabled", "").lower() == "true"
    kept = [] if chunked else [each for each in records if kind in {None, each["jobType"]}]
    return {"done": True, "records": kept, "nextRecordsUrl": None}


def csv_answer(data: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """Return a CSV file."""
    return Response(status=200, payload=data, headers=dict(headers or {}), content_type=_CSV)
