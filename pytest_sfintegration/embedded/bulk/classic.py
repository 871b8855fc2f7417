"""``/services/async``: Bulk API, in XML and JSON.

Job-level answers follow the Content-Type of the request, batch-level ones that of the job: with this rule
every client that was seen works.
"""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.bulk.classic_format import (
    batch_facts,
    job_facts,
    outcomes_answer,
    read_properties,
    render,
    selection_answer,
)
from pytest_sfintegration.embedded.bulk.classic_job import QUERIES, Batch, ClassicJob, run_batch
from pytest_sfintegration.embedded.bulk.ingest import plan_of
from pytest_sfintegration.embedded.bulk.load import Plan
from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.wire import Response

__all__ = ["ClassicError", "answer", "refusal"]

_BATCH, _RESULT = "751", "752"
# Documented: Bulk API, Errors. What the other doors call the same.
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "API_CURRENTLY_DISABLED": "InvalidUser",
        "API_DISABLED_FOR_ORG": "FeatureNotEnabled",
        "FEATURENOTENABLED": "FeatureNotEnabled",
        "INVALIDJOB": "InvalidJob",
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": "InvalidUser",
        "INVALID_SESSION_ID": "InvalidSessionId",
        "REQUEST_LIMIT_EXCEEDED": "ExceededQuota",
        "UNSUPPORTED_API_VERSION": "InvalidVersion",
    }
)
_CONTENT_TYPES = frozenset({"CSV", "JSON"})
_KNOWN = frozenset(
    {"concurrencyMode", "contentType", "externalIdFieldName", "id", "object", "operation", "state"}
)


class ClassicError(ApiError):
    """A refusal in the words of Bulk API; its statuses are 400 (assumed)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(400, code, message)


def refusal(headers: Mapping[str, str], refused: ApiError) -> Response:
    """Return a refusal as ``exceptionCode`` and ``exceptionMessage`` in the format of the request."""
    code = _CODES.get(refused.code, refused.code)
    status = 400 if refused.code in _CODES else refused.status
    content = {"exceptionCode": code, "exceptionMessage": refused.message.removeprefix(f"{code} : ")}
    return render("error", content, as_json=_wants_json(headers), status=status)


def _wants_json(headers: Mapping[str, str]) -> bool:
    return "json" in headers.get("content-type", "").lower()


def answer(call: Call) -> Response:
    """Answer a call below ``/services/async/VV.0`` (documented: Bulk API)."""
    path = [each.lower() for each in call.segments]
    if path[:1] != ["job"]:
        raise ClassicError("InvalidUrl", f"Destination URL not found: /{'/'.join(call.segments)}")
    if len(path) == 1:
        _only(call, "POST")
        return _shown(call, _create(call), status=201)
    job = _job(call, call.segments[1])
    if len(path) == 2:
        _only(call, "GET", "POST")
        return _shown(call, job if call.method == "GET" else _change(call, job))
    if path[2] != "batch":
        raise ClassicError("InvalidUrl", f"Destination URL not found: /{'/'.join(call.segments)}")
    if len(path) == 3:
        _only(call, "GET", "POST")
        return _batches(call, job) if call.method == "GET" else _add(call, job)
    _only(call, "GET")
    batch = job.batch(canonical_id(call.segments[3]))
    if batch is None:
        raise ClassicError("InvalidBatch", f"Unable to find batch with id: {call.segments[3]}")
    return _batch(call, job, batch)


def _only(call: Call, *methods: str) -> None:
    if call.method not in methods:
        raise ClassicError("InvalidOperation", f"{call.method} is not one of {', '.join(methods)}")


def _shown(call: Call, job: ClassicJob, status: int = 200) -> Response:
    return render("jobInfo", job_facts(job), as_json=_wants_json(call.headers), status=status)


def _properties(call: Call) -> dict[str, Any]:
    if _wants_json(call.headers):
        given: dict[str, Any] | None = call.json_object()
    else:
        given = read_properties(call.body)
    if given is None:
        raise ClassicError("InvalidXML", "The body is no jobInfo document")
    unknown = sorted(set(given) - _KNOWN)
    if unknown:
        raise NotSupportedError(f"the job property {unknown[0]!r}")
    return given


def _create(call: Call) -> ClassicJob:
    given = _properties(call)
    chunking = call.headers.get("sforce-enable-pkchunking", "false")
    if chunking.lower() != "false":
        raise NotSupportedError("PK chunking (Sforce-Enable-PKChunking)")
    content_type = given.get("contentType") or "XML"
    if content_type not in _CONTENT_TYPES:
        raise NotSupportedError(f"jobs with the contentType {content_type}; CSV and JSON are")
    bulk = call.world.bulk
    return bulk.classic.put(
        ClassicJob(
            head=bulk.head(call, call.world.now()),
            plan=_plan(call, given),
            content_type=content_type,
            concurrency="Serial" if given.get("concurrencyMode") in {"Serial", 1} else "Parallel",
        )
    )


def _plan(call: Call, given: Mapping[str, Any]) -> Plan:
    if given.get("operation") not in QUERIES:
        return plan_of(call, given)
    name = given.get("object")
    view = call.user.object(name) if isinstance(name, str) else None
    if view is None:
        raise ClassicError("InvalidJob", f"Unable to find object: {name or ''}")
    return Plan(operation=str(given["operation"]), object_name=view.name)


def _job(call: Call, text: str) -> ClassicJob:
    job = call.world.bulk.classic.find(canonical_id(text), call.user.person.id)
    if job is None:
        raise ClassicError("InvalidJob", f"Unable to find job with id: {text}")
    return job


def _change(call: Call, job: ClassicJob) -> ClassicJob:
    state = _properties(call).get("state")
    if state not in {"Closed", "Aborted"}:
        raise ClassicError("InvalidJobState", f"state {state!r} is none of Closed, Aborted")
    if job.state != "Open":
        raise ClassicError("InvalidJobState", f"a job in state {job.state} cannot go to {state}")
    return call.world.bulk.classic.put(replace(job, state=str(state)))


def _add(call: Call, job: ClassicJob) -> Response:
    """Take a batch and run it; the answer still says Queued, as that of a real org does."""
    if job.state != "Open":
        raise ClassicError("InvalidJobState", f"a job in state {job.state} takes no batches")
    bulk = call.world.bulk
    added = Batch(id=bulk.ids.next(_BATCH), data=call.body)
    batch = run_batch(call, job, added, result_id=bulk.ids.next(_RESULT))
    bulk.classic.put(replace(job, batches=(*job.batches, batch)))
    facts = batch_facts(job, batch, state="Queued")
    return render("batchInfo", facts, as_json=job.content_type == "JSON", status=201)


def _batches(_call: Call, job: ClassicJob) -> Response:
    facts = {"batchInfo": [batch_facts(job, each) for each in job.batches]}
    return render("batchInfoList", facts, as_json=job.content_type == "JSON")


def _batch(call: Call, job: ClassicJob, batch: Batch) -> Response:
    rest = [each.lower() for each in call.segments[4:]]
    if not rest:
        return render("batchInfo", batch_facts(job, batch), as_json=job.content_type == "JSON")
    if rest == ["request"]:
        kind = "text/csv" if job.content_type == "CSV" else "application/json"
        return Response(status=200, payload=batch.data, content_type=kind)
    if rest[0] != "result" or len(rest) > 2:
        raise ClassicError("InvalidUrl", f"Destination URL not found: /{'/'.join(call.segments)}")
    if batch.state == "Failed":
        raise ClassicError("InvalidBatch", f"Batch not completed: {batch.message}")
    return _result(call, job, batch)


def _result(call: Call, job: ClassicJob, batch: Batch) -> Response:
    if job.plan.operation not in QUERIES:
        return outcomes_answer(job, batch)
    if len(call.segments) == 5:
        if job.content_type == "JSON":
            return Response(status=200, payload=[batch.result_id])
        return render("result-list", {"result": [batch.result_id]}, as_json=False)
    if canonical_id(call.segments[5]) != batch.result_id:
        raise ClassicError("InvalidBatch", f"Unable to find result with id: {call.segments[5]}")
    return selection_answer(job, batch)
