"""The examples of the Restriction Rules Developer Guide, on records that different users own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import RestrictionRule, Source
from pytest_sfintegration.sfdx.project import load

ME, PEER, OTHER = "me@embedded.example", "peer@embedded.example", "other@embedded.example"
XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
RIGHTS = "".join(
    f"<{name}>true</{name}>" for name in ("allowCreate", "allowDelete", "allowEdit", "allowRead")
)
PROFILE = (
    f"<Profile {XMLNS}><userLicense>Salesforce</userLicense><objectPermissions>{RIGHTS}"
    "<object>Paper__c</object></objectPermissions><userPermissions><enabled>true</enabled>"
    "<name>ApiEnabled</name></userPermissions></Profile>"
)
PAPER = (
    f"<CustomObject {XMLNS}><label>Paper</label><pluralLabel>Papers</pluralLabel>"
    "<nameField><label>Name</label><type>Text</type></nameField><sharingModel>ReadWrite</sharingModel>"
    "<deploymentStatus>Deployed</deploymentStatus>{types}</CustomObject>"
)
TYPES = "".join(
    f"<recordTypes><fullName>{name}</fullName><active>true</active><label>{name} Paper</label></recordTypes>"
    for name in ("Blue", "Red")
)
FILES: Mapping[str, str] = {
    "package.xml": f"<Package {XMLNS}><version>62.0</version></Package>",
    "objects/Paper__c.object": PAPER.format(types=TYPES),
    "profiles/Sales.profile": PROFILE,
    "profiles/Service.profile": PROFILE,
    "roles/East.role": f"<Role {XMLNS}><name>East</name></Role>",
    "roles/West.role": f"<Role {XMLNS}><name>West</name></Role>",
}
USERS = (
    UserSpec(username=ME, profile="Sales", role="East", manager=PEER, first_name="Mia"),
    UserSpec(username=PEER, profile="Sales", role="East"),
    UserSpec(username=OTHER, profile="Service", role="West"),
)


@pytest.fixture(scope="module")
def papers(
    tmp_path_factory: pytest.TempPathFactory, write_files: Callable[[Path, Mapping[str, str]], Path]
) -> Source:
    source = load(write_files(tmp_path_factory.mktemp("papers"), FILES))
    assert not source.problems, [str(each) for each in source.problems]
    return source


def _ids(org: EmbeddedOrg) -> dict[str, str]:
    """Return the ids that a rule's author reads off his org: the same source gives the same ids."""
    people = {each.spec.username.partition("@")[0]: each.id for each in org.world.people.all()}
    directory = org.world.directory
    return {**people, **directory.profiles, **directory.roles}


def _me(papers: Source, make_client: Any, user_criteria: str, record_filter: str) -> Any:
    """Return the client of ME in an org with the rule and one record of each owner's, named after him."""
    ids = _ids(EmbeddedOrg(papers, USERS))
    rule = RestrictionRule(
        name="Rule",
        object="Paper__c",
        active=True,
        enforcement_type="Restrict",
        user_criteria=user_criteria.format_map(ids),
        record_filter=record_filter.format_map(ids),
    )
    org = EmbeddedOrg(replace(papers, restriction_rules=(rule,)), USERS)
    setup = make_client(org=org)
    types = {
        each["DeveloperName"]: each["Id"] for each in setup.query("SELECT Id, DeveloperName FROM RecordType")
    }
    for owner, kind in ((ME, "Blue"), (PEER, "Blue"), (OTHER, "Red")):
        setup.create(
            "Paper__c",
            Name=owner.partition("@")[0],
            OwnerId=ids[owner.partition("@")[0]],
            RecordTypeId=types[kind],
        )
    return make_client(org=org, username=ME)


@pytest.mark.parametrize(
    ("user_criteria", "record_filter", "seen"),
    [
        # Allow Users to See Only Specified Record Type
        ("$User.UserRoleId = '{East}'", "RecordType.Name = 'Blue Paper'", {"me", "peer"}),
        ("$User.UserRoleId = '{West}'", "RecordType.Name = 'Blue Paper'", {"me", "peer", "other"}),
        ("$User.UserRoleId = '{East}'", "RecordType.DeveloperName = 'Red'", {"other"}),
        # Allow Users to See Only Records That They Own
        ("$User.ProfileId = '{Sales}'", "Owner:User.Id = $User.Id", {"me"}),
        ("$User.ProfileId = '{Service}'", "Owner:User.Id = $User.Id", {"me", "peer", "other"}),
        # Allow Users to See Only Records Owned by Same Role, and by Same Profile
        ("$User.IsActive = true", "Owner:User.UserRoleId = $User.UserRoleId", {"me", "peer"}),
        ("$User.IsActive = true", "Owner:User.ProfileId = $User.ProfileId", {"me", "peer"}),
        # Provide User Access With Multiple ... ID Values in Record Criteria
        ("$User.IsActive = true", "Owner:User.ManagerId = {peer}", {"me"}),
        ("$User.IsActive = true", "OwnerId = '{me}, {other}'", {"me", "other"}),
        ("$User.UserType = 'Standard'", "Owner:User.FirstName = 'Mia'", {"me"}),
        ("$User.UserType = 'CspLitePortal'", "Owner:User.FirstName = 'Mia'", {"me", "peer", "other"}),
        ("$User.ManagerId = '{peer}'", "CreatedBy.LastName = 'Setup'", {"me", "peer", "other"}),
    ],
)
def test_rule_sees_the_fields_of_users_and_record_types(
    papers: Source, make_client: Any, user_criteria: str, record_filter: str, seen: set[str]
) -> None:
    me = _me(papers, make_client, user_criteria, record_filter)
    assert {each["Name"] for each in me.query("SELECT Name FROM Paper__c")} == seen


@pytest.mark.parametrize(
    ("user_criteria", "record_filter"),
    [
        ("$User.Department = 'Sales'", "Name = 'me'"),
        ("$User.IsActive = true", "Owner:User.Department = 'Sales'"),
        ("$User.IsActive = true", "CreatedBy.Department = 'Sales'"),
        ("$User.IsActive = true", "RecordType.Nonsense = 'Sales'"),
    ],
)
def test_field_whose_value_the_org_does_not_know_is_refused(
    papers: Source, make_client: Any, user_criteria: str, record_filter: str
) -> None:
    me = _me(papers, make_client, user_criteria, record_filter)
    answer = me("GET", "/query", q="SELECT Name FROM Paper__c")
    assert answer.status == 501
    assert "Restriction rule Rule on Paper__c cannot be evaluated" in answer.payload[0]["message"]
