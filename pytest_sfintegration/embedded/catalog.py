"""The org as the SOQL executor sees it: one user's objects, fields and rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.soql.catalog import Row
from pytest_sfintegration.embedded.storage import Storage
from pytest_sfintegration.embedded.tables.own_rows import readable_rows
from pytest_sfintegration.embedded.tables.setup_tables import SetupTables
from pytest_sfintegration.embedded.tables.shares import Shares
from pytest_sfintegration.embedded.tables.territory_rows import ASSOCIATIONS
from pytest_sfintegration.embedded.territories import AssociationRows
from pytest_sfintegration.embedded.view import ObjectView, UserView
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx.model import FieldDef, Governance

__all__ = ["CatalogObject", "Child", "OrgCatalog", "Parent"]


@dataclass(frozen=True, slots=True)
class Parent:
    """A step up."""

    field: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A step down."""

    object: str
    field: str


class CatalogObject:
    """An object that the user may query: its readable fields and visible rows."""

    def __init__(
        self, catalog: "OrgCatalog", view: ObjectView, given: list[dict[str, Any]] | None = None
    ) -> None:
        self._catalog = catalog
        self._view = view
        self._given = given
        self.name = view.name
        self.label = view.label

    @property
    def view(self) -> ObjectView:
        """Return the schema behind the object."""
        return self._view

    @property
    def key_prefix(self) -> str | None:
        """Return the key prefix, for the envelope of ``columns=true``."""
        return self._catalog.prefixes.get(self.name)

    @property
    def _setup(self) -> bool:
        return self._view.definition.governance is Governance.SETUP

    @property
    def _made(self) -> bool:
        """Whether the rows are made anew for each question."""
        return self._setup and (self.name in self._catalog.shares.parents or self.name in ASSOCIATIONS)

    def field(self, name: str) -> FieldDef | None:
        """Return a readable field."""
        return self._view.field(name)

    def fields(self) -> Iterable[FieldDef]:
        """Return every readable field."""
        return self._view.readable.values()

    def parent(self, relationship: str) -> Parent | None:
        """Return a parent relationship whose lookup the user may read."""
        field = self._view.parents.get(relationship.lower())
        return None if field is None else Parent(field.name, field.reference_to)

    def child(self, relationship: str) -> Child | None:
        """Return a child relationship, None when child object or lookup are hidden."""
        wanted = relationship.lower()
        for object_name, field_name, name in self._view.definition.children:
            if name is not None and name.lower() == wanted:
                child = self._catalog.user.object(object_name)
                if child is not None and child.field(field_name) is not None:
                    return Child(child.name, field_name)
        return None

    def rows(self, *, include_deleted: bool = False) -> Iterable[Row]:
        """Return the records that the user may see."""
        if self._given is not None:
            return self._given
        if self._setup:
            return self._setup_rows()
        table = self._catalog.storage.table(self.name)
        rows = table.rows.values() if include_deleted else table.active()
        return self._catalog.gate.visible(self._catalog.user.person, self.name, rows)

    def blocks(self) -> Iterable[tuple[Block, int]]:
        """Return the undeleted records that the user may see, in order, block by block with a mask."""
        if self._given is None and not self._setup:
            found = self._catalog.gate.reached(self._catalog.user.person, self.name)
            if found is not None:
                return found
        block = Block(list(self.rows()))
        return [(block, block.full)]

    def row(self, record_id: str) -> Row | None:
        """Return one record that the user may see, deleted or not."""
        if self._given is not None:
            return next((row for row in self._given if row["Id"] == record_id), None)
        key = canonical_id(record_id)
        if key is None:
            return None
        if self._made:
            return next((row for row in self._setup_rows() if row["Id"] == key), None)
        if self._setup:
            found = self._catalog.setup.row(self.name, key)
            return None if found is None or not self._own([found]) else found
        row = self._catalog.storage.table(self.name).get(key)
        if row is None or not self._allowed(row):
            return None
        return row

    def children(self, field: str, parent_id: str) -> Iterable[Row]:
        """Return the visible, undeleted records whose lookup points to ``parent_id``."""
        if self._given is not None:
            return [row for row in self._given if row.get(field) == parent_id]
        key = canonical_id(parent_id)
        if key is None:
            return []
        if self._made:
            return [row for row in self._setup_rows() if row.get(field) == key]
        if self._setup:
            return self._own(self._catalog.setup.children(self.name, field, key))
        table = self._catalog.storage.table(self.name)
        found = [table.rows[each] for each in table.find(field, key)]
        return [row for row in found if not row["IsDeleted"] and self._allowed(row)]

    def _setup_rows(self) -> Iterable[Row]:
        if self.name in self._catalog.shares.parents:
            return self._catalog.shares.readable(self._catalog.user.person, self.name)
        if self.name in ASSOCIATIONS:
            return self._catalog.associations.rows(self._catalog.user.person, self.name)
        return self._own(self._catalog.setup.rows(self.name))

    def _own(self, rows: Iterable[Row]) -> Iterable[Row]:
        person = self._catalog.user.person
        return self._catalog.associations.readable(person, self.name, readable_rows(person, self.name, rows))

    def _allowed(self, row: dict[str, Any]) -> bool:
        return self._catalog.gate.allows(self._catalog.user.person, self.name, row, Operation.READ)


class OrgCatalog:
    """The org as one user sees it.

    ``given`` replaces the rows of tables that depend on the query's filter.
    """

    def __init__(
        self,
        *,
        user: UserView,
        storage: Storage,
        setup: SetupTables,
        shares: Shares,
        associations: AssociationRows,
        gate: Gate,
        prefixes: Mapping[str, str],
        object_of_prefix: Mapping[str, str],
        given: Mapping[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self.user = user
        self.storage = storage
        self.setup = setup
        self.shares = shares
        self.associations = associations
        self.gate = gate
        self.prefixes = prefixes
        self._object_of_prefix = object_of_prefix
        self._given = given or {}
        self._objects: dict[str, CatalogObject | None] = {}

    def object(self, name: str) -> CatalogObject | None:
        """Return an object that the user may query, None when unknown or hidden."""
        key = name.lower()
        if key not in self._objects:
            view = self.user.object(name)
            self._objects[key] = (
                None if view is None else CatalogObject(self, view, self._given.get(view.name))
            )
        return self._objects[key]

    def object_of_id(self, record_id: str) -> CatalogObject | None:
        """Return the object that the id's key prefix belongs to."""
        name = self._object_of_prefix.get(record_id[:3])
        return None if name is None else self.object(name)
