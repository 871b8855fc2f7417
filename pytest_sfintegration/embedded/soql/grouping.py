"""Aggregate queries: GROUP BY with ROLLUP and CUBE, aggregate functions, HAVING.

*Documented* (SOQL reference, "GROUP BY", "Aggregate Functions"): unaliased functions are named ``expr0``,
``expr1``…; fields by their last name; an aggregate without GROUP BY gives one row; null values are left
out. *Community*: ``Field must be grouped or aggregated: F`` and ``field 'F' can not be
grouped in a query call`` (MALFORMED_QUERY). *Assumed*: groups come in the order of their first row, without
regard to the case of text, and ROLLUP and CUBE add subtotals after them.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from pytest_sfintegration.embedded.blocks.chosen import Chosen
from pytest_sfintegration.embedded.soql.aggregates import aggregate
from pytest_sfintegration.embedded.soql.ast import Expression, FieldItem, Function, Path, Query
from pytest_sfintegration.embedded.soql.catalog import Row
from pytest_sfintegration.embedded.soql.errors import SoqlError
from pytest_sfintegration.embedded.soql.formats import formatter
from pytest_sfintegration.embedded.soql.functions import (
    AGGREGATES,
    argument,
    is_aggregate,
    labeller,
    refused,
    resolve,
)
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import key_of, kind_of, output

__all__ = ["Group", "Grouping", "is_grouped"]


def is_grouped(query: Query) -> bool:
    """Tell whether a query gives groups, not records."""
    return bool(query.group_by) or any(
        isinstance(item, FieldItem) and is_aggregate(item.expression) for item in query.select
    )


@dataclass(slots=True)
class Group:
    """One group: its rows, the values that it is made by, which of those are rolled up, computed values."""

    rows: Collection[Row]
    values: dict[str, Any]
    rolled_up: frozenset[str] = frozenset()
    computed: dict[str, Any] = field(default_factory=dict)


class Grouping:
    """The plan of one aggregate query; ``resolve`` gives HAVING and ORDER BY their meaning over groups."""

    __slots__ = ("_keys", "_query", "_scope", "_writers")

    def __init__(self, scope: Scope, query: Query) -> None:
        self._scope = scope
        self._query = query
        self._keys: dict[str, Operand] = {}
        for expression in query.group_by:
            operand = resolve(scope, expression)
            self._groupable(operand)
            self._keys[operand.name] = operand
        self._writers = self._compile_select()

    def _groupable(self, operand: Operand) -> None:
        if operand.is_path and operand.field is not None and not operand.field.groupable:
            message = f"field '{operand.field.name}' can not be grouped in a query call"
            raise self._scope.error(operand.at, "MALFORMED_QUERY", message)

    def groups(self, rows: Collection[Row]) -> list[Group]:
        """Return the groups of the rows, subtotals last."""
        found = [group for names in self._grouping_sets() for group in self._partition(rows, names)]
        return found if found or self._query.group_by else [Group([], {})]

    def _grouping_sets(self) -> list[tuple[str, ...]]:
        """Return the sets of keys to group by: one, or those of ROLLUP and CUBE."""
        names = tuple(self._keys)
        if self._query.grouping == "ROLLUP":
            return [names[:size] for size in range(len(names), -1, -1)]
        if self._query.grouping == "CUBE":
            return [chosen for size in range(len(names), -1, -1) for chosen in combinations(names, size)]
        return [names]

    def _partition(self, rows: Collection[Row], names: tuple[str, ...]) -> list[Group]:
        operands = [self._keys[name] for name in names]
        rolled_up = frozenset(self._keys) - frozenset(names)
        found: list[Group] = []
        for members in _parted(rows, operands):
            first = next(iter(members))
            cells = {name: operand.get(first) for name, operand in zip(names, operands, strict=True)}
            cells.update(dict.fromkeys(rolled_up))
            found.append(Group(members, cells, rolled_up))
        return found

    def write(self, group: Group) -> dict[str, Any]:
        """Return a group's record."""
        record: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for key, value in self._writers:
            record[key] = value(group)
        return record

    def _compile_select(self) -> list[tuple[str, Callable[[Group], Any]]]:
        writers: dict[str, Callable[[Group], Any]] = {}
        unnamed = 0
        for item in self._query.select:
            if not isinstance(item, FieldItem):
                message = "only root queries of records support sub-selects, TYPEOF and FIELDS()"
                raise self._scope.error(self._query.at, "MALFORMED_QUERY", message)
            key = item.alias
            operand = self._selected(item.expression)
            if key is None and operand.is_path:
                key = operand.name.rpartition(".")[2]
            elif key is None:
                key, unnamed = f"expr{unnamed}", unnamed + 1
            if key in writers:
                message = f"duplicate alias: {key}"
                raise self._scope.error(item.expression.at, "MALFORMED_QUERY", message)
            writers[key] = _shown(operand)
        return list(writers.items())

    def _selected(self, expression: Expression) -> Operand:
        """Resolve an item of the select list; FORMAT may stand around it."""
        if isinstance(expression, Function) and expression.name == "FORMAT":
            inner = expression.args[0]
            if not isinstance(inner, (Path, Function)):
                raise refused(self._scope, expression)
            operand = self.resolve(inner)
            show, get = formatter(operand.type), operand.get
            return Operand(
                name=operand.name,
                type="string",
                get=lambda group: show(get(group)),
                at=expression.at,
                is_path=False,
            )
        return self.resolve(expression)

    def resolve(self, expression: Expression) -> Operand:
        """Resolve an expression over groups: a key or an aggregate function."""
        if isinstance(expression, Function) and expression.name in AGGREGATES:
            return self._aggregate(expression)
        operand = resolve(self._scope, expression)
        name = operand.name
        if name not in self._keys:
            raise self._not_grouped(expression, name)
        if isinstance(expression, Function) and expression.name == "TOLABEL":
            return self._label(operand)
        return Operand(
            name=name,
            type=operand.type,
            get=lambda group: group.values[name],
            field=operand.field,
            at=operand.at,
            is_path=operand.is_path,
        )

    def _label(self, operand: Operand) -> Operand:
        """Resolve toLabel of a key."""
        label, name = labeller(getattr(operand.field, "picklist", ())), operand.name
        return replace(operand, get=lambda group: label(group.values[name]))

    def _not_grouped(self, expression: Expression, name: str) -> SoqlError:
        message = f"Field must be grouped or aggregated: {name}"
        return self._scope.error(expression.at, "MALFORMED_QUERY", message)

    def _aggregate(self, expression: Function) -> Operand:
        if expression.name == "GROUPING":
            return self._grouping(expression)
        inner = expression.args[0] if expression.args else None
        if not isinstance(inner, Path):
            if isinstance(inner, Function):
                raise refused(self._scope, inner)
            raise refused(self._scope, expression)
        operand = self._scope.path(inner)
        compute, result_type = aggregate(self._scope, expression, operand)
        name = f"{expression.name}({operand.name})"

        def value(group: Group) -> Any:
            if name not in group.computed:
                group.computed[name] = compute(group.rows)
            return group.computed[name]

        return Operand(name=name, type=result_type, get=value, at=expression.at, is_path=False)

    def _grouping(self, expression: Function) -> Operand:
        """Resolve GROUPING(field): 1 in a subtotal over the field, else 0."""
        name = self._scope.path(argument(self._scope, expression)).name
        if name not in self._keys or self._query.grouping is None:
            message = f"GROUPING of a field that is not in ROLLUP or CUBE: {name}"
            raise self._scope.error(expression.at, "MALFORMED_QUERY", message)
        return Operand(
            name=f"GROUPING({name})",
            type="int",
            get=lambda group: int(name in group.rolled_up),
            at=expression.at,
            is_path=False,
        )


def _parted(rows: Collection[Row], operands: list[Operand]) -> Iterable[Collection[Row]]:
    """Return the rows in groups whose values have the same keys, in the order of their first rows."""
    columns = {operand.column: key_of(kind_of(operand.type)) for operand in operands if operand.column}
    if isinstance(rows, Chosen) and len(columns) == len(operands):
        groups = rows.groups(columns)
        if groups is not None:
            return groups
    getters = [(operand.get, key_of(kind_of(operand.type))) for operand in operands]
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(normal(get(row)) for get, normal in getters), []).append(row)
    return found.values()


def _shown(operand: Operand) -> Callable[[Group], Any]:
    """Return the function from a group to an operand's JSON value; a rolled-up checkbox is null."""
    show, get = output(operand.type), operand.get
    if show is None:
        return get
    if operand.type != "boolean":
        return lambda group: show(get(group))
    return lambda group: None if operand.name in group.rolled_up else show(get(group))
