"""One record at a time: read it, find it by external id, upsert it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.platform_fields import is_unknown, why_unknown
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.soql.catalog import Row
from pytest_sfintegration.embedded.values import TEXT_TYPES, coerce
from pytest_sfintegration.embedded.view import ObjectView, not_found
from pytest_sfintegration.sfdx.model import FieldDef, Governance

__all__ = [
    "SeveralRecordsError",
    "external_id_refused",
    "find_row",
    "ids_by_external_id",
    "record_body",
    "record_id_of",
    "upsert",
]

_ID_LENGTH = 18
_ADVICE = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


class SeveralRecordsError(Exception):
    """An external id that several records hold: 300 with their URLs, recorded(rec.multi_extid)."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(", ".join(ids))
        self.ids = list(ids)


def external_id_refused(name: str) -> ApiError:
    """Return the 404 of a hidden or missing external id field.

    Recorded(fls.extid.not_accessible, rec.get.bogus).
    """
    return ApiError(
        404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}"
    )


def record_id_of(text: str) -> str:
    """Return the 18-character id that a URL names; raise the 404 of what is no id, whatever its length.

    Recorded(rec.get.bogus). What has the length of an id, and a suffix that does not fit: WWW::Salesforce,
    t/delete.t (MALFORMED_ID, 400).
    """
    found = canonical_id(text)
    if found is not None:
        return found
    if len(text) == _ID_LENGTH and text.isascii() and text.isalnum():
        raise ApiError(400, "MALFORMED_ID", f"malformed id {text}", [])
    raise external_id_refused(text)


def find_row(call: Call, view: ObjectView, record_id: str) -> Row:
    """Return a record that the user may see; 404 when it is deleted, missing or not shared."""
    catalog = call.world.catalog(call.user)
    found = catalog.object(view.name)
    row = None if found is None else found.row(record_id)
    if row is None or row.get("IsDeleted"):
        raise not_found()
    return row


def record_body(call: Call, view: ObjectView, row: Row, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return a record as REST prints it: hidden fields are simply missing (documented, obj_ref_data_access).

    Formula and roll-up fields are null: their values are not computed. A field by name whose value is not
    known is refused; in a whole record it is null, as no checkbox of a real org is.
    """
    url = f"{call.base}/sobjects/{view.name}/{row['Id']}"
    body: dict[str, Any] = {"attributes": {"type": view.name, "url": url}}
    if names is None:
        fields: Sequence[FieldDef] = list(view.readable.values())
    else:
        fields = [_readable(view, name) for name in names]
    for field in fields:
        value = row.get(field.name)
        if field.type == "base64" and value is not None:
            value = f"{url}/{field.name}"
        if is_unknown(view.name, field.name, row):
            if names is not None and row["Id"]:
                raise NotSupportedError(why_unknown(view.name, field.name, row))
        elif value is None and field.type == "boolean":
            value = False
        body[field.name] = value
    if names is not None and "Id" in view.definition.fields:
        body["Id"] = row["Id"]
    return body


def _readable(view: ObjectView, name: str) -> FieldDef:
    if "." in name:
        raise NotSupportedError(f"a relationship path in fields=: {name}; use a query")
    found = view.field(name)
    if found is None:
        raise ApiError(400, "INVALID_FIELD", f"No such column '{name}' on entity '{view.name}'. {_ADVICE}")
    return found


def ids_by_external_id(
    call: Call, view: ObjectView, field_name: str, text: str
) -> tuple[FieldDef, list[str]]:
    """Return the field and the ids of the visible records that hold the value; raises 404 for the field."""
    field = view.field(field_name)
    if field is None or not (field.external_id or field.type == "id" or (field.unique and field.name_field)):
        raise external_id_refused(field_name)
    if view.definition.governance is Governance.SETUP:
        raise NotSupportedError(f"external ids of {view.name}")
    if field.type == "id":
        return field, [record_id_of(text)]
    value = coerce(field, text)
    table = call.world.storage.table(view.name)
    fold = field.type in TEXT_TYPES and not field.case_sensitive
    found = call.world.catalog(call.user).object(view.name)
    ids = table.find(field.name, value, fold=fold)
    visible = [
        each for each in ids if found is not None and (row := found.row(each)) and not row.get("IsDeleted")
    ]
    return field, visible


def upsert(
    call: Call, view: ObjectView, field_name: str, text: str, sent: Mapping[str, Any]
) -> tuple[str, bool]:
    """Create or change the record with that external id; return its id and whether it was created."""
    field, ids = ids_by_external_id(call, view, field_name, text)
    dml = call.world.dml
    if len(ids) > 1:
        raise SeveralRecordsError(ids)
    if ids:
        dml.update(call.user, view.name, ids[0], sent)
        return ids[0], False
    return dml.insert(call.user, view.name, {**sent, field.name: text}), True
