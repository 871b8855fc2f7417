"""UserRecordAccess: what a user may do with given records."""

from typing import Any

from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.embedded.record_gate import RecordGate
from pytest_sfintegration.embedded.sharing import Access, AccessDecision
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.embedded.soql.errors import SoqlError
from pytest_sfintegration.embedded.storage import Storage
from pytest_sfintegration.embedded.tables.reified import Filters

__all__ = ["MOST_RECORDS", "check_selection", "user_record_access"]

MOST_RECORDS = 200
_NOTHING = AccessDecision(access=Access(0))
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
    person: Person, filters: Filters, storage: Storage, gate: RecordGate, object_of_prefix: dict[str, str]
) -> list[dict[str, Any]]:
    """Return a row per record; unknown or deleted records give one without any access (assumed).

    Documented: object reference, UserRecordAccess: up to 200 record ids, HasAllAccess means "may share",
    restriction rules are ignored.
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
        decision = _NOTHING
        if name and row is not None and not row.get("IsDeleted"):
            decision = gate.decide(person, name, row, restriction_rules=False)
        rows.append(
            {
                "Id": text,
                "UserId": person.id,
                "RecordId": text,
                "HasReadAccess": decision.can_read,
                "HasEditAccess": decision.can_edit,
                "HasDeleteAccess": decision.can_delete,
                "HasTransferAccess": decision.can_transfer,
                "HasAllAccess": decision.can_share,
                "MaxAccessLevel": decision.max_access_level,
            }
        )
    return rows
