"""The Salesforce CLI as a keeper of sessions: asked by command, never by its files (they are encrypted).

``sf org display`` exits 0 for a dead session too, and since plugin-org 5.11.1 it hides the token, which
``sf org auth show-access-token`` then tells (its change log).
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.live.secret import Secret

__all__ = ["CliOrg", "installed", "read_org"]

_TIMEOUT = 120.0
"""Seconds for one command: the CLI retries a host that is down for half a minute by itself."""

_HIDDEN = "[REDACTED]"
_QUIET = {
    "SF_DISABLE_TELEMETRY": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_JSON_TO_STDOUT": "true",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CliOrg:
    """A session that the CLI holds."""

    token: Secret
    url: str
    org_id: str
    username: str


def installed() -> bool:
    """Tell whether the Salesforce CLI can be run."""
    return shutil.which("sf") is not None


def read_org(alias: str) -> CliOrg:
    """Return the session behind an alias or username; raise TargetError with the command that mends it."""
    if not installed():
        raise TargetError(
            f"the Salesforce CLI (sf) is not installed, so {alias} cannot be looked up: install "
            f"@salesforce/cli, or "
            "name the org in sf_orgs.yaml"
        )
    shown = _run(["org", "display", "--target-org", alias, "--json"], alias)
    again = f"log in again with `sf org login web --alias {alias}`"
    status = shown.get("connectedStatus")
    if status != "Connected" and not (status is None and shown.get("devHubId")):
        raise TargetError(f"the Salesforce CLI's session {alias} is dead ({status or 'no status'}): {again}")
    token = _token(shown, alias)
    missing = [key for key in ("instanceUrl", "id", "username") if not shown.get(key)]
    if missing or not token.reveal():
        raise TargetError(
            f"the Salesforce CLI does not tell {', '.join(missing) or 'a token'} of {alias}: {again}"
        )
    return CliOrg(
        token=token,
        url=str(shown["instanceUrl"]).rstrip("/"),
        org_id=str(shown["id"]),
        username=str(shown["username"]),
    )


def _token(shown: Mapping[str, Any], alias: str) -> Secret:
    told = shown.get("accessToken")
    if isinstance(told, Secret) and not told.reveal().startswith(_HIDDEN):
        return told
    answer = _run(["org", "auth", "show-access-token", "--target-org", alias, "--json", "--no-prompt"], alias)
    found = answer.get("accessToken")
    if isinstance(found, Secret) and not found.reveal().startswith(_HIDDEN):
        return found
    raise TargetError(f"the Salesforce CLI keeps the token of {alias} hidden: update it (`sf update`)")


def _run(arguments: list[str], alias: str) -> Mapping[str, Any]:
    command = f"sf {' '.join(arguments)}"
    try:
        done = subprocess.run(  # noqa: S603 - the CLI, found on the path; arguments are no shell text
            [shutil.which("sf") or "sf", *arguments],
            env=os.environ | _QUIET,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TargetError(f"`{command}` did not end within {_TIMEOUT:.0f} s: is the org reachable?") from None
    except OSError as error:
        raise TargetError(f"`{command}` cannot be run: {error.strerror}") from None
    answer = _sealed(done)
    if answer is None:
        raise TargetError(
            f"`{command}` gave no JSON (exit {done.returncode}): the CLI is too old or broken: run `sf "
            f"update`; "
            "it needs Node.js 22"
        )
    if answer.get("status") == 0 and isinstance(answer.get("result"), Mapping):
        return dict(answer["result"])
    name = str(answer.get("name") or f"exit {done.returncode}")
    if name == "NamedOrgNotFoundError":
        raise TargetError(
            f"the Salesforce CLI knows no org {alias}: `sf org list` shows those it knows; log in with "
            f"`sf org login web --alias {alias}`, or name the org in sf_orgs.yaml"
        )
    if "not a sf command" in str(answer.get("message", "")) or name == "CommandNotFoundError":
        raise TargetError(f"`{command}`: the Salesforce CLI is too old for it: run `sf update`")
    raise TargetError(f"`{command}` failed: {name}: {str(answer.get('message', '')).strip()[:300]}")


def _sealed(done: "subprocess.CompletedProcess[str]") -> dict[str, Any] | None:
    """Return the JSON that a command printed, its secrets wrapped; the raw text is forgotten."""
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        done.stdout = ""
        return None
    done.stdout = ""
    if not isinstance(answer, dict):
        return None
    result = answer.get("result")
    if isinstance(result, dict):
        for key in ("accessToken", "password", "sfdxAuthUrl", "clientId"):
            if isinstance(result.get(key), str):
                result[key] = Secret(result[key])
    return answer
