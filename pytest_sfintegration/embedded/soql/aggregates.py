"""Aggregate functions over rows.

*Documented* ("Support for Field Types in Aggregate Functions"): which types each function takes.
``field F does not support aggregate operator SUM`` (MALFORMED_QUERY): *community*.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from pytest_sfintegration.embedded.blocks.chosen import Chosen
from pytest_sfintegration.embedded.soql.ast import Function
from pytest_sfintegration.embedded.soql.catalog import Row
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import key_of, kind_of

__all__ = ["aggregate"]

_NEVER = frozenset({"boolean", "multipicklist", "encryptedstring", "anytype"})
_Compute = Callable[[Collection[Row]], Any]


def aggregate(scope: Scope, expression: Function, operand: Operand) -> tuple[_Compute, str]:
    """Return the function from rows to an aggregate's value, and the type of that value."""
    _supported(scope, expression, operand)
    get, key = operand.get, key_of(kind_of(operand.type))

    def values(rows: Iterable[Row]) -> list[Any]:
        return [value for row in rows if (value := get(row)) is not None and value != ""]

    if expression.name == "COUNT":
        column = operand.column

        def count(rows: Collection[Row]) -> int:
            if isinstance(rows, Chosen) and column is not None:
                return len(rows) if column == "Id" else rows.filled(column)
            return len(values(rows))

        return count, "int"
    if expression.name == "COUNT_DISTINCT":
        return lambda rows: len({key(value) for value in values(rows)}), "int"
    if expression.name == "SUM":
        return lambda rows: _sum(values(rows)), operand.type
    if expression.name == "AVG":
        return lambda rows: _average(values(rows)), "double"
    pick = min if expression.name == "MIN" else max
    return lambda rows: pick(values(rows), key=key, default=None), operand.type


def _supported(scope: Scope, expression: Function, operand: Operand) -> None:
    """Refuse a function that the field's type does not have."""
    kind, name = kind_of(operand.type), expression.name
    counting = name == "COUNT" and kind != "compound"
    numeric = name in {"SUM", "AVG"}
    refused = kind in {"compound", "time"} or operand.type.lower() in _NEVER
    if (refused and not counting) or (numeric and kind != "number"):
        message = f"field {operand.name} does not support aggregate operator {name}"
        raise scope.error(expression.at, "MALFORMED_QUERY", message)


def _sum(values: list[Any]) -> Any:
    return sum(values) if values else None


def _average(values: list[Any]) -> float | None:
    return float(sum(values)) / len(values) if values else None
