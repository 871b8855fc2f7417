"""The right side of a comparison: literals checked against the field's type and made comparable.

``value of filter criterion for field 'F' must be of type T and should not be enclosed in quotes``
(INVALID_FIELD) and ``invalid ID field: X`` (INVALID_QUERY_FILTER_OPERATOR) are *community* texts, both at the
field's place.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from pytest_sfintegration.embedded.soql.ast import Literal
from pytest_sfintegration.embedded.soql.dates import datetime_key, span
from pytest_sfintegration.embedded.soql.errors import SoqlError, SoqlNotSupported
from pytest_sfintegration.embedded.soql.scope import Operand, Scope
from pytest_sfintegration.embedded.soql.values import ID_SHAPE, SHORT_ID, kind_of, time_key, type_name

__all__ = ["Span", "comparable", "like_parts", "like_pattern"]

Span = tuple[str, str]
"""First comparable value of a range, and the first one after it."""

_QUOTED = frozenset({"text", "id"})
_NUMBERS = frozenset({"integer", "decimal"})
_PART = re.compile(r"\\u([0-9A-Fa-f]{4})|\\(.)|(.)", re.DOTALL | re.IGNORECASE)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def comparable(scope: Scope, operand: Operand, value: Literal) -> Any:
    """Return a literal's comparable value for an operand: None, a key, or a Span for days and ranges."""
    kind = kind_of(operand.type)
    if value.kind == "null" or (value.kind == "string" and value.value == "" and kind in _QUOTED):
        return None
    if value.kind == "currency":
        message = "A currency code in a filter is not supported by the embedded org (it has one currency)."
        raise scope.error(value.at, "MALFORMED_QUERY", message, SoqlNotSupported)
    if kind in _QUOTED:
        return _quoted(scope, operand, value, kind)
    if kind == "number" and value.kind in _NUMBERS:
        return float(value.value)
    if kind == "boolean" and value.kind == "boolean":
        return value.value
    if kind in {"date", "datetime"}:
        return _moment(scope, operand, value, kind)
    if kind == "time" and value.kind == "time":
        return time_key(value.value)
    raise _wrong_type(scope, operand)


def _wrong_type(scope: Scope, operand: Operand) -> SoqlError:
    """Build the answer for a literal of another type than the field's."""
    quoted = "should" if kind_of(operand.type) in _QUOTED else "should not"
    message = (
        f"value of filter criterion for field '{operand.name.rpartition('.')[2]}' must be of type "
        f"{type_name(operand.type)} and {quoted} be enclosed in quotes"
    )
    return scope.error(operand.at, "INVALID_FIELD", message)


def _quoted(scope: Scope, operand: Operand, value: Literal, kind: str) -> str:
    if value.kind != "string":
        raise _wrong_type(scope, operand)
    text: str = value.value
    if kind == "text":
        return text.lower()
    if not ID_SHAPE.fullmatch(text):
        message = f"invalid ID field: {text}"
        raise scope.error(operand.at, "INVALID_QUERY_FILTER_OPERATOR", message)
    return text[:SHORT_ID]


def _moment(scope: Scope, operand: Operand, value: Literal, kind: str) -> str | Span:
    """Make a date, datetime or relative literal comparable with a date or datetime field."""
    if value.kind == "range":
        today = scope.context.now.date()
        first, after = span(value.value, value.number, today, scope.context.fiscal_year_start)
        return _key(first, kind), _key(after, kind)
    if value.kind != kind:
        raise _wrong_type(scope, operand)
    try:
        if kind == "date":
            return date.fromisoformat(value.value).isoformat()
        return datetime_key(value.value.upper())
    except (ValueError, OverflowError) as error:
        message = f"Invalid {'date' if kind == 'date' else 'dateTime'} format: {value.source}"
        raise scope.error(value.at, "MALFORMED_QUERY", message) from error


def _key(day: date, kind: str) -> str:
    return day.isoformat() if kind == "date" else f"{day.isoformat()}T00:00:00.000"


def like_pattern(value: Literal) -> re.Pattern[str]:
    r"""Return LIKE's pattern: ``%`` any text, ``_`` one character, ``\%`` and ``\_`` themselves; any case."""
    pieces = [""]
    for text, wild in _pieces(value):
        if wild == "%":
            pieces.append("")
        else:
            pieces[-1] += "." if wild else re.escape(text)
    return re.compile(_joined(pieces), re.DOTALL | re.IGNORECASE)


def like_parts(value: Literal) -> list[str]:
    """Return the texts of LIKE's pattern in lower case, and between each two of them the wildcard."""
    parts = [""]
    for text, wild in _pieces(value):
        if wild:
            parts += [wild, ""]
        else:
            parts[-1] += text.lower()
    return parts


def _pieces(value: Literal) -> Iterator[tuple[str, str]]:
    """Yield the characters of a pattern: each as itself and "", or as "" and the wildcard that it is."""
    for found in _PART.finditer(value.source[1:-1]):
        if found[1]:
            yield chr(int(found[1], 16)), ""
        elif found[2]:
            yield _ESCAPED.get(found[2].lower(), found[2]), ""
        elif found[3] in {"%", "_"}:
            yield "", found[3]
        else:
            yield found[3], ""


def _joined(pieces: list[str]) -> str:
    """Join what stands between ``%``: atomic groups keep any pattern from trying every split of the text."""
    if len(pieces) == 1:
        return pieces[0]
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1] if piece)
    return f"{pieces[0]}{middle}.*{pieces[-1]}"
