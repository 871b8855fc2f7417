"""Jobs of Bulk API 2.0 that read."""

import csv
import io
from typing import Any

import pytest

from pytest_sfintegration.embedded.wire import Response


def make(client: Any, text: str, **more: Any) -> Response:
    response: Response = client("POST", "/jobs/query", {"operation": "query", "query": text, **more})
    return response


def run(client: Any, text: str, **more: Any) -> str:
    made = make(client, text, **more)
    assert (made.status, made.payload["state"]) == (200, "UploadComplete")
    job: str = made.payload["id"]
    return job


def page(client: Any, job: str, **params: str) -> tuple[list[list[str]], str, str]:
    response = client("GET", f"/jobs/query/{job}/results", **params)
    assert response.status == 200, response.payload
    lines = list(csv.reader(io.StringIO(response.body().decode(), newline="")))
    return lines, response.headers["Sforce-Locator"], response.headers["Sforce-NumberOfRecords"]


def test_results_hold_what_the_query_shows(integration: Any, setup: Any) -> None:
    account = setup.create("Account", Name="Acme")
    setup("PATCH", f"/sobjects/Account/{account}", {"OwnerId": integration.user_id})
    record_id = integration.create("Property__c", Name='say "hi"', Price__c=2, Account__c=account)
    setup.create("Property__c", Name="not his")
    job = run(integration, "SELECT Id, Name, Price__c, Account__r.Name, CreatedDate FROM Property__c")
    lines, locator, number = page(integration, job)
    assert lines == [
        ["Id", "Name", "Price__c", "Account__r.Name", "CreatedDate"],
        [record_id, 'say "hi"', "2.0", "Acme", "2020-08-14T20:53:02.000Z"],
    ]
    assert (locator, number) == ("null", "1")
    done = integration("GET", f"/jobs/query/{job}").payload
    assert (done["state"], done["numberRecordsProcessed"], done["object"]) == (
        "JobComplete",
        1,
        "Property__c",
    )


@pytest.mark.parametrize("pages", [["2", "2", "1"], ["2", "2"], ["0"]])
def test_locators_lead_through_every_page_once(integration: Any, pages: list[str]) -> None:
    made = [integration.create("Property__c", Name=str(number)) for number in range(sum(map(int, pages)))]
    job = run(integration, "SELECT Id FROM Property__c ORDER BY Id")
    seen: list[str] = []
    locator = ""
    sizes = []
    while locator != "null":
        lines, locator, number = page(integration, job, maxRecords="2", locator=locator)
        assert lines[0] == ["Id"]
        sizes.append(number)
        seen += [each for (each,) in lines[1:]]
    assert seen == sorted(made)
    assert sizes == pages


@pytest.mark.parametrize("locator", ["!", "LTE", "xyz9"])
def test_locator_of_nothing_is_refused(integration: Any, locator: str) -> None:
    job = run(integration, "SELECT Id FROM Property__c")
    refused = integration("GET", f"/jobs/query/{job}/results", locator=locator)
    assert refused.payload[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Secret__c FROM Property__c",
        "SELECT Id FROM Hidden__c",
        "SELECT Id FROM PermissionSet",
        "SELECT Nope__c FROM Property__c",
        "SELEC Id",
    ],
)
def test_refusals_are_those_of_rest(integration: Any, text: str) -> None:
    bulk, rest = make(integration, text), integration("GET", "/query", q=text)
    assert (bulk.status, bulk.payload) == (rest.status, rest.payload)
    assert integration("GET", "/jobs/query").payload["records"] == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT COUNT() FROM Property__c",
        "SELECT Name FROM Property__c GROUP BY Name",
        "SELECT Id FROM Property__c LIMIT 1 OFFSET 1",
        "SELECT Id, (SELECT Id FROM Viewings__r) FROM Property__c",
        "SELECT BillingAddress FROM Account",
    ],
)
def test_what_a_bulk_query_cannot_hold_is_refused(setup: Any, text: str) -> None:
    refused = make(setup, text)
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, "FUNCTIONALITY_NOT_ENABLED")


@pytest.mark.parametrize(
    "text", ["SELECT COUNT(Id) FROM Property__c", "SELECT FIELDS(STANDARD) FROM Property__c LIMIT 5"]
)
def test_columns_that_are_not_modelled_are_refused_loudly(setup: Any, text: str) -> None:
    assert make(setup, text).status == 501


def test_query_all_shows_the_recycle_bin(integration: Any) -> None:
    record_id = integration.create("Property__c", Name="A")
    integration("DELETE", f"/sobjects/Property__c/{record_id}")
    text = "SELECT Id, IsDeleted FROM Property__c"
    assert page(integration, run(integration, text))[0] == [["Id", "IsDeleted"]]
    job = run(integration, text, operation="queryAll")
    assert page(integration, job)[0][1:] == [[record_id, "true"]]


def test_delimiter_and_line_ending_are_those_of_the_job(integration: Any) -> None:
    integration.create("Property__c", Name="A")
    job = run(integration, "SELECT Name, Ext__c FROM Property__c", columnDelimiter="PIPE", lineEnding="CRLF")
    response = integration("GET", f"/jobs/query/{job}/results")
    assert response.body() == b'"Name"|"Ext__c"\r\n"A"|""\r\n'


def test_job_is_its_owners_and_can_be_forgotten(integration: Any, setup: Any) -> None:
    job = run(integration, "SELECT Id FROM Property__c")
    assert setup("GET", f"/jobs/query/{job}/results").status == 404
    aborted = integration("PATCH", f"/jobs/query/{job}", {"state": "Aborted"})
    assert aborted.payload[0]["errorCode"] == "INVALIDJOBSTATE"
    assert integration("DELETE", f"/jobs/query/{job}").status == 204
    assert integration("GET", f"/jobs/query/{job}").status == 404
