"""A business failure is no denial, whichever route it comes by: recorded bodies, answered by a transport."""
# ruff: noqa: E501 - rows of tables

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from blocked_org import Project

from pytest_sfintegration.access.refusals import of_reply
from pytest_sfintegration.orgs.client import Reply

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "wire" / "cases.json"
BODY = {"Name": "x"}
SOBJECT = "/services/data/v62.0/sobjects/Payroll__c"
APEX = "/services/apexrest/billing/v1"


def _error(code: str, message: str = "text", **more: Any) -> list[dict[str, Any]]:
    return [{"message": message, "errorCode": code, **more}]


# The kinds that the wire cases hold no body of; codes as the API's ExceptionCode and StatusCode lists have them.
FAILURES: Mapping[str, tuple[int, Any]] = {
    "required field": (400, _error("REQUIRED_FIELD_MISSING", fields=["Name"])),
    "validation rule": (400, _error("FIELD_CUSTOM_VALIDATION_EXCEPTION", "insufficient access rights")),
    "duplicate value": (400, _error("DUPLICATE_VALUE")),
    "duplicate rule": (400, _error("DUPLICATES_DETECTED")),
    "trigger's own text": (400, _error("FIELD_CUSTOM_VALIDATION_EXCEPTION", "You have no permission")),
    "trigger that hands on a refusal": (
        400,
        _error(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "Guard: execution of BeforeInsert\n\ncaused by: System.DmlException: Insert failed.",
        ),
    ),
    "flow": (400, _error("CANNOT_EXECUTE_FLOW_TRIGGER")),
    "lock": (400, _error("UNABLE_TO_LOCK_ROW")),
    "lock, as a server error": (500, _error("UNABLE_TO_LOCK_ROW")),
    "storage limit": (400, _error("STORAGE_LIMIT_EXCEEDED")),
    "deleted parent": (404, _error("ENTITY_IS_DELETED")),
    "parent that is gone or hidden": (400, _error("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY")),
    "server error with a denial's code": (503, _error("INSUFFICIENT_ACCESS")),
    "page of a proxy": (502, "<html>Bad Gateway</html>"),
}
RECORDED = {
    "crud.trigger_wrapped": "trigger",
    "crud.record_type_not_available": "record type",
    "rec.xref.denied": "parent",
    "limits.daily": "limit",
    "maintenance": "overload",
    "rec.delete.nonexistent": "no record",
    "rest.session_expired": "session",
}


def _failures() -> Iterator[Any]:
    for name, (status, payload) in FAILURES.items():
        yield pytest.param(status, payload, id=name)
    if CASES.is_file():
        for case in json.loads(CASES.read_text(encoding="utf-8")):
            if case["id"] in RECORDED:
                answer = case["response"]
                yield pytest.param(answer["status"], answer["body"], id=case["id"])


@pytest.mark.parametrize(("status", "payload"), [*_failures()])
@pytest.mark.parametrize("path", [SOBJECT, APEX])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_failure_is_never_a_refusal(status: int, payload: Any, path: str, method: str) -> None:
    for accepted in ((), ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "UNABLE_TO_LOCK_ROW", "ENTITY_IS_DELETED")):
        reply = Reply(status=status, payload=payload)
        outcome = of_reply(reply, method=method, path=path, body=BODY, accepted=accepted)
        assert outcome.allowed is not False
        assert outcome.note
        if path == APEX:
            assert outcome.allowed is None


@pytest.mark.parametrize(("status", "payload"), [*_failures()])
def test_failure_inside_of_a_wrapper_is_none_either(status: int, payload: Any) -> None:
    wrappers = (
        {"hasErrors": True, "results": [{"statusCode": status, "result": payload}]},
        {"compositeResponse": [{"httpStatusCode": status, "body": payload}]},
        {"graphs": [{"graphResponse": {"compositeResponse": [{"httpStatusCode": status, "body": payload}]}}]},
    )
    for wrapper in wrappers:
        reply = Reply(status=200, payload=wrapper)
        assert of_reply(reply, method="POST", path=SOBJECT, body=BODY).allowed is not False


def test_members_of_a_transaction_follow_the_one_that_failed() -> None:
    denied = {"httpStatusCode": 404, "body": _error("NOT_FOUND")}
    halted = {"httpStatusCode": 400, "body": _error("PROCESSING_HALTED")}
    done = {"httpStatusCode": 200, "body": {}}
    for parts, allowed in (([denied, halted], False), ([halted], None), ([denied, done], True)):
        reply = Reply(status=200, payload={"compositeResponse": parts})
        assert (
            of_reply(reply, method="POST", path="/services/data/v62.0/composite", body={}).allowed is allowed
        )


@pytest.mark.parametrize(("status", "payload"), [*_failures()])
def test_object_row_is_never_missing_for_a_failure(status: int, payload: Any, project: Project) -> None:
    """The probes of create and edit meet the failure as the integration user."""

    def tamper(call: str, reply: Reply) -> Reply:
        if call.startswith("PATCH"):
            return Reply(status=status, payload=payload)
        if call.endswith("/composite/graph") and reply.ok:
            node = {"httpStatusCode": status, "body": payload}
            graphs = [
                {"graphId": one["graphId"], "graphResponse": {"compositeResponse": [node, node]}}
                for one in reply.payload["graphs"]
            ]
            return Reply(status=200, payload={"graphs": graphs})
        return reply

    ran = project.run(tamper=tamper, only="Contact-crud")
    assert "missing" not in ran.verdicts("Contact-crud")
    assert "extra" not in ran.verdicts("Contact-crud")


@pytest.mark.parametrize(("status", "payload"), [*_failures()])
def test_blocked_request_is_never_green_for_a_failure(status: int, payload: Any, project: Project) -> None:
    text = f"blocked:\n  requests:\n  - {{method: POST, path: {SOBJECT}, body: {{Name: x}}}}\n"

    def tamper(call: str, reply: Reply) -> Reply:
        return Reply(status=status, payload=payload) if call == f"POST {SOBJECT}" else reply

    ran = project.having(matrix=text).run(tamper=tamper, only="request")
    (row,) = ran.results
    assert ran.verdicts(row) in (["inconclusive"], ["extra"])
