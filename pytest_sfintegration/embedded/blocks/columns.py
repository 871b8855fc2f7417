"""The values of one field in a block, kept so that a test of all of them takes few tests."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, chain
from math import isnan
from typing import Any, Final, Protocol

from pytest_sfintegration.embedded.blocks.masks import full_mask, mask_of
from pytest_sfintegration.embedded.blocks.ranges import Order, Ranges, ValueKind

__all__ = ["Column", "Few", "Sorted", "encode"]

_CODES: Final = 256
# The values of a column that are tested one by one.
_FEW: Final = _CODES
# With more values than these it takes less time and memory to put the rows of each together.
_PARTED: Final = 16
# The parts of a sorted column; one byte is left for rows without a value.
_PARTS: Final = 255
# With more ranges than these, as in a long IN, a test of each value is faster.
_LOOKED_UP: Final = 32
# A text longer than this on average is not kept a second time.
_LONGEST: Final = 64
_ALIKE: Final[tuple[frozenset[type], ...]] = (
    frozenset({str}),
    frozenset({float}),
    frozenset({int}),
    frozenset({bool}),
    frozenset(),
)
_NUMBERS: Final = frozenset({float, int, Decimal})
_NOTHING: Final = type(None)


class Column(Protocol):
    """The values of one field in a block."""

    def matching(self, test: Callable[[Any], bool], ranges: Ranges | None) -> int | None:
        """Return the mask of the rows whose value passes; None when each has to be tested."""

    def parts(self, mask: int) -> list[tuple[Any, int]] | None:
        """Return each value with those rows of a mask that hold it; None where values are many."""

    def leading(self, mask: int, number: int, order: Order) -> int | None:
        """Return those rows of a mask that may be the first in an order; None when that cannot be told."""


class Few:
    """A column of few values: each is tested once, and every row is a byte that tells its value."""

    __slots__ = ("codes", "values")

    def __init__(self, codes: bytes, values: tuple[Any, ...]) -> None:
        self.codes = codes
        self.values = values

    def matching(self, test: Callable[[Any], bool], ranges: Ranges | None) -> int:  # noqa: ARG002 - a Column
        """Return the mask of the rows whose value passes."""
        table = bytes(map(test, self.values)).ljust(_CODES, b"\0")
        return int.from_bytes(self.codes.translate(table), "little")

    def parts(self, mask: int) -> list[tuple[Any, int]] | None:
        """Return each value with those rows of a mask that hold it; None where values are many."""
        if len(self.values) > _PARTED:
            return None
        parts = ((value, self._holding([code]) & mask) for code, value in enumerate(self.values))
        return [(value, part) for value, part in parts if part]

    def leading(self, mask: int, number: int, order: Order) -> int:
        """Return the rows of the first values in an order that make up a number of rows."""
        codes: dict[Any, list[int]] = {}
        for code, value in enumerate(self.values):
            codes.setdefault(order.key(value), []).append(code)
        empty = codes.pop(None, [])
        ranked = [codes[key] for key in sorted(codes, reverse=order.descending)]
        found = 0
        for some in [empty, *ranked] if order.empty_first else [*ranked, empty]:
            found |= self._holding(some) & mask
            if found.bit_count() >= number:
                break
        return found

    def _holding(self, codes: Iterable[int]) -> int:
        table = bytearray(_CODES)
        for code in codes:
            table[code] = 1
        return int.from_bytes(self.codes.translate(table), "little")


class Sorted:
    """A column of many values: ``keys`` in order, and ``places``, the rows that they are of.

    Rows without a value are not among them. Every row is a byte that tells which of 255 equal parts of the
    order it is in, so that only the parts where a range starts or ends are looked at row by row.
    """

    __slots__ = ("_ascii", "_codes", "_kind", "_width", "keys", "places")

    def __init__(
        self, kind: ValueKind, keys: Sequence[Any], places: "array[int]", size: int, *, is_ascii: bool
    ) -> None:
        self.keys = keys
        self.places = places
        self._kind = kind
        self._ascii = is_ascii
        self._width = -(-len(places) // _PARTS) or 1
        codes = bytearray([_PARTS]) * size
        for rank, place in enumerate(places):
            codes[place] = rank // self._width
        self._codes = bytes(codes)

    def matching(self, test: Callable[[Any], bool], ranges: Ranges | None) -> int | None:
        """Return the mask of the rows in the ranges; None when the ranges do not fit the column."""
        if ranges is None or ranges.kind != self._kind or (ranges.ascii_only and not self._ascii):
            return None
        if len(ranges.ranges) > _LOOKED_UP:
            return None
        if ranges.contains or ranges.verify:
            found = mask_of((self.places[rank] for rank in self._ranks(test, ranges)), len(self._codes))
        else:
            found = self._within(ranges)
        return full_mask(len(self._codes)) ^ found if ranges.negated else found

    def parts(self, mask: int) -> None:
        """Return None: values are many."""

    def leading(self, mask: int, number: int, order: Order) -> int | None:
        """Return the first rows in an order, with those that are equal to the last of them."""
        if order.kind != self._kind:
            return None
        table = bytearray(_CODES)
        table[_PARTS] = 1
        empty = int.from_bytes(self._codes.translate(table), "little") & mask
        wanted = number - empty.bit_count() if order.empty_first else number
        if wanted <= 0:
            return empty
        chosen = (mask ^ empty).to_bytes(len(self._codes), "little")
        ranks = range(len(self.places))
        found: list[int] = []
        last: Any = None
        for rank in reversed(ranks) if order.descending else ranks:
            if not chosen[self.places[rank]]:
                continue
            if len(found) >= wanted and self.keys[rank] != last:
                break
            last = self.keys[rank]
            found.append(self.places[rank])
        first = mask_of(found, len(self._codes))
        return first | empty if order.empty_first or len(found) < number else first

    def _ranks(self, test: Callable[[Any], bool], ranges: Ranges) -> Iterator[int]:
        """Yield the places in the order of what is found and, where it has to, passes the test."""
        slices = (range(*each.within(self.keys)) for each in ranges.ranges)
        found: Iterable[int] = chain.from_iterable(slices)
        if ranges.contains and isinstance(self.keys, _Texts):
            found = self.keys.holding(ranges.contains)
        return (rank for rank in found if not ranges.verify or test(self.keys[rank]))

    def _within(self, ranges: Ranges) -> int:
        table = bytearray(_CODES)
        table[_PARTS] = ranges.empty
        edges: list[int] = []
        for each in ranges.ranges:
            start, end = each.within(self.keys)
            first, last = -(-start // self._width), end // self._width
            if first < last:
                table[first:last] = b"\1" * (last - first)
                edges += self.places[start : first * self._width]
                edges += self.places[last * self._width : end]
            else:
                edges += self.places[start:end]
        found = int.from_bytes(self._codes.translate(table), "little")
        return found | mask_of(edges, len(self._codes)) if edges else found


class _Texts(Sequence[str]):
    """Sorted texts as one, which takes a fifth of the memory of as many strings."""

    __slots__ = ("_ends", "_text")

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "".join(texts)
        self._ends = array("I", accumulate(map(len, texts), initial=0))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: Any) -> Any:
        return self._text[self._ends[place] : self._ends[place + 1]]

    def holding(self, text: str) -> Iterator[int]:
        """Yield the places of the texts that hold another one."""
        at = self._text.find(text)
        while at >= 0:
            place = bisect_right(self._ends, at) - 1
            end = self._ends[place + 1]
            if at + len(text) <= end:
                yield place
                at = self._text.find(text, end)
            else:
                at = self._text.find(text, at + 1)


def encode(values: Sequence[Any]) -> Column | None:
    """Return the column of some values; None for those that are best tested one by one.

    Those are values of several types, compound ones, numbers beyond all bounds, and long texts.
    """
    try:
        return _encoded(values)
    except (OverflowError, TypeError):
        return None


def _encoded(values: Sequence[Any]) -> Column | None:
    distinct = dict.fromkeys(values)
    kinds = frozenset(map(type, distinct)) - {_NOTHING}
    if kinds != {str}:
        # Of equal values of several types (1, 1.0, True) only the first is among the distinct ones.
        kinds = frozenset(map(type, values)) - {_NOTHING}
    if len(distinct) <= _FEW:
        return _few(values, distinct) if kinds in _ALIKE else None
    if kinds == {str}:
        return _texts(values)
    return _numbers(values) if kinds <= _NUMBERS else None


def _few(values: Sequence[Any], distinct: Iterable[Any]) -> Few:
    known = tuple(distinct)
    if len(known) == 1:
        return Few(bytes(len(values)), known)
    codes = {value: code for code, value in enumerate(known)}
    return Few(bytes(map(codes.__getitem__, values)), known)


def _numbers(values: Sequence[Any]) -> Sorted | None:
    places = [place for place, value in enumerate(values) if value is not None]
    numbers = {place: float(values[place]) for place in places}
    if any(map(isnan, numbers.values())):
        return None  # it has no place in an order
    places.sort(key=numbers.__getitem__)
    keys = array("d", map(numbers.__getitem__, places))
    return Sorted("number", keys, array("H", places), len(values), is_ascii=True)


def _texts(values: Sequence[Any]) -> Sorted | None:
    texts = [value and value.lower() for value in values]
    places = [place for place, text in enumerate(texts) if text]
    if sum(map(len, filter(None, texts))) > _LONGEST * len(places):
        return None
    places.sort(key=texts.__getitem__)
    keys = _Texts([texts[place] for place in places])
    is_ascii = all(value.isascii() for value in values if value)
    return Sorted("text", keys, array("H", places), len(values), is_ascii=is_ascii)
