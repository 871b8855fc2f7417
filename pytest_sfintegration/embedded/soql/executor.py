"""Running a query as one user.

Clauses that are parsed and not run are refused with SoqlNotSupported, never left out. *Documented*: OFFSET
ends at 2,000 (NUMBER_OUTSIDE_VALID_RANGE, message *recorded*); USING SCOPE mine is what the user owns.
*Documented*: WITH SECURITY_ENFORCED and WITH USER_MODE are for Apex (release notes Spring '20), where a
hidden field in them raises a QueryException. The published grammar of the API takes them; *assumed*: they
change nothing there, as the user's rights hold anyway, with the same errors. *Assumed*: FOR VIEW and FOR
REFERENCE do not change the answer.
"""

from collections.abc import Callable, Collection, Iterable
from itertools import chain, islice
from typing import Any

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.blocks.chosen import Chosen
from pytest_sfintegration.embedded.blocks.conditions import ROW_COST, ColumnTest, Every, Everything
from pytest_sfintegration.embedded.blocks.conditions import Condition as BlockCondition
from pytest_sfintegration.embedded.soql.access_path import candidates
from pytest_sfintegration.embedded.soql.ast import Expression, FieldItem, InSelect, Query, SubSelect
from pytest_sfintegration.embedded.soql.catalog import Catalog, QueryObject, Row
from pytest_sfintegration.embedded.soql.context import QueryContext, QueryResult
from pytest_sfintegration.embedded.soql.errors import SoqlError, SoqlNotSupported, error_at, unsupported_type
from pytest_sfintegration.embedded.soql.functions import resolve
from pytest_sfintegration.embedded.soql.grouping import Grouping, is_grouped
from pytest_sfintegration.embedded.soql.ordering import Sorter, leading, sorter
from pytest_sfintegration.embedded.soql.predicates import Predicate, Predicates, SemiJoin
from pytest_sfintegration.embedded.soql.projection import Projection, Record
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.semi_join import (
    NOT_AT_TOP,
    refuse_semi_joins,
    require_few,
    semi_join_field,
)
from pytest_sfintegration.embedded.soql.values import SHORT_ID, normaliser

__all__ = ["execute"]

_HIGHEST_OFFSET = 2000
_REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."


def execute(query: Query, text: str, catalog: Catalog, *, context: QueryContext) -> QueryResult:
    """Return the answer of a query; raise SoqlError as the platform would refuse it.

    ``text`` is what ``query`` was parsed from: errors show it.
    """
    scope = _scope(query, text, catalog, context)
    if query.count_only:
        return QueryResult(total_size=_count(scope, query), records=[], touched=query.for_clauses)
    records = _groups(scope, query) if is_grouped(query) else _records(scope, query)
    return QueryResult(total_size=len(records), records=records, touched=query.for_clauses)


def _scope(
    query: Query, text: str, catalog: Catalog, context: QueryContext, *, nested: bool = False
) -> Scope:
    """Resolve the queried object (INVALID_TYPE when hidden or unknown: *recorded*)."""
    _refuse(query, text, nested=nested)
    path = query.source.path
    name = ".".join(path.parts)
    queried = catalog.object(name)
    if queried is None:
        raise error_at(text, path.at, "INVALID_TYPE", unsupported_type(name))
    return Scope(catalog, queried, text, context, query)


def _refuse(query: Query, text: str, *, nested: bool = False) -> None:
    """Refuse the clauses that are not run (FOR below the top), and bounds outside of the platform's."""
    unsupported = (
        (query.mode == "SYSTEM_MODE", "WITH SYSTEM_MODE", "WITH"),
        (bool(query.data_categories), "WITH DATA CATEGORY", "WITH"),
        (bool(query.with_other), f"WITH {' '.join(query.with_other)}", "WITH"),
        (query.lookup is not None, "USING LOOKUP", "USING"),
        (bool(query.update_clauses), f"UPDATE {', '.join(query.update_clauses)}", "UPDATE"),
        (nested and bool(query.for_clauses), "FOR in a nested query", "FOR"),
        (not _known_scope(query), f"USING SCOPE {query.scope}", "USING"),
    )
    for found, clause, keyword in unsupported:
        if found:
            message = f"{clause} is not supported by the embedded org."
            raise error_at(text, query.where_is(keyword), "MALFORMED_QUERY", message, kind=SoqlNotSupported)
    if query.offset is not None and query.offset > _HIGHEST_OFFSET:
        raise SoqlError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {_HIGHEST_OFFSET}")
    for keyword, number in (("LIMIT", query.limit), ("OFFSET", query.offset)):
        if number is not None and number < 0:
            # The published grammar takes a sign; that the platform then refuses is assumed.
            raise error_at(
                text, query.where_is(keyword), "MALFORMED_QUERY", f"{keyword} must not be negative"
            )


def _known_scope(query: Query) -> bool:
    return (query.scope or "everything").lower() in {"everything", "mine"}


def _predicate(scope: Scope, query: Query, run: SemiJoin) -> Predicate | None:
    """Compile WHERE and USING SCOPE."""
    compiler = Predicates(scope, _row_resolver(scope), run)
    if query.where is not None:
        require_few(scope, query.where, query.where_is("WHERE"))
    where = compiler.compile(query.where) if query.where is not None else None
    mine = _mine(scope, query)
    if mine is None:
        return where
    column, owned = mine.name, mine.test
    if where is None:
        return lambda row: owned(row.get(column))
    return lambda row: owned(row.get(column)) and where(row)


def _mine(scope: Scope, query: Query) -> ColumnTest | None:
    """Return the test of USING SCOPE mine, None without it."""
    if (query.scope or "").lower() != "mine":
        return None
    owner = scope.object.field("OwnerId")
    if owner is None:
        message = f"Scope 'mine' is not supported for entity '{scope.object.name}'"
        raise scope.error(query.where_is("USING"), "MALFORMED_QUERY", message)
    user = scope.context.user_id[:SHORT_ID]
    return ColumnTest(name=owner.name, test=lambda value: (value or "")[:SHORT_ID] == user)


def _row_resolver(scope: Scope) -> Callable[[Expression], Operand]:
    return lambda expression: resolve(scope, expression)


def _semi_join_runner(scope: Scope) -> SemiJoin:
    """Return the function that runs the select of a semi-join, once, and gives its ids."""
    known: dict[int, frozenset[Any]] = {}

    def run(condition: InSelect, left: Operand) -> frozenset[Any]:
        if condition.at not in known:
            known[condition.at] = select(condition, left)
        return known[condition.at]

    def select(condition: InSelect, left: Operand) -> frozenset[Any]:
        query = condition.query
        inner = _scope(query, scope.text, scope.catalog, scope.context, nested=True)
        operand = semi_join_field(scope, inner, condition, left)
        normal = normaliser("id")
        values = map(operand.get, _rows(inner, query))
        return frozenset(normal(value) for value in values if value)

    return run


def _few_rows(scope: Scope, query: Query) -> Iterable[Row] | None:
    """Return the rows that an id or lookup in WHERE leaves to look at, None when that is all."""
    if scope.context.include_deleted or query.where is None:
        return None
    return candidates(scope, query.where)


def _blocks(
    scope: Scope, query: Query, run: SemiJoin, *, paths: bool = False
) -> Iterable[tuple[Block, int]] | None:
    """Return the rows that match, block by block; None for queryAll.

    None too when ``paths`` is false and the condition looks at other records: that may end in a refusal, and
    no more of them are looked at than have to be.
    """
    if scope.context.include_deleted:
        return None
    parts: list[BlockCondition] = []
    if query.where is not None:
        require_few(scope, query.where, query.where_is("WHERE"))
        parts.append(Predicates(scope, _row_resolver(scope), run).condition(query.where))
    mine = _mine(scope, query)
    if mine is not None:
        parts.append(mine)
    condition = Every(parts) if parts else Everything()
    if condition.cost >= ROW_COST and not paths:
        return None
    return ((block, condition.narrow(block, mask)) for block, mask in scope.object.blocks())


def _rows(scope: Scope, query: Query) -> list[Row]:
    """Return the rows of a query in order, cut by OFFSET and LIMIT."""
    run = _semi_join_runner(scope)
    few = _few_rows(scope, query)
    found = _blocks(scope, query, run) if few is None else None
    predicate = None if found is not None else _predicate(scope, query, run)
    order = sorter(scope, query.order_by, _row_resolver(scope))
    if found is None:
        return _cut(_all_rows(scope) if few is None else few, predicate, order, query)
    if query.limit is not None and query.order_by:
        number = query.limit + (query.offset or 0)
        found = leading(query.order_by[0], _row_resolver(scope), found, number)
    rows = chain.from_iterable(block.chosen(mask) for block, mask in found)
    return _cut(rows, None, order, query)


def _all_rows(scope: Scope) -> Iterable[Row]:
    return scope.object.rows(include_deleted=scope.context.include_deleted)


def _tested_rows(scope: Scope, query: Query, few: Iterable[Row] | None, run: SemiJoin) -> list[Row]:
    """Return the rows that match, of a few or of all, each tested by itself."""
    predicate = _predicate(scope, query, run)
    return list(filter(predicate, _all_rows(scope) if few is None else few))


def _cut(rows: Iterable[Any], predicate: Predicate | None, order: Sorter | None, query: Query) -> list[Any]:
    found: Iterable[Any] = rows if predicate is None else filter(predicate, rows)
    if order is not None:
        found = order(list(found))
    start = query.offset or 0
    stop = None if query.limit is None else start + query.limit
    return list(islice(found, start, stop))


def _count(scope: Scope, query: Query) -> int:
    """Return the number of rows for ``SELECT COUNT()``."""
    if query.group_by or query.order_by:
        # Documented: COUNT() does not go with GROUP BY or ORDER BY; the sentence is assumed.
        clause = "GROUP" if query.group_by else "ORDER"
        message = f"COUNT() does not support {clause} BY"
        raise scope.error(query.where_is(clause), "MALFORMED_QUERY", message)
    number = _matching(scope, query)
    number = max(number - (query.offset or 0), 0)
    return number if query.limit is None else min(number, query.limit)


def _matching(scope: Scope, query: Query) -> int:
    """Return the number of rows that match."""
    run = _semi_join_runner(scope)
    few = _few_rows(scope, query)
    found = _blocks(scope, query, run, paths=True) if few is None else None
    if found is None:
        return len(_tested_rows(scope, query, few, run))
    return sum(mask.bit_count() for _, mask in found)


def _records(scope: Scope, query: Query) -> list[Record]:
    write = Projection(scope, _children).compile(query)
    return [write(row) for row in _rows(scope, query)]


def _groups(scope: Scope, query: Query) -> list[Record]:
    if not query.group_by and query.limit is not None:
        # Documented: Considerations for GROUP BY; the sentence is community.
        message = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
        raise scope.error(_first_function(query), "MALFORMED_QUERY", message)
    grouping = Grouping(scope, query)
    having = None
    if query.having is not None:
        refuse_semi_joins(scope, query.having, "Semi-joins are only supported in WHERE clauses")
        compiler = Predicates(scope, grouping.resolve, _semi_join_runner(scope))
        having = compiler.compile(query.having)
    order = sorter(scope, query.order_by, grouping.resolve)
    groups: Iterable[Any] = grouping.groups(_grouped_rows(scope, query))
    kept = _cut(groups, having, order, query)
    return [grouping.write(group) for group in kept]


def _grouped_rows(scope: Scope, query: Query) -> Collection[Row]:
    """Return the rows to group."""
    run = _semi_join_runner(scope)
    few = _few_rows(scope, query)
    found = _blocks(scope, query, run) if few is None else None
    return _tested_rows(scope, query, few, run) if found is None else Chosen(found)


def _children(start: QueryObject, item: SubSelect, outer: Scope) -> Callable[[Row], Record | None]:
    """Compile a sub-select: the function from a parent's row to its children."""
    query, path = item.query, item.query.source.path
    name = outer.local(path)[-1] if len(outer.local(path)) == 1 else str(path)
    relationship = start.child(name)
    child = None if relationship is None else outer.catalog.object(relationship.object)
    if relationship is None or child is None:
        message = (
            f"Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to"
            " use a custom relationship, be sure to append the '__r' after the custom relationship name. "
            f"{_REFERENCE}"
        )
        raise outer.error(path.at, "INVALID_TYPE", message)
    _refuse(query, outer.text, nested=True)
    if item.alias is not None:
        raise outer.error(item.at, "MALFORMED_QUERY", "only aggregate expressions use field aliasing")
    if query.count_only or is_grouped(query):
        at = query.at if query.count_only else _first_function(query)
        raise outer.error(at, "MALFORMED_QUERY", "only root queries support aggregate expressions")
    scope = Scope(outer.catalog, child, outer.text, outer.context, query)
    if query.where is not None:
        refuse_semi_joins(scope, query.where, NOT_AT_TOP)
    write = Projection(scope, _children).compile(query)
    predicate = _predicate(scope, query, _semi_join_runner(scope))
    order = sorter(scope, query.order_by, _row_resolver(scope))
    column = relationship.field

    def children(row: Row) -> Record | None:
        rows = _cut(child.children(column, row.get("Id") or ""), predicate, order, query)
        if not rows:
            return None
        return {"totalSize": len(rows), "done": True, "records": [write(found) for found in rows]}

    return children


def _first_function(query: Query) -> int:
    return next((item.expression.at for item in query.select if isinstance(item, FieldItem)), query.at)
