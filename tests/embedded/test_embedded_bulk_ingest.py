"""Jobs of Bulk API 2.0 that write: states, files, and the same answers as REST record by record."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.bulk.csv_text import DELIMITERS, Dialect, read_table, write_table
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.sfdx.model import Source

INTEGRATION = "integration@embedded.example"
STRANGER = "stranger@embedded.example"
V = "/services/data/v62.0"


def put(org: EmbeddedOrg, username: str, job: str, data: bytes, kind: str = "text/csv") -> Response:
    headers = {"authorization": f"Bearer {org.login_token(username)}", "content-type": kind}
    path = f"{V}/jobs/ingest/{job}/batches"
    return org.handle(Request(method="PUT", path=path, headers=headers, body=data))


def run(client: Any, operation: str, data: str, name: str = "Property__c", **more: Any) -> str:
    made = client("POST", "/jobs/ingest", {"object": name, "operation": operation, **more})
    assert made.status == 200, made.payload
    job: str = made.payload["id"]
    assert made.payload["state"] == "Open"
    assert made.payload["contentUrl"] == f"services/data/v62.0/jobs/ingest/{job}/batches"
    uploaded = put(client.org, client.username, job, data.encode())
    assert (uploaded.status, uploaded.body()) == (201, b"")
    closed = client("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})
    assert (closed.status, closed.payload["state"]) == (200, "UploadComplete")
    return job


def info(client: Any, job: str) -> dict[str, Any]:
    response = client("GET", f"/jobs/ingest/{job}")
    assert response.status == 200
    found: dict[str, Any] = response.payload
    return found


def rows(client: Any, job: str, name: str) -> list[dict[str, str]]:
    response = client("GET", f"/jobs/ingest/{job}/{name}")
    assert response.status == 200, response.payload
    assert response.content_type.startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.body().decode(), newline="")))


def test_insert_tells_ids_and_keeps_what_was_sent(integration: Any) -> None:
    job = run(integration, "insert", "Name,Price__c\nOne,1.5\nTwo,\n")
    done = info(integration, job)
    assert (done["state"], done["numberRecordsProcessed"], done["numberRecordsFailed"]) == (
        "JobComplete",
        2,
        0,
    )
    assert "contentUrl" not in done
    made = rows(integration, job, "successfulResults")
    assert [(each["Name"], each["sf__Created"]) for each in made] == [("One", "true"), ("Two", "true")]
    found = integration.query("SELECT Id, Name, Price__c FROM Property__c ORDER BY Name")
    assert [each["sf__Id"] for each in made] == [each["Id"] for each in found]
    assert [each["Price__c"] for each in found] == [1.5, None]
    assert rows(integration, job, "failedResults/") == []
    assert rows(integration, job, "unprocessedrecords") == []


def test_every_refusal_is_the_one_of_rest(integration: Any, setup: Any) -> None:
    hidden = setup.create("Property__c", Name="of another")
    job = run(integration, "insert", "Name,Price__c\nA,x\n")
    (failed,) = rows(integration, job, "failedResults")
    rest = integration("POST", "/sobjects/Property__c", {"Name": "A", "Price__c": "x"}).payload[0]
    assert failed["sf__Error"].startswith(f"{rest['errorCode']}:{rest['message']}:")
    assert failed["Name"] == "A"
    job = run(integration, "update", f"Id,Name\n{hidden},x\n,y\nbad,z\n")
    errors = [each["sf__Error"].partition(":")[0] for each in rows(integration, job, "failedResults")]
    assert errors == ["NOT_FOUND", "MISSING_ARGUMENT", "MALFORMED_ID"]
    job = run(integration, "insert", "Name\nA\n", name="Account")
    (failed,) = rows(integration, job, "failedResults")
    assert failed["sf__Error"] == (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:entity type cannot be inserted: Account: --"
    )
    assert setup.query("SELECT COUNT(Id) n FROM Account")[0]["n"] == 0
    assert setup.query("SELECT COUNT(Id) n FROM Property__c")[0]["n"] == 1


@pytest.mark.parametrize(
    ("operation", "header", "missing"),
    [
        ("insert", "Name,Nonsense__c", "Nonsense__c"),
        ("insert", "Name,Secret__c", "Secret__c"),  # hidden reads like missing
        ("insert", "Name,Nothing__r.Ext__c", "Nothing__r.Ext__c"),
        ("update", "Name,Price__c", "Id"),
        ("upsert", "Name,Price__c", "Ext__c"),
    ],
)
def test_column_that_is_not_there_fails_the_whole_job(
    integration: Any, operation: str, header: str, missing: str
) -> None:
    more = {"externalIdFieldName": "Ext__c"} if operation == "upsert" else {}
    job = run(integration, operation, f"{header}\nA,1\nB,2\n", **more)
    done = info(integration, job)
    assert (done["state"], done["errorMessage"]) == (
        "Failed",
        f"InvalidBatch : Field name not found : {missing}",
    )
    assert (done["numberRecordsProcessed"], done["numberRecordsFailed"]) == (0, 0)
    assert rows(integration, job, "failedResults") == []
    assert len(rows(integration, job, "unprocessedrecords")) == 2
    assert integration.query("SELECT Id FROM Property__c") == []


def test_fields_of_an_error_stand_behind_the_message(integration: Any) -> None:
    job = run(integration, "insert", "Name,Price__c,Note__c\nA,1,n\n")
    (failed,) = rows(integration, job, "failedResults")
    assert failed["sf__Error"].startswith(
        "INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: Note"
    )
    assert failed["sf__Error"].endswith(":Note__c --")


def test_upsert_creates_and_updates_by_external_id(integration: Any) -> None:
    run(integration, "insert", "Name,Ext__c\nOld,1\nTwin,2\nTwin,2\n")
    job = run(
        integration,
        "upsert",
        "Ext__c,Name\n1,New\n9,Nine\n2,Which\n,None\n",
        externalIdFieldName="Ext__c",
    )
    assert [each["sf__Created"] for each in rows(integration, job, "successfulResults")] == ["false", "true"]
    errors = [each["sf__Error"].partition(":")[0] for each in rows(integration, job, "failedResults")]
    assert errors == ["DUPLICATE_EXTERNAL_ID", "MISSING_ARGUMENT"]
    names = {
        each["Ext__c"]: each["Name"] for each in integration.query("SELECT Ext__c, Name FROM Property__c")
    }
    assert names == {"1": "New", "2": "Twin", "9": "Nine"}


def test_null_mark_empties_and_nothing_leaves_alone(integration: Any) -> None:
    record_id = integration.create("Property__c", Name="A", Price__c=1, Ext__c="x")
    run(integration, "update", f"Id,Price__c,Ext__c\n{record_id},#N/A,\n")
    (found,) = integration.query("SELECT Price__c, Ext__c FROM Property__c")
    assert (found["Price__c"], found["Ext__c"]) == (None, "x")


def test_parent_is_named_by_external_id(integration: Any) -> None:
    parent = integration.create("Property__c", Name="P", Ext__c="ext-1")
    job = run(integration, "insert", "Property__r.Ext__c\next-1\nnope\n", name="Viewing__c")
    assert integration.query("SELECT Property__c FROM Viewing__c")[0]["Property__c"] == parent
    assert rows(integration, job, "failedResults")[0]["sf__Error"].startswith("INVALID_FIELD:Foreign key")


def test_delete_takes_ids_and_nothing_else(integration: Any) -> None:
    record_id = integration.create("Property__c", Name="A")
    job = run(integration, "delete", f"Id,Name\n{record_id},A\n")
    done = info(integration, job)
    assert (done["state"], done["errorMessage"]) == (
        "Failed",
        "InvalidBatch : The 'delete' batch must contain only ids.",
    )
    assert rows(integration, job, "unprocessedrecords") == [{"Id": record_id, "Name": "A"}]
    run(integration, "delete", f"Id\n{record_id}\n")
    assert integration.query("SELECT Id FROM Property__c") == []
    binned = integration("GET", "/queryAll", q="SELECT IsDeleted FROM Property__c").payload["records"]
    assert [each["IsDeleted"] for each in binned] == [True]


def test_hard_delete_asks_for_its_permission_and_leaves_nothing(integration: Any, setup: Any) -> None:
    record_id = setup.create("Property__c", Name="A")
    viewing = setup.create("Viewing__c", Property__c=record_id)
    refused = integration("POST", "/jobs/ingest", {"object": "Property__c", "operation": "hardDelete"})
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, "FEATURENOTENABLED")
    assert "requires special user profile permission" in refused.payload[0]["message"]
    job = run(setup, "hardDelete", f"Id\n{record_id}\n")
    assert info(setup, job)["numberRecordsFailed"] == 0
    assert setup("GET", "/queryAll", q="SELECT Id FROM Property__c").payload["records"] == []
    assert setup.org.world.storage.table("Viewing__c").get(viewing) is None
    assert setup("DELETE", f"/sobjects/Property__c/{record_id}").status == 404


def test_job_is_seen_by_its_owner_only(integration: Any, setup: Any) -> None:
    job = run(integration, "insert", "Name\nA\n")
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/successfulResults")):
        assert setup(method, f"/jobs/ingest/{job}{path}").status == 404
    assert put(setup.org, SETUP_USERNAME, job, b"Name\nB\n").status == 404
    assert setup("GET", "/jobs/ingest").payload["records"] == []
    (listed,) = integration("GET", "/jobs/ingest").payload["records"]
    assert listed["id"] == job


def test_user_without_api_is_refused(org: EmbeddedOrg, make_client: Any) -> None:
    refused = make_client(org=org, username=STRANGER)("POST", "/jobs/ingest", {})
    assert (refused.status, refused.payload[0]["errorCode"]) == (403, "API_CURRENTLY_DISABLED")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"object": "Hidden__c", "operation": "insert"}, "INVALIDJOB"),
        ({"object": "Nope__c", "operation": "insert"}, "INVALIDJOB"),
        ({"object": "Property__c", "operation": "merge"}, "INVALIDJOB"),
        ({"object": "Property__c", "operation": "upsert"}, "INVALIDJOB"),
        (
            {"object": "Property__c", "operation": "upsert", "externalIdFieldName": "Secret__c"},
            "INVALIDJOB",
        ),
        ({"object": "Property__c", "operation": "insert", "columnDelimiter": "COLON"}, "INVALIDJOB"),
        ({"object": "Property__c", "operation": "insert", "lineEnding": "CR"}, "INVALIDJOB"),
        ({"object": "Property__c", "operation": "insert", "contentType": "XML"}, "INVALIDJOB"),
        (
            {"object": "Property__c", "operation": "insert", "assignmentRuleId": "01Q"},
            "NOT_SUPPORTED_BY_EMBEDDED_ORG",
        ),
    ],
)
def test_job_that_cannot_be_is_not_made(integration: Any, body: dict[str, Any], code: str) -> None:
    refused = integration("POST", "/jobs/ingest", body)
    assert refused.payload[0]["errorCode"] == code
    assert integration("GET", "/jobs/ingest").payload["records"] == []


def test_steps_out_of_order_are_refused(integration: Any) -> None:
    made = integration("POST", "/jobs/ingest", {"object": "Property__c", "operation": "insert"})
    job = made.payload["id"]

    def code(method: str, path: str = "", body: Any = None) -> str:
        response = integration(method, f"/jobs/ingest/{job}{path}", body)
        return response.payload[0]["errorCode"] if response.status >= 400 else ""

    assert code("PATCH", body={"state": "UploadComplete"}) == "INVALIDJOBSTATE"
    assert code("PATCH", body={"state": "JobComplete"}) == "INVALIDJOBSTATE"
    assert code("DELETE") == "INVALIDJOBSTATE"
    assert code("GET", "/successfulResults") == "INVALIDJOBSTATE"
    assert put(integration.org, INTEGRATION, job, b"{}", "application/json").status == 415
    assert put(integration.org, INTEGRATION, job, b"Name\nA\n").status == 201
    assert put(integration.org, INTEGRATION, job, b"Name\nB\n").status == 400
    assert code("PATCH", body={"state": "Aborted"}) == ""
    assert code("PATCH", body={"state": "UploadComplete"}) == "INVALIDJOBSTATE"
    assert [each["Name"] for each in rows(integration, job, "unprocessedrecords")] == ["A"]
    assert code("DELETE") == ""
    assert code("GET") == "NOT_FOUND"
    assert integration.query("SELECT Id FROM Property__c") == []


@pytest.mark.parametrize(
    ("data", "ending", "message"),
    [
        ("Name\r\nA\r\n", "LF", "LineEnding is invalid on user data. Current LineEnding setting is LF"),
        ("Name\nA\n", "CRLF", "LineEnding is invalid on user data. Current LineEnding setting is CRLF"),
        ("Name,Ext__c\nA\n", "LF", "row 1 has 1 values"),
        ("Name,name\nA,B\n", "LF", "a column is named twice"),
        ("", "LF", "there is no header"),
        ('Name\n"A\n', "LF", "Failed to parse CSV"),
    ],
)
def test_file_that_cannot_be_read_fails_the_job(
    integration: Any, data: str, ending: str, message: str
) -> None:
    job = run(integration, "insert", data, lineEnding=ending)
    done = info(integration, job)
    assert done["state"] == "Failed"
    assert message in done["errorMessage"]
    assert integration.query("SELECT Id FROM Property__c") == []


def test_old_versions_have_no_jobs(org: EmbeddedOrg, make_client: Any) -> None:
    assert make_client(org=org, version="40.0")("GET", "/jobs/ingest").status == 404
    assert make_client(org=org, version="46.0")("GET", "/jobs/query").status == 404


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(
    header=st.lists(st.sampled_from(["A", "B", "C", "D"]), min_size=1, max_size=4, unique=True),
    data=st.data(),
    delimiter=st.sampled_from(sorted(DELIMITERS)),
    ending=st.sampled_from(["LF", "CRLF"]),
)
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_read_again(
    header: list[str], data: st.DataObject, delimiter: str, ending: str
) -> None:
    dialect = Dialect(delimiter=delimiter, line_ending=ending)
    table = data.draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=4))
    read = read_table(write_table(header, table, dialect), dialect)
    assert read.header == tuple(header)
    assert [list(row) for row in read.rows] == table


_VALUES = st.fixed_dictionaries(
    {"Name": st.sampled_from(["a", "b, c", 'q"q', "\u00e9\n\u00e9", ""])},
    optional={
        "Price__c": st.sampled_from(["1", "2.5", "x", "1e40"]),
        "Code__c": st.sampled_from(["k1", "k2", "much too long a code"]),
        "Note__c": st.just("n"),
        "Account__c": st.sampled_from(["001000000000000AAA", "nonsense"]),
    },
)


def _columns(records: list[dict[str, str]]) -> list[str]:
    return sorted({name for each in records for name in each})


@given(records=st.lists(_VALUES, min_size=1, max_size=4))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bulk_answers_as_rest_does(source: Source, make_client: Any, records: list[dict[str, str]]) -> None:
    user = UserSpec(
        username=INTEGRATION,
        profile="Minimum Access - API Only Integrations",
        permission_sets=("Sync",),
        permission_set_licenses=("SalesforceAPIIntegrationPsl",),
    )
    bulk, rest = (make_client(org=EmbeddedOrg(source, (user,)), username=INTEGRATION) for _ in range(2))
    header = _columns(records)
    table = [[each.get(name, "") for name in header] for each in records]
    job = run(bulk, "insert", write_table(header, table, Dialect()).decode())
    answers = [
        rest("POST", "/sobjects/Property__c", {name: each[name] for name in header if each.get(name)})
        for each in records
    ]
    errors = [
        f"{each.payload[0]['errorCode']}:{each.payload[0]['message']}:"
        f"{' '.join(each.payload[0].get('fields') or ())} --"
        for each in answers
        if each.status >= 400
    ]
    assert [each["sf__Error"] for each in rows(bulk, job, "failedResults")] == errors
    assert len(rows(bulk, job, "successfulResults")) == len(records) - len(errors)
    text = "SELECT Name, Price__c, Code__c FROM Property__c ORDER BY Id"
    plain = [
        [{key: value for key, value in each.items() if key != "attributes"} for each in one.query(text)]
        for one in (bulk, rest)
    ]
    assert plain[0] == plain[1]
