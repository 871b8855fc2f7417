"""``/composite/batch``: up to 25 independent sub-requests."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from typing import Any

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.rest.call import Call, flag, method_not_allowed, ok
from pytest_sfintegration.embedded.rest.composite import required_requests
from pytest_sfintegration.embedded.rest.subrequests import answer, parse_url, payload_of
from pytest_sfintegration.embedded.wire import Response

__all__ = ["batch"]

_MOST = 25
# Documented: resources_composite_batch, haltOnError (412); the text is assumed.
_HALTED = [{"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}]


def batch(call: Call) -> Response:
    """Answer ``POST /composite/batch``: recorded(comp.batch.errors)."""
    if call.method != "POST":
        raise method_not_allowed(call.method, "POST")
    body = call.json_of("batchRequests", "haltOnError")
    requests = required_requests(body, "batchRequests")
    if len(requests) > _MOST:
        raise ApiError(400, "LIMIT_EXCEEDED", f"Limit of {_MOST} reached for number of batchRequests")
    halt = flag(body.get("haltOnError"), "haltOnError")
    results: list[dict[str, Any]] = []
    has_errors = False
    for each in requests:
        if halt and has_errors:
            results.append({"statusCode": 412, "result": _HALTED})
            continue
        response = _run(call, each)
        results.append({"statusCode": response.status, "result": payload_of(response)})
        has_errors = has_errors or response.status >= 400
    return ok({"hasErrors": has_errors, "results": results})


def _run(call: Call, each: dict[str, Any]) -> Response:
    try:
        _, segments, _ = parse_url(each.get("url"))
    except ApiError as refused:
        return Response(status=refused.status, payload=refused.body())
    if segments and segments[0].lower() == "composite":
        nested = ApiError(400, "INVALID_INPUT", "A batch may not contain composite requests")
        return Response(status=400, payload=nested.body())
    return answer(call, each.get("method"), each.get("url"), each.get("richInput"))
