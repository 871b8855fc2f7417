"""Sales Territories in the embedded org: what is data there is data here, and gives access."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from territory_source import FILES, MAIN, MODEL, NEXT, assigned_by, assignment, tags, territory, xml

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import OrganizationSpec, UserSpec
from pytest_sfintegration.sfdx.project import load

NORTHERNER, SOUTHERNER, WORLDLY, NOBODY = "north@e.example", "south@e.example", "w@e.example", "n@e.example"
PLACES = {NORTHERNER: ("FY.North",), SOUTHERNER: ("FY.South",), WORLDLY: ("FY.World",), NOBODY: ()}
Build = Callable[..., Callable[..., Any]]


@pytest.fixture
def build(tmp_path: Path, write_files: Any, make_client: Any) -> Build:
    """Build an org of the files; give a client of each user."""

    def built(
        files: Mapping[str, str] = {}, places: Mapping[str, tuple[str, ...]] = PLACES, **organization: Any
    ) -> Callable[..., Any]:
        source = load(write_files(tmp_path, {**FILES, **files}))
        assert source.problems == ()
        users = [
            UserSpec(username=name, profile="Office", permission_sets=("Sales",), territories=territories)
            for name, territories in places.items()
        ]
        org = EmbeddedOrg(source, users, organization=OrganizationSpec(**organization))
        return lambda username="setup@embedded.example": make_client(org=org, username=username)

    return built


def access(client: Any, record: str) -> str:
    mine = f"UserId = '{client.user_id}' AND RecordId = '{record}'"
    (row,) = client.query(f"SELECT MaxAccessLevel FROM UserRecordAccess WHERE {mine}")
    level: str = row["MaxAccessLevel"]
    return level


def place(setup: Any, name: str, model: str = "FY") -> str:
    where = f"DeveloperName = '{name}' AND Territory2Model.DeveloperName = '{model}'"
    (row,) = setup.query(f"SELECT Id FROM Territory2 WHERE {where}")
    record_id: str = row["Id"]
    return record_id


def assign(setup: Any, account: str, name: str, model: str = "FY") -> str:
    made: str = setup.create(
        "ObjectTerritory2Association",
        ObjectId=account,
        Territory2Id=place(setup, name, model),
        AssociationCause="Territory2Manual",
    )
    return made


def family(setup: Any) -> tuple[str, str, str, str]:
    account = setup.create("Account", Name="A")
    contact = setup.create("Contact", LastName="C", AccountId=account)
    case = setup.create("Case", Subject="S", AccountId=account)
    deal = setup.create("Opportunity", Name="O", AccountId=account, StageName="New", CloseDate="2026-01-01")
    return account, contact, case, deal


# By hand: the levels of North on its account, contacts, cases and opportunities; World above it has the
# same (Help, "Define Default User Access for Territory Records"), South beside it none.
@pytest.mark.parametrize(
    ("username", "levels"),
    [
        (NORTHERNER, ("Edit", "Edit", "Read", "Edit")),
        (WORLDLY, ("Edit", "Edit", "Read", "Edit")),
        (SOUTHERNER, ("None", "None", "None", "None")),
        (NOBODY, ("None", "None", "None", "None")),
    ],
)
def test_account_in_a_territory_is_shared_with_its_users_and_those_above(
    build: Build, username: str, levels: tuple[str, ...]
) -> None:
    clients = build()
    setup, user = clients(), clients(username)
    records = family(setup)
    assert [access(user, each) for each in records] == ["None"] * 4
    association = assign(setup, records[0], "North")
    assert tuple(access(user, each) for each in records) == levels
    for name, record, level in zip(
        ("Account", "Contact", "Case", "Opportunity"), records, levels, strict=True
    ):
        assert [row["Id"] for row in user.query(f"SELECT Id FROM {name}")] == [record] * (level != "None")
    assert setup("DELETE", f"/sobjects/ObjectTerritory2Association/{association}").status == 204
    assert [access(user, each) for each in records] == ["None"] * 4


def test_levels_that_a_territory_leaves_out_are_those_of_the_settings(build: Build) -> None:
    clients = build()
    setup, user = clients(), clients(SOUTHERNER)
    account, contact, case, deal = family(setup)
    assign(setup, account, "South")
    assert [access(user, each) for each in (account, contact, case, deal)] == ["Read", "Read", "None", "None"]


def test_all_on_accounts_is_as_the_owner_has_it(build: Build) -> None:
    clients = build()
    setup, user = clients(), clients(WORLDLY)
    account = setup.create("Account", Name="A")
    assign(setup, account, "World")
    assert access(user, account) == "All"
    assert user("DELETE", f"/sobjects/Account/{account}").status == 204
    assert setup.query("SELECT Id FROM ObjectTerritory2Association") == []


def test_user_who_is_assigned_and_taken_out_has_access_in_between(build: Build) -> None:
    clients = build()
    setup, user = clients(), clients(NOBODY)
    account = setup.create("Account", Name="A")
    assign(setup, account, "North")
    ids = {"UserId": user.user_id, "Territory2Id": place(setup, "North")}
    joined = setup.create("UserTerritory2Association", **ids, RoleInTerritory2="Sales Rep")
    assert access(user, account) == "Edit"
    (row,) = setup.query(
        "SELECT RoleInTerritory2, IsActive, User.Username, Territory2.Name FROM UserTerritory2Association "
        f"WHERE UserId = '{user.user_id}'"
    )
    assert (row["RoleInTerritory2"], row["IsActive"]) == ("Sales Rep", True)
    assert (row["User"]["Username"], row["Territory2"]["Name"]) == (NOBODY, "The North")
    again = setup("POST", "/sobjects/UserTerritory2Association", ids)
    assert (again.status, again.payload[0]["errorCode"]) == (400, "DUPLICATE_VALUE")
    assert setup("DELETE", f"/sobjects/UserTerritory2Association/{joined}").status == 204
    assert access(user, account) == "None"


def test_what_a_failed_transaction_assigned_gives_nothing(build: Build) -> None:
    clients = build()
    setup, user = clients(), clients(NOBODY)
    account = setup.create("Account", Name="A")
    assign(setup, account, "North")
    row = {
        "attributes": {"type": "UserTerritory2Association"},
        "UserId": user.user_id,
        "Territory2Id": place(setup, "North"),
    }
    answer = setup("POST", "/composite/sobjects", {"allOrNone": True, "records": [row, row]})
    assert [each["success"] for each in answer.payload] == [False, False]
    assert access(user, account) == "None"


def test_share_rows_name_the_group_of_the_territory(build: Build) -> None:
    clients = build()
    setup = clients()
    account = setup.create("Account", Name="A")
    assign(setup, account, "North")
    (share,) = setup.query(
        "SELECT UserOrGroupId, AccountAccessLevel, CaseAccessLevel, ContactAccessLevel, "
        "OpportunityAccessLevel FROM AccountShare WHERE RowCause = 'Territory2AssociationManual'"
    )
    levels = ("AccountAccessLevel", "CaseAccessLevel", "ContactAccessLevel", "OpportunityAccessLevel")
    assert [share[each] for each in levels] == ["Edit", "Read", "Edit", "Edit"]
    (group,) = setup.query(
        f"SELECT Type, RelatedId, DeveloperName FROM Group WHERE Id = '{share['UserOrGroupId']}'"
    )
    assert group["Type"] == "Territory"
    assert (group["RelatedId"], group["DeveloperName"]) == (place(setup, "North"), "North")
    kinds = [row["Type"] for row in setup.query("SELECT Type FROM Group WHERE Type LIKE 'Territory%'")]
    assert sorted(kinds) == ["Territory"] * 3 + ["TerritoryAndSubordinates"] * 3


@pytest.mark.parametrize(
    ("kind", "reached"),
    [("Territory", {WORLDLY}), ("TerritoryAndSubordinates", {NORTHERNER, SOUTHERNER, WORLDLY})],
)
def test_record_shared_by_hand_with_a_territory_reaches_its_group(
    build: Build, kind: str, reached: set[str]
) -> None:
    clients = build()
    setup = clients()
    account = setup.create("Account", Name="A")
    (group,) = setup.query(
        f"SELECT Id FROM Group WHERE Type = '{kind}' AND RelatedId = '{place(setup, 'World')}'"
    )
    setup.create("AccountShare", AccountId=account, UserOrGroupId=group["Id"], AccountAccessLevel="Read")
    assert {name for name in PLACES if access(clients(name), account) == "Read"} == reached


# By hand from Help article 005133013: the parent of the opportunity's territory reads it, by RowCause
# Territory2Forecast; who reads an opportunity reads its account.
@pytest.mark.parametrize(("setting", "level"), [("View", "Read"), ("Edit", "Edit")])
def test_opportunity_with_a_territory_is_shared_with_the_parent_territory(
    build: Build, setting: str, level: str
) -> None:
    settings = FILES[f"{MAIN}/settings/Territory2.settings-meta.xml"]
    changed = settings.replace("<t2ForecastAccessLevel>View", f"<t2ForecastAccessLevel>{setting}")
    clients = build({f"{MAIN}/settings/Territory2.settings-meta.xml": changed})
    setup = clients()
    account, _, _, deal = family(setup)
    assert (
        setup("PATCH", f"/sobjects/Opportunity/{deal}", {"Territory2Id": place(setup, "North")}).status == 204
    )
    assert {name: access(clients(name), deal) for name in PLACES} == {
        NORTHERNER: "None",
        SOUTHERNER: "None",
        WORLDLY: level,
        NOBODY: "None",
    }
    assert access(clients(WORLDLY), account) == "Read"
    (share,) = setup.query(
        "SELECT OpportunityAccessLevel FROM OpportunityShare WHERE RowCause = 'Territory2Forecast'"
    )
    assert share["OpportunityAccessLevel"] == level


def test_only_the_active_model_gives_access_and_shows_its_territories(build: Build) -> None:
    places = {NORTHERNER: ("FY.North",), NOBODY: ("Next.North",)}
    clients = build(NEXT, places, active_territory_model="FY")
    setup = clients()
    account = setup.create("Account", Name="A")
    for model in ("FY", "Next"):
        assign(setup, account, "North", model)
    assert access(clients(NORTHERNER), account) == "Edit"
    assert access(clients(NOBODY), account) == "None"
    states = {
        row["DeveloperName"]: row["State"]
        for row in setup.query("SELECT DeveloperName, State FROM Territory2Model")
    }
    assert states == {"FY": "Active", "Next": "Planning"}
    seen = clients(NORTHERNER).query("SELECT Territory2Model.DeveloperName FROM Territory2")
    assert {row["Territory2Model"]["DeveloperName"] for row in seen} == {"FY"}
    assert len(clients(NORTHERNER).query("SELECT Id FROM UserTerritory2Association")) == 1
    assert len(clients(NORTHERNER).query("SELECT Id FROM ObjectTerritory2Association")) == 1
    assert len(setup.query("SELECT Id FROM UserTerritory2Association")) == 2
    assert len(setup.query("SELECT Id FROM ObjectTerritory2Association")) == 2


def test_model_that_is_archived_gives_nothing_and_the_next_one_does(build: Build) -> None:
    clients = build(NEXT, {NORTHERNER: ("FY.North",), NOBODY: ("Next.North",)}, active_territory_model="FY")
    setup = clients()
    account = setup.create("Account", Name="A")
    for model in ("FY", "Next"):
        assign(setup, account, "North", model)
    ids = {
        row["DeveloperName"]: row["Id"]
        for row in setup.query("SELECT Id, DeveloperName FROM Territory2Model")
    }

    def turn(model: str, state: str) -> int:
        status: int = setup("PATCH", f"/sobjects/Territory2Model/{ids[model]}", {"State": state}).status
        return status

    assert turn("Next", "Active") == 400  # one model is active at a time
    assert turn("FY", "Archived") == 204
    assert [access(clients(name), account) for name in (NORTHERNER, NOBODY)] == ["None", "None"]
    assert setup.query("SELECT Id FROM Group WHERE Type = 'Territory'") == []
    assert turn("FY", "Active") == 400  # an archived one stays so
    assert turn("Next", "Active") == 204
    assert [access(clients(name), account) for name in (NORTHERNER, NOBODY)] == ["None", "Edit"]
    (row,) = setup.query("SELECT ActivatedDate, DeactivatedDate FROM Territory2Model WHERE State = 'Active'")
    assert row["ActivatedDate"] is not None
    assert row["DeactivatedDate"] is None


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("UserTerritory2Association", {}),
        ("ObjectTerritory2Association", {"AssociationCause": "Territory2Manual"}),
    ],
)
def test_who_does_not_manage_territories_assigns_nobody(build: Build, table: str, values: Any) -> None:
    clients = build()
    setup, user = clients(), clients(NORTHERNER)
    account = user.create("Account", Name="Mine")
    of = {"ObjectId": account} if values else {"UserId": user.user_id}
    answer = user("POST", f"/sobjects/{table}", {**values, **of, "Territory2Id": place(setup, "South")})
    assert (answer.status, answer.payload[0]["errorCode"]) == (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")


def test_lead_or_the_cause_of_a_rule_is_refused(build: Build) -> None:
    setup = build()()
    values = {"Territory2Id": place(setup, "North"), "AssociationCause": "Territory2Manual"}
    lead = setup.create("Lead", LastName="L", Company="C")
    answer = setup("POST", "/sobjects/ObjectTerritory2Association", {**values, "ObjectId": lead})
    assert (answer.status, answer.payload[0]["errorCode"]) == (501, "NOT_SUPPORTED_BY_EMBEDDED_ORG")
    account = setup.create("Account", Name="A")
    caused = {**values, "ObjectId": account, "AssociationCause": "Territory2AssignmentRule"}
    answer = setup("POST", "/sobjects/ObjectTerritory2Association", caused)
    assert (answer.status, answer.payload[0]["errorCode"]) == (400, "FIELD_INTEGRITY_EXCEPTION")
    answer = setup("POST", "/sobjects/ObjectTerritory2Association", values)
    assert (answer.status, answer.payload[0]["errorCode"]) == (400, "REQUIRED_FIELD_MISSING")


def test_rows_of_accounts_that_a_user_may_not_read_are_hidden(build: Build) -> None:
    clients = build()
    setup = clients()
    assign(setup, setup.create("Account", Name="A"), "North")
    for name, rows in ((NORTHERNER, 1), (WORLDLY, 1), (SOUTHERNER, 0)):
        assert len(clients(name).query("SELECT Id FROM ObjectTerritory2Association")) == rows


LOCAL = {
    f"{MODEL}/territories/South.territory2-meta.xml": territory(
        "The South", parentTerritory="World", more=assigned_by("Fishers", inherited="false")
    ),
    f"{MODEL}/rules/Fishers.territory2Rule-meta.xml": assignment("Account.Name", "startsWith", "Fish"),
}


def test_rule_of_one_territory_assigns_the_accounts_that_it_matches(build: Build) -> None:
    clients = build(LOCAL)
    setup = clients()
    fish, bird = setup.create("Account", Name="Fish Inc"), setup.create("Account", Name="Bird Inc")
    contact = setup.create("Contact", LastName="C", AccountId=fish)
    for name, level in ((SOUTHERNER, "Read"), (WORLDLY, "Read"), (NORTHERNER, "None")):
        user = clients(name)
        assert (access(user, fish), access(user, contact), access(user, bird)) == (level, level, "None")
        seen = [row["Id"] for row in user.query("SELECT Id FROM Account")]
        assert seen == ([fish] if level == "Read" else [])
    (share,) = setup.query(
        "SELECT AccountId, AccountAccessLevel FROM AccountShare WHERE RowCause = 'Territory'"
    )
    assert (share["AccountId"], share["AccountAccessLevel"]) == (fish, "Read")
    (row,) = setup.query(
        "SELECT ObjectId, Territory2.Name, AssociationCause FROM ObjectTerritory2Association"
    )
    assert (row["ObjectId"], row["Territory2"]["Name"]) == (fish, "The South")
    assert row["AssociationCause"] == "Territory2AssignmentRule"
    setup("PATCH", f"/sobjects/Account/{fish}", {"Name": "Meat Inc"})
    assert access(clients(SOUTHERNER), fish) == "None"


def test_account_that_an_inherited_rule_matches_is_in_doubt_until_it_is_assigned(build: Build) -> None:
    files = {
        f"{MODEL}/territories/World.territory2-meta.xml": territory(
            "The World", accountAccessLevel="All", more=assigned_by("Fishers", inherited="true")
        ),
        f"{MODEL}/rules/Fishers.territory2Rule-meta.xml": assignment("Name", "startsWith", "Fish"),
    }
    clients = build(files)
    setup, user = clients(), clients(NORTHERNER)
    fish, bird = setup.create("Account", Name="Fish Inc"), setup.create("Account", Name="Bird Inc")
    assert access(user, bird) == "None"
    answer = user("GET", f"/sobjects/Account/{fish}")
    assert answer.status == 501
    assert (
        "assignment rule FY.Fishers could assign the record to territory FY.North"
        in answer.payload[0]["message"]
    )
    assert user("GET", "/query", q="SELECT Id FROM Account").status == 501
    assert access(clients(NOBODY), fish) == "None"
    assign(setup, fish, "North")
    assert user("GET", f"/sobjects/Account/{fish}").status == 200


def test_rule_of_a_territory_is_in_doubt_where_an_assignment_is(build: Build) -> None:
    rule = tags(fullName="Norths", accessLevel="Read", label="Norths")
    settings = tags(caseAccessLevel="None", contactAccessLevel="None", opportunityAccessLevel="None")
    rule += f"<accountSettings>{settings}</accountSettings><sharedTo><allInternalUsers/></sharedTo>"
    rule += "<sharedFrom><territory>FY.North</territory></sharedFrom>"
    files = {
        f"{MODEL}/territories/World.territory2-meta.xml": territory(
            "The World", accountAccessLevel="All", more=assigned_by("Fishers", inherited="true")
        ),
        f"{MODEL}/rules/Fishers.territory2Rule-meta.xml": assignment("Name", "startsWith", "Fish"),
        f"{MAIN}/sharingRules/Account.sharingRules-meta.xml": xml(
            "SharingRules", f"<sharingTerritoryRules>{rule}</sharingTerritoryRules>"
        ),
    }
    clients = build(files)
    setup, user = clients(), clients(NOBODY)
    fish, bird = setup.create("Account", Name="Fish Inc"), setup.create("Account", Name="Bird Inc")
    answer = user("GET", f"/sobjects/Account/{fish}")
    assert answer.status == 501
    assert "assignment rule FY.Fishers could assign the record to territory FY.North" in str(answer.payload)
    assert access(user, bird) == "None"
    assign(setup, fish, "North")
    assert access(user, fish) == "Read"


def test_lead_that_a_rule_matches_is_in_doubt(build: Build) -> None:
    rule = assignment("Company", "startsWith", "Fish").replace(">Account<", ">Lead<")
    sales = FILES[f"{MAIN}/permissionsets/Sales.permissionset-meta.xml"]
    leads = sales.replace("<object>Account", "<object>Lead", 1)
    files = {
        **LOCAL,
        f"{MODEL}/rules/Fishers.territory2Rule-meta.xml": rule,
        f"{MAIN}/objects/Lead/Lead.object-meta.xml": xml("CustomObject", tags(sharingModel="Private")),
        f"{MAIN}/permissionsets/Sales.permissionset-meta.xml": leads,
    }
    clients = build(files)
    setup = clients()
    fish, bird = (setup.create("Lead", LastName="L", Company=each) for each in ("Fish Inc", "Bird Inc"))
    user = clients(SOUTHERNER)
    assert access(user, bird) == "None"
    answer = user("GET", f"/sobjects/Lead/{fish}")
    assert answer.status == 501
    assert "records of Lead in territories are not modelled" in answer.payload[0]["message"]
    assert access(clients(NORTHERNER), fish) == "None"


def test_sharing_rules_name_the_active_model(build: Build) -> None:
    rule = tags(fullName="Deals", accessLevel="Read", label="D")
    share = "<sharedTo><territory>Next.North</territory></sharedTo>"
    owned = "<sharedFrom><allInternalUsers></allInternalUsers></sharedFrom>"
    files = {
        **NEXT,
        f"{MAIN}/sharingRules/Account.sharingRules-meta.xml": xml(
            "SharingRules", f"<sharingOwnerRules>{rule}{share}{owned}</sharingOwnerRules>"
        ),
    }
    clients = build(files, {NOBODY: ("Next.North",), NORTHERNER: ("FY.North",)})
    account = clients().create("Account", Name="A")
    assert [access(clients(name), account) for name in (NOBODY, NORTHERNER)] == ["Read", "None"]


@pytest.mark.parametrize(("places", "states"), [(PLACES, ["Active", "Planning"]), ({}, ["Planning"] * 2)])
def test_of_two_models_that_of_the_users_territories_is_active(
    build: Build, places: Mapping[str, tuple[str, ...]], states: list[str]
) -> None:
    rows = build(NEXT, places)().query("SELECT State FROM Territory2Model ORDER BY DeveloperName")
    assert [row["State"] for row in rows] == states


def test_org_without_territories_has_no_such_tables(setup: Any) -> None:
    for name in ("Territory2", "Territory2Model", "UserTerritory2Association"):
        answer = setup("GET", "/query", q=f"SELECT Id FROM {name}")
        assert (answer.status, answer.payload[0]["errorCode"]) == (400, "INVALID_TYPE")


@pytest.mark.parametrize(
    ("places", "organization", "wrong"),
    [
        ({NOBODY: ("FY.Nowhere",)}, {}, "no territory 'FY.Nowhere'"),
        ({NOBODY: ("North",)}, {}, "MODEL.TERRITORY"),
        ({}, {"active_territory_model": "Old"}, "no territory model 'Old'"),
        ({NOBODY: ("FY.North", "Next.North")}, {}, "models FY, Next.*active_territory_model"),
    ],
)
def test_what_the_source_lacks_or_cannot_tell_is_refused(
    build: Build, places: Any, organization: Any, wrong: str
) -> None:
    with pytest.raises(OrgError, match=wrong):
        build(NEXT, places, **organization)
