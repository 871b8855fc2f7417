"""Who is in a territory, and who is above it.

For each territory of the active model there are two groups: Territory, of the users assigned to it, and
TerritoryAndSubordinates, of those and the users of the territories below; users of the territories above are
indirect members of both (Salesforce Record Access: Under the Hood, "Group Maintenance Tables"). That their
superiors in the role hierarchy are not among them is assumed.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pytest_sfintegration.embedded.sharing.crowd import NOBODY, Crowd, Doubt
from pytest_sfintegration.sfdx.model import SharedWith, Territories

__all__ = ["TERRITORY", "TERRITORY_KINDS", "TerritoryGroups"]

TERRITORY: Final = "territory"
TERRITORY_KINDS: Final = frozenset(
    {"territory", "territories", "territoryandsubordinates", "territoriesandsubordinates"}
)


class TerritoryGroups:
    """The groups of the territories; ``members``: the users assigned to each, by its name in lower case."""

    def __init__(self, territories: Territories, members: Mapping[str, Sequence[SharedWith]]) -> None:
        self._territories = territories
        self._members = members

    def direct(self, kind: str, name: str) -> Crowd:
        """Return the direct members of a territory's group.

        Nobody is in a territory of a model that is not active (Help, "Territory Model State"), nor in one of
        the original territory management, which was retired in Summer '21 (Object Reference, Territory).
        """
        found = self._territories.find(name)
        if found is None:
            if name in self._territories.legacy:
                return Crowd()
            return Crowd(doubts=(Doubt(what=_unknown(self._territories, kind, name), external=None),))
        if found.model != self._territories.active_model:
            return Crowd()
        names = [found.name]
        if kind.endswith("subordinates"):
            names += self._territories.descendants(found.name)
        return Crowd(users=self._users(names))

    def above(self, name: str) -> frozenset[str]:
        """Return the users of the territories above one of the active model."""
        found = self._territories.find(name)
        if found is None or found.model != self._territories.active_model:
            return NOBODY
        return self._users(self._territories.ancestors(found.name))

    def within(self, kind: str, name: str) -> frozenset[str] | None:
        """Return the territories that a member names; None for one that is not known."""
        found = self._territories.find(name)
        if found is None:
            return NOBODY if name in self._territories.legacy else None
        if found.model != self._territories.active_model:
            return NOBODY
        below = self._territories.descendants(found.name) if kind.endswith("subordinates") else ()
        return frozenset((found.name, *below))

    def _users(self, names: Sequence[str]) -> frozenset[str]:
        return frozenset(
            member.name or "" for name in names for member in self._members.get(name.lower(), ())
        )


def _unknown(territories: Territories, kind: str, name: str) -> str:
    """Say what is wrong with the name of a territory (Metadata API, SharingOwnerRule: MODEL.TERRITORY)."""
    what = f"{kind} {name}, which the source does not contain"
    near = [each for each in territories.territories if each.partition(".")[2].lower() == name.lower()]
    return f"{what} (Sales Territories are named MODEL.TERRITORY: {near[0]})" if near else what
