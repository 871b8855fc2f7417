"""Enforced evidence: real queries and real writes as the integration user, leaving nothing behind.

A create probe runs in one server-side transaction whose last step is made to fail: ``/composite/graph`` rolls
back every node when one fails. Update and delete probes touch only records that the setup user made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.outcome import ALLOWED, Outcome, of_error
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.orgs.errors import ApiError, OrgError
from pytest_sfintegration.orgs.records import Made, Recipe, RecordMaker
from pytest_sfintegration.rights import Operation

__all__ = ["Enforced", "Probe", "Prober"]

GRAPHS_PER_CALL = 14
"""Failed graphs after which the org halts the rest of a request (wire facts, section 7); each probe fails."""

SENTINEL = "SfintegrationRollback__c"
"""A field that no org has: asking for it is the step that fails, and its name tells which step it was."""

_PURPOSE = "probes"

_HIDDEN = Outcome(allowed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What to try on one object. Field names are those that the setup user sees.

    ``readable``/``editable``: the fields that the describe shows to the user as readable and as editable;
    ``locked``: fields that it shows as readable but not editable. ``removable``: the setup user can delete
    records of the object; where nobody can (platform events, big objects) nothing is ever created.
    """

    object: str
    operations: frozenset[Operation]
    readable: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    fields: bool = False
    removable: bool = True
    hidden: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Enforced:
    """What the probes proved, by object; a right without an entry was not probed."""

    operations: dict[str, dict[Operation, Outcome]] = field(default_factory=dict)
    fields: dict[str, dict[tuple[str, Operation], Outcome]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def operation(self, obj: str, operation: Operation, outcome: Outcome) -> None:
        """Note what a probe of an operation proved."""
        self.operations.setdefault(obj, {})[operation] = outcome

    def field(self, obj: str, name: str, operation: Operation, outcome: Outcome) -> None:
        """Note what a probe of a field proved."""
        self.fields.setdefault(obj, {})[name, operation] = outcome


class Prober:
    """Run probes for one user, in as few calls as the platform allows."""

    def __init__(
        self,
        *,
        user: OrgClient,
        setup: OrgClient,
        user_id: str,
        maker: RecordMaker,
        existing: Mapping[str, ObjectFacts],
    ) -> None:
        self._user = user
        self._setup = setup
        self._user_id = user_id
        self._maker = maker
        self._existing = existing
        self.found = Enforced()

    def run(self, probes: Sequence[Probe]) -> None:
        """Run every probe into ``found``; records made on the way are removed whatever happens."""
        probes = [one for one in probes if one.object in self._existing]
        try:
            self._read(probes)
            removable = [one for one in probes if one.removable]
            self._create([one for one in removable if Operation.CREATE in one.operations])
            self._touch([one for one in removable if _touches(one)])
        finally:
            for error in self._maker.remove_all(purpose="clean-up"):
                self.found.notes.append(f"a record of ours could not be removed: {error}")

    def _read(self, probes: Sequence[Probe]) -> None:
        calls: list[tuple[Probe, tuple[str, ...], Call]] = []
        for one in probes:
            names = one.readable if one.fields else ()
            if Operation.READ in one.operations:
                calls.append((one, names, _select(one.object, names)))
            calls.extend((one, (name,), _select(one.object, (name,))) for name in one.hidden)
        replies = self._user.batch([call for _, _, call in calls], purpose=_PURPOSE)
        split: list[tuple[Probe, str]] = []
        for (one, names, _), reply in zip(calls, replies, strict=True):
            if one.hidden and len(names) == 1 and names[0] in one.hidden:
                self.found.field(one.object, names[0], Operation.READ, _outcome(reply))
            elif reply.ok:
                self.found.operation(one.object, Operation.READ, ALLOWED)
                self._note_fields(one.object, names, Operation.READ, ALLOWED)
            elif reply.error().code == "INVALID_FIELD" and names:
                split.extend((one, name) for name in names)
            else:
                self.found.operation(one.object, Operation.READ, _outcome(reply))
        self._read_one_by_one(split)

    def _read_one_by_one(self, pairs: Sequence[tuple[Probe, str]]) -> None:
        """One refused column fails the whole query: ask for each field alone."""
        calls = [_select(one.object, (name,)) for one, name in pairs]
        replies = self._user.batch(calls, purpose=_PURPOSE) if calls else []
        for (one, name), reply in zip(pairs, replies, strict=True):
            outcome = _outcome(reply)
            self.found.field(one.object, name, Operation.READ, outcome)
            if outcome.allowed:
                self.found.operation(one.object, Operation.READ, ALLOWED)

    def _note_fields(self, obj: str, names: Iterable[str], operation: Operation, outcome: Outcome) -> None:
        for name in names:
            self.found.field(obj, name, operation, outcome)

    def _create(self, probes: Sequence[Probe]) -> None:
        graphs: list[tuple[Probe, Mapping[str, Any]]] = []
        for one in probes:
            recipe = Recipe(object=one.object, owner_id=self._user_id)
            body = self._maker.body(recipe, purpose=_PURPOSE)
            if isinstance(body, ApiError):
                outcome = Outcome(allowed=None, code=body.code, note=str(body))
                self.found.operation(one.object, Operation.CREATE, outcome)
                continue
            values = {name: value for name, value in body.items() if name != "OwnerId"}
            graphs.append((one, values))
        for start in range(0, len(graphs), GRAPHS_PER_CALL):
            self._create_chunk(graphs[start : start + GRAPHS_PER_CALL])

    def _create_chunk(self, graphs: Sequence[tuple[Probe, Mapping[str, Any]]]) -> None:
        body = {"graphs": [self._graph(index, one, values) for index, (one, values) in enumerate(graphs)]}
        reply = self._user.send("POST", "/composite/graph", body, purpose=_PURPOSE)
        if not reply.ok:
            raise OrgError(f"composite/graph as {self._user.username}: {reply.error()}")
        answers = {answer["graphId"]: answer for answer in reply.payload["graphs"]}
        for index, (one, _) in enumerate(graphs):
            outcome, leftover = _create_outcome(answers[str(index)])
            self.found.operation(one.object, Operation.CREATE, outcome)
            if leftover is not None:
                self._maker.adopt(leftover)

    def _graph(self, index: int, probe: Probe, values: Mapping[str, Any]) -> Mapping[str, Any]:
        path = f"{self._user.root}/sobjects/{probe.object}"
        return {
            "graphId": str(index),
            "compositeRequest": [
                {"method": "POST", "url": path, "referenceId": "probe", "body": values},
                {
                    "method": "GET",
                    "url": f"{path}/@{{probe.id}}?fields=Id,{SENTINEL}",
                    "referenceId": "rollback",
                },
            ],
        }

    def _touch(self, probes: Sequence[Probe]) -> None:
        """Try edit and delete, and see the fields, on records that the setup user made for it."""
        recipes = [Recipe(object=one.object, owner_id=self._user_id) for one in probes]
        pairs: list[tuple[Probe, Made]] = []
        for one, made in zip(probes, self._maker.make(recipes, purpose=_PURPOSE), strict=True):
            if made.id is None:
                note = f"the setup user could not make a record: {made.error}"
                for operation in one.operations & {Operation.EDIT, Operation.DELETE}:
                    self.found.operation(one.object, operation, Outcome(allowed=None, note=note))
                continue
            pairs.append((one, made))
        if not pairs:
            return
        values = self._look(pairs)
        self._edit(pairs, values)
        self._delete([pair for pair in pairs if Operation.DELETE in pair[0].operations])

    def _look(self, pairs: Sequence[tuple[Probe, Made]]) -> dict[str, Mapping[str, Any]]:
        """GET each record as both users: what the setup user has and the user has not is hidden."""
        calls = [Call(method="GET", path=f"/sobjects/{one.object}/{made.id}") for one, made in pairs]
        whole = self._setup.batch(calls, purpose=_PURPOSE)
        seen = self._user.batch(calls, purpose=_PURPOSE)
        values: dict[str, Mapping[str, Any]] = {}
        for (one, made), mine, theirs in zip(pairs, whole, seen, strict=True):
            if mine.ok:
                values[made.id or ""] = mine.payload
            if not one.fields or not mine.ok or not theirs.ok:
                continue
            told = self.found.fields.setdefault(one.object, {})
            for name in mine.payload:
                if name != "attributes":
                    there = name in theirs.payload
                    told.setdefault((name, Operation.READ), ALLOWED if there else _HIDDEN)
        return values

    def _edit(self, pairs: Sequence[tuple[Probe, Made]], values: Mapping[str, Mapping[str, Any]]) -> None:
        """PATCH the record with the values that it has: permissions are checked, nothing changes."""
        calls: list[tuple[Probe, bool, tuple[str, ...], Call]] = []
        for one, made in pairs:
            record = values.get(made.id or "", {})
            path = f"/sobjects/{one.object}/{made.id}"
            if Operation.EDIT in one.operations:
                names = self._edit_names(one, record)
                body = {name: record[name] for name in names}
                calls.append((one, True, names, Call(method="PATCH", path=path, body=body)))
            names = tuple(name for name in one.locked if name in record)
            if one.fields and names:
                body = {name: record[name] for name in names}
                calls.append((one, False, names, Call(method="PATCH", path=path, body=body)))
        calls = [one for one in calls if one[2]]
        replies = self._user.batch([call for *_, call in calls], purpose=_PURPOSE) if calls else []
        for (one, whole, names, _), reply in zip(calls, replies, strict=True):
            if whole:
                self._note_edit(one, names, reply)
            else:
                self._note_locked(one, names, reply)

    def _edit_names(self, probe: Probe, record: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the editable fields, or else one field that field-level security cannot hide."""
        names = tuple(name for name in probe.editable if name in record and name != "OwnerId")
        if names:
            return names
        facts = self._existing[probe.object].fields.values()
        neutral = [one.name for one in facts if one.updateable and not one.permissionable]
        return tuple(name for name in neutral if name in record and name != "OwnerId")[:1]

    def _note_edit(self, probe: Probe, names: Sequence[str], reply: Reply) -> None:
        if reply.ok:
            self.found.operation(probe.object, Operation.EDIT, ALLOWED)
            self._note_fields(probe.object, names, Operation.EDIT, ALLOWED)
            return
        error = reply.error()
        self.found.operation(probe.object, Operation.EDIT, _write_outcome(error))
        if error.code == "INVALID_FIELD_FOR_INSERT_UPDATE":
            self._note_fields(probe.object, error.fields, Operation.EDIT, of_error(error))

    def _note_locked(self, probe: Probe, names: Sequence[str], reply: Reply) -> None:
        if reply.ok:
            self._note_fields(probe.object, names, Operation.EDIT, ALLOWED)
            return
        error = reply.error()
        if error.code != "INVALID_FIELD_FOR_INSERT_UPDATE":
            return  # the object is locked, or something else stood in the way: nothing proved of fields
        for name in error.fields:
            self.found.field(probe.object, name, Operation.EDIT, of_error(error))

    def _delete(self, pairs: Sequence[tuple[Probe, Made]]) -> None:
        calls = [Call(method="DELETE", path=f"/sobjects/{one.object}/{made.id}") for one, made in pairs]
        replies = self._user.batch(calls, purpose=_PURPOSE) if calls else []
        for (one, _), reply in zip(pairs, replies, strict=True):
            self.found.operation(one.object, Operation.DELETE, _outcome(reply))


def _touches(probe: Probe) -> bool:
    return probe.fields or not probe.operations.isdisjoint({Operation.EDIT, Operation.DELETE})


def _select(obj: str, names: Sequence[str]) -> Call:
    columns = ", ".join(dict.fromkeys(["Id", *names]))
    return Call(method="GET", path=query_path(f"SELECT {columns} FROM {obj} LIMIT 1"))


def _outcome(reply: Reply) -> Outcome:
    return ALLOWED if reply.ok else of_error(reply.error())


def _create_outcome(answer: Mapping[str, Any]) -> tuple[Outcome, str | None]:
    """Read the graph's answer: every node repeats the error of the step that failed (case comp.graph.fail).

    The second value is the id of a record that the org did not roll back, to be removed.
    """
    nodes = answer["graphResponse"]["compositeResponse"]
    if answer.get("isSuccessful"):
        note = "the org did not roll the probe back; its record is removed"
        return Outcome(allowed=True, note=note), nodes[0]["body"]["id"]
    errors = [Reply(status=node["httpStatusCode"], payload=node["body"]).error() for node in nodes]
    if any(SENTINEL in error.message or SENTINEL in error.fields for error in errors):
        return ALLOWED, None
    return _write_outcome(errors[0]), None


def _write_outcome(error: ApiError) -> Outcome:
    """Read the refusal of a write: one that speaks of a field proves nothing of the object."""
    if error.code in {"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"}:
        return Outcome(allowed=None, code=error.code, note=str(error))
    return of_error(error)
