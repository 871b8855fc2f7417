"""Share objects: the rows that the sharing engine derives, and the manual ones that are stored."""

from collections.abc import Mapping
from typing import Any

from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.embedded.record_gate import RecordGate
from pytest_sfintegration.embedded.record_store import (
    ACCOUNT_COLUMNS,
    access_field,
    parent_field,
    share_object,
)
from pytest_sfintegration.embedded.storage import Storage
from pytest_sfintegration.embedded.tables.directory import GROUP_TYPES, Directory
from pytest_sfintegration.embedded.tables.manager_groups import MANAGER_GROUPS
from pytest_sfintegration.sfdx.model import SharedWith

__all__ = ["Shares"]

_DERIVED = frozenset(
    {
        "Owner",
        "Rule",
        "Team",
        "Territory",
        "Territory2AssociationManual",
        "Territory2Forecast",
        "TerritoryRule",
    }
)


class Shares:
    """Rows of ``AccountShare``, ``Property__Share`` and the like.

    Documented: Object Reference, AccountShare.
    """

    def __init__(self, storage: Storage, gate: RecordGate, directory: Directory, ids: IdFactory) -> None:
        self._storage = storage
        self._gate = gate
        self._directory = directory
        self._ids = ids
        self.parents = {share_object(name): name for name in directory.source.objects}

    def readable(self, person: Person, name: str) -> list[dict[str, Any]]:
        """Return the rows that a user may read: those of the records that he may read (assumed)."""
        parent = self.parents[name]
        if parent == "User":
            raise NotSupportedError("the rows of UserShare: record access to users is not modelled")
        seen = self._gate.visible(person, parent, self._storage.table(parent).active())
        ids = {row["Id"] for row in seen}
        return [row for row in self.rows(name) if row[parent_field(parent)] in ids]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a share object.

        Those of owners, rules, teams and territories derived, Manual as stored; implicit ones have none, nor
        have deleted records.
        """
        parent = self.parents[name]
        records = self._storage.table(parent)
        field = parent_field(parent)
        rows = [row for row in self._storage.table(name).active() if _is_there(records.get(row[field]))]
        for record in records.active():
            for share in self._gate.share_rows(parent, record):
                if share.row_cause not in _DERIVED:
                    continue
                rows.append(
                    {
                        # far above the numbers of stored rows
                        "Id": self._ids.nth(name, 10**9 + len(rows)),
                        field: record["Id"],
                        "UserOrGroupId": self._id_of(share.shared_with),
                        access_field(parent): share.access_level,
                        "RowCause": share.row_cause,
                        "IsDeleted": False,
                        **_on_children(parent, share.account_settings),
                    }
                )
        return rows

    def _id_of(self, shared: SharedWith) -> str | None:
        kind = GROUP_TYPES.get(shared.kind.lower())
        if kind is None:
            return shared.name
        name = "AllInternalUsers" if kind == "Organization" else shared.name or ""
        if kind in MANAGER_GROUPS:
            name = name.lower()
        return self._directory.public_groups.get((kind, name))


def _is_there(record: Mapping[str, Any] | None) -> bool:
    return record is not None and not record.get("IsDeleted")


def _on_children(parent: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return what a share of an account gives on its children, as far as it is told (AccountShare)."""
    if parent != "Account":
        return {}
    return {column: settings[key] for column, key in ACCOUNT_COLUMNS.items() if key in settings}
