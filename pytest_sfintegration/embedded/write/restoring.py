"""Undelete and emptying of the recycle bin: one record at a time, each all or nothing."""

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.view import ObjectView, UserView
from pytest_sfintegration.embedded.write.cascade import Cascade
from pytest_sfintegration.embedded.write.predefined_teams import PredefinedTeams
from pytest_sfintegration.embedded.write.recycle_bin import RecycleBin
from pytest_sfintegration.embedded.write.unique import check_unique
from pytest_sfintegration.rights import Operation

__all__ = ["Restoring"]


class Restoring:
    """What users may do with the records of the recycle bin."""

    def __init__(
        self, *, storage: Storage, gate: Gate, bin_: RecycleBin, cascade: Cascade, teams: PredefinedTeams
    ) -> None:
        self._storage = storage
        self._gate = gate
        self._bin = bin_
        self._cascade = cascade
        self._teams = teams

    def undelete(self, user: UserView, object_name: str, record_id: str) -> None:
        """Take a record out of the recycle bin, with the details that went along.

        Documented: Help, "Recycle Bin": Read on the record for what one has deleted oneself, Modify All Data
        for what others have. That whoever stands above these may too is assumed, as for emptying.
        """
        view = user.require(object_name)
        row = self._binned(user, view, record_id, "UNDELETE_FAILED")
        if self._without_master(view, row):
            raise ApiError(400, "UNDELETE_FAILED", "The record's master is in the recycle bin", [])
        unique = [field.name for field in view.definition.fields.values() if field.unique]
        check_unique(self._storage, view, row, {name: row.get(name) for name in unique})
        with self._storage.transaction():
            self._cascade.undelete(view.definition, row)
            self._teams.follow(user.person.id)

    def empty(self, user: UserView, object_name: str, record_id: str) -> None:
        """Take a record out of the recycle bin for good, with its details; queryAll shows them still.

        Documented: SOAP API Developer Guide, emptyRecycleBin(): what one can query in one's own bin or in
        that of a subordinate, and with Modify All Data all; not what went along with another record.
        """
        view = user.require(object_name)
        self._binned(user, view, record_id, "DELETE_FAILED")
        with self._storage.transaction():
            self._cascade.empty(view.definition, record_id)

    def _without_master(self, view: ObjectView, row: Record) -> bool:
        """Tell whether a master of a record is deleted."""
        masters = [
            self._storage.table(name).get(row[field.name])
            for field in view.definition.fields.values()
            if field.master_detail and row.get(field.name)
            for name in field.reference_to
        ]
        return any(each is not None and each.get("IsDeleted") for each in masters)

    def _binned(self, user: UserView, view: ObjectView, record_id: str, failed: str) -> Record:
        """Return a record of the bin that the user may take out of it.

        Documented: the words of UNDELETE_FAILED (Help article 000386040); the other codes are assumed.
        """
        row = self._storage.table(view.name).get(record_id)
        if row is None or not self._gate.allows(user.person, view.name, row, Operation.READ):
            raise ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        known = self._bin.get(record_id)
        if known is None or known.parent is not None:
            raise ApiError(400, failed, "Entity is not in the recycle bin", [])
        mine = known.deleted_by == user.person.id or self._gate.above(user.person, known.deleted_by)
        if not mine and not user.person.holds("ModifyAllData"):
            raise ApiError(
                403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", []
            )
        return row
