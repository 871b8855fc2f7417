"""Manager groups: the management chain of the users who matter, as the setup user reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.tables import id_list

__all__ = ["MANAGER_TYPES", "Chains", "chain_query"]

MANAGER_TYPES: Mapping[str, tuple[str, str]] = {
    "Manager": ("managers", "managers of {}"),
    "ManagerAndSubordinatesInternal": ("managerSubordinates", "{} and his subordinates"),
}
"""Group.Type -> the element of a sharing rule's sharedTo, and its words (Object Reference, Group)."""

_HIGHEST = 5
"""Steps that one path of a query can take (SOQL and SOSL Reference, "Using Relationship Queries")."""


def chain_query(ids: Iterable[str]) -> str:
    """Return the query of users with those above them in the management chain."""
    steps = ["Manager." * height for height in range(1, _HIGHEST + 1)]
    above = [f"{step}{column}" for step in steps for column in ("Id", "Username", "UserRoleId")]
    return f"SELECT Id, Username, UserRoleId, {', '.join(above)} FROM User WHERE Id IN {id_list(sorted(ids))}"


@dataclass(slots=True, kw_only=True)
class Chains:
    """Users by id, and the ids of the managers above each, nearest first."""

    users: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take in what the org says of users."""
        for row in rows:
            found = []
            at: Mapping[str, Any] | None = row
            while at is not None and at["Id"] not in found:
                self.users.setdefault(at["Id"], at)
                found.append(at["Id"])
                at = at.get("Manager")
            self.above[row["Id"]] = tuple(found[1:])

    def members(self, group: Mapping[str, Any], user_id: str) -> set[str]:
        """Return the members of a manager group who are known: of subordinates, those that the user is."""
        of = group["RelatedId"]
        if group["Type"] == "Manager":
            return set(self.above.get(of, ()))
        return {of} | ({user_id} if of in self.above.get(user_id, ()) else set())
