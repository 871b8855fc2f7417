"""A live org as a target: who logs in, what kind of org it is, and what may be done in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_sfintegration.orgs.client import Budget, OrgClient
from pytest_sfintegration.orgs.errors import OrgError, TargetError
from pytest_sfintegration.orgs.keeper import Keeper, Patience
from pytest_sfintegration.orgs.live.entries import OrgEntry
from pytest_sfintegration.orgs.live.journal import Forbidden, Journal
from pytest_sfintegration.orgs.live.line import Allowance, Line
from pytest_sfintegration.orgs.live.log_in import SOAP_NOTICE
from pytest_sfintegration.orgs.live.logins import Flow, Login
from pytest_sfintegration.orgs.live.organization import ORGANIZATION_SELECT, Organization
from pytest_sfintegration.orgs.live.shared import Shared
from pytest_sfintegration.orgs.live.sweeping import remove
from pytest_sfintegration.orgs.live.ways_in import WayIn
from pytest_sfintegration.orgs.target import API_VERSION, IntegrationUser

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

T = TypeVar("T")

__all__ = ["PATIENCE", "LiveSettings", "LiveTarget"]

PATIENCE = Patience(pauses=(0.5, 1.0, 2.0, 4.0), settle=(5.0, 10.0, 20.0, 40.0))
"""Five attempts of a call within some eight seconds; 75 seconds for a permission set group."""

_PURPOSE = "log-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """How a live org is to be treated.

    ``allow_writes``: the id of a production org to be written to. ``only_reading``: why nothing is to be
    written, whatever kind of org it is.
    """

    journal: Path
    allow_writes: str | None = None
    only_reading: str | None = None
    timeout: float = 60.0
    patience: Patience = PATIENCE


@dataclass(slots=True)
class _Seat:
    """One user's way in, with the line and client over it."""

    way: WayIn
    line: Line
    client: OrgClient
    described: dict[str, Any] = field(default_factory=dict)


class LiveTarget:
    """One live org. Nothing is asked of it before it must be; the first question is what kind it is."""

    def __init__(self, *, entry: OrgEntry, settings: LiveSettings, budget: Budget, shared: Shared) -> None:
        self.name = entry.name
        self.budget = budget
        self._entry = entry
        self._settings = settings
        self._shared = shared
        self._allowance = Allowance()
        self._users: dict[str, _Seat] = {}
        self._journal: Journal | None = None
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said beside the verdicts."""
        return tuple(self._notes)

    @property
    def calls_left(self) -> int | None:
        """The API calls that the org has left today, if it has told."""
        return self._allowance.limit - self._allowance.used if self._allowance.limit else None

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` returns, made once by all processes of the run. It must hold no secret."""
        return self._shared.once(f"{self.name} {name}", make)

    @cached_property
    def organization(self) -> Organization:
        """The org itself. Raise TargetError when it is not the one that ``org_id`` names."""
        found = Organization.of(self._shared.get(f"organization {self.name}", self._read_organization))
        wanted = self._entry.org_id
        if wanted is not None and found.id[:15] != wanted[:15]:
            raise TargetError(
                f"{self._entry.where}: this is the wrong org: the setup user is in {found.id} "
                f"({found.name}), and org_id "
                f"says {wanted}: nothing was done in it"
            )
        return found

    @property
    def organization_if_known(self) -> Organization | None:
        """The org itself, if it was asked by now."""
        return self.__dict__.get("organization")

    @property
    def read_only(self) -> str | None:
        """Why nothing may be written, with the remedy; None where records may be made."""
        if self._settings.only_reading is not None:
            return self._settings.only_reading
        org = self.organization
        allowed = self._settings.allow_writes
        if org.writable or (allowed is not None and allowed[:15] == org.id[:15]):
            return None
        return (
            f"{org.name} ({org.id}) is a {org.kind} org and read-only for tests: to make and remove records "
            f"in it "
            f"all the same, add --sf-allow-writes={org.id}"
        )

    def cap(self, levels: Sequence[str], *, asked: bool) -> int:
        """Return how many of the levels (weakest first) may be gathered; a lower number is told as a note.

        ``asked``: the strongest was asked for by name; raise OrgError when it needs writes that may not be.
        """
        why = self.read_only
        if why is None or "enforced" not in levels:
            return len(levels)
        if asked:
            raise OrgError(f"evidence=enforced writes: {why}")
        self._notes[f"{why}. Evidence is configured and described only"] = None
        return list(levels).index("enforced")

    def setup_client(self, user: IntegrationUser) -> OrgClient:
        """Return the setup user's session."""
        del user  # one org holds them all
        return self._setup.client

    def user_client(self, user: IntegrationUser) -> OrgClient:
        """Return a session of the integration user; raise OrgError when it is somebody else's."""
        return self._seat(user.username).client

    def setup_salesforce(self, user: IntegrationUser) -> "Salesforce":
        """Return a simple-salesforce client of the setup user."""
        del user
        return self._salesforce(self._setup)

    def user_salesforce(self, user: IntegrationUser) -> "Salesforce":
        """Return a simple-salesforce client of the integration user."""
        return self._salesforce(self._seat(user.username))

    @property
    def setup_username(self) -> str:
        """The username of the setup user, asked of the org where the log-in does not name one."""
        return self._way.told_username(self._bare)

    def sweeper(self) -> OrgClient:
        """Return the setup user's session, to remove what a journal names; no journal is begun."""
        line = self._line(self._way, self.read_only)
        return self._client_over(line, self._way, keeper=None)

    def close(self) -> list[str]:
        """Remove what is left of our records; return sentences on what could not be."""
        journal = self._journal
        if journal is None:
            return []
        problems: list[str] = []
        if journal.remains:
            count = len(journal.remains.ids) + len(journal.remains.pending)
            try:
                swept = remove(self._setup.client, journal.remains)
            except OrgError as error:
                problems = [f"{error}: {journal.left_behind(count)}"]
            else:
                journal.removed(swept.gone)
                journal.settled(swept.settled)
                problems = swept.left + swept.waiting
        journal.close()
        return problems

    def _read_organization(self) -> Mapping[str, Any]:
        rows = self._bare.query(ORGANIZATION_SELECT, purpose=_PURPOSE)
        if len(rows) != 1:
            raise OrgError("the org does not show its Organization row: is the setup user an internal user?")
        return dict(rows[0])

    @cached_property
    def _way(self) -> WayIn:
        self._tell(self._entry.setup)
        return self._way_of(self._entry.setup, None)

    @cached_property
    def _bare(self) -> OrgClient:
        """A client of the setup user that may only read: for the first question."""
        line = self._line(self._way, "the kind of org is not known yet")
        return self._client_over(line, self._way, keeper=None)

    @cached_property
    def _setup(self) -> _Seat:
        why = self.read_only
        keeper = self._keeper(why)
        line = self._line(self._way, why)
        return _Seat(self._way, line, self._client_over(line, self._way, keeper=keeper))

    def _keeper(self, why: str | None) -> Keeper:
        if why is not None:
            return Forbidden(why)
        self._journal = Journal(
            folder=self._settings.journal,
            name=self.name,
            org_id=self.organization.id,
            users=(self._way.user_id(self._bare),),
        )
        return self._journal

    def _seat(self, username: str) -> _Seat:
        key = username.lower()
        if key not in self._users:
            setup = self._setup
            login = self._entry.users.get(key) or self._entry.integration
            if login is None:
                raise TargetError(
                    f"{self._entry.where}: no log-in for the integration user {username}: add integration "
                    f"(or users: "
                    f"{username}) beside setup"
                )
            self._tell(login)
            way = self._way_of(login, username)
            line = self._line(way, self.read_only)
            client = self._client_over(line, way, keeper=None)
            way.must_be(username, org_id=self.organization.id, client=client, setup=setup.client)
            if self._journal is not None:
                self._journal.knows(way.user_id(client))
            self._users[key] = _Seat(way, line, client)
        return self._users[key]

    def _way_of(self, login: Login, username: str | None) -> WayIn:
        return WayIn(
            login=login,
            username=username,
            url=self._entry.url,
            shared=self._shared,
            budget=self.budget,
            timeout=self._settings.timeout,
            sleep=self._settings.patience.sleep,
        )

    def _line(self, way: WayIn, read_only: str | None) -> Line:
        return Line(
            who=way.label,
            door=way,
            budget=self.budget,
            allowance=self._allowance,
            timeout=self._settings.timeout,
            patience=self._settings.patience,
            read_only=read_only,
        )

    def _client_over(self, line: Line, way: WayIn, *, keeper: Keeper | None) -> OrgClient:
        return OrgClient(
            transport=line,
            budget=self.budget,
            api_version=API_VERSION,
            username=way.label,
            keeper=keeper,
            patience=self._settings.patience,
            described={},
            distant=True,
        )

    def _salesforce(self, seat: _Seat) -> "Salesforce":
        from pytest_sfintegration.orgs.live.fixture_client import salesforce_over  # noqa: PLC0415 - heavy

        return salesforce_over(seat.line, seat.way, self.budget)

    def _tell(self, login: Login) -> None:
        if login.flow is Flow.SOAP:
            self._notes[f"{login.where}: {SOAP_NOTICE}"] = None
