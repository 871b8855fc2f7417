"""Default teams: they give nothing until their members are added to a record."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.sfdx.model import ObjectPermission

OWNER, BOSS, MATE = "owner@embedded.example", "boss@embedded.example", "mate@embedded.example"
RIGHTS = ("Account", "Opportunity")
LEVELS = {
    "UserAccountTeamMember": {
        "AccountAccessLevel": "Edit",
        "OpportunityAccessLevel": "Edit",
        "CaseAccessLevel": "None",
        "ContactAccessLevel": "Read",
    },
    "UserTeamMember": {"OpportunityAccessLevel": "Read"},
}
TABLES = sorted(LEVELS)


@pytest.fixture
def client_of(hierarchy: Callable[..., EmbeddedOrg], make_client: Any) -> Callable[..., Any]:
    """Build an org whose accounts and opportunities are private and may only be read and created."""
    org = hierarchy(
        {OWNER: "East", BOSS: "Boss", MATE: "West"},
        dict.fromkeys(RIGHTS, "Private"),
        rights=ObjectPermission(create=True, read=True),
    )
    return lambda username="setup@embedded.example": make_client(org=org, username=username)


def entry(table: str, owner: Any, user: Any) -> dict[str, Any]:
    return {"OwnerId": owner.user_id, "UserId": user.user_id, **LEVELS[table]}


@pytest.mark.parametrize("table", TABLES)
def test_default_team_gives_no_access_by_itself(client_of: Any, table: str) -> None:
    owner, mate, setup = client_of(OWNER), client_of(MATE), client_of()
    owner.create(table, **entry(table, owner, mate))
    account = owner.create("Account", Name="A")
    more = {"StageName": "Prospecting", "CloseDate": "2026-01-01", "OwnerId": owner.user_id}
    setup.create("Opportunity", Name="O", AccountId=account, **more)
    for name in RIGHTS:
        assert mate.query(f"SELECT Id FROM {name}") == []
        assert setup.query(f"SELECT Id FROM {name}Share WHERE RowCause = 'Team'") == []
    setup.create("AccountTeamMember", AccountId=account, UserId=mate.user_id, AccountAccessLevel="Read")
    assert [row["Id"] for row in mate.query("SELECT Id FROM Account")] == [account]


@pytest.mark.parametrize("table", TABLES)
def test_default_team_is_set_up_by_its_owner_and_those_above(client_of: Any, table: str) -> None:
    owner, boss, mate = client_of(OWNER), client_of(BOSS), client_of(MATE)
    refused = mate("POST", f"/sobjects/{table}", entry(table, owner, mate))
    assert refused.payload[0]["errorCode"] == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    made = boss.create(table, **entry(table, owner, mate))
    assert len(mate.query(f"SELECT OwnerId, UserId FROM {table}")) == 1
    body = {"TeamMemberRole": "Sales Rep"}
    assert mate("PATCH", f"/sobjects/{table}/{made}", body).status == 403
    assert mate("DELETE", f"/sobjects/{table}/{made}").status == 403
    assert owner("PATCH", f"/sobjects/{table}/{made}", body).status == 204
    assert owner("DELETE", f"/sobjects/{table}/{made}").status == 204


def test_second_entry_of_a_default_opportunity_team_changes_the_first(client_of: Any) -> None:
    owner, mate, boss = client_of(OWNER), client_of(MATE), client_of(BOSS)
    first = owner.create("UserTeamMember", **entry("UserTeamMember", owner, mate))
    other = owner.create("UserTeamMember", **entry("UserTeamMember", owner, boss))
    again = entry("UserTeamMember", owner, mate) | {"OpportunityAccessLevel": "Edit"}
    assert owner.create("UserTeamMember", **again) == first
    rows = owner.query("SELECT Id, OpportunityAccessLevel FROM UserTeamMember")
    assert {(row["Id"], row["OpportunityAccessLevel"]) for row in rows} == {(first, "Edit"), (other, "Read")}


def test_level_that_a_default_team_may_not_have_is_refused(client_of: Any) -> None:
    owner, mate = client_of(OWNER), client_of(MATE)
    body = entry("UserTeamMember", owner, mate) | {"OpportunityAccessLevel": "All"}
    refused = owner("POST", "/sobjects/UserTeamMember", body)
    assert refused.payload[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
