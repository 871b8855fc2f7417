"""What is known of the bulk APIs, of replication and of the SOAP services that only refuse."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    COMMUNITY,
    DOCUMENTED,
    row,
    rows,
)

__all__ = ["bulk_marks"]

_BULK2 = "Bulk API 2.0 Developer Guide"
_BULK = "Bulk API Developer Guide"
_REST = "REST API Developer Guide"
_STATUS_CODES = "SOAP API Developer Guide, StatusCode"
_SFORCE = "SOAP API Developer Guide, ExceptionCode"
_HARD_DELETE = "forcedotcom/dataloader: hardDelete without the permission"

_METHODS = (
    row(
        "bulk.ingest._jobs POST => POST /jobs/ingest|bulk.ingest._jobs GET => GET /jobs/ingest|"
        "bulk.ingest._job GET => GET /jobs/ingest/{job}|bulk.ingest._job PATCH => PATCH /jobs/ingest/{job}|"
        "bulk.ingest._job DELETE => DELETE /jobs/ingest/{job}|"
        "bulk.ingest._upload PUT => PUT /jobs/ingest/{job}/batches",
        DOCUMENTED,
        f"{_BULK2}, ingest",
        "a job is seen by its owner only, and runs the moment its upload is complete (assumed); a column "
        "that is not there or hidden, or the want of the key column, fails it whole (recorded: "
        "ForceCLI/force issue 413, amp-labs/connectors pull request 118; heroku/salesforce-bulk issue 101)",
    ),
    row(
        "bulk.ingest._results GET => GET /jobs/ingest/{job}/successfulResults, failedResults, "
        "unprocessedrecords",
        DOCUMENTED,
        f"{_BULK2}, Get Job Successful Record Results",
        "sf__Error is CODE:message:fields --, the code and text being those of REST",
    ),
    row(
        "bulk.query.query POST => POST /jobs/query|bulk.query.query GET => GET /jobs/query, "
        "/jobs/query/{job}/results|bulk.query._job GET => GET /jobs/query/{job}|"
        "bulk.query._job PATCH => PATCH /jobs/query/{job}|"
        "bulk.query._job DELETE => DELETE /jobs/query/{job}",
        DOCUMENTED,
        f"{_BULK2}, query",
        "the query runs when the job is created; what REST refuses is refused then (assumed)",
    ),
    row(
        "bulk.classic.answer POST => POST /services/async/{version}/job…|"
        "bulk.classic.answer GET => GET /services/async/{version}/job…",
        DOCUMENTED,
        f"{_BULK}, jobs and batches",
        "CSV and JSON batches; XML and ZIP ones, binary attachments and PK chunking are refused; a column "
        "that is not there or hidden fails the batch whole (recorded for CSV: jsforce/jsforce issue 688)",
    ),
    row(
        "rest.replication.replication GET => GET /sobjects/{object}/updated, /deleted",
        DOCUMENTED,
        f"{_REST}, sObject Get Updated, sObject Get Deleted",
        "whether the ends of the span belong to it is assumed",
    ),
)

_PATHS = (
    row(
        "rest.router jobs => /jobs|bulk.resource ingest => /jobs/ingest|bulk.resource query => /jobs/query|"
        "bulk.ingest batches => /jobs/ingest/{job}/batches|bulk.query results => /jobs/query/{job}/results",
        DOCUMENTED,
        _BULK2,
    ),
    row(
        "org async => /services/async|bulk.classic job => /services/async/{version}/job|"
        "bulk.classic batch => …/job/{job}/batch|bulk.classic result => …/batch/{batch}/result|"
        "bulk.classic request => …/batch/{batch}/request",
        DOCUMENTED,
        _BULK,
    ),
    row(
        "rest.sobjects updated => /sobjects/{object}/updated|rest.sobjects deleted => "
        "/sobjects/{object}/deleted",
        DOCUMENTED,
        _REST,
    ),
)

_CODES = (
    row("bulk.ingest 415 UNSUPPORTED_MEDIA_TYPE", ASSUMED, "", "data that is not text/csv"),
    row(
        "bulk.load 400 DUPLICATE_EXTERNAL_ID|bulk.load 400 MISSING_ARGUMENT|bulk.load 400 MALFORMED_ID",
        DOCUMENTED,
        _STATUS_CODES,
        "texts assumed",
    ),
    row("bulk.query 400 INVALID_INPUT", ASSUMED, "", "maxRecords that is no number"),
    row("bulk.query 400 INVALID_QUERY_LOCATOR", DOCUMENTED, _SFORCE, "text assumed"),
    row(
        "bulk.selection 400 FUNCTIONALITY_NOT_ENABLED",
        COMMUNITY,
        "the answer for compound fields, widely quoted",
        "that such queries are refused is documented",
    ),
    row(
        "org 400 INVALID_SESSION_ID",
        DOCUMENTED,
        f"{_BULK}, Errors",
        "InvalidSessionId of Bulk API; the status is assumed",
    ),
    row(
        "rest.replication 400 INVALID_REPLICATION_DATE|rest.replication 400 MISSING_ARGUMENT",
        DOCUMENTED,
        _SFORCE,
        "for a span that is none; for one of more than 30 days the code is assumed, as are all texts",
    ),
)

_PERMISSIONS = (
    row(
        "bulk.ingest BulkApiHardDelete",
        DOCUMENTED,
        f"{_BULK2}, Operation; {_HARD_DELETE}",
        "Bulk API Hard Delete, for hardDelete; the status is assumed",
    ),
)


def bulk_marks() -> Iterator[Mark]:
    """Yield the marks of the bulk APIs and their neighbours."""
    yield from rows(Kind.ENDPOINT, _METHODS)
    yield from rows(Kind.PATH, _PATHS)
    yield from rows(Kind.ERROR, _CODES)
    yield from rows(Kind.USER_PERMISSION, _PERMISSIONS)
