"""The permission tables say what the engine says, for real projects."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.permissions import effective
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.embedded.wire import Request
from pytest_sfintegration.sfdx.model import ObjectPermission, Problem, Severity
from pytest_sfintegration.sfdx.project import load

API_ONLY = "Minimum Access - API Only Integrations"
_FLAGS = {
    "create": "PermissionsCreate",
    "read": "PermissionsRead",
    "edit": "PermissionsEdit",
    "delete": "PermissionsDelete",
    "view_all": "PermissionsViewAllRecords",
    "modify_all": "PermissionsModifyAllRecords",
    "view_all_fields": "PermissionsViewAllFields",
}


@pytest.fixture(scope="session", params=["ebikes-lwc", "nebula-logger"])
def corpus(request: pytest.FixtureRequest, shared: Path) -> Any:
    return load(shared / "corpora" / request.param)


def test_tables_agree_with_the_engine(corpus: Any, make_client: Any) -> None:
    tainted = {name for each in corpus.problems if each.severity is Severity.ERROR for name in each.about}
    for name in [each for each in corpus.permission_sets if each not in tainted]:
        user = UserSpec(username="u@embedded.example", profile=API_ONLY, permission_sets=(name,))
        client = make_client(org=EmbeddedOrg(corpus, [user]))
        engine = effective(
            client.org.world.source, profile=API_ONLY, permission_sets=[name], permission_set_groups=[]
        )
        where = (
            "ParentId IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = '{}')"
        )
        mine = where.format(user.username)
        columns = ", ".join(_FLAGS.values())
        rows = client.query(f"SELECT SobjectType, {columns} FROM ObjectPermissions WHERE {mine}")
        for row in rows:
            said = ObjectPermission(**{each: row[column] for each, column in _FLAGS.items()})
            assert said == engine.named_object_permission(row["SobjectType"]), row
        assert {row["SobjectType"] for row in rows} == set(corpus.permission_sets[name].objects)
        for row in client.query(
            f"SELECT Field, PermissionsRead, PermissionsEdit FROM FieldPermissions WHERE {mine}"
        ):
            object_name, _, field_name = row["Field"].partition(".")
            held = engine.field_permission(object_name, field_name)
            assert (held.read, held.edit) == (row["PermissionsRead"], row["PermissionsEdit"])


def test_user_permission_columns_are_the_known_permissions(corpus: Any, make_client: Any) -> None:
    client = make_client(org=EmbeddedOrg(corpus))
    described = client("GET", "/sobjects/PermissionSet/describe").payload
    columns = {
        each["name"].removeprefix("Permissions")
        for each in described["fields"]
        if each["name"].startswith("Permissions")
    }
    assert columns == set(client.org.world.source.user_permissions)
    row = client.query(
        "SELECT PermissionsModifyAllData FROM PermissionSet WHERE Profile.Name LIKE 'System%'"
    )[0]
    assert row["PermissionsModifyAllData"] is True


def test_calculated_group_row_holds_the_result_of_muting(source: Any, make_client: Any) -> None:
    user = UserSpec(username="u@embedded.example", profile=API_ONLY, permission_set_groups=("Both",))
    client = make_client(org=EmbeddedOrg(source, [user]))
    rows = client.query(
        "SELECT Id, Type, PermissionSetGroup.DeveloperName, "
        "(SELECT Field FROM FieldPerms WHERE SobjectType = 'Property__c') FROM PermissionSet WHERE "
        "Type = 'Group'"
    )
    assert [row["PermissionSetGroup"]["DeveloperName"] for row in rows] == ["Both"]
    fields = {each["Field"] for each in rows[0]["FieldPerms"]["records"]}
    assert "Property__c.Price__c" in fields
    assigned = client.query(
        "SELECT PermissionSetId FROM PermissionSetAssignment WHERE PermissionSetGroup.DeveloperName = 'Both'"
    )
    assert [each["PermissionSetId"] for each in assigned] == [rows[0]["Id"]]


@pytest.mark.parametrize(
    "table",
    ["PermissionSet", "Profile", "ObjectPermissions", "FieldPermissions", "SetupEntityAccess"],
)
def test_setup_table_does_not_exist_for_a_user_without_view_setup(integration: Any, table: str) -> None:
    response = integration("GET", "/query", q=f"SELECT Id FROM {table}")
    assert (response.status, response.payload[0]["errorCode"]) == (400, "INVALID_TYPE")
    assert integration("GET", f"/sobjects/{table}/describe").status == 404


@pytest.mark.parametrize("table", ["Group", "GroupMember", "QueueSobject"])
def test_groups_and_queues_are_open_but_for_the_tooling_api(integration: Any, table: str) -> None:
    assert integration("GET", "/query", q=f"SELECT Id FROM {table}").status == 200
    if table == "Group":
        response = integration("GET", "/tooling/query", q="SELECT Id FROM Group")
        assert (response.status, response.payload[0]["errorCode"]) == (400, "INVALID_TYPE")


def test_access_view_speaks_of_the_running_user(integration: Any) -> None:
    rows = integration.query(
        "SELECT EntityDefinition.QualifiedApiName, IsReadable, IsCreatable FROM UserEntityAccess "
        f"WHERE UserId = '{integration.user_id}' AND EntityDefinition.QualifiedApiName IN "
        "('Contact','Hidden__c')"
    )
    assert [(row["IsReadable"], row["IsCreatable"]) for row in rows] == [(True, False)]


def test_object_permissions_describe_lists_the_governed_objects(setup: Any) -> None:
    fields = {
        each["name"]: each for each in setup("GET", "/sobjects/ObjectPermissions/describe").payload["fields"]
    }
    values = {each["value"] for each in fields["SobjectType"]["picklistValues"]}
    assert {"Account", "Property__c", "Hidden__c"} <= values
    assert "PermissionSet" not in values


def test_login_is_in_the_history(setup: Any, integration: Any) -> None:
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login>'
        f"<username>{integration.username}</username><password>secret-1</password></login></e:Body></e:Envelope>"
    )
    request = Request(
        method="POST", path="/services/Soap/u/59.0", body=envelope.encode(), source_ip="10.0.0.7"
    )
    assert setup.org.handle(request).status == 200
    rows = setup.query(
        f"SELECT UserId, SourceIp, LoginType, Status FROM LoginHistory WHERE UserId = '{integration.user_id}'"
    )
    assert [(row["UserId"], row["SourceIp"], row["Status"]) for row in rows] == [
        (integration.user_id, "10.0.0.7", "Success")
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"profile": "Nope"}, "no profile 'Nope'"),
        ({"permission_sets": ("Nope",)}, "no permission set 'Nope'"),
        ({"permission_set_groups": ("Nope",)}, "no permission set group 'Nope'"),
        ({"role": "Nope"}, "no role 'Nope'"),
    ],
)
def test_user_with_an_unknown_assignment_cannot_be_made(source: Any, change: Any, words: str) -> None:
    user = UserSpec(**({"username": "u@embedded.example", "profile": API_ONLY} | change))
    with pytest.raises(OrgError, match=words):
        EmbeddedOrg(source, [user])


def test_user_with_a_tainted_group_member_cannot_be_made(source: Any) -> None:
    problem = Problem(
        path="Sync.xml", line=3, message="Unreadable.", remedy="Mend it.", about=frozenset({"Sync"})
    )
    broken = replace(source, problems=(problem,))
    user = UserSpec(username="u@embedded.example", profile=API_ONLY, permission_set_groups=("Both",))
    with pytest.raises(OrgError, match=r"Sync\.xml:3: Unreadable"):
        EmbeddedOrg(broken, [user])


def test_thousands_of_field_permissions_are_those_of_their_containers_together(
    shared: Path, make_client: Any
) -> None:
    client = make_client(org=EmbeddedOrg(load(shared / "corpora" / "nebula-logger")))
    select = "SELECT ParentId, Field, PermissionsRead, PermissionsEdit FROM FieldPermissions"
    rows = client.query(select)
    parents = {each["ParentId"] for each in rows}
    assert len(parents) > 1
    parts = [client.query(f"{select} WHERE ParentId = '{parent}'") for parent in sorted(parents)]
    told = ("ParentId", "Field", "PermissionsRead", "PermissionsEdit")
    assert sorted(tuple(row[name] for name in told) for part in parts for row in part) == sorted(
        tuple(row[name] for name in told) for row in rows
    )
