"""What a request may look like, and the pages of its answer: honoured, or refused with a reason."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.embedded.wire import Request


def _raw(setup: Any, method: str, path: str, query: str, **headers: str) -> Any:
    token = setup.org.login_token(SETUP_USERNAME)
    return setup.org.handle(
        Request(
            method=method,
            path=f"/services/data/v62.0{path}",
            query=query,
            headers={"authorization": f"Bearer {token}", **headers},
        )
    )


def test_a_post_may_mean_another_method(setup: Any) -> None:
    account = setup.create("Account", Name="Before")
    path = f"/sobjects/Account/{account}"
    changed = setup("POST", path, {"Name": "After"}, _HttpMethod="PATCH")
    assert (changed.status, changed.payload) == (204, None)
    assert setup("GET", path).payload["Name"] == "After"
    assert setup("POST", path, {"Name": "x"}).status == 405
    assert setup("POST", path, _HttpMethod="delete").status == 204
    assert setup("GET", path).status == 404


def test_only_a_post_may_mean_another_method(setup: Any) -> None:
    account = setup.create("Account", Name="Stays")
    refused = setup("GET", f"/sobjects/Account/{account}", _HttpMethod="DELETE")
    assert refused.status == 501
    assert setup("GET", f"/sobjects/Account/{account}").status == 200


def test_a_parameter_that_stands_twice_is_refused(setup: Any) -> None:
    twice = _raw(setup, "GET", "/query", "q=SELECT+Id+FROM+Account&q=SELECT+Id+FROM+Contact")
    assert twice.status == 501
    assert "'q' more than once" in twice.payload[0]["message"]
    url = "/services/data/v62.0/query?q=SELECT+Id+FROM+Account&q=SELECT+Id+FROM+Contact"
    body = {"compositeRequest": [{"method": "GET", "url": url, "referenceId": "a"}]}
    assert setup("POST", "/composite", body).payload["compositeResponse"][0]["httpStatusCode"] == 501


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/xml", 501),
        ("text/xml; q=0.9", 501),
        ("application/json", 200),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", 200),
        ("application/xml, application/json", 200),
    ],
)
def test_an_answer_in_xml_only_is_refused(setup: Any, accept: str, status: int) -> None:
    assert replace(setup, headers={"accept": accept})("GET", "/sobjects/Account/describe").status == status


@pytest.mark.parametrize(
    "url", ["https://other.example/services/data/v62.0/limits", "//other.example/v62.0/limits"]
)
def test_a_subrequest_to_a_host_is_refused(setup: Any, url: str) -> None:
    body = {"compositeRequest": [{"method": "GET", "url": url, "referenceId": "a"}]}
    (item,) = setup("POST", "/composite", body).payload["compositeResponse"]
    assert item["httpStatusCode"] == 501
    batch = setup("POST", "/composite/batch", {"batchRequests": [{"method": "GET", "url": url}]})
    assert batch.payload["results"][0]["statusCode"] == 501


def test_a_record_that_says_it_is_of_another_object_is_refused(setup: Any) -> None:
    record = {"attributes": {"type": "Contact"}, "Name": "x"}
    assert setup("POST", "/sobjects/Account", record).status == 501
    assert setup.query("SELECT Id FROM Account") == []
    account = setup.create("Account", attributes={"type": "account"}, Name="x")
    assert setup("PATCH", f"/sobjects/Account/{account}", record).status == 501
    tree = {"records": [{"attributes": {"type": "Contact", "referenceId": "r"}, "Name": "x"}]}
    assert setup("POST", "/composite/tree/Account", tree).payload["hasErrors"]


@pytest.mark.parametrize(
    ("text", "status", "code", "message"),
    [
        (
            "001Em000000000",
            404,
            "NOT_FOUND",
            "Provided external ID field does not exist or is not accessible: ",
        ),
        (
            "001Em0000000001IA",
            404,
            "NOT_FOUND",
            "Provided external ID field does not exist or is not accessible: ",
        ),
        ("001Em0000000001ZZZ", 400, "MALFORMED_ID", "malformed id "),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_no_id_says_so(
    setup: Any, *, method: str, text: str, status: int, code: str, message: str
) -> None:
    answer = setup(method, f"/sobjects/Account/{text}")
    assert answer.status == status
    assert answer.payload[0]["errorCode"] == code
    assert answer.payload[0]["message"] == f"{message}{text}"


def test_groups_have_one_page_only(setup: Any) -> None:
    for number in range(201):
        setup.create("Account", Name=f"N{number}")
    small = replace(setup, headers={"sforce-query-options": "batchSize=200"})
    query = "SELECT Name, COUNT(Id) FROM Account GROUP BY Name"
    refused = small("GET", "/query", q=query)
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    assert refused.payload[0]["message"] == (
        "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
    )
    assert small("GET", "/query", q=f"{query} LIMIT 200").payload["done"] is True
    assert setup("GET", "/query", q=query).payload["totalSize"] == 201
    assert small("GET", "/query", q="SELECT Name FROM Account").payload["done"] is False


ENTITIES = "FROM EntityDefinition WHERE"
NOT_YET = (
    "The requested operation is not yet supported by this SObject storage type, contact salesforce.com "
    "support for more information."
)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (f"SELECT Label {ENTITIES} QualifiedApiName != 'Account'", "Only equals comparisons permitted"),
        (f"SELECT Label {ENTITIES} QualifiedApiName NOT IN ('A')", "Only equals comparisons permitted"),
        (f"SELECT Label {ENTITIES} NOT QualifiedApiName = 'Account'", "Only equals comparisons permitted"),
        (
            f"SELECT Label {ENTITIES} IsQueryable = true AND (KeyPrefix = '001' OR KeyPrefix = '003')",
            "Disjunctions not supported",
        ),
        (f"SELECT Label {ENTITIES} QualifiedApiName INCLUDES ('A')", "Unsupported filter type"),
        ("SELECT COUNT() FROM EntityDefinition", NOT_YET),
        ("SELECT COUNT(QualifiedApiName) FROM EntityDefinition", NOT_YET),
        ("SELECT COUNT(QualifiedApiName), IsQueryable FROM EntityDefinition GROUP BY IsQueryable", NOT_YET),
        ("SELECT COUNT() FROM FieldDefinition WHERE EntityDefinitionId = 'Account'", NOT_YET),
        (
            "SELECT Label FROM FieldDefinition WHERE EntityDefinitionId = 'Account' AND (NOT Label = 'x')",
            "Only equals comparisons permitted",
        ),
        (
            "SELECT Label FROM FieldDefinition WHERE EntityDefinitionId = 'Account' AND Label LIKE 'x'",
            "Only equals comparisons permitted",
        ),
    ],
)
@pytest.mark.parametrize("door", ["/query", "/tooling/query"])
def test_schema_tables_refuse_what_they_do_not_support(
    setup: Any, door: str, query: str, message: str
) -> None:
    refused = setup("GET", door, q=query)
    assert refused.status == 400, refused.payload
    assert refused.payload[0]["message"].endswith(message)


def test_entity_definition_takes_equality_lists_and_like(setup: Any) -> None:
    rows = setup.query(f"SELECT QualifiedApiName {ENTITIES} QualifiedApiName IN ('Account', 'Contact')")
    assert len(rows) == 2
    assert setup.query(f"SELECT QualifiedApiName {ENTITIES} QualifiedApiName LIKE '%\\_\\_mdt'")
