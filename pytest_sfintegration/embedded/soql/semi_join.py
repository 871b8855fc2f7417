"""What a semi-join may look like.

*Documented* ("Comparison Operators", semi-joins): one id or lookup field on each side, of the same object; no
semi-join inside another. The sentences are *community* where quoted in threads, else *assumed*.
"""

from typing import NoReturn

from pytest_sfintegration.embedded.soql.ast import And, Condition, FieldItem, InSelect, Not, Or, Path
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import kind_of

__all__ = ["semi_join_field"]


def semi_join_field(outer: Scope, inner: Scope, condition: InSelect, left: Operand) -> Operand:
    """Return the field that a semi-join's select gives, once both sides are known to fit."""

    def fail(message: str) -> NoReturn:
        raise outer.error(condition.query.at, "MALFORMED_QUERY", message)

    query = condition.query
    if query.where is not None and _holds_semi_join(query.where):
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


def _holds_semi_join(condition: Condition) -> bool:
    if isinstance(condition, (And, Or)):
        return any(_holds_semi_join(part) for part in condition.parts)
    if isinstance(condition, Not):
        return _holds_semi_join(condition.part)
    return isinstance(condition, InSelect)
