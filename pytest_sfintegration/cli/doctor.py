"""``sfintegration doctor``: log in to a live org as both users, tell what is missing for which checks."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from pytest_sfintegration.access.tables import read_configured
from pytest_sfintegration.cli.live_org import add_org, entry_of, target_of
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.live.entries import OrgEntry
from pytest_sfintegration.orgs.live.target import LiveTarget
from pytest_sfintegration.orgs.target import API_VERSION, IntegrationUser

__all__ = ["SETUP_PERMISSIONS", "add_arguments", "run"]

SETUP_PERMISSIONS = {
    "ViewSetup": "no permission table can be read: configured evidence, grants, user permissions",
    "ViewAllUsers": "an integration user may not be seen where the org-wide default of User is private",
    "ModifyAllData": "no records can be made for the integration user and removed: enforced evidence of edit "
    "and delete, sf_records",
}
"""User permissions of the setup user -> what cannot be told without (the first: Object Reference)."""

_PURPOSE = "doctor"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    add_org(parser)
    parser.add_argument(
        "--user",
        metavar="USERNAME",
        action="append",
        default=[],
        help="integration user, as user.username in the matrix; may be repeated. Default: those that the "
        "org's entry names",
    )


def run(arguments: Namespace) -> int:
    """Examine the org; return 0 when every check can be made."""
    try:
        entry = entry_of(arguments)
        target = target_of(entry, arguments)
        findings = list(_examine(target, entry, arguments.user))
    except OrgError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's answer
        return 2
    for good, text in findings:
        print(f"{'ok  ' if good else 'MISS'}  {text}")  # noqa: T201 - the command's answer
    return 0 if all(good for good, _ in findings) else 1


def _examine(target: LiveTarget, entry: OrgEntry, users: list[str]) -> Iterator[tuple[bool, str]]:
    org = target.organization
    setup = target.setup_client(IntegrationUser(username=""))
    yield True, f"{org.name} ({org.id}) is a {org.kind} org on {org.instance or 'an unnamed instance'}"
    yield True, target.read_only or "records may be made in it, and are removed"
    yield _versions(setup)
    yield _limits(setup)
    yield from _setup_user(setup, target.setup_username)
    named = users or _named(entry)
    if not named:
        yield False, "no integration user is named: add --user USERNAME (user.username in the matrix)"
    for username in named:
        yield _integration_user(target, setup, username)
    for note in target.notes:
        yield True, f"note: {note}"


def _versions(setup: OrgClient) -> tuple[bool, str]:
    versions = sorted(float(one["version"]) for one in setup.get("/services/data", purpose=_PURPOSE))
    newest = versions[-1] if versions else 0.0
    return newest >= float(API_VERSION), f"API up to {newest:.1f}; the plugin asks for {API_VERSION}"


def _limits(setup: OrgClient) -> tuple[bool, str]:
    """Tell what is left; asking needs View Setup and Configuration (REST API Developer Guide, Limits)."""
    try:
        daily = setup.get("/limits", purpose=_PURPOSE).get("DailyApiRequests", {})
    except OrgError as error:
        return False, f"the API calls left cannot be told: {error}"
    left, most = int(daily.get("Remaining", 0)), int(daily.get("Max", 0))
    return left > most // 20, f"{left} of {most} API calls of 24 hours are left"


def _setup_user(setup: OrgClient, username: str) -> Iterator[tuple[bool, str]]:
    yield True, f"the setup user {username} is logged in"
    try:
        held = read_configured(setup, username).user_permissions
    except OrgError as error:
        yield False, f"the setup user lacks ViewSetup: {SETUP_PERMISSIONS['ViewSetup']} ({error})"
        return
    for name, without in SETUP_PERMISSIONS.items():
        good = name in held or (name == "ViewAllUsers" and "ViewAllData" in held)
        yield good, f"the setup user holds {name}" if good else f"the setup user lacks {name}: {without}"


def _integration_user(target: LiveTarget, setup: OrgClient, username: str) -> tuple[bool, str]:
    try:
        client = target.user_client(IntegrationUser(username=username))
        seen = client.get("/sobjects", purpose=_PURPOSE)["sobjects"]
        read_configured(setup, username)
    except OrgError as error:
        return False, f"{username}: {error}"
    return True, f"{username} is logged in and sees {len(seen)} objects; its permission tables can be read"


def _named(entry: OrgEntry) -> list[str]:
    own = entry.integration.username if entry.integration is not None else None
    return [*([own] if own is not None else []), *entry.users]
