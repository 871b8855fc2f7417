"""Share objects: who reads and writes their rows, what they may say, and how long they last.

Sources: Object Reference, AccountShare and ContactShare; Apex Developer Guide, "Understanding Sharing" and
"Sharing a Record Using Apex"; Summer '20 release notes (Share Objects).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import ObjectPermission, Role, Source

OWNER, OTHER, BOSS, READER = (f"{name}@embedded.example" for name in ("owner", "other", "boss", "reader"))
FULL = ObjectPermission(create=True, read=True, edit=True, delete=True)
OBJECTS = ("Account", "Case", "Contact", "Opportunity", "Property__c")
PRIVATE = dict.fromkeys(OBJECTS, "Private")
LEVELS = ("None", "Read", "Edit")
WORDS = {"None": "Private", "Read": "Read", "Edit": "ReadWrite"}
Client = Callable[..., Any]


def org_of(source: Source, defaults: Mapping[str, str]) -> EmbeddedOrg:
    """Return an org with those organization-wide defaults: an owner, his boss, another one, and a reader."""
    objects = dict(source.objects)
    for name, model in defaults.items():
        objects[name] = replace(objects[name], sharing_model=model, external_sharing_model=None)
    sync = source.permission_sets["Sync"]
    sets = {
        **source.permission_sets,
        "Full": replace(sync, name="Full", objects=dict.fromkeys(OBJECTS, FULL)),
        "Reader": replace(sync, name="Reader", objects={"Account": ObjectPermission(read=True)}),
    }
    roles = {"Boss": Role(name="Boss", label="b"), "East": Role(name="East", label="e", parent="Boss")}
    users = [
        UserSpec(username=OWNER, profile="Office", permission_sets=("Full",), role="East"),
        UserSpec(username=BOSS, profile="Office", permission_sets=("Full",), role="Boss"),
        UserSpec(username=OTHER, profile="Office", permission_sets=("Full",)),
        UserSpec(username=READER, profile="Office", permission_sets=("Reader",)),
    ]
    return EmbeddedOrg(replace(source, objects=objects, permission_sets=sets, roles=roles), users)


@pytest.fixture
def clients(source: Source, make_client: Any) -> Callable[..., Client]:
    """Build an org of private records, with changes; give a client of each user."""
    orgs: dict[tuple[tuple[str, str], ...], EmbeddedOrg] = {}

    def client(username: str = "setup@embedded.example", **defaults: str) -> Client:
        key = tuple(sorted((PRIVATE | defaults).items()))
        if key not in orgs:
            orgs[key] = org_of(source, dict(key))
        made: Client = make_client(org=orgs[key], username=username)
        return made

    return client


def access(client: Any, record: str) -> str:
    mine = f"UserId = '{client.user_id}' AND RecordId = '{record}'"
    (row,) = client.query(f"SELECT MaxAccessLevel FROM UserRecordAccess WHERE {mine}")
    level: str = row["MaxAccessLevel"]
    return level


def error(response: Any) -> str:
    code: str = response.payload[0]["errorCode"]
    return code


def shared(client: Any, record: str, user: str, level: str = "Edit", **more: str) -> Any:
    sent = {"ParentId": record, "UserOrGroupId": user, "AccessLevel": level, **more}
    return client("POST", "/sobjects/Property__Share", sent)


def account_share(client: Any, account: str, user: str, **levels: str) -> Any:
    return client("POST", "/sobjects/AccountShare", {"AccountId": account, "UserOrGroupId": user, **levels})


def test_who_reads_the_object_reads_the_shares_of_the_records_that_he_sees(clients: Any) -> None:
    setup, owner, other, reader = clients(), clients(OWNER), clients(OTHER), clients(READER)
    mine, theirs = owner.create("Account", Name="A"), other.create("Account", Name="B")
    text = "SELECT AccountId FROM AccountShare WHERE RowCause = 'Owner'"
    assert {row["AccountId"] for row in setup.query(text)} == {mine, theirs}
    assert [row["AccountId"] for row in owner.query(text)] == [mine]
    assert reader.query(text) == []
    owner.create("Property__c", Name="A")
    (record,) = owner.query("SELECT (SELECT RowCause FROM Shares) FROM Property__c")
    assert [row["RowCause"] for row in record["Shares"]["records"]] == ["Owner"]


def test_without_read_on_the_object_there_is_no_share_object(clients: Any) -> None:
    reader = clients(READER)
    assert error(reader("GET", "/query", q="SELECT Id FROM Property__Share")) == "INVALID_TYPE"
    assert reader("GET", "/sobjects/ContactShare/describe").status == 404
    described = reader("GET", "/sobjects/AccountShare/describe").payload
    assert (described["queryable"], described["createable"]) == (True, False)


def test_shares_of_users_are_refused(clients: Any) -> None:
    response = clients(OWNER)("GET", "/query", q="SELECT Id FROM UserShare")
    assert error(response) == "NOT_SUPPORTED_BY_EMBEDDED_ORG"


@pytest.mark.parametrize("username", [OWNER, BOSS, "setup@embedded.example"])
def test_the_owner_those_above_and_modify_all_share_a_record(clients: Any, username: str) -> None:
    owner, other = clients(OWNER), clients(OTHER)
    record = owner.create("Property__c", Name="A")
    assert shared(clients(username), record, other.user_id).status == 201
    assert access(other, record) == "Edit"
    assert error(shared(other, record, clients(READER).user_id)) == (
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    )


def test_a_second_share_with_the_same_user_changes_the_first(clients: Any) -> None:
    setup, owner, other = clients(), clients(OWNER), clients(OTHER)
    record = owner.create("Property__c", Name="A")
    first, second = (shared(owner, record, other.user_id, level) for level in ("Edit", "Read"))
    assert first.payload["id"] == second.payload["id"]
    rows = setup.query("SELECT AccessLevel FROM Property__Share WHERE RowCause = 'Manual'")
    assert [row["AccessLevel"] for row in rows] == ["Read"]
    assert access(other, record) == "Read"


def test_the_level_of_a_share_can_be_changed_and_nothing_else(clients: Any) -> None:
    owner, other = clients(OWNER), clients(OTHER)
    record = owner.create("Property__c", Name="A")
    path = f"/sobjects/Property__Share/{shared(owner, record, other.user_id, 'Read').payload['id']}"
    assert owner("PATCH", path, {"AccessLevel": "Edit"}).status == 204
    assert access(other, record) == "Edit"
    assert error(owner("PATCH", path, {"AccessLevel": None})) == "REQUIRED_FIELD_MISSING"
    assert error(owner("PATCH", path, {"UserOrGroupId": owner.user_id})) == "INVALID_FIELD_FOR_INSERT_UPDATE"
    refused = other("PATCH", path, {"AccessLevel": "Read"})
    assert error(refused) == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    assert clients(BOSS)("DELETE", path).status == 204
    assert access(other, record) == "None"
    assert owner("DELETE", path).status == 404


def test_shares_that_are_not_manual_are_read_only(clients: Any) -> None:
    owner = clients(OWNER)
    owner.create("Property__c", Name="A")
    (row,) = owner.query("SELECT Id FROM Property__Share")
    path = f"/sobjects/Property__Share/{row['Id']}"
    assert error(owner("PATCH", path, {"AccessLevel": "Read"})) == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert error(owner("DELETE", path)) == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert clients(OTHER)("PATCH", path, {"AccessLevel": "Read"}).status == 404
    refused = shared(owner, owner.create("Property__c", Name="B"), owner.user_id, RowCause="Rule")
    assert error(refused) == "FIELD_INTEGRITY_EXCEPTION"


@pytest.mark.parametrize("default", LEVELS)
@pytest.mark.parametrize("level", [*LEVELS, "All", "Write"])
def test_a_share_gives_more_than_the_default_or_is_refused(clients: Any, default: str, level: str) -> None:
    owner = clients(OWNER, Property__c=WORDS[default])
    other = clients(OTHER, Property__c=WORDS[default])
    response = shared(owner, owner.create("Property__c", Name="A"), other.user_id, level)
    if level in {"None", "Write"}:
        assert error(response) == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    elif level == "All" or LEVELS.index(level) <= LEVELS.index(default):
        assert error(response) == "FIELD_FILTER_VALIDATION_EXCEPTION"
        assert "AccessLevel" in response.payload[0]["message"]
    else:
        assert response.status == 201


@pytest.fixture(scope="module")
def orgs() -> dict[tuple[str, ...], tuple[Client, Client, str]]:
    """Keep the orgs of the property, by their defaults."""
    return {}


@given(
    defaults=st.tuples(*[st.sampled_from(LEVELS)] * 4),
    levels=st.tuples(st.sampled_from([*LEVELS[1:], "All"]), *[st.sampled_from([None, *LEVELS])] * 3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_share_of_an_account_is_nowhere_below_the_defaults_and_somewhere_above(
    source: Source, make_client: Any, orgs: Any, defaults: tuple[str, ...], levels: tuple[str | None, ...]
) -> None:
    names = ("Account", "Opportunity", "Case", "Contact")
    if defaults not in orgs:
        org = org_of(source, PRIVATE | {name: WORDS[one] for name, one in zip(names, defaults, strict=True)})
        orgs[defaults] = make_client(org=org, username=OWNER), make_client(org=org, username=OTHER)
    owner, other = orgs[defaults]
    sent = {f"{name}AccessLevel": one for name, one in zip(names, levels, strict=True) if one is not None}
    response = account_share(owner, owner.create("Account", Name="A"), other.user_id, **sent)
    rank = {"None": 0, "Read": 1, "Edit": 2, "All": 3}
    pairs = [(rank[one], rank[low]) for one, low in zip(levels, defaults, strict=True) if one is not None]
    if "All" in levels or any(one < low for one, low in pairs) or not any(one > low for one, low in pairs):
        assert error(response) == "INVALID_ACCESS_LEVEL"
    else:
        assert response.status == 201


def test_the_level_of_contacts_cannot_be_given_where_they_follow_the_account(clients: Any) -> None:
    setup, owner = clients(Contact="ControlledByParent"), clients(OWNER, Contact="ControlledByParent")
    other = clients(OTHER, Contact="ControlledByParent")
    account = owner.create("Account", Name="A")
    contact = setup.create("Contact", LastName="C", AccountId=account, OwnerId=owner.user_id)
    levels = {"AccountAccessLevel": "Read", "ContactAccessLevel": "Edit"}
    refused = account_share(owner, account, other.user_id, **levels)
    assert error(refused) == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert account_share(owner, account, other.user_id, AccountAccessLevel="Read").status == 201
    assert access(other, contact) == "Read"
    sent = {"ContactId": contact, "UserOrGroupId": other.user_id, "ContactAccessLevel": "Edit"}
    assert error(owner("POST", "/sobjects/ContactShare", sent)) == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


def test_owners_of_standard_records_are_given_no_share(clients: Any) -> None:
    setup, owner = clients(), clients(OWNER)
    refused = account_share(
        setup, owner.create("Account", Name="A"), owner.user_id, AccountAccessLevel="Edit"
    )
    assert error(refused) == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    assert shared(setup, owner.create("Property__c", Name="A"), owner.user_id).status == 201


def test_a_share_of_a_private_contact_is_refused(clients: Any) -> None:
    owner, other = clients(OWNER), clients(OTHER)
    contact = owner.create("Contact", LastName="C")
    sent = {"ContactId": contact, "UserOrGroupId": other.user_id, "ContactAccessLevel": "Edit"}
    assert error(owner("POST", "/sobjects/ContactShare", sent)) == "NOT_SUPPORTED_BY_EMBEDDED_ORG"


def test_manual_shares_go_when_the_owner_changes_with_what_they_gave_on_children(clients: Any) -> None:
    setup, owner, other, boss = clients(), clients(OWNER), clients(OTHER), clients(BOSS)
    account = owner.create("Account", Name="A")
    contact = setup.create("Contact", LastName="C", AccountId=account, OwnerId=owner.user_id)
    levels = {"AccountAccessLevel": "Read", "ContactAccessLevel": "Edit"}
    assert account_share(owner, account, other.user_id, **levels).status == 201
    assert (access(other, account), access(other, contact)) == ("Read", "Edit")
    path = f"/sobjects/Account/{account}"
    assert owner("PATCH", path, {"Name": "B", "OwnerId": owner.user_id}).status == 204
    assert access(other, account) == "Read"
    assert owner("PATCH", path, {"OwnerId": boss.user_id}).status == 204
    assert (access(other, account), access(other, contact)) == ("None", "None")
    assert setup.query("SELECT Id FROM AccountShare WHERE RowCause = 'Manual'") == []


def test_a_rollback_brings_the_manual_shares_back(clients: Any) -> None:
    owner, other, boss = clients(OWNER), clients(OTHER), clients(BOSS)
    record = owner.create("Property__c", Name="A")
    shared(owner, record, other.user_id)
    base = "/services/data/v62.0/sobjects/Property__c"
    give = {
        "method": "PATCH",
        "url": f"{base}/{record}",
        "referenceId": "a",
        "body": {"OwnerId": boss.user_id},
    }
    fail = {"method": "PATCH", "url": f"{base}/{record[:14]}9", "referenceId": "b", "body": {"Name": "x"}}
    done = owner("POST", "/composite", {"allOrNone": True, "compositeRequest": [give, fail]})
    assert [each["httpStatusCode"] for each in done.payload["compositeResponse"]] == [400, 404]
    assert access(other, record) == "Edit"
    done = owner("POST", "/composite", {"allOrNone": True, "compositeRequest": [give]})
    assert done.payload["compositeResponse"][0]["httpStatusCode"] == 204
    assert access(other, record) == "None"
