"""``/jobs/ingest``: create a job, upload its data, close it, read its results."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.bulk.ingest_job import IngestJob, run
from pytest_sfintegration.embedded.bulk.load import OPERATIONS, Plan
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
from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, no_content, ok
from pytest_sfintegration.embedded.view import ObjectView, not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["ingest", "plan_of"]

_KNOWN = (
    "columnDelimiter",
    "concurrencyMode",
    "contentType",
    "externalIdFieldName",
    "lineEnding",
    "object",
    "operation",
)
_ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
_RESULTS: Mapping[str, Callable[[IngestJob], bytes]] = MappingProxyType(
    {
        "failedresults": IngestJob.failed_results,
        "successfulresults": IngestJob.successful_results,
        "unprocessedrecords": IngestJob.unprocessed_records,
    }
)
# Community: the text that clients of Bulk API match on, and that was captured in a live org.
_HARD_DELETE_REFUSED = (
    "hardDelete operation requires special user profile permission, please contact your system administrator"
)


def ingest(call: Call) -> Response:
    """Answer ``/jobs/ingest`` (documented: Bulk API 2.0, ingest; the statuses by the clients' own tests)."""
    rest = call.segments[2:]
    if not rest:
        return _jobs(call)
    job = call.world.bulk.ingest.find(canonical_id(rest[0]), call.user.person.id)
    if job is None:
        raise not_found()
    if len(rest) == 1:
        return _job(call, job)
    if len(rest) > 2:
        raise not_found()
    if rest[1].lower() == "batches":
        return _upload(call, job)
    return _results(call, job, rest[1].lower())


def _jobs(call: Call) -> Response:
    if call.method == "POST":
        return ok(_info(_create(call)))
    if call.method != "GET":
        raise method_not_allowed(call.method, "GET,POST")
    jobs = call.world.bulk.ingest.of(call.user.person.id)
    return ok(listing(call, [_info(each) for each in jobs]))


def _results(call: Call, job: IngestJob, name: str) -> Response:
    results = _RESULTS.get(name)
    if results is None:
        raise not_found()
    if call.method != "GET":
        raise method_not_allowed(call.method, "GET")
    if job.state not in _ENDED:
        raise invalid_state(f"the results of a job in state {job.state} are not there yet")
    return csv_answer(results(job))


def _info(job: IngestJob, state: str | None = None) -> dict[str, Any]:
    shown = state or job.state
    facts = facts_of(
        job.head,
        job.dialect,
        kind="V2Ingest",
        operation=job.plan.operation,
        object_name=job.plan.object_name,
        state=shown,
    )
    if job.plan.external_id is not None:
        facts["externalIdFieldName"] = job.plan.external_id
    if shown == "Open":
        facts["contentUrl"] = f"services/data/v{job.head.version}/jobs/ingest/{job.head.id}/batches"
    if shown in _ENDED:
        facts |= statistics(len(job.outcomes), job.failed)
    if job.error_message:
        facts["errorMessage"] = job.error_message
    return facts


def _create(call: Call) -> IngestJob:
    if "multipart" in call.headers.get("content-type", ""):
        raise NotSupportedError("creating a job with its data in one multipart request; upload it by PUT")
    given = call.json_object()
    refuse_unknown(given, _KNOWN)
    dialect = dialect_of(given)
    plan = plan_of(call, given)
    bulk = call.world.bulk
    return bulk.ingest.put(IngestJob(head=bulk.head(call, call.world.now()), plan=plan, dialect=dialect))


def plan_of(call: Call, given: Mapping[str, Any]) -> Plan:
    """Return what a job is to do; raises ApiError.

    hardDelete needs the permission Bulk API Hard Delete (documented). Without the right to create, change or
    delete at all the job is taken and every record refused, as REST would (assumed: a real org may refuse the
    job).
    """
    operation = given.get("operation")
    if operation not in OPERATIONS:
        raise invalid_job(f"operation {operation!r} is none of {', '.join(sorted(OPERATIONS))}")
    if operation == "hardDelete" and not call.user.person.holds("BulkApiHardDelete"):
        raise ApiError(400, "FEATURENOTENABLED", _HARD_DELETE_REFUSED)
    name = given.get("object")
    view = call.user.object(name) if isinstance(name, str) else None
    if view is None:
        raise invalid_job(f"Unable to find object: {name or ''}")
    return Plan(
        operation=operation, object_name=view.name, external_id=_external_id(view, given, operation=operation)
    )


def _external_id(view: ObjectView, given: Mapping[str, Any], *, operation: str) -> str | None:
    name = given.get("externalIdFieldName")
    if operation != "upsert":
        return None
    if not isinstance(name, str) or not name:
        raise invalid_job("externalIdFieldName is required for upsert")
    field = view.field(name)
    if field is None:
        raise invalid_job(f"Field name provided, {name} does not match an External ID for {view.name}")
    return field.name


def _job(call: Call, job: IngestJob) -> Response:
    if call.method == "GET":
        return ok(_info(job))
    jobs = call.world.bulk.ingest
    if call.method == "DELETE":
        if job.state == "Open":
            raise invalid_state("an open job cannot be deleted: abort it first")
        jobs.drop(job)
        return no_content()
    if call.method != "PATCH":
        raise method_not_allowed(call.method, "DELETE,GET,PATCH")
    wanted = wanted_state(call, "UploadComplete", "Aborted")
    if job.state != "Open":
        raise invalid_state(f"a job in state {job.state} cannot go to {wanted}")
    if wanted == "Aborted":
        return ok(_info(jobs.put(replace(job, state="Aborted"))))
    if job.data is None:
        raise invalid_state("the job has no data: upload it first")
    done = jobs.put(run(call, job))
    return ok(_info(replace(done, error_message=""), state="UploadComplete"))


def _upload(call: Call, job: IngestJob) -> Response:
    """Take the data, once (documented); it is looked at when the upload is declared complete."""
    if call.method != "PUT":
        raise method_not_allowed(call.method, "PUT")
    if not call.headers.get("content-type", "text/csv").lower().startswith("text/csv"):
        raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "The data of a job is text/csv")
    if job.state != "Open":
        raise invalid_state(f"a job in state {job.state} takes no data")
    if job.data is not None:
        raise invalid_state("a job takes one upload: its data is there already")
    call.world.bulk.ingest.put(replace(job, data=call.body))
    return Response(status=201, payload=b"")
