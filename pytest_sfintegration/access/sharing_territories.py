"""Who is in a territory, as the setup user reads the org: the active model's, and the user's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.tables import quoted

__all__ = ["CAUSES", "KINDS", "Places", "place_queries"]

# Group.Type of the two groups of a territory -> the element of a rule's sharedTo, and its words.
KINDS: Mapping[str, tuple[str, str]] = {
    "Territory": ("territory", "territory {}"),
    "TerritoryAndSubordinates": ("territoryAndSubordinates", "territory and subordinates of {}"),
}
CAUSES: Mapping[str, str] = {
    "Territory": "assignment rule of a territory",
    "Territory2AssociationManual": "territory that the account is assigned to",
    "Territory2Forecast": "territory above that of the opportunity",
    "TerritoryManual": "territory that the account is assigned to",
    "TerritoryRule": "account territory sharing rule",
}
"""RowCause (object reference, AccountShare and OpportunityShare) -> its words."""


def place_queries(user_id: str) -> tuple[str, str]:
    """Return the queries of the territories and of those that a user is in; refused without the feature."""
    columns = "Id, DeveloperName, ParentTerritory2Id, Territory2Model.DeveloperName"
    mine = f"UserId = {quoted(user_id)} AND IsActive = true"
    return (
        f"SELECT {columns} FROM Territory2 WHERE Territory2Model.State = 'Active'",
        f"SELECT Territory2Id FROM UserTerritory2Association WHERE {mine}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The territories of the active model, and those that the integration user is assigned to."""

    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, rows: Sequence[Mapping[str, Any]] | None, own: Sequence[Mapping[str, Any]] | None
    ) -> "Places":
        """Return what the two queries answered."""
        return cls(
            rows={row["Id"]: row for row in rows or ()},
            own=frozenset(row["Territory2Id"] for row in own or ()),
        )

    def reaches(self, kind: str, territory: str) -> bool:
        """Tell whether the user is in a territory's group.

        Users of the territories above are indirect members (Salesforce Record Access: Under the Hood).
        """
        if self.own & {territory, *self._above(territory)}:
            return True
        return kind != "Territory" and any(territory in self._above(one) for one in self.own)

    def name(self, territory: str) -> str:
        """Return a territory as sharing rules name it: Model.Territory."""
        row = self.rows.get(territory)
        return (
            territory if row is None else f"{row['Territory2Model']['DeveloperName']}.{row['DeveloperName']}"
        )

    def _above(self, territory: str) -> list[str]:
        found: list[str] = []
        at = self.rows.get(territory, {}).get("ParentTerritory2Id")
        while at is not None and at not in found:
            found.append(at)
            at = self.rows.get(at, {}).get("ParentTerritory2Id")
        return found
