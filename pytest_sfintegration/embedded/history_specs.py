"""What a caller says of the time before the org was built: licences bought, log-ins, tokens, dates."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pytest_sfintegration.embedded.errors import OrgError

__all__ = ["Expiration", "LicenseSpec", "LoginSpec", "TokenSpec", "moment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiration:
    """The ExpirationDate of an assignment, of a permission set or of a group, by its name.

    ``at`` is a date and time of ISO 8601.
    """

    name: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseSpec:
    """How many seats of a user licence or permission set licence the org has, by label or DeveloperName.

    Left out, an org has a thousand of each (assumed: rights, not seats, are what is tested).
    """

    name: str
    total: int
    status: str = "Active"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSpec:
    """A log-in of the past: a row of LoginHistory.

    ``username`` names a user of the org, ``at`` the time. The other words are the row's own
    (Object Reference, LoginHistory); ``status`` is Success or the reason of the failure.
    """

    username: str
    at: str
    login_type: str = "Remote Access 2.0"
    application: str = "N/A"
    source_ip: str = "127.0.0.1"
    status: str = "Success"
    login_url: str = "login.salesforce.com"
    login_sub_type: str | None = None
    api_type: str = "N/A"
    api_version: str = "N/A"
    browser: str = "Unknown"
    platform: str = "Unknown"
    client_version: str = "N/A"
    tls_protocol: str | None = None
    country_iso: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSpec:
    """An OAuth token that a user holds for an app: a row of OauthToken (Object Reference)."""

    username: str
    app: str
    created: str | None = None
    last_used: str | None = None
    use_count: int = 0


def moment(text: str, what: str) -> datetime:
    """Return the point in time that ``text`` names, UTC unless it says otherwise.

    Raises OrgError; ``what`` says whose date it is.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise OrgError(
            f"{what}: {text[:40]!r} is no date. Write it as 2026-01-31 or 2026-01-31T08:00:00Z."
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
