"""Conditions on rows, asked of a block at a time: which of the rows in question hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pytest_sfintegration.embedded.blocks.block import Block

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.blocks.ranges import Ranges

__all__ = ["ROW_COST", "ColumnTest", "Condition", "Every", "Everything", "Except", "Ids", "RowTest", "Some"]


ROW_COST = 3
"""What it costs to look at rows; less is decided by columns."""


class Condition(Protocol):
    """What rows can hold. No row but those of the mask is ever tested."""

    @property
    def cost(self) -> int:
        """How dear the question is, 0 to ROW_COST: in AND and OR the cheap ones come first."""

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which the condition holds."""


class Everything:
    """Every row."""

    __slots__ = ()
    cost = 0

    def narrow(self, block: Block, mask: int) -> int:  # noqa: ARG002 - a Condition
        """Return the mask."""
        return mask


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTest:
    """A test of one field's value; ``ranges``, where there are any, say the same."""

    name: str
    test: Callable[[Any], bool]
    ranges: "Ranges | None" = None

    @property
    def cost(self) -> int:
        """Less than what looks at rows."""
        return 1 if self.ranges is not None else 2

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask whose value passes."""
        return block.narrow(mask, self.name, self.test, self.ranges) if mask else 0


class RowTest:
    """A test of the whole row."""

    __slots__ = ("_holds",)
    cost = ROW_COST

    def __init__(self, holds: Callable[[Mapping[str, Any]], bool]) -> None:
        self._holds = holds

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask that pass."""
        return block.tested(mask, self._holds)


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


class Every:
    """AND."""

    __slots__ = ("_parts", "cost")

    def __init__(self, parts: Iterable[Condition]) -> None:
        self._parts = _cheap_first(parts)
        self.cost = self._parts[-1].cost

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which every part holds."""
        for part in self._parts:
            mask = part.narrow(block, mask)
            if not mask:
                break
        return mask


class Some:
    """OR."""

    __slots__ = ("_parts", "cost")

    def __init__(self, parts: Iterable[Condition]) -> None:
        self._parts = _cheap_first(parts)
        self.cost = self._parts[-1].cost

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which a part holds."""
        found = 0
        for part in self._parts:
            found |= part.narrow(block, mask ^ found)
        return found


class Except:
    """NOT."""

    __slots__ = ("_part", "cost")

    def __init__(self, part: Condition) -> None:
        self._part = part
        self.cost = part.cost

    def narrow(self, block: Block, mask: int) -> int:
        """Return those rows of a mask for which the part does not hold."""
        return mask ^ self._part.narrow(block, mask)


def _cheap_first(parts: Iterable[Condition]) -> list[Condition]:
    return sorted(parts, key=lambda part: part.cost)
