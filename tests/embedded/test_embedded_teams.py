"""Account and opportunity teams: a member is a share with RowCause Team (Object Reference, AccountShare)."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg

MEMBER, BOSS = "member@embedded.example", "boss@embedded.example"
RIGHTS = ("Account", "Contact", "Opportunity")


@pytest.fixture
def private(hierarchy: Callable[..., EmbeddedOrg], make_client: Any) -> Callable[..., Any]:
    """Build an org whose accounts, contacts and opportunities are private; give a client of each user."""
    org = hierarchy({MEMBER: "East", BOSS: "Boss"}, dict.fromkeys(RIGHTS, "Private"))
    return lambda username="setup@embedded.example": make_client(org=org, username=username)


def access(client: Any, record: str) -> str:
    mine = f"UserId = '{client.user_id}' AND RecordId = '{record}'"
    (row,) = client.query(f"SELECT MaxAccessLevel FROM UserRecordAccess WHERE {mine}")
    level: str = row["MaxAccessLevel"]
    return level


@pytest.mark.parametrize("level", ["Read", "Edit"])
def test_member_of_an_account_team_has_what_the_team_gives(private: Any, level: str) -> None:
    setup, member, boss = private(), private(MEMBER), private(BOSS)
    account = setup.create("Account", Name="A")
    contact = setup.create("Contact", LastName="C", AccountId=account)
    assert member.query("SELECT Id FROM Account") == []
    joined = setup.create(
        "AccountTeamMember",
        AccountId=account,
        UserId=member.user_id,
        AccountAccessLevel=level,
        ContactAccessLevel="Edit",
        OpportunityAccessLevel="None",
    )
    for client in (member, boss):  # who is above a member has what he has
        assert [row["Id"] for row in client.query("SELECT Id FROM Account")] == [account]
        assert access(client, account) == level
        assert access(client, contact) == "Edit"
    changed = member("PATCH", f"/sobjects/Account/{account}", {"Name": "B"})
    assert changed.status == (204 if level == "Edit" else 403)
    shares = setup.query("SELECT UserOrGroupId, AccountAccessLevel FROM AccountShare WHERE RowCause = 'Team'")
    assert [(row["UserOrGroupId"], row["AccountAccessLevel"]) for row in shares] == [(member.user_id, level)]
    assert setup("DELETE", f"/sobjects/AccountTeamMember/{joined}").status == 204
    assert member.query("SELECT Id FROM Account") == []
    assert access(member, contact) == "None"


def test_member_of_an_opportunity_team_reads_the_account_too(private: Any) -> None:
    setup, member = private(), private(MEMBER)
    account = setup.create("Account", Name="A")
    opportunity = setup.create(
        "Opportunity", Name="O", AccountId=account, StageName="Prospecting", CloseDate="2026-01-01"
    )
    setup.create(
        "OpportunityTeamMember",
        OpportunityId=opportunity,
        UserId=member.user_id,
        OpportunityAccessLevel="Edit",
    )
    assert (access(member, opportunity), access(member, account)) == ("Edit", "Read")
    assert [row["Id"] for row in member.query("SELECT Id FROM Opportunity")] == [opportunity]
    (share,) = setup.query("SELECT OpportunityAccessLevel FROM OpportunityShare WHERE RowCause = 'Team'")
    assert share["OpportunityAccessLevel"] == "Edit"


def test_member_without_a_level_has_the_default(private: Any) -> None:
    setup, member = private(), private(MEMBER)
    account = setup.create("Account", Name="A")
    setup.create("AccountTeamMember", AccountId=account, UserId=member.user_id, ContactAccessLevel="Read")
    assert access(member, account) == "None"
    assert member.query("SELECT Id FROM Account") == []
