"""What must be known to judge blocked rows, in the words of the room that looks; and looking."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pytest_sfintegration.access.blocked_evidence import (
    BlockedEvidence,
    BlockedNeeds,
    LeakAnswer,
    LeakNeed,
    RequestNeed,
    SetupEntityAccess,
)
from pytest_sfintegration.access.evidence import Evidence, Level
from pytest_sfintegration.access.gather import Gatherer
from pytest_sfintegration.access.leaks import LeakSeeker
from pytest_sfintegration.access.requests import Requester
from pytest_sfintegration.access.setup_entities import KINDS, read_setup_entities
from pytest_sfintegration.matrix.expectations import (
    BlockedEntityRow,
    BlockedRow,
    QueryRow,
    RequestRow,
    Row,
    SetupEntitiesRow,
)
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.errors import CallLimitError, OrgError
from pytest_sfintegration.orgs.records import RecordMaker

__all__ = ["blocked_needs", "with_blocked"]


def blocked_needs(rows: Iterable[Row], levels: Iterable[Level]) -> BlockedNeeds:
    """Return what must be known; related routes are real queries, for enforced evidence alone."""
    rows = tuple(rows)
    kinds = {row.kind for row in rows if isinstance(row, BlockedEntityRow)}
    wanted: set[tuple[str, str]] = set()
    for row in rows:
        if isinstance(row, SetupEntitiesRow):
            kinds.update(KINDS)
            wanted |= {(kind, named.name) for kind, names in row.allowed.by_kind().items() for named in names}
    return BlockedNeeds(
        requests=tuple(need for row in rows if (need := _request(row)) is not None),
        leaks=tuple(_leaks(rows)) if Level.ENFORCED in tuple(levels) else (),
        kinds=frozenset(kinds),
        wanted=frozenset(wanted),
    )


def _request(row: Row) -> RequestNeed | None:
    if isinstance(row, QueryRow):
        return RequestNeed(key=row.id, soql=row.soql)
    if not isinstance(row, RequestRow):
        return None
    rule = row.rule
    accepted = frozenset(named.name for named in rule.refused)
    return RequestNeed(key=row.id, method=rule.method, path=rule.path, body=rule.body, accepted=accepted)


def _leaks(rows: Iterable[Row]) -> Iterable[LeakNeed]:
    for row in rows:
        if isinstance(row, BlockedRow) and row.kind in {"object", "field"}:
            name, _, field = row.name.partition(".")
            yield LeakNeed(object=name, field=field or None)


def with_blocked(
    evidence: Evidence, rows: Sequence[Row], *, setup: OrgClient, user: OrgClient, gatherer: Gatherer
) -> Evidence:
    """Add what was observed of blocked rows. At the call limit nothing more is believed."""
    needs = blocked_needs(rows, evidence.levels)
    if not needs or evidence.configured is None or evidence.stopped:
        return evidence
    maker = RecordMaker(setup=setup, describe=gatherer.look_up)
    looking = _Looking(evidence=evidence, needs=needs, setup=setup, user=user, gatherer=gatherer, maker=maker)
    stopped: str | None = None
    try:
        looking.run()
    except CallLimitError as limit:
        stopped = str(limit)
    finally:
        left = maker.remove_all(purpose="clean-up")
    notes = [*looking.notes, *(f"a record of ours could not be removed: {error}" for error in left)]
    return replace(evidence, blocked=looking.found, stopped=stopped, notes=(*evidence.notes, *notes))


class _Looking:
    """One look at everything that is blocked, part by part: a part in trouble leaves the others be."""

    def __init__(
        self,
        *,
        evidence: Evidence,
        needs: BlockedNeeds,
        setup: OrgClient,
        user: OrgClient,
        gatherer: Gatherer,
        maker: RecordMaker,
    ) -> None:
        self._evidence = evidence
        self._needs = needs
        self._setup = setup
        self._user = user
        self._gatherer = gatherer
        self._maker = maker
        self._requester = Requester(setup=setup, user=user, levels=evidence.levels, maker=maker)
        self._leaks: dict[str, LeakAnswer] = {}
        self._entities: SetupEntityAccess | None = None
        self._trouble: dict[str, str] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told of the requests."""
        return tuple(self._requester.notes)

    @property
    def found(self) -> BlockedEvidence:
        """What was observed so far."""
        return BlockedEvidence(
            requests=self._requester.answers,
            leaks=self._leaks,
            entities=self._entities,
            trouble=self._trouble,
        )

    def run(self) -> None:
        """Look at each part that is needed."""
        parts = (
            ("setup entities", self._needs.kinds, self._read_entities),
            ("requests", self._needs.requests, self._ask),
            ("leaks", self._needs.leaks, self._seek),
        )
        for name, needed, look in parts:
            if not needed:
                continue
            try:
                look()
            except CallLimitError:
                raise
            except OrgError as error:
                self._trouble[name] = str(error)

    def _read_entities(self) -> None:
        configured = self._evidence.configured
        assert configured is not None  # noqa: S101 - with_blocked looks first
        needs = self._needs
        self._entities = read_setup_entities(
            self._setup, configured, needs.kinds, needs.wanted, self._gatherer.told
        )

    def _ask(self) -> None:
        self._requester.ask(self._needs.requests)

    def _seek(self) -> None:
        configured = self._evidence.configured
        assert configured is not None  # noqa: S101 - the same
        seeker = LeakSeeker(
            setup=self._setup,
            user=self._user,
            user_id=configured.user_id,
            describe=self._gatherer.look_up,
            readable=self._gatherer.readable,
            maker=self._maker,
        )
        self._leaks.update(seeker.seek(self._needs.leaks))
