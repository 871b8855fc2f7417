"""Fields that follow from a stage, a status or a date: derived where the source tells, else never guessed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.sfdx.project import load

ME = "me@embedded.example"
XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
Make = Callable[..., Any]
STAGES = (
    f"<StandardValueSet {XMLNS}><sorted>false</sorted>"
    "<standardValue><fullName>Signed</fullName><default>false</default><label>Signed</label>"
    "<closed>true</closed><forecastCategory>Closed</forecastCategory><probability>100</probability>"
    "<won>true</won></standardValue>"
    "<standardValue><fullName>Talks</fullName><default>false</default><label>Talks</label>"
    "<closed>false</closed><forecastCategory>BestCase</forecastCategory><probability>40</probability>"
    "<won>false</won></standardValue>"
    "<standardValue><fullName>Vague</fullName><default>false</default></standardValue>"
    "</StandardValueSet>"
)
RIGHTS = "".join(
    f"<objectPermissions><allowCreate>true</allowCreate><allowDelete>true</allowDelete>"
    f"<allowEdit>true</allowEdit><allowRead>true</allowRead><object>{name}</object></objectPermissions>"
    for name in ("Account", "Case", "Contact", "Opportunity")
)

PROFILE = (
    f"<Profile {XMLNS}><userLicense>Salesforce</userLicense>{RIGHTS}<userPermissions><enabled>true</enabled>"
    "<name>ApiEnabled</name></userPermissions></Profile>"
)


def _object(name: str, sharing: str) -> str:
    return (
        f"<CustomObject {XMLNS}><label>{name}</label><pluralLabel>{name}s</pluralLabel>"
        f"<sharingModel>{sharing}</sharingModel></CustomObject>"
    )


def _sharing(field: str, operation: str, value: str) -> str:
    return (
        f"<SharingRules {XMLNS}><sharingCriteriaRules><fullName>R</fullName><accessLevel>Read</accessLevel>"
        "<label>R</label><sharedTo><allInternalUsers/></sharedTo><criteriaItems>"
        f"<field>{field}</field><operation>{operation}</operation><value>{value}</value></criteriaItems>"
        "<includeRecordsOwnedByAll>true</includeRecordsOwnedByAll></sharingCriteriaRules></SharingRules>"
    )


@pytest.fixture
def make(tmp_path: Path, write_files: Callable[[Path, Mapping[str, str]], Path], make_client: type) -> Make:
    def build(files: Mapping[str, str] | None = None, username: str = SETUP_USERNAME) -> Any:
        source = load(
            write_files(
                tmp_path,
                {
                    "package.xml": f"<Package {XMLNS}><version>62.0</version></Package>",
                    "profiles/Sales.profile": PROFILE,
                    **(files or {}),
                },
            )
        )
        assert not source.problems, [str(each) for each in source.problems]
        return make_client(
            org=EmbeddedOrg(source, (UserSpec(username=ME, profile="Sales"),)), username=username
        )

    return build


def _deal(client: Any, stage: str, **values: Any) -> str:
    made: str = client.create(
        "Opportunity", **{"Name": stage, "StageName": stage, "CloseDate": "2026-11-24", **values}
    )
    return made


COLUMNS = (
    "IsClosed, IsWon, Probability, ForecastCategory, ForecastCategoryName, ExpectedRevenue, Fiscal, "
    "FiscalYear, FiscalQuarter"
)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("Closed Won", (True, True, 100, "Closed", "Closed", 10)),
        ("Closed Lost", (True, False, 0, "Omitted", "Omitted", 0)),
        ("Prospecting", (False, False, 10, "Pipeline", "Pipeline", 1)),
        ("needs analysis", (False, False, 20, "Pipeline", "Pipeline", 2)),
    ],
)
def test_a_stage_tells_whether_a_deal_is_closed_won_and_how_probable(
    make: Make, stage: str, expected: tuple[Any, ...]
) -> None:
    client = make()
    deal = _deal(client, stage, Amount=10)
    row = client.query(f"SELECT {COLUMNS} FROM Opportunity")[0]
    assert tuple(row[name] for name in COLUMNS.split(", ")[:6]) == expected
    assert (row["Fiscal"], row["FiscalYear"], row["FiscalQuarter"]) == ("2026 4", 2026, 4)
    whole = client("GET", f"/sobjects/Opportunity/{deal}").payload
    assert (whole["IsClosed"], whole["IsWon"], whole["Probability"]) == expected[:3]


def test_a_changed_stage_resets_what_it_implies_unless_that_is_sent_too(make: Make) -> None:
    client = make()
    deal = _deal(client, "Prospecting", Amount=200, Probability=33)
    shown = f"SELECT {COLUMNS} FROM Opportunity"
    assert client.query(shown)[0]["ExpectedRevenue"] == 66
    client("PATCH", f"/sobjects/Opportunity/{deal}", {"Amount": 100})
    assert (client.query(shown)[0]["Probability"], client.query(shown)[0]["ExpectedRevenue"]) == (33, 33)
    client("PATCH", f"/sobjects/Opportunity/{deal}", {"StageName": "Negotiation/Review"})
    assert (client.query(shown)[0]["Probability"], client.query(shown)[0]["ExpectedRevenue"]) == (90, 90)
    changes = {"StageName": "Closed Won", "Probability": 95, "ForecastCategoryName": "Commit"}
    client("PATCH", f"/sobjects/Opportunity/{deal}", changes)
    row = client.query(shown)[0]
    assert (row["IsWon"], row["Probability"], row["ForecastCategory"]) == (True, 95, "Forecast")
    client("PATCH", f"/sobjects/Opportunity/{deal}", {"Amount": None, "CloseDate": "2027-03-31"})
    row = client.query(shown)[0]
    assert (row["ExpectedRevenue"], row["Fiscal"]) == (None, "2027 1")


def test_derived_fields_choose_group_and_order_rows(make: Make) -> None:
    client = make()
    for stage in ("Closed Won", "Closed Won", "Closed Lost", "Prospecting"):
        _deal(client, stage, Amount=100)
    assert (
        client("GET", "/query", q="SELECT COUNT() FROM Opportunity WHERE IsWon = true").payload["totalSize"]
        == 2
    )
    assert len(client.query("SELECT Id FROM Opportunity WHERE IsClosed = false")) == 1
    groups = client.query("SELECT IsClosed, SUM(ExpectedRevenue) s FROM Opportunity GROUP BY IsClosed")
    assert {(each["IsClosed"], each["s"]) for each in groups} == {(True, 200), (False, 10)}
    ordered = client.query("SELECT StageName FROM Opportunity ORDER BY Probability DESC LIMIT 3")
    assert [each["StageName"] for each in ordered] == ["Closed Won", "Closed Won", "Prospecting"]


def test_the_stages_of_the_source_replace_the_shipped_ones(make: Make) -> None:
    client = make({"standardValueSets/OpportunityStage.standardValueSet": STAGES})
    _deal(client, "Signed")
    _deal(client, "Talks")
    rows = client.query("SELECT StageName, IsWon, Probability, ForecastCategoryName FROM Opportunity")
    assert [tuple(row.values())[1:] for row in rows] == [
        ("Signed", True, 100, "Closed"),
        ("Talks", False, 40, "Best Case"),
    ]
    described = client("GET", "/sobjects/Opportunity/describe").payload["fields"]
    stage = next(each for each in described if each["name"] == "StageName")
    assert [each["value"] for each in stage["picklistValues"]] == ["Signed", "Talks", "Vague"]
    _deal(client, "Closed Won")
    refused = client("GET", "/query", q="SELECT IsWon FROM Opportunity")
    assert refused.status == 501, "Closed Won is no stage of this org"


@pytest.mark.parametrize("stage", ["Vague", "Nowhere"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Opportunity WHERE IsWon = true",
        "SELECT IsClosed FROM Opportunity",
        "SELECT COUNT() FROM Opportunity WHERE IsClosed = false",
        "SELECT IsWon, COUNT(Id) FROM Opportunity GROUP BY IsWon",
        "SELECT Id FROM Opportunity ORDER BY Probability",
        "SELECT MAX(ExpectedRevenue) FROM Opportunity",
        "SELECT FIELDS(STANDARD) FROM Opportunity",
        "SELECT Id, (SELECT IsWon FROM Opportunities) FROM Account",
        "SELECT Id, (SELECT Id FROM Opportunities WHERE IsWon = true) FROM Account",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE IsWon = true)",
        "SELECT Id FROM OpportunityLineItem WHERE Opportunity.IsWon = true",
        "SELECT Id FROM OpportunityLineItem l, l.Opportunity o WHERE o.IsClosed = false",
    ],
)
def test_a_query_is_refused_for_what_a_stage_does_not_tell(make: Make, stage: str, query: str) -> None:
    client = make({"standardValueSets/OpportunityStage.standardValueSet": STAGES})
    assert client("GET", "/query", q=query).status == 200, "nothing is unknown yet"
    _deal(client, "Signed", Amount=1)
    assert client("GET", "/query", q=query).status == 200
    _deal(client, stage, Amount=1)
    refused = client("GET", "/query", q=query)
    assert refused.status == 501, refused.payload
    assert f"the StageName '{stage}'" in refused.payload[0]["message"]
    assert "standardValueSets/OpportunityStage" in refused.payload[0]["message"]


def test_a_record_shows_what_is_not_known_as_null_and_refuses_it_by_name(make: Make) -> None:
    client = make()
    deal = _deal(client, "Nowhere", Amount=5)
    whole = client("GET", f"/sobjects/Opportunity/{deal}").payload
    assert (whole["IsClosed"], whole["IsWon"], whole["IsDeleted"]) == (None, None, False)
    assert client("GET", f"/sobjects/Opportunity/{deal}", fields="IsWon").status == 501
    assert client("GET", f"/sobjects/Opportunity/{deal}", fields="StageName").status == 200


def test_the_status_of_a_case_tells_whether_and_when_it_was_closed(make: Make) -> None:
    client = make()
    case = client.create("Case", Subject="x")
    shown = "SELECT Status, IsClosed, ClosedDate, IsClosedOnCreate FROM Case"
    assert list(client.query(shown)[0].values())[1:] == ["New", False, None, False]
    client("PATCH", f"/sobjects/Case/{case}", {"Status": "Closed"})
    row = client.query(shown)[0]
    assert (row["IsClosed"], row["IsClosedOnCreate"]) == (True, False)
    assert row["ClosedDate"] is not None
    client("PATCH", f"/sobjects/Case/{case}", {"Subject": "later"})
    assert client.query(shown)[0] == row
    client("PATCH", f"/sobjects/Case/{case}", {"Status": "Working"})
    assert client.query(shown)[0]["ClosedDate"] is None
    client.create("Case", Subject="y", Status="Closed")
    assert len(client.query("SELECT Id FROM Case WHERE IsClosedOnCreate = true")) == 1
    client.create("Case", Subject="z", Status="Elsewhere")
    assert client("GET", "/query", q="SELECT Id FROM Case WHERE IsClosed = false").status == 501


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("IsWon", "True", ["Closed Won"]),
        ("IsClosed", "False", ["Prospecting"]),
        ("Probability", "100", ["Closed Won"]),
        ("ForecastCategoryName", "Omitted", ["Closed Lost"]),
    ],
)
def test_criteria_rules_share_by_what_the_stage_means(
    make: Make, field: str, value: str, seen: list[str]
) -> None:
    me = make(_private(field, value), ME)
    setup = type(me)(org=me.org)
    for stage in ("Closed Won", "Closed Lost", "Prospecting"):
        _deal(setup, stage)
    assert [each["StageName"] for each in me.query("SELECT StageName FROM Opportunity")] == seen
    _deal(setup, "Nowhere")
    refused = me("GET", "/query", q="SELECT StageName FROM Opportunity")
    assert refused.status == 501
    assert "Sharing rule R on Opportunity" in refused.payload[0]["message"]
    assert "standardValueSets/OpportunityStage" in refused.payload[0]["message"]


def test_a_rule_that_cannot_be_judged_takes_nothing_from_who_needs_no_rule(make: Make) -> None:
    me = make(_private("IsWon", "True"), ME)
    setup = type(me)(org=me.org)
    mine, other = _deal(me, "Nowhere"), _deal(setup, "Nowhere")
    assert me("GET", f"/sobjects/Opportunity/{mine}", fields="StageName").status == 200
    assert me("PATCH", f"/sobjects/Opportunity/{mine}", {"Name": "Mine"}).status == 204
    assert setup("PATCH", f"/sobjects/Opportunity/{other}", {"StageName": "Closed Lost"}).status == 204
    assert len(setup.query("SELECT StageName FROM Opportunity")) == 2
    assert [each["Id"] for each in me.query("SELECT Id FROM Opportunity")] == [mine]


@pytest.mark.parametrize("field", ["HasOpportunityLineItem", "PushCount"])
def test_criteria_on_what_the_platform_computes_elsewhere_are_refused(make: Make, field: str) -> None:
    me = make(_private(field, "1"), ME)
    _deal(type(me)(org=me.org), "Closed Won")
    refused = me("GET", "/query", q="SELECT Id FROM Opportunity")
    assert refused.status == 501, refused.payload


def _private(field: str, value: str) -> Mapping[str, str]:
    return {
        "objects/Opportunity.object": _object("Opportunity", "Private"),
        "sharingRules/Opportunity.sharingRules": _sharing(field, "equals", value),
    }


def test_restriction_rules_restrict_by_what_the_status_means(make: Make) -> None:
    rule = (
        f"<RestrictionRule {XMLNS}><active>true</active><description>d</description>"
        "<enforcementType>Restrict</enforcementType><masterLabel>Open</masterLabel>"
        "<recordFilter>IsClosed = false</recordFilter><targetEntity>Case</targetEntity>"
        "<userCriteria>$User.IsActive = true</userCriteria><version>1</version></RestrictionRule>"
    )
    me = make(
        {"objects/Case.object": _object("Case", "ReadWriteTransfer"), "restrictionRules/Open.rule": rule},
        ME,
    )
    setup = type(me)(org=me.org)
    for status in ("New", "Closed", "Escalated"):
        setup.create("Case", Status=status)
    assert [each["Status"] for each in me.query("SELECT Status FROM Case")] == ["New", "Escalated"]
    setup.create("Case", Status="Elsewhere")
    refused = me("GET", "/query", q="SELECT Status FROM Case")
    assert refused.status == 501
    assert "Restriction rule Open on Case" in refused.payload[0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Opportunity WHERE HasOpportunityLineItem = true",
        "SELECT Id FROM Campaign ORDER BY NumberOfLeads",
        "SELECT SUM(TotalAmount) FROM Order",
        "SELECT Id FROM Case WHERE ContactEmail = 'a@b.example'",
        "SELECT Id FROM OpportunityLineItem WHERE Opportunity.Campaign.NumberOfLeads > 1",
        "SELECT Id, (SELECT Id FROM Opportunities WHERE HasOpportunityLineItem = true) FROM Account",
    ],
)
def test_what_is_computed_from_other_records_decides_nothing(make: Make, query: str) -> None:
    refused = make()("GET", "/query", q=query)
    assert refused.status == 501, refused.payload
