"""Users and accounts, assigned to territories and taken out; territory models, activated and archived.

Object Reference, UserTerritory2Association, ObjectTerritory2Association and Territory2Model; codes and texts
of the refusals are assumed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError, OrgError
from pytest_sfintegration.embedded.people import People
from pytest_sfintegration.embedded.storage import Storage
from pytest_sfintegration.embedded.tables.directory import Directory
from pytest_sfintegration.embedded.tables.setup_tables import SetupTables
from pytest_sfintegration.embedded.tables.territory_rows import ASSOCIATIONS, BY_HAND
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.embedded.write.derived import missing

__all__ = ["TERRITORY_WRITES", "TerritoryWrites"]

_USERS, _RECORDS, _MODELS = "UserTerritory2Association", "ObjectTerritory2Association", "Territory2Model"
TERRITORY_WRITES = ASSOCIATIONS | {_MODELS}
"""The tables that this module writes."""

# State -> what it may be changed to (Help, "Activate a Territory Model", "Archive a Territory Model").
_STEPS = {"Planning": "Active", "Active": "Archived"}
_REQUIRED = {_USERS: ("UserId", "Territory2Id"), _RECORDS: ("ObjectId", "Territory2Id", "AssociationCause")}


class TerritoryWrites:
    """Writes the associations and the state of models; who may is asked before."""

    def __init__(
        self,
        *,
        people: People,
        directory: Directory,
        setup: SetupTables,
        storage: Storage,
        object_of_prefix: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._people = people
        self._directory = directory
        self._setup = setup
        self._storage = storage
        self._object_of_prefix = object_of_prefix
        self._now = now

    def insert(self, table: str, values: Mapping[str, Any], user_id: str) -> str:
        """Assign a user or an account to a territory, and return the id of the row.

        A second assignment is a DUPLICATE_VALUE.
        """
        lacking = [name for name in _REQUIRED[table] if values.get(name) is None]
        if lacking:
            raise missing(lacking)
        territory = values["Territory2Id"]
        self._check_known(self._directory.territory_ids.names[territory])
        key = _REQUIRED[table][0]
        row = dict(values) if table == _USERS else self._of_record(values)
        for other in self._storage.table(table).find(key, values[key]):
            found = self._storage.table(table).get(other)
            if found and not found["IsDeleted"] and found["Territory2Id"] == territory:
                message = f"duplicate value found: {key} duplicates value on record with id: {other[:15]}"
                raise ApiError(400, "DUPLICATE_VALUE", message, [])
        moment = datetime_text(self._now())
        if table == _USERS:
            person = self._people.by_id(values["UserId"])
            row["IsActive"] = person is not None and person.spec.is_active
        row |= {
            "Id": self._storage.ids.next(table),
            "IsDeleted": False,
            "LastModifiedById": user_id,
            "LastModifiedDate": moment,
            "SystemModstamp": moment,
        }
        self._storage.table(table).put(row)
        return str(row["Id"])

    def delete(self, table: str, record_id: str) -> None:
        """Take a user or an account out of a territory: the row is gone, past the recycle bin (documented).

        What a rule assigned stays (Help article 000380273).
        """
        if self._storage.table(table).get(record_id) is None:
            raise ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        self._storage.table(table).remove(record_id)

    def update(self, record_id: str, values: Mapping[str, Any]) -> None:
        """Activate a model or archive it: Planning, Active, Archived, one model active at a time.

        At once (assumed: a real org takes its time, in the states Activating and Archiving).
        """
        row = self._setup.row(_MODELS, record_id)
        if row is None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        if set(values) != {"State"}:
            raise NotSupportedError("changing a Territory2Model but for its State: the source says the rest")
        name, state = str(row["DeveloperName"]), values["State"]
        if state == row["State"]:
            return
        active = self._directory.territory_ids.active_model
        if _STEPS.get(str(row["State"])) != state or (state == "Active" and active is not None):
            message = f"a territory model cannot go from {row['State']} to {state}"
            if state == "Active" and active is not None:
                message += f" while {active} is active"
            raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, ["State"])
        self._storage.note(self, _MODELS, (self._directory.territory_ids.states, self._setup.rows(_MODELS)))
        self._directory.territory_ids.states = {**self._directory.territory_ids.states, name: state}
        stamp = {"State": state, _dated(state): datetime_text(self._now())}
        self._setup.put_rows(
            _MODELS, [dict(each) | (stamp if each["Id"] == record_id else {}) for each in self._rows()]
        )
        self._setup.forget("Group")

    def restore(self, key: str, former: Any) -> None:
        """Undo one change of a state; for the journal only."""
        self._directory.territory_ids.states, rows = former
        self._setup.put_rows(key, rows)
        self._setup.forget("Group")

    def _rows(self) -> list[dict[str, Any]]:
        return self._setup.rows(_MODELS)

    def _of_record(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if self._object_of_prefix.get(values["ObjectId"][:3]) != "Account":
            raise NotSupportedError("leads in territories")
        if values["AssociationCause"] != BY_HAND:
            message = "only the association cause Territory2Manual can be written"
            raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, ["AssociationCause"])
        return {**values, "SobjectType": "Account"}

    def _check_known(self, name: str) -> None:
        try:
            self._people.check_territories((name,))
        except OrgError as unknown:
            raise NotSupportedError(str(unknown)) from unknown


def _dated(state: str) -> str:
    return "ActivatedDate" if state == "Active" else "DeactivatedDate"
