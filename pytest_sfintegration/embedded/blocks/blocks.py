"""All records of a table, block by block."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_sfintegration.embedded.blocks.block import SIZE, Block

__all__ = ["Blocks"]


class Blocks:
    """The records of a table in its own order, of which every write is told.

    Ids ascend as records are made, so that a search finds the block of one. A record that comes back after
    it was taken out for good stands at the end, as in the table: the blocks of those are remembered.
    """

    __slots__ = ("_blocks", "_highest", "_returned", "_starts")

    def __init__(self) -> None:
        self._blocks = [Block()]
        # The highest id before each block.
        self._starts = [""]
        self._highest = ""
        self._returned: dict[str, Block] = {}

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    def append(self, record: Mapping[str, Any]) -> None:
        """Add a record that is not there."""
        block = self._blocks[-1]
        record_id = record["Id"]
        if record_id > self._highest:
            self._highest = record_id
        else:
            self._returned[record_id] = block
            block.unordered()
        block.rows.append(record)
        if len(block.rows) == SIZE:
            block.seal()
            self._blocks.append(Block())
            self._starts.append(self._highest)

    def replace(self, record: Mapping[str, Any]) -> None:
        """Put the new version of a record in the place of the former one."""
        self._block(record["Id"]).replace(record)

    def remove(self, record_id: str) -> None:
        """Take out a record that is there."""
        block = self._block(record_id)
        block.remove(record_id)
        self._returned.pop(record_id, None)
        if not block.rows and block is not self._blocks[-1]:
            at = self._blocks.index(block)
            del self._blocks[at], self._starts[at]

    def _block(self, record_id: str) -> Block:
        returned = self._returned.get(record_id)
        return self._blocks[bisect_left(self._starts, record_id) - 1] if returned is None else returned
