"""ORDER BY.

*Documented* (SOQL reference, "ORDER BY"): ascending unless DESC; null values first unless NULLS LAST, in both
directions; text without regard to case; picklists in the order of their values in Setup. Unsorted fields:
``field 'F' can not be sorted in a query call`` (*community*, MALFORMED_QUERY).
"""

from collections.abc import Callable, Iterable
from typing import Any

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.blocks.ranges import Order
from pytest_sfintegration.embedded.soql.ast import OrderItem
from pytest_sfintegration.embedded.soql.predicates import Resolve
from pytest_sfintegration.embedded.soql.ranges import SORTED_BY
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import key_of, kind_of

__all__ = ["leading", "sorter"]

Sorter = Callable[[list[Any]], list[Any]]


def sorter(scope: Scope, items: tuple[OrderItem, ...], resolve: Resolve) -> Sorter | None:
    """Return the function that sorts rows (or groups) as ORDER BY says, None without one."""
    if not items:
        return None
    keys = [
        (_key(scope, resolve(item.expression)), item.descending, item.nulls_first is not False)
        for item in items
    ]

    def apply(rows: list[Any]) -> list[Any]:
        for key, descending, nulls_first in reversed(keys):
            rows = _by(rows, key, descending=descending, nulls_first=nulls_first)
        return rows

    return apply


def leading(
    item: OrderItem, resolve: Resolve, blocks: Iterable[tuple[Block, int]], number: int
) -> Iterable[tuple[Block, int]]:
    """Return the rows, block by block, without those that cannot be among the first ``number``.

    ``item`` is the first of ORDER BY. A field that is not the object's own, or a picklist, leaves none out.
    """
    operand = resolve(item.expression)
    column = operand.column
    if column is None or operand.type == "picklist":
        return blocks
    kind = kind_of(operand.type)
    order = Order(
        key=key_of(kind),
        kind=SORTED_BY.get(kind),
        descending=item.descending,
        empty_first=item.nulls_first is not False,
    )
    return ((block, block.leading(mask, column, number, order)) for block, mask in blocks)


def _by(rows: list[Any], key: Callable[[Any], Any], *, descending: bool, nulls_first: bool) -> list[Any]:
    """Sort by one key, keeping the order of equal rows."""
    decorated = [(key(row), row) for row in rows]
    empty = [row for value, row in decorated if value is None]
    filled = [pair for pair in decorated if pair[0] is not None]
    filled.sort(key=_first, reverse=descending)
    sorted_rows = [row for _, row in filled]
    return empty + sorted_rows if nulls_first else sorted_rows + empty


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _key(scope: Scope, operand: Operand) -> Callable[[Any], Any]:
    """Return the sort key of an operand."""
    field = operand.field
    if operand.is_path and field is not None and not field.sortable:
        message = f"field '{field.name}' can not be sorted in a query call"
        raise scope.error(operand.at, "MALFORMED_QUERY", message)
    get, normal = operand.get, key_of(kind_of(operand.type))
    picklist = getattr(field, "picklist", ()) if operand.is_path and operand.type == "picklist" else ()
    if not picklist:
        return lambda row: normal(get(row))
    places = {value.value.lower(): (place, "") for place, value in enumerate(picklist)}
    last = len(places)

    def by_place(row: Any) -> Any:
        value = normal(get(row))
        return None if value is None else places.get(value, (last, value))

    return by_place
