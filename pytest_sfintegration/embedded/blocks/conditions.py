"""Conditions on rows, asked of a block at a time: which of the rows in question hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.blocks.ranges import Ranges

__all__ = ["ROW_COST", "ColumnTest", "Condition", "Every", "Everything", "Except", "Ids", "RowTest", "Some"]


ROW_COST = 3
"""What it costs to look at rows; less is decided by columns."""


class Condition(Protocol):
    """What rows can hold. No row but those of the mask is ever tested."""

    @property
    def cost(self) -> int:
        """How dear the question is: in AND and OR the cheap ones come first."""

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which the condition holds."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every row."""

    cost: int = 0

    def narrow(self, block: Block, mask: int) -> int:  # noqa: ARG002 - a Condition
        """Return the mask."""
        return mask


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTest:
    """A test of one field's value; ``ranges``, where there are any, say the same."""

    name: str
    test: Callable[[Any], bool]
    ranges: Ranges | None = None

    @property
    def cost(self) -> int:
        """Less than what looks at rows."""
        return 1 if self.ranges is not None else 2

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask whose value passes."""
        return block.narrow(mask, self.name, self.test, self.ranges) if mask else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTest:
    """A test of the whole row."""

    holds: Callable[[Mapping[str, Any]], bool]
    cost: int = ROW_COST

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask that pass."""
        return block.tested(mask, self.holds)


class Ids:
    """To be one of some records."""

    __slots__ = ("_ascending", "_ids")
    cost = 2

    def __init__(self, ids: frozenset[str]) -> None:
        self._ids = ids
        self._ascending = sorted(ids)

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask that are among them."""
        return block.among(mask, self._ids, self._ascending)


@dataclass(frozen=True, slots=True)
class Every:
    """AND."""

    parts: tuple[Condition, ...]

    @property
    def cost(self) -> int:
        """As dear as the dearest part."""
        return max(part.cost for part in self.parts)

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which every part holds."""
        for part in _cheap_first(self.parts):
            mask = part.narrow(block, mask)
            if not mask:
                break
        return mask


@dataclass(frozen=True, slots=True)
class Some:
    """OR."""

    parts: tuple[Condition, ...]

    @property
    def cost(self) -> int:
        """As dear as the dearest part."""
        return max(part.cost for part in self.parts)

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which a part holds."""
        found = 0
        for part in _cheap_first(self.parts):
            found |= part.narrow(block, mask ^ found)
        return found


@dataclass(frozen=True, slots=True)
class Except:
    """NOT."""

    part: Condition

    @property
    def cost(self) -> int:
        """As dear as what is negated."""
        return self.part.cost

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which the part does not hold."""
        return mask ^ self.part.narrow(block, mask)


def _cheap_first(parts: Sequence[Condition]) -> list[Condition]:
    return sorted(parts, key=lambda part: part.cost)
