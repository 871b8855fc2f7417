"""Manual shares: who may write them, and what they may say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.record_store import access_field, parent_field, share_object
from pytest_sfintegration.embedded.share_objects import CHILD_LEVELS, shared_object
from pytest_sfintegration.embedded.sharing import Access, SharingNotModelled
from pytest_sfintegration.embedded.sharing.contacts import is_private
from pytest_sfintegration.embedded.sharing.defaults import internal_default, scheme
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.view import ObjectView, UserView, not_found
from pytest_sfintegration.embedded.write.derived import missing, stamp
from pytest_sfintegration.embedded.write.references import cross_reference_denied
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx.model import ObjectDef

__all__ = ["RowOf", "ShareRows"]

RowOf = Callable[[UserView, str, str], Mapping[str, Any] | None]

_RANKS: Final = {"None": 0, "Read": 1, "Edit": 2, "All": 3}
_MANUAL: Final = "Manual"


class ShareRows:
    """Writes the rows of share objects. ``row_of``: a row that a user may read, stored or derived."""

    def __init__(
        self,
        *,
        storage: Storage,
        gate: Gate,
        objects: Mapping[str, ObjectDef],
        row_of: RowOf,
        now: Callable[[], datetime],
        read_only: Callable[[], ApiError],
    ) -> None:
        self._storage = storage
        self._gate = gate
        self._objects = objects
        self._row_of = row_of
        self._now = now
        self._read_only = read_only

    def insert(self, user: UserView, view: ObjectView, share: Record) -> str:
        """Share a record by hand; a second share with the same user or group changes the first one.

        Documented: Object Reference, AccountShare (only Manual, by whoever may share the record); community:
        what is there already is changed, and its id returned.
        """
        self._check_sharer(user, view, share)
        share["RowCause"] = share.get("RowCause") or _MANUAL
        if share["RowCause"] != _MANUAL:
            raise ApiError(
                400,
                "FIELD_INTEGRITY_EXCEPTION",
                "only shares with RowCause Manual can be written",
                ["RowCause"],
            )
        self._check_record(view, share)
        self._check_levels(view, share)
        table = self._storage.table(view.name)
        with self._storage.transaction():
            former = self._twin(view, share)
            share["Id"] = self._storage.ids.next(view.name) if former is None else former["Id"]
            table.put(share)
        return str(share["Id"])

    def update(self, user: UserView, view: ObjectView, record_id: str, values: Mapping[str, Any]) -> None:
        """Change the access that a manual share gives.

        Documented: Object Reference, AccountShare (Supported Calls; which fields can be updated).
        """
        former = self._manual(user, view, record_id, not_found())
        self._check_sharer(user, view, former)
        emptied = [name for name, value in values.items() if value is None]
        if emptied:
            raise missing(emptied)
        share = {**former, **values}
        self._check_levels(view, share)
        stamp(view.definition, share, user_id=user.person.id, now=self._now(), creating=False)
        with self._storage.transaction():
            self._storage.table(view.name).put(share)

    def delete(self, user: UserView, view: ObjectView, record_id: str) -> None:
        """Take a manual share away; it goes into no recycle bin (assumed)."""
        gone = ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        former = self._manual(user, view, record_id, gone)
        self._check_sharer(user, view, former)
        with self._storage.transaction():
            self._storage.table(view.name).remove(record_id)

    def owner_changed(self, object_name: str, record_id: str) -> None:
        """Take away the manual shares of a record whose owner changes.

        Documented: Apex Developer Guide, "Understanding Sharing" (user managed sharing). What an account's
        share gave on its children goes with the row.
        """
        name = share_object(object_name)
        if name not in self._objects:
            return
        table = self._storage.table(name)
        for each in table.find(parent_field(object_name), record_id):
            if (table.rows[each].get("RowCause") or _MANUAL) == _MANUAL:
                table.remove(each)

    def _manual(self, user: UserView, view: ObjectView, record_id: str, gone: ApiError) -> Record:
        """Return a manual share of a record that the user sees; other shares are read-only.

        Documented: Object Reference, AccountShare; the code of the refusal is assumed.
        """
        stored = self._storage.table(view.name).get(record_id)
        if stored is None:
            raise gone if self._row_of(user, view.name, record_id) is None else self._read_only()
        name = shared_object(view.definition)
        row = self._storage.table(name).get(str(stored[parent_field(name)]))
        if row is None or not self._gate.allows(user.person, name, row, Operation.READ):
            raise gone
        return stored

    def _check_sharer(self, user: UserView, view: ObjectView, share: Record) -> None:
        """Refuse a share by one who may not share the record.

        Documented: Apex Developer Guide, "Understanding Sharing": its owner, those above him, and Modify All.
        """
        name = shared_object(view.definition)
        if name == "User":
            raise NotSupportedError("shares of users: record access to users is not modelled")
        parent = str(share[parent_field(name)])
        row = self._storage.table(name).get(parent)
        if row is None or not self._gate.allows(user.person, name, row, Operation.MODIFY_ALL):
            raise cross_reference_denied(parent)

    def _check_record(self, view: ObjectView, share: Record) -> None:
        """Refuse a share with the owner of a standard object's record, and one of a private contact.

        Community: owners of standard objects' records cannot be given a share, those of custom objects can.
        """
        name = shared_object(view.definition)
        row = self._storage.table(name).get(str(share[parent_field(name)])) or {}
        if is_private(self._objects[name], row):
            raise NotSupportedError("a share of a contact without an account, which is private in any case")
        if not name.endswith("__c") and row.get("OwnerId") == share["UserOrGroupId"]:
            raise cross_reference_denied(share["UserOrGroupId"])

    def _check_levels(self, view: ObjectView, share: Record) -> None:
        """Refuse levels that are no such, and those that give no more than everybody has.

        Documented: Object Reference, AccountShare: Read or Edit, All cannot be written; at least the
        organization-wide default, and one level above it. Apex Developer Guide, "Sharing a Record Using
        Apex": FIELD_FILTER_VALIDATION_EXCEPTION names the AccessLevel (assumed for standard objects);
        community: INVALID_ACCESS_LEVEL for accounts, and levels left out are the default's.
        """
        name = shared_object(view.definition)
        main = access_field(name)
        _check_word(view, main, share.get(main), ("Read", "Edit", "All"))
        if name == "Account":
            self._check_account(view, share)
            return
        if share[main] == "All" or _RANKS[share[main]] <= self._default(name):
            raise ApiError(
                400,
                "FIELD_FILTER_VALIDATION_EXCEPTION",
                f"{main}: the level must be Read or Edit, and higher than the organization-wide default",
                [main],
            )

    def _check_account(self, view: ObjectView, share: Record) -> None:
        words = {rank: word for word, rank in _RANKS.items()}
        columns = {"AccountAccessLevel": "Account", **CHILD_LEVELS}
        defaults = {column: self._default(name) for column, name in columns.items()}
        for column in CHILD_LEVELS:
            if view.definition.fields[column].createable and share.get(column) is None:
                share[column] = words[defaults[column]]
            _check_word(view, column, share.get(column), ("None", "Read", "Edit", None))
        given = {column: _RANKS[word] for column in columns if (word := share.get(column)) is not None}
        below = any(rank < defaults[column] for column, rank in given.items())
        above = any(rank > defaults[column] for column, rank in given.items())
        if share["AccountAccessLevel"] == "All" or below or not above:
            told = ", ".join(str(share.get(column)) for column in columns)
            asked = ", ".join(self._told(name) for name in columns.values())
            raise ApiError(
                400,
                "INVALID_ACCESS_LEVEL",
                f"(Account, Opportunity, Case Levels, Con Levels ({told}) are below organization levels "
                f"({asked}))",
                ["AccountAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel"],
            )

    def _default(self, name: str) -> int:
        """Return the rank of the organization-wide default."""
        obj = self._objects.get(name)
        if obj is None:
            return 0
        try:
            public = scheme(obj, external=False).public
        except SharingNotModelled as unknown:
            raise NotSupportedError(f"a share of {name}: {unknown}") from unknown
        return _RANKS["Edit" if Access.EDIT in public else "Read" if Access.READ in public else "None"]

    def _told(self, name: str) -> str:
        obj = self._objects.get(name)
        return "None" if obj is None else str(internal_default(obj)).replace("Private", "None")

    def _twin(self, view: ObjectView, share: Record) -> Record | None:
        parent = parent_field(shared_object(view.definition))
        table = self._storage.table(view.name)
        rows = [table.rows[each] for each in table.find(parent, share[parent])]
        return next((row for row in rows if row["UserOrGroupId"] == share["UserOrGroupId"]), None)


def _check_word(view: ObjectView, column: str, word: str | None, possible: tuple[str | None, ...]) -> None:
    if word not in possible:
        raise ApiError(
            400,
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{view.definition.fields[column].label}: bad value for restricted picklist field: {word}",
            [column],
        )
