"""Sessions: access tokens and whose they are, one table for every way to log in."""

import secrets
from dataclasses import dataclass, replace

from pytest_sfintegration.embedded.people import People, Person

__all__ = ["Session", "Sessions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A live session."""

    token: str
    person: Person
    api: bool = True  # false: the token has no ``api`` scope
    refresh_token: str | None = None
    app: str | None = None


class Sessions:
    """All live sessions."""

    def __init__(self, org_id: str, people: People) -> None:
        """Take the users: what one holds may change while a session of his is open."""
        self._org_id = org_id
        self._people = people
        self._live: dict[str, Session] = {}
        self._refresh: dict[str, Session] = {}

    def open(
        self, person: Person, *, api: bool = True, refreshable: bool = False, app: str | None = None
    ) -> Session:
        """Open a session; the token has the shape ``00D...!...`` that Salesforce CLI checks."""
        token = f"{self._org_id[:15]}!AQ{secrets.token_hex(32)}"
        refresh = f"5Aep{secrets.token_hex(32)}" if refreshable else None
        session = Session(token=token, person=person, api=api, refresh_token=refresh, app=app)
        self._live[token] = session
        if refresh is not None:
            self._refresh[refresh] = session
        return session

    def find(self, token: str) -> Session | None:
        """Return the live session of an access token."""
        return self._current(self._live.get(token))

    def by_refresh_token(self, token: str) -> Session | None:
        """Return the session that a refresh token was given with."""
        return self._current(self._refresh.get(token))

    def _current(self, session: Session | None) -> Session | None:
        person = None if session is None else self._people.by_id(session.person.id)
        if session is None or person is None or person is session.person:
            return session
        return replace(session, person=person)

    def close(self, token: str) -> Session | None:
        """End the session of an access or refresh token, and return it; None when there was none."""
        session = self._live.pop(token, None) or self._refresh.pop(token, None)
        if session is None:
            return None
        self._live.pop(session.token, None)
        if session.refresh_token is not None:
            self._refresh.pop(session.refresh_token, None)
        return session
