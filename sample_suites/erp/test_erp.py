"""What the matrix cannot say: how orders go out to the ERP, and how items and invoices come in.

Everything here runs as the integration user. Records have keys of the ERP, which upserts and asks for no ids.
"""

from collections.abc import Iterator

import pytest
from erp_assertions import assert_only_from, assert_profile_grants_nothing, assert_reads
from simple_salesforce import format_soql


@pytest.fixture
def posted(sf_integration, sf_setup) -> Iterator[str]:
    """The key of an invoice that the ERP posts itself; it may not delete it, so the setup user does."""
    key = "INV-2024-0815"
    sf_integration.ERP_Invoice__c.upsert(
        f"ERP_Invoice_Number__c/{key}",
        {"Invoice_Date__c": "2024-08-15", "Net_Amount__c": 100},
    )
    yield key
    rows = sf_setup.query(format_soql("SELECT Id FROM ERP_Invoice__c WHERE ERP_Invoice_Number__c = {}", key))
    for row in rows["records"]:
        sf_setup.ERP_Invoice__c.delete(row["Id"])


def test_the_profile_grants_nothing_beyond_the_api(sf_setup, sf_access) -> None:
    assert_profile_grants_nothing(sf_setup, "ERP Integration")
    assert sf_access.has("ApiEnabled")
    assert not sf_access.has("ViewSetup")


@pytest.mark.sf_crud("erp.matrix.yaml", objects=["ERP_Invoice__c"])
def test_money_is_moved_by_one_permission_set_alone(sf_access) -> None:
    assert_only_from(
        sf_access,
        "ERP_Invoicing",
        ("create", "ERP_Invoice__c"),
        ("edit", "ERP_Invoice__c.Net_Amount__c"),
        ("create", "ERP_Invoice_Line__c"),
        ("edit", "ERP_Invoice_Line__c.Unit_Price__c"),
    )


def test_an_invoice_posted_twice_is_one_invoice(sf_integration, posted) -> None:
    sf_integration.ERP_Invoice__c.upsert(f"ERP_Invoice_Number__c/{posted}", {"Net_Amount__c": 119})

    soql = "SELECT Net_Amount__c FROM ERP_Invoice__c WHERE ERP_Invoice_Number__c = {}"
    rows = sf_integration.query(format_soql(soql, posted))["records"]
    assert [row["Net_Amount__c"] for row in rows] == [119]


def test_a_line_finds_its_invoice_by_key(sf_integration, posted) -> None:
    line = f"{posted}-10"
    sf_integration.ERP_Invoice_Line__c.upsert(
        f"ERP_Line_Key__c/{line}",
        {"Invoice__r": {"ERP_Invoice_Number__c": posted}, "Quantity__c": 3, "Unit_Price__c": 33},
    )

    soql = "SELECT Invoice__r.ERP_Invoice_Number__c FROM ERP_Invoice_Line__c WHERE ERP_Line_Key__c = {}"
    rows = sf_integration.query(format_soql(soql, line))["records"]
    assert [row["Invoice__r"]["ERP_Invoice_Number__c"] for row in rows] == [posted]


@pytest.mark.parametrize("field", ["Paid_Amount__c", "Write_Off_Amount__c"])
def test_what_was_paid_is_read_and_never_written(sf_integration, sf_records, sf_expect, field) -> None:
    invoice = sf_records.make("ERP_Invoice__c", **{field: 50})

    with sf_expect.denied("edit", f"ERP_Invoice__c.{field}"):
        sf_integration.ERP_Invoice__c.update(invoice, {field: 0})

    assert_reads(sf_integration, "ERP_Invoice__c", invoice, **{field: 50})


def test_an_item_is_matched_by_its_number(sf_integration, sf_records) -> None:
    product = sf_records.make("Product2", ERP_Item_Number__c="4711")

    sf_integration.Product2.upsert("ERP_Item_Number__c/4711", {"Stock_On_Hand__c": 12})

    assert_reads(sf_integration, "Product2", product, Stock_On_Hand__c=12)


def test_a_customer_that_sales_does_not_know_is_not_made(sf_integration, sf_expect) -> None:
    with sf_expect.denied("create", "Account"):
        sf_integration.Account.upsert("ERP_Customer_Number__c/100042", {"Name": "Acme Subsidiary"})


def test_a_released_order_is_followed_to_its_delivery(sf_integration, sf_records) -> None:
    account = sf_records.make("Account", owned=False)
    order = sf_records.make("Order", owned=False, AccountId=account, Status="Draft", Released_to_ERP__c=True)

    sf_integration.Order.update(order, {"ERP_Status__c": "Shipped", "ERP_Order_Number__c": "O-1"})

    assert_reads(sf_integration, "Order", order, ERP_Status__c="Shipped", ERP_Order_Number__c="O-1")


def test_an_order_that_sales_still_works_on_is_not_there(sf_integration, sf_records) -> None:
    account = sf_records.make("Account", owned=False)
    order = sf_records.make("Order", owned=False, AccountId=account, Status="Draft")

    assert sf_integration.query(format_soql("SELECT Id FROM Order WHERE Id = {}", order))["totalSize"] == 0


@pytest.mark.parametrize("sobject", ["Payroll__c", "HR_Employee_File__c", "HR_Absence__c"])
def test_payroll_and_people_stay_closed(sf_integration, sf_expect, sobject) -> None:
    with sf_expect.denied("read", sobject):
        sf_integration.query(f"SELECT Id FROM {sobject}")
    with sf_expect.denied("create", sobject):
        getattr(sf_integration, sobject).create({})
