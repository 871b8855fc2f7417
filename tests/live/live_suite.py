"""The HubSpot suite on a served org, with every way to log in to it."""

import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from live_server import LiveServer

from pytest_sfintegration.checks.run import integration_user
from pytest_sfintegration.checks.sharing_needs import owner_roles
from pytest_sfintegration.embedded.builtin import API_ONLY_PROFILE
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import (
    SETUP_USERNAME,
    ConnectedAppSpec,
    OrganizationSpec,
    UserSpec,
)
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.orgs.target import IntegrationUser
from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import Source

SUITE = Path(__file__).resolve().parents[2] / "sample_suites" / "hubspot"
PASSWORD = "Tr0ub4dor&3-of-the-test"
SETUP_PASSWORD = "Corr3ct-horse-of-the-test"
TOKEN = "SecTokOfTheTest0123456789"
SECRET = "consumer-secret-of-the-test-42"
KEY = "3MVG9consumerkeyofthetest"
ORG_ID = "00DEm0000000001MAA"


@cache
def source() -> Source:
    return project.load_many((SUITE,))


@cache
def matrix() -> Matrix:
    return loader.load(SUITE / "hubspot.matrix.yaml", root=SUITE)


@cache
def private_key() -> tuple[str, str]:
    """Return a private key and its public key, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def user() -> IntegrationUser:
    return integration_user(matrix().user)


def hubspot_org(
    organization: OrganizationSpec | None = None, *, without: str = "", org_id: str = ORG_ID
) -> EmbeddedOrg:
    """Return an org with the HubSpot user (``without`` one permission set) and an app for each flow."""
    one = user()
    org = EmbeddedOrg(
        source(),
        [
            UserSpec(
                username=one.username,
                profile=one.profile or "",
                permission_sets=tuple(name for name in one.permission_sets if name != without),
                permission_set_groups=one.permission_set_groups,
                permission_set_licenses=one.permission_set_licenses,
                public_groups=one.public_groups,
                password=PASSWORD,
                security_token=TOKEN,
            ),
            *(
                UserSpec(username=f"owner.{role}@acme.example", profile=API_ONLY_PROFILE, role=role)
                for role in owner_roles(matrix())
            ),
        ],
        organization=organization
        or OrganizationSpec(is_sandbox=True, organization_type="Enterprise Edition"),
        org_id=org_id[:15],
    )
    people = frozenset({one.username, SETUP_USERNAME})
    key = private_key()[1]
    # by the name that the matrix declares: whose token the integration user holds is asked by its checklist
    for name, app, run_as in (
        ("", "HubSpot", None),
        ("setup", "App setup", SETUP_USERNAME),
        ("integration", "HubSpot", one.username),
    ):
        org.add_connected_app(
            ConnectedAppSpec(
                name=app,
                consumer_key=KEY + name,
                consumer_secret=SECRET,
                certificate=key,
                approved_users=people,
                run_as=run_as,
            )
        )
    return org


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is told of the org sandbox: lines of sf_orgs.yaml, environment variables."""

    yaml: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


def entry(flow: str, served: LiveServer) -> Entry:
    """Return the entry of one flow (for the integration user; the setup user has a token)."""
    setup = served.org.login_token(SETUP_USERNAME)
    head = f"sandbox:\n  url: {served.url}\n  org_id: {ORG_ID}\n"
    given = f"  setup: {{access_token: '{setup}'}}\n"
    app = f"client_id: {KEY}, client_secret: {SECRET}"
    flows = {
        "jwt": head + f"  setup: {{client_id: {KEY}, key_file: key.pem, username: {SETUP_USERNAME}}}\n"
        f"  integration: {{client_id: {KEY}, key_file: key.pem}}\n",
        "client-credentials": head + f"  setup: {{client_id: {KEY}setup, client_secret: {SECRET}}}\n"
        f"  integration: {{client_id: {KEY}integration, client_secret: {SECRET}}}\n",
        "password": head
        + given
        + f"  integration: {{{app}, password: '{PASSWORD}', security_token: {TOKEN}}}\n",
        "soap": head + given + f"  integration: {{password: '{PASSWORD}', security_token: {TOKEN}}}\n",
        "access-token": head
        + given
        + f"  integration: {{access_token: '{served.org.login_token(user().username)}'}}\n",
    }
    if flow == "environment":
        return Entry(
            environ={
                "SF_SANDBOX_URL": served.url,
                "SF_SANDBOX_SETUP_ACCESS_TOKEN": setup,
                "SF_SANDBOX_INTEGRATION_FLOW": "soap",
                "SF_SANDBOX_INTEGRATION_PASSWORD": PASSWORD,
                "SF_SANDBOX_INTEGRATION_SECURITY_TOKEN": TOKEN,
            }
        )
    return Entry(yaml=flows.get(flow, ""))


FAKE_SF = """\
#!{python}
import json, os, sys
orgs = json.load(open(os.path.join(os.path.dirname(__file__), "orgs.json")))
arguments = sys.argv[1:]
alias = arguments[arguments.index("--target-org") + 1]
command = " ".join(arguments[:3])
def say(value, code=0):
    print(json.dumps(value)); sys.exit(code)
if alias not in orgs:
    say({{"name": "NamedOrgNotFoundError", "message": "Parsing --target-org", "exitCode": 2, "status": 2}}, 2)
org = orgs[alias]
if command.startswith("org display"):
    hidden = "[REDACTED] Use 'sf org auth show-access-token' to view"
    say({{"status": 0, "warnings": [], "result": {{"id": org["id"], "accessToken": hidden,
        "instanceUrl": org["url"] + "/", "username": org["username"], "alias": alias,
        "connectedStatus": org.get("status", "Connected")}}}})
if command == "org auth show-access-token":
    say({{"status": 0, "result": {{"accessToken": org["token"]}}}})
say({{"name": "CommandNotFoundError", "message": "is not a sf command", "exitCode": 127, "status": 127}}, 127)
"""


def fake_sf(folder: Path, orgs: Mapping[str, Mapping[str, str]]) -> str:
    """Write a Salesforce CLI that answers as recorded; return its folder."""
    import json

    folder.mkdir(exist_ok=True)
    (folder / "orgs.json").write_text(json.dumps(orgs))
    command = folder / "sf"
    command.write_text(FAKE_SF.format(python=sys.executable))
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return str(folder)


def cli_orgs(served: LiveServer) -> dict[str, dict[str, str]]:
    """Return what the fake CLI knows: the setup user by alias, the integration user by username."""
    return {
        alias: {
            "id": ORG_ID,
            "url": served.url,
            "username": username,
            "token": served.org.login_token(username),
        }
        for alias, username in (("sandbox", SETUP_USERNAME), (user().username, user().username))
    }


def prepare(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer, flow: str
) -> None:
    """Put the suite and the org's entry where pytest runs."""
    pytester.copy_example("hubspot")
    without_history(pytester.path)
    told = entry(flow, served)
    for name, value in told.environ.items():
        monkeypatch.setenv(name, value)
    if told.yaml:
        write_private(pytester.path / "sf_orgs.yaml", told.yaml)
    write_private(pytester.path / "key.pem", private_key()[0])
    if flow == "sf":
        folder = fake_sf(pytester.path / "bin", cli_orgs(served))
        monkeypatch.setenv("PATH", folder + os.pathsep + os.environ["PATH"])


def without_history(folder: Path) -> None:
    """Have the suite ask nothing about log-ins: those of the tests do not come from where HubSpot's do."""
    path = folder / "hubspot.matrix.yaml"
    text = path.read_text(encoding="utf-8")
    login = next(line for line in text.splitlines() if line.startswith("  logins: "))
    text = text.replace("  preset: strict\n", "  preset: standard\n").replace(f"{login}\n", "")
    path.write_text(text.replace("  rotation: {days: 180}\n", ""), encoding="utf-8")


def write_private(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


def verdicts(path: Path) -> dict[str, str]:
    """Return id -> outcome of a JUnit file."""
    found = {}
    for case in ET.parse(path).iter("testcase"):  # noqa: S314 - written by pytest
        kinds = [one.tag for one in case if one.tag in {"failure", "error", "skipped"}]
        found[f"{case.get('classname')}::{case.get('name')}"] = kinds[0] if kinds else "passed"
    return found
