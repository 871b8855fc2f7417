"""Contacts: private ones, and those that follow their account.

The sentences are those of Help, "Considerations for Sharing and Accessing Contacts" and "Unable to See Some
Salesforce Contacts".
"""

from typing import Any

import pytest
from sharing_cases import ALL_RIGHTS, BOSS, ME, YOU, Org, rule
from sharing_orgs import definition, permission_set

from pytest_sfintegration.embedded.permissions import effective
from pytest_sfintegration.embedded.sharing import ShareEntry, SharingNotModelled
from pytest_sfintegration.sfdx.model import SharedWith

PRIVATE = {"Id": "c", "OwnerId": "you", "AccountId": None, "Region__c": "EMEA"}
DEFAULTS = ("ControlledByParent", "Private", "Read", "ReadWrite")
ACCOUNT = {"Id": "acme", "OwnerId": "somebody"}


def contacts(model: str, **more: Any) -> Org:
    return Org(
        definition("Account", sharing_model="Private"), definition("Contact", sharing_model=model), **more
    )


def follower(*, owner: str = "you", contact: tuple[str, ...], account: tuple[str, ...]) -> Org:
    """Return an org whose contact follows an account of somebody else, with those rights on the two."""
    contact_row = {"Id": "c", "OwnerId": owner, "AccountId": "acme"}
    org = contacts("ControlledByParent", rows={"Account": [ACCOUNT], "Contact": [contact_row]})
    rights = permission_set("All", {"Contact": contact, "Account": account})
    org.source.permission_sets["All"] = rights  # type: ignore[index]  # a plain dict, made by Org
    org.permissions = effective(org.source, profile=None, permission_sets=["All"], permission_set_groups=[])
    return org


@pytest.mark.parametrize("model", DEFAULTS)
def test_only_its_owner_sees_a_private_contact(model: str) -> None:
    org = contacts(model)
    assert org.decide(YOU, PRIVATE, "Contact").can_share
    for other in (ME, BOSS):
        assert org.decide(other, PRIVATE, "Contact").reasons == ()
        assert org.visible(other, PRIVATE, obj="Contact") == []
    assert org.visible(YOU, PRIVATE, obj="Contact") == ["c"]


@pytest.mark.parametrize("right", ["view_all", "modify_all"])
@pytest.mark.parametrize("model", DEFAULTS)
def test_view_all_and_modify_all_on_contacts_show_private_ones(model: str, right: str) -> None:
    org = contacts(model, rights=(*ALL_RIGHTS, right))
    decision = org.decide(ME, PRIVATE, "Contact")
    assert decision.max_access_level == ("All" if right == "modify_all" else "Read")
    assert org.visible(ME, PRIVATE, obj="Contact") == ["c"]


def test_neither_rules_nor_shares_open_a_private_contact() -> None:
    entry = ShareEntry(shared_with=SharedWith(kind="user", name="me"), access_level="Edit")
    org = contacts("Private", sharing_rules=(rule(object="Contact"),), shares={"c": [entry]})
    assert not org.decide(ME, PRIVATE, "Contact").can_read
    (row,) = org.access.share_rows(org.objects["Contact"], PRIVATE)
    assert row.row_cause == "Owner"


def test_owning_a_contact_shows_its_account_and_the_other_contacts_of_that() -> None:
    mine = {"Id": "mine", "OwnerId": "me", "AccountId": "acme"}
    other = {"Id": "other", "OwnerId": "somebody", "AccountId": "acme"}
    org = contacts("ControlledByParent", rows={"Account": [ACCOUNT], "Contact": [mine, other]})
    account = org.decide(ME, ACCOUNT, "Account")
    assert (account.max_access_level, [str(one) for one in account.reasons]) == (
        "Read",
        ["ImplicitParent (Contact)"],
    )
    for contact in (mine, other):
        assert org.decide(ME, contact, "Contact").max_access_level == "Read"
    assert org.visible(ME, mine, other, obj="Contact") == ["mine", "other"]
    assert org.visible(YOU, mine, other, obj="Contact") == []


def test_view_all_on_accounts_does_not_show_the_contacts_of_others() -> None:
    org = follower(contact=ALL_RIGHTS, account=("read", "view_all"))
    contact = {"Id": "c", "OwnerId": "you", "AccountId": "acme"}
    assert org.decide(ME, ACCOUNT, "Account").can_read
    assert not org.decide(ME, contact, "Contact").can_read
    assert org.visible(ME, contact, obj="Contact") == []


def test_whether_modify_all_on_accounts_opens_their_contacts_is_refused() -> None:
    org = follower(contact=("read", "edit"), account=(*ALL_RIGHTS, "view_all", "modify_all"))
    contact = {"Id": "c", "OwnerId": "somebody", "AccountId": "acme"}
    with pytest.raises(SharingNotModelled, match="holds Modify All on Account and not on Contact"):
        org.decide(ME, contact, "Contact")
    with pytest.raises(SharingNotModelled, match="holds Modify All on Account and not on Contact"):
        org.visible(ME, contact, obj="Contact")


def test_modify_all_on_contacts_too_leaves_no_doubt() -> None:
    both = (*ALL_RIGHTS, "view_all", "modify_all")
    org = follower(contact=both, account=both)
    contact = {"Id": "c", "OwnerId": "somebody", "AccountId": "acme"}
    assert org.decide(ME, contact, "Contact").max_access_level == "All"
