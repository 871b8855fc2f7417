"""Access that comes from a parent, a master or an account."""

from typing import Any

import pytest
from sharing_cases import ME, Org, rule, thing
from sharing_orgs import definition

from pytest_sfintegration.embedded.sharing import ShareEntry, SharingNotModelled
from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef, SharedWith


def line_item(**more: Any) -> ObjectDef:
    fields = {
        "OpportunityId": FieldDef(
            name="OpportunityId", type="reference", label="o", reference_to=("Opportunity",)
        )
    }
    return definition(
        "OpportunityLineItem",
        governance=Governance.PARENT,
        governing_parent="Opportunity",
        fields=fields,
        sharing_model=None,
        **more,
    )


def test_opportunity_products_are_changed_by_who_may_edit_the_opportunity() -> None:
    rows = {"Opportunity": [{"Id": "mine", "OwnerId": "me"}, {"Id": "yours", "OwnerId": "you"}]}
    org = Org(definition("Opportunity", sharing_model="Read"), line_item(), rows=rows)
    assert (
        org.decide(ME, {"Id": "1", "OpportunityId": "mine"}, "OpportunityLineItem").max_access_level
        == "Delete"
    )
    assert (
        org.decide(ME, {"Id": "2", "OpportunityId": "yours"}, "OpportunityLineItem").max_access_level
        == "Read"
    )


def test_a_detail_of_two_masters_takes_access_to_both() -> None:
    fields = {
        name: FieldDef(
            name=name, type="reference", label=name, reference_to=("Thing__c",), master_detail=True
        )
        for name in ("First__c", "Second__c")
    }
    junction = definition("Junction__c", fields=fields, sharing_model="ControlledByParent")
    rows = {"Thing__c": [{"Id": "mine", "OwnerId": "me"}, {"Id": "yours", "OwnerId": "you"}]}
    org = Org(thing(), junction, rows=rows)
    both = {"Id": "1", "First__c": "mine", "Second__c": "mine"}
    half = {"Id": "2", "First__c": "mine", "Second__c": "yours"}
    assert org.decide(ME, both, "Junction__c").can_delete
    assert not org.decide(ME, half, "Junction__c").can_read
    assert org.visible(ME, both, half, obj="Junction__c") == ["1"]


def member_org(model: str) -> Org:
    lookups = ("LeadId", "Lead"), ("ContactId", "Contact"), ("CampaignId", "Campaign")
    fields = {
        name: FieldDef(name=name, type="reference", label=name, reference_to=(to,)) for name, to in lookups
    }
    member = definition(
        "CampaignMember",
        governance=Governance.PARENT,
        governing_parent="Campaign",
        fields=fields,
        sharing_model=model,
    )
    rows = {"Lead": [{"Id": "lead", "OwnerId": "me"}], "Campaign": [{"Id": "campaign", "OwnerId": "you"}]}
    parents = [definition(name, sharing_model="Private") for name in ("Lead", "Contact", "Campaign")]
    return Org(member, *parents, rows=rows)


@pytest.mark.parametrize(
    ("model", "readable"), [("ControlledByLeadOrContact", True), ("ControlledByCampaign", False)]
)
def test_campaign_members_follow_the_parent_that_their_default_names(model: str, readable: bool) -> None:
    row = {"Id": "1", "LeadId": "lead", "ContactId": None, "CampaignId": "campaign"}
    org = member_org(model)
    assert org.decide(ME, row, "CampaignMember").can_read is readable
    assert org.visible(ME, row, obj="CampaignMember") == (["1"] if readable else [])


def test_owner_of_a_member_reads_it_by_itself_only_without_any_parent() -> None:
    org = member_org("ControlledByLeadOrContact")
    rows = [
        {"Id": "1", "OwnerId": "me", "LeadId": "unknown", "ContactId": None},
        {"Id": "2", "OwnerId": "me", "LeadId": None, "ContactId": None},
        {"Id": "3", "OwnerId": "you", "LeadId": None, "ContactId": None},
    ]
    assert org.visible(ME, *rows, obj="CampaignMember") == ["2"]


def test_a_share_of_an_account_gives_its_opportunities_what_it_says() -> None:
    entry = ShareEntry(
        shared_with=SharedWith(kind="user", name="me"),
        access_level="Read",
        account_settings={"opportunityAccessLevel": "Edit", "caseAccessLevel": "None"},
    )
    objects = [definition(name, sharing_model="Private") for name in ("Account", "Opportunity", "Case")]
    org = Org(*objects, rows={"Account": [{"Id": "acme", "OwnerId": "you"}]}, shares={"acme": [entry]})
    child = {"Id": "1", "OwnerId": "somebody", "AccountId": "acme"}
    decision = org.decide(ME, child, "Opportunity")
    assert decision.max_access_level == "Edit"
    assert [str(one) for one in decision.reasons] == ["ImplicitChild (Manual on Account)"]
    assert org.visible(ME, child, obj="Opportunity") == ["1"]
    assert not org.decide(ME, child, "Case").can_read


@pytest.mark.parametrize(("owner", "readable"), [("me", True), ("you", False)])
def test_the_owner_of_a_contract_reads_its_account(owner: str, readable: bool) -> None:
    account = {"Id": "acme", "OwnerId": "somebody"}
    contract = {"Id": "c", "OwnerId": owner, "AccountId": "acme"}
    objects = [definition(name, sharing_model="Private") for name in ("Account", "Contract")]
    org = Org(*objects, rows={"Account": [account], "Contract": [contract]})
    assert org.decide(ME, account, "Account").can_read is readable
    assert not org.decide(ME, account, "Account").can_edit
    assert org.visible(ME, account, obj="Account") == (["acme"] if readable else [])


def test_a_rule_on_accounts_that_cannot_be_judged_is_refused_for_their_opportunities_too() -> None:
    doubtful = rule(
        object="Account",
        shared_to=SharedWith(kind="territory", name="North"),
        account_settings={"opportunityAccessLevel": "Read"},
    )
    objects = [definition(name, sharing_model="Private") for name in ("Account", "Opportunity", "Case")]
    account = {"Id": "acme", "OwnerId": "you", "Region__c": "EMEA"}
    org = Org(*objects, rows={"Account": [account]}, sharing_rules=(doubtful,))
    child = {"Id": "1", "OwnerId": "somebody", "AccountId": "acme"}
    with pytest.raises(SharingNotModelled, match="territory North"):
        org.decide(ME, child, "Opportunity")
    with pytest.raises(SharingNotModelled, match="territory North"):
        org.visible(ME, child, obj="Opportunity")
    assert org.visible(ME, child, obj="Case") == []
