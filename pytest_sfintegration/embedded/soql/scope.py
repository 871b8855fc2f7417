"""Names in a query, resolved against what the running user may see.

Field-level security and object permissions act here, in every clause and on every step of a path: the
catalog answers None for what is hidden, exactly as for what does not exist, and the query is refused
(*recorded*: case ``fls.soql.hidden``; ``Didn't understand relationship``: *community*, INVALID_FIELD).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.embedded.soql.ast import Path, Query, Source
from pytest_sfintegration.embedded.soql.catalog import Catalog, QueryField, QueryObject, Row
from pytest_sfintegration.embedded.soql.context import QueryContext
from pytest_sfintegration.embedded.soql.errors import SoqlError, SoqlNotSupported, error_at

__all__ = ["NAME_FIELDS", "Operand", "Scope", "Step"]

NAME_FIELDS = frozenset(
    {
        "alias",
        "email",
        "firstname",
        "id",
        "isactive",
        "lastname",
        "name",
        "phone",
        "profile",
        "profileid",
        "title",
        "type",
        "username",
        "userrole",
        "userroleid",
    }
)
"""What a path through a lookup with several targets may name (*documented*: object reference, "Name")."""

_REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."
_DEEPEST = 6
_QUEUE = "Queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A resolved expression: its type, and how to get its value from a row.

    ``name`` is its canonical spelling from the query's object; ``column`` the row's key when it is a field of
    the queried object itself. ``is_path`` is false for functions.
    """

    name: str
    type: str
    get: Callable[[Any], Any]
    column: str | None = None
    field: QueryField | None = None
    at: int = 0
    is_path: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """A resolved step up: the lookup that holds the id, its key in the output, the readable targets."""

    lookup: str
    key: str
    targets: tuple[QueryObject, ...]
    polymorphic: bool


class Scope:
    """The names of one query: its object, its aliases, the text for error messages."""

    __slots__ = ("_aliases", "_rows", "catalog", "context", "object", "text")

    def __init__(
        self, catalog: Catalog, queried: QueryObject, text: str, context: QueryContext, query: Query
    ) -> None:
        self.catalog = catalog
        self.object = queried
        self.text = text
        self.context = context
        self._aliases: dict[str, tuple[str, ...]] = {queried.name.lower(): ()}
        self._rows: dict[str, tuple[QueryObject, Row] | None] = {}
        if query.source.alias:
            self._aliases[query.source.alias.lower()] = ()
        for source in query.more_sources:
            self._more(source)

    def _more(self, source: Source) -> None:
        """Take a further item of FROM: a path from an alias to a parent (``c.Account a``)."""
        parts = self.local(source.path)
        if parts == source.path.parts:
            message = "FROM with more than one object, other than paths to parents, is not supported here."
            raise self.error(source.path.at, "MALFORMED_QUERY", message, SoqlNotSupported)
        current = self.object
        for name in parts:
            if current.parent(name) is None and current.child(name) is not None:
                message = f"Child relationship '{name}' in FROM is not supported by the embedded org."
                raise self.error(source.path.at, "MALFORMED_QUERY", message, SoqlNotSupported)
            step = self.step(current, name, source.path.at)
            current = step.targets[0]
        if source.alias:
            self._aliases[source.alias.lower()] = parts

    def error(self, at: int, code: str, message: str, kind: type[SoqlError] = SoqlError) -> SoqlError:
        """Build an error that points into the query."""
        return error_at(self.text, at, code, message, kind=kind)

    def local(self, path: Path) -> tuple[str, ...]:
        """Return a path's parts from the queried object: without its name or alias in front."""
        parts = path.parts
        if len(parts) > 1:
            prefix = self._aliases.get(parts[0].lower())
            if prefix is not None:
                return prefix + parts[1:]
        return parts

    def no_such_column(self, name: str, entity: str, at: int) -> SoqlError:
        """Build the answer for a field that does not exist or is hidden (*recorded*)."""
        message = (
            f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be"
            f" sure to append the '__c' after the custom field name. {_REFERENCE}"
        )
        return self.error(at, "INVALID_FIELD", message)

    def no_relationship(self, name: str, at: int) -> SoqlError:
        """Build the answer for a parent relationship that does not exist or is hidden (*community*)."""
        message = (
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
            f"relationship, be sure to append the '__r' after the custom relationship name. {_REFERENCE}"
        )
        return self.error(at, "INVALID_FIELD", message)

    def step(self, start: QueryObject, name: str, at: int) -> Step:
        """Resolve one step up."""
        parent = start.parent(name)
        if parent is None:
            raise self.no_relationship(name, at)
        targets = tuple(found for target in parent.targets if (found := self.catalog.object(target)))
        if not targets:
            raise self.no_relationship(name, at)
        return Step(parent.field, _relationship_key(parent.field, name), targets, len(parent.targets) > 1)

    def fetch(self, step: Step, record_id: str | None) -> tuple[QueryObject, Row] | None:
        """Return the record that a lookup points to, when the user may see it."""
        if not record_id:
            return None
        if record_id in self._rows:
            return self._rows[record_id]
        target = self.catalog.object_of_id(record_id) if step.polymorphic else step.targets[0]
        row = target.row(record_id) if target is not None else None
        found = None if target is None or row is None else (target, row)
        self._rows[record_id] = found
        return found

    def path(self, path: Path) -> Operand:
        """Resolve a field path."""
        parts = self.local(path)
        if len(parts) > _DEEPEST:
            message = f"SOQL relationship path '{path}' has more than five levels"
            raise self.error(path.at, "MALFORMED_QUERY", message)
        return self.from_object(self.object, parts, path.at)

    def from_object(self, start: QueryObject, parts: tuple[str, ...], at: int) -> Operand:
        """Resolve a path from any object."""
        if len(parts) == 1:
            return self._field(start, parts[0], at)
        step = self.step(start, parts[0], at)
        if step.polymorphic:
            return self.through_several(step, parts[1:], at)
        inner = self.from_object(step.targets[0], parts[1:], at)
        lookup, get, fetch = step.lookup, inner.get, self.fetch

        def value(row: Row) -> Any:
            found = fetch(step, row.get(lookup))
            return None if found is None else get(found[1])

        name = f"{step.key}.{inner.name}"
        return Operand(name=name, type=inner.type, get=value, field=inner.field, at=at)

    def _field(self, start: QueryObject, name: str, at: int) -> Operand:
        found = start.field(name)
        if found is None:
            raise self.no_such_column(name, start.name, at)
        column = found.name
        return Operand(
            name=column,
            type=found.type,
            get=lambda row: row.get(column),
            column=column,
            field=found,
            at=at,
        )

    def through_several(self, step: Step, parts: tuple[str, ...], at: int) -> Operand:
        """Resolve what follows a polymorphic step: a field of the Name object, per target."""
        if parts[0].lower() not in NAME_FIELDS:
            raise self._name_error(parts, at)
        if len(parts) == 1 and parts[0].lower() == "type":
            return self._type_of(step, at)
        inner: dict[str, Operand] = {}
        for target in step.targets:
            try:
                inner[target.name] = self.from_object(target, parts, at)
            except SoqlError:
                continue
        if not inner:
            raise self._name_error(parts, at)
        first = next(iter(inner.values()))

        def value(row: Row) -> Any:
            found = self.fetch(step, row.get(step.lookup))
            operand = None if found is None else inner.get(found[0].name)
            return None if operand is None or found is None else operand.get(found[1])

        name = f"{step.key}.{first.name}"
        return Operand(name=name, type=first.type, get=value, field=first.field, at=at)

    def _name_error(self, parts: tuple[str, ...], at: int) -> SoqlError:
        if len(parts) > 1:
            return self.no_relationship(parts[0], at)
        return self.no_such_column(parts[0], "Name", at)

    def _type_of(self, step: Step, at: int) -> Operand:
        """Resolve ``Owner.Type``: the target's name, but Queue for a queue, which TYPEOF calls a Group.

        *Community*: ``WHERE Owner.Type = 'Queue'`` in many public queries, and Apex that compares what was
        selected with it.
        """

        def value(row: Row) -> str | None:
            found = self.fetch(step, row.get(step.lookup))
            if found is None:
                return None
            target, record = found
            return _QUEUE if (target.name, record.get("Type")) == ("Group", _QUEUE) else target.name

        return Operand(name=f"{step.key}.Type", type="string", get=value, at=at)


def _relationship_key(lookup: str, written: str) -> str:
    """Return a relationship's name as the org spells it, which the lookup's name tells in most cases."""
    spelled = f"{lookup[:-1]}r" if lookup.endswith("__c") else lookup.removesuffix("Id")
    return spelled if spelled.lower() == written.lower() else written
