"""The stored records and shares, as the sharing engine asks for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.sharing import ShareEntry
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.tables.directory import Directory
from pytest_sfintegration.embedded.tables.org_rows import ORG_ROWS
from pytest_sfintegration.embedded.teams import members, team_tables
from pytest_sfintegration.embedded.territories import TerritoryShares
from pytest_sfintegration.sfdx.model import SharedWith

__all__ = ["ACCOUNT_COLUMNS", "RecordStore", "access_field", "parent_field", "share_object"]

# Group.Type -> the element names that SharedWith uses.
_KINDS = {
    "Manager": "managers",
    "ManagerAndSubordinatesInternal": "managerSubordinates",
    "Organization": "allInternalUsers",
    "Queue": "queue",
    "Regular": "group",
    "Role": "role",
    "RoleAndSubordinates": "roleAndSubordinates",
    "RoleAndSubordinatesInternal": "roleAndSubordinatesInternal",
    "Territory": "territory",
    "TerritoryAndSubordinates": "territoryAndSubordinates",
}
ACCOUNT_COLUMNS = {
    "CaseAccessLevel": "caseAccessLevel",
    "ContactAccessLevel": "contactAccessLevel",
    "OpportunityAccessLevel": "opportunityAccessLevel",
}
"""The columns of AccountShare for an account's children, and their names in the metadata of a rule."""


def share_object(name: str) -> str:
    """Return the share object of an object: AccountShare, Property__Share (documented: object reference)."""
    return f"{name.removesuffix('__c')}__Share" if name.endswith("__c") else f"{name}Share"


def parent_field(name: str) -> str:
    """Return the field of a share object that holds the record."""
    return "ParentId" if name.endswith("__c") else f"{name}Id"


def access_field(name: str) -> str:
    """Return the field of a share object that holds the access level."""
    return "AccessLevel" if name.endswith("__c") else f"{name}AccessLevel"


class RecordStore:
    """Implements the sharing engine's RecordSource over the storage."""

    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage = storage
        self._directory = directory
        self._territories = TerritoryShares(storage, directory)
        self._shares: dict[str, tuple[tuple[object, ...], Mapping[str, Sequence[ShareEntry]]]] = {}
        self._groups: dict[str, SharedWith] | None = None
        self._org_rows: dict[str, Mapping[str, Record]] = {}

    def get(self, obj: str, record_id: str) -> Record | None:
        """Return one record, or one row of the org's own tables (User, RecordType, ...)."""
        if obj not in ORG_ROWS:
            return self._storage.table(obj).get(record_id)
        if obj not in self._org_rows:
            rows = ORG_ROWS[obj](self._directory, self._storage.ids)
            self._org_rows[obj] = {row["Id"]: row for row in rows}
        return self._org_rows[obj].get(record_id)

    def rows(self, obj: str) -> Iterable[Record]:
        """Return every undeleted record."""
        return self._storage.table(obj).active()

    def blocks(self, obj: str) -> Iterable[Block]:
        """Return every record, deleted ones too, in blocks."""
        return self._storage.table(obj).blocks

    def children(self, obj: str, field: str, parent_id: str) -> Iterable[Record]:
        """Return the undeleted records whose lookup points to a record."""
        table = self._storage.table(obj)
        found = (table.rows[each] for each in table.find(field, parent_id))
        return [row for row in found if not row.get("IsDeleted")]

    def shares(self, obj: str) -> Mapping[str, Sequence[ShareEntry]]:
        """Return the stored shares of an object's records, of its teams and of territories, by record id."""
        tables = (share_object(obj), *team_tables(obj))
        versions: tuple[object, ...] = (
            *(self._storage.table(each).version for each in tables),
            self._territories.version(obj),
        )
        kept = self._shares.get(obj)
        if kept is None or kept[0] != versions:
            kept = self._shares[obj] = (versions, self._read(obj))
        return kept[1]

    def _read(self, obj: str) -> Mapping[str, Sequence[ShareEntry]]:
        found: dict[str, list[ShareEntry]] = {}
        for record_id, entry in self._territories.entries(obj):
            found.setdefault(record_id, []).append(entry)
        for member in members(self._storage, obj):
            found.setdefault(member.record_id, []).append(
                ShareEntry(
                    shared_with=SharedWith(kind="user", name=member.user_id),
                    access_level=member.level,
                    row_cause="Team",
                    account_settings=_settings(member.row),
                )
            )
        for row in self._storage.table(share_object(obj)).active():
            found.setdefault(row[parent_field(obj)], []).append(
                ShareEntry(
                    shared_with=self.shared_with(row["UserOrGroupId"]),
                    access_level=row[access_field(obj)],
                    row_cause=row.get("RowCause") or "Manual",
                    account_settings=_settings(row),
                )
            )
        return found

    def shared_with(self, record_id: str) -> SharedWith:
        """Return the user or group that an id names, in the engine's words."""
        if self._groups is None:
            self._groups = {
                group_id: SharedWith(kind=_KINDS[kind], name=name)
                for (kind, name), group_id in self._directory.public_groups.items()
            }
        return self._groups.get(record_id) or SharedWith(kind="user", name=record_id)


def _settings(row: Mapping[str, Any]) -> Mapping[str, str]:
    return {word: row[column] for column, word in ACCOUNT_COLUMNS.items() if row.get(column)}
