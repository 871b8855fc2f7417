"""Sales Territories in the model: territory models, territories, types, assignment rules, settings.

Sources: Metadata API Developer Guide, "Territory2Model", "Territory2", "Territory2Type", "Territory2Rule" and
"Territory2Settings".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.sfdx.sharing_model import CriteriaItem

__all__ = [
    "AssignmentRule",
    "RuleAssociation",
    "Territories",
    "Territory",
    "TerritoryModel",
    "TerritorySettings",
    "TerritoryType",
]

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryModel:
    """A territory model. Its state (Planning, Active, Archived) is no part of the metadata."""

    name: str
    label: str
    description: str = ""
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryType:
    """A type of territories."""

    name: str
    label: str
    priority: int = 0
    description: str = ""
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAssociation:
    """An assignment rule of a territory; ``inherited``: by or for other territories of the hierarchy."""

    rule: str  # Model.Rule
    inherited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """A territory; ``name`` and ``parent`` are ``Model.Territory``, as sharing rules name it.

    The levels are Read, Edit, All or None in the words of the metadata; those that the territory leaves out
    are the settings'. None: nothing tells it.
    """

    name: str
    label: str
    model: str
    type: str = ""
    parent: str | None = None
    account_access: str | None = None
    case_access: str | None = None
    contact_access: str | None = None
    opportunity_access: str | None = None
    rules: tuple[RuleAssociation, ...] = ()
    description: str = ""
    path: str | None = None

    @property
    def developer_name(self) -> str:
        """The name without that of the model."""
        return self.name.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRule:
    """A rule that assigns records to the territories that name it; ``name`` is ``Model.Rule``."""

    name: str
    label: str
    model: str
    object: str = "Account"
    active: bool = False
    criteria: tuple[CriteriaItem, ...] = ()
    boolean_filter: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritorySettings:
    """The org's settings; ``forecast_access`` is t2ForecastAccessLevel (View, Edit)."""

    enabled: bool = False
    account_access: str | None = None
    case_access: str | None = None
    contact_access: str | None = None
    opportunity_access: str | None = None
    forecast_access: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Territories:
    """All that a source tells of Sales Territories.

    ``active_model``: the model that gives access, as far as the source tells it. ``legacy``: territories of
    the original territory management, which no org has any more.
    """

    models: Mapping[str, TerritoryModel] = field(default_factory=lambda: _EMPTY)
    territories: Mapping[str, Territory] = field(default_factory=lambda: _EMPTY)
    types: Mapping[str, TerritoryType] = field(default_factory=lambda: _EMPTY)
    rules: Mapping[str, AssignmentRule] = field(default_factory=lambda: _EMPTY)
    settings: TerritorySettings = field(default_factory=TerritorySettings)
    active_model: str | None = None
    legacy: frozenset[str] = frozenset()

    @property
    def enabled(self) -> bool:
        """Whether the org has Sales Territories: a model is there, or the settings say so."""
        return bool(self.models) or self.settings.enabled

    def find(self, name: str) -> Territory | None:
        """Return the territory of that name (``Model.Territory``), in any case."""
        found = self.territories.get(name)
        if found is not None:
            return found
        return next((each for key, each in self.territories.items() if key.lower() == name.lower()), None)

    def within(self, model: str | None) -> Iterator[Territory]:
        """Yield the territories of a model."""
        return (each for each in self.territories.values() if each.model == model)

    def ancestors(self, name: str) -> list[str]:
        """Return the territories above one, nearest first."""
        found: list[str] = []
        at = self.find(name)
        while at is not None and at.parent is not None and at.parent not in found:
            found.append(at.parent)
            at = self.find(at.parent)
        return found

    def descendants(self, name: str) -> list[str]:
        """Return the territories below one."""
        top = self.find(name)
        return [] if top is None else [each for each in self.territories if top.name in self.ancestors(each)]
