"""The names that a matrix uses, held against the names that exist."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pytest_sfintegration.matrix.entity_names import entity_names
from pytest_sfintegration.matrix.errors import Kind, MatrixError, MatrixErrors
from pytest_sfintegration.matrix.model import FieldValue, Matrix, Named, OwnerRule, ParentRule, RecordRule
from pytest_sfintegration.matrix.nearest import nearest
from pytest_sfintegration.rights import Location
from pytest_sfintegration.sfdx.model import ObjectDef, Source

__all__ = ["KnownNames", "check", "from_source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """What exists. None: not known, and so not checked.

    ``objects`` maps the name of every object to the names of its fields; it may compute them when asked.
    ``lookups`` maps it to the objects that each of its lookups points to, ``queues`` each queue to the
    objects whose records it may own, ``setup_entities`` the words of a kind to its names.
    """

    objects: Mapping[str, Collection[str]] | None = None
    profiles: frozenset[str] | None = None
    permission_sets: frozenset[str] | None = None
    permission_set_groups: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    user_permissions: frozenset[str] | None = None
    permission_set_licenses: frozenset[str] | None = None
    licenses: frozenset[str] | None = None
    lookups: Mapping[str, Mapping[str, Collection[str]]] | None = None
    public_groups: frozenset[str] | None = None
    setup_entities: Mapping[str, frozenset[str]] | None = None
    territories: frozenset[str] | None = None
    queues: Mapping[str, Collection[str]] | None = None


def from_source(source: Source) -> KnownNames:
    """Return the names of a source tree; the fields of an object are looked at only when it is named.

    A profile is known by its API name (``Admin``) and by its label (``System Administrator``). A source
    tree does not tell licences.
    """
    return KnownNames(
        objects=_FieldNames(source.objects),
        profiles=frozenset(
            name for key, each in source.profiles.items() for name in (key, each.label) if name
        ),
        permission_sets=frozenset(source.permission_sets),
        permission_set_groups=frozenset(source.permission_set_groups),
        roles=frozenset(source.roles),
        user_permissions=frozenset(source.user_permissions),
        lookups=_Lookups(source.objects),
        public_groups=frozenset(source.groups),
        queues={name: queue.objects for name, queue in source.queues.items()},
        setup_entities=entity_names(source),
        territories=frozenset(source.territories.territories),
    )


def check(matrix: Matrix, known: KnownNames) -> None:
    """Raise ``MatrixErrors`` with every name that does not exist, or exists in another spelling."""
    errors = [
        *_user_errors(matrix, known),
        *_object_errors(matrix, known),
        *_permission_errors(matrix, known),
        *_record_errors(matrix, known),
        *_entity_errors(matrix, known),
    ]
    if errors:
        raise MatrixErrors(errors)


class _FieldNames(Mapping[str, Collection[str]]):
    """Object name -> field names, as a view: an object is not looked up before its fields are asked for."""

    def __init__(self, objects: Mapping[str, ObjectDef]) -> None:
        self._objects = objects

    def __getitem__(self, name: str) -> Collection[str]:
        return self._objects[name].fields.keys()

    def __contains__(self, name: object) -> bool:
        return name in self._objects

    def __iter__(self) -> Iterator[str]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)


class _Lookups(Mapping[str, Mapping[str, Collection[str]]]):
    """Object name -> lookup -> objects that it points to, as a view like ``_FieldNames``."""

    def __init__(self, objects: Mapping[str, ObjectDef]) -> None:
        self._objects = objects

    def __getitem__(self, name: str) -> Mapping[str, Collection[str]]:
        fields = self._objects[name].fields.values()
        return {field.name: field.reference_to for field in fields if field.reference_to}

    def __iter__(self) -> Iterator[str]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)


def _user_errors(matrix: Matrix, known: KnownNames) -> Iterator[MatrixError]:
    user = matrix.user
    for what, names, existing in (
        ("profile", (user.profile,), known.profiles),
        ("role", (user.role,), known.roles),
        ("user licence", (user.license,), known.licenses),
        ("permission set licence", user.permission_set_licenses, known.permission_set_licenses),
        ("permission set", user.permission_sets, known.permission_sets),
        ("permission set group", user.permission_set_groups, known.permission_set_groups),
        ("public group", user.public_groups, known.public_groups),
        ("queue", user.queues, None if known.queues is None else frozenset(known.queues)),
        ("territory", user.territories, known.territories),
    ):
        yield from _unknown(what, (named for named in names if named is not None), existing)
    yield from _unknown("permission set, group or profile", _via(matrix), _containers(known))


def _via(matrix: Matrix) -> Iterator[Named]:
    user = matrix.user
    containers = (user.profile, *user.permission_sets, *user.permission_set_groups)
    declared = {named.name for named in containers if named is not None}
    for rule in matrix.objects.values():
        # what the user block declares is judged there
        yield from (named for named in rule.via if named.name not in declared)


def _containers(known: KnownNames) -> frozenset[str] | None:
    if known.profiles is None or known.permission_sets is None or known.permission_set_groups is None:
        return None
    return known.profiles | known.permission_sets | known.permission_set_groups


def _permission_errors(matrix: Matrix, known: KnownNames) -> Iterator[MatrixError]:
    for names in (
        matrix.user_permissions,
        matrix.blocked.user_permissions,
        *(entry.user_permissions for entry in matrix.ignore),
    ):
        yield from _unknown("user permission", names, known.user_permissions)


def _entity_errors(matrix: Matrix, known: KnownNames) -> Iterator[MatrixError]:
    if known.setup_entities is None:
        return
    for entities in (matrix.setup_entities, matrix.blocked.setup_entities):
        for kind, names in ({} if entities is None else entities.by_kind()).items():
            if names:
                yield from _unknown(kind, names, known.setup_entities.get(kind))


def _object_errors(matrix: Matrix, known: KnownNames) -> Iterator[MatrixError]:
    objects = known.objects
    if objects is None:
        return
    find = _Finder("object", objects)
    for rule in matrix.objects.values():
        error = find.error(rule.object, rule.at)
        if error is not None:
            yield error
        elif rule.fields is not None:
            yield from _field_errors(rule.object, rule.fields.read, objects)
    blocked = matrix.blocked
    yield from find.errors(blocked.objects)
    yield from _qualified_errors(blocked.fields, find, objects)
    for entry in matrix.ignore:
        yield from find.errors(entry.objects)
        yield from _qualified_errors(entry.fields, find, objects)


def _record_errors(matrix: Matrix, known: KnownNames) -> Iterator[MatrixError]:
    find = None if known.objects is None else _Finder("object", known.objects)
    for name, rules in matrix.records.items():
        error = None if find is None else find.error(name, rules[0].at, of="records: ")
        if error is not None:
            yield error
            continue
        for rule in rules:
            yield from _value_errors(name, rule.values, known)
            yield from _owner_errors(name, rule.owner, known)
            yield from _unknown("territory", rule.territories, known.territories)
            for parent in rule.parents:
                yield from _parent_errors(rule, parent, known)


def _value_errors(name: str, values: Mapping[str, FieldValue], known: KnownNames) -> Iterator[MatrixError]:
    if known.objects is not None:
        yield from _field_errors(name, {field: each.at for field, each in values.items()}, known.objects)


def _owner_errors(name: str, owner: OwnerRule | None, known: KnownNames) -> Iterator[MatrixError]:
    if owner is None:
        return
    named = Named(name=owner.name, at=owner.at)
    if owner.kind == "role":
        yield from _unknown("role", (named,), known.roles)
    if owner.kind == "queue" and known.queues is not None:
        error = _Finder("queue", known.queues).error(owner.name, owner.at)
        if error is not None:
            yield error
        elif name not in known.queues[owner.name]:
            takes = ", ".join(known.queues[owner.name]) or "nothing"
            message = f"the queue {owner.name} takes no records of {name}; it takes {takes}."
            remedy = "Name another queue, or add the object to this one."
            yield MatrixError(at=owner.at, message=message, remedy=remedy, kind=Kind.CONTRADICTION)


def _parent_errors(rule: RecordRule, parent: ParentRule, known: KnownNames) -> Iterator[MatrixError]:
    yield from _unknown("territory", parent.territories, known.territories)
    if known.lookups is None or known.objects is None:
        return
    errors = list(_field_errors(rule.object, {parent.lookup: parent.at}, known.objects))
    if errors:
        yield from errors
        return
    targets = known.lookups[rule.object].get(parent.lookup, ())
    if not targets:
        message = f"{rule.object}.{parent.lookup} is no lookup."
        yield MatrixError(
            at=parent.at, message=message, remedy="Give its value in with.", kind=Kind.CONTRADICTION
        )
        return
    if parent.object is None and len(targets) > 1:
        message = f"{rule.object}.{parent.lookup} points to several objects: {', '.join(targets)}."
        yield MatrixError(at=parent.at, message=message, remedy="Add object: one of them.")
        return
    if parent.object is not None and parent.object.name not in targets:
        yield from _unknown(f"target of {rule.object}.{parent.lookup}", (parent.object,), frozenset(targets))
        return
    target = next(iter(targets)) if parent.object is None else parent.object.name
    if target in known.objects:
        yield from _value_errors(target, parent.values, known)
    yield from _owner_errors(target, parent.owner, known)


def _qualified_errors(
    fields: tuple[Named, ...], find: "_Finder", objects: Mapping[str, Collection[str]]
) -> Iterator[MatrixError]:
    for named in fields:
        object_name, _, field_name = named.name.partition(".")
        error = find.error(object_name, named.at, of=f"field {named.name}: ")
        if error is not None:
            yield error
        else:
            yield from _field_errors(object_name, {field_name: named.at}, objects)


def _field_errors(
    object_name: str, fields: Mapping[str, Location], objects: Mapping[str, Collection[str]]
) -> Iterator[MatrixError]:
    existing = objects[object_name]
    if all(name in existing for name in fields):
        return
    find = _Finder("field", existing, prefix=f"{object_name}.")
    for name, at in fields.items():
        error = find.error(name, at)
        if error is not None:
            yield error


def _unknown(
    what: str, names: Iterator[Named] | tuple[Named, ...], existing: frozenset[str] | None
) -> Iterator[MatrixError]:
    if existing is not None:
        yield from _Finder(what, existing).errors(names)


class _Finder:
    """Finds names of one sort; says of a name that is not there which one may be meant."""

    def __init__(self, what: str, existing: Collection[str], prefix: str = "") -> None:
        self._what = what
        self._existing = existing
        self._prefix = prefix
        self._spellings: dict[str, str] | None = None

    def errors(self, names: Iterator[Named] | tuple[Named, ...]) -> Iterator[MatrixError]:
        """Yield an error for each name that does not exist."""
        for named in names:
            error = self.error(named.name, named.at)
            if error is not None:
                yield error

    def error(self, name: str, at: Location, of: str = "") -> MatrixError | None:
        """Return what is wrong with ``name``, None when it exists."""
        if name in self._existing:
            return None
        shown = f"{self._prefix}{name}"
        if self._spellings is None:
            self._spellings = {each.casefold(): each for each in self._existing}
        right = self._spellings.get(name.casefold())
        if right is not None:
            return self._error(
                at, f"{of}the {self._what} {shown} is spelled {self._prefix}{right}.", f"Write {right}."
            )
        remedy = self._remedy(name)
        return self._error(at, f"{of}unknown {self._what} {shown}.", remedy)

    def _remedy(self, name: str) -> str:
        if not self._existing:
            return f"No {self._what} is known: check that the source holds it."
        near = nearest(name, self._existing)
        if near is None:
            return "Check the name, and that the source holds it."
        return f"Did you mean '{self._prefix}{near}'?"

    def _error(self, at: Location, message: str, remedy: str) -> MatrixError:
        return MatrixError(at=at, message=message, remedy=remedy, kind=Kind.UNKNOWN_NAME)
