"""One user's way in: logged in once a run, shared by its processes, proven to be the right user."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pytest_sfintegration.orgs.client import Budget, OrgClient
from pytest_sfintegration.orgs.errors import OrgError, TargetError
from pytest_sfintegration.orgs.live.log_in import log_in
from pytest_sfintegration.orgs.live.logins import Flow, Login
from pytest_sfintegration.orgs.live.session import LiveSession
from pytest_sfintegration.orgs.live.shared import Shared

__all__ = ["WayIn"]

_IDENTITY = re.compile(r"/id/(00D\w{12,15})/(005\w{12,15})")
_PURPOSE = "log-in"


class WayIn:
    """The Door of a line. ``username``: the integration user of the matrix, for log-ins that name none."""

    def __init__(
        self,
        *,
        login: Login,
        username: str | None,
        url: str | None,
        shared: Shared,
        budget: Budget,
        timeout: float,
        sleep: Callable[[float], None],
    ) -> None:
        takes_name = login.flow in {Flow.JWT, Flow.PASSWORD, Flow.SOAP} or (
            login.flow is Flow.CLI and login.alias is None
        )
        self._login = replace(login, username=username) if takes_name and login.username is None else login
        self._url = url
        self._shared = shared
        self._budget = budget
        self._timeout = timeout
        self._sleep = sleep
        self._key = f"session {login.where} {self._login.username or ''}"
        self._session: LiveSession | None = None
        self._raw: Mapping[str, Any] | None = None
        self.label = self._login.username or username or "the setup user"

    def session(self) -> LiveSession:
        """Return the session, logged in on first use."""
        if self._session is None:
            self._take(self._shared.get(self._key, self._log_in))
        assert self._session is not None  # noqa: S101 - taken above
        return self._session

    def renew(self, old: LiveSession) -> LiveSession:
        """Return another session than a dead one; raise OrgError when there is no other to be had."""
        if self._login.flow is Flow.ACCESS_TOKEN:
            raise OrgError(
                f"{self._login.where}: the access token is no longer valid (INVALID_SESSION_ID): get a new "
                f"one, or use a "
                "flow that can log in again, such as jwt or client-credentials"
            )
        if self._session is old:
            self._take(self._shared.renew(self._key, self._log_in, old=self._raw))
        assert self._session is not None  # noqa: S101 - taken before
        return self._session

    def user_id(self, client: OrgClient) -> str:
        """Return the id of the user whose session it is."""
        return self._known(client).user_id or ""

    def must_be(self, username: str, *, org_id: str, client: OrgClient, setup: OrgClient) -> None:
        """Raise TargetError when the session is another user's, or in another org."""
        session = self._known(client)
        if session.org_id is not None and session.org_id[:15] != org_id[:15]:
            raise TargetError(
                f"{self._login.where}: the integration user is in the org {session.org_id}, the setup user "
                f"in {org_id}: both "
                "must be in one org"
            )
        told = session.username
        if told is None or self._login.flow is Flow.ACCESS_TOKEN:
            told = self._username(session, setup)
        if told.lower() != username.lower():
            raise TargetError(
                f"{self._login.where}: this log-in is {told}, but the matrix is about {username}: correct "
                "user.username in the matrix, or the log-in"
            )

    def told_username(self, client: OrgClient) -> str:
        """Return the username of the session, asked of the org unless the log-in proves it."""
        session = self._known(client)
        if session.username is not None and self._login.flow is not Flow.ACCESS_TOKEN:
            return session.username
        return self._username(session, client)

    @staticmethod
    def _username(session: LiveSession, client: OrgClient) -> str:
        rows = client.query(f"SELECT Username FROM User WHERE Id = '{session.user_id}'", purpose=_PURPOSE)
        return str(rows[0]["Username"]) if rows else "a user that the setup user does not see"

    def _log_in(self) -> Mapping[str, Any]:
        """Log in, once a run: a refusal is an answer too, and asking again could lock the user out."""
        self._budget.spend(_PURPOSE)
        try:
            session = log_in(self._login, url=self._url, timeout=self._timeout, sleep=self._sleep)
        except TargetError as refusal:
            return {"refused": str(refusal)}
        return session.dump()

    def _take(self, values: Mapping[str, Any]) -> None:
        known = self._session
        self._raw = values
        if "refused" in values:
            raise TargetError(values["refused"])
        self._session = LiveSession.load(values)
        if known is not None and self._session.user_id is None:
            self._session = replace(self._session, user_id=known.user_id, org_id=known.org_id)

    def _known(self, client: OrgClient) -> LiveSession:
        """Return the session with its ids, asked for where no log-in told them (resource list: identity)."""
        session = self.session()
        if session.user_id is None:
            resources = client.get("", purpose=_PURPOSE)
            found = _IDENTITY.search(str(resources.get("identity", "")))
            if found is None:
                raise OrgError(f"{self._login.where}: the org does not say whose session it is")
            session = self._session = replace(self.session(), org_id=found[1], user_id=found[2])
        return session
