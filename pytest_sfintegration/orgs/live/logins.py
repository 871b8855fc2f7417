"""Ways to log in, and what each of them needs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.live.secret import Secret

__all__ = ["KEYS", "SECRET_KEYS", "Flow", "Login", "checked", "login_of"]


class Flow(StrEnum):
    """How a session comes about."""

    JWT = "jwt"
    CLIENT_CREDENTIALS = "client-credentials"
    PASSWORD = "password"  # noqa: S105 - the name of a flow
    SOAP = "soap"
    ACCESS_TOKEN = "access-token"  # noqa: S105 - the name of a flow
    CLI = "sf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One user's way in. ``where`` names the place it was read from; ``audience`` is login or test."""

    flow: Flow
    where: str
    username: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    password: Secret | None = None
    security_token: Secret | None = None
    key: Secret | None = None
    key_file: Path | None = None
    access_token: Secret | None = None
    alias: str | None = None
    audience: str | None = None


KEYS = frozenset(one.name for one in fields(Login)) - {"where"}
"""The keys of a login in ``sf_orgs.yaml``."""

SECRET_KEYS = frozenset({"client_secret", "password", "security_token", "key", "access_token"})
"""The keys whose values are secrets."""

# flow -> what it is called, the ingredients (one of each tuple), and a word on where they come from
_NEEDS: Mapping[Flow, tuple[str, tuple[tuple[str, ...], ...], str]] = MappingProxyType(
    {
        Flow.JWT: (
            "JWT bearer",
            (("client_id",), ("key_file", "key"), ("username",)),
            "the consumer key of an app with a digital certificate, and the certificate's private key in PEM",
        ),
        Flow.CLIENT_CREDENTIALS: (
            "client credentials",
            (("client_id",), ("client_secret",)),
            "the consumer key and secret of an app whose client credentials flow has a Run As user",
        ),
        Flow.PASSWORD: (
            "username-password (OAuth)",
            (("client_id",), ("client_secret",), ("username",), ("password",)),
            "the consumer key and secret of a connected app, and the user's password",
        ),
        Flow.SOAP: (
            "SOAP login",
            (("username",), ("password",)),
            "the user's password, with security_token unless the network is trusted",
        ),
        Flow.ACCESS_TOKEN: (
            "access token",
            (("access_token",),),
            "a session id or access token, and the org's own url",
        ),
        Flow.CLI: ("Salesforce CLI", (("alias", "username"),), "an alias or username of `sf org list`"),
    }
)


def login_of(values: Mapping[str, object], *, where: str) -> Login:
    """Return a login from its keys; the flow is told by ``flow``, or by the ingredients that are there."""
    given = {key: value for key, value in values.items() if value is not None and key != "flow"}
    flow = values.get("flow")
    known = _guess(frozenset(given), where) if flow is None else _named(str(flow), where)
    return Login(flow=known, where=where, **given)  # type: ignore[arg-type]


def _named(text: str, where: str) -> Flow:
    try:
        return Flow(text)
    except ValueError:
        raise TargetError(f"{where}: flow: {text!r} is none of {', '.join(Flow)}") from None


def _guess(given: frozenset[str], where: str) -> Flow:
    if "alias" in given:
        return Flow.CLI
    if "access_token" in given:
        return Flow.ACCESS_TOKEN
    if given & {"key", "key_file"}:
        return Flow.JWT
    if "password" in given:
        return Flow.PASSWORD if "client_id" in given else Flow.SOAP
    if "client_secret" in given:
        return Flow.CLIENT_CREDENTIALS
    raise TargetError(
        f"{where}: no way to log in: give client_id with key_file (JWT bearer), client_id with client_secret "
        "(client credentials), username with password (SOAP login), access_token, or alias (Salesforce CLI)"
    )


def checked(login: Login) -> Login:
    """Return the login when nothing is missing; raise TargetError with one line on what is."""
    name, needs, hint = _NEEDS[login.flow]
    missing = [
        " or ".join(choices)
        for choices in needs
        if not any(getattr(login, one) is not None for one in choices)
    ]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise TargetError(f"{login.where}: {name} needs {hint}: {' and '.join(missing)} {verb} missing")
    return login
