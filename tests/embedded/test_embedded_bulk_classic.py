"""Bulk API: jobs and batches in XML and JSON."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.wire import Request, Response

INTEGRATION = "integration@embedded.example"
STRANGER = "stranger@embedded.example"
NS = "{http://www.force.com/2009/06/asyncapi/dataload}"


class Caller:
    def __init__(self, org: EmbeddedOrg, username: str, kind: str) -> None:
        self.org, self.kind = org, kind
        self.token = org.login_token(username)

    def __call__(self, method: str, path: str, body: Any = b"", *, kind: str | None = None) -> Response:
        data = body if isinstance(body, bytes) else str(body).encode()
        headers = {"x-sfdc-session": self.token, "content-type": kind or self.kind}
        return self.org.handle(
            Request(method=method, path=f"/services/async/62.0/{path}", headers=headers, body=data)
        )

    def job(self, operation: str, name: str = "Property__c", content: str = "CSV", **more: str) -> str:
        given = {"operation": operation, "object": name, "contentType": content, **more}
        if "json" in self.kind:
            made = self("POST", "job", json.dumps(given))
            assert made.status == 201, made.payload
            return str(made.payload["id"])
        inner = "".join(f"<{key}>{value}</{key}>" for key, value in given.items())
        made = self("POST", "job", f'<jobInfo xmlns="{NS[1:-1]}">{inner}</jobInfo>')
        assert made.status == 201, made.payload
        return text(made, "id")

    def batch(self, job: str, data: str, kind: str = "text/csv") -> str:
        added = self("POST", f"job/{job}/batch", data, kind=kind)
        assert added.status == 201, added.payload
        if isinstance(added.payload, dict):
            assert added.payload["state"] == "Queued"
            return str(added.payload["id"])
        assert text(added, "state") == "Queued"
        return text(added, "id")


def text(response: Response, name: str) -> str:
    found = ET.fromstring(response.body()).find(f".//{NS}{name}")  # noqa: S314 - our own answer
    assert found is not None, response.payload
    return found.text or ""


@pytest.fixture
def xml(org: EmbeddedOrg) -> Caller:
    return Caller(org, INTEGRATION, "application/xml; charset=UTF-8")


@pytest.fixture
def as_json(org: EmbeddedOrg) -> Caller:
    return Caller(org, INTEGRATION, "application/json")


def results(caller: Caller, job: str, batch: str) -> list[dict[str, str]]:
    response = caller("GET", f"job/{job}/batch/{batch}/result")
    assert response.status == 200, response.payload
    return list(csv.DictReader(io.StringIO(response.body().decode())))


def test_xml_job_with_csv_batches_runs_to_its_results(xml: Caller, integration: Any) -> None:
    job = xml.job("insert")
    first = xml.batch(job, "Name,Price__c\r\nA,1\r\n")
    second = xml.batch(job, "Name,Price__c\nB,x\n")
    assert text(xml("GET", f"job/{job}/batch/{first}"), "state") == "Completed"
    shown = xml("GET", f"job/{job}")
    assert [text(shown, each) for each in ("state", "numberBatchesTotal", "numberBatchesCompleted")] == [
        "Open",
        "2",
        "2",
    ]
    assert (text(shown, "numberRecordsProcessed"), text(shown, "numberRecordsFailed")) == ("2", "1")
    listed = ET.fromstring(xml("GET", f"job/{job}/batch").body())  # noqa: S314 - our own answer
    assert [each.findtext(f"{NS}id") for each in listed] == [first, second]
    (made,) = results(xml, job, first)
    assert (made["Success"], made["Created"], made["Error"]) == ("true", "true", "")
    assert integration.query("SELECT Id FROM Property__c")[0]["Id"] == made["Id"]
    (refused,) = results(xml, job, second)
    assert (refused["Success"], refused["Created"], refused["Id"]) == ("false", "false", "")
    rest = integration("POST", "/sobjects/Property__c", {"Name": "B", "Price__c": "x"}).payload[0]
    assert refused["Error"].startswith(f"{rest['errorCode']}:{rest['message']}:")
    closed = xml("POST", f"job/{job}", f'<jobInfo xmlns="{NS[1:-1]}"><state>Closed</state></jobInfo>')
    assert (closed.status, text(closed, "state")) == (200, "Closed")
    late = xml("POST", f"job/{job}/batch", "Name\nC\n", kind="text/csv")
    assert (late.status, text(late, "exceptionCode")) == (400, "InvalidJobState")


def test_json_job_answers_in_json(as_json: Caller, integration: Any) -> None:
    job = as_json.job("insert", content="JSON")
    records = [{"Name": "A", "Price__c": 2}, {"Name": "B", "Note__c": "x"}]
    batch = as_json.batch(job, json.dumps(records), kind="application/json")
    made, refused = as_json("GET", f"job/{job}/batch/{batch}/result").payload
    assert (made["success"], made["created"], made["errors"]) == (True, True, [])
    (error,) = refused["errors"]
    rest = integration("POST", "/sobjects/Property__c", records[1]).payload[0]
    assert (error["statusCode"], error["message"], error["fields"]) == (
        rest["errorCode"],
        rest["message"],
        rest["fields"],
    )
    assert json.loads(as_json("GET", f"job/{job}/batch/{batch}/request").body()) == records
    assert as_json("GET", f"job/{job}/batch").payload["batchInfo"][0]["numberRecordsFailed"] == 1
    removal = as_json.job("delete", content="JSON")
    batch = as_json.batch(removal, json.dumps([{"Id": made["id"]}]), kind="application/json")
    assert as_json("GET", f"job/{removal}/batch/{batch}/result").payload[0]["success"] is True
    assert integration.query("SELECT Id FROM Property__c") == []


def test_batches_follow_the_job_and_jobs_follow_the_request(org: EmbeddedOrg, xml: Caller) -> None:
    job = xml.job("insert")
    batch = xml.batch(job, "Name\nA\n")
    as_json = Caller(org, INTEGRATION, "application/json")
    assert as_json("GET", f"job/{job}").payload["id"] == job
    assert text(as_json("GET", f"job/{job}/batch/{batch}"), "state") == "Completed"


@pytest.mark.parametrize("content", ["CSV", "JSON"])
def test_query_leads_to_its_records(as_json: Caller, xml: Caller, integration: Any, content: str) -> None:
    record_id = integration.create("Property__c", Name="A")
    caller = as_json if content == "JSON" else xml
    job = caller.job("query", content=content)
    batch = caller.batch(job, "SELECT Id, Name FROM Property__c", kind="text/csv")
    listed = caller("GET", f"job/{job}/batch/{batch}/result")
    if content == "JSON":
        (result,) = listed.payload
        (record,) = caller("GET", f"job/{job}/batch/{batch}/result/{result}").payload
        assert (record["Id"], record["Name"], record["attributes"]["type"]) == (record_id, "A", "Property__c")
    else:
        result = text(listed, "result")
        answer = caller("GET", f"job/{job}/batch/{batch}/result/{result}")
        assert answer.body() == f'"Id","Name"\n"{record_id}","A"\n'.encode()
    assert caller("GET", f"job/{job}/batch/{batch}/result/752000000000000AAA").status == 400


def test_refused_query_fails_its_batch_with_the_refusal_of_rest(xml: Caller, integration: Any) -> None:
    job = xml.job("query")
    query = "SELECT Secret__c FROM Property__c"
    batch = xml.batch(job, query)
    shown = xml("GET", f"job/{job}/batch/{batch}")
    rest = integration("GET", "/query", q=query).payload[0]
    assert text(shown, "state") == "Failed"
    assert text(shown, "stateMessage") == (
        f"InvalidBatch : Failed to process query: {rest['errorCode']}: {rest['message']}"
    )
    assert text(xml("GET", f"job/{job}"), "numberBatchesFailed") == "1"
    assert xml("GET", f"job/{job}/batch/{batch}/result").status == 400


def test_upsert_and_update_go_by_their_keys(xml: Caller, integration: Any) -> None:
    job = xml.job("upsert", externalIdFieldName="Ext__c")
    xml.batch(job, "Ext__c,Name\n1,A\n")
    batch = xml.batch(job, "Ext__c,Name\n1,B\n")
    (done,) = results(xml, job, batch)
    assert (done["Success"], done["Created"]) == ("true", "false")
    job = xml.job("update")
    xml.batch(job, f"Id,Name\n{done['Id']},C\n")
    assert [each["Name"] for each in integration.query("SELECT Name FROM Property__c")] == ["C"]


def test_dead_session_and_user_without_api_are_refused(org: EmbeddedOrg, xml: Caller) -> None:
    xml.token = "00Dxx!nothing"
    refused = xml("POST", "job", "<jobInfo/>")
    assert (refused.status, text(refused, "exceptionCode")) == (400, "InvalidSessionId")
    refused = Caller(org, STRANGER, "application/json")("POST", "job", b"{}")
    assert refused.payload == {
        "exceptionCode": "InvalidUser",
        "exceptionMessage": "API is disabled for this User",
    }
    assert refused.status == 400


def test_job_is_its_owners_only(org: EmbeddedOrg, xml: Caller, setup: Any) -> None:
    job = xml.job("insert")
    other = Caller(org, setup.username, "application/json")
    assert other("GET", f"job/{job}").payload["exceptionCode"] == "InvalidJob"
    assert other("POST", f"job/{job}/batch", "Name\nA\n").payload["exceptionCode"] == "InvalidJob"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"operation": "insert", "object": "Hidden__c", "contentType": "CSV"}, "InvalidJob"),
        ({"operation": "query", "object": "Hidden__c", "contentType": "CSV"}, "InvalidJob"),
        ({"operation": "hardDelete", "object": "Property__c", "contentType": "CSV"}, "FeatureNotEnabled"),
        ({"operation": "insert", "object": "Property__c"}, "NOT_SUPPORTED_BY_EMBEDDED_ORG"),
        (
            {"operation": "insert", "object": "Property__c", "contentType": "ZIP_CSV"},
            "NOT_SUPPORTED_BY_EMBEDDED_ORG",
        ),
    ],
)
def test_job_that_cannot_be_is_not_made(as_json: Caller, body: dict[str, str], code: str) -> None:
    assert as_json("POST", "job", json.dumps(body)).payload["exceptionCode"] == code


def test_document_type_is_refused(xml: Caller) -> None:
    evil = '<!DOCTYPE j [<!ENTITY e "insert">]><jobInfo><operation>&e;</operation></jobInfo>'
    assert text(xml("POST", "job", evil), "exceptionCode") == "InvalidXML"
    assert text(xml("POST", "job", evil.encode("utf-16")), "exceptionCode") == "InvalidXML"


@pytest.mark.parametrize("path", ["jobs", "job/750000000000000AAA", "job/x/batch/y/result"])
def test_paths_to_nothing_are_refused(xml: Caller, path: str) -> None:
    assert xml("GET", path).status == 400


@pytest.mark.parametrize("content", ["CSV", "JSON"])
def test_batch_with_a_hidden_column_fails_whole(
    xml: Caller, as_json: Caller, integration: Any, content: str
) -> None:
    if content == "CSV":
        job = xml.job("insert")
        batch = xml.batch(job, "Name,Secret__c\nA,\nB,x\n")
        shown = xml("GET", f"job/{job}/batch/{batch}")
        facts = {
            name: text(shown, name)
            for name in ("state", "stateMessage", "numberRecordsProcessed", "numberRecordsFailed")
        }
    else:
        job = as_json.job("insert", content="JSON")
        records = [{"Name": "A"}, {"Name": "B", "Secret__c": "x"}]
        batch = as_json.batch(job, json.dumps(records), kind="application/json")
        facts = as_json("GET", f"job/{job}/batch/{batch}").payload
    assert (facts["state"], facts["stateMessage"]) == (
        "Failed",
        "InvalidBatch : Field name not found : Secret__c",
    )
    assert [int(facts[name]) for name in ("numberRecordsProcessed", "numberRecordsFailed")] == [0, 0]
    assert integration.query("SELECT Id FROM Property__c") == []
