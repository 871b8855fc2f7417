"""What the matrix cannot say: how people travel between Marketo and Salesforce.

Everything here runs as the integration user; ``sf_records`` makes what a test needs as the setup user and
removes it afterwards.
"""

import pytest
from marketo_assertions import assert_comes_back, assert_read_only
from simple_salesforce import format_soql

PEOPLE = pytest.mark.parametrize("sobject", ["Lead", "Contact"])


@PEOPLE
def test_a_score_travels_to_salesforce(sf_integration, sf_records, sobject) -> None:
    person = sf_records.make(sobject, mkto71_Lead_Score__c=10)

    getattr(sf_integration, sobject).update(
        person,
        {"mkto71_Lead_Score__c": 85, "mkto71_Original_Source_Type__c": "Web form"},
    )

    assert_comes_back(
        sf_integration,
        sobject,
        person,
        mkto71_Lead_Score__c=85,
        mkto71_Original_Source_Type__c="Web form",
    )


@PEOPLE
def test_an_opt_out_travels_back_to_marketo(sf_integration, sf_records, sobject) -> None:
    person = sf_records.make(sobject, Email="jo@customer.example", HasOptedOutOfEmail=True)

    assert_comes_back(sf_integration, sobject, person, Email="jo@customer.example", HasOptedOutOfEmail=True)


@PEOPLE
def test_people_are_never_deleted_though_a_set_of_the_vendor_grants_it(
    sf_integration, sf_access, sf_records, sf_expect, sobject
) -> None:
    person = sf_records.make(sobject)

    with sf_expect.denied("delete", sobject):
        getattr(sf_integration, sobject).delete(person)

    assert sf_access.why("delete", sobject) == ()


def test_the_owner_of_a_lead_is_read_with_it(sf_integration, sf_records) -> None:
    """User is no object of the matrix: no object permission governs it."""
    lead = sf_records.make("Lead")

    soql = format_soql("SELECT OwnerId, Owner.Name FROM Lead WHERE Id = {}", lead)
    (row,) = sf_integration.query(soql)["records"]
    users = format_soql("SELECT Name, Email FROM User WHERE Id = {}", row["OwnerId"])
    (user,) = sf_integration.query(users)["records"]
    assert row["Owner"]["Name"] == user["Name"]


def test_a_lead_is_handed_to_another_owner(sf_integration, sf_records) -> None:
    lead = sf_records.make("Lead")
    someone = sf_integration.Lead.get(lead)["CreatedById"]  # sf_records makes records as the setup user

    sf_integration.Lead.update(lead, {"OwnerId": someone})

    found = sf_integration.query(format_soql("SELECT Id FROM Lead WHERE Id = {}", lead))
    assert found["totalSize"] == 0  # of no shared region, it went with its owner


@pytest.mark.parametrize(
    ("sobject", "fields"),
    [
        ("Opportunity", ["Amount", "ExpectedRevenue", "Probability"]),
        ("Campaign", ["Status", "StartDate", "Marketo_Program_Id__c"]),
    ],
)
def test_revenue_and_campaigns_are_read_only(sf_access, sobject, fields) -> None:
    assert_read_only(sf_access, sobject, fields)


def test_an_amount_cannot_be_written(sf_integration, sf_records, sf_expect) -> None:
    deal = sf_records.make("Opportunity", Amount=1000)

    with sf_expect.denied("edit", "Opportunity"):
        sf_integration.Opportunity.update(deal, {"Amount": 9_000_000})

    assert_comes_back(sf_integration, "Opportunity", deal, Amount=1000)


def test_members_of_a_campaign_are_read_and_not_added(sf_integration, sf_records, sf_expect) -> None:
    campaign, lead = sf_records.make("Campaign"), sf_records.make("Lead")
    sf_records.make("CampaignMember", CampaignId=campaign, LeadId=lead)

    members = format_soql("SELECT LeadId FROM CampaignMember WHERE CampaignId = {}", campaign)
    assert [row["LeadId"] for row in sf_integration.query(members)["records"]] == [lead]

    other = sf_records.make("Lead")
    with sf_expect.denied("create", "CampaignMember"):
        sf_integration.CampaignMember.create({"CampaignId": campaign, "LeadId": other})


@pytest.mark.parametrize("field", ["Birthdate", "HomePhone", "National_Id__c"])
def test_what_is_private_stays_private(sf_integration, sf_records, sf_expect, field) -> None:
    contact = sf_records.make("Contact")

    assert field not in sf_integration.Contact.get(contact)
    with sf_expect.denied("read", f"Contact.{field}"):
        sf_integration.query(format_soql(f"SELECT {field} FROM Contact WHERE Id = {{}}", contact))
