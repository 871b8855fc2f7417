"""Records of custom metadata types: those of the source, to those who may read their type."""

from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.access.setup_entities import KINDS
from pytest_sfintegration.orgs.client import Budget, OrgClient
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.target import IntegrationUser
from pytest_sfintegration.sfdx.project import load

META = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
FIELDS = {
    "Days__c": "<precision>5</precision><scale>1</scale><type>Number</type>",
    "Active__c": "<defaultValue>false</defaultValue><type>Checkbox</type>",
    "Since__c": "<type>Date</type>",
    "Note__c": "<length>80</length><type>Text</type>",
    "Fallback__c": "<referenceTo>Rate__mdt</referenceTo><relationshipName>Rates</relationshipName>"
    "<type>MetadataRelationship</type>",
    "Of__c": "<referenceTo>EntityDefinition</referenceTo><relationshipName>RatesOf</relationshipName>"
    "<type>MetadataRelationship</type>",
}
COLUMNS = ", ".join(FIELDS)


def record(label: str, **values: str) -> str:
    lines = "".join(
        f'<values><field>{name}</field><value xsi:type="xsd:string">{value}</value></values>'
        if value != "nil"
        else f'<values><field>{name}</field><value xsi:nil="true"/></values>'
        for name, value in values.items()
    )
    head = f"<label>{label}</label><protected>true</protected>"
    return f"<CustomMetadata {META} {XSI}>{head}{lines}</CustomMetadata>"


RECORDS = {
    "Rate.Fast": record(
        "Fast",
        Days__c="1.5",
        Active__c="true",
        Since__c="2024-02-29",
        Note__c="by air",
        Fallback__c="Slow",
        Of__c="Account",
    ),
    "Rate.Slow": record("Slow one", Days__c="9", Note__c="nil", Of__c="Job__c"),
}


class Org:
    """A source with a type and its records, written once, and what its users are answered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(
            "objects/Rate__mdt/Rate__mdt.object-meta.xml",
            f"<CustomObject {META}><label>Rate</label><pluralLabel>Rates</pluralLabel></CustomObject>",
        )
        self.write(
            "objects/Job__c/Job__c.object-meta.xml",
            f"<CustomObject {META}><label>Job</label><pluralLabel>Jobs</pluralLabel><nameField>"
            "<label>Name</label><type>Text</type></nameField><sharingModel>Private</sharingModel></CustomObject>",
        )
        for name, body in FIELDS.items():
            text = f"<CustomField {META}><fullName>{name}</fullName><label>{name}</label>{body}</CustomField>"
            self.write(f"objects/Rate__mdt/fields/{name}.field-meta.xml", text)
        for name, text in RECORDS.items():
            self.write(f"customMetadata/{name}.md-meta.xml", text)
        self.write("customMetadata/README.md", "Not metadata.")
        block = "customMetadataTypeAccesses"
        access = f"<{block}><enabled>true</enabled><name>Rate__mdt</name></{block}>"
        for name, inner in (("Reader", access), ("Nothing", "")):
            body = f"<PermissionSet {META}>{inner}<label>{name}</label></PermissionSet>"
            self.write(f"permissionsets/{name}.permissionset-meta.xml", body)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def client(self, permission_set: str) -> OrgClient:
        user = IntegrationUser(
            username="a@example.com",
            profile="Minimum Access - API Only Integrations",
            permission_sets=(permission_set,),
        )
        return EmbeddedTarget(source=load(self.folder), budget=Budget()).user_client(user)

    def setup(self) -> OrgClient:
        user = IntegrationUser(username="a@example.com", profile="Minimum Access - API Only Integrations")
        return EmbeddedTarget(source=load(self.folder), budget=Budget()).setup_client(user)


@pytest.fixture
def org(tmp_path: Path) -> Org:
    return Org(tmp_path)


def rows(client: OrgClient, soql: str) -> list[dict[str, Any]]:
    found = client.query(soql, purpose="test")
    return [{name: value for name, value in row.items() if name != "attributes"} for row in found]


def test_records_of_the_source_are_there_with_the_types_of_their_fields(org: Org) -> None:
    found = rows(org.client("Reader"), f"SELECT DeveloperName, Label, {COLUMNS} FROM Rate__mdt")
    ids = {
        row["DeveloperName"]: row["Id"]
        for row in rows(org.client("Reader"), "SELECT Id, DeveloperName FROM Rate__mdt")
    }
    durable = rows(org.setup(), "SELECT DurableId FROM EntityDefinition WHERE QualifiedApiName = 'Job__c'")
    assert found == [
        {
            "DeveloperName": "Fast",
            "Label": "Fast",
            "Days__c": 1.5,
            "Active__c": True,
            "Since__c": "2024-02-29",
            "Note__c": "by air",
            "Fallback__c": ids["Slow"],
            "Of__c": "Account",
        },
        {
            "DeveloperName": "Slow",
            "Label": "Slow one",
            "Days__c": 9.0,
            "Active__c": False,
            "Since__c": None,
            "Note__c": None,
            "Fallback__c": None,
            "Of__c": durable[0]["DurableId"],
        },
    ]


def test_a_user_without_access_to_the_type_does_not_find_it(org: Org) -> None:
    with pytest.raises(OrgError, match="INVALID_TYPE"):
        org.client("Nothing").query("SELECT Id FROM Rate__mdt", purpose="test")


def test_nobody_writes_a_record(org: Org) -> None:
    client = org.client("Reader")
    (first, _) = rows(client, "SELECT Id FROM Rate__mdt")
    reply = client.send("PATCH", f"/sobjects/Rate__mdt/{first['Id']}", {"Note__c": "x"}, purpose="test")
    assert reply.error().code == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


def test_the_definition_of_a_type_goes_by_the_id_that_its_grants_name(org: Org) -> None:
    setup = org.setup()
    (type_row,) = rows(setup, KINDS["custom metadata type"][1])
    granted = rows(
        setup,
        "SELECT SetupEntityId FROM SetupEntityAccess WHERE Parent.Name = 'Reader' "
        "AND SetupEntityType = 'CustomEntityDefinition'",
    )
    assert [row["SetupEntityId"][:15] for row in granted] == [type_row["DurableId"]]
    assert type_row["DurableId"].startswith("01I")


def test_value_that_its_field_cannot_hold_is_refused_loudly(org: Org) -> None:
    org.write("customMetadata/Rate.Odd.md-meta.xml", record("Odd", Days__c="many"))
    with pytest.raises(OrgError, match=r"Rate\.Odd\.md-meta\.xml: the value of Days__c"):
        org.client("Reader").query("SELECT Id FROM Rate__mdt", purpose="test")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Gone.One", record("One"), "is of Gone__mdt, which the source does not declare"),
        ("Rate.More", record("More", Other__c="1"), "Rate__mdt.Other__c, which the source does not declare"),
    ],
)
def test_record_of_something_unknown_is_told(org: Org, name: str, text: str, message: str) -> None:
    assert load(org.folder).problems == ()
    org.write(f"customMetadata/{name}.md-meta.xml", text)
    (problem,) = load(org.folder).problems
    assert message in str(problem)
    assert str(problem.severity) == "warning"
