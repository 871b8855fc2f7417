"""What the stages of opportunities and the statuses of cases mean: closed, won, how probable.

Sources: Metadata API Developer Guide, "StandardValueSet"; Object Reference, "OpportunityStage" and
"CaseStatus". The values that an org begins with are those of recorded describes; which of them are closed or
won is as retrieved from new orgs, their probabilities and forecast categories are assumed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from pytest_sfintegration.sfdx.entry import Entry
from pytest_sfintegration.sfdx.model import PicklistValue

__all__ = ["VALUE_SETS", "Values", "read_standard_values", "shipped"]

Values = tuple[PicklistValue, ...]

VALUE_SETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"CaseStatus": ("Case", "Status"), "OpportunityStage": ("Opportunity", "StageName")}
)
"""The standard value sets that are read, and the field that takes its values from each."""

# Stage -> probability and forecast category; only Closed Won is won, what is in no pipeline is closed.
_STAGES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "Prospecting": (10, "Pipeline"),
        "Qualification": (10, "Pipeline"),
        "Needs Analysis": (20, "Pipeline"),
        "Value Proposition": (50, "Pipeline"),
        "Id. Decision Makers": (60, "Pipeline"),
        "Perception Analysis": (70, "Pipeline"),
        "Proposal/Price Quote": (75, "Pipeline"),
        "Negotiation/Review": (90, "Pipeline"),
        "Closed Won": (100, "Closed"),
        "Closed Lost": (0, "Omitted"),
    }
)
_STATUSES: Mapping[str, bool] = MappingProxyType(
    {"New": False, "Working": False, "Escalated": False, "Closed": True}
)
_NEW_CASE = "New"


def shipped(object_name: str, field_name: str, values: Values) -> Values:
    """Return a field's shipped values with what they mean; a new case is New unless it says otherwise."""
    if (object_name, field_name) == VALUE_SETS["OpportunityStage"]:
        return tuple(_stage(each) for each in values)
    if (object_name, field_name) == VALUE_SETS["CaseStatus"]:
        return tuple(
            replace(each, closed=_STATUSES.get(each.value), default=each.value == _NEW_CASE)
            for each in values
        )
    return values


def _stage(value: PicklistValue) -> PicklistValue:
    meaning = _STAGES.get(value.value)
    if meaning is None:
        return value
    probability, category = meaning
    return replace(
        value,
        closed=category != "Pipeline",
        won=category == "Closed",
        probability=probability,
        forecast_category=category,
    )


def read_standard_values(entries: Iterable[Entry]) -> Values:
    """Read the values of a standard value set; what a value leaves out of its meaning is not known."""
    return tuple(
        PicklistValue(
            value=entry.text("fullName"),
            label=entry.text("label") or entry.text("fullName"),
            default=entry.boolean("default"),
            active=entry.boolean("isActive", default=True),
            closed=_flag(entry, "closed"),
            won=_flag(entry, "won"),
            probability=entry.integer("probability") if entry.text("probability") else None,
            forecast_category=entry.text("forecastCategory") or None,
        )
        for entry in entries
    )


def _flag(entry: Entry, tag: str) -> bool | None:
    return entry.boolean(tag) if entry.text(tag) else None
