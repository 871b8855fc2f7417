"""What the items of upkeep are judged on: the account, its log-ins, its tokens, and users like it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

__all__ = [
    "OWN_APPLICATION",
    "AccountLock",
    "GrantedObjects",
    "HeldPermissions",
    "IntegrationUsers",
    "LicenseSeats",
    "Login",
    "LoginRows",
    "OrgOrigin",
    "PasswordAge",
    "Seats",
    "Token",
    "TokenRows",
]

OWN_APPLICATION = "pytest-sfintegration"
"""The application under which sessions of this library stand in a login history, where it may choose one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgOrigin:
    """Where the org comes from. ``made``: this run made it, of the source and the matrix; it has no past."""

    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLock:
    """The row of UserLogin. That it can be read shows that the setup user may manage users."""

    frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordAge:
    """When the password was last changed; None: never, for there is none, or the org does not know."""

    changed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A row of LoginHistory."""

    at: datetime
    login_type: str
    application: str
    source_ip: str
    status: str
    api_type: str

    @property
    def succeeded(self) -> bool:
        """Whether he got in; every other word of Status is the reason of a failure (Object Reference)."""
        return self.status == "Success"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRows:
    """The user's login history, newest first, without the sessions of this library.

    ``own`` counts those. ``complete`` is false when older rows were not read.
    """

    rows: tuple[Login, ...]
    own: int = 0
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A row of OauthToken."""

    app: str
    uses: int
    last_used: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRows:
    """The user's OAuth tokens. ``seen``: whether the setup user sees those of others."""

    rows: tuple[Token, ...]
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationUsers:
    """The active users of the org, by what makes them look like integration users.

    ``usernames`` are all of them, for naming conventions; ``complete`` is false when there are more.
    """

    licensed: tuple[str, ...]
    api_only: tuple[str, ...]
    usernames: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """How many of a licence there are, and how many are taken."""

    name: str
    total: int
    used: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseSeats:
    """The licences of integrations: the user licence, and the permission set licence."""

    rows: tuple[Seats, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPermissions:
    """The user permissions that the user holds: name -> the containers that grant it."""

    held: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedObjects:
    """The objects that the user's containers grant something on: name -> the containers."""

    by_object: Mapping[str, tuple[str, ...]]
