"""Bulk API on the wire: XML or JSON of jobs and batches, results as CSV, JSON or XML."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from pytest_sfintegration.embedded.bulk.classic_job import Batch, ClassicJob
from pytest_sfintegration.embedded.bulk.csv_text import COMMA_LF, write_table
from pytest_sfintegration.embedded.bulk.load import Outcome
from pytest_sfintegration.embedded.login.soap_xml import parse_xml
from pytest_sfintegration.embedded.wire import Response

__all__ = ["batch_facts", "job_facts", "outcomes_answer", "read_properties", "render", "selection_answer"]

_NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
_XML = "application/xml"
_CSV = "text/csv"


def render(name: str, content: Any, *, as_json: bool, status: int = 200) -> Response:
    """Return a value as JSON, or as an XML document whose root is ``name``."""
    if as_json:
        return Response(status=status, payload=content)
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{_NAMESPACE}">{_xml(content)}</{name}>'
    return Response(status=status, payload=text, content_type=_XML)


def _xml(content: Any) -> str:
    """Return the inside of an element: members by name, a list as repeated elements."""
    if isinstance(content, Mapping):
        return "".join(
            f"<{name}>{_xml(each)}</{name}>"
            for name, value in content.items()
            for each in (value if isinstance(value, list) else [value])
        )
    if isinstance(content, bool):
        return str(content).lower()
    return escape(str(content))


def read_properties(body: bytes) -> dict[str, str] | None:
    """Return the members of a jobInfo document; None when it is none. Document types are refused."""
    root = parse_xml(body)
    if root is None or root.tag.rpartition("}")[2] != "jobInfo":
        return None
    return {each.tag.rpartition("}")[2]: (each.text or "").strip() for each in root}


def job_facts(job: ClassicJob) -> dict[str, Any]:
    """Return a jobInfo (documented: Bulk API, JobInfo); batches are never queued for long: times are 0."""
    failed = sum(1 for each in job.batches if each.state == "Failed")
    external = {} if job.plan.external_id is None else {"externalIdFieldName": job.plan.external_id}
    return {
        "id": job.head.id,
        "operation": job.plan.operation,
        "object": job.plan.object_name,
        "createdById": job.head.owner_id,
        "createdDate": _moment(job.head.created),
        "systemModstamp": _moment(job.head.created),
        "state": job.state,
        **external,
        "concurrencyMode": job.concurrency,
        "contentType": job.content_type,
        "numberBatchesQueued": 0,
        "numberBatchesInProgress": 0,
        "numberBatchesCompleted": len(job.batches) - failed,
        "numberBatchesFailed": failed,
        "numberBatchesTotal": len(job.batches),
        "numberRecordsProcessed": sum(each.processed for each in job.batches),
        "numberRetries": 0,
        "apiVersion": float(job.head.version),
        "numberRecordsFailed": sum(each.failed for each in job.batches),
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def batch_facts(job: ClassicJob, batch: Batch, *, state: str | None = None) -> dict[str, Any]:
    """Return a batchInfo (documented: Bulk API, BatchInfo)."""
    message = {"stateMessage": batch.message} if batch.message and state is None else {}
    done = state is None
    return {
        "id": batch.id,
        "jobId": job.head.id,
        "state": state or batch.state,
        **message,
        "createdDate": _moment(job.head.created),
        "systemModstamp": _moment(job.head.created),
        "numberRecordsProcessed": batch.processed if done else 0,
        "numberRecordsFailed": batch.failed if done else 0,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def _moment(text: str) -> str:
    return f"{text.removesuffix('+0000')}Z"


def outcomes_answer(job: ClassicJob, batch: Batch) -> Response:
    """Return what became of the records: Id, Success, Created, Error (documented)."""
    if job.content_type == "JSON":
        return Response(status=200, payload=[_json_outcome(each) for each in batch.outcomes])
    rows = [
        (each.id, str(each.refused is None).lower(), str(each.created).lower(), each.error)
        for each in batch.outcomes
    ]
    return _file(("Id", "Success", "Created", "Error"), rows)


def _json_outcome(outcome: Outcome) -> dict[str, Any]:
    errors = [] if outcome.refused is None else [{**outcome.refused.item(), "extendedErrorDetails": None}]
    return {
        "success": outcome.refused is None,
        "created": outcome.created,
        "id": outcome.id or None,
        "errors": errors,
    }


def selection_answer(job: ClassicJob, batch: Batch) -> Response:
    """Return the records of a query; for none, CSV says so in words (community)."""
    selection = batch.selection
    if selection is None:
        return Response(status=200, payload=b"", content_type=_CSV)
    if job.content_type == "JSON":
        return Response(status=200, payload=list(selection.records))
    if not selection.rows:
        return Response(status=200, payload="Records not found for this query", content_type=_CSV)
    return _file(selection.columns, selection.rows)


def _file(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Response:
    return Response(status=200, payload=write_table(header, rows, COMMA_LF), content_type=_CSV)
