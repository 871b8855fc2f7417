"""Insert, update, delete: one record at a time, each all or nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.share_objects import is_share
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.view import ObjectView, UserView, not_found
from pytest_sfintegration.embedded.write.assignments import ASSIGNMENTS, Assignments, with_expiry
from pytest_sfintegration.embedded.write.cascade import Cascade
from pytest_sfintegration.embedded.write.derived import (
    default_of,
    defaulted,
    derive,
    missing,
    named,
    needs_value,
    stamp,
)
from pytest_sfintegration.embedded.write.names import read_values
from pytest_sfintegration.embedded.write.numbering import numbered
from pytest_sfintegration.embedded.write.predefined_teams import PREDEFINED, PredefinedTeams
from pytest_sfintegration.embedded.write.record_types import RecordTypes
from pytest_sfintegration.embedded.write.references import References
from pytest_sfintegration.embedded.write.rules import check_validation_rules
from pytest_sfintegration.embedded.write.share_rows import RowOf, ShareRows
from pytest_sfintegration.embedded.write.statuses import derive_status
from pytest_sfintegration.embedded.write.team_rules import check_team, team_mate
from pytest_sfintegration.embedded.write.territories import TERRITORY_WRITES, TerritoryWrites
from pytest_sfintegration.embedded.write.unique import check_unique
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx.model import FieldDef, Governance

__all__ = ["Dml"]


class Dml:
    """The writes of the org, as a user: every refusal is an ApiError and leaves the storage as it was."""

    def __init__(
        self,
        *,
        storage: Storage,
        gate: Gate,
        references: References,
        record_types: RecordTypes,
        cascade: Cascade,
        assignments: Assignments,
        teams: PredefinedTeams,
        territories: TerritoryWrites,
        share_row: RowOf,
        now: Callable[[], datetime],
        insufficient_access_status: int,
        skip_validation_rules: bool = False,
    ) -> None:
        self._storage = storage
        self._gate = gate
        self._references = references
        self._record_types = record_types
        self._cascade = cascade
        self._assignments = assignments
        self._teams = teams
        self._territories = territories
        self._now = now
        self._insufficient_access_status = insufficient_access_status
        self._skip_validation_rules = skip_validation_rules
        self._shares = ShareRows(
            storage=storage,
            gate=gate,
            objects=references.objects,
            row_of=share_row,
            now=now,
            read_only=self._insufficient_access,
        )

    def insert(self, user: UserView, object_name: str, sent: Mapping[str, Any]) -> str:
        """Create a record and return its id; the 404 of an unknown object stands for one without Read too."""
        view = user.require(object_name)
        _refuse_setup(view)
        if not (view.permission.create and view.definition.createable):
            raise _entity_refused(view, "inserted")
        if view.name in ASSIGNMENTS:
            return self._assign(user, view, sent)
        if view.name in TERRITORY_WRITES:
            values = read_values(view, sent, creating=True, by_external_id=self._finder(user))
            self._references.check(user, view, values)
            return self._territories.insert(view.name, values, user.person.id)
        _refuse_unmodelled(view)
        if any(name.lower() == "id" for name in sent):
            raise ApiError(
                400, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ["Id"]
            )
        values = read_values(view, sent, creating=True, by_external_id=self._finder(user))
        record = self._complete(user, view, values)
        self._references.check(user, view, values)
        if is_share(view.definition):
            return self._shares.insert(user, view, record)
        check_team(self._storage, self._gate, user, view, record)
        self._record_types.check(user, view, record)
        check_unique(self._storage, view, record, values)
        check_validation_rules(view.definition, skip=self._skip_validation_rules)
        mate = team_mate(self._storage, view, record)
        if mate is not None:
            changed = {name: value for name, value in values.items() if view.updateable(name)}
            self.update(user, view.name, mate["Id"], changed)
            return str(mate["Id"])
        with self._storage.transaction():
            record["Id"] = self._storage.ids.next(view.name)
            self._storage.table(view.name).put(named(view.definition, record))
            self._follow(user, view)
        return str(record["Id"])

    def update(self, user: UserView, object_name: str, record_id: str, sent: Mapping[str, Any]) -> None:
        """Change a record (18-character id)."""
        view = user.require(object_name)
        _refuse_setup(view)
        if view.name in ASSIGNMENTS:
            raise NotSupportedError(f"changing a {view.name}: delete it and create another")
        if not (view.permission.edit and view.definition.updateable):
            raise _entity_refused(view, "updated")
        if view.name in TERRITORY_WRITES:
            changed = read_values(view, sent, creating=False, by_external_id=self._finder(user))
            self._territories.update(record_id, changed)
            return
        _refuse_unmodelled(view)
        if is_share(view.definition):
            changed = read_values(view, sent, creating=False, by_external_id=self._finder(user))
            self._shares.update(user, view, record_id, changed)
            return
        former = self._existing(user, view, record_id)
        if not self._gate.allows(user.person, view.name, former, Operation.EDIT):
            raise self._insufficient_access()
        values = read_values(view, sent, creating=False, by_external_id=self._finder(user))
        emptied = [
            name
            for name, value in values.items()
            if value is None and needs_value(view.definition.fields[name])
        ]
        if emptied:
            raise missing(emptied)
        self._references.check(user, view, values)
        if values.get("OwnerId", former.get("OwnerId")) != former.get(
            "OwnerId"
        ) and not self._gate.may_transfer(user.person, view.name, former):
            raise self._insufficient_access()
        record = named(view.definition, {**former, **values})
        if "RecordTypeId" in values:
            self._record_types.check(user, view, record)
        derive(view.definition, record, values)
        now = self._now()
        derive_status(view.definition, record, former, values, now)
        stamp(view.definition, record, user_id=user.person.id, now=now, creating=False)
        check_unique(self._storage, view, record, values)
        check_validation_rules(view.definition, skip=self._skip_validation_rules)
        with self._storage.transaction():
            self._storage.table(view.name).put(record)
            self._follow(user, view)
            if record.get("OwnerId") != former.get("OwnerId"):
                self._shares.owner_changed(view.name, record_id)

    def delete(self, user: UserView, object_name: str, record_id: str) -> None:
        """Put a record into the recycle bin, with its details.

        Recorded: rec.delete.nonexistent, delete.ok.
        """
        view = user.require(object_name)
        _refuse_setup(view)
        if not (view.permission.delete and view.definition.deletable):
            raise self._insufficient_access()
        if view.name in ASSIGNMENTS:
            self._assignments.delete(view.name, record_id)
            return
        if view.name in TERRITORY_WRITES:
            self._territories.delete(view.name, record_id)
            return
        _refuse_unmodelled(view)
        if is_share(view.definition):
            self._shares.delete(user, view, record_id)
            return
        if self._storage.table(view.name).get(record_id) is None:
            raise ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        row = self._existing(user, view, record_id)
        if not self._gate.allows(user.person, view.name, row, Operation.DELETE):
            raise self._insufficient_access()
        with self._storage.transaction():
            self._cascade.delete(view.definition, row, user.person.id)
            self._follow(user, view)

    def hard_delete(self, user: UserView, object_name: str, record_id: str) -> None:
        """Delete a record past the recycle bin; asks for nothing more than deleting does.

        Who may ask for it at all is for the bulk APIs to say.
        """
        with self._storage.transaction():
            self.delete(user, object_name, record_id)
            view = user.require(object_name)
            row = self._storage.table(view.name).get(record_id)
            if row is not None:
                self._cascade.purge(view.definition, row)

    def _follow(self, user: UserView, view: ObjectView) -> None:
        if view.name in PREDEFINED:
            self._teams.follow(user.person.id)

    def _assign(self, user: UserView, view: ObjectView, sent: Mapping[str, Any]) -> str:
        modelled, expires = with_expiry(sent)
        values = read_values(view, modelled, creating=True, by_external_id=self._finder(user))
        self._references.check(user, view, values)
        return self._assignments.insert(view.name, values, expires)

    def insufficient_access(self) -> ApiError:
        """Return the refusal of a record that may be read but not changed."""
        return self._insufficient_access()

    def _insufficient_access(self) -> ApiError:
        return ApiError(
            self._insufficient_access_status,
            "INSUFFICIENT_ACCESS_OR_READONLY",
            "insufficient access rights on object id",
            [],
        )

    def _finder(self, user: UserView) -> Callable[[FieldDef, Mapping[str, Any]], str]:
        return lambda field, sent: self._references.by_external_id(user, field, sent)

    def _existing(self, user: UserView, view: ObjectView, record_id: str) -> Record:
        """Return a record that the user sees; 404 otherwise (REST API Developer Guide, Status Codes)."""
        row = self._storage.table(view.name).get(record_id)
        if row is None or not self._gate.allows(user.person, view.name, row, Operation.READ):
            raise not_found()
        if row.get("IsDeleted"):
            raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted", [])
        return row

    def _complete(self, user: UserView, view: ObjectView, values: Mapping[str, Any]) -> Record:
        definition = view.definition
        now = self._now()
        record: Record = {}
        for name, field in definition.fields.items():
            if field.auto_number:
                number = self._storage.next_number(definition.name, name, field.starting_number)
                record[name] = numbered(definition, field, number, now)
            elif name not in values:
                value = default_of(definition, field, now)
                if value is not None:
                    record[name] = value
        record |= values
        if "OwnerId" in definition.fields and record.get("OwnerId") is None:
            record["OwnerId"] = user.person.id
        if "RecordTypeId" in definition.fields and record.get("RecordTypeId") is None:
            record["RecordTypeId"] = self._record_types.default(user, view)
        record["IsDeleted"] = False
        lacking = [
            name
            for name, field in definition.fields.items()
            if record.get(name) is None and needs_value(field) and not defaulted(field, values)
        ]
        if lacking:
            raise missing(lacking)
        derive(definition, record, definition.fields)
        derive_status(definition, record, None, values, now)
        stamp(definition, record, user_id=user.person.id, now=now, creating=True)
        return record


def _entity_refused(view: ObjectView, verb: str) -> ApiError:
    """Return the refusal by object right.

    Recorded(crud.create.denied.rest, crud.update.denied.rest); the LABEL.
    """
    return ApiError(
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        f"entity type cannot be {verb}: {view.label}",
        [] if verb == "inserted" else None,
    )


def _refuse_setup(view: ObjectView) -> None:
    if view.name in ASSIGNMENTS or view.name in TERRITORY_WRITES or is_share(view.definition):
        return
    if view.definition.governance is Governance.SETUP:
        raise NotSupportedError(f"writing {view.name}: setup and permission tables are what the source says")


def _refuse_unmodelled(view: ObjectView) -> None:
    if not view.definition.known:
        raise NotSupportedError(
            f"writing {view.name}: permission sets name the object, but the source does not define it"
        )
