"""A detail that is refused because its master may not be changed is a denial; other references are not."""

from typing import Any

import pytest
from access_fakes import ROOT, client, ok
from simple_salesforce.exceptions import SalesforceMalformedRequest

from pytest_sfintegration.access.expect import Expect, NotDenied
from pytest_sfintegration.orgs.client import Reply

ORDER = "a02000000000001AAA"


def field(name: str, target: str, order: int | None) -> dict[str, Any]:
    flags = dict.fromkeys(
        ("createable", "updateable", "permissionable", "nillable", "defaultedOnCreate"), True
    )
    more = {"compoundFieldName": None, "referenceTo": [target], "relationshipOrder": order}
    return {"name": name, "type": "reference", **flags, **more}


def expecting(order: int | None, *, seen: bool = True, held: bool = False) -> Expect:
    """Return expectations on an item whose lookup to the order is a master-detail one, or is not.

    The user may create and edit items; ``held``: orders too.
    """
    flags = dict.fromkeys(("queryable", "retrieveable", "createable", "updateable", "deletable"), True)
    described = {
        "name": "Item__c",
        "label": "Item",
        **flags,
        "fields": [field("Order__c", "Order__c", order)],
    }

    def answer(_method: str, path: str, _body: Any) -> Reply:
        if path.endswith("/describe"):
            return ok(described)
        if path.endswith("/composite/batch"):
            return ok({"results": [{"statusCode": 200, "result": described}]})
        found = seen and path == f"{ROOT}/sobjects/Order__c/{ORDER}"
        return ok({}) if found else Reply(status=404, payload=[{"errorCode": "NOT_FOUND", "message": "x"}])

    def answer_user(_method: str, path: str, _body: Any) -> Reply:
        editable = held or "Item__c" in path
        return ok(described | {"updateable": editable})

    return Expect(setup=client(answer)[0], user=client(answer_user)[0])


def refused(code: str = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY") -> SalesforceMalformedRequest:
    content = [{"errorCode": code, "message": f"insufficient access rights on cross-reference id: {ORDER}"}]
    url = f"https://x.my.salesforce.com{ROOT}/sobjects/Item__c/"
    return SalesforceMalformedRequest(url, 400, "Item__c", content)


def test_refusal_of_the_master_denies_the_detail() -> None:
    with expecting(0).denied("create", "Item__c"):
        raise refused()


def test_master_that_the_user_may_edit_is_a_record_out_of_reach() -> None:
    with (
        pytest.raises(NotDenied, match="the user holds edit Order__c"),
        expecting(0, held=True).denied("create", "Item__c"),
    ):
        raise refused()


@pytest.mark.parametrize(
    ("order", "seen", "operation", "code"),
    [
        (None, True, "create", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"),
        (0, False, "create", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"),
        (0, True, "read", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"),
        (0, True, "create", "INVALID_CROSS_REFERENCE_KEY"),
    ],
    ids=["an ordinary lookup", "a master that is not there", "a read", "another code"],
)
def test_any_other_refusal_is_for_another_reason(
    order: int | None, seen: bool, operation: str, code: str
) -> None:
    expect = expecting(order, seen=seen)
    with pytest.raises(NotDenied, match="failed for another reason"), expect.denied(operation, "Item__c"):
        raise refused(code)


@pytest.mark.parametrize("message", ["Guard: execution of BeforeInsert", "caused by: System.DmlException: x"])
@pytest.mark.parametrize("code", ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "INSUFFICIENT_ACCESS_OR_READONLY"])
def test_refusal_that_a_trigger_hands_on_is_no_denial(code: str, message: str) -> None:
    """Its codes are those of a denial (recorded: crud.trigger_wrapped)."""
    url = f"https://x.my.salesforce.com{ROOT}/sobjects/Item__c/"
    content = [{"errorCode": code, "message": f"{message} {ORDER}"}]
    with (
        pytest.raises(NotDenied, match="failed for another reason"),
        expecting(0).denied("create", "Item__c"),
    ):
        raise SalesforceMalformedRequest(url, 400, "Item__c", content)
