"""The select list: fields, functions, sub-selects, TYPEOF, FIELDS()."""

from collections.abc import Callable

from pytest_sfintegration.embedded.soql.ast import (
    Expression,
    FieldItem,
    FieldsItem,
    Function,
    Query,
    SelectItem,
    SubSelect,
    TypeOf,
    When,
)
from pytest_sfintegration.embedded.soql.expressions import expression, path
from pytest_sfintegration.embedded.soql.lexer import Tokens

__all__ = ["select_list"]

FIELD_GROUPS = frozenset({"ALL", "STANDARD", "CUSTOM"})
ParseQuery = Callable[[Tokens], Query]


def select_list(tokens: Tokens, parse_query: ParseQuery, *, typeof: bool) -> tuple[SelectItem, ...]:
    """Take the select list; ``typeof`` tells whether TYPEOF may stand in it (not inside a semi-join).

    An empty tuple means ``COUNT()``: the number of rows and nothing else.
    """
    first = _item(tokens, parse_query, typeof=typeof)
    if isinstance(first, FieldItem) and _counts_rows(first.expression):
        if first.alias is not None:
            tokens.index -= 1
            tokens.unexpected()
        return ()
    items = [first]
    while tokens.accept(","):
        at = tokens.at
        item = _item(tokens, parse_query, typeof=typeof)
        if isinstance(item, FieldItem) and _counts_rows(item.expression):
            tokens.fail("unexpected token: 'COUNT'", at)
        items.append(item)
    return tuple(items)


def _counts_rows(found: Expression) -> bool:
    return isinstance(found, Function) and not found.args


def _alias(tokens: Tokens) -> str | None:
    """Take an alias when a name stands there."""
    return tokens.name() if tokens.names() and tokens.kind != "path" else None


def _item(tokens: Tokens, parse_query: ParseQuery, *, typeof: bool) -> SelectItem:
    """Take one item."""
    at = tokens.at
    if tokens.kind == "(":
        tokens.advance()
        query = parse_query(tokens)
        tokens.expect(")")
        return SubSelect(query, _alias(tokens), at)
    following = tokens.peek()
    if tokens.kind == "TYPEOF" and typeof and following not in {",", "FROM", "(", "<eof>"}:
        return _typeof(tokens, at)
    if tokens.kind == "FIELDS" and following == "(":
        return _fields(tokens, at)
    return FieldItem(expression(tokens), _alias(tokens))


def _fields(tokens: Tokens, at: int) -> FieldsItem:
    """Take ``FIELDS(ALL)``."""
    tokens.advance()
    tokens.expect("(")
    parts = tokens.dotted()
    tokens.expect(")")
    group = parts[-1].upper()
    if group not in FIELD_GROUPS:
        tokens.fail("The SOQL FIELDS function must be FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM)", at)
    return FieldsItem(group, parts[:-1], at)


def _typeof(tokens: Tokens, at: int) -> TypeOf:
    """Take ``TYPEOF path WHEN type THEN fields … [ELSE fields] END``."""
    tokens.advance()
    subject = path(tokens)
    whens: list[When] = []
    while tokens.kind == "WHEN":
        when_at = tokens.at
        tokens.advance()
        target = ".".join(tokens.object_name())
        tokens.expect("THEN")
        whens.append(When(target, _branch(tokens), when_at))
    if not whens:
        tokens.unexpected()
    otherwise = _branch(tokens) if tokens.accept("ELSE") else ()
    tokens.expect("END")
    return TypeOf(subject, tuple(whens), otherwise, at)


def _branch(tokens: Tokens) -> tuple[Expression, ...]:
    """Take the fields of one branch."""
    fields = [expression(tokens)]
    while tokens.accept(","):
        fields.append(expression(tokens))
    return tuple(fields)
