"""``/jobs``: the two kinds of jobs of Bulk API 2.0."""

from pytest_sfintegration.embedded.bulk.ingest import ingest
from pytest_sfintegration.embedded.bulk.query import query
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["jobs"]

# Documented: "Available in API version 41.0 and later", queries from 47.0 on.
_SINCE = {"ingest": 41.0, "query": 47.0}


def jobs(call: Call) -> Response:
    """Answer ``/jobs/ingest`` and ``/jobs/query``."""
    kind = call.segments[1].lower() if len(call.segments) > 1 else ""
    if float(call.version) < _SINCE.get(kind, 0.0):
        raise not_found()
    if kind == "ingest":
        return ingest(call)
    if kind == "query":
        return query(call)
    raise not_found()
