"""Fields that the platform fills: defaults, auto-numbers, names of persons, addresses, audit fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.values import coerce, datetime_text
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef, ObjectKind

__all__ = [
    "default_of",
    "defaulted",
    "derive",
    "is_person_name",
    "missing",
    "named",
    "needs_value",
    "stamp",
]

_NAME_PARTS = ("FirstName", "MiddleName", "LastName", "Suffix")
_ADDRESS_PARTS = {
    "City": "city",
    "Country": "country",
    "CountryCode": "countryCode",
    "GeocodeAccuracy": "geocodeAccuracy",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "PostalCode": "postalCode",
    "State": "state",
    "StateCode": "stateCode",
    "Street": "street",
}


def needs_value(field: FieldDef) -> bool:
    """Tell whether a field may never be empty: one that users write and that is not nillable.

    Documented: Object Reference, Required Fields; Case.Status is nillable (Help article 005225085).
    """
    return (
        field.createable
        and not field.nillable
        and field.type != "boolean"
        and not field.auto_number
        and not field.calculated
    )


def defaulted(field: FieldDef, sent: Mapping[str, Any]) -> bool:
    """Tell whether the platform fills a required field of a new record.

    Documented: Object Reference, Required Fields: the default of a field that is not passed. An explicit null
    is no such field where the default is a custom field's own; a standard one has its default (assumed).
    """
    return field.defaulted_on_create and not (field.custom and field.name in sent)


def default_of(definition: ObjectDef, field: FieldDef, now: datetime) -> Any:
    """Return the value of a field that a new record does not set.

    Literals, TODAY() and NOW() are evaluated; any other default formula is refused: the record would be wrong
    without it (documented: default field values, help customize_defaults).
    """
    if field.type == "boolean":
        return (field.default_value or "").strip().lower() == "true"
    for value in field.picklist:
        if value.default and value.active and not field.default_value:
            return value.value
    if not field.default_value or field.calculated or field.auto_number or field.formula:
        return None
    return coerce(field, _literal(definition, field, field.default_value.strip(), now))


def _literal(definition: ObjectDef, field: FieldDef, text: str, now: datetime) -> Any:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
        return text[1:-1]
    if text.upper().replace(" ", "") == "TODAY()":
        return now.date().isoformat()
    if text.upper().replace(" ", "") == "NOW()":
        return datetime_text(now)
    if text.lower() in {"null", "true", "false"}:
        return None if text.lower() == "null" else text.lower() == "true"
    try:
        return float(text)
    except ValueError:
        pass
    if field.type in {"picklist", "multipicklist"} and any(each.value == text for each in field.picklist):
        return text
    raise NotSupportedError(
        f"the default value of {definition.name}.{field.name} is the formula {text!r}, which is not "
        "evaluated. "
        "Give the field a value in the record."
    )


def named(definition: ObjectDef, record: dict[str, Any]) -> dict[str, Any]:
    """Return a record of a custom object with its id for a name, where it has none.

    Documented: Help, Record Name; the 15 characters: salesforce.stackexchange.com/questions/139392. That a
    name that is emptied becomes the id as well is assumed.
    """
    name = definition.fields.get("Name")
    if definition.kind is not ObjectKind.CUSTOM or name is None or record.get("Name") is not None:
        return record
    return {**record, "Name": record["Id"][:15]}


def is_person_name(definition: ObjectDef) -> bool:
    """Tell whether Name is put together from first and last name (Contact, Lead, User)."""
    name = definition.fields.get("Name")
    return name is not None and "LastName" in definition.fields and not name.createable


def derive(definition: ObjectDef, record: dict[str, Any], changed: Mapping[str, Any]) -> None:
    """Fill what follows from other fields: the Name of a person, compound addresses.

    Name = FirstName MiddleName LastName Suffix (documented: object reference, Contact.Name). What a stage or
    a status means is filled by ``statuses.derive_status``.
    """
    if is_person_name(definition) and any(part in changed for part in _NAME_PARTS):
        record["Name"] = " ".join(str(record[part]) for part in _NAME_PARTS if record.get(part))
    compounds = {part: None for name in changed if (part := definition.fields[name].compound) is not None}
    for compound in compounds:
        if compound in definition.fields and definition.fields[compound].type == "address":
            record[compound] = _address(definition, compound, record)


def _address(definition: ObjectDef, compound: str, record: Mapping[str, Any]) -> dict[str, Any] | None:
    prefix = compound.removesuffix("Address")
    parts = {
        key: record.get(prefix + part)
        for part, key in _ADDRESS_PARTS.items()
        if prefix + part in definition.fields
    }
    return parts if any(value is not None for value in parts.values()) else None


def stamp(
    definition: ObjectDef, record: dict[str, Any], *, user_id: str, now: datetime, creating: bool
) -> None:
    """Fill the audit fields that the object has."""
    moment = datetime_text(now)
    values = {"LastModifiedById": user_id, "LastModifiedDate": moment, "SystemModstamp": moment}
    if creating:
        values |= {"CreatedById": user_id, "CreatedDate": moment}
    record.update((name, value) for name, value in values.items() if name in definition.fields)


def missing(names: list[str]) -> ApiError:
    """Return the refusal of a record without its required fields: documented(StatusCode list)."""
    return ApiError(
        400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", names
    )
