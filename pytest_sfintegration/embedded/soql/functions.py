"""Functions of one row: date functions, toLabel, convertTimezone; in WHERE, GROUP BY and ORDER BY."""

from collections.abc import Callable, Iterable
from typing import Any

from pytest_sfintegration.embedded.soql.ast import Expression, Function, Geolocation, Path
from pytest_sfintegration.embedded.soql.dates import DATE_FUNCTIONS, date_function
from pytest_sfintegration.embedded.soql.errors import SoqlNotSupported
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import kind_of

__all__ = ["AGGREGATES", "is_aggregate", "labeller", "resolve"]

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX", "GROUPING"})
_NOT_EXECUTED = frozenset({"CONVERTCURRENCY", "DISTANCE"})


def is_aggregate(expression: Expression | Geolocation) -> bool:
    """Tell whether an expression is, or holds, an aggregate function."""
    if not isinstance(expression, Function):
        return False
    return expression.name in AGGREGATES or any(is_aggregate(arg) for arg in expression.args)


def resolve(scope: Scope, expression: Expression) -> Operand:
    """Resolve a path or a scalar function over the rows of a scope."""
    if isinstance(expression, Path):
        return scope.path(expression)
    name = expression.name
    if name in DATE_FUNCTIONS:
        return _date_function(scope, expression)
    if name == "TOLABEL":
        return _label(scope, expression)
    raise refused(scope, expression)


def refused(scope: Scope, expression: Function) -> Exception:
    """Build the error of a function that has no place here, or that is not executed."""
    if expression.name in _NOT_EXECUTED:
        message = f"{expression.name} is not supported by the embedded org."
        return scope.error(expression.at, "MALFORMED_QUERY", message, SoqlNotSupported)
    return scope.error(expression.at, "MALFORMED_QUERY", f"unexpected token: '{expression.name}'")


def argument(scope: Scope, expression: Function) -> Path:
    """Return the only argument of a function, which has to be a field."""
    (arg,) = expression.args or (None,)
    if not isinstance(arg, Path):
        raise scope.error(expression.at, "MALFORMED_QUERY", f"unexpected token: '{expression.name}'")
    return arg


def _date_function(scope: Scope, expression: Function) -> Operand:
    """Resolve a date function; convertTimezone inside changes nothing: the zone is GMT (*assumed*)."""
    inner = expression.args[0]
    if isinstance(inner, Function) and inner.name == "CONVERTTIMEZONE":
        inner = argument(scope, inner)
    if not isinstance(inner, Path):
        raise scope.error(expression.at, "MALFORMED_QUERY", f"unexpected token: '{expression.name}'")
    operand = scope.path(inner)
    kind = kind_of(operand.type)
    allowed = {"datetime"} if expression.name in {"HOUR_IN_DAY", "DAY_ONLY"} else {"date", "datetime"}
    if kind not in allowed:
        message = f"field {operand.name} does not support date function {expression.name}"
        raise scope.error(expression.at, "INVALID_FIELD", message)
    apply, get = date_function(expression.name, scope.context.fiscal_year_start), operand.get
    return Operand(
        name=f"{expression.name}({operand.name})",
        type="date" if expression.name == "DAY_ONLY" else "int",
        get=lambda row: apply(get(row)),
        at=expression.at,
        is_path=False,
    )


def labeller(values: Iterable[Any]) -> Callable[[Any], Any]:
    """Return the function from a picklist's value to its label; multi-select values go one by one."""
    labels = {value.value: value.label for value in values}

    def label(value: Any) -> Any:
        if not isinstance(value, str) or not value:
            return value
        return ";".join(labels.get(part, part) for part in value.split(";"))

    return label


def _label(scope: Scope, expression: Function) -> Operand:
    """Resolve toLabel: the label of a picklist value in the only language there is (*assumed*: en_US)."""
    operand = scope.path(argument(scope, expression))
    label, get = labeller(getattr(operand.field, "picklist", ())), operand.get
    return Operand(
        name=operand.name,
        type="string",
        get=lambda row: label(get(row)),
        field=operand.field,
        at=expression.at,
        is_path=False,
    )
