"""One batched gathering of everything that a run needs to know of one user."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.effective import configured_fields, described_fields, undescribed
from pytest_sfintegration.access.enforced import Enforced, Probe, Prober
from pytest_sfintegration.access.evidence import Answer, Evidence, FieldAnswers, Level, ObjectEvidence
from pytest_sfintegration.access.outcome import Outcome
from pytest_sfintegration.access.outside import Outside, may_be_outside, read_outside
from pytest_sfintegration.access.sight import Restricting
from pytest_sfintegration.access.tables import fields_in_tables, read_configured, table_queries
from pytest_sfintegration.orgs.client import OrgClient, query_path
from pytest_sfintegration.orgs.describe import (
    GLOBAL,
    ObjectFacts,
    describe_calls,
    describe_objects,
    governed_objects,
    told_of_all,
    told_of_each,
    user_permissions_of,
)
from pytest_sfintegration.orgs.errors import CallLimitError
from pytest_sfintegration.orgs.overlap import both
from pytest_sfintegration.orgs.packing import BATCH_SIZE, Call
from pytest_sfintegration.orgs.records import RecordMaker
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation

T = TypeVar("T")

__all__ = ["Gatherer", "Need"]

ALL_OPERATIONS = frozenset(Operation)
_TABLES = ("ObjectPermissions", "PermissionSet")
"""Objects whose describes tell which objects and user permissions there are to grant."""

PROBED_OPERATIONS = frozenset({Operation.CREATE, Operation.READ, Operation.EDIT, Operation.DELETE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What must be known of one object: its operations, all its fields, single fields that must be hidden."""

    object: str
    operations: bool = True
    fields: bool = False
    hidden: tuple[str, ...] = ()

    @property
    def by_field(self) -> bool:
        """Whether anything must be known of single fields."""
        return self.fields or bool(self.hidden)


class Gatherer:
    """Gather evidence for one user. ``levels`` are the ones asked for; enforced takes described with it."""

    def __init__(
        self,
        *,
        setup: OrgClient,
        user: OrgClient,
        levels: Sequence[Level],
        restricting: Restricting = lambda _name: (),
    ) -> None:
        self._setup = setup
        self._user = user
        self._levels = tuple(levels)
        self._restricting = restricting
        self._configured: Configured | None = None
        self._governed: frozenset[str] = frozenset()
        self._known_permissions: frozenset[str] = frozenset()
        self._told: Mapping[str, frozenset[Operation]] | None = None
        self._exists: Mapping[str, frozenset[Operation]] | None = None
        self._facts: dict[str, ObjectFacts | None] = {}
        self._seen: dict[str, ObjectFacts | None] = {}
        self._enforced = Enforced()
        self._stopped: str | None = None

    def gather(self, needs: Sequence[Need]) -> Evidence:
        """Observe everything that is needed; at the call limit, return what there is by then."""
        steps: list[Callable[[Sequence[Need]], None]] = [self._look]
        if Level.ENFORCED in self._levels:
            steps.append(self._probe)
        try:
            for step in steps:
                step(needs)
        except CallLimitError as limit:
            self._stopped = str(limit)
        return Evidence(
            username=self._user.username,
            levels=self._levels,
            objects={one.object: self._object(one) for one in needs},
            others=self._others({one.object for one in needs}),
            configured=self._configured,
            known_permissions=self._known_permissions,
            governed=len(self._governed),
            alive=self._alive(),
            stopped=self._stopped,
            notes=tuple(self._enforced.notes),
        )

    def look_up(self, names: Sequence[str]) -> Mapping[str, ObjectFacts | None]:
        """Return the setup user's describes, each asked for once."""
        return self._describe_again(names)

    @property
    def told(self) -> frozenset[str] | None:
        """The same, None when the org was not asked."""
        return None if self._told is None else self.readable

    @property
    def readable(self) -> frozenset[str]:
        """The objects that the org tells the user that it can read."""
        told = self._told or {}
        return frozenset(name for name, operations in told.items() if Operation.READ in operations)

    def _look(self, needs: Sequence[Need]) -> None:
        """Read the tables and the describes; the two users' calls do not wait for each other."""
        at_once = self._user.distant and self._wants_describes()
        both(lambda: self._look_as_setup(needs), lambda: self._look_as_user(needs), at_once=at_once)

    def _look_as_setup(self, needs: Sequence[Need]) -> None:
        """Read the permission tables, and describe what there is, as much as possible in the first call."""
        tables = [Call(method="GET", path=query_path(one)) for one in table_queries(self._user.username)]
        fixed = describe_calls(self._setup, _TABLES)
        deep = [one.object for one in needs if one.by_field or Level.ENFORCED in self._levels]
        first = deep[: max(0, BATCH_SIZE - len(tables) - len(fixed) - 1)]
        calls = [*tables, *fixed, GLOBAL, *describe_calls(self._setup, first)]
        replies = iter(self._setup.batch(calls, purpose="permission tables"))
        answers, about = list(islice(replies, len(tables))), list(islice(replies, len(fixed)))
        self._configured = read_configured(self._setup, self._user.username, answers)
        facts = told_of_each(self._setup, _TABLES, about)
        if (permissions := facts["ObjectPermissions"]) is not None:
            self._governed = governed_objects(permissions)
        self._known_permissions = user_permissions_of(facts["PermissionSet"])
        self._exists = told_of_all(self._setup, next(replies))
        self._look_outside(needs)
        self._facts.update(told_of_each(self._setup, first, list(replies)))
        self._facts.update(describe_objects(self._setup, deep[len(first) :]))
        hidden = [one.object for one in needs if self._undescribed(one.object) and one.by_field]
        if hidden:
            for name, fields in fields_in_tables(self._setup, hidden).items():
                self._facts[name] = undescribed(name, fields)

    def _look_as_user(self, needs: Sequence[Need]) -> None:
        """Describe as the user; what the global describe does not tell of is not believed of any other."""
        if not self._wants_describes():
            return
        names = [one.object for one in needs if one.by_field]
        calls = [GLOBAL, *describe_calls(self._user, names)]
        first, *others = self._user.batch(calls, purpose="describe")
        told = told_of_all(self._user, first)
        seen = told_of_each(self._user, names, others)
        self._seen.update({name: facts for name, facts in seen.items() if name in told})
        self._told = told

    def _look_outside(self, needs: Sequence[Need]) -> None:
        """Ask what decides of the objects that object permissions do not govern."""
        exists = self._exists or {}
        names = [
            one.object
            for one in needs
            if one.object in exists and one.object not in self._governed and may_be_outside(one.object)
        ]
        if names and self._configured is not None:
            self._configured.outside.update(read_outside(self._setup, self._configured, names))

    def _outside(self, name: str) -> Outside | None:
        return None if self._configured is None else self._configured.outside.get(name)

    def _alive(self) -> bool:
        """Tell whether the user can do anything at all: the control of every denial."""
        held = self._configured is not None and bool(self._configured.objects)
        return held or bool(self._told)

    def _undescribed(self, name: str) -> bool:
        return self._exists is not None and name not in self._exists and name in self._governed

    def _wants_describes(self) -> bool:
        return Level.DESCRIBED in self._levels or Level.ENFORCED in self._levels

    def _describe_again(self, names: Sequence[str]) -> Mapping[str, ObjectFacts | None]:
        unknown = [name for name in names if name not in self._facts]
        if unknown:
            self._facts.update(describe_objects(self._setup, unknown))
        return {name: self._facts[name] for name in names}

    def _probe(self, needs: Sequence[Need]) -> None:
        assert self._configured is not None  # noqa: S101 - the tables are read first
        maker = RecordMaker(setup=self._setup, describe=self._describe_again)
        existing = {name: facts for name, facts in self._facts.items() if facts is not None}
        prober = Prober(
            user=self._user,
            setup=self._setup,
            user_id=self._configured.user_id,
            maker=maker,
            existing=existing,
            restricting=self._restricting,
        )
        self._enforced = prober.found
        told = [one for one in needs if not self._undescribed(one.object)]
        prober.run([self._probe_of(one) for one in told if self._facts.get(one.object) is not None])

    def _probe_of(self, need: Need) -> Probe:
        told = (self._told or {}).get(need.object, frozenset())
        seen = self._seen.get(need.object)
        facts = self._facts[need.object]
        fields = {} if seen is None or not need.fields else seen.fields
        editable = tuple(name for name, one in fields.items() if one.updateable)
        wanted = PROBED_OPERATIONS if need.operations else frozenset({Operation.READ})
        if self._outside(need.object) is not None:
            wanted &= {Operation.READ}  # a user can never be deleted again, a setting may be everyone's
        possible = frozenset() if facts is None else facts.operations
        return Probe(
            object=need.object,
            operations=wanted & (possible | told),
            removable=Operation.DELETE in possible,
            visible=need.object in (self._told or {}),
            readable=tuple(fields),
            editable=editable,
            locked=tuple(
                name
                for name, one in fields.items()
                if Operation.EDIT in told and not one.updateable and self._updateable(facts, name)
            ),
            fields=need.fields,
            hidden=need.hidden,
            told=told,
        )

    @staticmethod
    def _updateable(facts: ObjectFacts | None, name: str) -> bool:
        return facts is not None and name in facts.fields and facts.fields[name].updateable

    def _object(self, need: Need) -> ObjectEvidence:
        name = need.object
        hidden = self._undescribed(name)
        exists = None if self._exists is None else hidden or name in self._exists
        facts = self._facts.get(name)
        return ObjectEvidence(
            object=name,
            exists=exists,
            undescribed=hidden,
            facts=facts,
            operations=_configured_only(self._operations(name), hidden) if exists else {},
            fields=_configured_only(self._fields(need, facts), hidden) if exists and facts else {},
            notes={**self._object_notes(name), **self._field_notes(name)},
        )

    def _operations(self, name: str) -> dict[Level, Answer[Operation]]:
        answers: dict[Level, Answer[Operation]] = {}
        if self._configured is not None and name in self._governed:
            held = self._configured.operations(name)
            answers[Level.CONFIGURED] = Answer(yes=held, no=ALL_OPERATIONS - held)
        elif (outside := self._outside(name)) is not None:
            answers[Level.CONFIGURED] = outside.answer
        if self._told is not None and Level.DESCRIBED in self._levels:
            told = self._told.get(name, frozenset())
            possible = (self._exists or {}).get(name, frozenset())  # an event is never queryable, for anyone
            own = frozenset[Operation]() if (known := self._outside(name)) is None else known.own
            answers[Level.DESCRIBED] = Answer(yes=told - own, no=possible - told)
        if Level.ENFORCED in self._levels:
            tried = self._enforced.operations.get(name, {})
            answers[Level.ENFORCED] = _answer({one: outcome.allowed for one, outcome in tried.items()})
        return answers

    def _fields(self, need: Need, facts: ObjectFacts) -> dict[Level, FieldAnswers]:
        if not need.fields and not need.hidden:
            return {}
        answers: dict[Level, FieldAnswers] = {}
        if self._configured is not None and need.object in self._governed:
            answers[Level.CONFIGURED] = configured_fields(self._configured, facts)
        if self._told is not None and Level.DESCRIBED in self._levels:
            answers[Level.DESCRIBED] = described_fields(self._seen.get(need.object), facts)
        if Level.ENFORCED in self._levels:
            read: dict[str, bool | None] = {}
            edit: dict[str, bool | None] = {}
            for (name, operation), outcome in self._enforced.fields.get(need.object, {}).items():
                (read if operation is Operation.READ else edit)[name] = outcome.allowed
            answers[Level.ENFORCED] = FieldAnswers(read=_answer(read), edit=_answer(edit))
        return answers

    def _object_notes(self, name: str) -> dict[ObjectRight | FieldRight, Outcome]:
        return {
            ObjectRight(object=name, operation=operation): outcome
            for operation, outcome in self._enforced.operations.get(name, {}).items()
            if outcome.note
        }

    def _field_notes(self, name: str) -> dict[ObjectRight | FieldRight, Outcome]:
        return {
            FieldRight(object=name, field=field, operation=operation): outcome
            for (field, operation), outcome in self._enforced.fields.get(name, {}).items()
            if outcome.note
        }

    def _others(self, needed: set[str]) -> dict[str, dict[Level, Answer[Operation]]]:
        """Return what the user holds on governed objects that nobody asked about."""
        answers = {name: self._operations(name) for name in sorted(self._governed - needed)}
        return {name: told for name, told in answers.items() if any(one.yes for one in told.values())}


def _configured_only(answers: dict[Level, T], only: bool) -> dict[Level, T]:
    return {level: one for level, one in answers.items() if not only or level is Level.CONFIGURED}


def _answer(tried: Mapping[T, bool | None]) -> Answer[T]:
    return Answer(
        yes=frozenset(one for one, allowed in tried.items() if allowed is True),
        no=frozenset(one for one, allowed in tried.items() if allowed is False),
    )
