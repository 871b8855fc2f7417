"""An org in a few dictionaries, for tests of the executor: what is not listed does not exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.embedded.blocks.block import Block

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    type: str = "string"
    label: str = ""
    filterable: bool = True
    groupable: bool = True
    sortable: bool = True
    reference_to: tuple[str, ...] = ()
    picklist: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    field: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    object: str
    field: str


@dataclass(slots=True, kw_only=True)
class Entity:
    name: str
    label: str = ""
    prefix: str = "a00"
    known: Mapping[str, Field] = field(default_factory=dict)
    parents: Mapping[str, Parent] = field(default_factory=dict)
    below: Mapping[str, Child] = field(default_factory=dict)
    data: list[Row] = field(default_factory=list)

    def field(self, name: str) -> Field | None:
        return self.known.get(name.lower())

    def fields(self) -> Iterable[Field]:
        return self.known.values()

    def parent(self, relationship: str) -> Parent | None:
        return self.parents.get(relationship.lower())

    def child(self, relationship: str) -> Child | None:
        return self.below.get(relationship.lower())

    def rows(self, *, include_deleted: bool = False) -> list[Row]:
        return [row for row in self.data if include_deleted or not row.get("IsDeleted")]

    def blocks(self) -> list[tuple[Block, int]]:
        rows = self.rows()
        found = [Block(rows[start : start + 5]) for start in range(0, len(rows), 5)]
        for block in found[:1]:
            block.seal()
        return [(block, block.full) for block in found]

    def row(self, record_id: str) -> Row | None:
        return next((row for row in self.data if row["Id"][:15] == record_id[:15]), None)

    def children(self, field: str, parent_id: str) -> list[Row]:
        return [row for row in self.rows() if (row.get(field) or "")[:15] == parent_id[:15]]


@dataclass(slots=True, kw_only=True)
class Memory:
    entities: Mapping[str, Entity]

    def object(self, name: str) -> Entity | None:
        return self.entities.get(name.lower())

    def object_of_id(self, record_id: str) -> Entity | None:
        return next((one for one in self.entities.values() if record_id.startswith(one.prefix)), None)


def entity(name: str, prefix: str, *fields: Field, **more: Any) -> Entity:
    known = {one.name.lower(): one for one in (Field(name="Id", type="id"), *fields)}
    return Entity(name=name, label=name, prefix=prefix, known=known, **more)


def memory(*entities: Entity) -> Memory:
    return Memory(entities={one.name.lower(): one for one in entities})


def record_id(prefix: str, number: int) -> str:
    return f"{prefix}{number:012d}AAA"
