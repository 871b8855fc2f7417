"""Sales Territories, read: what real projects hold, levels settled, what cannot be known reported."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree
from sfdx_sources import Loader, the_problem, xml

from pytest_sfintegration.sfdx.model import Severity
from pytest_sfintegration.sfdx.project import load

SAMPLES = (
    Path(__file__).resolve().parents[2].parent
    / "shared/corpora/sdr-snapshots/test/snapshot/sampleProjects/territory"
)
MODEL = "territory2Models/FY"
BASE: Mapping[str, str] = {
    f"{MODEL}/FY.territory2Model-meta.xml": xml("Territory2Model", "<name>This Year</name>"),
    f"{MODEL}/territories/World.territory2-meta.xml": xml(
        "Territory2", "<accountAccessLevel>All</accountAccessLevel><name>World</name>"
    ),
}
NORTH = f"{MODEL}/territories/North.territory2-meta.xml"
SETTINGS = "settings/Territory2.settings-meta.xml"


def rule(name: str, to: str) -> str:
    return (
        f"<sharingOwnerRules><fullName>{name}</fullName><accessLevel>Read</accessLevel><label>L</label>"
        f"<sharedTo>{to}</sharedTo><sharedFrom><allInternalUsers></allInternalUsers></sharedFrom>"
        "</sharingOwnerRules>"
    )


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the reference material (../shared) is not at hand")
@pytest.mark.parametrize(
    "folder",
    ["originalMdapi", "__snapshots__/verify-source-files.expected", "__snapshots__/verify-md-files.expected"],
)
def test_every_territory_of_the_snapshots_is_in_the_model(folder: str) -> None:
    root = SAMPLES / folder
    territories = load(root).territories
    files = {path for path in root.rglob("*.territory2*") if path.is_file()}
    written = {path.name.partition(".")[0]: etree.parse(path).getroot() for path in files}
    read = {each.developer_name: each for each in territories.territories.values()}
    named = {name for name, one in written.items() if etree.QName(one).localname == "Territory2"}
    assert set(read) == named
    assert len(named) == 3
    for name, each in read.items():
        tags = {etree.QName(tag).localname: tag.text for tag in written[name]}
        parent = tags.get("parentTerritory")
        assert each.name == f"SCW_Territory_Model.{name}"
        assert each.parent == (f"SCW_Territory_Model.{parent}" if parent else None)
        assert (each.label, each.type) == (tags["name"], tags["territory2Type"])
        levels = (each.account_access, each.case_access, each.contact_access, each.opportunity_access)
        kinds = ("account", "case", "contact", "opportunity")
        assert levels == tuple(tags[f"{kind}AccessLevel"] for kind in kinds)
    (assigning,) = territories.rules.values()
    assert (assigning.name, assigning.active) == ("SCW_Territory_Model.Fishing_Stores", True)
    assert territories.active_model == "SCW_Territory_Model"
    assert "ManageTerritories" in load(root).user_permissions


def test_levels_that_a_territory_leaves_out_are_the_settings(load_files: Loader) -> None:
    body = (
        "<defaultAccountAccessLevel>Owner</defaultAccountAccessLevel>"
        "<defaultCaseAccessLevel>None</defaultCaseAccessLevel>"
        "<defaultOpportunityAccessLevel>Read</defaultOpportunityAccessLevel>"
        "<enableTerritoryManagement2>true</enableTerritoryManagement2>"
    )
    north = xml("Territory2", "<name>N</name><opportunityAccessLevel>Edit</opportunityAccessLevel>")
    source = load_files({**BASE, NORTH: north, SETTINGS: xml("Territory2Settings", body)})
    assert source.problems == ()
    read = source.territories.territories["FY.North"]
    assert (read.account_access, read.case_access) == ("All", "None")
    assert (read.contact_access, read.opportunity_access) == (None, "Edit")


def test_other_settings_are_not_read(load_files: Loader) -> None:
    source = load_files({**BASE, "settings/Case.settings-meta.xml": "no XML at all"})
    assert source.problems == ()
    assert source.territories.enabled


def test_opportunities_have_a_territory_where_sales_territories_are_on(load_files: Loader) -> None:
    assert load_files(BASE).objects["Opportunity"].fields["Territory2Id"].reference_to == ("Territory2",)


def test_opportunities_have_none_elsewhere(load_files: Loader) -> None:
    source = load_files({"roles/R.role-meta.xml": xml("Role", "<name>R</name>")})
    assert "Territory2Id" not in source.objects["Opportunity"].fields
    assert not source.territories.enabled


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<accountAccessLevel>Write</accountAccessLevel>", "<accountAccessLevel> is 'Write'"),
        ("<caseAccessLevel>All</caseAccessLevel>", "<caseAccessLevel> is 'All'"),
        ("", "has no accountAccessLevel, and no settings tell"),
        ("<parentTerritory>Worlt</parentTerritory>", "names the parent territory FY.Worlt, which"),
        (
            "<ruleAssociations><inherited>false</inherited><ruleName>R</ruleName></ruleAssociations>",
            "names the assignment rule FY.R, which",
        ),
    ],
)
def test_what_cannot_be_known_is_a_problem_about_the_territory(
    load_files: Loader, body: str, message: str
) -> None:
    level = "" if "ccount" in body or not body else "<accountAccessLevel>Read</accountAccessLevel>"
    source = load_files({**BASE, NORTH: xml("Territory2", f"<name>N</name>{level}{body}")})
    problem = source.problems[0]
    assert message in problem.message
    assert problem.about == {"FY.North"}


def test_a_rule_tells_the_active_model(load_files: Loader) -> None:
    other = {"territory2Models/Old/Old.territory2Model-meta.xml": xml("Territory2Model", "<name>O</name>")}
    rules = xml("SharingRules", rule("A", "<territory>FY.World</territory>"))
    files = {**BASE, **other}
    assert load_files(files).territories.active_model is None
    assert (
        load_files({**files, "sharingRules/Account.sharingRules-meta.xml": rules}).territories.active_model
        == "FY"
    )


def test_rules_that_name_two_models_are_a_problem(load_files: Loader) -> None:
    other = {"territory2Models/Old/Old.territory2Model-meta.xml": xml("Territory2Model", "<name>O</name>")}
    both = rule("A", "<territory>FY.World</territory>") + rule("B", "<territory>Old.World</territory>")
    rules = {"sharingRules/Account.sharingRules-meta.xml": xml("SharingRules", both)}
    problem = the_problem(load_files({**BASE, **other, **rules}))
    assert "only one model can be active" in problem.message
    assert problem.about == {"Account"}


def test_territories_of_the_original_territory_management_are_known_by_name(load_files: Loader) -> None:
    source = load_files({"territories/Old.territory-meta.xml": xml("Territory", "<name>Old One</name>")})
    problem = the_problem(source)
    assert problem.severity is Severity.WARNING
    assert "retired in Summer '21" in problem.message
    assert source.territories.legacy == {"Old"}
    assert not source.territories.enabled
