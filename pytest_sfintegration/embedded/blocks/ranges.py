"""Conditions on a value as ranges of a sorted column, and its order."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Order", "Range", "Ranges", "ValueKind"]

ValueKind = Literal["number", "text"]
"""What a column is sorted by: numbers as ``float``, texts in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Everything from ``first`` to ``last``; None is no bound, and an open end leaves its bound out."""

    first: Any = None
    last: Any = None
    open_first: bool = False
    open_last: bool = False

    def within(self, keys: Sequence[Any]) -> tuple[int, int]:
        """Return where the range starts and ends in sorted keys."""
        start, end = 0, len(keys)
        if self.first is not None:
            start = (bisect_right if self.open_first else bisect_left)(keys, self.first)
        if self.last is not None:
            end = (bisect_left if self.open_last else bisect_right)(keys, self.last)
        return start, max(start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """A test of values, said in ranges that do not overlap.

    ``empty`` is the answer for null and the empty text; ``negated`` turns every answer around;
    ``ascii_only``: the ranges say it only where every text of the column is ASCII. ``contains`` stands for
    the texts that hold another one. With ``verify`` what was found so still has to pass the test.
    """

    kind: ValueKind
    ranges: tuple[Range, ...]
    empty: bool = False
    negated: bool = False
    ascii_only: bool = False
    contains: str = ""
    verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of rows by one value: ``key`` is what it sorts by, None without a value.

    ``kind`` tells whether a sorted column has the same keys.
    """

    key: Callable[[Any], Any]
    kind: ValueKind | None
    descending: bool
    empty_first: bool
