"""What keeps an account from being deleted: Help, Guidelines for Deleting Accounts."""

from typing import Any

import pytest

OPPORTUNITY = {"StageName": "Prospecting", "CloseDate": "2026-01-01"}


@pytest.fixture
def account(setup: Any) -> str:
    made: str = setup.create("Account", Name="Edge")
    return made


def refusal(setup: Any, account: str) -> str:
    before = setup.org.world.storage.snapshot()
    answer = setup("DELETE", f"/sobjects/Account/{account}")
    assert (answer.status, answer.payload[0]["errorCode"], answer.payload[0]["fields"]) == (
        400,
        "DELETE_FAILED",
        [],
    )
    assert setup.org.world.storage.snapshot() == before
    message: str = answer.payload[0]["message"]
    return message


def test_closed_won_opportunities_keep_it_and_are_named(setup: Any, account: str) -> None:
    """The words as an org answered them (recorded)."""
    for name, stage in (("SLA", "Closed Won"), ("Kit", "Closed Lost"), ("Fix", "Closed Won")):
        setup.create("Opportunity", **OPPORTUNITY | {"Name": name, "StageName": stage, "AccountId": account})
    assert refusal(setup, account) == (
        "Your attempt to delete Edge could not be completed because some opportunities in that account were "
        "closed won. The opportunities that could not be deleted are shown below.: SLA, Fix\n"
    )


def test_cases_keep_it_and_are_named_by_their_number(setup: Any, account: str) -> None:
    """The words as an org answered them (recorded)."""
    setup.create("Case", Status="New", AccountId=account)
    assert refusal(setup, account) == (
        "Your attempt to delete Edge could not be completed because it is associated with the following "
        "cases.: 00000001\n"
    )


def test_activated_contract_keeps_it_and_a_draft_goes_along(setup: Any, account: str) -> None:
    contract = setup.create("Contract", AccountId=account, Status="Draft")
    assert setup("PATCH", f"/sobjects/Contract/{contract}", {"Status": "Activated"}).status == 204
    assert "the following contracts.: " in refusal(setup, account)
    setup("PATCH", f"/sobjects/Contract/{contract}", {"Status": "Draft"})
    assert setup("DELETE", f"/sobjects/Account/{account}").status == 204
    assert setup.query("SELECT Id FROM Contract") == []


def test_open_and_lost_opportunities_of_whatever_owner_go_along(
    setup: Any, integration: Any, account: str
) -> None:
    lost = {"Name": "Lost", "StageName": "Closed Lost", "OwnerId": integration.user_id}
    for values in ({"Name": "Open", "OwnerId": integration.user_id}, lost):
        setup.create("Opportunity", **OPPORTUNITY | values | {"AccountId": account})
    assert setup("DELETE", f"/sobjects/Account/{account}").status == 204
    assert setup.query("SELECT Id FROM Opportunity") == []


def test_opportunity_that_may_be_won_leaves_the_deletion_open(setup: Any, account: str) -> None:
    values = {"Name": "X", "StageName": "Somewhere", "AccountId": account}
    deal = setup.create("Opportunity", **OPPORTUNITY | values)
    refused = setup("DELETE", f"/sobjects/Account/{account}")
    assert refused.status == 501, refused.payload
    assert "standardValueSets/OpportunityStage" in refused.payload[0]["message"]
    setup("PATCH", f"/sobjects/Opportunity/{deal}", {"StageName": "Closed Lost"})
    assert setup("DELETE", f"/sobjects/Account/{account}").status == 204


def test_won_opportunity_in_the_bin_or_of_no_account_keeps_nothing(setup: Any, account: str) -> None:
    gone = setup.create(
        "Opportunity", **OPPORTUNITY | {"Name": "G", "StageName": "Closed Won", "AccountId": account}
    )
    setup.create("Opportunity", **OPPORTUNITY | {"Name": "N", "StageName": "Closed Won"})
    setup("DELETE", f"/sobjects/Opportunity/{gone}")
    assert setup("DELETE", f"/sobjects/Account/{account}").status == 204


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("Prospecting", (False, False)), ("Closed Lost", (True, False)), ("Closed Won", (True, True))],
)
def test_stage_says_whether_an_opportunity_is_closed_and_won(
    setup: Any, stage: str, expected: tuple[bool, bool]
) -> None:
    made = setup.create("Opportunity", **OPPORTUNITY | {"Name": "O"})
    setup("PATCH", f"/sobjects/Opportunity/{made}", {"StageName": stage})
    body = setup("GET", f"/sobjects/Opportunity/{made}").payload
    assert (body["IsClosed"], body["IsWon"]) == expected
