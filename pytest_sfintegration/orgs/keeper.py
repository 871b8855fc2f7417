"""Who keeps track of the records that are made in an org, and how patient a client is with it."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Keeper", "Patience"]


class Keeper(Protocol):
    """Notes every record before it is made, so that it can be removed whatever happens then."""

    def begin(
        self,
        records: Sequence[Mapping[str, Any]],
        *,
        given: Sequence[Collection[str]],
        facts: Mapping[str, Any],
    ) -> list[Mapping[str, Any]]:
        """Note records (with ``attributes.type``) that are about to be made; return them, marked as ours.

        ``given``: for each record, the fields that must stay as they are. ``facts``: the describes
        (ObjectFacts) by object. Raise OrgError where no record may be made.
        """

    def made(self, record: Mapping[str, Any], record_id: str) -> None:
        """Note the id of a record that ``begin`` returned."""

    def refused(self, record: Mapping[str, Any]) -> None:
        """Note that the org did not make a record that ``begin`` returned."""

    def adopted(self, record_id: str) -> None:
        """Note a record of ours that was made some other way."""

    def removed(self, record_ids: Sequence[str]) -> None:
        """Note that records are gone."""

    def left_behind(self, count: int) -> str:
        """Return a sentence on records that could not be removed now, with the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds before each repetition of a repeatable call; ``settle``: before a look at a group's status."""

    pauses: tuple[float, ...] = ()
    settle: tuple[float, ...] = ()
    sleep: Callable[[float], None] = time.sleep
