"""Comparisons said as ranges of sorted values; what cannot be said so is tested value by value."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.blocks.ranges import Range, Ranges, ValueKind
from pytest_sfintegration.embedded.soql.ast import Comparison, Includes, InList, InSelect
from pytest_sfintegration.embedded.soql.criteria import comparable, like_parts
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import kind_of

__all__ = ["SORTED_BY", "ranges_of"]

SORTED_BY: Mapping[str, ValueKind] = MappingProxyType({"number": "number", "text": "text", "date": "text"})
"""What a column of a kind of values is sorted by.

Days are texts that sort as they are; moments and ids are compared by other than their text.
"""

# Follows every ASCII character.
_AFTER_ASCII = "\x80"


def ranges_of(
    scope: Scope, condition: Comparison | InList | InSelect | Includes, operand: Operand
) -> Ranges | None:
    """Return the ranges of a comparison that was found to be well formed, None when it has none."""
    kind = SORTED_BY.get(kind_of(operand.type))
    if kind is None or isinstance(condition, (InSelect, Includes)) or operand.type == "multipicklist":
        return None
    if isinstance(condition, InList):
        keys = [comparable(scope, operand, value) for value in condition.values]
        return _equal(kind, keys, negated=condition.negated)
    if condition.operator == "LIKE":
        return _like(condition)
    key = comparable(scope, operand, condition.value)
    if condition.operator in {"=", "!="}:
        return _equal(kind, [key], negated=condition.operator == "!=")
    return Ranges(kind=kind, ranges=(_ordered(condition.operator, key),))


def _equal(kind: ValueKind, keys: Iterable[Any], *, negated: bool) -> Ranges | None:
    """Return the ranges of equality with any of some keys, of which null stands for no value."""
    distinct = dict.fromkeys(keys)
    spans = [key for key in distinct if isinstance(key, tuple)]
    if spans and len(distinct) > 1:
        return None  # they may overlap
    ranges = [
        Range(first=key, last=key) for key in distinct if key is not None and not isinstance(key, tuple)
    ]
    ranges += [Range(first=first, last=after, open_last=True) for first, after in spans]
    return Ranges(kind=kind, ranges=tuple(ranges), empty=None in distinct, negated=negated)


def _ordered(operator: str, key: Any) -> Range:
    """Return the range of an order comparison; against a span, its near or its far end counts."""
    if isinstance(key, tuple):
        first, after = key
        return {
            "<": Range(last=first, open_last=True),
            ">=": Range(first=first),
            "<=": Range(last=after, open_last=True),
            ">": Range(first=after),
        }[operator]
    return {
        "<": Range(last=key, open_last=True),
        ">=": Range(first=key),
        "<=": Range(last=key),
        ">": Range(first=key, open_first=True),
    }[operator]


def _like(condition: Comparison) -> Ranges | None:
    """Return where to look for a pattern: a beginning, or what is in the middle; None for wildcards alone.

    LIKE knows more pairs of upper and lower case than ASCII has; those are left to its own test.
    """
    parts = like_parts(condition.value)
    texts = parts[::2]
    if not "".join(texts).isascii() or not any(texts):
        return None
    if texts[0]:
        last = texts[0] if len(parts) == 1 else texts[0] + _AFTER_ASCII
        sure = len(parts) == 1 or parts[1:] == ["%", ""]
        ranges = (Range(first=texts[0], last=last),)
        return Ranges(kind="text", ranges=ranges, ascii_only=True, verify=not sure)
    longest = max(texts, key=len)
    sure = parts == ["", "%", longest, "%", ""]
    return Ranges(kind="text", ranges=(), ascii_only=True, contains=longest, verify=not sure)
