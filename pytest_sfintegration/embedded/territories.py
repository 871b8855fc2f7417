"""Territories as data: who is in them, which records, and which model is active."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.people import People, Person
from pytest_sfintegration.embedded.sharing import ShareEntry
from pytest_sfintegration.embedded.sharing.territories import levels_of
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.tables.directory import Directory
from pytest_sfintegration.embedded.tables.territory_rows import BY_RULE, TERRITORY_TABLES
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx.model import SharedWith, Territory

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.record_gate import RecordGate

__all__ = ["AssociationRows", "TerritoryShares", "first_members", "territory_members"]

_USERS, _RECORDS = "UserTerritory2Association", "ObjectTerritory2Association"
_R = TypeVar("_R", bound=Mapping[str, Any])
# Territory2Settings.t2ForecastAccessLevel -> the level of a share; without settings it is View, as Help
# article 005133013 has it ("Read Only").
_FORECAST = {"Edit": "Edit"}


def first_members(people: People, directory: Directory, ids: IdFactory) -> Iterator[Record]:
    """Yield the rows of UserTerritory2Association of the users that the org is built with."""
    for person in people.all():
        for name in person.spec.territories:
            territory = directory.territory_ids.source.find(name)
            if territory is not None:
                yield {
                    "Id": ids.next(_USERS),
                    "UserId": person.id,
                    "Territory2Id": directory.territory_ids.territories[territory.name],
                    "RoleInTerritory2": None,
                    "IsActive": True,
                    "IsDeleted": False,
                }


def territory_members(storage: Storage, directory: Directory) -> Mapping[str, Sequence[SharedWith]]:
    """Return the users assigned to each territory, by its name."""
    found: dict[str, list[SharedWith]] = {}
    for row in storage.table(_USERS).active():
        name = directory.territory_ids.names.get(row["Territory2Id"])
        if name is not None and row["IsActive"]:
            found.setdefault(name, []).append(SharedWith(kind="user", name=row["UserId"]))
    return found


class TerritoryShares:
    """The shares that territories make: of their accounts, and of opportunities for forecasts."""

    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage = storage
        self._directory = directory

    def version(self, obj: str) -> tuple[object, ...]:
        """Return what changes whenever the shares of an object's records may."""
        if not self._directory.territory_ids.source.territories or obj not in {"Account", "Opportunity"}:
            return ()
        table = _RECORDS if obj == "Account" else obj
        return (self._storage.table(table).version, self._directory.territory_ids.active_model)

    def entries(self, obj: str) -> Iterator[tuple[str, ShareEntry]]:
        """Yield the shares with the records they are of.

        An account that is assigned to a territory by hand is shared with its group by RowCause
        Territory2AssociationManual, before API 45.0 TerritoryManual (Object Reference, AccountShare). An
        opportunity with a territory is shared with that one's parent by RowCause Territory2Forecast (Help
        article 005133013; Metadata API, Territory2Settings).
        """
        if not self.version(obj):
            return
        if obj == "Account":
            for row in self._storage.table(_RECORDS).active():
                territory = self._active(row["Territory2Id"])
                if territory is not None:
                    yield row["ObjectId"], _of_account(territory)
            return
        settings = self._directory.territory_ids.source.settings
        access = _FORECAST.get(settings.forecast_access or "", "Read")
        for row in self._storage.table(obj).active():
            territory = self._active(row.get("Territory2Id"))
            if territory is not None and territory.parent is not None:
                to = SharedWith(kind="territory", name=territory.parent)
                yield (
                    row["Id"],
                    ShareEntry(shared_with=to, access_level=access, row_cause="Territory2Forecast"),
                )

    def _active(self, territory_id: str | None) -> Territory | None:
        name = self._directory.territory_ids.names.get(territory_id or "")
        territory = None if name is None else self._directory.territory_ids.source.territories[name]
        return (
            territory
            if territory is not None and territory.model == self._directory.territory_ids.active_model
            else None
        )


def _of_account(territory: Territory) -> ShareEntry:
    return ShareEntry(
        shared_with=SharedWith(kind="territory", name=territory.name),
        access_level=territory.account_access or "Read",
        row_cause="Territory2AssociationManual",
        account_settings=levels_of(territory),
    )


class AssociationRows:
    """The rows of the associations and of what they point to, as one user reads them."""

    def __init__(self, storage: Storage, directory: Directory, gate: "RecordGate") -> None:
        self._storage = storage
        self._ids = directory.territory_ids
        self._gate = gate

    def rows(self, person: Person, table: str) -> list[dict[str, Any]]:
        """Return the rows of an association that a user may read."""
        rows = list(self._storage.table(table).active())
        if table == _RECORDS:
            rows += self._by_rule()
            account = self._storage.table("Account").get
            rows = [row for row in rows if self._sees(person, account(row["ObjectId"]))]
        return [*self.readable(person, table, rows)]

    def readable(self, person: Person, table: str, rows: Iterable[_R]) -> Iterable[_R]:
        """Return the rows that a user may read: without Manage Territories, those of the active model."""
        if table not in TERRITORY_TABLES or table == "Territory2Type" or person.holds("ManageTerritories"):
            return rows
        active = self._ids.active_model
        if table == "Territory2Model":
            return [row for row in rows if row["Id"] == self._ids.models.get(active or "")]
        within = {self._ids.territories[each.name] for each in self._ids.source.within(active)}
        column = "Id" if table == "Territory2" else "Territory2Id"
        return [row for row in rows if row[column] in within]

    def _sees(self, person: Person, account: Record | None) -> bool:
        return account is not None and self._gate.allows(person, "Account", account, Operation.READ)

    def _by_rule(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each account and territory that an assignment rule brings together."""
        if self._ids.active_model is None or not self._ids.source.rules:
            return
        pairs = (
            (account["Id"], share.shared_with.name or "")
            for account in self._storage.table("Account").active()
            for share in self._gate.share_rows("Account", account)
            if share.row_cause == "Territory"
        )
        for number, (account, territory) in enumerate(dict.fromkeys(pairs)):
            yield {
                "Id": self._storage.ids.nth(_RECORDS, 10**9 + number),  # far above the numbers of stored rows
                "ObjectId": account,
                "SobjectType": "Account",
                "Territory2Id": self._ids.territories[territory],
                "AssociationCause": BY_RULE,
                "IsDeleted": False,
            }
