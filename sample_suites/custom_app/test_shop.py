"""What the matrix cannot say: which orders the shop meets when it works, and what else it is let into.

Orders are private. ``sf_records`` makes them as the setup user, owned by the shop unless ``owned=False``.
"""

import pytest
from shop_assertions import assert_sees_only, assert_setup_entities
from simple_salesforce.exceptions import SalesforceError, SalesforceRefusedRequest


@pytest.fixture
def foreign(sf_records) -> str:
    """An order that came in at the counter and belongs to somebody else."""
    return sf_records.make("Shop_Order__c", owned=False, Channel__c="Counter")


@pytest.fixture
def marketplace(sf_records) -> str:
    """An order of somebody else that a sharing rule opens to the shop, for reading."""
    return sf_records.make("Shop_Order__c", owned=False, Channel__c="Marketplace")


def test_the_shop_sees_its_own_orders_and_not_those_of_others(
    sf_integration, sf_setup, sf_records, foreign
) -> None:
    own = [sf_records.make("Shop_Order__c", Channel__c="Web") for _ in range(2)]

    assert_sees_only(sf_integration, sf_setup, "Shop_Order__c", seen=own, hidden=[foreign])


def test_an_order_of_others_cannot_be_reached_by_its_id(sf_integration, foreign) -> None:
    with pytest.raises(SalesforceError, match="NOT_FOUND"):
        sf_integration.Shop_Order__c.get(foreign)
    with pytest.raises(SalesforceError, match=r"NOT_FOUND|INSUFFICIENT_ACCESS"):
        sf_integration.Shop_Order__c.update(foreign, {"Status__c": "Cancelled"})


def test_an_order_from_a_marketplace_is_read_and_left_alone(sf_integration, marketplace) -> None:
    assert sf_integration.Shop_Order__c.get(marketplace)["Channel__c"] == "Marketplace"
    with pytest.raises(SalesforceError, match="INSUFFICIENT_ACCESS"):  # it may edit orders, only not this one
        sf_integration.Shop_Order__c.update(marketplace, {"Status__c": "Cancelled"})


def test_an_order_that_waits_in_the_queue_is_worked_on(sf_integration, sf_setup, sf_records) -> None:
    queue = sf_setup.query(
        "SELECT Id FROM Group WHERE Type = 'Queue' AND DeveloperName = 'Shop_Unassigned_Orders'"
    )["records"][0]["Id"]
    order = sf_records.make("Shop_Order__c", OwnerId=queue)

    sf_integration.Shop_Order__c.update(order, {"Status__c": "Paid"})

    assert sf_integration.Shop_Order__c.get(order)["Status__c"] == "Paid"


def test_items_are_seen_where_their_order_is(
    sf_integration, sf_setup, sf_records, foreign, marketplace
) -> None:
    own = sf_records.make("Shop_Order__c")
    items = {
        order: sf_records.make("Shop_Order_Item__c", Order__c=order) for order in (own, foreign, marketplace)
    }

    assert_sees_only(
        sf_integration,
        sf_setup,
        "Shop_Order_Item__c",
        seen=[items[own], items[marketplace]],
        hidden=[items[foreign]],
    )


def test_items_are_added_to_orders_that_the_shop_may_edit(sf_integration, sf_records, marketplace) -> None:
    item = sf_records.make("Shop_Order_Item__c", Article__c="Kettle")  # its order is made too, and the shop's

    sf_integration.Shop_Order_Item__c.update(item, {"Article__c": "Teapot"})

    assert sf_integration.Shop_Order_Item__c.get(item)["Article__c"] == "Teapot"
    with pytest.raises(
        SalesforceError, match="INSUFFICIENT_ACCESS"
    ):  # it may create items, only not of this order
        sf_integration.Shop_Order_Item__c.create({"Order__c": marketplace, "Quantity__c": 1})


def test_an_order_given_away_is_gone(sf_integration, sf_setup, sf_records) -> None:
    order = sf_records.make("Shop_Order__c", Channel__c="Web")
    someone = sf_integration.Shop_Order__c.get(order)["CreatedById"]  # records are made by the setup user

    sf_integration.Shop_Order__c.update(order, {"OwnerId": someone})

    assert_sees_only(sf_integration, sf_setup, "Shop_Order__c", seen=[], hidden=[order])


@pytest.mark.sf_fields("shop.matrix.yaml", objects=["Shop_Order__c"])
def test_the_total_is_the_back_offices(sf_integration, sf_records, sf_expect) -> None:
    order = sf_records.make("Shop_Order__c", Total__c=120, Fraud_Score__c=7)

    with sf_expect.denied("edit", "Shop_Order__c.Total__c"):
        sf_integration.Shop_Order__c.update(order, {"Total__c": 1})

    found = sf_integration.Shop_Order__c.get(order)
    assert found["Total__c"] == 120
    assert "Fraud_Score__c" not in found


def test_the_shop_is_let_into_one_service_with_one_permission(sf_integration, sf_setup, sf_records) -> None:
    order = sf_records.make("Shop_Order__c")
    shop = sf_integration.Shop_Order__c.get(order)["OwnerId"]

    assert_setup_entities(sf_setup, shop, "ApexClass", ["ShopOrderApi"])
    assert_setup_entities(sf_setup, shop, "CustomPermission", ["Shop_Skip_Stock_Check"])


def test_the_service_for_refunds_turns_the_shop_away(sf_integration) -> None:
    with pytest.raises(SalesforceRefusedRequest):
        sf_integration.apexecute("shop/v1/refunds", method="POST", data={"orderId": None})


def test_settings_are_read_and_payment_keys_are_not(sf_integration, sf_access, sf_expect) -> None:
    assert sf_access.can("read", "Shop_Setting__mdt.Carrier__c")
    settings = sf_integration.query(
        "SELECT DeveloperName, Delivery_Days__c FROM Shop_Setting__mdt WHERE Carrier__c = 'Parcel'"
    )["records"]
    assert [(each["DeveloperName"], each["Delivery_Days__c"]) for each in settings] == [("DE", 2)]

    with sf_expect.denied("read", "Shop_Payment_Key__mdt"):
        sf_integration.query("SELECT DeveloperName, Merchant__c FROM Shop_Payment_Key__mdt")


def test_refunds_stay_closed(sf_integration, sf_expect) -> None:
    with sf_expect.denied("read", "Shop_Refund__c"):
        sf_integration.query("SELECT Id FROM Shop_Refund__c")
    with sf_expect.denied("create", "Shop_Refund__c"):
        sf_integration.Shop_Refund__c.create({})
