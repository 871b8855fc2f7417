"""What the org writes down of log-ins: LoginHistory, LastLoginDate and OauthToken."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.history_specs import LoginSpec, TokenSpec, moment
from pytest_sfintegration.embedded.people import People, Person
from pytest_sfintegration.embedded.specs import OrganizationSpec
from pytest_sfintegration.embedded.tables.setup_tables import SetupTables
from pytest_sfintegration.embedded.values import datetime_text

__all__ = ["IN_PROCESS", "LoginJournal"]

IN_PROCESS = "pytest-sfintegration"
"""The Application of sessions that were handed out without a log-in."""

_MOST = 20_000  # documented: help, Monitor Login History
_THROTTLE = timedelta(seconds=60)  # documented: Object Reference, User.LastLoginDate


class LoginJournal:
    """Writes a row for every log-in, those that failed too, and one token for each user and app."""

    def __init__(
        self,
        *,
        setup: SetupTables,
        people: People,
        now: Callable[[], datetime],
        organization: OrganizationSpec,
    ) -> None:
        """Write what the organization holds already; raises OrgError for a user whom it does not have."""
        self._setup = setup
        self._people = people
        self._now = now
        self._last: dict[str, datetime] = {}
        self._written = 0
        for login in sorted(organization.logins, key=_at):
            self._past(login)
        for token in organization.tokens:
            self._held(token)

    def login(
        self,
        person: Person,
        *,
        login_type: str,
        application: str,
        source_ip: str,
        login_url: str,
        status: str = "Success",
        api_type: str = "N/A",
        api_version: str = "N/A",
    ) -> None:
        """Write a log-in of now; the words N/A and Unknown are recorded, of log-ins without a browser."""
        spec = LoginSpec(
            username=person.spec.username,
            at="",
            login_type=login_type,
            application=application,
            source_ip=source_ip,
            status=status,
            login_url=login_url,
            api_type=api_type,
            api_version=api_version,
        )
        self._write(person, spec, self._now())

    def in_process(self, person: Person) -> None:
        """Write a session that was handed out in the process, as if by an unnamed SOAP client (assumed)."""
        self.login(
            person,
            login_type="Other Apex API",
            application=IN_PROCESS,
            source_ip="127.0.0.1",
            login_url="embedded.my.salesforce.com",
        )

    def use_token(self, person: Person, app: str) -> None:
        """Count a use of the user's token for an app; the first one makes it (one a pair: assumed)."""
        rows = self._setup.rows("OauthToken")
        now = datetime_text(self._now())
        for row in rows:
            if row["UserId"] == person.id and row["AppName"] == app:
                row.update(LastUsedDate=now, UseCount=row["UseCount"] + 1)
                break
        else:
            rows.append(_token(person, app, created=now, last_used=now, use_count=1))
        self._setup.forget_indexes("OauthToken")

    def forget_token(self, person: Person, app: str) -> None:
        """Take away a token that was revoked."""
        rows = self._setup.rows("OauthToken")
        rows[:] = [row for row in rows if (row["UserId"], row["AppName"]) != (person.id, app)]
        self._setup.forget_indexes("OauthToken")

    def _past(self, spec: LoginSpec) -> None:
        self._write(self._person(spec.username, "a log-in"), spec, _at(spec))

    def _held(self, spec: TokenSpec) -> None:
        person = self._person(spec.username, "a token")
        what = f"the token of {spec.username} for {spec.app}"
        dates = [
            None if text is None else datetime_text(moment(text, what))
            for text in (spec.created, spec.last_used)
        ]
        row = _token(person, spec.app, created=dates[0], last_used=dates[1], use_count=spec.use_count)
        self._setup.rows("OauthToken").append(row)

    def _person(self, username: str, what: str) -> Person:
        person = self._people.by_username(username)
        if person is None:
            raise OrgError(f"{what} is stated for {username!r}, whom the org does not have. Add the user.")
        return person

    def _write(self, person: Person, spec: LoginSpec, at: datetime) -> None:
        self._written += 1
        self._setup.add_login(
            self._written,
            {
                "UserId": person.id,
                "LoginTime": datetime_text(at),
                "LoginType": spec.login_type,
                "LoginSubType": spec.login_sub_type,
                "SourceIp": spec.source_ip,
                "LoginUrl": spec.login_url,
                "Status": spec.status,
                "Application": spec.application,
                "Browser": spec.browser,
                "Platform": spec.platform,
                "ClientVersion": spec.client_version,
                "ApiType": spec.api_type,
                "ApiVersion": spec.api_version,
                "TlsProtocol": spec.tls_protocol,
                "CountryIso": spec.country_iso,
                "AuthenticationServiceId": None,
                "OptionsIsGet": False,
                "OptionsIsPost": False,
            },
            most=_MOST,
        )
        last = self._last.get(person.id)
        if spec.status == "Success" and (last is None or at - last >= _THROTTLE):
            self._last[person.id] = at
            self._setup.patch("User", person.id, {"LastLoginDate": datetime_text(at)})


def _at(spec: LoginSpec) -> datetime:
    return moment(spec.at, f"a log-in of {spec.username}")


def _token(
    person: Person, app: str, *, created: str | None, last_used: str | None, use_count: int
) -> dict[str, Any]:
    """Return a row of OauthToken, whose Id is null (documented); the secrets are not told."""
    return {
        "Id": None,
        "UserId": person.id,
        "AppName": app,
        "CreatedDate": created,
        "LastUsedDate": last_used,
        "UseCount": use_count,
        "AccessToken": None,
        "RequestToken": None,
        "DeleteToken": None,
        "AppMenuItemId": None,
    }
