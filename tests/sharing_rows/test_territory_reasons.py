"""Records that territories open: judged, and the territory told by name."""

from collections.abc import Mapping

import pytest
from sharing_suite import BASE, SharingSuite, Watch, failed, metadata, prose

from pytest_sfintegration.matrix.loader import load as load_matrix
from pytest_sfintegration.sfdx.project import load
from pytest_sfintegration.strength.sharing_changes import sharing_changes

MODEL = f"{BASE}/territory2Models/FY"
LEVELS = {"account": "Edit", "case": "None", "contact": "Edit", "opportunity": "Read"}
MEDIA = "Account:\n  - {name: m, with: {Industry: Media}, access: %s}\n"


def territory(name: str, *, parent: str = "", rule: str = "") -> Mapping[str, str]:
    levels = "".join(f"<{of}AccessLevel>{level}</{of}AccessLevel>" for of, level in LEVELS.items())
    above = f"<parentTerritory>{parent}</parentTerritory>" if parent else ""
    by_rule = f"<ruleAssociations><inherited>false</inherited><ruleName>{rule}</ruleName></ruleAssociations>"
    body = f"{levels}<name>{name}</name>{above}{by_rule if rule else ''}<territory2Type>R</territory2Type>"
    return {f"{MODEL}/territories/{name}.territory2-meta.xml": metadata("Territory2", body)}


@pytest.fixture
def places(suite: SharingSuite) -> SharingSuite:
    """Return a project with World above North and South; the user is in North."""
    files = {
        f"{MODEL}/FY.territory2Model-meta.xml": metadata("Territory2Model", "<name>FY</name>"),
        **territory("World"),
        **territory("North", parent="World"),
        **territory("South", parent="World"),
    }
    for path, text in files.items():
        suite = suite.with_file(path, text)
    return suite.having(user="territories: [FY.North]")


def assigning(suite: SharingSuite, name: str) -> SharingSuite:
    """Return the project with a rule that assigns accounts of the media to a territory."""
    item = "<ruleItems><field>Industry</field><operation>equals</operation><value>Media</value></ruleItems>"
    body = f"<active>true</active><name>Media</name><objectType>Account</objectType>{item}"
    suite = suite.with_file(f"{MODEL}/rules/Media.territory2Rule-meta.xml", metadata("Territory2Rule", body))
    ((path, text),) = territory(name, parent="" if name == "World" else "World", rule="Media").items()
    return suite.with_file(path, text)


# By hand (Salesforce Record Access: Under the Hood, "Group Maintenance Tables"): the user of North is in the
# groups of North, and of World with its subordinates; not in those of World alone and of South.
MEMBERS = {
    "Media": ("<territory>FY.North</territory>", "territory FY.North"),
    "Energy": (
        "<territoryAndSubordinates>FY.World</territoryAndSubordinates>",
        "territory and subordinates of FY.World",
    ),
    "Retail": ("<territory>FY.World</territory>", None),
    "Banking": ("<territoryAndSubordinates>FY.South</territoryAndSubordinates>", None),
}


def test_a_rule_reaches_those_in_the_territory_that_it_names(places: SharingSuite) -> None:
    records = "Account:\n"
    for value, (to, _) in MEMBERS.items():
        places = places.with_criteria_rule(f"To_{value}", value, to=to)
        records += f"  - {{name: {value}, with: {{Industry: {value}}}, access: none}}\n"
    result = places.having(records=records).run()
    assert failed(result) == ["media", "energy"]
    for value, (_, words) in MEMBERS.items():
        assert words is None or f"rule To_{value} (Read, shared with {words})" in prose(result)


def test_a_rule_reaches_those_above_the_territory_that_it_names(places: SharingSuite) -> None:
    suite = places.with_criteria_rule("M", "Media", to="<territory>FY.South</territory>")
    result = suite.having(user="territories: [FY.World]", records=MEDIA % "none").run()
    assert "through sharing rule M (Read, shared with territory FY.South)" in prose(result)


def test_an_account_of_the_territory_is_named(places: SharingSuite, watch: Watch) -> None:
    records = """
Account:
  - {name: ours, territories: [FY.North], access: edit}
  - {name: theirs, territories: [FY.South], access: none}
  - {name: told wrong, territories: [FY.South, FY.North], access: read}
"""
    result = places.having(records=records).run()
    assert failed(result) == ["told-wrong"]
    text = prose(result)
    assert "through territory that the account is assigned to (Edit, shared with territory FY.North)" in text
    assert (
        "record Account made by the setup user, owned by the setup user; in territory FY.South and " in text
    )
    assert watch.records == {"UserTerritory2Association": 1}  # the user's own; what was made is removed


def test_what_a_territory_gives_on_opportunities_of_its_accounts_is_judged(places: SharingSuite) -> None:
    records = """
Opportunity:
  - {name: ours, parent: {AccountId: {territories: [FY.North]}}, access: read}
  - {name: theirs, parent: {AccountId: {territories: [FY.South]}}, access: none}
"""
    suite = places.with_object("Opportunity", "Private")
    result = suite.having(rights={"Account": "CRE", "Opportunity": "CRE"}, records=records).run()
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "Account:\n  - {name: a, territories: [FY.Sout], access: none}",
            "unknown territory FY.Sout*FY.South*",
        ),
        (
            "Contact:\n  - {name: c, territories: [FY.South], access: none}",
            "a record of Contact is assigned to*",
        ),
        (
            "Account:\n  - {name: a, where: Name = 'A', territories: [FY.South], access: none}",
            "where looks for records that exist, territories is for one that is made*",
        ),
    ],
)
def test_a_territory_that_no_record_can_be_in_is_an_error_of_the_matrix(
    places: SharingSuite, entry: str, message: str
) -> None:
    suite = places.having(rights={"Account": "CRE", "Contact": "CRE"}, records=entry)
    suite.run("--collect-only").stdout.fnmatch_lines([f"*{message}"])


def test_an_account_that_a_rule_assigns_to_the_territory_is_named(places: SharingSuite) -> None:
    assigning(places, "North").having(records=MEDIA % "edit").run().assert_outcomes(passed=1)
    result = assigning(places, "North").having(records=MEDIA % "read").run()
    assert failed(result) == ["m"]
    assert "through assignment rule of a territory (Edit, shared with territory FY.North)" in prose(result)
    assigning(places, "South").having(records=MEDIA % "none").run().assert_outcomes(passed=1)


def test_what_a_territory_gives_on_the_contacts_of_its_accounts_is_named(places: SharingSuite) -> None:
    records = "Contact:\n  - {name: c, parent: {AccountId: {with: {Industry: Media}}}, access: none}\n"
    suite = assigning(places, "North").with_object("Contact", "Private")
    result = suite.having(rights={"Account": "CRE", "Contact": "CRE"}, records=records).run()
    assert failed(result) == ["c"]
    assert (
        "through its Account (AccountId), Edit on Contact by assignment rule of a territory (Edit, shared "
        "with territory FY.North)"
    ) in prose(result)


def test_an_account_that_may_be_assigned_is_inconclusive_and_names_the_rule(places: SharingSuite) -> None:
    suite = assigning(places, "World")
    path = f"{MODEL}/territories/World.territory2-meta.xml"
    inherited = suite.files[path].replace("<inherited>false", "<inherited>true")
    result = suite.with_file(path, inherited).having(records=MEDIA % "none").run()
    result.assert_outcomes(failed=1)
    text = prose(result)
    assert "inconclusive" in text
    assert "assignment rule FY.Media could assign the record to territory FY.North" in text


def test_a_territory_that_the_source_lacks_is_an_error_of_the_matrix(places: SharingSuite) -> None:
    result = places.having(user="territories: [FY.Norht]").run("--collect-only")
    result.stdout.fnmatch_lines(["*unknown territory FY.Norht. Did you mean 'FY.North'?"])


def test_mutate_takes_away_the_rule_that_shares_with_the_users_territory(places: SharingSuite) -> None:
    suite = places.with_criteria_rule("M", "Media", to="<territory>FY.North</territory>")
    suite = suite.with_criteria_rule("Of_South", "Media", to="<territory>FY.South</territory>")
    suite.having(records=MEDIA % "read").run("--collect-only")
    root = suite.pytester.path
    changes = sharing_changes(load(root), load_matrix(root / "acme.matrix.yaml"))
    assert [one.what for one in changes if one.what.endswith("removed")] == [
        "sharing rule M of Account removed"
    ]
