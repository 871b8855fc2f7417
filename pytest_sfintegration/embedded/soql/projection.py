"""The select list of a query without groups, compiled to closures: row -> JSON-ready record.

*Recorded*: ``attributes`` with type and url first; a parent as a nested object, null when the lookup is
empty; children as ``{totalSize, done, records}``, null when there are none. *Assumed*: a parent that
the user may not see reads as null; a parent through a lookup with several targets is of type ``Name``;
TYPEOF without a branch for the record's type gives its attributes only; FORMAT speaks en_US.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.embedded.soql.ast import (
    FieldItem,
    FieldsItem,
    Function,
    Path,
    Query,
    SubSelect,
    TypeOf,
)
from pytest_sfintegration.embedded.soql.catalog import QueryField, QueryObject, Row
from pytest_sfintegration.embedded.soql.errors import SoqlError, SoqlNotSupported, unsupported_type
from pytest_sfintegration.embedded.soql.formats import formatter
from pytest_sfintegration.embedded.soql.functions import argument, labeller, refused
from pytest_sfintegration.embedded.soql.scope import Scope, Step
from pytest_sfintegration.embedded.soql.values import output

__all__ = ["Projection", "Record"]

Record = dict[str, Any]
Children = Callable[[QueryObject, SubSelect, Scope], Callable[[Row], Any]]
_Writer = tuple[str, Callable[[Row], Any]]


@dataclass(frozen=True, slots=True)
class _Want:
    """A field wanted from an object: the rest of its path, and what to do with its value."""

    parts: tuple[str, ...]
    at: int
    transform: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    """A value that a row holds itself; records read it without a call where nothing has to be done to it."""

    name: str
    show: Callable[[Any], Any] | None

    def __call__(self, row: Row) -> Any:
        value = row.get(self.name)
        return value if self.show is None else self.show(value)


class Projection:
    """Compiles select lists. ``children`` compiles a sub-select of an object."""

    __slots__ = ("_children", "_scope")

    def __init__(self, scope: Scope, children: Children) -> None:
        self._scope = scope
        self._children = children

    def compile(self, query: Query) -> Callable[[Row], Record]:
        """Return the function from a row of the queried object to its record."""
        scope, start = self._scope, self._scope.object
        wants: list[_Want | SubSelect | TypeOf] = []
        for item in query.select:
            wants.extend(self._wants(item, query))
        self._no_duplicates(wants)
        writers: dict[str, Callable[[Row], Any]] = {}
        for want in wants:
            if isinstance(want, SubSelect):
                writers[want.query.source.path.parts[-1]] = self._children(start, want, scope)
            elif isinstance(want, TypeOf):
                key, write = self._typeof(want)
                writers[key] = write
            elif len(want.parts) == 1:
                key, write = self._field(start, want)
                writers[key] = write
            else:
                self._parent(start, want, wants, writers)
        return _record(scope, start.name, list(writers.items()))

    def _wants(
        self, item: FieldItem | FieldsItem | SubSelect | TypeOf, query: Query
    ) -> list[_Want | SubSelect | TypeOf]:
        if isinstance(item, FieldsItem):
            return [_Want((field.name,), item.at) for field in self._group(item, query)]
        if isinstance(item, FieldItem):
            return [self._want(item)]
        return [item]

    def _want(self, item: FieldItem) -> _Want:
        scope, expression = self._scope, item.expression
        if isinstance(expression, Path):
            if item.alias is not None:
                # Community: MALFORMED_QUERY in all threads.
                message = "only aggregate expressions use field aliasing"
                raise scope.error(expression.at, "MALFORMED_QUERY", message)
            return _Want(scope.local(expression), expression.at)
        if expression.name not in {"TOLABEL", "FORMAT"}:
            raise refused(scope, expression)
        if expression.args and isinstance(expression.args[0], Function):
            raise refused(scope, expression.args[0])
        path = argument(scope, expression)
        return _Want(scope.local(path), path.at, expression.name, item.alias)

    def _group(self, item: FieldsItem, query: Query) -> list[QueryField]:
        """Return the fields of FIELDS(); ALL and CUSTOM need a LIMIT of at most 200 (*documented*)."""
        scope = self._scope
        if item.group != "STANDARD" and (query.limit is None or query.limit > _FIELDS_LIMIT):
            message = f"The SOQL FIELDS function must have a LIMIT of at most {_FIELDS_LIMIT}"
            raise scope.error(item.at, "MALFORMED_QUERY", message)
        if item.prefix and scope.local(Path((*item.prefix, "Id"))) != ("Id",):
            raise refused(scope, Function("FIELDS", (), at=item.at))
        fields = list(scope.object.fields())
        if item.group == "ALL":
            return fields
        custom = item.group == "CUSTOM"
        return [field for field in fields if _is_custom(field.name) is custom]

    def _no_duplicates(self, wants: list[_Want | SubSelect | TypeOf]) -> None:
        """Refuse a field that is selected twice (*documented* with FIELDS(): INVALID_FIELD, no position)."""
        seen: set[tuple[str, ...]] = set()
        for want in wants:
            if not isinstance(want, _Want) or want.alias is not None:
                continue
            key = tuple(part.lower() for part in want.parts)
            if key in seen:
                raise SoqlError("INVALID_FIELD", f"duplicate field selected: {'.'.join(want.parts)}")
            seen.add(key)

    def _field(self, start: QueryObject, want: _Want) -> _Writer:
        """Compile a field of an object itself."""
        name = want.parts[0]
        field = start.field(name)
        if field is None:
            raise self._scope.no_such_column(name, start.name, want.at)
        return want.alias or field.name, _value(field, want.transform)

    def _parent(
        self,
        start: QueryObject,
        want: _Want,
        wants: "list[_Want | SubSelect | TypeOf] | list[_Want]",
        writers: dict[str, Callable[[Row], Any]],
    ) -> None:
        """Compile all fields of one parent together, where the first of them stands."""
        step = self._scope.step(start, want.parts[0], want.at)
        if want.alias is not None:
            operand = self._scope.from_object(start, want.parts, want.at)
            get, show = operand.get, _shown(operand.type, operand.field, want.transform)
            writers[want.alias] = get if show is None else lambda row: show(get(row))
            return
        if step.key in writers:
            return
        first = want.parts[0].lower()
        inner = [
            _Want(other.parts[1:], other.at, other.transform)
            for other in wants
            if isinstance(other, _Want)
            and other.alias is None
            and len(other.parts) > 1
            and other.parts[0].lower() == first
        ]
        writers[step.key] = self._several(step, inner) if step.polymorphic else self._one(step, inner)

    def _nested(self, start: QueryObject, wants: list[_Want]) -> Callable[[Row], Record]:
        """Compile the record of a parent."""
        writers: dict[str, Callable[[Row], Any]] = {}
        for want in wants:
            if len(want.parts) == 1:
                key, write = self._field(start, want)
                writers[key] = write
            else:
                self._parent(start, want, wants, writers)
        return _record(self._scope, start.name, list(writers.items()))

    def _one(self, step: Step, wants: list[_Want]) -> Callable[[Row], Any]:
        write = self._nested(step.targets[0], wants)

        def parent(row: Row) -> Record | None:
            found = self._scope.fetch(step, row.get(step.lookup))
            return None if found is None else write(found[1])

        return parent

    def _several(self, step: Step, wants: list[_Want]) -> Callable[[Row], Any]:
        """Compile a parent of several possible types: fields of the Name object, whatever the record has."""
        writers: dict[str, Callable[[Any], Any]] = {}
        for want in wants:
            self._name_field(step, want, wants, writers)
        items = list(writers.items())

        def parent(row: Row) -> Record | None:
            found = self._scope.fetch(step, row.get(step.lookup))
            if found is None:
                return None
            record: Record = {"attributes": _attributes(self._scope, "Name", found[0].name, found[1])}
            for key, write in items:
                record[key] = write(row)
            return record

        return parent

    def _name_field(
        self, step: Step, want: _Want, wants: list[_Want], writers: dict[str, Callable[[Any], Any]]
    ) -> None:
        """Compile one field of the Name object; a further step (Owner.Profile.Name) goes by the record."""
        operand = self._scope.through_several(step, want.parts, want.at)
        if len(want.parts) == 1:
            show = _shown(operand.type, operand.field, want.transform)
            get = operand.get
            key = operand.name.rpartition(".")[2]
            writers[key] = get if show is None else lambda row: show(get(row))
            return
        first = want.parts[0].lower()
        same = [other for other in wants if len(other.parts) > 1 and other.parts[0].lower() == first]
        key = operand.name.split(".")[1]
        if key in writers:
            return
        by_type: dict[str, Callable[[Row], Any]] = {}
        for target in step.targets:
            nested: dict[str, Callable[[Row], Any]] = {}
            try:
                self._parent(target, want, same, nested)
            except SoqlError:
                continue
            by_type[target.name] = nested[key]

        def further(row: Row) -> Any:
            found = self._scope.fetch(step, row.get(step.lookup))
            write = None if found is None else by_type.get(found[0].name)
            return None if write is None or found is None else write(found[1])

        writers[key] = further

    def _typeof(self, item: TypeOf) -> _Writer:
        """Compile TYPEOF: the fields of the branch for the record's type."""
        scope = self._scope
        parts = scope.local(item.path)
        if len(parts) != 1:
            message = "TYPEOF of a path of more than one step is not supported by the embedded org."
            raise scope.error(item.at, "MALFORMED_QUERY", message, SoqlNotSupported)
        step = scope.step(scope.object, parts[0], item.path.at)
        branches: dict[str, Callable[[Row], Record]] = {}
        for when in item.whens:
            target = next((one for one in step.targets if one.name.lower() == when.type.lower()), None)
            if target is None:
                raise scope.error(when.at, "INVALID_TYPE", unsupported_type(when.type))
            wants = [self._want(FieldItem(expression)) for expression in when.fields]
            branches[target.name] = self._nested(target, wants)
        rest = [self._want(FieldItem(expression)) for expression in item.otherwise]
        otherwise = self._several(step, rest)

        def write(row: Row) -> Any:
            found = scope.fetch(step, row.get(step.lookup))
            branch = None if found is None else branches.get(found[0].name)
            return otherwise(row) if branch is None or found is None else branch(found[1])

        return step.key, write


_FIELDS_LIMIT = 200


def _is_custom(name: str) -> bool:
    return name.lower().endswith(("__c", "__pc", "__s"))


def _shown(field_type: str, field: QueryField | None, transform: str | None) -> Callable[[Any], Any] | None:
    """Return what turns a row's value into JSON, None when nothing has to."""
    if transform == "TOLABEL":
        return labeller(getattr(field, "picklist", ()))
    if transform == "FORMAT":
        return formatter(field_type)
    return output(field_type)


def _value(field: QueryField, transform: str | None) -> Callable[[Row], Any]:
    """Return the function from a row to a field's JSON value."""
    return _Column(field.name, _shown(field.type, field, transform))


def _attributes(scope: Scope, type_name: str, object_name: str, row: Row) -> Record:
    """Return a record's attributes; rows without an id (UserRecordAccess) have no url."""
    record_id = row.get("Id")
    if record_id is None:
        return {"type": type_name}
    return {"type": type_name, "url": f"{scope.context.data_url}/sobjects/{object_name}/{record_id}"}


def _record(scope: Scope, name: str, writers: list[_Writer]) -> Callable[[Row], Record]:
    """Return the function that writes a record of an object."""
    cells: list[tuple[str, str | None, Callable[[Any], Any] | None]] = [
        (key, value.name, value.show) if isinstance(value, _Column) else (key, None, value)
        for key, value in writers
    ]

    def write(row: Row) -> Record:
        record: Record = {"attributes": _attributes(scope, name, name, row)}
        get = row.get
        for key, column, show in cells:
            cell = row if column is None else get(column)
            record[key] = cell if show is None else show(cell)
        return record

    return write
