"""What follows from the stage of an opportunity and the status of a case."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.sfdx.model import ObjectDef, PicklistValue

__all__ = ["derive_status"]

# ForecastCategory, as StandardValueSet has it, and ForecastCategoryName (Object Reference, Opportunity).
_CATEGORY_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "BestCase": "Best Case",
        "Closed": "Closed",
        "Forecast": "Commit",
        "MostLikely": "Most Likely",
        "Omitted": "Omitted",
        "Pipeline": "Pipeline",
    }
)
_CATEGORIES = MappingProxyType({name: category for category, name in _CATEGORY_NAMES.items()})
_PER_CENT = 100


def derive_status(
    definition: ObjectDef,
    record: dict[str, Any],
    former: Mapping[str, Any] | None,
    sent: Mapping[str, Any],
    now: datetime,
) -> None:
    """Fill what the platform derives for a new record (``former`` None) or a changed one.

    Documented, Object Reference, Opportunity: a changed StageName sets ForecastCategoryName, IsClosed, IsWon
    and Probability; the first and the last may be given another value; ExpectedRevenue is Amount times
    Probability; FiscalYear, FiscalQuarter and Fiscal are those of CloseDate (that the year begins in January
    is assumed). Case: IsClosed follows Status, ClosedDate and IsClosedOnCreate the closing. What is not known
    stays out of the record: platform_fields.is_unknown.
    """
    derived: dict[str, Any] = {}
    if definition.name == "Opportunity":
        derived = _opportunity(definition, record, former, sent)
    elif definition.name == "Case":
        derived = _case(definition, record, former, now)
    record.update((name, value) for name, value in derived.items() if name in definition.fields)


def _meaning(definition: ObjectDef, field_name: str, record: Mapping[str, Any]) -> PicklistValue | None:
    """Return the value of a picklist that a record holds; texts compare without regard to case."""
    field, held = definition.fields.get(field_name), str(record.get(field_name) or "").lower()
    found = (each for each in (field.picklist if field else ()) if each.value.lower() == held)
    return next(found, None)


def _opportunity(
    definition: ObjectDef,
    record: Mapping[str, Any],
    former: Mapping[str, Any] | None,
    sent: Mapping[str, Any],
) -> dict[str, Any]:
    derived = _fiscal(record.get("CloseDate"))
    stage = _meaning(definition, "StageName", record)
    derived["IsClosed"] = None if stage is None else stage.closed
    derived["IsWon"] = None if stage is None else stage.won
    changed = former is None or former.get("StageName") != record.get("StageName")

    def implied(name: str, by_stage: Any) -> Any:
        given = (sent if changed else record).get(name)
        return by_stage if given is None else given

    probability = implied("Probability", stage and stage.probability)
    category = implied("ForecastCategoryName", stage and _CATEGORY_NAMES.get(stage.forecast_category or ""))
    derived["Probability"], derived["ForecastCategoryName"] = probability, category
    derived["ForecastCategory"] = _CATEGORIES.get(category or "")
    amount = record.get("Amount")
    known = amount is not None and probability is not None
    derived["ExpectedRevenue"] = round(amount * probability / _PER_CENT, 2) if known else None
    return derived


def _fiscal(close_date: str | None) -> dict[str, Any]:
    if close_date is None:
        return {}
    day = date.fromisoformat(close_date)
    quarter = (day.month + 2) // 3
    return {"Fiscal": f"{day.year} {quarter}", "FiscalQuarter": quarter, "FiscalYear": day.year}


def _case(
    definition: ObjectDef, record: Mapping[str, Any], former: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    status = _meaning(definition, "Status", record)
    closed = None if status is None else status.closed
    derived: dict[str, Any] = {"IsClosed": closed}
    if former is None:
        derived["IsClosedOnCreate"] = closed
    if not closed:
        derived["ClosedDate"] = None
    elif former is None or not former.get("IsClosed"):
        derived["ClosedDate"] = datetime_text(now)
    return derived
