"""What a matrix declares of the checklist, after loading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.matrix.checklist.item import Preset
from pytest_sfintegration.rights import Location

__all__ = ["Checklist", "Entry", "Waiver"]

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of the checklist. ``value`` is what is declared, of a type in ``values``; None: turned on."""

    key: str
    at: Location
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An item that need not be met: why, and until when (inclusive)."""

    item: str
    at: Location
    reason: str
    expires: date

    def holds(self, today: date) -> bool:
        """Tell whether it has not expired."""
        return today <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The checklist of one integration. ``preset`` None: the file names none; it is a base's, or standard."""

    at: Location
    preset: Preset | None = None
    entries: Mapping[str, Entry] = field(default_factory=lambda: _EMPTY)
    waive: tuple[Waiver, ...] = ()

    @property
    def strict(self) -> bool:
        """Whether everything is on, and what is not declared is not met."""
        return self.preset is Preset.STRICT

    def over(self, base: "Checklist | None") -> "Checklist":
        """Return the checklist on top of a base's: keys and waivers of the same item replace the base's."""
        if base is None:
            return self
        own = {one.item for one in self.waive}
        return Checklist(
            at=self.at,
            preset=self.preset or base.preset,
            entries={**base.entries, **self.entries},
            waive=(*(one for one in base.waive if one.item not in own), *self.waive),
        )
