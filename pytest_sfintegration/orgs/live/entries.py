"""Where live orgs are named: ``sf_orgs.yaml``, the environment, the Salesforce CLI."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.live.files import check_private, private_text
from pytest_sfintegration.orgs.live.logins import KEYS, SECRET_KEYS, Flow, Login, login_of
from pytest_sfintegration.orgs.live.orgs_file import OrgsFile, read_orgs_file
from pytest_sfintegration.orgs.live.secret import Secret
from pytest_sfintegration.orgs.live.sf_cli import installed

__all__ = ["OrgEntry", "find_entry"]

_ORG_KEYS = frozenset({"url", "org_id", "setup", "integration", "users"})
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ORG_ID = re.compile(r"00D[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgEntry:
    """A live org as it is named: its url, a guard on its id, and who logs in how.

    ``integration`` is the way in of every integration user that ``users`` (by username) does not list.
    """

    name: str
    where: str
    setup: Login
    integration: Login | None = None
    users: Mapping[str, Login] = field(default_factory=dict)
    url: str | None = None
    org_id: str | None = None


class _Environment:
    """The environment, kept out of every traceback."""

    def __init__(self) -> None:
        self._values = os.environ

    def get(self, name: str) -> str | None:
        return self._values.get(name) or None


def find_entry(name: str, file: Path) -> OrgEntry:
    """Return the entry of an org; raise TargetError when no place knows it, or what it says cannot be."""
    places = [f"no {file.name} at {file.parent}"]
    if file.is_file():
        document = read_orgs_file(file)
        if name in document.entries:
            return _entry(name, document)
        names = list(document.entries)
        near = get_close_matches(name, names, n=1)
        places = [f"{file} names " + (", ".join(names) or "none") + (f" ({near[0]}?)" if near else "")]
    environment = _Environment()
    prefix = "SF_" + re.sub(r"\W", "_", name).upper() + "_"
    if (found := _from_environment(name, prefix, environment)) is not None:
        return found
    if installed():
        where = f"--sf-org={name} (Salesforce CLI)"
        setup = Login(flow=Flow.CLI, alias=name, where=where)
        return OrgEntry(
            name=name, where=where, setup=setup, integration=Login(flow=Flow.CLI, where=where), url=None
        )
    places += [f"no {prefix}SETUP_... variables are set", "the Salesforce CLI (sf) is not installed"]
    raise TargetError(
        f"--sf-org={name}: no such org: {'; '.join(places)}. Add {name} to {file.name} (README, Live orgs), "
        f"log in "
        f"with `sf org login web --alias {name}`, or run with --sf-org=embedded"
    )


def _entry(name: str, document: OrgsFile) -> OrgEntry:
    raw = document.entries[name]
    _known(raw, _ORG_KEYS, document, name)
    where = document.where(name)
    if not isinstance(raw.get("setup"), Mapping):
        raise TargetError(f"{where}: setup is missing: how does the setup user log in? (README, Live orgs)")
    integration = raw.get("integration")
    users = raw.get("users") or {}
    if not isinstance(users, Mapping):
        raise TargetError(
            f"{document.where(name, 'users')}: a mapping of usernames to their logins is needed"
        )
    return OrgEntry(
        name=name,
        where=where,
        setup=_keyed(_login(raw["setup"], document, name, "setup")),
        integration=None
        if integration is None
        else _keyed(_login(integration, document, name, "integration")),
        users={
            one.lower(): _login(
                {"username": one, **_mapping(login, document.where(name, "users", one))},
                document,
                name,
                "users",
                one,
            )
            for one, login in users.items()
        },
        url=_url(_text(raw.get("url"), document.where(name, "url")), document.where(name, "url")),
        org_id=_org_id(
            _text(raw.get("org_id"), document.where(name, "org_id")), document.where(name, "org_id")
        ),
    )


def _mapping(raw: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise TargetError(f"{where}: a mapping is needed, such as {{flow: jwt, client_id: ...}}")
    return raw


def _login(raw: Any, document: OrgsFile, *at: str) -> Login:
    raw = _mapping(raw, document.where(*at))
    _known(raw, KEYS, document, *at)
    values: dict[str, object] = {}
    for key, value in raw.items():
        if isinstance(value, Secret):
            values[key] = _revealed(value, document.where(*at, key), document.path)
        elif value is not None:
            values[key] = _text(value, document.where(*at, key))
    if "key_file" in values:
        values["key_file"] = (document.path.parent / str(values["key_file"])).resolve()
    return login_of(values, where=document.where(*at))


def _keyed(login: Login) -> Login:
    """Return a login that every run needs; raise TargetError at once when its key file is not to be had."""
    if login.key_file is not None:
        try:
            private_text(login.key_file)
        except TargetError as error:
            raise TargetError(f"{login.where}: {error}") from None
    return login


def _known(raw: Mapping[str, Any], keys: frozenset[str], document: OrgsFile, *at: str) -> None:
    for key in raw:
        if key not in keys:
            near = get_close_matches(key, sorted(keys), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(keys))}"
            line = document.where(*at, key).partition(" ")[0]
            raise TargetError(f"{line} {'.'.join(at)}: unknown key {key}: {hint}")


def _text(value: Any, where: str) -> str | None:
    """Return a plain text with its ``${VAR}`` replaced."""
    if value is None:
        return None
    if not isinstance(value, str | int):
        raise TargetError(f"{where}: a text is needed")
    return _VARIABLE.sub(lambda match: _variable(match, where), str(value))


def _revealed(value: Secret, where: str, file: Path) -> Secret:
    """Return a secret with its ``${VAR}`` replaced; one that stands in the file itself asks for its mode."""
    if _VARIABLE.fullmatch(value.reveal()) is None:
        check_private(file)
    return Secret(_VARIABLE.sub(lambda match: _variable(match, where), value.reveal()))


def _variable(match: re.Match[str], where: str) -> str:
    found = _Environment().get(match[1])
    if found is None:
        if match[2] is None:
            raise TargetError(
                f"{where}: the environment variable {match[1]} is not set: set it, or write "
                f"${{{match[1]}:-default}}"
            )
        return str(match[2])
    return found


def _url(text: str | None, where: str) -> str | None:
    if text is None:
        return None
    parts = urlsplit(text if "//" in text else f"https://{text}")
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or parts.username or (parts.scheme != "https" and not plain):
        raise TargetError(f"{where}: an address such as https://acme.my.salesforce.com is needed")
    return f"{parts.scheme}://{parts.netloc}"


def _org_id(text: str | None, where: str) -> str | None:
    if text is not None and _ORG_ID.fullmatch(text) is None:
        raise TargetError(f"{where}: {text!r} is no id of an org (00D and 12 or 15 more characters)")
    return text


def _from_environment(name: str, prefix: str, environment: _Environment) -> OrgEntry | None:
    setup = _login_from(environment, f"{prefix}SETUP_")
    if setup is None:
        return None
    return OrgEntry(
        name=name,
        where=f"{prefix}...",
        setup=setup,
        integration=_login_from(environment, f"{prefix}INTEGRATION_"),
        url=_url(environment.get(f"{prefix}URL"), f"{prefix}URL"),
        org_id=_org_id(environment.get(f"{prefix}ORG_ID"), f"{prefix}ORG_ID"),
    )


def _login_from(environment: _Environment, prefix: str) -> Login | None:
    values: dict[str, object] = {}
    for key in sorted(KEYS):
        if environment.get(prefix + key.upper()) is None:
            continue
        if key in SECRET_KEYS:
            values[key] = Secret(environment.get(prefix + key.upper()) or "")
        else:
            values[key] = environment.get(prefix + key.upper())
    if not values:
        return None
    if "key_file" in values:
        values["key_file"] = Path(str(values["key_file"])).resolve()
    return _keyed(login_of(values, where=f"{prefix}..."))
