"""``/composite``: up to 25 sub-requests, references between them, all or none on demand."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call, flag, method_not_allowed, ok
from pytest_sfintegration.embedded.rest.subrequests import answer, parse_url, payload_of, resolve
from pytest_sfintegration.embedded.wire import Response

__all__ = ["composite", "node", "required_requests"]

_MOST = 25
_MOST_HEAVY = 5  # Documented: resources_composite_composite_post.
_ALLOWED = frozenset({"composite", "limits", "query", "queryall", "sobjects"})
_HALTED = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction failed.",
}


def composite(call: Call) -> Response:
    """Answer ``POST /composite``: always 200 outside (recorded, CumulusCI cassettes)."""
    if call.method != "POST":
        raise method_not_allowed(call.method, "POST")
    body = call.json_of("allOrNone", "collateSubrequests", "compositeRequest")
    requests = required_requests(body, "compositeRequest")
    if len(requests) > _MOST:
        raise ApiError(
            400, "LIMIT_EXCEEDED", f"Limit of {_MOST} reached for number of Subrequests in the Composite"
        )
    if sum(_is_heavy(each) for each in requests) > _MOST_HEAVY:
        raise ApiError(
            400, "LIMIT_EXCEEDED", f"Limit of {_MOST_HEAVY} reached for queries and sObject Collections"
        )
    names = [each.get("referenceId") for each in requests]
    if len(set(names)) < len(names) or None in names:
        raise ApiError(400, "INVALID_INPUT", "Every subrequest needs a referenceId of its own")
    all_or_none = flag(body.get("allOrNone"), "allOrNone")
    mark = call.world.storage.savepoint()
    results: dict[str, Any] = {}
    items: list[dict[str, Any]] = []
    failed = None
    for number, each in enumerate(requests):
        if failed is not None and all_or_none:
            items.append(_halted(each))
            continue
        response = _run(call, each, results)
        items.append(node(each, response))
        if response.status >= 400 and failed is None:
            failed = number
    if failed is not None and all_or_none:
        call.world.storage.rollback(mark)
        items = [item if place == failed else _halted(requests[place]) for place, item in enumerate(items)]
    return ok({"compositeResponse": items})


def _is_heavy(each: dict[str, Any]) -> bool:
    """Tell whether a sub-request is a query or an sObject Collections request."""
    try:
        _, segments, _ = parse_url(each.get("url"))
    except ApiError:
        return False
    return bool(segments) and segments[0].lower() in {"composite", "query", "queryall"}


def required_requests(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the sub-requests of a body; raises ApiError when there are none."""
    requests = body.get(name)
    if not isinstance(requests, list) or not all(isinstance(each, dict) for each in requests):
        raise ApiError(400, "INVALID_INPUT", f"The body needs a list {name}")
    return requests


def _run(call: Call, each: dict[str, Any], results: dict[str, Any]) -> Response:
    try:
        url = resolve(each.get("url"), results)
        body = resolve(each.get("body"), results)
        _, segments, _ = parse_url(url)
        first = segments[0].lower() if segments else ""
        if first not in _ALLOWED or (first == "composite" and segments[1:2] != ("sobjects",)):
            raise NotSupportedError(f"{'/'.join(segments)} inside of a composite request")
    except ApiError as refused:
        return Response(status=refused.status, payload=refused.body())
    response = answer(call, each.get("method"), url, body, each.get("httpHeaders"))
    if response.status < 400:
        results[each["referenceId"]] = payload_of(response)
    return response


def node(each: dict[str, Any], response: Response) -> dict[str, Any]:
    """Return an item of a compositeResponse: recorded(comp.badref, desc.if_modified_since)."""
    kept = {
        name: value
        for name, value in response.headers.items()
        if name in {"ETag", "Last-Modified", "Location"}
    }
    return {
        "body": payload_of(response),
        "httpHeaders": kept,
        "httpStatusCode": response.status,
        "referenceId": each.get("referenceId"),
    }


def _halted(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "body": [dict(_HALTED)],
        "httpHeaders": {},
        "httpStatusCode": 400,
        "referenceId": each.get("referenceId"),
    }
