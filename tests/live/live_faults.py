"""Faults of a network and an org, each as a function of a request; and what a run may say about each."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from live_server import Fault, LiveServer, Process

from pytest_sfintegration.embedded.wire import Request, Response

TIMEOUT = 0.6
"""Seconds that a run waits in these tests."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """``words``: what a run that could not tell says: any of them."""

    fault: Fault
    words: tuple[str, ...]


def refused(status: int, code: str, text: str = "as told", headers: Mapping[str, str] | None = None) -> Fault:
    payload = [{"message": text, "errorCode": code}]
    return lambda _request, _process: Response(status=status, payload=payload, headers=headers or {})


def page(status: int) -> Fault:
    html = "<html><body>We are down for maintenance.</body></html>"
    return lambda _request, _process: Response(status=status, payload=html, content_type="text/html")


def processed(fault: Fault) -> Fault:
    """Let the org do it, and answer with the fault all the same."""

    def act(request: Request, process: Process) -> Any:
        process()
        return fault(request, process)

    return act


def drop(_request: Request, _process: Process) -> None:
    return None


def slow(_request: Request, process: Process) -> Response:
    answer = process()
    time.sleep(2 * TIMEOUT)
    return answer


def slow_before(_request: Request, process: Process) -> Response:
    time.sleep(2 * TIMEOUT)
    return process()


def truncated(_request: Request, process: Process) -> bytes:
    body = process().body()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body[: len(body) // 2]


def half_json(_request: Request, process: Process) -> Response:
    body = process().body()
    return Response(status=200, payload=body[: len(body) // 2])


def empty(_request: Request, process: Process) -> Response:
    process()
    return Response(status=200, payload=b"")


def moved(_request: Request, _process: Process) -> Response:
    return Response(status=302, payload=b"", headers={"Location": "https://elsewhere.invalid/"})


def garbage(_request: Request, _process: Process) -> bytes:
    return b"\x16\x03\x01 this is no HTTP\r\n\r\n"


def login_refused(error: str, description: str) -> Fault:
    """Refuse the session and every log-in after it."""

    def act(request: Request, _process: Process) -> Response:
        if request.path.endswith("/oauth2/token"):
            return Response(status=400, payload={"error": error, "error_description": description})
        return Response(
            status=401, payload=[{"message": "Session expired", "errorCode": "INVALID_SESSION_ID"}]
        )

    return act


def expired(request: Request, process: Process) -> Response:
    if request.path.endswith("/oauth2/token"):
        return process()
    return Response(status=401, payload=[{"message": "Session expired", "errorCode": "INVALID_SESSION_ID"}])


_SPENT = {"Sforce-Limit-Info": "api-usage=5000/5000"}

LOGIN = ("no log-in answer", "cannot be reached", "an address elsewhere", "a part of an answer")
"""What is said when the log-in itself meets the fault."""

KINDS: Mapping[str, Kind] = {
    "500 before": Kind(fault=refused(500, "UNKNOWN_EXCEPTION"), words=("UNKNOWN_EXCEPTION",)),
    "500 after": Kind(fault=processed(refused(500, "UNKNOWN_EXCEPTION")), words=("UNKNOWN_EXCEPTION",)),
    "502 page": Kind(fault=page(502), words=("a web page",)),
    "503": Kind(fault=refused(503, "SERVER_UNAVAILABLE"), words=("SERVER_UNAVAILABLE",)),
    "maintenance": Kind(fault=page(503), words=("maintenance",)),
    "429": Kind(
        fault=refused(429, "REQUEST_LIMIT_EXCEEDED", headers={"Retry-After": "0"}), words=("REQUEST_LIMIT",)
    ),
    "429 for an hour": Kind(
        fault=refused(429, "REQUEST_LIMIT_EXCEEDED", headers={"Retry-After": "3600"}),
        words=("to wait 3600 s", "REQUEST_LIMIT_EXCEEDED"),
    ),
    "concurrent limit": Kind(
        fault=refused(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."),
        words=("REQUEST_LIMIT_EXCEEDED",),
    ),
    "daily limit": Kind(
        fault=refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", _SPENT),
        words=("are spent", "nearly spent"),
    ),
    "lock": Kind(fault=refused(400, "UNABLE_TO_LOCK_ROW"), words=("UNABLE_TO_LOCK_ROW",)),
    "drop before": Kind(fault=drop, words=("dropped",)),
    "drop after": Kind(fault=processed(drop), words=("dropped",)),
    "slow after": Kind(fault=slow, words=("no answer within",)),
    "slow before": Kind(fault=slow_before, words=("no answer within",)),
    "truncated": Kind(fault=truncated, words=("dropped", "broke off", "cannot be reached")),
    "half JSON": Kind(fault=half_json, words=("broke off", "a part of an answer")),
    "empty": Kind(fault=empty, words=("is empty",)),
    "page instead of JSON": Kind(fault=page(200), words=("a web page",)),
    "login page": Kind(fault=page(403), words=("a web page",)),
    "moved": Kind(fault=moved, words=("has moved",)),
    "garbage": Kind(fault=garbage, words=("dropped", "broke off")),
    "expired session": Kind(fault=expired, words=("INVALID_SESSION_ID",)),
    "revoked": Kind(fault=login_refused("invalid_grant", "expired access/refresh token"), words=("expired",)),
    "IP refused": Kind(fault=login_refused("invalid_grant", "ip restricted"), words=("IP ranges",)),
    "API off": Kind(fault=refused(403, "API_DISABLED_FOR_ORG"), words=("API_DISABLED_FOR_ORG",)),
    "permission lost": Kind(fault=refused(403, "API_CURRENTLY_DISABLED"), words=("API_CURRENTLY_DISABLED",)),
}


def keeping(served: LiveServer, request: Request) -> Response:
    """Do the first step of each graph for good, as an org would that does not roll back."""
    graphs = []
    for graph in json.loads(request.body)["graphs"]:
        first, *others = graph["compositeRequest"]
        body = json.dumps(first["body"]).encode()
        done = served.org.handle(replace(request, path=first["url"], body=body))
        nodes = [
            {"referenceId": one["referenceId"], "httpStatusCode": done.status, "body": done.payload}
            for one in (first, *others)
        ]
        graphs.append(
            {
                "graphId": graph["graphId"],
                "isSuccessful": done.status == 201,
                "graphResponse": {"compositeResponse": nodes},
            }
        )
    return Response(status=200, payload={"graphs": graphs})


def once_at(index: int, fault: Fault) -> Callable[..., Any]:
    """Return a fault for the request with that number alone."""
    numbers = count()  # two users' requests may come at the same time: each has a number of its own

    def act(request: Request, process: Process) -> Any:
        return fault(request, process) if next(numbers) == index else process()

    return act


def from_then_on(index: int, fault: Fault) -> Callable[..., Any]:
    """Return a fault for the request with that number and all after it."""
    numbers = count()

    def act(request: Request, process: Process) -> Any:
        return fault(request, process) if next(numbers) >= index else process()

    return act
