"""Python tables of records, with indexes on demand and an undo journal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from pytest_sfintegration.embedded.blocks.blocks import Blocks
from pytest_sfintegration.embedded.ids import IdFactory

__all__ = ["Record", "Storage", "Table", "Undoable"]

Record = dict[str, Any]
"""A stored record. Never changed in place.

An update stores a new dict, so that readers may keep the old one.
"""


class Undoable(Protocol):
    """What can go back to how it was."""

    def restore(self, key: str, former: Any, /) -> None:
        """Undo one write; for the journal only."""


class Table:
    """The records of one object, by 18-character id; deleted ones stay with ``IsDeleted``.

    The recycle bin. ``blocks`` holds the same records in the same order, for conditions on very many.
    """

    def __init__(self, name: str, journal: list[tuple[Undoable, str, Any]]) -> None:
        self.name = name
        self.rows: dict[str, Record] = {}
        self._journal = journal
        self._indexes: dict[tuple[str, bool], dict[Any, set[str]]] = {}
        self.blocks = Blocks()
        self.deleted = 0
        self.version = 0

    def fill(self, records: Iterable[Record]) -> None:
        """Store what is there from the beginning: no rollback takes it away."""
        for record in records:
            self._set(record["Id"], record)

    def put(self, record: Record) -> None:
        """Store a record under its ``Id``, in place of the former one."""
        record_id = record["Id"]
        self._journal.append((self, record_id, self.rows.get(record_id)))
        self._set(record_id, record)

    def remove(self, record_id: str) -> None:
        """Take a record out for good: it is in no recycle bin."""
        self._journal.append((self, record_id, self.rows.get(record_id)))
        self._set(record_id, None)

    def get(self, record_id: str) -> Record | None:
        """Return a record by its 18-character id, deleted or not."""
        return self.rows.get(record_id)

    def active(self) -> Iterable[Record]:
        """Return the records that are not in the recycle bin."""
        if not self.deleted:
            return self.rows.values()
        return [row for row in self.rows.values() if not row["IsDeleted"]]

    def find(self, field: str, value: Any, *, fold: bool = False) -> list[str]:
        """Return the ids whose ``field`` holds ``value``, in order of creation.

        The index is made on first use.

        ``fold`` compares texts without regard to case.
        """
        index = self._indexes.get((field, fold))
        if index is None:
            index = self._indexes[field, fold] = {}
            for record_id, row in self.rows.items():
                index.setdefault(_key(row.get(field), fold=fold), set()).add(record_id)
        return sorted(index.get(_key(value, fold=fold), ()))

    def restore(self, record_id: str, former: Record | None) -> None:
        """Undo one write; for the journal only."""
        self._set(record_id, former)

    def _set(self, record_id: str, record: Record | None) -> None:
        former = self.rows.get(record_id)
        self.version += 1
        if record is None:
            if former is not None:
                del self.rows[record_id]
                self.blocks.remove(record_id)
        else:
            self.rows[record_id] = record
            if former is None:
                self.blocks.append(record)
            else:
                self.blocks.replace(record)
        self.deleted += _is_deleted(record) - _is_deleted(former)
        for (field, fold), index in self._indexes.items():
            before = None if former is None else _key(former.get(field), fold=fold)
            after = None if record is None else _key(record.get(field), fold=fold)
            if before == after and former is not None and record is not None:
                continue
            if former is not None:
                index[before].discard(record_id)
            if record is not None:
                index.setdefault(after, set()).add(record_id)


def _is_deleted(record: Mapping[str, Any] | None) -> int:
    return int(record is not None and bool(record.get("IsDeleted")))


def _key(value: Any, *, fold: bool) -> Any:
    return value.lower() if fold and isinstance(value, str) else value


class Storage:
    """All tables of the org. ``first`` makes the records that an object has from the beginning."""

    def __init__(self, ids: IdFactory, first: Callable[[str], Iterable[Record]] = lambda _: ()) -> None:
        self.ids = ids
        self._first = first
        self._journal: list[tuple[Undoable, str, Any]] = []
        self._tables: dict[str, Table] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def table(self, object_name: str) -> Table:
        """Return the table of an object, made on first use."""
        table = self._tables.get(object_name)
        if table is None:
            table = Table(object_name, self._journal)
            table.fill(self._first(object_name))
            self._tables[object_name] = table
        return table

    def tables(self) -> Iterator[Table]:
        """Return every table that was ever used."""
        return iter(self._tables.values())

    def next_number(self, object_name: str, field: str, first: int) -> int:
        """Return the next number of an auto-number field, which begins with ``first``.

        Numbers are burnt by a rollback, as on the platform.
        """
        number = self._numbers.get((object_name, field), first - 1) + 1
        self._numbers[object_name, field] = number
        return number

    def note(self, written: Undoable, key: str, former: Any) -> None:
        """Have a write to something that is no table undone with the others."""
        self._journal.append((written, key, former))

    def savepoint(self) -> int:
        """Return a mark to roll back to."""
        return len(self._journal)

    def rollback(self, mark: int) -> None:
        """Undo every write since ``mark``."""
        while len(self._journal) > mark:
            written, key, former = self._journal.pop()
            written.restore(key, former)

    def commit(self) -> None:
        """Forget the journal: what was written so far stays."""
        self._journal.clear()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo the writes of the block when it raises."""
        mark = self.savepoint()
        try:
            yield
        except BaseException:
            self.rollback(mark)
            raise

    def snapshot(self) -> dict[str, list[tuple[str, Record]]]:
        """Return a copy of all that is stored, for comparisons; empty tables are left out."""
        return {
            table.name: [(record_id, dict(row)) for record_id, row in table.rows.items()]
            for table in sorted(self._tables.values(), key=lambda each: each.name)
            if table.rows
        }
