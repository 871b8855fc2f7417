"""A matrix expanded into expectations: rows (one per object and aspect), and cells (one per right).

Ids are made of the matrix's own names: never of an org, a host or a running number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pytest_sfintegration.matrix.aspects import Aspect
from pytest_sfintegration.matrix.blocked_rows import (
    BlockedEntityRow,
    QueryRow,
    RequestRow,
    SetupEntitiesRow,
    refusal_rows,
)
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow, checklist_rows
from pytest_sfintegration.matrix.model import (
    NO_RECORD_ACCESS,
    FieldRule,
    Ignore,
    Matrix,
    Named,
    RecordRule,
    listed_operations,
)
from pytest_sfintegration.rights import Location, Operation, RecordOperation

__all__ = [
    "Aspect",
    "BlockedEntityRow",
    "BlockedRow",
    "Cell",
    "ChecklistRow",
    "ClosedWorldRow",
    "FieldsRow",
    "ObjectRow",
    "QueryRow",
    "RecordRow",
    "RequestRow",
    "RightsRow",
    "Row",
    "SetupEntitiesRow",
    "UserPermissionsRow",
    "cells",
    "expand",
    "expand_rights",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """The operations allowed on an object, as a set; every other one must be denied."""

    aspect: ClassVar[Aspect] = Aspect.CRUD
    integration: str
    at: Location
    object: str
    allowed: frozenset[Operation]
    via: tuple[str, ...]
    at_operation: Mapping[Operation, Location]

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return f"{self.object}-crud"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsRow:
    """The fields of an object that can be read and edited."""

    aspect: ClassVar[Aspect] = Aspect.FIELDS
    integration: str
    at: Location
    object: str
    rule: FieldRule
    via: tuple[str, ...]
    ignore: tuple[Ignore, ...] = ()

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return f"{self.object}-fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedRow:
    """One thing that must never be granted; a field is ``Object.Field``."""

    aspect: ClassVar[Aspect] = Aspect.BLOCKED
    integration: str
    at: Location
    kind: Literal["object", "field", "user permission"]
    name: str

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return f"blocked-{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPermissionsRow:
    """The user permissions allowed, as a set; every other one must be denied."""

    aspect: ClassVar[Aspect] = Aspect.USER_PERMISSIONS
    integration: str
    at: Location
    allowed: tuple[Named, ...]
    ignore: tuple[Ignore, ...]

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return "user-permissions"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedWorldRow:
    """Objects that the matrix does not name must be denied, but for those that it ignores."""

    aspect: ClassVar[Aspect] = Aspect.CLOSED_WORLD
    integration: str
    at: Location
    declared: frozenset[str]
    ignore: tuple[Ignore, ...]

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return "closed-world"


_LEVELS: Mapping[str, frozenset[RecordOperation]] = {
    NO_RECORD_ACCESS: frozenset(),
    RecordOperation.READ: frozenset({RecordOperation.READ}),
    RecordOperation.EDIT: frozenset({RecordOperation.READ, RecordOperation.EDIT}),
    RecordOperation.DELETE: frozenset({RecordOperation.READ, RecordOperation.EDIT, RecordOperation.DELETE}),
    RecordOperation.TRANSFER: frozenset(
        {RecordOperation.READ, RecordOperation.EDIT, RecordOperation.TRANSFER}
    ),
    RecordOperation.ALL: frozenset(RecordOperation),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """The access to one record that is made, or to all that a condition finds: that much and no more.

    ``object_access`` are the operations that the matrix allows on the object.
    """

    aspect: ClassVar[Aspect] = Aspect.RECORDS
    integration: str
    at: Location
    object: str
    rule: RecordRule
    object_access: frozenset[Operation]

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return f"{self.object}-record-{self.rule.slug}"

    @property
    def expected(self) -> frozenset[RecordOperation]:
        """What must be held."""
        return self.expected_of(self.rule.access)

    def expected_of(self, access: str) -> frozenset[RecordOperation]:
        """Return what an access stands for: nobody deletes without Delete on the object, whoever owns it."""
        listed = listed_operations(access)
        named = _LEVELS[access] if listed is None else listed
        deletes = not self.object_access.isdisjoint({Operation.DELETE, Operation.MODIFY_ALL})
        return named if deletes else named - {RecordOperation.DELETE}

    @property
    def object_reads(self) -> bool:
        """Whether the matrix allows read on the object at all."""
        return Operation.READ in self.object_access

    @property
    def judged(self) -> frozenset[RecordOperation]:
        """What is compared."""
        return self.judged_of(self.rule.access)

    @staticmethod
    def judged_of(access: str) -> frozenset[RecordOperation]:
        """Return what an access speaks of: transfer, like the default so named, says nothing of delete."""
        every = frozenset(RecordOperation)
        return every - {RecordOperation.DELETE} if access == RecordOperation.TRANSFER else every


RightsRow = (
    ObjectRow
    | FieldsRow
    | BlockedRow
    | UserPermissionsRow
    | ClosedWorldRow
    | RecordRow
    | QueryRow
    | RequestRow
    | BlockedEntityRow
    | SetupEntitiesRow
)
Row = RightsRow | ChecklistRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One right of a row: allowed, or to be denied.

    ``name`` is the field or user permission; it and ``operation`` are None for the cell of all the others
    (``Account-other-fields``) and where the row has but one cell.
    """

    row: Row
    id: str
    at: Location
    allowed: bool
    operation: Operation | None = None
    name: str | None = None


def expand(matrix: Matrix) -> tuple[Row, ...]:
    """Return the rows: objects, fields and records as declared, user permissions, blocked, the closed world.

    The checklist comes last.

    User permissions and the closed world are rows of every matrix: what it does not grant must be denied.
    """
    return tuple(_rows(matrix))


def expand_rights(matrix: Matrix) -> tuple[RightsRow, ...]:
    """Return the rows about rights: all but the checklist."""
    return tuple(row for row in _rows(matrix) if not isinstance(row, ChecklistRow))


def cells(row: Row) -> tuple[Cell, ...]:
    """Return the rights of a row, each as an expectation of its own."""
    if isinstance(row, ObjectRow):
        return tuple(_object_cells(row))
    if isinstance(row, FieldsRow):
        return tuple(_field_cells(row))
    if isinstance(row, UserPermissionsRow):
        return tuple(_user_permission_cells(row))
    allowed = isinstance(row, RecordRow) and bool(row.expected)
    return (Cell(row=row, id=row.id, at=row.at, allowed=allowed),)


def _rows(matrix: Matrix) -> Iterator[Row]:
    integration = matrix.integration
    for rule in matrix.objects.values():
        via = tuple(named.name for named in rule.via)
        yield ObjectRow(
            integration=integration,
            at=rule.at,
            object=rule.object,
            allowed=frozenset(rule.access),
            via=via,
            at_operation=rule.access,
        )
        if rule.fields is not None:
            yield FieldsRow(
                integration=integration,
                at=rule.fields.at,
                object=rule.object,
                rule=rule.fields,
                via=via,
                ignore=matrix.ignore,
            )
    yield from _record_rows(matrix)
    allowed = matrix.user_permissions
    at = allowed[0].at if allowed else matrix.user.at
    yield UserPermissionsRow(integration=integration, at=at, allowed=allowed, ignore=matrix.ignore)
    yield from _blocked_rows(matrix)
    yield from refusal_rows(matrix)
    yield ClosedWorldRow(
        integration=integration,
        at=matrix.user.at,
        declared=frozenset(matrix.objects),
        ignore=matrix.ignore,
    )
    yield from checklist_rows(matrix)


def _record_rows(matrix: Matrix) -> Iterator[RecordRow]:
    for name, rules in matrix.records.items():
        declared = matrix.objects.get(name)
        for rule in rules:
            yield RecordRow(
                integration=matrix.integration,
                at=rule.at,
                object=name,
                rule=rule,
                object_access=frozenset() if declared is None else frozenset(declared.access),
            )


def _blocked_rows(matrix: Matrix) -> Iterator[BlockedRow]:
    blocked = matrix.blocked
    sections: tuple[tuple[Literal["object", "field", "user permission"], tuple[Named, ...]], ...] = (
        ("object", blocked.objects),
        ("field", blocked.fields),
        ("user permission", blocked.user_permissions),
    )
    for kind, names in sections:
        for named in names:
            yield BlockedRow(integration=matrix.integration, at=named.at, kind=kind, name=named.name)


def _object_cells(row: ObjectRow) -> Iterator[Cell]:
    for operation in Operation:
        yield Cell(
            row=row,
            id=f"{row.object}-{_in_id(operation)}",
            at=row.at_operation.get(operation, row.at),
            allowed=operation in row.allowed,
            operation=operation,
        )


def _field_cells(row: FieldsRow) -> Iterator[Cell]:
    rule = row.rule
    for name, at in rule.read.items():
        editable = rule.all_edit or name in rule.edit
        for operation, allowed in ((Operation.READ, True), (Operation.EDIT, editable)):
            yield Cell(
                row=row,
                id=f"{row.object}.{name}-{operation}",
                at=at,
                allowed=allowed,
                operation=operation,
                name=name,
            )
    if not rule.others_any:
        yield Cell(row=row, id=f"{row.object}-other-fields", at=row.at, allowed=rule.all_read)


def _user_permission_cells(row: UserPermissionsRow) -> Iterator[Cell]:
    for named in row.allowed:
        yield Cell(row=row, id=f"user-permission-{named.name}", at=named.at, allowed=True, name=named.name)
    yield Cell(row=row, id="other-user-permissions", at=row.at, allowed=False)


def _in_id(operation: Operation) -> str:
    return operation.replace(" ", "-")
