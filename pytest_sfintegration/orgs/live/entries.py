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
from pytest_sfintegration.orgs.live.files import check_private
from pytest_sfintegration.orgs.live.logins import KEYS, SECRET_KEYS, Flow, Login, login_of
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
        entries = _load(file)
        if name in entries:
            return _entry(name, entries[name], file)
        near = get_close_matches(name, list(entries), n=1)
        places = [f"{file} names " + (", ".join(entries) or "none") + (f" ({near[0]}?)" if near else "")]
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


def _load(file: Path) -> Mapping[str, Any]:
    """Return the entries; secrets are sealed before anything is looked at."""
    import yaml  # noqa: PLC0415 - on first use

    try:
        document = _sealed(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:  # its own text quotes the line, which may hold a secret
        mark = getattr(error, "problem_mark", None)
        at = "" if mark is None else f":{mark.line + 1}:{mark.column + 1}"
        raise TargetError(f"{file}{at}: this is no YAML") from None
    except (OSError, UnicodeDecodeError, RecursionError):
        raise TargetError(f"{file} cannot be read as UTF-8 text of sane depth") from None
    if document is None:
        return {}
    if not isinstance(document, Mapping) or not all(isinstance(one, Mapping) for one in document.values()):
        raise TargetError(f"{file}: a mapping of org names to their entries is needed")
    return document


def _sealed(node: Any, *, secret: bool = False) -> Any:
    """Wrap the values of secret keys, at any depth."""
    if isinstance(node, dict):
        return {str(key): _sealed(value, secret=key in SECRET_KEYS) for key, value in node.items()}
    if isinstance(node, list):
        return [_sealed(one, secret=secret) for one in node]
    return Secret(str(node)) if secret and node is not None else node


def _entry(name: str, raw: Mapping[str, Any], file: Path) -> OrgEntry:
    where = f"{file.name}: {name}"
    _known(raw, _ORG_KEYS, where)
    if not isinstance(raw.get("setup"), Mapping):
        raise TargetError(f"{where}: setup is missing: how does the setup user log in?")
    setup = _login(raw["setup"], f"{where}.setup", file)
    integration = raw.get("integration")
    users = raw.get("users") or {}
    if not isinstance(users, Mapping):
        raise TargetError(f"{where}.users: a mapping of usernames to their logins is needed")
    return OrgEntry(
        name=name,
        where=where,
        setup=setup,
        integration=None if integration is None else _login(integration, f"{where}.integration", file),
        users={
            one.lower(): _login(
                {"username": one, **_mapping(login, f"{where}.users.{one}")}, f"{where}.users.{one}", file
            )
            for one, login in users.items()
        },
        url=_url(_text(raw.get("url"), f"{where}.url"), where),
        org_id=_org_id(_text(raw.get("org_id"), f"{where}.org_id"), where),
    )


def _mapping(raw: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise TargetError(f"{where}: a mapping is needed, such as {{flow: jwt, client_id: ...}}")
    return raw


def _login(raw: Any, where: str, file: Path) -> Login:
    raw = _mapping(raw, where)
    _known(raw, KEYS, where)
    values: dict[str, object] = {}
    for key, value in raw.items():
        if isinstance(value, Secret):
            values[key] = _revealed(value, f"{where}.{key}", file)
        elif value is not None:
            values[key] = _text(value, f"{where}.{key}")
    if "key_file" in values:
        values["key_file"] = (file.parent / str(values["key_file"])).resolve()
    return login_of(values, where=where)


def _known(raw: Mapping[str, Any], keys: frozenset[str], where: str) -> None:
    for key in raw:
        if key not in keys:
            near = get_close_matches(key, sorted(keys), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(keys))}"
            raise TargetError(f"{where}: unknown key {key}: {hint}")


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
            raise TargetError(f"{where}: the environment variable {match[1]} is not set")
        return str(match[2])
    return found


def _url(text: str | None, where: str) -> str | None:
    if text is None:
        return None
    parts = urlsplit(text if "//" in text else f"https://{text}")
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or parts.username or (parts.scheme != "https" and not plain):
        raise TargetError(f"{where}.url: an address such as https://acme.my.salesforce.com is needed")
    return f"{parts.scheme}://{parts.netloc}"


def _org_id(text: str | None, where: str) -> str | None:
    if text is not None and _ORG_ID.fullmatch(text) is None:
        raise TargetError(f"{where}.org_id: {text!r} is no id of an org (00D and 12 or 15 more characters)")
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
        url=_url(environment.get(f"{prefix}URL"), prefix),
        org_id=_org_id(environment.get(f"{prefix}ORG_ID"), prefix),
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
    return login_of(values, where=f"{prefix}...")
