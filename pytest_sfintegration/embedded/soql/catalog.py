"""What the SOQL executor asks of an org: the schema and the rows, as the running user sees them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.blocks.block import Block

__all__ = ["Catalog", "ChildRelationship", "ParentRelationship", "QueryField", "QueryObject", "Row"]

Row = Mapping[str, Any]
"""One record: API field name -> value (str, bool, int, float/Decimal, None; date, datetime as ISO text)."""


class QueryField(Protocol):
    """A field that the running user may read."""

    @property
    def name(self) -> str:
        """The API name as the org spells it."""

    @property
    def type(self) -> str:
        """The describe type (string, reference, picklist, ...)."""

    @property
    def label(self) -> str:
        """The label."""

    @property
    def filterable(self) -> bool:
        """Whether WHERE may name it."""

    @property
    def groupable(self) -> bool:
        """Whether GROUP BY may name it."""

    @property
    def sortable(self) -> bool:
        """Whether ORDER BY may name it."""

    @property
    def reference_to(self) -> tuple[str, ...]:
        """Targets of a lookup."""


class ParentRelationship(Protocol):
    """A step up: ``Account`` of Contact, ``Owner`` of Case (polymorphic when there are several targets)."""

    @property
    def field(self) -> str:
        """The lookup field that holds the id."""

    @property
    def targets(self) -> tuple[str, ...]:
        """The objects that it may point to."""


class ChildRelationship(Protocol):
    """A step down: ``Contacts`` of Account."""

    @property
    def object(self) -> str:
        """The child object."""

    @property
    def field(self) -> str:
        """The lookup field on the child."""


class QueryObject(Protocol):
    """An object that the running user may query."""

    @property
    def name(self) -> str:
        """The API name as the org spells it."""

    @property
    def label(self) -> str:
        """The label."""

    def field(self, name: str) -> QueryField | None:
        """Return the field of that name (any case), or None when it does not exist or is hidden."""

    def fields(self) -> Iterable[QueryField]:
        """Return every field that the user may read, for FIELDS()."""

    def parent(self, relationship: str) -> ParentRelationship | None:
        """Return the parent relationship of that name (any case), None when unknown or hidden."""

    def child(self, relationship: str) -> ChildRelationship | None:
        """Return the child relationship of that name (any case), None when unknown or hidden."""

    def rows(self, *, include_deleted: bool = False) -> Iterable[Row]:
        """Return the records that the user may see, raw."""

    def blocks(self) -> "Iterable[tuple[Block, int]]":
        """Return the undeleted records that the user may see, in order, block by block with a mask."""

    def row(self, record_id: str) -> Row | None:
        """Return one record by its 15- or 18-character id when the user may see it."""

    def children(self, field: str, parent_id: str) -> Iterable[Row]:
        """Return the visible records whose lookup ``field`` points to ``parent_id``."""


class Catalog(Protocol):
    """The org as one user sees it."""

    def object(self, name: str) -> QueryObject | None:
        """Return the object of that name (any case), or None: does not exist, or the user may not read it."""

    def object_of_id(self, record_id: str) -> QueryObject | None:
        """Return the object that the id's key prefix belongs to, for polymorphic steps."""
