"""``/composite/graph``: graphs of record operations, each one transaction."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from contextlib import suppress
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.rest.composite import node, required_requests
from pytest_sfintegration.embedded.rest.subrequests import answer, parse_url, payload_of, references, resolve
from pytest_sfintegration.embedded.wire import Response

__all__ = ["graph"]

# Documented: resources_composite_graph_limits.
_MOST_GRAPHS = 75
_MOST_NODES = 500
_DEEPEST = 15
_MOST_DIFFERENT = 15
_MOST_FAILED = 14
_HALTED = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction failed.",
}
_Node = dict[str, Any]


def graph(call: Call) -> Response:
    """Answer ``POST /composite/graph``: 200 outside, each graph rolled back when one of its nodes fails."""
    if call.method != "POST":
        raise method_not_allowed(call.method, "POST")
    graphs = required_requests(call.json_of("graphs"), "graphs")
    each_nodes = [required_requests(each, "compositeRequest") for each in graphs]
    if len(graphs) > _MOST_GRAPHS:
        return ok({"graphs": [_over("_default", _MOST_GRAPHS, "Graphs in the Payload")]})
    if sum(len(nodes) for nodes in each_nodes) > _MOST_NODES:
        return ok({"graphs": [_over("_default", _MOST_NODES, "Nodes in the Graph")]})
    if len(_kinds(each_nodes)) > _MOST_DIFFERENT:
        return ok({"graphs": [_over("_default", _MOST_DIFFERENT, "Different Nodes in the Payload")]})
    answers = []
    failed = 0
    for each, nodes in zip(graphs, each_nodes, strict=True):
        name = each.get("graphId")
        if failed >= _MOST_FAILED:
            answers.append(_failed(name, nodes, 400, [dict(_HALTED)]))
            continue
        answers.append(_run_graph(call, name, nodes))
        failed += not answers[-1]["isSuccessful"]
    return ok({"graphs": answers})


def _over(name: Any, limit: int, what: str) -> dict[str, Any]:
    """Return the answer to a payload that is too large: recorded(comp.graph.limit)."""
    body = [{"errorCode": "LIMIT_EXCEEDED", "message": f"Limit of {limit} reached for number of {what}"}]
    return _failed(name, [{"referenceId": None}], 400, body)


def _failed(name: Any, nodes: list[_Node], status: int, body: Any) -> dict[str, Any]:
    """Repeat the root error on every node: recorded(comp.graph.fail)."""
    return {
        "graphId": name,
        "graphResponse": {
            "compositeResponse": [
                {
                    "body": body,
                    "httpHeaders": {},
                    "httpStatusCode": status,
                    "referenceId": each.get("referenceId"),
                }
                for each in nodes
            ]
        },
        "isSuccessful": False,
    }


def _run_graph(call: Call, name: Any, nodes: list[_Node]) -> dict[str, Any]:
    try:
        ordered, depth = _order(nodes)
        for each in nodes:
            _kind(each)
    except ApiError as refused:
        return _failed(name, nodes, refused.status, refused.body())
    if depth > _DEEPEST:
        return _over(name, _DEEPEST, "Levels in the Graph")
    storage = call.world.storage
    mark = storage.savepoint()
    results: dict[str, Any] = {}
    answers: dict[str, Response] = {}
    for each in ordered:
        response = _run_node(call, each, results)
        if response.status >= 400:
            storage.rollback(mark)
            return _failed(name, nodes, response.status, payload_of(response))
        results[each["referenceId"]] = payload_of(response)
        answers[each["referenceId"]] = response
    items = [node(each, answers[each["referenceId"]]) for each in nodes]
    return {"graphId": name, "graphResponse": {"compositeResponse": items}, "isSuccessful": True}


def _run_node(call: Call, each: _Node, results: dict[str, Any]) -> Response:
    try:
        url = resolve(each.get("url"), results)
        body = resolve(each.get("body"), results)
    except ApiError as refused:
        return Response(status=refused.status, payload=refused.body())
    return answer(call, each.get("method"), url, body, each.get("httpHeaders"))


def _kinds(each_nodes: list[list[_Node]]) -> set[tuple[str, str]]:
    """Return what makes nodes different: method and object, counted over the whole payload."""
    kinds = set()
    for nodes in each_nodes:
        for each in nodes:
            with suppress(ApiError):  # the graph itself says what is wrong with it
                kinds.add(_kind(each))
    return kinds


def _kind(each: _Node) -> tuple[str, str]:
    """Return method and object of a node; only operations on records are allowed.

    Documented, graph introduction.
    """
    _, segments, _ = parse_url(each.get("url"))
    method = str(each.get("method") or "").upper()
    record = len(segments) in {3, 4} and segments[2].lower() != "describe"
    allowed = {"POST": len(segments) == 2, "GET": record, "PATCH": record, "DELETE": record}.get(
        method, False
    )
    if not allowed or segments[0].lower() != "sobjects":
        raise ApiError(
            400, "INVALID_INPUT", f"{method} {each.get('url')} is not supported in a composite graph"
        )
    return method, segments[1].lower()


def _order(nodes: list[_Node]) -> tuple[list[_Node], int]:
    """Return the nodes with every node after those that it refers to, and the depth of the longest chain."""
    by_name = {each.get("referenceId"): each for each in nodes}
    if len(by_name) < len(nodes) or None in by_name:
        raise ApiError(400, "INVALID_INPUT", "Every node needs a referenceId of its own")
    needs = {name: references([each.get("url"), each.get("body")]) for name, each in by_name.items()}
    depth: dict[Any, int] = {}
    ordered: list[_Node] = []
    waiting = list(by_name)
    while waiting:
        ready = [
            name for name in waiting if all(need in depth or need not in by_name for need in needs[name])
        ]
        if not ready:
            raise ApiError(400, "INVALID_INPUT", "The references of the graph form a cycle")
        for name in ready:
            depth[name] = 1 + max((depth[need] for need in needs[name] if need in depth), default=0)
            ordered.append(by_name[name])
        waiting = [name for name in waiting if name not in depth]
    return ordered, max(depth.values(), default=0)
