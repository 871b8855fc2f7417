"""Permission sets, groups and licences given and taken: what the user holds from then on."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.licenses import group_gap, permission_set_gap
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import ContainerKind, ObjectPermission, PermissionContainer, Source

API_ONLY = "Minimum Access - API Only Integrations"
PSL = "SalesforceAPIIntegrationPsl"
BARE = "bare@embedded.example"
GUARD = "guard@embedded.example"
SETS, LICENSES = "/sobjects/PermissionSetAssignment", "/sobjects/PermissionSetLicenseAssign"


def container(name: str, **more: Any) -> PermissionContainer:
    return PermissionContainer(name=name, label=name, kind=ContainerKind.PERMISSION_SET, **more)


def profile(name: str, license_name: str | None) -> PermissionContainer:
    return PermissionContainer(
        name=name,
        label=name,
        kind=ContainerKind.PROFILE,
        license=license_name,
        user_permissions=frozenset({"ApiEnabled"}),
    )


@pytest.fixture
def made(source: Source) -> Source:
    more = (
        container("Guard", user_permissions=frozenset({"ApiEnabled", "AssignPermissionSets", "ViewSetup"})),
        container("Blind_Guard", user_permissions=frozenset({"ApiEnabled", "AssignPermissionSets"})),
        container("Viewer", user_permissions=frozenset({"ApiEnabled", "ViewSetup"})),
        container("Licensed", license="Sales Insights"),
        container("Platform", license="Salesforce Platform"),
        container("Integration_PSL", license="Salesforce API Integration"),
        container("Reads", objects={"Account": ObjectPermission(read=True)}),
    )
    return replace(
        source,
        permission_sets={**source.permission_sets, **{each.name: each for each in more}},
        profiles={
            **source.profiles,
            "Sales": profile("Sales", "Salesforce"),
            "Robot": profile("Robot", "Salesforce Integration"),
            "Unsaid": profile("Unsaid", None),
        },
    )


@pytest.fixture
def living(made: Source) -> EmbeddedOrg:
    users = (
        UserSpec(username=BARE, profile=API_ONLY, permission_set_licenses=(PSL,)),
        UserSpec(username=GUARD, profile="Sales", permission_sets=("Guard",)),
        UserSpec(username="blind@embedded.example", profile="Sales", permission_sets=("Blind_Guard",)),
        UserSpec(username="viewer@embedded.example", profile="Sales", permission_sets=("Viewer",)),
    )
    return EmbeddedOrg(made, users)


@pytest.fixture
def guard(living: EmbeddedOrg, make_client: Any) -> Any:
    return make_client(org=living, username=GUARD)


@pytest.fixture
def bare(living: EmbeddedOrg, make_client: Any) -> Any:
    return make_client(org=living, username=BARE)


def set_id(client: Any, name: str, table: str = "PermissionSet", column: str = "Name") -> str:
    found: str = client.query(f"SELECT Id FROM {table} WHERE {column} = '{name}'")[0]["Id"]
    return found


def assign(client: Any, name: str, assignee: str) -> Any:
    return client("POST", SETS, {"AssigneeId": assignee, "PermissionSetId": set_id(client, name)})


def test_assigned_set_counts_and_taken_it_does_not(guard: Any, bare: Any) -> None:
    assert bare("POST", "/sobjects/Property__c", {"Name": "A"}).status == 404
    response = assign(guard, "Sync", bare.user_id)
    assert (response.status, response.payload["success"]) == (201, True)
    record_id = bare.create("Property__c", Name="A")
    fields = "PermissionSet.Name, IsActive"
    (row,) = guard.query(
        f"SELECT {fields} FROM PermissionSetAssignment WHERE Id = '{response.payload['id']}'"
    )
    assert (row["PermissionSet"]["Name"], row["IsActive"]) == ("Sync", True)
    assert guard("DELETE", f"{SETS}/{response.payload['id']}").status == 204
    assert bare("GET", f"/sobjects/Property__c/{record_id}").status == 404
    assert bare("GET", "/query", q="SELECT Id FROM Property__c").payload[0]["errorCode"] == "INVALID_TYPE"
    again = assign(guard, "Sync", bare.user_id)
    assert again.payload["id"] != response.payload["id"]
    assert bare("GET", f"/sobjects/Property__c/{record_id}").status == 200


def test_open_session_sees_the_change(living: EmbeddedOrg, guard: Any, bare: Any) -> None:
    token = living.login_token(BARE)
    session = living.world.sessions.find(token)
    assert session is not None
    assert not session.person.permissions.object_permission("Property__c").read
    assign(guard, "Sync", bare.user_id)
    session = living.world.sessions.find(token)
    assert session is not None
    assert session.person.permissions.object_permission("Property__c").read


def test_group_is_assigned_by_its_own_id(guard: Any, bare: Any) -> None:
    group = set_id(guard, "Both", "PermissionSetGroup", "DeveloperName")
    made = guard("POST", SETS, {"AssigneeId": bare.user_id, "PermissionSetGroupId": group})
    assert made.status == 201
    bare.create("Property__c", Name="A")
    (row,) = guard.query(
        f"SELECT PermissionSet.Type FROM PermissionSetAssignment WHERE Id = '{made.payload['id']}'"
    )
    assert row["PermissionSet"]["Type"] == "Group"
    calculated = set_id(guard, "Group", column="Type")
    refused = guard("POST", SETS, {"AssigneeId": bare.user_id, "PermissionSetId": calculated})
    assert refused.payload[0]["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"
    owned = guard.query("SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true")[0]["Id"]
    assert guard("POST", SETS, {"AssigneeId": bare.user_id, "PermissionSetId": owned}).status == 400


def test_only_one_who_assigns_may(living: EmbeddedOrg, guard: Any, bare: Any, make_client: Any) -> None:
    permission_set = set_id(guard, "Sync")
    body = {"AssigneeId": bare.user_id, "PermissionSetId": permission_set}
    viewer = make_client(org=living, username="viewer@embedded.example")
    refused = viewer("POST", SETS, body)
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
    row = viewer.query(f"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{guard.user_id}'")[-1][
        "Id"
    ]
    assert viewer("DELETE", f"{SETS}/{row}").payload[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    for username in (BARE, "blind@embedded.example"):
        client = make_client(org=living, username=username)
        assert client("POST", SETS, body).status == 404
        assert client("POST", LICENSES, body).status == 404
    assert bare("POST", "/sobjects/Property__c", {"Name": "A"}).status == 404


def test_second_assignment_is_a_duplicate(guard: Any, bare: Any) -> None:
    assign(guard, "Sync", bare.user_id)
    refused = assign(guard, "Sync", bare.user_id)
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, "DUPLICATE_VALUE")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"AssigneeId": "005000000000000AAA"}, 400),
        ({"PermissionSetId": "0PS000000000000AAA"}, 400),
        ({"Nope": 1}, 400),
    ],
)
def test_what_is_missing_or_not_there_is_refused(guard: Any, bare: Any, body: Any, status: int) -> None:
    assert guard("POST", SETS, {"AssigneeId": bare.user_id, **body}).status == status


def test_expired_and_changing_assignments_are_refused_loudly(guard: Any, bare: Any) -> None:
    body = {
        "AssigneeId": bare.user_id,
        "PermissionSetId": set_id(guard, "Sync"),
        "ExpirationDate": "2019-01-01T00:00:00Z",
    }
    assert guard("POST", SETS, body).status == 501
    assert guard("POST", SETS, {**body, "ExpirationDate": "tomorrow"}).status == 400
    made = assign(guard, "Sync", bare.user_id).payload["id"]
    assert guard("PATCH", f"{SETS}/{made}", {"ExpirationDate": None}).status == 501
    assert guard("DELETE", f"{SETS}/0Pa000000000000AAA").status == 404


def test_rolled_back_request_assigns_nothing(guard: Any, bare: Any) -> None:
    before = guard.query("SELECT Id FROM PermissionSetAssignment")
    record = {"attributes": {"type": "PermissionSetAssignment"}, "AssigneeId": bare.user_id}
    records = [
        {**record, "PermissionSetId": set_id(guard, "Sync")},
        {**record, "PermissionSetId": "0PS000000000000AAA"},
    ]
    answer = guard("POST", "/composite/sobjects", {"allOrNone": True, "records": records}).payload
    assert [each["success"] for each in answer] == [False, False]
    assert guard.query("SELECT Id FROM PermissionSetAssignment") == before
    assert bare("POST", "/sobjects/Property__c", {"Name": "A"}).status == 404
    answer = guard("POST", "/composite/sobjects", {"allOrNone": False, "records": records}).payload
    assert [each["success"] for each in answer] == [True, False]
    assert bare("POST", "/sobjects/Property__c", {"Name": "A"}).status == 201


def test_licence_is_assigned_counted_and_kept_while_it_is_needed(living: EmbeddedOrg, guard: Any) -> None:
    psl = set_id(guard, PSL, "PermissionSetLicense", "DeveloperName")

    def used() -> int:
        found: int = guard.query(f"SELECT UsedLicenses FROM PermissionSetLicense WHERE Id = '{psl}'")[0][
            "UsedLicenses"
        ]
        return found

    assert used() == 1
    made = guard("POST", LICENSES, {"AssigneeId": guard.user_id, "PermissionSetLicenseId": psl})
    assert (made.status, used()) == (201, 2)
    assert guard("DELETE", f"{LICENSES}/{made.payload['id']}").status == 204
    assert used() == 1
    bare_id = next(each.id for each in living.world.people.all() if each.spec.username == BARE)
    assert assign(guard, "Reads", bare_id).status == 201
    (row,) = guard.query(f"SELECT Id FROM PermissionSetLicenseAssign WHERE AssigneeId = '{bare_id}'")
    refused = guard("DELETE", f"{LICENSES}/{row['Id']}")
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, "FIELD_INTEGRITY_EXCEPTION")
    assert "Reads needs it" in refused.payload[0]["message"]


def test_assignment_without_the_licence_is_refused_until_it_is_given(made: Source, make_client: Any) -> None:
    user = UserSpec(username=BARE, profile=API_ONLY, first_name="Integration", last_name="User")
    setup = make_client(org=EmbeddedOrg(made, (user,)))
    bare = make_client(org=setup.org, username=BARE)
    refused = assign(setup, "Reads", bare.user_id)
    assert refused.payload == [
        {
            "message": 'Can\'t assign permission set "Reads" to user "Integration User". '
            "The user license doesn't allow the permission: Read Accounts",
            "errorCode": "FIELD_INTEGRITY_EXCEPTION",
            "fields": [],
        }
    ]
    assert bare("GET", "/sobjects/Account").status == 404
    psl = set_id(setup, PSL, "PermissionSetLicense", "DeveloperName")
    setup("POST", LICENSES, {"AssigneeId": bare.user_id, "PermissionSetLicenseId": psl})
    assert assign(setup, "Reads", bare.user_id).status == 201
    assert bare("GET", "/sobjects/Account").status == 200


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"profile": "Robot", "permission_sets": ("Reads",)}, "Read Accounts"),
        (
            {"profile": "Robot", "permission_sets": ("Reads",), "permission_set_licenses": (PSL.upper(),)},
            None,
        ),
        ({"profile": "Robot", "permission_sets": ("Viewer",)}, None),
        ({"profile": "Robot", "permission_set_groups": ("Both",)}, "permission set group Both"),
        ({"profile": "Robot", "expired_permission_sets": ("Reads",)}, None),
        ({"profile": "Sales", "permission_sets": ("Reads",)}, None),
        (
            {"profile": "Sales", "license": "Salesforce Integration", "permission_sets": ("Reads",)},
            "Read Accounts",
        ),
        ({"profile": API_ONLY, "permission_sets": ("Reads",)}, None),
        ({"profile": "Unsaid", "permission_sets": ("Reads", "Platform")}, None),
        ({"profile": "Sales", "permission_sets": ("Licensed",)}, "Sales Insights"),
        (
            {
                "profile": "Sales",
                "permission_sets": ("Licensed",),
                "permission_set_licenses": ("SalesInsights",),
            },
            None,
        ),
        ({"profile": "Sales", "permission_sets": ("Platform",)}, "is for Salesforce Platform"),
        ({"profile": "Sales", "license": "Salesforce Platform", "permission_sets": ("Platform",)}, None),
        ({"profile": "Sales", "permission_sets": ("Integration_PSL",)}, "Salesforce API Integration"),
        (
            {"profile": "Sales", "permission_sets": ("Integration_PSL",), "permission_set_licenses": (PSL,)},
            None,
        ),
    ],
)
def test_org_is_built_with_what_licences_allow(
    made: Source, change: dict[str, Any], wrong: str | None
) -> None:
    user = UserSpec(**{"username": "u@embedded.example", **change})
    if wrong is None:
        EmbeddedOrg(made, (user,))
        return
    with pytest.raises(OrgError) as raised:
        EmbeddedOrg(made, (user,))
    told = str(raised.value)
    assert "user u@embedded.example" in told
    assert wrong in told
    assert "permission_set_licenses" in told
    assert PSL in told


def test_every_kind_of_object_permission_is_named_by_its_verb(made: Source) -> None:
    spec = UserSpec(username="u@embedded.example", profile="Robot")
    words = {
        "create": "Create Accounts",
        "edit": "Edit Accounts",
        "delete": "Delete Accounts",
        "view_all": "View All Accounts",
        "modify_all": "Modify All Accounts",
    }
    for attribute, word in words.items():
        grants = container("X", objects={"Account": ObjectPermission(**{attribute: True})})
        assert str(permission_set_gap(made, spec, "Salesforce Integration", grants)).endswith(word)
    nothing = container("X", objects={"Account": ObjectPermission()})
    assert permission_set_gap(made, spec, "Salesforce Integration", nothing) is None
    assert group_gap(made, spec, "Salesforce", "Both") is None
