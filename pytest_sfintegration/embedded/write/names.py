"""The fields of a record that a client sends: known, visible, writable, of the right type."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.values import coerce
from pytest_sfintegration.embedded.view import ObjectView
from pytest_sfintegration.sfdx.model import FieldDef

__all__ = ["read_values"]

ByExternalId = Callable[[FieldDef, Mapping[str, Any]], str]


def read_values(
    view: ObjectView, sent: Mapping[str, Any], *, creating: bool, by_external_id: ByExternalId
) -> dict[str, Any]:
    """Return what is to be stored, by API name.

    Order of the refusals: names that the API cannot set, unknown or hidden fields, fields without write
    access,
    values (assumed; each refusal by itself is recorded: fls.badnames, fls.collections.unknown,
    fls.write.readonly).
    """
    named = _named(view, sent)
    refused = [
        field.name
        for field, _ in named
        if not (view.createable(field.name) if creating else view.updateable(field.name))
    ]
    if refused:
        raise ApiError(
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(refused)}. Please check the security "
            "settings of this "
            "field and verify that it is read/write for your profile or permission set.",
            refused,
        )
    values: dict[str, Any] = {}
    for field, value in named:
        if not field.known:
            raise NotSupportedError(
                f"writing {view.name}.{field.name}: permission sets name the field, but the source "
                "does not define it"
            )
        values[field.name] = (
            by_external_id(field, value) if isinstance(value, Mapping) else coerce(field, value)
        )
    return values


def _refuse_other_type(view: ObjectView, attributes: Any) -> None:
    """Refuse a record that says it is of another object than it is written as: which counts is not known."""
    said = attributes.get("type") if isinstance(attributes, Mapping) else None
    if said is not None and str(said).lower() != view.name.lower():
        raise NotSupportedError(f"a record with attributes.type {said!r}, written as {view.name}")


def _named(view: ObjectView, sent: Mapping[str, Any]) -> list[tuple[FieldDef, Any]]:
    named: list[tuple[FieldDef, Any]] = []
    for name, value in sent.items():
        if name == "attributes":
            _refuse_other_type(view, value)
            continue
        if name != name.strip():
            raise ApiError(
                400,
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                f"{view.name}: bad field names on insert/update call: {name}",
                [name],
            )
        field = view.field(name)
        if field is None and isinstance(value, Mapping):
            field = view.parents.get(name.lower())
        if field is None or (isinstance(value, Mapping) and field.name.lower() == name.lower()):
            raise ApiError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {view.name}")
        named.append((field, value))
    return named
