"""The line to a live org for one user: bounded, repeated where that is safe, never showing its token."""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pytest_sfintegration.orgs.client import Budget, Reply
from pytest_sfintegration.orgs.errors import AllowanceError, OrgError, UnknownOutcomeError
from pytest_sfintegration.orgs.keeper import Patience
from pytest_sfintegration.orgs.live.faults import Act, Answer, Broken, Decision, decide, is_repeatable
from pytest_sfintegration.orgs.live.refusals import remedy_of
from pytest_sfintegration.orgs.live.secret import Secret
from pytest_sfintegration.orgs.live.session import LiveSession

if TYPE_CHECKING:
    import requests

__all__ = ["Allowance", "Door", "Line"]

_CONNECT = 10.0
_LONGEST_WAIT = 60.0
"""Seconds of Retry-After that are waited for; an org that asks for more is given up."""

_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")
_REMOVAL = "/composite/sobjects?ids="


class Door(Protocol):
    """Where a line's session comes from."""

    def session(self) -> LiveSession:
        """Return the session, logged in on first use."""

    def renew(self, old: LiveSession) -> LiveSession:
        """Return another session than ``old``; raise OrgError when there is none to be had."""


@dataclass(slots=True)
class Allowance:
    """What the org has left of its API calls of 24 hours, by the Sforce-Limit-Info of its last answer."""

    used: int = 0
    limit: int = 0

    def note(self, headers: Mapping[str, str]) -> None:
        """Read an answer's headers."""
        if (found := _USAGE.search(headers.get("sforce-limit-info", ""))) is not None:
            self.used, self.limit = int(found[1]), int(found[2])

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return bool(self.limit) and self.used >= self.limit

    def check(self) -> None:
        """Raise AllowanceError when the last hundred calls (or 5 %) begin."""
        if self.limit and self.limit - self.used <= min(100, self.limit // 20):
            raise AllowanceError(used=self.used, limit=self.limit)


class _Bearer:
    """Puts the token on a request at the last moment; as ``auth`` it also keeps a .netrc away."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        if "X-SFDC-Session" in request.headers:
            request.headers["X-SFDC-Session"] = self._token.reveal()
        return request


class Line:
    """Sends requests as one user. Every repetition spends the budget too."""

    def __init__(
        self,
        *,
        who: str,
        door: Door,
        budget: Budget,
        allowance: Allowance,
        timeout: float,
        patience: Patience,
        read_only: str | None,
    ) -> None:
        self._who = who
        self._door = door
        self._budget = budget
        self._allowance = allowance
        self._timeout = timeout
        self._patience = patience
        self._read_only = read_only
        self._http: requests.Session | None = None

    def send(self, method: str, path: str, body: Any) -> Reply:
        """Send one JSON request; the Transport of an OrgClient."""
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        _, reply = self.exchange(method, path, content, headers, repeatable=is_repeatable(method, path, body))
        return reply

    def exchange(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        json_only: bool = True,
    ) -> tuple[Answer, Reply]:
        """Return the answer to a request; raise OrgError when there is none that can be believed."""
        what = f"{method} {path.partition('?')[0]} as {self._who}"
        self._admit(what, path, repeatable=repeatable)
        session, renewed, slow = self._door.session(), False, False
        pauses = iter(self._patience.pauses)
        while True:
            attempt = self._attempt(session, method, path, content, headers)
            decision = decide(attempt, repeatable=repeatable, json_only=json_only)
            if decision.act is Act.ACCEPT and isinstance(attempt, Answer) and decision.reply is not None:
                return attempt, decision.reply
            if decision.act is Act.RENEW and not renewed:
                session, renewed = self._door.renew(session), True
            elif decision.act is Act.REPEAT and not slow:
                slow = isinstance(attempt, Broken) and "within" in attempt.why
                self._pause(what, decision, next(pauses, None))
            else:
                words = f"{what}: {_words(decision, renewed=renewed)}"
                raise UnknownOutcomeError(words) if decision.unknown else OrgError(words)
            self._budget.spend("repeated", must=_REMOVAL in path)

    def _admit(self, what: str, path: str, *, repeatable: bool) -> None:
        if self._read_only is not None and (not repeatable or _REMOVAL in path):
            raise OrgError(f"{what}: {self._read_only}")
        if _REMOVAL not in path:  # what is ours is removed with the last calls
            self._allowance.check()

    def _pause(self, what: str, decision: Decision, pause: float | None) -> None:
        if self._allowance.spent:
            raise OrgError(
                f"{what}: {decision.why}: the org's API calls of 24 hours are spent: run again later"
            )
        if pause is None:
            raise OrgError(f"{what}: {decision.why} (asked {len(self._patience.pauses) + 1} times)")
        wait = pause * random.uniform(0.8, 1.2) if decision.wait is None else decision.wait  # noqa: S311 - jitter
        if wait > _LONGEST_WAIT:
            raise OrgError(f"{what}: {decision.why}: the org asks to wait {wait:.0f} s: run again then")
        self._patience.sleep(wait)

    def _attempt(
        self, session: LiveSession, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer | Broken:
        """Send once. No exception of the HTTP client gets out: its frames hold the token."""
        import requests  # noqa: PLC0415 - heavy
        from requests import exceptions  # noqa: PLC0415 - heavy

        if self._http is None:
            self._http = requests.Session()
        try:
            response = self._http.request(
                method,
                session.base + path,
                data=content,
                headers=dict(headers),
                auth=_Bearer(session.token),
                timeout=(_CONNECT, self._timeout),
                allow_redirects=False,
            )
        except exceptions.RequestException as error:
            return _broken(error, self._timeout)
        answer = Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content,
        )
        self._allowance.note(answer.headers)
        return answer


def _broken(error: Exception, timeout: float) -> Broken:
    """Return what an exception of requests says, without the exception."""
    from requests import exceptions  # noqa: PLC0415 - heavy
    from urllib3.exceptions import NewConnectionError  # noqa: PLC0415 - with requests

    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, exceptions.ConnectTimeout):
        return Broken(why=f"no connection within {_CONNECT:.0f} s", sent=False)
    if isinstance(error, exceptions.Timeout):
        return Broken(why=f"no answer within {timeout:g} s", sent=True)
    if isinstance(error, exceptions.SSLError):
        why = "the certificate is not trusted: check url, proxy and REQUESTS_CA_BUNDLE"
        return Broken(why=why, sent=False, fatal=True)
    if isinstance(error, exceptions.ProxyError):
        return Broken(why="the proxy (HTTPS_PROXY) refuses the connection", sent=False, fatal=True)
    if isinstance(reason, NewConnectionError):
        why = "the connection is refused or the host unknown: check url, network and proxy"
        return Broken(why=why, sent=False)
    return Broken(why=f"the connection was dropped ({type(error).__name__})", sent=True)


def _words(decision: Decision, *, renewed: bool) -> str:
    if decision.act is Act.RENEW and renewed and decision.reply is not None:
        code = decision.reply.error().code
        return f"{decision.why}: also after a new log-in: {remedy_of(code, '')}"
    return decision.why
