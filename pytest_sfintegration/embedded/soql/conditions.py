"""WHERE and HAVING: comparisons, lists, semi-joins, and how AND, OR and NOT combine.

*Documented* (SOQL reference, "Logical Operators"), *community* for the answer: AND and OR may not stand on
one level without parentheses (``unexpected token: 'OR'``), and NOT takes one operand that neither follows.
"""

from collections.abc import Callable

from pytest_sfintegration.embedded.soql.ast import (
    And,
    Comparison,
    Condition,
    Expression,
    Includes,
    InList,
    InSelect,
    Not,
    Or,
    Query,
)
from pytest_sfintegration.embedded.soql.expressions import expression
from pytest_sfintegration.embedded.soql.lexer import Tokens
from pytest_sfintegration.embedded.soql.literals import literal, value_list

__all__ = ["condition"]

_OPERATORS = frozenset({"=", "!=", "<>", "<", "<=", ">", ">=", "LIKE"})
ParseQuery = Callable[[Tokens], Query]


def condition(tokens: Tokens, parse_query: ParseQuery) -> Condition:
    """Take a condition, up to the first token that cannot continue it."""
    if tokens.kind == "NOT":
        at = tokens.at
        tokens.advance()
        return Not(_simple(tokens, parse_query), at)
    first = _simple(tokens, parse_query)
    joiner = tokens.kind
    if joiner not in {"AND", "OR"}:
        return first
    at = tokens.at
    parts = [first]
    while tokens.accept(joiner):
        parts.append(_simple(tokens, parse_query))
    if tokens.kind in {"AND", "OR"}:
        tokens.unexpected()
    return And(tuple(parts)) if joiner == "AND" else Or(tuple(parts), at)


def _simple(tokens: Tokens, parse_query: ParseQuery) -> Condition:
    """Take one operand: a condition in parentheses or a comparison."""
    if not tokens.accept("("):
        return _comparison(tokens, parse_query)
    tokens.enter()
    inner = condition(tokens, parse_query)
    tokens.leave()
    tokens.expect(")")
    return inner


def _comparison(tokens: Tokens, parse_query: ParseQuery) -> Condition:
    """Take ``field operator value``."""
    left = expression(tokens)
    at, kind = tokens.at, tokens.kind
    if kind in _OPERATORS:
        tokens.advance()
        return Comparison(left, "!=" if kind == "<>" else kind, literal(tokens), at)
    if kind in {"INCLUDES", "EXCLUDES"}:
        tokens.advance()
        return Includes(left, kind == "EXCLUDES", value_list(tokens), at)
    negated = tokens.accept("NOT")
    if not tokens.accept("IN"):
        tokens.unexpected()
    return _membership(tokens, parse_query, left, negated=negated, at=at)


def _membership(
    tokens: Tokens, parse_query: ParseQuery, left: Expression, *, negated: bool, at: int
) -> InList | InSelect:
    """Take what follows IN: a list of values or a sub-select."""
    if tokens.kind == "(" and tokens.peek() == "SELECT":
        tokens.advance()
        query = parse_query(tokens)
        tokens.expect(")")
        return InSelect(left, negated, query, at)
    return InList(left, negated, value_list(tokens), at)
