"""Fields that are never empty, and those that the platform fills: defaults, names, auto-numbers."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.sfdx.project import load

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
FOLDER = "force-app/main/default/objects/Parcel__c"
BUILT = datetime(2020, 8, 4, 20, 53, 2, tzinfo=UTC)
Build = Callable[..., Any]


def field(name: str, kind: str, body: str) -> str:
    inner = f"<fullName>{name}</fullName><label>{name[:-3]}</label><type>{kind}</type>{body}"
    return f"{HEAD}<CustomField {XMLNS}>{inner}</CustomField>\n"


FIELDS = {
    "Kind__c": field(
        "Kind__c",
        "Text",
        "<length>9</length><required>true</required><defaultValue>&quot;box&quot;</defaultValue>",
    ),
    "Hint__c": field("Hint__c", "Text", "<length>9</length><defaultValue>&quot;none&quot;</defaultValue>"),
    "Open__c": field("Open__c", "Checkbox", "<defaultValue>true</defaultValue>"),
}


@pytest.fixture
def build(tmp_path: Path, write_files: Callable[[Path, Mapping[str, str]], Path], make_client: Any) -> Build:
    """Return what makes an org of one object and a client of its setup user."""

    def make(name_field: str = "<type>Text</type>", **fields: str) -> Any:
        inner = (
            "<label>Parcel</label><pluralLabel>Parcels</pluralLabel><sharingModel>ReadWrite</sharingModel>"
            f"<nameField><label>Parcel</label>{name_field}</nameField><deploymentStatus>Deployed</deploymentStatus>"
        )
        project = json.dumps({"packageDirectories": [{"path": "force-app"}], "sourceApiVersion": "62.0"})
        files = {
            "sfdx-project.json": project,
            f"{FOLDER}/Parcel__c.object-meta.xml": f"{HEAD}<CustomObject {XMLNS}>{inner}</CustomObject>\n",
            **{f"{FOLDER}/fields/{name}.field-meta.xml": text for name, text in fields.items()},
        }
        source = load(write_files(tmp_path, files))
        assert not source.problems, [str(each) for each in source.problems]
        return make_client(org=EmbeddedOrg(source, (), now=lambda: BUILT))

    return make


def read(setup: Any, record_id: str) -> Any:
    return setup("GET", f"/sobjects/Parcel__c/{record_id}").payload


def test_default_of_a_required_field_is_for_what_is_not_sent(build: Build) -> None:
    """Object Reference, Required Fields: they must have a non-null value, on create and on update."""
    setup = build(**FIELDS)
    made = setup.create("Parcel__c", Hint__c=None)
    assert (read(setup, made)["Kind__c"], read(setup, made)["Hint__c"]) == ("box", None)
    answers = [
        setup("POST", "/sobjects/Parcel__c", {"Kind__c": None}),
        setup("POST", "/sobjects/Parcel__c", {"Kind__c": " "}),
        setup("PATCH", f"/sobjects/Parcel__c/{made}", {"Kind__c": None}),
        setup("PATCH", f"/sobjects/Parcel__c/{made}", {"OwnerId": None}),
    ]
    said = [(each.status, each.payload[0]["errorCode"], each.payload[0]["fields"]) for each in answers]
    kind = (400, "REQUIRED_FIELD_MISSING", ["Kind__c"])
    assert said == [kind, kind, kind, (400, "REQUIRED_FIELD_MISSING", ["OwnerId"])]
    assert read(setup, made)["Kind__c"] == "box"


def test_empty_checkbox_is_unchecked(build: Build) -> None:
    setup = build(**FIELDS)
    made = setup.create("Parcel__c")
    assert read(setup, made)["Open__c"] is True
    assert setup("PATCH", f"/sobjects/Parcel__c/{made}", {"Open__c": None}).status == 204
    assert read(setup, made)["Open__c"] is False


def test_status_of_a_lead_may_not_be_emptied_and_that_of_a_case_may(build: Build) -> None:
    """Help article 005225085: Case.Status is nillable because it is defaulted on create."""
    setup = build()
    lead = setup.create("Lead", LastName="L", Company="C", Status=None)
    case = setup.create("Case", Status="New")
    refused = setup("PATCH", f"/sobjects/Lead/{lead}", {"Status": None})
    assert (refused.status, refused.payload[0]["fields"]) == (400, ["Status"])
    assert setup("PATCH", f"/sobjects/Case/{case}", {"Status": None}).status == 204


def test_name_that_is_emptied_becomes_the_id_as_one_that_was_never_given(build: Build) -> None:
    """salesforce.stackexchange.com/questions/139392: the 15 characters."""
    setup = build()
    unnamed, named = setup.create("Parcel__c"), setup.create("Parcel__c", Name="A")
    assert read(setup, unnamed)["Name"] == unnamed[:15]
    assert setup("PATCH", f"/sobjects/Parcel__c/{named}", {"Name": None}).status == 204
    assert read(setup, named)["Name"] == named[:15]


@pytest.mark.parametrize(
    ("form", "first", "expected"),
    [
        ("<displayFormat>D-{0000}</displayFormat>", "", ["D-0001", "D-0002"]),
        ("<displayFormat>{0}</displayFormat>", "<startingNumber>9</startingNumber>", ["9", "10"]),
        ("<displayFormat>{000}</displayFormat>", "<startingNumber>999</startingNumber>", ["999", "1000"]),
        ("<displayFormat>PO #{0}-{MM}-{DD}-{YY}</displayFormat>", "", ["PO #1-08-04-20", "PO #2-08-04-20"]),
        ("<displayFormat>{YYYY}{MM}{DD}/{00}</displayFormat>", "", ["20200804/01", "20200804/02"]),
        ("", "<startingNumber>0</startingNumber>", ["0", "1"]),
    ],
)
def test_auto_number_is_written_as_its_display_format_says(
    build: Build, form: str, first: str, expected: list[str]
) -> None:
    """Help, Auto-Number Formatting; worked out by hand."""
    setup = build(f"{form}<type>AutoNumber</type>{first}", No__c=field("No__c", "AutoNumber", form + first))
    records = [read(setup, setup.create("Parcel__c")) for _ in expected]
    assert [each["Name"] for each in records] == expected
    assert [each["No__c"] for each in records] == expected


def test_number_of_a_standard_object_keeps_its_eight_digits(build: Build) -> None:
    setup = build()
    case = setup.create("Case", Status="New")
    assert setup("GET", f"/sobjects/Case/{case}").payload["CaseNumber"] == "00000001"


@pytest.mark.parametrize("form", ["D-", "{0}{0}", "{Q}{0}", "{YYY}{0}", "{0}}"])
def test_display_format_that_no_org_takes_is_refused_at_the_first_record(build: Build, form: str) -> None:
    setup = build(f"<displayFormat>{form}</displayFormat><type>AutoNumber</type>")
    answer = setup("POST", "/sobjects/Parcel__c", {})
    assert (answer.status, answer.payload[0]["errorCode"]) == (501, "NOT_SUPPORTED_BY_EMBEDDED_ORG")
    assert f"'{form}' of Parcel__c.Name" in answer.payload[0]["message"]
