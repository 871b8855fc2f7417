"""What a semi-join may look like, and where it may stand.

*Documented* (SOQL and SOSL Reference, Comparison Operators, "Considerations for Semi-Join and Anti-Join
Queries"): at most two in the main WHERE, at its top level, without OR and NOT, in no HAVING, in no other
sub-query; an id or lookup of the queried object itself on both sides, of the same object; another object
inside than outside; no COUNT, ORDER BY and LIMIT inside; objects that are not supported inside. The sentences
are *community* where quoted in threads, else *assumed*.
"""

from collections.abc import Iterator
from typing import NoReturn

from pytest_sfintegration.embedded.soql.ast import (
    And,
    Condition,
    FieldItem,
    InSelect,
    Not,
    Or,
    Path,
    Query,
)
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import kind_of

__all__ = ["NOT_AT_TOP", "refuse_semi_joins", "require_few", "semi_join_field"]

NOT_AT_TOP = (
    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE "
    "expressions."
)
_MOST = 2
_NOT_INSIDE = frozenset(
    {"activityhistory", "attachment", "contentdocumentlink", "event", "note", "openactivity", "task"}
)


def semi_join_field(outer: Scope, inner: Scope, condition: InSelect, left: Operand) -> Operand:
    """Return the field that a semi-join's select gives, once both sides are known to fit."""

    def fail(message: str) -> NoReturn:
        raise outer.error(condition.query.at, "MALFORMED_QUERY", message)

    query = condition.query
    wrong = _wrong_select(query) or _wrong_object(outer.object.name, inner.object.name)
    if wrong is not None:
        fail(wrong)
    if len(query.select) != 1 or not isinstance(query.select[0], FieldItem):
        fail("Semi join sub-selects must select exactly one field")
    expression = query.select[0].expression
    if not isinstance(expression, Path) or query.group_by:
        fail("Semi join sub-selects must select an ID field")
    operand = inner.path(expression)
    for side, found in (("left operand", left), ("inner select field", operand)):
        if found.is_path and found.column is None:
            fail(f"The {side} '{found.name}' cannot have more than one level of relationships")
    if kind_of(operand.type) != "id" or kind_of(left.type) != "id":
        fail("Semi join sub-selects can only query id fields, and only against an id field")
    _same_object(outer, inner, condition, left, operand)
    return operand


def _wrong_select(query: Query) -> str | None:
    """Return what is wrong with a semi-join's select, whatever its object; None when it is right."""
    if query.where is not None and next(_semi_joins(query.where), None) is not None:
        return "Nesting of semi join sub-selects is not supported"
    clauses = (
        (query.count_only, "COUNT"),
        (bool(query.order_by), "ORDER BY"),
        (query.limit is not None, "LIMIT"),
    )
    clause = next((name for found, name in clauses if found), None)
    return None if clause is None else f"{clause} is not supported in semi join sub-selects"


def _wrong_object(outer: str, inner: str) -> str | None:
    """Return why an object may not be selected from inside, None when it may."""
    if inner.lower() in _NOT_INSIDE or inner.endswith("Tag"):
        return f"Entity '{inner}' is not supported for semi join inner selects"
    if inner == outer:
        return "The inner and outer selects should not be on the same object type"
    return None


def require_few(scope: Scope, where: Condition, at: int) -> None:
    """Refuse more than two semi-joins in one WHERE, and those that are not at its top level.

    *Documented*; the sentences are *community*.
    """
    found = list(_semi_joins(where))
    if len(found) > _MOST:
        message = f"Maximum {_MOST} semi join sub-selects are allowed"
        raise scope.error(at, "MALFORMED_QUERY", message)
    top = where.parts if isinstance(where, (And, Or)) else (where,)
    for part in top:
        # One right below NOT is refused in other words, by the compiler of conditions.
        inner = part.part if isinstance(part, Not) else part
        if not isinstance(inner, InSelect):
            refuse_semi_joins(scope, inner, NOT_AT_TOP)


def refuse_semi_joins(scope: Scope, condition: Condition, message: str) -> None:
    """Refuse a condition that holds a semi-join, with ``message``."""
    for found in _semi_joins(condition):
        raise scope.error(found.at, "MALFORMED_QUERY", message)


def _same_object(outer: Scope, inner: Scope, condition: InSelect, left: Operand, right: Operand) -> None:
    """Refuse sides that point to different objects."""
    ours, theirs = _targets(outer, left), _targets(inner, right)
    if ours and theirs and not ours & theirs:
        message = (
            f"The selected field '{right.name}' in the subquery and the left operand field in the where "
            f"expression in the outer query '{left.name}' should point to the same object type"
        )
        raise outer.error(condition.query.at, "MALFORMED_QUERY", message)


def _targets(scope: Scope, operand: Operand) -> frozenset[str]:
    """Return the objects that an operand's ids belong to, empty when that is not known."""
    if operand.field is None:
        return frozenset()
    if operand.field.reference_to:
        return frozenset(name.lower() for name in operand.field.reference_to)
    return frozenset({scope.object.name.lower()}) if operand.column == "Id" else frozenset()


def _semi_joins(condition: Condition) -> Iterator[InSelect]:
    """Yield the semi-joins that a condition holds, not those within their selects."""
    if isinstance(condition, (And, Or)):
        for part in condition.parts:
            yield from _semi_joins(part)
    elif isinstance(condition, Not):
        yield from _semi_joins(condition.part)
    elif isinstance(condition, InSelect):
        yield condition
