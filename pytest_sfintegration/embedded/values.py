"""Values on their way in: JSON to what is stored, by describe type, refused as the platform refuses them."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.sfdx.model import FieldDef

__all__ = ["TEXT_TYPES", "coerce", "datetime_text"]

TEXT_TYPES = frozenset(
    {
        "combobox",
        "email",
        "encryptedstring",
        "multipicklist",
        "phone",
        "picklist",
        "string",
        "textarea",
        "url",
    }
)
_SHOWN = 255
_JSON_KIND = {dict: "START_OBJECT", list: "START_ARRAY", bool: "VALUE_TRUE", str: "VALUE_STRING"}


def datetime_text(moment: datetime) -> str:
    """Return a datetime as REST prints it: UTC, milliseconds, ``+0000`` (recorded in every cassette)."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def coerce(field: FieldDef, value: Any) -> Any:
    """Return what is stored for ``value``.

    Raises ApiError: JSON_PARSER_ERROR for a JSON type that does not fit, STRING_TOO_LONG, MALFORMED_ID,
    INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, INVALID_EMAIL_ADDRESS, NUMBER_OUTSIDE_VALID_RANGE. The codes are
    documented (SOAP API StatusCode list); texts and the 400 are assumed.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return _empty(field)
    if field.type in TEXT_TYPES:
        return _text(field, value)
    converter = _CONVERTERS.get(field.type)
    if converter is None:
        raise NotSupportedError(f"writing the {field.type} field {field.name}")
    return converter(field, value)


def _empty(field: FieldDef) -> Any:
    return False if field.type == "boolean" else None


def _parser_error(kind: str, value: Any) -> ApiError:
    shown = "true" if value is True else "false" if value is False else value
    what = _JSON_KIND.get(
        type(value), "VALUE_NUMBER_FLOAT" if isinstance(value, float) else "VALUE_NUMBER_INT"
    )
    if what.startswith("START"):
        opening = "{" if what == "START_OBJECT" else "["
        text = f"Cannot deserialize instance of {kind} from {what} value {opening}"
    else:
        text = f"Cannot deserialize instance of {kind} from {what} value {shown}"
    return ApiError(
        400, "JSON_PARSER_ERROR", f"{text} or request may be missing a required field at [line:1, column:1]"
    )


def _text(field: FieldDef, value: Any) -> str | None:
    if isinstance(value, dict | list):
        raise _parser_error("string", value)
    text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    if field.type not in {"textarea", "multipicklist"}:
        text = text.strip()
    if field.length and len(text) > field.length:
        shown = text if len(text) <= _SHOWN else text[:_SHOWN]
        raise ApiError(
            400,
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {shown} (max length={field.length})",
            [field.name],
        )
    if field.type == "email" and not _looks_like_email(text):
        raise ApiError(
            400, "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", [field.name]
        )
    if field.restricted_picklist and field.picklist:
        _check_picklist(field, text)
    return text


def _looks_like_email(text: str) -> bool:
    name, at, domain = text.partition("@")
    return bool(name and at and domain) and "@" not in domain and " " not in text and "." in domain


def _check_picklist(field: FieldDef, text: str) -> None:
    allowed = {each.value for each in field.picklist if each.active}
    chosen = text.split(";") if field.type == "multipicklist" else [text]
    for each in chosen:
        if each not in allowed:
            raise ApiError(
                400,
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                f"{field.label}: bad value for restricted picklist field: {each}",
                [field.name],
            )


def _boolean(_field: FieldDef, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _parser_error("boolean", value)


def _number(field: FieldDef, value: Any) -> float:
    if isinstance(value, bool | dict | list):
        raise _parser_error(field.type, value)
    try:
        number = float(value)
    except ValueError:
        raise _parser_error(field.type, value) from None
    whole_digits = field.precision - field.scale
    if number != number or (field.precision and abs(number) >= 10**whole_digits):  # noqa: PLR0124 (NaN)
        raise ApiError(
            400,
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            [field.name],
        )
    return round(number, field.scale) if field.precision else number


def _integer(field: FieldDef, value: Any) -> int:
    if isinstance(value, bool | dict | list):
        raise _parser_error("int", value)
    try:
        number = float(value)
    except ValueError:
        raise _parser_error("int", value) from None
    if not number.is_integer():
        raise _parser_error("int", value)
    if abs(number) >= 2**31:
        raise ApiError(
            400,
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            [field.name],
        )
    return int(number)


def _date(_field: FieldDef, value: Any) -> str:
    if not isinstance(value, str):
        raise _parser_error("date", value)
    try:
        return date.fromisoformat(value.strip()[:10]).isoformat()
    except ValueError:
        raise _parser_error("date", value) from None


def _datetime(_field: FieldDef, value: Any) -> str:
    if not isinstance(value, str):
        raise _parser_error("datetime", value)
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise _parser_error("datetime", value) from None
    return datetime_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _time(_field: FieldDef, value: Any) -> str:
    if not isinstance(value, str):
        raise _parser_error("time", value)
    try:
        moment = datetime.fromisoformat(f"1970-01-01T{value.strip().removesuffix('Z')}")
    except ValueError:
        raise _parser_error("time", value) from None
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _reference(field: FieldDef, value: Any) -> str:
    found = canonical_id(value) if isinstance(value, str) else None
    if found is None:
        raise ApiError(
            400, "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", [field.name]
        )
    return found


def _base64(_field: FieldDef, value: Any) -> str:
    if not isinstance(value, str):
        raise _parser_error("base64", value)
    return value


_CONVERTERS: Mapping[str, Callable[[FieldDef, Any], Any]] = MappingProxyType(
    {
        "base64": _base64,
        "boolean": _boolean,
        "currency": _number,
        "date": _date,
        "datetime": _datetime,
        "double": _number,
        "int": _integer,
        "long": _integer,
        "percent": _number,
        "reference": _reference,
        "time": _time,
    }
)
