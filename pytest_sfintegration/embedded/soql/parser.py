"""The parser: query text to syntax tree, as the query resources of the API take it.

Its yes and no agree with Salesforce's own published grammar in its API form (2,276 queries compared). Bind
variables, ``FOR UPDATE`` and ``ALL ROWS`` belong to Apex and are refused. The wording of syntax errors is
*community* (quoted in public threads), the position *recorded*.
"""

from functools import lru_cache
from typing import Any

from pytest_sfintegration.embedded.soql.ast import (
    DataCategory,
    Literal,
    Lookup,
    OrderItem,
    Path,
    Query,
    Source,
)
from pytest_sfintegration.embedded.soql.conditions import condition
from pytest_sfintegration.embedded.soql.expressions import expression, path
from pytest_sfintegration.embedded.soql.lexer import Tokens
from pytest_sfintegration.embedded.soql.literals import literal, signed_integer
from pytest_sfintegration.embedded.soql.selection import select_list

__all__ = ["parse"]

_CACHED = 1024
_SELECTORS = frozenset({"AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"})
_MODES = frozenset({"SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"})


@lru_cache(maxsize=_CACHED)
def parse(text: str) -> Query:
    """Return the syntax tree of a query; raise SoqlError (MALFORMED_QUERY) when it is none."""
    return _Parser(text).whole()


class _Parser:
    """One run over one text."""

    __slots__ = ("tokens",)

    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text)

    def whole(self) -> Query:
        query = self.query(self.tokens)
        if self.tokens.kind != "<eof>":
            self.tokens.unexpected()
        return query

    def child(self, tokens: Tokens) -> Query:
        return self.query(tokens)

    def semi_join(self, tokens: Tokens) -> Query:
        return self.query(tokens, typeof=False)

    def query(self, tokens: Tokens, *, typeof: bool = True) -> Query:
        tokens.enter()
        at = tokens.at
        tokens.expect("SELECT")
        select = select_list(tokens, self.child, typeof=typeof)
        clauses: dict[str, Any] = {}
        places: list[tuple[str, int]] = []
        tokens.expect("FROM")
        sources = _sources(tokens)
        for keyword, clause in _CLAUSES:
            while tokens.kind == keyword:
                place = tokens.at
                if not clause(self, tokens, clauses):
                    break
                places.append((keyword, place))
        tokens.leave()
        return Query(
            select=select,
            count_only=not select,
            source=sources[0],
            more_sources=sources[1:],
            at=at,
            clause_at=tuple(places),
            **clauses,
        )


def _sources(tokens: Tokens) -> tuple[Source, ...]:
    """Take FROM's objects with their aliases."""
    found = [_source(tokens)]
    while tokens.accept(","):
        found.append(_source(tokens))
    return tuple(found)


def _source(tokens: Tokens) -> Source:
    where = Path(tokens.object_name(), at=tokens.ats[tokens.index - 1])
    if not tokens.names() or tokens.kind == "path" or _starts_clause(tokens):
        return Source(where)
    return Source(where, tokens.name())


def _starts_clause(tokens: Tokens) -> bool:
    """Tell OFFSET n from an alias of that name."""
    return tokens.kind == "OFFSET" and tokens.peek() in {"integer", "+", "-", ":"}


def _once(tokens: Tokens, clauses: dict[str, Any], name: str) -> None:
    """Refuse a clause that was there already."""
    if name in clauses:
        tokens.unexpected()


def _using(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    _once(tokens, clauses, "scope")
    _once(tokens, clauses, "lookup")
    tokens.advance()
    if tokens.accept("SCOPE"):
        clauses["scope"] = tokens.name()
        return True
    tokens.expect("LOOKUP")
    clauses["lookup"] = Lookup(path(tokens))
    return True


def _where(parser: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    _once(tokens, clauses, "where")
    tokens.advance()
    clauses["where"] = condition(tokens, parser.semi_join)
    return True


def _with(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    tokens.advance()
    if tokens.kind in _MODES:
        _once(tokens, clauses, "mode")
        clauses["mode"] = tokens.advance().upper()
        return True
    if tokens.kind == "DATA" and tokens.peek() == "CATEGORY":
        _once(tokens, clauses, "data_categories")
        tokens.advance()
        tokens.advance()
        clauses["data_categories"] = _categories(tokens)
        return True
    clauses["with_other"] = (*clauses.get("with_other", ()), _visibility(tokens))
    return True


def _visibility(tokens: Tokens) -> str:
    """Take ``WITH name = value`` or ``WITH RecordVisibilityContext (name = value, …)``."""
    name = tokens.name()
    if tokens.accept("("):
        pairs = [_pair(tokens)]
        while tokens.accept(","):
            pairs.append(_pair(tokens))
        tokens.expect(")")
        return f"{name} ({', '.join(f'{key} = {value.source}' for key, value in pairs)})"
    tokens.expect("=")
    return f"{name} = {literal(tokens).source}"


def _pair(tokens: Tokens) -> tuple[Path, Literal]:
    key = path(tokens)
    tokens.expect("=")
    return key, literal(tokens)


def _categories(tokens: Tokens) -> tuple[DataCategory, ...]:
    """Take the selections of WITH DATA CATEGORY."""
    found = [_category(tokens)]
    while tokens.accept("AND"):
        found.append(_category(tokens))
    return tuple(found)


def _category(tokens: Tokens) -> DataCategory:
    group = tokens.name()
    if tokens.kind not in _SELECTORS:
        tokens.unexpected()
    selector = tokens.advance().upper()
    if not tokens.accept("("):
        return DataCategory(group, selector, (tokens.name(),))
    names = [tokens.name()]
    while tokens.accept(","):
        names.append(tokens.name())
    tokens.expect(")")
    return DataCategory(group, selector, tuple(names))


def _group(parser: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    _once(tokens, clauses, "group_by")
    tokens.advance()
    tokens.expect("BY")
    if tokens.kind in {"ROLLUP", "CUBE"} and tokens.peek() == "(":
        clauses["grouping"] = tokens.advance().upper()
        tokens.advance()
        clauses["group_by"] = _expressions(tokens)
        tokens.expect(")")
    else:
        clauses["group_by"] = _expressions(tokens)
    if tokens.accept("HAVING"):
        clauses["having"] = condition(tokens, parser.semi_join)
    return True


def _expressions(tokens: Tokens) -> tuple[Any, ...]:
    found = [expression(tokens)]
    while tokens.accept(","):
        found.append(expression(tokens))
    return tuple(found)


def _order(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    _once(tokens, clauses, "order_by")
    tokens.advance()
    tokens.expect("BY")
    items = [_order_item(tokens)]
    while tokens.accept(","):
        items.append(_order_item(tokens))
    clauses["order_by"] = tuple(items)
    return True


def _order_item(tokens: Tokens) -> OrderItem:
    what = expression(tokens)
    descending = tokens.accept("DESC")
    if not descending:
        tokens.accept("ASC")
    if not tokens.accept("NULLS"):
        return OrderItem(what, descending)
    if tokens.kind not in {"FIRST", "LAST"}:
        tokens.unexpected()
    return OrderItem(what, descending, tokens.advance().upper() == "FIRST")


def _limit(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    _once(tokens, clauses, "limit")
    tokens.advance()
    clauses["limit"] = signed_integer(tokens)
    return True


def _offset(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    _once(tokens, clauses, "offset")
    tokens.advance()
    clauses["offset"] = signed_integer(tokens)
    return True


def _for(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    tokens.advance()
    clauses["for_clauses"] = (
        *clauses.get("for_clauses", ()),
        *_words(tokens, frozenset({"VIEW", "REFERENCE"})),
    )
    return True


def _update(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    _once(tokens, clauses, "update_clauses")
    tokens.advance()
    clauses["update_clauses"] = _words(tokens, frozenset({"TRACKING", "VIEWSTAT"}))
    return True


def _words(tokens: Tokens, allowed: frozenset[str]) -> tuple[str, ...]:
    found: list[str] = []
    while True:
        if tokens.kind not in allowed:
            tokens.unexpected()
        found.append(tokens.advance().upper())
        if not tokens.accept(","):
            return tuple(found)


def _bind(_: _Parser, tokens: Tokens, clauses: dict[str, Any]) -> bool:
    lookup = clauses.get("lookup")
    if not isinstance(lookup, Lookup) or lookup.binds:
        tokens.unexpected()
    tokens.advance()
    binds = [_pair(tokens)]
    while tokens.accept(","):
        binds.append(_pair(tokens))
    clauses["lookup"] = Lookup(lookup.path, tuple(binds))
    return True


_CLAUSES = (
    ("USING", _using),
    ("WHERE", _where),
    ("WITH", _with),
    ("GROUP", _group),
    ("ORDER", _order),
    ("LIMIT", _limit),
    ("OFFSET", _offset),
    ("FOR", _for),
    ("UPDATE", _update),
    ("BIND", _bind),
)
"""Every clause in the only order that they may have."""
