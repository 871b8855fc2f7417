"""Conditions compiled to closures: row -> bool.

*Documented*: a comparison with null by = and != only finds (or leaves out) empty values; ``!=``, NOT IN and
EXCLUDES find rows without a value. *Assumed*: an order comparison with an empty value is false, and NOT turns
the outcome of its operand around.
"""

import operator
from collections.abc import Callable
from typing import Any, NoReturn

from pytest_sfintegration.embedded.blocks.conditions import ColumnTest, Every, Except, RowTest, Some
from pytest_sfintegration.embedded.blocks.conditions import Condition as BlockCondition
from pytest_sfintegration.embedded.soql.ast import (
    And,
    Comparison,
    Condition,
    Expression,
    Function,
    Includes,
    InList,
    InSelect,
    Literal,
    Not,
    Or,
)
from pytest_sfintegration.embedded.soql.criteria import comparable, like_pattern
from pytest_sfintegration.embedded.soql.ranges import ranges_of
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import kind_of, normaliser

__all__ = ["Predicate", "Predicates", "Resolve", "SemiJoin"]

Predicate = Callable[[Any], bool]
Resolve = Callable[[Expression], Operand]
SemiJoin = Callable[[InSelect, Operand], frozenset[Any]]
_Test = Callable[[Any], bool]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _filled(value: Any) -> bool:
    return value is not None and value != ""


class Predicates:
    """Compiles conditions: ``resolve`` gives names their meaning, ``semi_join`` runs an InSelect's query."""

    __slots__ = ("_resolve", "_scope", "_semi_join")

    def __init__(self, scope: Scope, resolve: Resolve, semi_join: SemiJoin) -> None:
        self._scope = scope
        self._resolve = resolve
        self._semi_join = semi_join

    def compile(self, condition: Condition) -> Predicate:
        """Return the closure of a condition; raise SoqlError when it cannot be asked."""
        if isinstance(condition, And):
            return _all([self.compile(part) for part in condition.parts])
        if isinstance(condition, Or):
            self._no_semi_join(condition.parts, "OR", condition.at)
            return _any([self.compile(part) for part in condition.parts])
        if isinstance(condition, Not):
            self._no_semi_join((condition.part,), "NOT", condition.at)
            inner = self.compile(condition.part)
            return lambda row: not inner(row)
        return _over(*self._leaf(condition))

    def condition(self, condition: Condition) -> BlockCondition:
        """Return a condition to be asked of blocks; raise as ``compile`` does."""
        if isinstance(condition, And):
            return Every(tuple(self.condition(part) for part in condition.parts))
        if isinstance(condition, Or):
            self._no_semi_join(condition.parts, "OR", condition.at)
            return Some(tuple(self.condition(part) for part in condition.parts))
        if isinstance(condition, Not):
            self._no_semi_join((condition.part,), "NOT", condition.at)
            return Except(self.condition(condition.part))
        operand, test = self._leaf(condition)
        if operand.column is None:
            return RowTest(_over(operand, test))
        ranges = ranges_of(self._scope, condition, operand)
        return ColumnTest(name=operand.column, test=test, ranges=ranges)

    def _no_semi_join(self, parts: tuple[Condition, ...], word: str, at: int) -> None:
        """Refuse a semi-join below OR or NOT (*community*)."""
        for part in parts:
            if isinstance(part, InSelect):
                message = f"Semi join sub-selects are not allowed with the '{word}' operator"
                raise self._scope.error(at, "MALFORMED_QUERY", message)
            if isinstance(part, And):
                self._no_semi_join(part.parts, word, at)

    def _leaf(self, condition: Comparison | InList | InSelect | Includes) -> tuple[Operand, _Test]:
        """Return the operand of a single comparison, and the test of the operand's value."""
        operand = self._resolve(condition.left)
        self._filterable(operand, condition.left)
        if isinstance(condition, Comparison):
            test = self._comparison(condition, operand)
        elif isinstance(condition, InList):
            test = self._in_list(condition, operand)
        elif isinstance(condition, InSelect):
            test = self._in_select(condition, operand)
        else:
            test = self._includes(condition, operand)
        return operand, test

    def _filterable(self, operand: Operand, left: Expression) -> None:
        """Refuse fields that filters may not name (*community*, INVALID_FIELD)."""
        if isinstance(left, Function) and left.name != "TOLABEL":
            return
        if kind_of(operand.type) == "compound" and operand.type in {"address", "location"}:
            message = "Address fields can only be filtered using Distance or GeoLocation functions"
            raise self._scope.error(operand.at, "INVALID_FIELD", message)
        if operand.field is not None and not operand.field.filterable:
            message = f"field '{operand.field.name}' can not be filtered in a query call"
            raise self._scope.error(operand.at, "INVALID_FIELD", message)

    def _comparison(self, condition: Comparison, operand: Operand) -> _Test:
        name = condition.operator
        kind = kind_of(operand.type)
        if name == "LIKE":
            return self._like(condition, operand, kind)
        if kind == "boolean" and name in _ORDER:
            self._bad_operator(operand, "invalid operator on boolean field")
        if operand.type == "multipicklist" and name in _ORDER:
            self._bad_operator(operand, "invalid operator on multi-select picklist field")
        value = comparable(self._scope, operand, condition.value)
        if name == "=":
            return _equals(kind, value)
        if name == "!=":
            return _negated(_equals(kind, value))
        if value is None:
            # Documented: only = and != may compare with null.
            self._bad_operator(operand, "invalid operator: null may only be compared with = and !=")
        return _ordered(kind, name, value)

    def _bad_operator(self, operand: Operand, message: str) -> NoReturn:
        """Refuse an operator that the field's type does not have (the sentences are *assumed*)."""
        raise self._scope.error(operand.at, "INVALID_QUERY_FILTER_OPERATOR", message)

    def _like(self, condition: Comparison, operand: Operand, kind: str) -> _Test:
        if kind == "id":
            self._bad_operator(operand, "invalid operator on id field")
        if kind != "text":
            self._bad_operator(operand, "invalid operator: LIKE is for text fields")
        if condition.value.kind != "string":
            comparable(self._scope, operand, condition.value)
            self._bad_operator(operand, "invalid operator: LIKE takes a string")
        matches = like_pattern(condition.value).fullmatch
        return lambda value: value is not None and matches(str(value)) is not None

    def _in_list(self, condition: InList, operand: Operand) -> _Test:
        kind = kind_of(operand.type)
        values = [comparable(self._scope, operand, value) for value in condition.values]
        test = _member(kind, values)
        return _negated(test) if condition.negated else test

    def _in_select(self, condition: InSelect, operand: Operand) -> _Test:
        ids = self._semi_join(condition, operand)
        normal = normaliser("id")
        if condition.negated:
            return lambda value: _empty(value) or normal(value) not in ids
        return lambda value: _filled(value) and normal(value) in ids

    def _includes(self, condition: Includes, operand: Operand) -> _Test:
        if operand.type != "multipicklist":
            # Documented: INCLUDES and EXCLUDES are for multi-select picklists; the sentence is assumed.
            self._bad_operator(operand, "includes or excludes operator only valid on multipicklist field")
        wanted = [self._choice(operand, value) for value in condition.values]

        def test(value: Any) -> bool:
            chosen = set(str(value).lower().split(";")) if value else set()
            return any(choice <= chosen for choice in wanted)

        return _negated(test) if condition.negated else test

    def _choice(self, operand: Operand, value: Literal) -> frozenset[str]:
        """Return the values that have to be chosen together (``'AAA;BBB'``)."""
        text = comparable(self._scope, operand, value)
        return frozenset(text.split(";")) if text else frozenset({""})


def _over(operand: Operand, test: _Test) -> Predicate:
    """Join a value test and the way to the value; a plain column saves a call for each row."""
    column, get = operand.column, operand.get
    if column is not None:
        return lambda row: test(row.get(column))
    return lambda row: test(get(row))


def _all(parts: list[Predicate]) -> Predicate:
    if len(parts) == 2:  # noqa: PLR2004 - the common case without a generator
        first, second = parts
        return lambda row: first(row) and second(row)
    return lambda row: all(part(row) for part in parts)


def _any(parts: list[Predicate]) -> Predicate:
    if len(parts) == 2:  # noqa: PLR2004 - the common case without a generator
        first, second = parts
        return lambda row: first(row) or second(row)
    return lambda row: any(part(row) for part in parts)


def _negated(test: _Test) -> _Test:
    return lambda value: not test(value)


def _equals(kind: str, key: Any) -> _Test:
    """Return the test for equality with a comparable value, a span, or null."""
    if kind == "boolean":
        wanted = bool(key)
        return lambda value: bool(value) is wanted
    if key is None:
        return _empty
    if kind == "text":  # the common case without a further call
        return lambda value: value is not None and str(value).lower() == key
    normal = normaliser(kind)
    if isinstance(key, tuple):
        first, after = key
        return lambda value: bool(value) and first <= normal(value) < after
    return lambda value: value is not None and normal(value) == key


def _ordered(kind: str, name: str, key: Any) -> _Test:
    """Return the test for an order comparison; against a span, its near or its far end counts."""
    compare = _ORDER[name]
    normal = normaliser(kind)
    if isinstance(key, tuple):
        first, after = key
        if name in {"<", ">="}:
            return lambda value: bool(value) and compare(normal(value), first)
        below = name == "<="
        return lambda value: bool(value) and (normal(value) < after) is below
    if kind == "number":
        return lambda value: value is not None and compare(float(value), key)
    return lambda value: _filled(value) and compare(normal(value), key)


def _member(kind: str, values: list[Any]) -> _Test:
    """Return the test for membership in a list of comparable values."""
    if kind == "boolean" or any(isinstance(value, tuple) for value in values):
        tests = [_equals(kind, value) for value in values]
        return lambda value: any(test(value) for test in tests)
    keys = frozenset(value for value in values if value is not None)
    empty = None in values
    normal = normaliser(kind)

    def test(value: Any) -> bool:
        return empty if value is None or value == "" else normal(value) in keys

    return test
