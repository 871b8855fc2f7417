"""Records assigned to territories before they are looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.access.sharing_people import ask
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.records import Recipe, RecordMaker

__all__ = ["Placing", "in_words", "place"]

_QUERY = "SELECT Id, DeveloperName, Territory2Model.DeveloperName FROM Territory2"
_PURPOSE = "records"


@dataclass(slots=True, kw_only=True)
class Placing:
    """A record and the territories that it is to be in; ``trouble`` says what came between."""

    record_id: str
    territories: tuple[str, ...]
    trouble: str = ""


def place(setup: OrgClient, maker: RecordMaker, placings: Sequence[Placing]) -> None:
    """Assign records to territories, as a user does by hand (object reference, ObjectTerritory2Association).

    ``maker`` remembers the assignments and removes them.
    """
    if not placings:
        return
    (rows,) = ask(setup, [_QUERY])
    ids = {_name(row): row["Id"] for row in rows or ()}
    wanted: list[tuple[Placing, str]] = []
    for one in placings:
        for name in one.territories:
            if name in ids:
                wanted.append((one, name))
            else:
                one.trouble = f"the setup user sees no territory {name} in this org"
    recipes = [
        Recipe(
            object="ObjectTerritory2Association",
            values={
                "ObjectId": one.record_id,
                "Territory2Id": ids[name],
                "AssociationCause": "Territory2Manual",
            },
        )
        for one, name in wanted
    ]
    for (one, name), made in zip(wanted, maker.make(recipes, purpose=_PURPOSE), strict=True):
        if made.error is not None:
            one.trouble = f"the setup user could not assign the record to the territory {name}: {made.error}"


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['Territory2Model']['DeveloperName']}.{row['DeveloperName']}"


def in_words(territories: Iterable[str]) -> str:
    """Return territories as they stand in the words for a record."""
    return "in " + " and ".join(f"territory {name}" for name in territories)
