"""Rules and shares with managers: the chain of User.ManagerId."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import CriteriaItem, SharedWith, SharingRule, Source

BOSSES = {"chief": None, "head": "chief", "lead": "Head", "rep": "lead", "other": "head", "alien": None}


def username(name: str) -> str:
    return f"{name}@embedded.example"


def sharing_rule(kind: str, of: str, level: str = "Read") -> SharingRule:
    return SharingRule(
        name="Up",
        label="up",
        object="Property__c",
        type="criteria",
        access_level=level,
        shared_to=SharedWith(kind=kind, name=username(of).upper()),
        criteria=(CriteriaItem(field="Note__c", operation="equals", value="shared"),),
    )


@pytest.fixture
def org_with(source: Source) -> Callable[..., EmbeddedOrg]:
    def build(*rules: SharingRule, **types: str) -> EmbeddedOrg:
        users = [
            UserSpec(
                username=username(name),
                profile="Office",
                permission_sets=("Sync",),
                manager=username(boss) if boss else None,
                user_type=types.get(name, "Standard"),
            )
            for name, boss in BOSSES.items()
        ]
        return EmbeddedOrg(replace(source, sharing_rules=rules), users)

    return build


def readers(org: EmbeddedOrg, make_client: Any, record: str) -> set[str]:
    """Return who sees a record; UserRecordAccess and the query agree."""
    found = set()
    for name in BOSSES:
        client = make_client(org=org, username=username(name))
        seen = {row["Id"] for row in client.query("SELECT Id FROM Property__c")}
        asked = f"UserId = '{client.user_id}' AND RecordId = '{record}'"
        (row,) = client.query(f"SELECT HasReadAccess FROM UserRecordAccess WHERE {asked}")
        assert row["HasReadAccess"] is (record in seen)
        found |= {name} if record in seen else set()
    return found


@pytest.mark.parametrize(
    ("kind", "of", "reached"),
    [
        ("managers", "rep", {"lead", "head", "chief"}),
        ("managers", "chief", set()),
        ("managerSubordinates", "head", {"head", "lead", "rep", "other"}),
        ("managerSubordinates", "rep", {"rep"}),
    ],
)
def test_rule_reaches_the_management_chain(
    org_with: Any, make_client: Any, kind: str, of: str, reached: set[str]
) -> None:
    org = org_with(sharing_rule(kind, of))
    setup = make_client(org=org)
    record = setup.create("Property__c", Name="P", Note__c="shared")
    setup.create("Property__c", Name="Q", Note__c="kept")
    assert readers(org, make_client, record) == reached
    (share,) = setup.query(
        "SELECT ParentId, AccessLevel, UserOrGroupId FROM Property__Share WHERE RowCause = 'Rule'"
    )
    assert (share["ParentId"], share["AccessLevel"]) == (record, "Read")
    (group,) = setup.query(f"SELECT Type, RelatedId FROM Group WHERE Id = '{share['UserOrGroupId']}'")
    kinds = {"managers": "Manager", "managerSubordinates": "ManagerAndSubordinatesInternal"}
    assert group["Type"] == kinds[kind]
    assert group["RelatedId"] == make_client(org=org, username=username(of)).user_id


def test_record_is_shared_by_hand_with_a_manager_group(org_with: Any, make_client: Any) -> None:
    org = org_with(sharing_rule("managers", "alien"))
    setup, rep = make_client(org=org), make_client(org=org, username=username("rep"))
    record = setup.create("Property__c", Name="P")
    assert readers(org, make_client, record) == set()
    (group,) = setup.query(f"SELECT Id FROM Group WHERE Type = 'Manager' AND RelatedId = '{rep.user_id}'")
    setup.create("Property__Share", ParentId=record, UserOrGroupId=group["Id"], AccessLevel="Edit")
    assert readers(org, make_client, record) == {"lead", "head", "chief"}


def test_external_users_are_in_no_manager_group(org_with: Any, make_client: Any) -> None:
    org = org_with(sharing_rule("managerSubordinates", "head"), lead="Guest")
    record = make_client(org=org).create("Property__c", Name="P", Note__c="shared")
    assert readers(org, make_client, record) == {"head", "rep", "other"}


def test_rule_for_a_manager_whom_the_org_does_not_have_is_refused(org_with: Any, make_client: Any) -> None:
    org = org_with(sharing_rule("managers", "stranger"))
    client = make_client(org=org, username=username("rep"))
    make_client(org=org).create("Property__c", Name="P", Note__c="shared")
    response = client("GET", "/query", q="SELECT Id FROM Property__c")
    assert response.status == 501
    assert "managers STRANGER@EMBEDDED.EXAMPLE, who is not among the users" in response.payload[0]["message"]


def test_org_without_such_rules_shows_no_manager_groups(org_with: Any, make_client: Any) -> None:
    setup = make_client(org=org_with())
    assert setup.query("SELECT Id FROM Group WHERE Type LIKE 'Manager%'") == []


def test_manager_has_to_be_a_user_of_the_org(source: Source) -> None:
    alone = UserSpec(username="a@x.example", profile="Office", manager="b@x.example")
    with pytest.raises(OrgError, match=r"a@x.example: the org has no user 'b@x.example', his manager"):
        EmbeddedOrg(source, [alone])
