"""Each way in which sharing opens a record, and each way in which it does not, told by name."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sharing_suite import BASE, SharingSuite, failed, prose

from pytest_sfintegration.access import sharing_reasons
from pytest_sfintegration.access.sharing_people import ask
from pytest_sfintegration.orgs.client import OrgClient

SALES = "<role>Sales</role>"
RULES = f"{BASE}/sharingRules/Account.sharingRules-meta.xml"


def accounts(*entries: str) -> str:
    return "Account:\n" + "".join(f"  - {one}\n" for one in (*entries,))


def test_the_owner_of_a_record_holds_all(suite: SharingSuite) -> None:
    result = suite.having(records=accounts("{name: own, owner: integration, access: all}")).run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["  records: 1 of 1"])


def test_edit_on_a_record_of_its_own_is_too_little_said(suite: SharingSuite) -> None:
    result = suite.having(records=accounts("{name: own, owner: integration, access: edit}")).run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        'extra transfer, all Account "own"',
        "            through ownership: the integration user owns the record",
        "      access: all",
    ])  # fmt: skip


def test_a_private_record_of_another_is_not_seen(suite: SharingSuite) -> None:
    result = suite.having(records=accounts("{name: theirs, access: none}")).run()
    result.assert_outcomes(passed=1)


def test_a_record_that_nothing_shares_is_missing_with_the_default(suite: SharingSuite) -> None:
    result = suite.having(records=accounts("{name: theirs, owner: {role: Support}, access: read}")).run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        'missing read Account "theirs"',
        "            no share reaches acme@example.com",
        "            organization-wide default of Account: Private",
        "  record    Account made by the setup user, owned by*",
    ])  # fmt: skip
    assert "owner.Support@embedded.example of role Support" in prose(result)
    assert "no permission set or profile" not in prose(result)


@pytest.mark.parametrize(("role", "sees"), [("Boss", True), ("Support", False), ("Sales", False)])
def test_who_stands_above_the_owner_in_the_role_hierarchy_holds_all(
    suite: SharingSuite, role: str, sees: bool
) -> None:
    entry = "{name: of sales, owner: {role: Sales}, access: none}"
    result = suite.having(user=f"role: {role}", records=accounts(entry)).run()
    result.assert_outcomes(failed=int(sees), passed=int(not sees))
    if sees:
        assert "through role hierarchy: above the owner owner.Sales@embedded.example (role Sales)" in prose(
            result
        )


def test_a_criteria_rule_that_is_too_wide_is_named(suite: SharingSuite) -> None:
    entries = (
        "{name: media, with: {Industry: Media}, access: edit}",
        "{name: energy, with: {Industry: Energy}, access: none}",
    )
    suite = suite.with_criteria_rule("Media_to_Sales", "Media", level="Edit")
    suite = suite.with_criteria_rule("Energy_to_Sales", "Energy")
    result = suite.having(records=accounts(*entries)).run()
    assert failed(result) == ["energy"]
    assert "through sharing rule Energy_to_Sales (Read, shared with role Sales)" in prose(result)
    assert "observed: described and enforced: held" in prose(result)


def test_rules_of_other_objects_levels_and_recipients_are_not_named(suite: SharingSuite) -> None:
    suite = suite.with_criteria_rule("Boss_Only", "Energy", to="<role>Boss</role>")
    suite = suite.with_criteria_rule("For_Edit", "Media", level="Edit")
    suite = suite.with_criteria_rule(
        "And_Below", "Media", to="<roleAndSubordinates>Sales</roleAndSubordinates>"
    )
    other = suite.with_criteria_rule("Of_Leads", "Energy").files[RULES]
    suite = suite.with_file(RULES.replace("Account", "Lead"), other).with_object("Lead", "Private")
    suite = suite.with_criteria_rule("Right", "Energy")
    result = suite.having(records=accounts("{name: e, with: {Industry: Energy}, access: none}")).run()
    assert "through sharing rule Right (Read, shared with role Sales)" in prose(result)


def test_a_rule_that_gives_edit_where_read_was_meant_is_an_extra(suite: SharingSuite) -> None:
    suite = suite.with_criteria_rule("Media_to_Sales", "Media", level="Edit")
    result = suite.having(records=accounts("{name: m, with: {Industry: Media}, access: read}")).run()
    result.stdout.fnmatch_lines(['extra edit Account "m"', "      access: edit"])


def test_a_rule_that_gives_read_where_edit_was_meant_is_missing(suite: SharingSuite) -> None:
    suite = suite.with_criteria_rule("Media_to_Sales", "Media", level="Read")
    result = suite.having(records=accounts("{name: m, with: {Industry: Media}, access: edit}")).run()
    result.stdout.fnmatch_lines(['missing edit Account "m"'])
    text = prose(result)
    assert "no share gives acme@example.com edit, there is no more than sharing rule Media_to_Sales" in text


def test_an_owner_rule_is_named(suite: SharingSuite) -> None:
    suite = suite.with_owner_rule("Support_to_Sales", "<role>Support</role>", to=SALES)
    entries = (
        "{name: of support, owner: {role: Support}, access: none}",
        "{name: of boss, owner: {role: Boss}, access: none}",
    )
    result = suite.having(records=accounts(*entries)).run()
    assert failed(result) == ["of-support"]
    assert "through sharing rule Support_to_Sales (Read, shared with role Sales)" in prose(result)


def test_a_rule_reaches_the_members_of_a_public_group(suite: SharingSuite) -> None:
    suite = suite.with_group("Integrations").with_criteria_rule(
        "M", "Media", to="<group>Integrations</group>"
    )
    suite = suite.having(records=accounts("{name: m, with: {Industry: Media}, access: read}"))
    assert failed(suite.run()) == ["m"]
    member = suite.having(user="public_groups: [Integrations]")
    member.run().assert_outcomes(passed=1)
    wide = member.having(records=accounts("{name: m, with: {Industry: Media}, access: none}")).run()
    assert "through sharing rule M (Read, shared with public group Integrations)" in prose(wide)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("<roleAndSubordinates>Boss</roleAndSubordinates>", "role and subordinates of Boss"),
        (
            "<roleAndSubordinatesInternal>Boss</roleAndSubordinatesInternal>",
            "role and internal subordinates of Boss",
        ),
        ("<roleAndSubordinates>Intern</roleAndSubordinates>", "role and subordinates of Intern"),
        ("<role>Intern</role>", "role Intern"),
        ("<allInternalUsers></allInternalUsers>", "all internal users"),
    ],
)
def test_a_rule_reaches_those_below_and_above_the_role_that_it_names(
    suite: SharingSuite, to: str, words: str
) -> None:
    suite = suite.having(roles={**suite.roles, "Intern": "Sales"}).with_criteria_rule("M", "Media", to=to)
    result = suite.having(records=accounts("{name: m, with: {Industry: Media}, access: none}")).run()
    result.assert_outcomes(failed=1)
    assert f"through sharing rule M (Read, shared with {words})" in prose(result)


def test_a_queue_owns_records_for_its_members(suite: SharingSuite) -> None:
    suite = suite.with_queue("Desk", "Lead").with_object("Lead", "Private")
    suite = suite.having(
        rights={"Lead": "CRE"},
        fields=(),
        records="Lead:\n  - {name: new, owner: {queue: Desk}, access: none}",
    )
    suite.run().assert_outcomes(passed=1)
    result = suite.having(user="queues: [Desk]").run()
    result.assert_outcomes(failed=1)
    assert "through membership in the queue Desk, which owns the record" in prose(result)
    assert "owned by queue Desk" in prose(result)


@pytest.mark.parametrize(
    ("default", "words", "access"),
    [("Read", "Public Read Only", "read"), ("ReadWrite", "Public Read/Write", "edit")],
)
def test_a_public_default_is_the_reason(suite: SharingSuite, default: str, words: str, access: str) -> None:
    suite = suite.having(default=default, records=accounts("{name: any, access: none}"))
    result = suite.run()
    result.assert_outcomes(failed=1)
    assert f"through organization-wide default {words}" in prose(result)
    suite.having(records=accounts(f"{{name: any, access: {access}}}")).run().assert_outcomes(passed=1)


def test_view_all_on_the_object_is_the_reason(suite: SharingSuite) -> None:
    suite = suite.having(
        rights={"Account": "CREV"}, objects="Account: CRE", records=accounts("{name: any, access: none}")
    )
    result = suite.run()
    result.assert_outcomes(failed=1)
    assert "through View All on Account, granted by permission set Sync" in prose(result)


def test_an_object_permission_that_the_matrix_does_not_allow_is_the_first_reason(suite: SharingSuite) -> None:
    suite = suite.having(
        rights={"Account": "CRED"},
        objects="Account: CRE",
        records=accounts("{name: own, owner: integration, access: all}"),
    )
    result = suite.run()
    result.stdout.fnmatch_lines([
        'extra delete Account "own"',
        "            delete on Account is granted by permission set Sync",
        "            through ownership: the integration user owns the record",
    ])  # fmt: skip


def test_an_object_permission_that_is_not_there_is_the_reason_for_all_that_is_missing(
    suite: SharingSuite,
) -> None:
    suite = suite.having(rights={}, fields=(), objects="Account: CRE")
    result = suite.having(records=accounts("{name: own, owner: integration, access: all}")).run()
    result.stdout.fnmatch_lines(['missing read, edit, transfer, all Account "own"'])
    text = prose(result)
    assert "acme@example.com has no read on Account, without which sharing gives nothing" in text
    assert "no share" not in text


def test_all_that_a_missing_share_takes_is_one_cause(suite: SharingSuite) -> None:
    suite = suite.having(rights={"Account": "CRED"})
    result = suite.having(records=accounts("{name: theirs, owner: {role: Boss}, access: all}")).run()
    text = prose(result)
    assert "Missing: read, edit, delete, transfer, all" not in text
    assert "5 rights not as declared, 1 cause: 5 x no share reaches acme@example.com" in text


def test_shares_that_the_org_keeps_back_are_not_taken_for_none(
    suite: SharingSuite, monkeypatch: pytest.MonkeyPatch
) -> None:

    def refusing(client: OrgClient, texts: Sequence[str]) -> list[list[Mapping[str, Any]] | None]:
        told = ask(client, texts)
        return [None if "AccountShare" in text else rows for text, rows in zip(texts, told, strict=True)]

    monkeypatch.setattr(sharing_reasons, "ask", refusing)
    result = suite.having(records=accounts("{name: theirs, owner: {role: Boss}, access: read}")).run()
    result.assert_outcomes(failed=1)
    assert "why was not looked up, or the org would not tell" in prose(result)
    assert "no share" not in prose(result)


def test_the_setup_user_is_named_as_the_owner_where_a_parent_differs(suite: SharingSuite) -> None:
    entry = "{name: x, owner: integration, parent: {ParentId: {owner: setup}}, access: all}"
    result = suite.having(records=accounts(entry, "{name: y, owner: setup, access: read}")).run()
    assert failed(result) == ["y"]
    assert "Account made by the setup user, owned by the setup user" in prose(result)


@pytest.mark.parametrize("owner", ["owner: integration", ""])
def test_a_right_of_a_record_is_a_test_of_its_own_by_cell_too(suite: SharingSuite, owner: str) -> None:
    entry = f"{{name: x, access: all{', ' if owner else ''}{owner}}}"
    result = suite.having(records=accounts(entry)).run("-k", "record", "--sf-granularity=cell")
    result.assert_outcomes(passed=int(bool(owner)), failed=int(not owner))


def test_a_restriction_rule_hides_what_user_record_access_calls_readable(suite: SharingSuite) -> None:
    entries = (
        "{name: media, with: {Industry: Media}, access: read}",
        "{name: energy, with: {Industry: Energy}, access: read}",
        "{name: biotech, with: {Industry: Biotechnology}, access: none}",
    )
    suite = suite.having(default="Read").with_restriction("Only_Media", "Industry = 'Media'")
    result = suite.having(records=accounts(*entries)).run()
    assert failed(result) == ["energy"]
    text = prose(result)
    assert 'missing read Account "energy"' in text
    assert "hidden by restriction rule Only_Media, most likely: UserRecordAccess, which ignores them" in text
    assert "observed: enforced: not held" in text


DETAIL = (
    "<fields><fullName>Account__c</fullName><label>Account</label><type>MasterDetail</type>"
    "<referenceTo>Account</referenceTo><relationshipName>Notes</relationshipName>"
    "<relationshipOrder>0</relationshipOrder></fields>"
)


def test_a_detail_follows_its_master(suite: SharingSuite) -> None:
    entries = """
Note__c:
  - {name: under own, parent: {Account__c: {owner: integration}}, access: edit}
  - {name: under other, parent: {Account__c: {with: {Industry: Energy}, owner: {role: Support}}},
     access: none}
  - {name: made with its master, owner: integration, access: edit}
  - {name: with its owner above, owner: integration, parent: {Account__c: {with: {Industry: Media}}},
     access: edit}
"""
    suite = suite.having(rights={"Account": "CRE", "Note__c": "CRE"}, records=entries)
    suite = suite.with_object("Note__c", "ControlledByParent", DETAIL)
    suite.run().assert_outcomes(passed=4)
    result = suite.with_criteria_rule("Energy", "Energy").run()
    assert failed(result) == ["under-other"]
    reason = "through its Account (Account__c): sharing rule Energy (Read, shared with role Sales)"
    assert reason in prose(result)
    assert "organization-wide default of Note__c: Controlled by Parent" in prose(result)
    assert "Account__c: Account with Industry Energy, owned by owner.Support@embedded.example" in prose(
        result
    )


def test_a_contact_follows_the_account_that_its_lookup_names(suite: SharingSuite) -> None:
    entries = """
Contact:
  - {name: of own, parent: {AccountId: {owner: integration}}, access: all}
  - {name: of other, parent: {AccountId: {with: {Name: Rival}}}, access: none}
"""
    suite = suite.having(rights={"Account": "CRE", "Contact": "CRE"}, records=entries)
    result = suite.with_object("Contact", "ControlledByParent").run()
    result.assert_outcomes(passed=2)


def test_what_a_rule_of_the_account_gives_on_its_contacts_is_named(suite: SharingSuite) -> None:
    entries = """
Contact:
  - {name: of media, parent: {AccountId: {with: {Industry: Media}}}, access: none}
  - {name: of energy, parent: {AccountId: {with: {Industry: Energy}}}, access: none}
"""
    suite = suite.with_criteria_rule("Media_to_Sales", "Media").with_object("Contact", "Private")
    children = "<accountSettings><contactAccessLevel>Edit</contactAccessLevel></accountSettings><label>"
    suite = suite.having(
        rights={"Account": "CRE", "Contact": "CRE"},
        records=entries,
        rules=suite.rules.replace("<label>", children, 1),
    )
    result = suite.run()
    assert failed(result) == ["of-media"]
    assert (
        "through its Account (AccountId), Edit on Contact by sharing rule Media_to_Sales (Read, shared with "
        "role Sales)"
    ) in prose(result)
