"""Plausible values for the fields of a record, made by Faker.

Only the providers that are used are loaded: all of them cost ten times as much at start-up.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from pytest_sfintegration.orgs.describe import FieldFacts

__all__ = ["fake_value"]

_PROVIDERS = ["person", "company", "internet", "phone_number", "address", "lorem"]


@cache
def _faker() -> Any:
    from faker import Factory  # noqa: PLC0415 - costs a fifth of a second

    return Factory.create("en_US", providers=[f"faker.providers.{name}" for name in _PROVIDERS])


def _text(field: FieldFacts) -> str:
    fake = _faker()
    name = field.name.lower()
    if "lastname" in name:
        text = fake.last_name()
    elif "firstname" in name:
        text = fake.first_name()
    elif "email" in name:
        text = fake.safe_email()
    elif name in {"name", "company"}:
        text = fake.company()
    else:
        text = fake.sentence(nb_words=4)
    length = field.raw.get("length") or 255
    return str(text)[:length]


def _picklist(field: FieldFacts) -> str | None:
    values = [one for one in field.raw["picklistValues"] if one.get("active", True)]
    if not values:
        return None if field.nillable else _text(field)
    default = next((one for one in values if one.get("defaultValue")), values[0])
    return str(default["value"])


_MAKERS: Mapping[str, Callable[[FieldFacts], Any]] = {
    "boolean": lambda _: False,
    "int": lambda _: 1,
    "long": lambda _: 1,
    "double": lambda _: 1,
    "currency": lambda _: 100,
    "percent": lambda _: 10,
    "date": lambda _: (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
    "datetime": lambda _: (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    "time": lambda _: "09:00:00.000Z",
    "email": lambda _: _faker().safe_email(),
    "phone": lambda field: str(_faker().numerify("+1 555 01## ###"))[: field.raw.get("length") or 40],
    "url": lambda _: "https://www.example.com/",
    "picklist": _picklist,
    "combobox": _picklist,
    "multipicklist": _picklist,
}


def fake_value(field: FieldFacts) -> Any:
    """Return a valid value for a field that is no reference; None when its type cannot be made."""
    if field.type in {"reference", "id", "address", "location", "base64", "anyType", "complexvalue"}:
        return None
    return _MAKERS.get(field.type, _text)(field)
