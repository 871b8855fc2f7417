"""Reasons of access to contacts, and the default of an object whose source declares none."""

import pytest
from sharing_suite import BASE, SharingSuite, failed, metadata, prose

CONTACT = "Contact:\n  - {name: x, %s, access: %s}\n"
PRIVATE = "a contact without an account is private: its owner sees it"
THING = (
    "<label>Thing</label><pluralLabel>Things</pluralLabel><deploymentStatus>Deployed</deploymentStatus>"
    "<nameField><label>Name</label><type>Text</type></nameField>"
)


@pytest.fixture
def contacts(suite: SharingSuite) -> SharingSuite:
    """A project whose user may read and edit accounts and contacts."""
    return suite.having(rights={"Account": "CRE", "Contact": "CRE"})


def records(values: str, access: str) -> str:
    return CONTACT % (values, access)


@pytest.mark.parametrize("model", ["Private", "ReadWrite", "ControlledByParent"])
def test_a_contact_without_an_account_is_said_to_be_private(contacts: SharingSuite, model: str) -> None:
    suite = contacts.with_object("Contact", model)
    suite.having(records=records("with: {FirstName: A}", "none")).run().assert_outcomes(passed=1)
    result = suite.having(records=records("with: {FirstName: A}", "read")).run()
    assert failed(result) == ["x"]
    assert PRIVATE in prose(result)
    assert "organization-wide default of Contact" not in prose(result)


def test_nobody_above_its_owner_sees_a_private_contact(contacts: SharingSuite) -> None:
    suite = contacts.with_object("Contact", "Private").having(user="role: Boss")
    suite.having(records=records("owner: {role: Sales}", "none")).run().assert_outcomes(passed=1)
    with_account = "owner: {role: Sales}, parent: {AccountId: {owner: setup}}"
    result = suite.having(records=records(with_account, "none")).run()
    assert "through role hierarchy: above the owner" in prose(result)


def test_ownership_is_the_reason_for_a_private_contact(contacts: SharingSuite) -> None:
    suite = contacts.with_object("Contact", "ReadWrite")
    result = suite.having(records=records("owner: integration", "read")).run()
    assert failed(result) == ["x"]
    assert "through ownership: the integration user owns the record" in prose(result)
    assert "through organization-wide default" not in prose(result)


def test_view_all_on_accounts_is_no_reason_for_their_contacts(contacts: SharingSuite) -> None:
    suite = contacts.having(
        rights={"Account": "CREV", "Contact": "CRE"}, objects="Account: CREV\nContact: CRE"
    )
    suite = suite.with_object("Contact", "ControlledByParent")
    entry = "parent: {AccountId: {owner: {role: Support}}}"
    suite.having(records=records(entry, "none")).run().assert_outcomes(passed=1)
    result = suite.having(records=records(entry, "read")).run()
    assert failed(result) == ["x"]
    assert "no share gives acme@example.com read" in prose(result)
    assert "View All on Account" not in prose(result)


def test_the_default_of_an_object_that_declares_none_is_named(suite: SharingSuite) -> None:
    path = f"{BASE}/objects/Thing__c/Thing__c.object-meta.xml"
    suite = suite.with_file(path, metadata("CustomObject", THING)).having(
        rights={"Thing__c": "CRE"}, fields=(), records="Thing__c:\n  - {name: x, access: none}\n"
    )
    result = suite.run()
    assert failed(result) == ["x"]
    assert "through organization-wide default Public Read/Write" in prose(result)
    assert "the org names no reason" not in prose(result)
