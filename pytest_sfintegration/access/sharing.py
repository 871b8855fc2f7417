"""Record access: records made or found, and what the integration user may do with them, in few calls.

Records are made by the setup user, all of them in one go, and removed whatever happens. Only they are ever
written to or deleted; records that exist are looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.evidence import Answer, Level
from pytest_sfintegration.access.sharing_evidence import RecordEvidence, RecordNeed, SeenRecord
from pytest_sfintegration.access.sharing_making import MadeRecord, Making
from pytest_sfintegration.access.sharing_probes import RecordProber, Told
from pytest_sfintegration.access.sharing_reasons import ReasonReader, Reasons, SharingHints
from pytest_sfintegration.access.sharing_search import Search, search
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import ObjectFacts, describe_objects
from pytest_sfintegration.orgs.records import RecordMaker
from pytest_sfintegration.rights import Operation, RecordOperation

__all__ = ["RecordGatherer"]


@dataclass(slots=True)
class _Watched:
    """The records of one need: ids, and what is to be said of them."""

    need: RecordNeed
    ids: tuple[str, ...] = ()
    ours: bool = False
    unknown: str = ""
    trouble: str = ""
    subject: str = ""


class RecordGatherer:
    """Gather evidence of records for one user. ``configured`` are the user's permission tables."""

    def __init__(
        self,
        *,
        setup: OrgClient,
        user: OrgClient,
        configured: Configured,
        levels: Sequence[Level],
        hints: SharingHints,
    ) -> None:
        self._setup = setup
        self._user = user
        self._configured = configured
        self._levels = frozenset(levels)
        self._facts: dict[str, ObjectFacts | None] = {}
        self._hints = hints
        self._prober = RecordProber(setup=setup, user=user, user_id=configured.user_id)
        self._reasons = Reasons()
        self.notes: list[str] = []

    def gather(self, needs: Sequence[RecordNeed]) -> dict[str, RecordEvidence]:
        """Return what was observed by key. Raise CallLimitError when the calls are spent; no record stays."""
        if self._levels.isdisjoint({Level.DESCRIBED, Level.ENFORCED}):
            why = "permission tables tell nothing of records: gather described or enforced evidence"
            return {one.key: RecordEvidence(trouble=why) for one in needs}
        maker = RecordMaker(setup=self._setup, describe=self._describe)
        try:
            return self._gather(needs, maker)
        finally:
            for error in maker.remove_all(purpose="clean-up"):
                self.notes.append(f"a record of ours could not be removed: {error}")

    def _gather(self, needs: Sequence[RecordNeed], maker: RecordMaker) -> dict[str, RecordEvidence]:
        facts = self._describe(sorted({one.object for one in needs}))
        existing = [one for one in needs if facts[one.object] is not None]
        found = search(self._setup, [one for one in existing if one.where is not None])
        making = Making(
            setup=self._setup,
            maker=maker,
            describe=self._describe,
            user_id=self._configured.user_id,
            username=self._user.username,
        )
        made = making.make([one for one in existing if one.where is None])
        controls = making.controls(self._without_access(existing))
        watched = [self._watched(one, facts, found, made) for one in needs]
        self._observe(watched, controls, facts)
        seen = self._controls(watched, controls)
        return {one.need.key: self._evidence(one, seen) for one in watched}

    def _describe(self, names: Sequence[str]) -> Mapping[str, ObjectFacts | None]:
        """Return the setup user's describes, each asked for once."""
        unknown = [name for name in names if name not in self._facts]
        if unknown:
            self._facts.update(describe_objects(self._setup, unknown))
        return {name: self._facts[name] for name in names}

    def _without_access(self, needs: Iterable[RecordNeed]) -> list[str]:
        """Return the objects of which no record is expected to be seen, and yet some could be."""
        by_object: dict[str, bool] = {}
        for one in needs:
            by_object[one.object] = by_object.get(one.object, False) or bool(one.expected)
        return [name for name, sees in by_object.items() if not sees and self._reads(name)]

    def _reads(self, name: str) -> bool:
        return Operation.READ in self._configured.operations(name)

    @staticmethod
    def _watched(
        need: RecordNeed,
        facts: Mapping[str, ObjectFacts | None],
        found: Mapping[str, Search],
        made: Mapping[str, MadeRecord],
    ) -> _Watched:
        if facts[need.object] is None:
            unknown = f"the setup user does not see {need.object} in this org: it does not exist there"
            return _Watched(need=need, unknown=unknown)
        if need.where is not None:
            hit = found[need.key]
            return _Watched(
                need=need, ids=hit.ids, unknown=hit.unknown, trouble=hit.trouble, subject=hit.subject
            )
        one = made[need.key]
        ids = () if one.id is None else (one.id,)
        return _Watched(
            need=need, ids=ids, ours=True, unknown=one.unknown, trouble=one.trouble, subject=one.subject
        )

    def _observe(
        self,
        watched: Sequence[_Watched],
        controls: Mapping[str, str],
        facts: Mapping[str, ObjectFacts | None],
    ) -> None:
        ids = _by_object([(one.need.object, each) for one in watched for each in one.ids])
        every = _by_object([*((name, one) for name, many in ids.items() for one in many), *controls.items()])
        self._prober.describe(every)
        if Level.ENFORCED in self._levels:
            self._prober.query(every)
        ours = [
            (one.need.object, each)
            for one in watched
            if one.ours
            for each in one.ids
            if self._may_be_reached(each)
        ]
        if Level.ENFORCED in self._levels:
            self._prober.edit(_by_object(ours), facts)
        wrong = [(one.need.object, each) for one in watched for each in one.ids if self._is_wrong(one, each)]
        reader = ReasonReader(
            setup=self._setup, configured=self._configured, hints=self._hints, describe=self._describe
        )
        self._reasons = reader.read(_by_object(wrong))
        if Level.ENFORCED in self._levels:
            self._prober.delete([each for _, each in reversed(ours)])

    def _may_be_reached(self, record_id: str) -> bool:
        """Tell whether any level shows the record: what is shown by none is not written to either."""
        told = (self._prober.described, self._prober.enforced)
        return any(one.answers.get(record_id, {}).get(RecordOperation.READ) for one in told)

    def _is_wrong(self, one: _Watched, record_id: str) -> bool:
        for level in self._told():
            for operation, answer in level.answers.get(record_id, {}).items():
                if operation in one.need.judged and answer is not (operation in one.need.expected):
                    return True
        return False

    def _told(self) -> tuple[Told, ...]:
        return self._prober.described, self._prober.enforced

    def _controls(self, watched: Sequence[_Watched], controls: Mapping[str, str]) -> dict[str, str]:
        """Return by object how the user was seen to see a record, for objects with records to be hidden."""
        wanted = {one.need.object for one in watched if not one.need.expected and one.ids}
        seen: dict[str, str] = {}
        for name in sorted(wanted):
            if name in controls and self._sees(controls[name]):
                seen[name] = f"{self._user.username} sees a record of {name} that it owns"
            elif any(one.need.object == name and self._sees(each) for one in watched for each in one.ids):
                seen[name] = f"{self._user.username} sees other records of {name}"
        left = [name for name in sorted(wanted - seen.keys()) if self._reads(name)]
        for name in self._prober.sees_any(left):
            seen[name] = f"{self._user.username} sees records of {name}"
        for name in wanted - seen.keys():
            if not self._reads(name):
                seen[name] = f"{self._user.username} has no read on {name}"
        return seen

    def _sees(self, record_id: str) -> bool:
        level = Level.ENFORCED if Level.ENFORCED in self._levels else Level.DESCRIBED
        told = self._prober.enforced if level is Level.ENFORCED else self._prober.described
        return bool(told.answers.get(record_id, {}).get(RecordOperation.READ))

    def _evidence(self, one: _Watched, seen: Mapping[str, str]) -> RecordEvidence:
        name = one.need.object
        return RecordEvidence(
            records=tuple(self._record(each) for each in one.ids),
            unknown=one.unknown,
            trouble=one.trouble,
            subject=one.subject,
            control=seen.get(name, ""),
            readable=self._reads(name),
            default=self._reasons.defaults.get(name, ""),
            restriction_rules=self._hints.restriction_rules.get(name, ()),
        )

    def _record(self, record_id: str) -> SeenRecord:
        answers: dict[Level, Answer[RecordOperation]] = {}
        notes: list[str] = []
        for level, told in (
            (Level.DESCRIBED, self._prober.described),
            (Level.ENFORCED, self._prober.enforced),
        ):
            if level not in self._levels:
                continue
            answers[level] = _answer(told.answers.get(record_id, {}))
            notes += [told.notes[record_id]] if record_id in told.notes else []
        return SeenRecord(
            id=record_id,
            answers=answers,
            notes=tuple(notes),
            reasons=self._reasons.by_record.get(record_id),
            private=record_id in self._reasons.private,
        )


def _answer(told: Mapping[RecordOperation, bool]) -> Answer[RecordOperation]:
    return Answer(
        yes=frozenset(one for one, allowed in told.items() if allowed),
        no=frozenset(one for one, allowed in told.items() if not allowed),
    )


def _by_object(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for name, record_id in pairs:
        found.setdefault(name, {})[record_id] = None
    return {name: list(ids) for name, ids in found.items()}
