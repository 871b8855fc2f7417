"""What is not modelled is refused: it is never answered as if it had not been asked."""

from typing import Any
from urllib.parse import parse_qsl

import pytest


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/sobjects/Account?updateOnly=true"),
        ("PATCH", "/sobjects/Account/{id}?updateOnly=true"),
        ("DELETE", "/sobjects/Account/{id}?hard=true"),
        ("PATCH", "/sobjects/Account/Id/{id}?updateOnly=true"),
        ("GET", "/sobjects/Account/{id}/Contacts"),
        ("GET", "/sobjects/User/{user}/password"),
    ],
)
def test_parameter_or_path_that_is_not_modelled_is_refused(setup: Any, method: str, path: str) -> None:
    account = setup.create("Account", Name="Before")
    body = {"Name": "After"} if method in {"POST", "PATCH"} else None
    plain, _, query = path.format(id=account, user=setup.user_id).partition("?")
    response = setup(method, plain, body, **dict(parse_qsl(query)))
    assert response.status == 501
    assert response.payload[0]["errorCode"] == "NOT_SUPPORTED_BY_EMBEDDED_ORG"
    assert [row["Name"] for row in setup.query("SELECT Name FROM Account")] == ["Before"]


_ACCOUNTS = [{"attributes": {"type": "Account"}, "Name": "After"}]
_SUB = [
    {
        "method": "POST",
        "url": "/services/data/v60.0/sobjects/Account",
        "referenceId": "a",
        "body": {"Name": "b"},
    }
]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("composite", {"allOrNone": "true", "compositeRequest": _SUB}),
        ("composite", {"allornone": True, "compositeRequest": _SUB}),
        ("composite/sobjects", {"allOrNone": "true", "records": _ACCOUNTS}),
        ("composite/sobjects", {"allOrNone": 1, "records": _ACCOUNTS}),
        ("composite/sobjects", {"AllOrNone": True, "records": _ACCOUNTS}),
        ("composite/tree/Account", {"allOrNone": True, "records": _ACCOUNTS}),
        ("composite/batch", {"haltOnError": "yes", "batchRequests": []}),
        ("composite/graph", {"graphs": [], "allOrNone": True}),
    ],
)
def test_switch_that_is_not_understood_is_refused_and_nothing_is_written(
    setup: Any, path: str, body: dict[str, Any]
) -> None:
    response = setup("POST", f"/{path}", body)
    assert (response.status, response.payload[0]["errorCode"]) == (501, "NOT_SUPPORTED_BY_EMBEDDED_ORG")
    assert setup.query("SELECT Id FROM Account") == []


def test_delete_of_several_knows_true_and_false_alone(setup: Any) -> None:
    account = setup.create("Account", Name="Before")
    assert setup("DELETE", "/composite/sobjects", ids=account, allOrNone="maybe").status == 501
    assert len(setup.query("SELECT Id FROM Account")) == 1
    assert setup("DELETE", "/composite/sobjects", ids=account, allOrNone="TRUE").status == 200


@pytest.mark.parametrize("query", ["SELECT Id FROM Nowhere__c", "SELECT Nothing__c FROM Account"])
def test_columns_of_what_cannot_be_queried_are_refused_as_the_query_is(integration: Any, query: str) -> None:
    refused = integration("GET", "/query", q=query)
    assert refused.status == 400
    columns = integration("GET", "/query", q=query, columns="true")
    assert (columns.status, columns.payload) == (refused.status, refused.payload)


# REST API Developer Guide, List Available REST Resources: the example of an answer.
RESOURCES = (
    "tooling",
    "metadata",
    "eclair",
    "folders",
    "prechatForms",
    "contact-tracing",
    "jsonxform",
    "chatter",
    "payments",
    "tabs",
    "appMenu",
    "quickActions",
    "queryAll",
    "commerce",
    "wave",
    "iot",
    "analytics",
    "search",
    "smartdatadiscovery",
    "composite",
    "parameterizedSearch",
    "fingerprint",
    "theme",
    "nouns",
    "domino",
    "event",
    "serviceTemplates",
    "recent",
    "connect",
    "licensing",
    "limits",
    "process",
    "dedupe",
    "async-queries",
    "query",
    "jobs/ingest",
    "localizedvalue",
    "mobile",
    "emailConnect",
    "consent",
    "tokenizer",
    "compactLayouts",
    "async",
    "sobjects",
    "actions",
    "support",
    "graphql",
    "ui-api",
)


@pytest.mark.parametrize("resource", RESOURCES)
def test_resource_of_a_real_org_never_reads_like_one_that_does_not_exist(setup: Any, resource: str) -> None:
    for method in ("GET", "POST"):
        response = setup(method, f"/{resource}")
        assert response.status != 404, response.payload
    assert setup("GET", "/nonsense").status == 404
