"""Standard fields that the platform fills itself: which of them the embedded org derives, which it cannot.

Source: Object Reference, the pages of the objects: "Directly controlled by StageName", "read-only field that
is equal to the product of ...".
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef

__all__ = ["DERIVED", "is_computed", "is_derived", "is_unknown", "why_unknown"]

DERIVED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Case": frozenset({"ClosedDate", "IsClosed", "IsClosedOnCreate"}),
        "Opportunity": frozenset(
            {
                "ExpectedRevenue",
                "Fiscal",
                "FiscalQuarter",
                "FiscalYear",
                "ForecastCategory",
                "ForecastCategoryName",
                "IsClosed",
                "IsWon",
                "Probability",
            }
        ),
    }
)
"""What follows from a record's stage, status, amount or close date, and is stored with it."""

_VALUE_SETS = MappingProxyType(
    {"Case": ("Status", "CaseStatus"), "Opportunity": ("StageName", "OpportunityStage")}
)

# What the platform computes from other records, and the embedded org does not: those that a describe tells to
# be neither createable nor updateable, and that are not empty as long as what they tell of is not modelled.
_NOT_COMPUTED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(fields.split())
        for name, fields in {
            "Asset": "AssetLevel ProductCode RootAssetId StockKeepingUnit",
            "Campaign": (
                "AmountAllOpportunities AmountWonOpportunities HierarchyActualCost "
                "HierarchyAmountAllOpportunities HierarchyAmountWonOpportunities HierarchyBudgetedCost "
                "HierarchyExpectedRevenue HierarchyNumberOfContacts HierarchyNumberOfConvertedLeads "
                "HierarchyNumberOfLeads HierarchyNumberOfOpportunities HierarchyNumberOfResponses "
                "HierarchyNumberOfWonOpportunities HierarchyNumberSent NumberOfContacts "
                "NumberOfConvertedLeads NumberOfLeads NumberOfOpportunities NumberOfResponses "
                "NumberOfWonOpportunities"
            ),
            "CampaignMember": (
                "City CompanyOrAccount Country Description DoNotCall Email Fax FirstName FirstRespondedDate "
                "HasOptedOutOfEmail HasOptedOutOfFax HasResponded LastName LeadOrContactId "
                "LeadOrContactOwnerId LeadSource MobilePhone Name Phone PostalCode Salutation State Street "
                "Title Type"
            ),
            "Case": "ContactEmail ContactFax ContactMobile ContactPhone",
            "Contract": "ContractNumber EndDate StatusCode",
            "Opportunity": (
                "HasOpportunityLineItem LastAmountChangedHistoryId LastCloseDateChangedHistoryId "
                "LastStageChangeDate PushCount"
            ),
            "OpportunityLineItem": "ListPrice Name ProductCode",
            "Order": "OrderNumber TotalAmount",
            "OrderItem": "AvailableQuantity OrderItemNumber TotalPrice",
            "Pricebook2": "IsStandard",
            "PricebookEntry": "Name ProductCode",
            "Quote": "AccountId Discount GrandTotal IsSyncing LineItemCount QuoteNumber Subtotal TotalPrice",
            "QuoteLineItem": "LineNumber ListPrice Subtotal TotalPrice",
            "WorkOrder": "Discount GrandTotal IsClosed LineItemCount StatusCategory Subtotal TotalPrice",
            "WorkOrderLineItem": "IsClosed ListPrice StatusCategory Subtotal TotalPrice",
        }.items()
    }
)


def is_derived(object_name: str, field_name: str) -> bool:
    """Tell whether a field's value is derived when a record is written, where the source tells enough."""
    return field_name in DERIVED.get(object_name, ())


def is_computed(definition: ObjectDef, field: FieldDef) -> bool:
    """Tell whether the platform computes a field that the embedded org does not: it is empty here.

    Formula and roll-up fields of one's own, and what standard objects sum up or take over from others. A
    number that the org gives itself is none.
    """
    if definition.governance is Governance.SETUP or field.auto_number:
        return False
    own = field.custom and (field.calculated or field.formula is not None)
    return own or field.name in _NOT_COMPUTED.get(definition.name, ())


def is_unknown(object_name: str, field_name: str, record: Mapping[str, Any]) -> bool:
    """Tell whether a derived field is empty because its value is not known; it is never so otherwise."""
    if not is_derived(object_name, field_name) or record.get(field_name) is not None:
        return False
    if field_name == "ExpectedRevenue":  # without an amount nothing is expected
        return record.get("Amount") is not None
    if field_name == "ClosedDate":  # an open case was not closed
        return record.get("IsClosed") is not False
    return True


def why_unknown(object_name: str, field_name: str, record: Mapping[str, Any] | None = None) -> str:
    """Return the sentence, with its remedy, on a derived field that is not known: of a record, or of some."""
    source, value_set = _VALUE_SETS[object_name]
    whose = "some records" if record is None else f"a record with the {source} {record.get(source)!r}"
    return (
        f"{object_name}.{field_name} of {whose} is not known: no value set tells what the {source} means. "
        f"Add standardValueSets/{value_set}.standardValueSet-meta.xml to the source, or use its values"
    )
