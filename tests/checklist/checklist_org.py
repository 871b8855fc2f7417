"""A project whose integration user meets every item, and what changes of it: files, matrix, users, org."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pytest_sfintegration.access.practices.upkeep_facts import OrgOrigin
from pytest_sfintegration.checks.checklist.judge import judge_checklist
from pytest_sfintegration.checks.checklist.run import look_up
from pytest_sfintegration.checks.run import user_of
from pytest_sfintegration.checks.verdict import PracticeResult, RowResult
from pytest_sfintegration.collect.practices import practice_hints, suite_users
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.embedded.wire import Request
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.orgs.client import Budget, OrgClient, Reply
from pytest_sfintegration.sfdx.project import load_many

BASE = "force-app/main/default"
XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
USERNAME = "acme.sync@acme.example"
TODAY = date(2026, 5, 20)


def metadata(kind: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} {XMLNS}>{body}</{kind}>\n'


def user_permission(name: str) -> str:
    return f"<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>"


def object_read(name: str) -> str:
    return (
        "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>false"
        f"</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>{name}"
        "</object><viewAllRecords>false</viewAllRecords></objectPermissions>"
    )


def ip_range(start: str, end: str) -> str:
    return (
        f"<loginIpRanges><endAddress>{end}</endAddress><startAddress>{start}</startAddress></loginIpRanges>"
    )


RANGE = ip_range("192.0.2.0", "192.0.2.127")
HOURS = "<loginHours><mondayEnd>1200</mondayEnd><mondayStart>360</mondayStart></loginHours>"
API_ONLY = user_permission("ApiEnabled") + user_permission("ApiUserOnly")


def profile(*more: str, license: str = "Salesforce Integration", api: str = API_ONLY) -> str:  # noqa: A002
    head = f"<custom>true</custom>{''.join(more)}"
    return metadata("Profile", f"{head}<userLicense>{license}</userLicense>{api}")


def permission_set(label: str, *parts: str, license: str = "Salesforce API Integration") -> str:  # noqa: A002
    told = f"<license>{license}</license>" if license else ""
    return metadata("PermissionSet", f"{''.join(parts)}<label>{label}</label>{told}")


def connected_app(
    *,
    approved: bool = True,
    scopes: Sequence[str] = ("Api", "RefreshToken"),
    relaxation: str = "ENFORCE",
    refresh: str = "zero",
    sets: Sequence[str] = ("Acme Sync",),
    profiles: Sequence[str] = (),
    run_as: str = USERNAME,
) -> str:
    listed = "".join(f"<scopes>{one}</scopes>" for one in scopes)
    policy = (
        f"<ipRelaxation>{relaxation}</ipRelaxation>" if relaxation else ""
    ) + f"<refreshTokenPolicy>{refresh}</refreshTokenPolicy>"
    return metadata(
        "ConnectedApp",
        "<contactEmail>it@acme.example</contactEmail><label>Acme App</label><oauthConfig>"
        f"<callbackUrl>https://acme.example/oauth</callbackUrl><isAdminApproved>{str(approved).lower()}"
        f"</isAdminApproved>{listed}"
        + (f"<oauthClientCredentialUser>{run_as}</oauthClientCredentialUser>" if run_as else "")
        + f"</oauthConfig><oauthPolicy>{policy}</oauthPolicy>"
        + "".join(f"<permissionSetName>{one}</permissionSetName>" for one in sets)
        + "".join(f"<profileName>{one}</profileName>" for one in profiles),
    )


PROFILE = f"{BASE}/profiles/Acme Integration.profile-meta.xml"
SYNC = f"{BASE}/permissionsets/Acme_Sync.permissionset-meta.xml"
MORE = f"{BASE}/permissionsets/Acme_More.permissionset-meta.xml"
OTHER = f"{BASE}/permissionsets/Acme_Other.permissionset-meta.xml"
GROUP = f"{BASE}/permissionsetgroups/Acme_Group.permissionsetgroup-meta.xml"
APP = f"{BASE}/connectedApps/Acme.connectedApp-meta.xml"
SESSION = f"{BASE}/profileSessionSettings/Acme.profileSessionSetting-meta.xml"
SKIP = "<customPermissions><enabled>true</enabled><name>Acme_Skip</name></customPermissions>"


def group(status: str = "Updated", *members: str) -> str:
    listed = "".join(f"<permissionSets>{one}</permissionSets>" for one in members or ("Acme_More",))
    return metadata("PermissionSetGroup", f"<label>Acme Group</label>{listed}<status>{status}</status>")


FILES = {
    "sfdx-project.json": '{"packageDirectories": [{"path": "force-app", "default": true}]}',
    PROFILE: profile(HOURS, RANGE),
    SYNC: permission_set("Acme Sync", SKIP, object_read("Account")),
    MORE: permission_set("Acme More", object_read("Contact")),
    OTHER: permission_set("Acme Other"),
    GROUP: group(),
    f"{BASE}/customPermissions/Acme_Skip.customPermission-meta.xml": metadata(
        "CustomPermission", "<label>Acme Skip</label>"
    ),
    APP: connected_app(),
    SESSION: metadata(
        "ProfileSessionSetting", "<profile>Acme Integration</profile><sessionTimeout>60</sessionTimeout>"
    ),
}

MATRIX = f"""\
integration: Acme
user:
  username: {USERNAME}
  profile: Acme Integration
  permission_set_licenses: [SalesforceAPIIntegrationPsl]
  permission_sets: [Acme_Sync]
  permission_set_groups: [Acme_Group]
objects:
  Account: {{access: R, fields: none}}
  Contact: {{access: R, fields: none}}
user_permissions: [ApiEnabled, ApiUserOnly]
checklist:
  preset: strict
  login_ip_ranges: [192.0.2.0/24]
  login_hours: {{monday: "06:00-20:00"}}
  session: 60
  apps:
    - name: Acme App
      permission_sets: [Acme_Sync]
      scopes: [Api, RefreshToken]
      ip_relaxation: ENFORCE
      refresh_token: zero
      run_as: {USERNAME}
  custom_permissions: [Acme_Skip]
  managed_packages: []
  naming: {{username: "acme[.].+", profile: "Acme .+", permission_sets: "Acme_.+"}}
  uses: [Account, Contact]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An immutable project and org. ``users`` are further users; ``spec`` changes the user under test.

    ``refused`` are tables that the setup user may not read, ``emptied`` those that show him no row.
    """

    folder: Path
    files: Mapping[str, str] = field(default_factory=lambda: FILES)
    matrix: str = MATRIX
    users: tuple[UserSpec, ...] = ()
    spec: Mapping[str, Any] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    source_beside: bool = True
    others: tuple[Matrix, ...] = ()
    made: bool = False

    def with_file(self, name: str, text: str) -> "Project":
        return replace(self, files={**self.files, name: text})

    def without(self, name: str) -> "Project":
        return replace(self, files={key: text for key, text in self.files.items() if key != name})

    def replacing(self, old: str, new: str) -> "Project":
        assert self.matrix.count(old) == 1, f"{old!r} stands {self.matrix.count(old)} times in the matrix"
        return replace(self, matrix=self.matrix.replace(old, new))

    def with_spec(self, **values: Any) -> "Project":
        return replace(self, spec={**self.spec, **values})

    def results(self, *items: str) -> dict[str, RowResult]:
        """Judge the items of the matrix, or some of them, and return the results by item."""
        for name, text in self.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        path = self.folder / "acme.matrix.yaml"
        path.write_text(self.matrix, encoding="utf-8")
        matrix = load(path, environ={}, root=self.folder)
        source = load_many((self.folder,))
        user = user_of(matrix)
        spec = UserSpec(
            username=user.username,
            profile=user.profile or "",
            permission_sets=user.permission_sets,
            permission_set_groups=user.permission_set_groups,
            permission_set_licenses=user.permission_set_licenses,
        )
        now = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
        org = EmbeddedOrg(source, [replace(spec, **self.spec), *self.users], now=lambda: now)
        setup = OrgClient(
            transport=Line(org, self.refused, self.emptied),
            budget=Budget(),
            api_version="62.0",
            username=SETUP_USERNAME,
        )
        rows = [row for row in expand(matrix) if isinstance(row, ChecklistRow)]
        if items:
            rows = [row for row in rows if row.item.key in items]
        hints = practice_hints(source if self.source_beside else None)
        given = (hints, suite_users(matrix, [matrix, *self.others]), OrgOrigin(made=self.made))
        facts = look_up(rows, setup, user.username, today=TODAY, given=given)
        return {row.item.key: judge_checklist(row, facts, TODAY) for row in rows}

    def result(self, item: str) -> RowResult:
        return self.results(item)[item]

    def practice(self, item: str) -> PracticeResult:
        found = self.result(item).practice
        assert found is not None
        return found


class Line:
    """A transport into the org as the setup user, who is told nothing of some tables."""

    def __init__(
        self, org: EmbeddedOrg, refused: frozenset[str], emptied: frozenset[str] = frozenset()
    ) -> None:
        self._org = org
        self._answers = {
            **dict.fromkeys(refused, (400, INVALID_TYPE)),
            **dict.fromkeys(emptied, (200, NO_ROW)),
        }
        self._headers = {
            "authorization": f"Bearer {org.login_token(SETUP_USERNAME)}",
            "content-type": "application/json",
            "accept": "application/json",
        }

    def send(self, method: str, path: str, body: Any) -> Reply:
        hidden = self._hidden(path)
        if hidden is not None:
            return Reply(status=hidden[0], payload=hidden[1])
        plain, _, query = path.partition("?")
        response = self._org.handle(
            Request(
                method=method,
                path=unquote(plain),
                query=query,
                headers=self._headers,
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )
        payload = response.payload
        if path.endswith("/composite/batch"):
            results = [
                one if hidden is None else {"statusCode": hidden[0], "result": hidden[1]}
                for asked, one in zip(body["batchRequests"], payload["results"], strict=True)
                for hidden in [self._hidden(asked["url"])]
            ]
            payload = {**payload, "results": results}
        return Reply(status=response.status, payload=payload)

    def _hidden(self, url: str) -> tuple[int, Any] | None:
        asked = f"{unquote(url)} ".split(" (SELECT")[0]
        return next((told for name, told in self._answers.items() if f" FROM {name} " in asked), None)


NO_ROW = {"totalSize": 0, "done": True, "records": []}
INVALID_TYPE = [{"errorCode": "INVALID_TYPE", "message": "sObject type is not supported."}]
