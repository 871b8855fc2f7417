"""Enforced evidence: real queries and real writes as the integration user, leaving nothing behind.

A create probe runs in one server-side transaction whose last step is made to fail: ``/composite/graph`` rolls
back every node when one fails. It is announced all the same, so that its record is found should the org keep
it, or its answer be lost. Update and delete probes touch only records that the setup user made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.outcome import ALLOWED, Outcome, of_error
from pytest_sfintegration.access.sight import Restricting, out_of_sight
from pytest_sfintegration.orgs.client import OrgClient, Reply, query_path
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.orgs.errors import ApiError, OrgError, UnknownOutcomeError
from pytest_sfintegration.orgs.overlap import both
from pytest_sfintegration.orgs.packing import COLLECTIONS_PER_CALL, Call, calls_for, packed, parts_of
from pytest_sfintegration.orgs.records import Made, Recipe, RecordMaker
from pytest_sfintegration.rights import Operation

__all__ = ["Enforced", "Probe", "Prober"]

GRAPHS_PER_CALL = 14
"""Failed graphs after which the org halts the rest of a request; each probe fails.

A request may also hold 15 different nodes, told apart by method and object (REST API guide, Composite Graph
Limits): both steps of a probe are therefore a POST of its object. That the second is not looked at before the
first has answered is assumed: it takes the id from that answer.
"""

SENTINEL = "SfintegrationRollback__c"
"""A field that no org has: writing it is the step that fails, and its name tells which step it was."""

_PURPOSE = "probes"

_HIDDEN = Outcome(allowed=False)

_GONE = frozenset({"ENTITY_IS_DELETED", "NOT_FOUND"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What to try on one object. Field names are those that the setup user sees.

    ``readable``/``editable``: the fields that the describe shows to the user as readable and as editable;
    ``locked``: fields that it shows as readable but not editable. ``removable``: the setup user can delete
    records of the object; where nobody can (platform events, big objects) nothing is ever created.
    ``visible``: the describe tells the user of the object. ``told``: the operations that it calls allowed.
    """

    object: str
    operations: frozenset[Operation]
    readable: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    fields: bool = False
    removable: bool = True
    visible: bool = True
    hidden: tuple[str, ...] = ()
    told: frozenset[Operation] = frozenset()


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
        restricting: Restricting = lambda _name: (),
    ) -> None:
        self._user = user
        self._setup = setup
        self._user_id = user_id
        self._maker = maker
        self._existing = existing
        self._restricting = restricting
        self.found = Enforced()

    def run(self, probes: Sequence[Probe]) -> None:
        """Run every probe into ``found``; records made on the way are removed whatever happens."""
        probes = [one for one in probes if one.object in self._existing]
        try:
            self._read(probes)
            removable = [one for one in probes if one.removable]
            self._write(
                [one for one in removable if Operation.CREATE in one.operations],
                [one for one in removable if _touches(one)],
            )
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

    def _write(self, creating: Sequence[Probe], touching: Sequence[Probe]) -> None:
        """Try create, then the rest on records of our own; the parents of all of them are made at once."""
        recipes = [Recipe(object=one.object, owner_id=self._user_id) for one in (*creating, *touching)]
        bodies = self._maker.bodies(recipes, purpose=_PURPOSE)
        count = len(creating)
        self._create(creating, bodies[:count])
        made = self._maker.make_of(recipes[count:], bodies[count:], purpose=_PURPOSE)
        self._touch(touching, made)

    def _create(self, probes: Sequence[Probe], bodies: Sequence[Mapping[str, Any] | ApiError]) -> None:
        trials: list[Mapping[str, Any]] = []
        for one, body in zip(probes, bodies, strict=True):
            if isinstance(body, ApiError):
                outcome = Outcome(allowed=None, code=body.code, note=str(body))
                self.found.operation(one.object, Operation.CREATE, outcome)
                continue
            values = {name: value for name, value in body.items() if name != "OwnerId"}
            trials.append({"attributes": {"type": one.object}, **values})
        for part in parts_of(trials, GRAPHS_PER_CALL):
            self._create_some(self._maker.announce(part))

    def _create_some(self, trials: Sequence[Mapping[str, Any]]) -> None:
        try:
            answers = self._ask_to_create(trials)
        except UnknownOutcomeError:
            raise  # they stay announced: what the org has made of them is searched for
        except OrgError:
            for trial in trials:
                self._maker.undone(trial)
            raise
        for trial, answer in zip(trials, answers, strict=True):
            outcome, kept = _create_outcome(answer)
            self.found.operation(trial["attributes"]["type"], Operation.CREATE, outcome)
            if kept is None:
                self._maker.undone(trial)
            else:
                self._maker.left(trial, kept)

    def _ask_to_create(self, trials: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        body = {"graphs": [self._graph(index, one) for index, one in enumerate(trials)]}
        reply = self._user.send("POST", "/composite/graph", body, purpose=_PURPOSE)
        if not reply.ok:
            raise OrgError(f"composite/graph as {self._user.username}: {reply.error()}")
        answers = {answer["graphId"]: answer for answer in reply.payload["graphs"]}
        if (refused := answers.get("_default")) is not None:
            raise OrgError(f"composite/graph as {self._user.username}: {_errors(refused)[0]}")
        if answers.keys() != {str(index) for index in range(len(trials))}:
            words = f"{len(answers)} answers came to {len(trials)} graphs"
            raise UnknownOutcomeError(f"composite/graph as {self._user.username}: {words}")
        return [answers[str(index)] for index in range(len(trials))]

    def _graph(self, index: int, trial: Mapping[str, Any]) -> Mapping[str, Any]:
        path = f"{self._user.root}/sobjects/{trial['attributes']['type']}"
        values = {name: value for name, value in trial.items() if name != "attributes"}
        fails = {SENTINEL: "@{probe.id}"}
        return {
            "graphId": str(index),
            "compositeRequest": [
                {"method": "POST", "url": path, "referenceId": "probe", "body": values},
                {"method": "POST", "url": path, "referenceId": "rollback", "body": fails},
            ],
        }

    def _touch(self, probes: Sequence[Probe], records: Sequence[Made]) -> None:
        """Try edit and delete, and see the fields, on records that the setup user made for it."""
        pairs: list[tuple[Probe, Made]] = []
        for one, made in zip(probes, records, strict=True):
            if made.id is None:
                note = f"the setup user could not make a record: {made.error}"
                for operation in one.operations & {Operation.EDIT, Operation.DELETE}:
                    self.found.operation(one.object, operation, Outcome(allowed=None, note=note))
                continue
            pairs.append((one, made))
        if pairs:
            self._change(pairs, self._look(pairs))

    def _look(self, pairs: Sequence[tuple[Probe, Made]]) -> dict[str, Mapping[str, Any]]:
        """GET each record as both users: what the setup user has and the user has not is hidden."""
        shown = [(one, made) for one, made in pairs if one.fields]
        mine, theirs = ([Call(method="GET", path=_path(*pair)) for pair in some] for some in (pairs, shown))
        whole, seen = both(
            lambda: self._setup.batch(mine, purpose=_PURPOSE),
            lambda: self._user.batch(theirs, purpose=_PURPOSE),
            at_once=self._user.distant,
        )
        ids = [made.id or "" for _, made in pairs]
        values = {one: reply.payload for one, reply in zip(ids, whole, strict=True) if reply.ok}
        for (one, made), reply in zip(shown, seen, strict=True):
            record = values.get(made.id or "")
            if record is None or not reply.ok:
                continue
            told = self.found.fields.setdefault(one.object, {})
            for name in record:
                if name != "attributes":
                    there = name in reply.payload
                    told.setdefault((name, Operation.READ), ALLOWED if there else _HIDDEN)
        return values

    def _change(self, pairs: Sequence[tuple[Probe, Made]], values: Mapping[str, Mapping[str, Any]]) -> None:
        """Edit each record, then delete it."""
        edits = self._edits(pairs, values)
        gone = [pair for pair in pairs if Operation.DELETE in pair[0].operations]
        calls = [(one, call) for one, *_, call in edits]
        calls += [(one, Call(method="DELETE", path=_path(one, made))) for one, made in gone]
        replies = self._send_changes(calls)
        deleted = set()
        for (one, _), reply in zip(gone, replies[len(edits) :], strict=True):
            self.found.operation(one.object, Operation.DELETE, _outcome(reply))
            if reply.ok:
                deleted.add(one.object)
        for (one, whole, names, _), reply in zip(edits, replies, strict=False):
            if not whole:
                self._note_locked(one, names, reply)
            elif not reply.ok and one.object in deleted and reply.error().code in _GONE:
                note = "the record was locked, and gone when the edit was tried again"
                self.found.operation(one.object, Operation.EDIT, Outcome(allowed=None, note=note))
            else:
                self._note_edit(one, names, reply)
        self._take_back([pair for pair in pairs if pair[0].object not in deleted])

    def _take_back(self, pairs: Sequence[tuple[Probe, Made]]) -> None:
        """Disbelieve refusals of what the describe allows, when the user does not see the record."""
        refused = {one.object: self._refused(one) for one, _ in pairs}
        ids = {one.object: made.id or "" for one, made in pairs if refused[one.object]}
        unseen = out_of_sight(self._user, ids, self._restricting, purpose=_PURPOSE)
        for name, why in unseen.items():
            for operation in refused[name]:
                self.found.operation(name, operation, Outcome(allowed=None, note=why))

    def _refused(self, probe: Probe) -> list[Operation]:
        found = self.found.operations.get(probe.object, {})
        tried = (one for one in (Operation.EDIT, Operation.DELETE) if one in probe.told and one in found)
        return [one for one in tried if found[one].allowed is False]

    def _send_changes(self, calls: Sequence[tuple[Probe, Call]]) -> list[Reply]:
        """Send changes in as few calls as they take: in batches, or in collections.

        A collection with an object that the user does not see may be refused as a whole: those stay out.
        """
        every = [call for _, call in calls]
        shared = [call for one, call in calls if one.visible]
        apart = [call for one, call in calls if not one.visible]
        in_collections = calls_for(len(packed(shared)), COLLECTIONS_PER_CALL) + calls_for(len(apart))
        if calls_for(len(every)) <= in_collections:
            return self._user.batch(every, purpose=_PURPOSE)
        replies = iter(self._user.change(shared, purpose=_PURPOSE))
        others = iter(self._user.batch(apart, purpose=_PURPOSE))
        return [next(replies if one.visible else others) for one, _ in calls]

    def _edits(
        self, pairs: Sequence[tuple[Probe, Made]], values: Mapping[str, Mapping[str, Any]]
    ) -> list[tuple[Probe, bool, tuple[str, ...], Call]]:
        """PATCH the record with the values that it has: permissions are checked, nothing changes."""
        whole: list[tuple[Probe, bool, tuple[str, ...], Call]] = []
        locked: list[tuple[Probe, bool, tuple[str, ...], Call]] = []
        for one, made in pairs:
            record = values.get(made.id or "", {})
            path = _path(one, made)
            if Operation.EDIT in one.operations:
                names = self._edit_names(one, record)
                body = {name: record[name] for name in names}
                whole.append((one, True, names, Call(method="PATCH", path=path, body=body)))
            names = tuple(name for name in one.locked if name in record)
            if one.fields:
                body = {name: record[name] for name in names}
                locked.append((one, False, names, Call(method="PATCH", path=path, body=body)))
        return [one for one in (*whole, *locked) if one[2]]

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


def _touches(probe: Probe) -> bool:
    return probe.fields or not probe.operations.isdisjoint({Operation.EDIT, Operation.DELETE})


def _select(obj: str, names: Sequence[str]) -> Call:
    columns = ", ".join(dict.fromkeys(["Id", *names]))
    return Call(method="GET", path=query_path(f"SELECT {columns} FROM {obj} LIMIT 1"))


def _outcome(reply: Reply) -> Outcome:
    return ALLOWED if reply.ok else of_error(reply.error())


def _path(probe: Probe, made: Made) -> str:
    return f"/sobjects/{probe.object}/{made.id}"


def _create_outcome(answer: Mapping[str, Any]) -> tuple[Outcome, str | None]:
    """Read the graph's answer: every node repeats the error of the step that failed (case comp.graph.fail).

    The second value is the id of a record that the org did not roll back, to be removed.
    """
    if answer.get("isSuccessful"):
        note = "the org did not roll the probe back; its record is removed"
        return Outcome(allowed=True, note=note), answer["graphResponse"]["compositeResponse"][0]["body"]["id"]
    errors = _errors(answer)
    if any(SENTINEL in error.message or SENTINEL in error.fields for error in errors):
        return ALLOWED, None
    return _write_outcome(errors[0]), None


def _errors(answer: Mapping[str, Any]) -> list[ApiError]:
    nodes = answer["graphResponse"]["compositeResponse"]
    return [Reply(status=node["httpStatusCode"], payload=node["body"]).error() for node in nodes]


def _write_outcome(error: ApiError) -> Outcome:
    """Read the refusal of a write: one that speaks of a field proves nothing of the object."""
    if error.code in {"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"}:
        return Outcome(allowed=None, code=error.code, note=str(error))
    return of_error(error)
