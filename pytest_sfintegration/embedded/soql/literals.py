"""The values of a query text: strings with their escapes, numbers, dates, relative date literals, currency.

Escapes: *documented* (SOQL reference, "Quoted String Escape Sequences"). Relative date literals:
*documented* ("Date Formats and Date Literals").
"""

import re
from decimal import Decimal

from pytest_sfintegration.embedded.soql.ast import Literal
from pytest_sfintegration.embedded.soql.lexer import Tokens

__all__ = ["RANGES", "literal", "signed_integer", "signed_number", "value_list"]

_UNITS = ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
PLAIN_RANGES = frozenset(
    (
        *("TODAY", "YESTERDAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"),
        *(f"{which}_{unit}" for which in ("LAST", "THIS", "NEXT") for unit in _UNITS),
    )
)
COUNTED_RANGES = frozenset(
    name for unit in ("DAY", *_UNITS) for name in (f"LAST_N_{unit}S", f"NEXT_N_{unit}S", f"N_{unit}S_AGO")
)
RANGES = PLAIN_RANGES | COUNTED_RANGES
"""Every relative date literal, without its ``:n``."""

_CURRENCY = re.compile(r"([A-Za-z]{3})(\d+(?:\.\d+)?)", re.ASCII)
_ESCAPE = re.compile(r"\\(?:[uU]([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_SIMPLE = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "%": "%",
    "_": "_",
}
_SIMPLE |= {letter.upper(): value for letter, value in _SIMPLE.items() if letter.isalpha()}
_WORDS = {"TRUE": ("boolean", True), "FALSE": ("boolean", False), "NULL": ("null", None)}


def _string(tokens: Tokens, at: int) -> Literal:
    """Take a quoted string."""
    source = tokens.token
    inner = source[1:-1]
    if "\\" not in inner:
        tokens.advance()
        return Literal("string", inner, source, at=at)

    def decode(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2] not in _SIMPLE:
            tokens.fail(f"Illegal character sequence '{found[0]}' in string literal", at + 1 + found.start())
        return _SIMPLE[found[2]]

    value = _ESCAPE.sub(decode, inner)
    tokens.advance()
    return Literal("string", value, source, at=at)


def _signed(tokens: Tokens, at: int) -> Literal:
    """Take a number with an optional sign."""
    sign = tokens.advance() if tokens.kind in {"-", "+"} else ""
    kind = tokens.kind
    if kind not in {"integer", "decimal"}:
        tokens.unexpected()
    source = sign + tokens.advance()
    return Literal(kind, Decimal(source), source, at=at)


def _counted(tokens: Tokens, at: int) -> Literal:
    """Take ``LAST_N_DAYS:n``; any other word before a colon and a number is no value."""
    source = tokens.token
    name, _, number = source.partition(":")
    name = name.strip().upper()
    if name not in COUNTED_RANGES:
        tokens.unexpected()
    tokens.advance()
    return Literal("range", name, source, number=int(number), at=at)


def _word(tokens: Tokens, at: int) -> Literal:
    """Take true, false, null, a relative date literal or an amount with a currency code."""
    kind, source = tokens.kind, tokens.token
    if kind in _WORDS:
        tokens.advance()
        literal_kind, value = _WORDS[kind]
        return Literal(literal_kind, value, source, at=at)
    if kind in PLAIN_RANGES:
        tokens.advance()
        return Literal("range", kind, source, at=at)
    amount = _CURRENCY.fullmatch(source)
    if amount:
        tokens.advance()
        return Literal("currency", Decimal(amount[2]), source, currency=amount[1].upper(), at=at)
    if kind == ":" or tokens.names():
        # A name on the right side reads as a variable: the API has none (community: field-to-field
        # comparisons and binds both answer this).
        tokens.fail("Bind variables only allowed in Apex code")
    return tokens.unexpected()


def literal(tokens: Tokens) -> Literal:
    """Take one value."""
    at, kind = tokens.at, tokens.kind
    if kind == "string":
        return _string(tokens, at)
    if kind in {"integer", "decimal", "-", "+"}:
        return _signed(tokens, at)
    if kind in {"date", "datetime", "time"}:
        source = tokens.advance()
        return Literal(kind, source, source, at=at)
    if kind == "range":
        return _counted(tokens, at)
    return _word(tokens, at)


def value_list(tokens: Tokens) -> tuple[Literal, ...]:
    """Take ``(value, …)``."""
    if tokens.kind == ":":
        tokens.fail("Bind variables only allowed in Apex code")
    tokens.expect("(")
    values = [literal(tokens)]
    while tokens.accept(","):
        values.append(literal(tokens))
    tokens.expect(")")
    return tuple(values)


def signed_integer(tokens: Tokens) -> int:
    """Take the number of LIMIT or OFFSET; the published grammar lets it carry a sign."""
    if tokens.kind == ":":
        tokens.fail("Bind variables only allowed in Apex code")
    value = _signed(tokens, tokens.at)
    if value.kind != "integer":
        tokens.fail(f"unexpected token: '{value.source}'", value.at)
    return int(value.value)


def signed_number(tokens: Tokens) -> float:
    """Take a coordinate."""
    if tokens.kind == ":":
        tokens.fail("Bind variables only allowed in Apex code")
    return float(_signed(tokens, tokens.at).value)
