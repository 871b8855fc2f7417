"""Read Sales Territories: models, territories, types, assignment rules, settings, and the old ones' names.

Sources: Metadata API Developer Guide, the page of each type. Territories and rules lie in the folder of their
model, ``territory2Models/MODEL/territories/T.territory2-meta.xml``, and are named ``MODEL.T``. A level of
access that a territory leaves out is that of ``settings/Territory2.settings-meta.xml``. Files of the original
territory management (``territories/T.territory``), which was retired in Summer '21, are read for their names.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pytest_sfintegration.sfdx.entry import Entry
from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef
from pytest_sfintegration.sfdx.names import nearest
from pytest_sfintegration.sfdx.problems import Problems
from pytest_sfintegration.sfdx.sharing_model import CriteriaItem, SharingRule
from pytest_sfintegration.sfdx.territory_model import (
    AssignmentRule,
    RuleAssociation,
    Territories,
    Territory,
    TerritoryModel,
    TerritorySettings,
    TerritoryType,
)

__all__ = [
    "MODEL_FOLDER",
    "OF_MODELS",
    "TERRITORY_READERS",
    "settled_territories",
    "with_territory_fields",
]

MODEL_FOLDER = "territory2Models"
OF_MODELS = frozenset({"territory2", "territory2Rule"})
"""The suffixes of what lies in the folder of a model, and is named after it."""

# Owner stands in the settings where a territory says All (sample of Territory2Settings).
_OWNER = {"Owner": "All"}
_ACCOUNT_LEVELS = frozenset({"Read", "Edit", "All"})
_LEVELS = frozenset({"None", "Read", "Edit"})
_FORECAST_LEVELS = frozenset({"View", "Edit"})
_SETTINGS = ("account_access", "case_access", "contact_access", "opportunity_access")


def _model(entry: Entry, name: str) -> TerritoryModel:
    return TerritoryModel(
        name=name,
        label=entry.text("name") or name,
        description=entry.text("description"),
        path=entry.document.path,
    )


def _type(entry: Entry, name: str) -> TerritoryType:
    return TerritoryType(
        name=name,
        label=entry.text("name") or name,
        priority=entry.integer("priority"),
        description=entry.text("description"),
        path=entry.document.path,
    )


def _territory(entry: Entry, name: str) -> Territory:
    entry.refuse_repeated(("customFields", "objectAccessLevels", "ruleAssociations"))
    model, _, own = name.partition(".")
    parent = entry.text("parentTerritory")
    return Territory(
        name=name,
        label=entry.text("name") or own,
        model=model,
        type=entry.text("territory2Type"),
        parent=f"{model}.{parent}" if parent else None,
        account_access=_level(entry, "accountAccessLevel", _ACCOUNT_LEVELS),
        case_access=_level(entry, "caseAccessLevel", _LEVELS),
        contact_access=_level(entry, "contactAccessLevel", _LEVELS),
        opportunity_access=_level(entry, "opportunityAccessLevel", _LEVELS),
        rules=tuple(
            RuleAssociation(rule=f"{model}.{each.text('ruleName')}", inherited=each.boolean("inherited"))
            for each in entry.children("ruleAssociations")
        ),
        description=entry.text("description"),
        path=entry.document.path,
    )


def _rule(entry: Entry, name: str) -> AssignmentRule:
    entry.refuse_repeated(("ruleItems",))
    return AssignmentRule(
        name=name,
        label=entry.text("name") or name,
        model=name.partition(".")[0],
        object=entry.name("objectType") or "Account",
        active=entry.boolean("active"),
        criteria=tuple(
            CriteriaItem(field=each.name("field"), operation=each.text("operation"), value=each.text("value"))
            for each in entry.children("ruleItems")
        ),
        boolean_filter=entry.text("booleanFilter") or None,
        path=entry.document.path,
    )


def _settings(entry: Entry, _name: str) -> TerritorySettings:
    entry.refuse_repeated(("supportedObjects",))
    return TerritorySettings(
        enabled=entry.boolean("enableTerritoryManagement2"),
        account_access=_level(entry, "defaultAccountAccessLevel", _ACCOUNT_LEVELS),
        case_access=_level(entry, "defaultCaseAccessLevel", _LEVELS),
        contact_access=_level(entry, "defaultContactAccessLevel", _LEVELS),
        opportunity_access=_level(entry, "defaultOpportunityAccessLevel", _LEVELS),
        forecast_access=_level(entry, "t2ForecastAccessLevel", _FORECAST_LEVELS),
        path=entry.document.path,
    )


def _legacy(entry: Entry, name: str) -> TerritoryModel:
    return TerritoryModel(name=name, label=entry.text("name") or name, path=entry.document.path)


def _level(entry: Entry, tag: str, known: frozenset[str]) -> str | None:
    written = entry.text(tag)
    level = _OWNER.get(written, written)
    if not level:
        return None
    if level not in known:
        entry.error(f"<{tag}> is {written[:40]!r}.", f"Write one of {', '.join(sorted(known))}.")
        return None
    return level


# metadata suffix -> root element, and the reader
TERRITORY_READERS: dict[str, tuple[str, Callable[[Entry, str], object]]] = {
    "settings": ("Territory2Settings", _settings),
    "territory": ("Territory", _legacy),
    "territory2": ("Territory2", _territory),
    "territory2Model": ("Territory2Model", _model),
    "territory2Rule": ("Territory2Rule", _rule),
    "territory2Type": ("Territory2Type", _type),
}


def with_territory_fields(
    objects: Mapping[str, ObjectDef], found: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, ObjectDef]:
    """Return the standard objects with ``Opportunity.Territory2Id`` where Sales Territories are on.

    Object Reference, Opportunity: available if Sales Territories have been enabled.
    """
    on = any(each.enabled for each in found["settings"].values())
    if not isinstance(objects, Lazy) or not (found["territory2Model"] or on):
        return objects
    opportunity = objects["Opportunity"]
    known = opportunity.fields
    field = FieldDef(
        name="Territory2Id",
        type="reference",
        label="Territory ID",
        length=18,
        reference_to=("Territory2",),
        relationship_name="Territory2",
    )
    added = {field.name: field}
    fields = known.extended(added) if isinstance(known, Lazy) else {**known, **added}
    return objects.extended({"Opportunity": replace(opportunity, fields=fields)})


def settled_territories(
    found: Mapping[str, Mapping[str, Any]], rules: tuple[SharingRule, ...], problems: Problems
) -> Territories:
    """Return what was read, levels and parents settled; ``rules`` name territories of the active model.

    SharingOwnerRule (Metadata API Developer Guide): a rule names ``modelName.territoryName``, where modelName
    is the active territory model. Where no rule tells it, a source with one model has it active (assumed: a
    new model is in Planning).
    """
    settings = next(iter(found["settings"].values()), TerritorySettings())
    territories = {
        name: _settled(each, settings, found, problems) for name, each in found["territory2"].items()
    }
    models: Mapping[str, TerritoryModel] = found["territory2Model"]
    for name, old in found["territory"].items():
        problems.warn(
            str(old.path),
            None,
            f"territory {name} is of the original territory management, which was retired in Summer '21: "
            "sharing rules that name it reach nobody, and share nothing of it.",
            "Remove it with those rules, or name territories of Sales Territories (MODEL.TERRITORY).",
        )
    return Territories(
        models=models,
        territories=territories,
        types=found["territory2Type"],
        rules=found["territory2Rule"],
        settings=settings,
        active_model=_active(models, rules, problems),
        legacy=frozenset(found["territory"]),
    )


def _settled(
    territory: Territory,
    settings: TerritorySettings,
    found: Mapping[str, Mapping[str, Any]],
    problems: Problems,
) -> Territory:
    for word, name, known in (
        ("model", territory.model, found["territory2Model"]),
        ("parent territory", territory.parent, found["territory2"]),
        *(("assignment rule", each.rule, found["territory2Rule"]) for each in territory.rules),
    ):
        if name is not None and name not in known:
            meant = nearest(name, known)
            problems.error(
                str(territory.path),
                None,
                f"territory {territory.name} names the {word} {name}, which the source does not hold.",
                f"Did you mean {meant}?" if meant else f"Add the {word} to the source.",
                (territory.name,),
            )
    missing: dict[str, Any] = {
        one: getattr(settings, one) for one in _SETTINGS if getattr(territory, one) is None
    }
    settled = replace(territory, **missing)
    if settled.account_access is None:
        problems.error(
            str(territory.path),
            None,
            f"territory {territory.name} has no accountAccessLevel, and no settings tell the org's default.",
            "Write it, or add settings/Territory2.settings-meta.xml with defaultAccountAccessLevel.",
            (territory.name,),
        )
    return settled


def _active(
    models: Mapping[str, TerritoryModel], rules: tuple[SharingRule, ...], problems: Problems
) -> str | None:
    named: dict[str, SharingRule] = {}
    for rule in rules:
        for member in (rule.shared_to, rule.shared_from):
            if member is not None and member.kind.startswith("territory"):
                model = (member.name or "").partition(".")[0]
                if model in models:
                    named.setdefault(model, rule)
    if len(named) > 1:
        (first, one), (second, other), *_ = named.items()
        problems.error(
            str(other.path),
            None,
            f"sharing rule {other.name} names territories of the model {second}, {one.name} those of "
            f"{first}: only one model can be active.",
            "Name territories of the active model only.",
            (one.object, other.object),
        )
    if named:
        return next(iter(named))
    return next(iter(models)) if len(models) == 1 else None
