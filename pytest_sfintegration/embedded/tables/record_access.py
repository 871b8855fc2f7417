"""UserRecordAccess: what a user may do with given records."""

from typing import Any

from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.embedded.soql.errors import SoqlError
from pytest_sfintegration.embedded.storage import Storage
from pytest_sfintegration.embedded.tables.reified import Filters
from pytest_sfintegration.rights import Operation

__all__ = ["MOST_RECORDS", "check_selection", "user_record_access"]

MOST_RECORDS = 200
_SELECTABLE = frozenset(
    {
        "recordid",
        "hasreadaccess",
        "haseditaccess",
        "hasdeleteaccess",
        "hastransferaccess",
        "hasallaccess",
        "maxaccesslevel",
    }
)


def check_selection(query: ast.Query) -> None:
    """Refuse to select anything else: recorded(rec.ura.select_rule)."""
    for item in query.select:
        chosen = isinstance(item, ast.FieldItem) and isinstance(item.expression, ast.Path)
        if not chosen or str(item.expression).lower() not in _SELECTABLE:  # type: ignore[union-attr]
            raise SoqlError(
                "INVALID_FIELD", "Can select only RecordId, a Has*Access field, and MaxAccessLevel"
            )


def user_record_access(
    person: Person, filters: Filters, storage: Storage, gate: Gate, object_of_prefix: dict[str, str]
) -> list[dict[str, Any]]:
    """Return a row per record; unknown or deleted records give one without any access (assumed).

    Documented: object reference, UserRecordAccess: up to 200 record ids, HasAllAccess means "may share".
    """
    asked = filters.get("RecordId") or ()
    if not asked or len(asked) > MOST_RECORDS:
        raise SoqlError(
            "MALFORMED_QUERY",
            f"UserRecordAccess: a filter on RecordId with 1 to {MOST_RECORDS} ids is required",
        )
    rows = []
    for text in asked:
        record_id = canonical_id(str(text)) or ""
        name = object_of_prefix.get(record_id[:3])
        row = storage.table(name).get(record_id) if name else None
        read = edit = delete = transfer = share = False
        if name and row is not None and not row.get("IsDeleted"):
            read = gate.allows(person, name, row, Operation.READ)
            edit = gate.allows(person, name, row, Operation.EDIT)
            delete = gate.allows(person, name, row, Operation.DELETE)
            transfer = gate.may_transfer(person, name, row)
            share = gate.allows(person, name, row, Operation.MODIFY_ALL)
        levels = (("All", share), ("Transfer", transfer), ("Delete", delete), ("Edit", edit), ("Read", read))
        rows.append(
            {
                "Id": text,
                "UserId": person.id,
                "RecordId": text,
                "HasReadAccess": read,
                "HasEditAccess": edit,
                "HasDeleteAccess": delete,
                "HasTransferAccess": transfer,
                "HasAllAccess": share,
                "MaxAccessLevel": next((level for level, held in levels if held), "None"),
            }
        )
    return rows
