"""Manager groups and teams as the reason for access, told by name."""

from dataclasses import replace
from pathlib import Path

import pytest
from sharing_suite import SharingSuite, Watch, prose

from pytest_sfintegration.access.sharing_people import People
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import client_of
from pytest_sfintegration.sfdx.model import SharedWith, SharingRule
from pytest_sfintegration.sfdx.project import load

CHAIN = ("head", "lead", "rep")
ACCOUNT, ACME = "001Em0000000001IAA", "005Em0000000002IAA"


def test_rule_for_a_user_and_his_subordinates_is_named(suite: SharingSuite) -> None:
    to = "<managerSubordinates>acme@example.com</managerSubordinates>"
    suite = suite.with_criteria_rule("Team_of_Acme", "Media", to=to)
    entry = "Account:\n  - {name: media, with: {Industry: Media}, access: none}\n"
    result = suite.having(records=entry).run()
    result.assert_outcomes(failed=1)
    wanted = "through sharing rule Team_of_Acme (Read, shared with acme@example.com and his subordinates)"
    assert wanted in prose(result)


def test_team_of_an_account_is_named(suite: SharingSuite, watch: Watch) -> None:
    watch.seed("Account", Name="Kept")
    watch.seed("AccountTeamMember", AccountId=ACCOUNT, UserId=ACME, AccountAccessLevel="Edit")
    entry = "Account:\n  - {name: kept, where: \"Name = 'Kept'\", access: none}\n"
    result = suite.having(records=entry).run()
    result.assert_outcomes(failed=1)
    assert "through account team (Edit), member user acme@example.com" in prose(result)


@pytest.mark.parametrize(
    ("kind", "of", "reached"),
    [
        ("managers", "rep", {"head", "lead"}),
        ("managers", "head", set()),
        ("managerSubordinates", "head", {"head", "lead", "rep"}),
        ("managerSubordinates", "lead", {"lead", "rep"}),
    ],
)
def test_whom_a_manager_group_reaches_is_read_from_the_org(
    suite: SharingSuite, tmp_path: Path, kind: str, of: str, reached: set[str]
) -> None:
    for name, text in suite.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shared_to = SharedWith(kind=kind, name=f"{of}@example.com")
    rule = SharingRule(
        name="R", label="r", object="Account", type="criteria", access_level="Read", shared_to=shared_to
    )
    users = [
        UserSpec(
            username=f"{name}@example.com",
            profile="Integration",
            manager=f"{CHAIN[n - 1]}@example.com" if n else None,
        )
        for n, name in enumerate(CHAIN)
    ]
    org = EmbeddedOrg(replace(load(tmp_path), sharing_rules=(rule,)), users)
    client = client_of(org, SETUP_USERNAME, Budget())
    group = {
        "managers": "Manager",
        "managerSubordinates": "ManagerAndSubordinatesInternal",
    }[kind]
    found = org.world.directory.public_groups[group, f"{of}@example.com"]
    for name in CHAIN:
        person = org.world.people.by_username(f"{name}@example.com")
        assert person is not None
        people = People(user_id=person.id)
        people.read(client, [found])
        assert people.reaches(found) is (name in reached), name
        assert people.group_words(found)[:2] == (kind, f"{of}@example.com")
