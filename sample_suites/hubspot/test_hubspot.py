"""What the matrix cannot say: how the synchronisation behaves when it does its work.

Everything here runs as the integration user. ``sf_records`` makes what a test needs as the setup
user, owned by the integration user, and removes it afterwards.
"""

import pytest
from simple_salesforce import format_soql
from simple_salesforce.exceptions import SalesforceMalformedRequest


@pytest.mark.sf_crud("hubspot.matrix.yaml", objects=["Contact"])
def test_contact_rights_come_from_the_synchronisation_group(sf_access) -> None:
    """The marker judges the operations; the body adds where they come from."""
    for operation in ("create", "read", "edit"):
        assert "HubSpot_Sync" in str(sf_access.why(operation, "Contact"))


def test_a_contact_is_matched_by_its_hubspot_id(sf_integration, sf_records) -> None:
    contact = sf_records.make("Contact", HubSpot_Contact_Id__c="hs-1001", Lifecycle_Stage__c="Subscriber")

    sf_integration.Contact.upsert("HubSpot_Contact_Id__c/hs-1001", {"Lifecycle_Stage__c": "Customer"})

    assert sf_integration.Contact.get(contact)["Lifecycle_Stage__c"] == "Customer"


def test_a_meeting_is_recorded_on_its_contact(sf_integration, sf_records) -> None:
    contact = sf_records.make("Contact")
    meeting = sf_records.make("HubSpot_Engagement__c", Contact__c=contact, Type__c="Meeting")

    sf_integration.HubSpot_Engagement__c.update(meeting, {"Subject__c": "Kick-off"})

    query = format_soql("SELECT Subject__c FROM HubSpot_Engagement__c WHERE Contact__c = {}", contact)
    assert [row["Subject__c"] for row in sf_integration.query(query)["records"]] == ["Kick-off"]


def test_a_run_closes_its_log_but_leaves_the_reviewer_notes_alone(
    sf_integration, sf_records, sf_expect
) -> None:
    log = sf_records.make("HubSpot_Sync_Log__c", Status__c="Running")

    sf_integration.HubSpot_Sync_Log__c.update(log, {"Status__c": "Succeeded", "Records_Processed__c": 12})

    with sf_expect.denied("edit", "HubSpot_Sync_Log__c.Reviewer_Notes__c"):
        sf_integration.HubSpot_Sync_Log__c.update(log, {"Reviewer_Notes__c": "All good"})


def test_a_social_security_number_never_comes_back(sf_integration, sf_records, sf_expect) -> None:
    contact = sf_records.make("Contact", SSN__c="078-05-1120")

    assert "SSN__c" not in sf_integration.Contact.get(contact)
    with sf_expect.denied("read", "Contact.SSN__c"):
        sf_integration.query(format_soql("SELECT Id, SSN__c FROM Contact WHERE Id = {}", contact))


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
def test_people_are_never_deleted(sf_integration, sf_records, sf_expect, sobject) -> None:
    person = sf_records.make(sobject)

    with sf_expect.denied("delete", sobject):
        getattr(sf_integration, sobject).delete(person)

    assert getattr(sf_integration, sobject).get(person)["Id"] == person


def test_payroll_stays_closed(sf_integration, sf_expect) -> None:
    with sf_expect.denied("read", "Payroll__c"):
        sf_integration.query("SELECT Id FROM Payroll__c")
    with sf_expect.denied("create", "Payroll__c"):
        sf_integration.Payroll__c.create({"Name": "Bonus"})


def test_an_incomplete_contact_is_refused_as_incomplete_not_as_forbidden(
    sf_integration, sf_access, sf_expect
) -> None:
    """``denied`` accepts a permission denial only: any other refusal fails the test that expected it."""
    with pytest.raises(SalesforceMalformedRequest, match="REQUIRED_FIELD_MISSING"):
        sf_integration.Contact.create({"Email": "jo@acme.example"})
    with pytest.raises((AssertionError, pytest.fail.Exception)), sf_expect.denied("create", "Contact"):
        sf_integration.Contact.create({"Email": "jo@acme.example"})

    assert sf_access.can("create", "Contact")
