"""One run of a table's records."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

from pytest_sfintegration.embedded.blocks.masks import full_mask, mask_of

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.blocks.columns import Column
    from pytest_sfintegration.embedded.blocks.ranges import Order, Ranges

__all__ = ["SIZE", "Block"]

SIZE: Final = 4096
"""The records of a block. Fewer are not worth columns: they are tested one by one in half a millisecond."""
# The fields whose columns are made when a block is full; those of further ones on first use.
_EAGER: Final = 32
# So many changed records are tested by themselves; with more of them the columns are made anew.
_CHANGES: Final = 64
# What it costs to search an id, in tests of a row.
_SEARCH: Final = 8
_Test = Callable[[Any], bool]


class Block:
    """Records in the order of their table, and columns of their fields once the block is full."""

    __slots__ = ("_ascending", "_changed", "_columns", "_sealed", "rows")

    def __init__(self, rows: list[Mapping[str, Any]] | None = None) -> None:
        self.rows: list[Mapping[str, Any]] = [] if rows is None else rows
        self._columns: dict[str, Column | None] = {}
        self._changed: set[int] = set()
        self._ascending = rows is None
        self._sealed = False

    @property
    def full(self) -> int:
        """Return the mask of every row."""
        return full_mask(len(self.rows))

    def chosen(self, mask: int) -> Iterator[Mapping[str, Any]]:
        """Return the rows of a mask, in order."""
        return compress(self.rows, self._bytes(mask))

    def seal(self) -> None:
        """Make the columns: no record will be added."""
        self._sealed = True
        for name in list(self.rows[0])[:_EAGER]:
            if name != "Id":
                self._column(name)

    def place(self, record_id: str) -> int:
        """Return the place of a record that is in the block."""
        if self._ascending:
            return bisect_left(self.rows, record_id, key=_id)
        return next(place for place, row in enumerate(self.rows) if row["Id"] == record_id)

    def unordered(self) -> None:
        """Note that the ids will not ascend from the next record on."""
        self._ascending = False

    def replace(self, record: Mapping[str, Any]) -> None:
        """Put the new version of a record in the place of the former one."""
        place = self.place(record["Id"])
        self.rows[place] = record
        if self._columns:
            self._changed.add(place)
            if len(self._changed) > _CHANGES:
                self._forget()

    def remove(self, record_id: str) -> None:
        """Take a record out."""
        del self.rows[self.place(record_id)]
        self._forget()

    def _forget(self) -> None:
        self._columns.clear()
        self._changed.clear()

    def narrow(self, mask: int, name: str, test: _Test, ranges: "Ranges | None") -> int:
        """Return those rows of a mask whose value of a field passes a test; ``ranges`` say the same."""
        column = self._column(name)
        found = None if column is None else column.matching(test, ranges)
        if found is None:
            return self.tested(mask, lambda row: test(row.get(name)))
        for place in self._changed:
            passes = int(test(self.rows[place].get(name)))
            if found >> (8 * place) & 1 != passes:
                found ^= 1 << (8 * place)
        return found & mask

    def tested(self, mask: int, holds: Callable[[Mapping[str, Any]], bool]) -> int:
        """Return those rows of a mask that pass a test of the whole row; no other row is tested."""
        if not mask:
            return 0
        if mask == self.full:
            return int.from_bytes(bytes(map(holds, self.rows)), "little")
        chosen = self._bytes(mask)
        found = bytearray(chosen)
        for place in compress(range(len(chosen)), chosen):
            found[place] = holds(self.rows[place])
        return int.from_bytes(found, "little")

    def among(self, mask: int, ids: Collection[str], ascending: Sequence[str]) -> int:
        """Return those rows of a mask whose id is among some, which are given in ascending order too."""
        if not ids or not self.rows or not mask:
            return 0
        if not self._ascending:
            return self.tested(mask, lambda row: row["Id"] in ids)
        start = bisect_left(ascending, self.rows[0]["Id"])
        near = ascending[start : bisect_left(ascending, self.rows[-1]["Id"]) + 1]
        if len(near) * _SEARCH > len(self.rows):
            return self.tested(mask, lambda row: row["Id"] in ids)
        places = [bisect_left(self.rows, each, key=_id) for each in near]
        rows = self.rows
        sure = [
            place
            for place, each in zip(places, near, strict=True)
            if place < len(rows) and rows[place]["Id"] == each
        ]
        return mask & mask_of(sure, len(rows))

    def partition(self, mask: int, name: str, key: Callable[[Any], Any]) -> dict[Any, int] | None:
        """Return the rows of a mask by the keys of their values of a field; None where keys are many."""
        column = self._column(name)
        stale = mask_of(self._changed, len(self.rows)) & mask if self._changed else 0
        found: dict[Any, int] = {}
        if column is not None:
            parts = column.parts(mask ^ stale)
            if parts is None:
                return None
            for value, part in parts:
                found[key(value)] = found.get(key(value), 0) | part
        places: dict[Any, list[int]] = {}
        chosen = self._bytes(mask if column is None else stale)
        for place in compress(range(len(chosen)), chosen):
            places.setdefault(key(self.rows[place].get(name)), []).append(place)
        for own, some in places.items():
            found[own] = found.get(own, 0) | mask_of(some, len(self.rows))
        return found

    def leading(self, mask: int, name: str, number: int, order: "Order") -> int:
        """Return those rows of a mask of which any can be among the first ones in an order of a field.

        The other rows come after ``number`` of them.
        """
        column = self._column(name)
        if column is None or mask.bit_count() <= number:
            return mask
        stale = mask_of(self._changed, len(self.rows)) & mask if self._changed else 0
        found = column.leading(mask ^ stale, number, order)
        return mask if found is None else found | stale

    def _column(self, name: str) -> "Column | None":
        if not self._sealed:
            return None
        if name not in self._columns:
            # Most tables never fill a block.
            from pytest_sfintegration.embedded.blocks.columns import encode  # noqa: PLC0415

            self._columns[name] = encode([row.get(name) for row in self.rows])
        return self._columns[name]

    def _bytes(self, mask: int) -> bytes:
        return mask.to_bytes(len(self.rows), "little")


def _id(row: Mapping[str, Any]) -> Any:
    return row["Id"]
