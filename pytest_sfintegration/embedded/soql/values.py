"""The kinds of values: how each compares, sorts, and appears in JSON.

*Documented*: text compares without regard to case; ids by their 15 case-sensitive characters. *Assumed*: an
empty string equals null, a checkbox without a value is false.
"""

import re
from collections.abc import Callable
from typing import Any

from pytest_sfintegration.embedded.soql.dates import datetime_key, datetime_text

__all__ = [
    "ID_SHAPE",
    "SHORT_ID",
    "Key",
    "key_of",
    "kind_of",
    "normaliser",
    "output",
    "time_key",
    "type_name",
]

Key = Callable[[Any], Any]

_KINDS = {
    "id": "id",
    "reference": "id",
    "int": "number",
    "long": "number",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "address": "compound",
    "location": "compound",
    "base64": "compound",
    "complexvalue": "compound",
}
_TYPE_NAMES = {
    "id": "ID",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "datetime": "dateTime",
    "time": "time",
}
ID_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)
SHORT_ID = 15


def kind_of(field_type: str) -> str:
    """Return the kind of a describe type: id, number, boolean, date, datetime, time, compound or text."""
    return _KINDS.get(field_type.lower(), "text")


def type_name(field_type: str) -> str:
    """Return the type's name in messages (``dateTime``, ``double``, ``int``, ``string``)."""
    if field_type == "int":
        return "int"
    return _TYPE_NAMES.get(kind_of(field_type), "string")


def _text(value: Any) -> Any:
    return str(value).lower()


def time_key(value: Any) -> Any:
    """Return a time of day as comparable text with milliseconds: ``10:30:00.000``."""
    clock, _, fraction = str(value).rstrip("Zz").partition(".")
    return f"{clock}.{fraction:0<3.3}"


def _short_id(value: Any) -> Any:
    return str(value)[:SHORT_ID]


_NORMAL: dict[str, Key] = {
    "text": _text,
    "id": _short_id,
    "number": float,
    "boolean": bool,
    "date": str,
    "datetime": datetime_key,
    "time": time_key,
    "compound": str,
}


def normaliser(kind: str) -> Key:
    """Return the function from a value that is not null to what it is compared and sorted by."""
    return _NORMAL[kind]


def key_of(kind: str) -> Key:
    """Return the function from any value to its grouping key; null and empty text are one."""
    normal = _NORMAL[kind]

    def key(value: Any) -> Any:
        if value is None:
            return False if kind == "boolean" else None
        return None if value == "" else normal(value)

    return key


def _number(value: Any) -> Any:
    return None if value is None else float(value)


def _whole(value: Any) -> Any:
    return None if value is None else int(value)


def _moment(value: Any) -> Any:
    return datetime_text(value) if value else None


_OUTPUT: dict[str, Key] = {
    "int": _whole,
    "long": _whole,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "boolean": bool,
    "datetime": _moment,
}


def output(field_type: str) -> Key | None:
    """Return the function from a row's value to JSON, None where the value goes out as it is."""
    return _OUTPUT.get(field_type.lower())
