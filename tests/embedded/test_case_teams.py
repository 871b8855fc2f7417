"""Case teams: a member is a share with RowCause Team; predefined teams put their members on cases."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.sfdx.model import FieldPermission

MEMBER, BOSS = "member@embedded.example", "boss@embedded.example"
RIGHTS = ("Account", "Case", "Contact")
MEMBERS = "SELECT ParentId, MemberId, TeamRole.Name, TeamTemplateId FROM CaseTeamMember"


@pytest.fixture
def private(hierarchy: Callable[..., EmbeddedOrg], make_client: Any) -> Callable[..., Any]:
    """Build an org whose accounts and cases are private; give a client of each user."""
    subject = {"Case": {"Subject": FieldPermission(read=True, edit=True)}}
    org = hierarchy({MEMBER: "East", BOSS: "Boss"}, dict.fromkeys(RIGHTS, "Private"), fields=subject)
    return lambda username="setup@embedded.example": make_client(org=org, username=username)


def access(client: Any, record: str) -> str:
    mine = f"UserId = '{client.user_id}' AND RecordId = '{record}'"
    (row,) = client.query(f"SELECT MaxAccessLevel FROM UserRecordAccess WHERE {mine}")
    level: str = row["MaxAccessLevel"]
    return level


def role(setup: Any, level: str) -> str:
    made: str = setup.create("CaseTeamRole", Name=f"May {level}", AccessLevel=level)
    return made


def case(setup: Any) -> tuple[str, str]:
    account = setup.create("Account", Name="A")
    return setup.create("Case", AccountId=account, Subject="S"), account


@pytest.mark.parametrize("level", ["None", "Read", "Edit"])
def test_member_of_a_case_team_has_what_the_role_gives(private: Any, level: str) -> None:
    setup, member, boss = private(), private(MEMBER), private(BOSS)
    one, account = case(setup)
    joined = setup.create(
        "CaseTeamMember", ParentId=one, MemberId=member.user_id, TeamRoleId=role(setup, level)
    )
    seen = [] if level == "None" else [one]
    for client in (member, boss):  # who is above a member has what he has
        assert [row["Id"] for row in client.query("SELECT Id FROM Case")] == seen
        assert access(client, one) == level
        assert access(client, account) == ("Read" if seen else "None")  # the case's account
    changed = member("PATCH", f"/sobjects/Case/{one}", {"Subject": "T"})
    assert changed.status == {"None": 404, "Read": 403, "Edit": 204}[level]
    shares = setup.query(
        "SELECT CaseId, UserOrGroupId, CaseAccessLevel FROM CaseShare WHERE RowCause = 'Team'"
    )
    assert [(row["CaseId"], row["UserOrGroupId"], row["CaseAccessLevel"]) for row in shares] == [
        (each, member.user_id, level) for each in seen
    ]
    assert setup("DELETE", f"/sobjects/CaseTeamMember/{joined}").status == 204
    assert access(member, one) == access(member, account) == "None"


def test_new_level_of_a_role_counts_at_once(private: Any) -> None:
    setup, member = private(), private(MEMBER)
    one, _ = case(setup)
    reader, editor = role(setup, "Read"), role(setup, "Edit")
    joined = setup.create("CaseTeamMember", ParentId=one, MemberId=member.user_id, TeamRoleId=reader)
    assert access(member, one) == "Read"
    assert setup("PATCH", f"/sobjects/CaseTeamMember/{joined}", {"TeamRoleId": editor}).status == 204
    assert access(member, one) == "Edit"
    assert setup("PATCH", f"/sobjects/CaseTeamRole/{editor}", {"AccessLevel": "None"}).status == 204
    assert access(member, one) == "None"


def test_contact_on_a_case_team_gives_no_user_access(private: Any) -> None:
    setup, member = private(), private(MEMBER)
    one, _ = case(setup)
    contact = setup.create("Contact", LastName="C")
    setup.create("CaseTeamMember", ParentId=one, MemberId=contact, TeamRoleId=role(setup, "Edit"))
    assert access(member, one) == "None"
    assert setup.query("SELECT Id FROM CaseShare WHERE RowCause = 'Team'") == []


def test_predefined_team_puts_its_members_on_its_cases(private: Any) -> None:
    setup, member, boss = private(), private(MEMBER), private(BOSS)
    one, _ = case(setup)
    other, _ = case(setup)
    reader, editor = role(setup, "Read"), role(setup, "Edit")
    team = setup.create("CaseTeamTemplate", Name="Support")
    first = setup.create(
        "CaseTeamTemplateMember", TeamTemplateId=team, MemberId=member.user_id, TeamRoleId=reader
    )
    assert access(member, one) == "None"  # a team on no case gives nothing
    records = [
        setup.create("CaseTeamTemplateRecord", ParentId=each, TeamTemplateId=team) for each in (one, other)
    ]
    assert [access(member, each) for each in (one, other)] == ["Read", "Read"]
    assert {(row["MemberId"], row["TeamTemplateId"]) for row in setup.query(MEMBERS)} == {
        (member.user_id, team)
    }
    setup.create("CaseTeamTemplateMember", TeamTemplateId=team, MemberId=boss.user_id, TeamRoleId=editor)
    assert access(boss, other) == "Edit"
    setup("PATCH", f"/sobjects/CaseTeamTemplateMember/{first}", {"TeamRoleId": editor})
    assert access(member, one) == "Edit"
    assert setup("DELETE", f"/sobjects/CaseTeamTemplateMember/{first}").status == 204
    assert access(member, one) == "None"
    assert setup("DELETE", f"/sobjects/CaseTeamTemplateRecord/{records[0]}").status == 204
    assert [access(boss, each) for each in (one, other)] == ["None", "Edit"]
    assert setup("DELETE", f"/sobjects/CaseTeamTemplate/{team}").status == 204
    assert setup.query(MEMBERS) == []
    assert setup.query("SELECT Id FROM CaseTeamTemplateRecord") == []
    assert access(boss, other) == "None"


def test_deleted_case_takes_its_team_along(private: Any) -> None:
    setup, member = private(), private(MEMBER)
    one, _ = case(setup)
    setup.create("CaseTeamMember", ParentId=one, MemberId=member.user_id, TeamRoleId=role(setup, "Read"))
    assert setup("DELETE", f"/sobjects/Case/{one}").status == 204
    assert setup.query(MEMBERS) == []


def test_who_may_edit_the_case_builds_its_team_but_no_roles(private: Any) -> None:
    setup, member, boss = private(), private(MEMBER), private(BOSS)
    one, _ = case(setup)
    reader, editor = role(setup, "Read"), role(setup, "Edit")
    refused = member("POST", "/sobjects/CaseTeamRole", {"Name": "R", "AccessLevel": "Edit"})
    assert refused.payload[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert len(member.query("SELECT Name, AccessLevel FROM CaseTeamRole")) == 2
    body = {"ParentId": one, "MemberId": boss.user_id, "TeamRoleId": reader}
    joined = setup.create("CaseTeamMember", ParentId=one, MemberId=member.user_id, TeamRoleId=reader)
    assert member("POST", "/sobjects/CaseTeamMember", body).status == 400  # reads the case only
    setup("PATCH", f"/sobjects/CaseTeamMember/{joined}", {"TeamRoleId": editor})
    assert member("POST", "/sobjects/CaseTeamMember", body).status == 201


def test_role_that_no_case_team_may_have_is_refused(private: Any) -> None:
    refused = private()("POST", "/sobjects/CaseTeamRole", {"Name": "R", "AccessLevel": "All"})
    assert refused.payload[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_case_comes_back_with_its_team_as_the_predefined_team_is_now(private: Any) -> None:
    setup, member, boss = private(), private(MEMBER), private(BOSS)
    one, _ = case(setup)
    reader, team = role(setup, "Read"), setup.create("CaseTeamTemplate", Name="Support")
    made = [
        setup.create("CaseTeamTemplateMember", TeamTemplateId=team, MemberId=each.user_id, TeamRoleId=reader)
        for each in (member, boss)
    ]
    setup.create("CaseTeamTemplateRecord", ParentId=one, TeamTemplateId=team)
    ids = {row["MemberId"]: row["Id"] for row in setup.query("SELECT Id, MemberId FROM CaseTeamMember")}
    assert setup("DELETE", f"/sobjects/Case/{one}").status == 204
    assert setup("DELETE", f"/sobjects/CaseTeamTemplateMember/{made[0]}").status == 204
    world = setup.org.world
    world.restoring.undelete(world.view(world.people.by_id(setup.user_id)), "Case", one)
    (row,) = setup.query("SELECT Id, MemberId FROM CaseTeamMember")
    assert (row["MemberId"], row["Id"]) == (boss.user_id, ids[boss.user_id])
    assert access(member, one) == "None"
