"""What a semi-join may look like.

*Documented* ("Comparison Operators", semi-joins): one id or lookup field on each side, of the same object; no
semi-join inside another. The sentences are *community* where quoted in threads, else *assumed*.
"""

from typing import NoReturn

from pytest_sfintegration.embedded.soql.ast import And, Condition, FieldItem, InSelect, Not, Or, Path
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import kind_of

__all__ = ["require_few", "semi_join_field"]

_MOST = 2


def semi_join_field(outer: Scope, inner: Scope, condition: InSelect, left: Operand) -> Operand:
    """Return the field that a semi-join's select gives, once both sides are known to fit."""

    def fail(message: str) -> NoReturn:
        raise outer.error(condition.query.at, "MALFORMED_QUERY", message)

    query = condition.query
    if query.where is not None and _number(query.where):
        fail("Nesting of semi join sub-selects is not supported")
    if len(query.select) != 1 or not isinstance(query.select[0], FieldItem):
        fail("Semi join sub-selects must select exactly one field")
    expression = query.select[0].expression
    if not isinstance(expression, Path) or query.group_by:
        fail("Semi join sub-selects must select an ID field")
    operand = inner.path(expression)
    if kind_of(operand.type) != "id" or kind_of(left.type) != "id":
        fail("Semi join sub-selects can only query id fields, and only against an id field")
    _same_object(outer, inner, condition, left, operand)
    return operand


def require_few(scope: Scope, where: Condition, at: int) -> None:
    """Refuse more than two semi-joins in one WHERE (*documented*; the sentence is *community*)."""
    if _number(where) > _MOST:
        message = f"Maximum {_MOST} semi join sub-selects are allowed"
        raise scope.error(at, "MALFORMED_QUERY", message)


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


def _number(condition: Condition) -> int:
    """Return how many semi-joins a condition holds."""
    if isinstance(condition, (And, Or)):
        return sum(map(_number, condition.parts))
    if isinstance(condition, Not):
        return _number(condition.part)
    return int(isinstance(condition, InSelect))
