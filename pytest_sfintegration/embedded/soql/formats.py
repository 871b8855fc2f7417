"""FORMAT(): values in the user's locale. *Assumed*: en_US and US dollars, as a new org has them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from pytest_sfintegration.embedded.soql.dates import datetime_key

__all__ = ["formatter"]


def _date(value: str) -> str:
    day = date.fromisoformat(value[:10])
    return f"{day.month}/{day.day}/{day.year}"


def _datetime(value: str) -> str:
    moment = datetime.fromisoformat(datetime_key(value))
    hour = moment.hour % 12 or 12
    return f"{_date(value)}, {hour}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"  # noqa: PLR2004


def _number(value: Any) -> str:
    return f"{float(value):,.10f}".rstrip("0").rstrip(".")


def _currency(value: Any) -> str:
    amount = float(value)
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


_FORMATS: dict[str, Callable[[Any], str]] = {
    "date": _date,
    "datetime": _datetime,
    "currency": _currency,
    "int": _number,
    "double": _number,
    "percent": lambda value: f"{_number(value)}%",
}


def formatter(field_type: str) -> Callable[[Any], Any]:
    """Return the function that formats values of a type; what has no locale stays as it is."""
    form = _FORMATS.get(field_type, str)
    return lambda value: None if value is None else form(value)
