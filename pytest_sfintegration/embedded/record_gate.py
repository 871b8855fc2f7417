"""Record access, answered by the sharing engine over the stored records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from operator import not_
from typing import cast

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.blocks.conditions import ROW_COST, ColumnTest, Every
from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.embedded.people import People, Person
from pytest_sfintegration.embedded.record_store import RecordStore
from pytest_sfintegration.embedded.sharing import (
    AccessDecision,
    RecordAccess,
    ShareRow,
    SharingNotModelled,
    UserFacts,
)
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.tables.directory import Directory
from pytest_sfintegration.embedded.territories import territory_members
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx.model import SharedWith, Source

__all__ = ["RecordGate"]

_UNDELETED = ColumnTest(name="IsDeleted", test=not_)


class RecordGate:
    """What users may do with stored records."""

    def __init__(self, source: Source, people: People, storage: Storage, directory: Directory) -> None:
        self._objects = source.objects
        self._storage = storage
        self._people = people
        self._directory = directory
        self._source = source
        records = self._records = RecordStore(storage, directory)
        self._facts = {
            person.id: _facts(person, people, records.get("User", person.id) or {}) for person in people.all()
        }
        self._made: tuple[object, RecordAccess] | None = None

    @property
    def _access(self) -> RecordAccess:
        """The sharing of the org, made anew when somebody is assigned to a territory or a model changes."""
        ids = self._directory.territory_ids
        version = (
            (self._storage.table("UserTerritory2Association").version, ids.active_model)
            if ids.source.territories
            else ()
        )
        if self._made is None or self._made[0] != version:
            self._made = (version, self._make(ids.active_model))
        return self._made[1]

    def _make(self, active_model: str | None) -> RecordAccess:
        territories = replace(self._source.territories, active_model=active_model)
        return RecordAccess(
            replace(self._source, territories=territories),
            users=self._facts.values(),
            group_members={
                **_members(self._people, self._directory.nested),
                **territory_members(self._storage, self._directory),
            },
            queues={
                record_id: name
                for (kind, name), record_id in self._directory.public_groups.items()
                if kind == "Queue"
            },
            records=self._records,
        )

    def visible(self, person: Person, object_name: str, rows: Iterable[Record]) -> Iterable[Record]:
        """Return those of the records that the user may read, in order."""
        with _loud(object_name):
            seen = self._access.visible(
                self._facts[person.id], person.permissions, self._objects[object_name], rows
            )
            return list(cast("Iterator[Record]", seen))

    def reached(self, person: Person, object_name: str) -> Iterable[tuple[Block, int]] | None:
        """Return the undeleted records that the user may read, block by block with the mask of them.

        None when each record has to be judged by itself.
        """
        with _loud(object_name):
            facts, permissions = self._facts[person.id], person.permissions
            condition = self._access.condition(facts, permissions, self._objects[object_name])
            if condition is None:
                return None
            table = self._storage.table(object_name)
            if table.deleted:
                condition = Every((_UNDELETED, condition))
            found = ((block, condition.narrow(block, block.full)) for block in table.blocks)
            # A look at rows may end in a refusal, whichever of the rows are wanted.
            return list(found) if condition.cost >= ROW_COST else found

    def decide(
        self, person: Person, object_name: str, row: Record, *, restriction_rules: bool = True
    ) -> AccessDecision:
        """Return what the user may do with a record, and why."""
        with _loud(object_name):
            return self._access.decide(
                self._facts[person.id],
                person.permissions,
                self._objects[object_name],
                row,
                restriction_rules=restriction_rules,
            )

    def allows(self, person: Person, object_name: str, row: Record, operation: Operation) -> bool:
        """Tell whether the user may read, edit, delete or share (modify all) the record."""
        decision = self.decide(person, object_name, row)
        if operation is Operation.READ:
            return decision.can_read
        if operation is Operation.EDIT:
            return decision.can_edit
        if operation is Operation.DELETE:
            return decision.can_delete
        return decision.can_share

    def above(self, person: Person, user_id: str) -> bool:
        """Tell whether the user stands above another one in the role hierarchy."""
        return self._access.above(self._facts[person.id], user_id)

    def may_transfer(self, person: Person, object_name: str, row: Record) -> bool:
        """Tell whether the user may give the record another owner."""
        return self.decide(person, object_name, row).can_transfer

    def share_rows(self, object_name: str, row: Record) -> Sequence[ShareRow]:
        """Return the shares of a record."""
        with _loud(object_name):
            return self._access.share_rows(self._objects[object_name], row)


@contextmanager
def _loud(object_name: str) -> Iterator[None]:
    try:
        yield
    except SharingNotModelled as unknown:
        raise NotSupportedError(f"access to the records of {object_name}: {unknown}") from unknown


def _facts(person: Person, people: People, row: Record) -> UserFacts:
    """Return what sharing knows of a user; his row of User is what rules ask for by ``$User``."""
    manager = people.by_username(person.spec.manager) if person.spec.manager else None
    return UserFacts(
        id=person.id,
        username=person.spec.username,
        role=person.spec.role,
        profile=person.profile.name,
        manager_id=manager.id if manager else None,
        is_active=person.spec.is_active,
        user_type=person.spec.user_type,
        fields=row,
    )


def _members(
    people: People, nested: Mapping[str, Sequence[SharedWith]]
) -> Mapping[str, Sequence[SharedWith]]:
    found: dict[str, list[SharedWith]] = {name: list(members) for name, members in nested.items()}
    for person in people.all():
        for name in (*person.spec.public_groups, *person.spec.queues):
            found.setdefault(name, []).append(SharedWith(kind="user", name=person.id))
    return found
