"""Criteria of sharing rules, compiled to predicates over records."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from pytest_sfintegration.embedded.blocks.conditions import ColumnTest, Condition, Every, Except, Some
from pytest_sfintegration.embedded.blocks.ranges import Range, Ranges
from pytest_sfintegration.embedded.platform_fields import (
    DERIVED,
    is_computed,
    is_derived,
    is_unknown,
    why_unknown,
)
from pytest_sfintegration.embedded.sharing.model import Record, SharingNotModelled
from pytest_sfintegration.sfdx.model import CriteriaItem, FieldDef, ObjectDef, SharingRule

__all__ = ["Criterion", "Predicate", "compile_criteria", "uncertain"]

Predicate = Callable[[Record], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What a rule asks of a record: as a test of one, and to be asked of blocks of them."""

    holds: Predicate
    condition: Condition


_NUMBERS: Final = frozenset({"int", "integer", "long", "double", "currency", "percent"})
_CONVERTED: Final = _NUMBERS | {"date", "datetime"}
_RECURRING: Final = 4096
_ORDERED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "lessthan": lambda left, right: bool(left < right),
    "greaterthan": lambda left, right: bool(left > right),
    "lessorequal": lambda left, right: bool(left <= right),
    "greaterorequal": lambda left, right: bool(left >= right),
}
_TEXT: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
}
_OPPOSITES: Final = {"notequal": "equals", "notcontain": "contains", "excludes": "includes"}
_TOKEN: Final = re.compile(r"\s*(\(|\)|\d+|[A-Za-z]+)")


def compile_criteria(rule: SharingRule, obj: ObjectDef) -> Criterion:
    """Return what is asked by a criteria-based rule.

    Help, "Criteria-Based Sharing Rules" and "Filter Operators Reference": text is compared without regard to
    case, several values in one line are alternatives, a line of its own filter logic counts from 1. Raise
    SharingNotModelled for a field, an operation or a value that cannot be evaluated.
    """
    items = [_item(rule, obj, item) for item in rule.criteria]
    if not items:
        raise _refusal(rule, "it has no criteria")
    if rule.boolean_filter is None:
        return _all(items)
    return _Filter(rule, items).parse()


def uncertain(rule: SharingRule, obj: ObjectDef) -> str:
    """Return why a rule may not tell of some record whether it covers it; empty when it always can.

    The predicate of such a rule raises SharingNotModelled for those records.
    """
    derived = {each.lower(): each for each in DERIVED.get(obj.name, ())}
    named = [item.field.lower().removeprefix(f"{obj.name.lower()}.") for item in rule.criteria]
    return "; ".join(why_unknown(obj.name, derived[each]) for each in named if each in derived)


def _all(parts: Sequence[Criterion]) -> Criterion:
    if len(parts) == 1:
        return parts[0]
    tests = [part.holds for part in parts]
    return Criterion(
        holds=lambda record: all(test(record) for test in tests),
        condition=Every(tuple(part.condition for part in parts)),
    )


def _any(parts: Sequence[Criterion]) -> Criterion:
    if len(parts) == 1:
        return parts[0]
    tests = [part.holds for part in parts]
    return Criterion(
        holds=lambda record: any(test(record) for test in tests),
        condition=Some(tuple(part.condition for part in parts)),
    )


def _not(part: Criterion) -> Criterion:
    test = part.holds
    return Criterion(holds=lambda record: not test(record), condition=Except(part.condition))


def _item(rule: SharingRule, obj: ObjectDef, item: CriteriaItem) -> Criterion:
    fields = {name.lower(): field for name, field in obj.fields.items()}
    field = fields.get(item.field.lower().removeprefix(f"{obj.name.lower()}."))
    if field is None:
        raise _refusal(rule, f"{obj.name} has no field {item.field!r}")
    if item.value_field is not None:
        raise _refusal(rule, f"it compares {item.field} with another field")
    operation = item.operation.lower()
    positive = _OPPOSITES.get(operation, operation)
    if is_computed(obj, field):
        raise _refusal(rule, f"the value of {obj.name}.{field.name} is computed by the platform, not here")
    test = _test(rule, field, positive, item.value)
    name = field.name
    condition = ColumnTest(
        name=name,
        # Of numbers and days that recur each is converted once.
        test=lru_cache(maxsize=_RECURRING, typed=True)(test) if field.type in _CONVERTED else test,
        ranges=_equal(field, item.value) if positive == "equals" else None,
    )
    value_of = _value(rule, obj.name, name)
    found = Criterion(holds=lambda record: test(value_of(record)), condition=condition)
    return found if positive == operation else _not(found)


def _equal(field: FieldDef, value: str) -> Ranges | None:
    """Return the ranges of equality with a text, or any of several."""
    if field.type in _CONVERTED or field.type in {"boolean", "multipicklist"}:
        return None
    texts = dict.fromkeys(one.lower() for one in _values(value, ","))
    ranges = tuple(Range(first=text, last=text) for text in texts)
    return Ranges(kind="text", ranges=ranges, empty=not texts)


def _value(rule: SharingRule, object_name: str, name: str) -> Callable[[Record], Any]:
    """Return the way to a field's value, which refuses a derived one that is not known."""
    if not is_derived(object_name, name):
        return lambda record: record.get(name)

    def known(record: Record) -> Any:
        if is_unknown(object_name, name, record):
            raise _refusal(rule, why_unknown(object_name, name, record))
        return record.get(name)

    return known


def _test(rule: SharingRule, field: FieldDef, operation: str, value: str) -> Callable[[Any], bool]:
    try:
        if operation in _ORDERED:
            return _ordered(field, operation, value)
        if operation == "includes" or (operation == "equals" and field.type == "multipicklist"):
            wanted = {one.lower() for one in _values(value, ";,")}
            return lambda held: not wanted.isdisjoint(one.lower() for one in _values(held or "", ";"))
        if operation == "equals":
            alternatives = {_convert(field, one) for one in _values(value, ",")} or {None}
            return lambda held: _convert(field, held) in alternatives
        if operation in _TEXT:
            compare, parts = _TEXT[operation], [one.lower() for one in _values(value, ",")]
            return lambda held: held is not None and any(compare(str(held).lower(), part) for part in parts)
    except (InvalidOperation, ValueError) as error:
        raise _refusal(
            rule, f"the value {value!r} does not suit the {field.type} field {field.name}"
        ) from error
    raise _refusal(rule, f"the operation {operation!r} is not modelled")


def _ordered(field: FieldDef, operation: str, value: str) -> Callable[[Any], bool]:
    compare, bound = _ORDERED[operation], _convert(field, value)

    def test(held: Any) -> bool:
        converted = _convert(field, held)
        return converted is not None and bound is not None and compare(converted, bound)

    return test


def _values(text: str, separators: str) -> list[str]:
    return [one.strip() for one in re.split(f"[{separators}]", text) if one.strip()]


def _convert(field: FieldDef, value: Any) -> Any:
    """Return a value that compares as the field's type does; an empty text is no value."""
    if value is None or value == "":
        return None
    if field.type == "boolean":
        return value if isinstance(value, bool) else str(value).lower() in {"true", "1"}
    if field.type in _NUMBERS:
        return Decimal(str(value))
    if field.type == "date":
        return date.fromisoformat(str(value)[:10])
    if field.type == "datetime":
        moment = datetime.fromisoformat(str(value).replace("+0000", "+00:00"))
        return moment.replace(tzinfo=None)
    return str(value).lower()


class _Filter:
    """Recursive descent over a filter logic such as ``(1 AND 2) OR NOT 3``; AND binds tighter than OR."""

    def __init__(self, rule: SharingRule, items: list[Criterion]) -> None:
        self._rule = rule
        self._items = items
        self._tokens = list(self._tokenise(rule.boolean_filter or ""))

    def parse(self) -> Criterion:
        predicate = self._either()
        if self._tokens:
            raise self._wrong()
        return predicate

    def _tokenise(self, text: str) -> Iterator[str]:
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._wrong()
            yield match.group(1).upper()
            at = match.end()

    def _either(self) -> Criterion:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return _any(parts)

    def _both(self) -> Criterion:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return _all(parts)

    def _one(self) -> Criterion:
        if self._take("NOT"):
            return _not(self._one())
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise self._wrong()
            return inner
        number = self._tokens.pop(0) if self._tokens else ""
        if not number.isdigit() or not 1 <= int(number) <= len(self._items):
            raise self._wrong()
        return self._items[int(number) - 1]

    def _take(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False

    def _wrong(self) -> SharingNotModelled:
        return _refusal(self._rule, f"the filter logic {self._rule.boolean_filter!r} cannot be read")


def _refusal(rule: SharingRule, why: str) -> SharingNotModelled:
    where = f" ({rule.path})" if rule.path else ""
    return SharingNotModelled(
        f"Sharing rule {rule.name} on {rule.object}{where} cannot be evaluated: {why}. "
        "Correct the rule, or judge this object on a live org."
    )
