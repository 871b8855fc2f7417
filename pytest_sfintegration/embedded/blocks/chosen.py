"""Rows that were chosen from blocks: counted without a look at them, read only when they are asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from pytest_sfintegration.embedded.blocks.block import Block

__all__ = ["Chosen"]

# More groups of one block are too many: each takes a mask.
_GROUPS: Final = 64
_Key = Callable[[Any], Any]


class Chosen(Collection[Mapping[str, Any]]):
    """Rows by their blocks and masks, in order."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Iterable[tuple[Block, int]]) -> None:
        self._parts = [part for part in parts if part[1]]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return chain.from_iterable(block.chosen(mask) for block, mask in self._parts)

    def __contains__(self, row: object) -> bool:
        return any(each is row for each in self)

    def __len__(self) -> int:
        return sum(mask.bit_count() for _, mask in self._parts)

    def filled(self, name: str) -> int:
        """Return how many of the rows have a value in a field."""
        return sum(block.narrow(mask, name, _filled, None).bit_count() for block, mask in self._parts)

    def groups(self, keys: Mapping[str, _Key]) -> list["Chosen"] | None:
        """Return the rows in groups whose values have the same keys in some fields, by their first rows.

        None where there are many groups: it is better then to go from row to row.
        """
        found: dict[tuple[Any, ...], list[tuple[Block, int]]] = {}
        for block, mask in self._parts:
            groups = _partition(block, mask, keys)
            if groups is None:
                return None
            for group in sorted(groups.keys() - found.keys(), key=lambda each: _lowest(groups[each])):
                found[group] = []
            for group, part in groups.items():
                found[group].append((block, part))
        return [Chosen(parts) for parts in found.values()]


def _partition(block: Block, mask: int, keys: Mapping[str, _Key]) -> dict[tuple[Any, ...], int] | None:
    groups: dict[tuple[Any, ...], int] = {(): mask}
    for name, key in keys.items():
        finer: dict[tuple[Any, ...], int] = {}
        for former, whole in groups.items():
            parts = block.partition(whole, name, key)
            if parts is None or len(finer) > _GROUPS:
                return None
            finer |= {(*former, own): part for own, part in parts.items()}
        groups = finer
    return groups


def _filled(value: Any) -> bool:
    return value is not None and value != ""


def _lowest(mask: int) -> int:
    return mask & -mask
