"""``/jobs/query``: create a query job and page through its results."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

import base64
import binascii
from typing import Any

from pytest_sfintegration.embedded.bulk.csv_text import write_table
from pytest_sfintegration.embedded.bulk.query_job import QueryJob
from pytest_sfintegration.embedded.bulk.selection import select
from pytest_sfintegration.embedded.bulk.v2 import (
    csv_answer,
    dialect_of,
    facts_of,
    invalid_job,
    invalid_state,
    listing,
    refuse_unknown,
    statistics,
    wanted_state,
)
from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, no_content, ok
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["query"]

_KNOWN = ("columnDelimiter", "contentType", "lineEnding", "operation", "query")
_PAGE = 50_000


def query(call: Call) -> Response:
    """Answer ``/jobs/query`` (documented: Bulk API 2.0, query)."""
    rest = call.segments[2:]
    if not rest:
        if call.method == "POST":
            return ok(_info(_create(call), state="UploadComplete"))
        if call.method != "GET":
            raise method_not_allowed(call.method, "GET,POST")
        jobs = call.world.bulk.query.of(call.user.person.id)
        return ok(listing(call, [_info(each) for each in jobs]))
    job = call.world.bulk.query.find(canonical_id(rest[0]), call.user.person.id)
    if job is None or len(rest) > 2:
        raise not_found()
    if len(rest) == 1:
        return _job(call, job)
    if rest[1].lower() != "results":
        raise not_found()
    if call.method != "GET":
        raise method_not_allowed(call.method, "GET")
    return _results(call, job)


def _info(job: QueryJob, state: str = "JobComplete") -> dict[str, Any]:
    facts = facts_of(
        job.head,
        job.dialect,
        kind="V2Query",
        operation=job.operation,
        object_name=job.selection.object_name,
        state=state,
    )
    return facts if state == "UploadComplete" else facts | statistics(len(job.selection.rows))


def _create(call: Call) -> QueryJob:
    """Run the query at once; one that REST refuses is refused here (assumed: not by a failed job)."""
    given = call.json_object()
    refuse_unknown(given, _KNOWN)
    dialect = dialect_of(given)
    operation, text = given.get("operation"), given.get("query")
    if operation not in {"query", "queryAll"}:
        raise invalid_job(f"operation {operation!r} is none of query, queryAll")
    if not isinstance(text, str) or not text:
        raise invalid_job("query is required")
    selection = select(call, text, include_deleted=operation == "queryAll")
    bulk = call.world.bulk
    return bulk.query.put(
        QueryJob(
            head=bulk.head(call, call.world.now()), operation=operation, dialect=dialect, selection=selection
        )
    )


def _job(call: Call, job: QueryJob) -> Response:
    if call.method == "GET":
        return ok(_info(job))
    if call.method == "DELETE":
        call.world.bulk.query.drop(job)
        return no_content()
    if call.method != "PATCH":
        raise method_not_allowed(call.method, "DELETE,GET,PATCH")
    wanted_state(call, "Aborted")
    raise invalid_state("a job in state JobComplete cannot be aborted")


def _results(call: Call, job: QueryJob) -> Response:
    """Return a page: Sforce-Locator leads to the next one, ``null`` behind the last (documented).

    A page holds 50,000 records unless ``maxRecords`` asks for fewer (assumed).
    """
    call.refuse_params("locator", "maxRecords")
    asked = call.params.get("maxRecords", str(_PAGE))
    if not (asked.isascii() and asked.isdigit()) or int(asked) == 0:
        raise ApiError(400, "INVALID_INPUT", "maxRecords is a number above 0")
    start, size = _start(call.params.get("locator")), min(int(asked), _PAGE)
    rows = job.selection.rows
    page, end = rows[start : start + size], start + size
    locator = "null" if end >= len(rows) else base64.urlsafe_b64encode(str(end).encode()).decode().rstrip("=")
    headers = {"Sforce-Locator": locator, "Sforce-NumberOfRecords": str(len(page))}
    return csv_answer(write_table(job.selection.columns, page, job.dialect), headers)


def _start(locator: str | None) -> int:
    if locator in (None, "", "null"):
        return 0
    try:
        text = base64.urlsafe_b64decode(f"{locator}==").decode()
    except (binascii.Error, ValueError):
        text = ""
    if not (text.isascii() and text.isdigit()):
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return int(text)
