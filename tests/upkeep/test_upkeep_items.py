"""Each item of upkeep on an org that passes, one that fails, and one that cannot tell."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from pytest_sfintegration.access.practices.facts import SuiteUsers
from pytest_sfintegration.access.practices.hints import PracticeHints
from pytest_sfintegration.access.practices.upkeep_facts import OWN_APPLICATION, OrgOrigin
from pytest_sfintegration.checks.checklist.judge import judge_checklist
from pytest_sfintegration.checks.checklist.judges import JUDGES
from pytest_sfintegration.checks.checklist.run import look_up
from pytest_sfintegration.checks.verdict import RowResult
from pytest_sfintegration.embedded.history_specs import Expiration, LicenseSpec, LoginSpec, TokenSpec
from pytest_sfintegration.embedded.login_journal import IN_PROCESS
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, OrganizationSpec, UserSpec
from pytest_sfintegration.embedded.wire import Request
from pytest_sfintegration.matrix.checklist.items import ITEMS
from pytest_sfintegration.matrix.checklist.rows import checklist_rows
from pytest_sfintegration.matrix.checklist.upkeep import UPKEEP
from pytest_sfintegration.matrix.loader import load as load_matrix
from pytest_sfintegration.orgs.client import Budget, OrgClient, Reply
from pytest_sfintegration.sfdx.model import Source
from pytest_sfintegration.sfdx.project import load

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROBOT, CLERK, BLIND = "robot@acme.example", "clerk@acme.example", "blind@acme.example"
MET, NOT_MET, UNTOLD, UNDECLARED = "met", "not met", "could not be told", "not declared"
ELSEWHERE = "needs a live org"
PSL = "SalesforceAPIIntegrationPsl"


def _xml(kind: str, body: str) -> str:
    return f'<{kind} xmlns="http://soap.sforce.com/2006/04/metadata">{body}</{kind}>'


def _user(*names: str) -> str:
    return "".join(
        f"<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>" for name in names
    )


def _read(*names: str) -> str:
    return "".join(
        "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete>"
        "<allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>"
        f"<object>{name}</object><viewAllRecords>false</viewAllRecords></objectPermissions>"
        for name in names
    )


def _profile(license_: str, *names: str) -> str:
    return _xml("Profile", f"<custom>true</custom>{_user(*names)}<userLicense>{license_}</userLicense>")


def _set(label: str, body: str) -> str:
    return _xml("PermissionSet", f"<label>{label}</label>{body}")


FILES = {
    "profiles/Robot.profile-meta.xml": _profile("Salesforce Integration", "ApiEnabled", "ApiUserOnly"),
    "profiles/Clerk.profile-meta.xml": _profile("Salesforce", "ApiEnabled", "ViewSetup"),
    "profiles/Plain.profile-meta.xml": _profile("Salesforce", "ApiEnabled"),
    "permissionsets/Sync.permissionset-meta.xml": _set("Sync", _read("Account", "Contact")),
    "permissionsets/Idle.permissionset-meta.xml": _set("Idle", _read("Lead")),
    "permissionsets/Power.permissionset-meta.xml": _set("Power", _user("AuthorApex", "ViewAllData")),
    "permissionsets/Viewer.permissionset-meta.xml": _set("Viewer", _user("ViewAllData")),
    "permissionsets/Api_Only.permissionset-meta.xml": _set("Api Only", _user("ApiUserOnly")),
}


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Source:
    root = tmp_path_factory.mktemp("upkeep")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(root)


def robot(**more: Any) -> UserSpec:
    known = {
        "username": ROBOT,
        "profile": "Robot",
        "permission_sets": ("Sync",),
        "permission_set_licenses": (PSL,),
        "created": "2025-01-01",
    }
    return UserSpec(**(known | more))


OTHERS = (
    UserSpec(username=CLERK, profile="Clerk"),
    UserSpec(username=BLIND, profile="Plain"),
)


class _Wire:
    def __init__(self, org: EmbeddedOrg, username: str) -> None:
        self._org = org
        self._headers = {"authorization": f"Bearer {org.login_token(username)}"}

    def send(self, method: str, path: str, body: Any) -> Reply:
        plain, _, query = path.partition("?")
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {**self._headers, "content-type": "application/json"}
        answer = self._org.handle(
            Request(method=method, path=unquote(plain), query=query, headers=headers, body=sent)
        )
        return Reply(status=answer.status, payload=answer.payload)


class Bench:
    """Judges one item on an org that is told, seen by a setup user, beside other matrices."""

    def __init__(self, tree: Source, folder: Path) -> None:
        self._tree = tree
        self._folder = folder
        self._orgs: dict[str, EmbeddedOrg] = {}

    def _org(self, people: Sequence[UserSpec], held: OrganizationSpec, sessions: int) -> EmbeddedOrg:
        """Return an org; those of one kind are made once."""
        key = repr((people, held, sessions))
        if key not in self._orgs:
            org = EmbeddedOrg(self._tree, people, now=lambda: NOON, organization=held)
            for _ in range(sessions):
                org.login_token(ROBOT)
            self._orgs[key] = org
        return self._orgs[key]

    def __call__(
        self,
        item: str,
        declared: str = "",
        *,
        user: UserSpec | None = None,
        more: Sequence[UserSpec] = (),
        seen_by: str = SETUP_USERNAME,
        others: Sequence[tuple[str, str, str]] = (),
        made: bool = False,
        sessions: int = 0,
        **held: Any,
    ) -> RowResult:
        org = self._org([user or robot(), *OTHERS, *more], OrganizationSpec(**held), sessions)
        client = OrgClient(
            transport=_Wire(org, seen_by), budget=Budget(limit=100), api_version="62.0", username=seen_by
        )
        path = self._folder / "acme.matrix.yaml"
        reads = ITEMS[item].reads
        lines = [
            line for line in (declared, "" if declared.startswith(f"{item}:") else f"{item}: on") if line
        ]
        if reads == item and not declared:
            lines = [f"{item}: on"]
        path.write_text(
            f"integration: Acme\nuser: {{username: {ROBOT}, profile: Robot}}\n"
            "objects: {Account: {access: R, fields: none}}\nchecklist:\n"
            + "".join(f"  {line}\n" for line in lines),
            encoding="utf-8",
        )
        row = next(one for one in checklist_rows(load_matrix(path)) if one.item.key == item)
        given = (OrgOrigin(made=made), SuiteUsers(others=tuple(others)), PracticeHints())
        facts = look_up([row], client, ROBOT, today=TODAY, given=given)
        return judge_checklist(row, facts, TODAY)


@pytest.fixture(scope="module")
def bench(tree: Source, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tree, tmp_path_factory.mktemp("matrices"))


def _login(at: str, **words: Any) -> LoginSpec:
    known = {"application": "Acme", "source_ip": "10.0.0.7", "login_type": "Remote Access 2.0"}
    return LoginSpec(username=ROBOT, at=at, **(known | words))


LATELY = (_login("2026-02-20T08:00:00Z"),)
OLD = (_login("2025-10-01T08:00:00Z"),)
HERE = (
    "logins: {sources: [10.0.0.0/24], applications: [Acme], login_types: [Remote Access 2.0], "
    "api_types: [N/A]}"
)
TWICE = "logins: {failed_per_day: 2}"
BAD = [_login(f"2026-02-20T08:0{minute}:00Z", status="Invalid Password") for minute in range(3)]
SPREAD = [_login(f"2026-02-2{day}T08:00:00Z", status="Invalid Password") for day in range(3)]
ACME = "apps: [{name: Acme, permission_sets: [Sync]}]"
MINE = TokenSpec(username=ROBOT, app="Acme", use_count=9)
STRANGE = TokenSpec(username=ROBOT, app="Unknown Loader", use_count=2)
POWER = {"user": robot(permission_sets=("Sync", "Power"))}
JUSTIFIED = (
    "privileged: {{AuthorApex: {{justification: it deploys, controls: {controls}}}, "
    "ViewAllData: {{justification: it copies all, controls: [ip ranges, alerts]}}}}"
)
SEATS = LicenseSpec(name="Salesforce Integration", total=5)

CASES = [
    # the last day, and the last log-in, that is let pass
    ("review", "review: {owner: CRM, reviewed: 2025-12-02, every: quarterly}", {}, MET, "due on 2026-03-02"),
    ("rotation", "", {"user": robot(last_password_change="2025-09-03")}, MET, "180 days ago"),
    ("last_login", "last_login: 10", {"logins": LATELY}, MET, "within 10 days"),
    ("failed_logins", "logins: {failed_per_day: 3}", {"logins": BAD}, MET, "at most 3 a day"),
    ("review", "review: {owner: CRM, reviewed: 2026-01-31, every: quarterly}", {}, MET, "due on 2026-04-30"),
    ("review", "review: {owner: CRM, reviewed: 2025-11-30, every: quarterly}", {}, NOT_MET, "by 2 days"),
    ("review", "review: {owner: CRM, reviewed: 2026-03-03, every: annually}", {}, NOT_MET, "not taken place"),
    ("review", "", {}, UNDECLARED, ""),
    ("rotation", "", {"user": robot(last_password_change="2026-02-01")}, MET, "29 days ago"),
    ("rotation", "", {"user": robot(last_password_change="2025-08-01")}, NOT_MET, "older than 180 days"),
    (
        "rotation",
        "",
        {"user": robot(last_password_change="2025-11-01", permission_sets=("Sync", "Power"))},
        NOT_MET,
        "older than 90 days",
    ),
    ("rotation", "", {"user": robot(last_password_change="2025-11-01")}, MET, "121 days ago"),
    (
        "rotation",
        "",
        {"user": robot(last_password_change="2025-11-01", permission_sets=("Sync", "Viewer"))},
        NOT_MET,
        "at most 90 days, for it holds ViewAllData",
    ),
    (
        "rotation",
        "rotation: {days: 20, privileged_days: 10}",
        {"user": robot(last_password_change="2026-02-01")},
        NOT_MET,
        "older than 20 days",
    ),
    ("rotation", ACME, {"user": robot(last_password_change="2026-02-01")}, UNTOLD, "consumer secret"),
    ("rotation", "", {}, UNTOLD, "is not declared"),
    ("rotation", "", {"seen_by": BLIND}, UNTOLD, "View Setup"),
    ("active", "", {}, MET, "not frozen"),
    ("active", "", {"user": robot(frozen=True)}, NOT_MET, "frozen"),
    ("active", "", {"user": robot(is_active=False)}, NOT_MET, "not active"),
    ("active", "", {"seen_by": CLERK}, UNTOLD, "Manage Users"),
    ("last_login", "", {"logins": LATELY}, MET, "2026-02-20"),
    ("last_login", "", {"logins": OLD}, NOT_MET, "152 days old"),
    ("last_login", "last_login: 5", {"logins": LATELY}, NOT_MET, "10 days old"),
    ("last_login", "", {"logins": BAD}, NOT_MET, "never logged in"),
    ("last_login", "", {"sessions": 3}, NOT_MET, "never logged in"),
    ("last_login", "", {"seen_by": CLERK}, UNTOLD, "Manage Users"),
    ("login_sources", HERE, {"logins": LATELY}, MET, "10.0.0.7"),
    (
        "login_sources",
        HERE,
        {"logins": [*LATELY, _login("2026-01-01", source_ip="10.0.1.0")]},
        NOT_MET,
        "10.0.1.0",
    ),
    (
        "login_sources",
        HERE,
        {"logins": [_login("2026-01-01", source_ip="Salesforce.com IP")]},
        NOT_MET,
        ".com",
    ),
    (
        "login_sources",
        HERE,
        {"logins": [*LATELY, _login("2026-01-01", status="x", source_ip="9.9.9.9")]},
        MET,
        "",
    ),
    ("login_sources", TWICE, {"logins": LATELY}, UNDECLARED, ""),
    ("login_sources", HERE, {"seen_by": CLERK, "logins": LATELY}, UNTOLD, "Manage Users"),
    ("login_clients", HERE, {"logins": LATELY}, MET, "Acme"),
    (
        "login_clients",
        HERE,
        {"logins": [_login("2026-01-01", application="Other")]},
        NOT_MET,
        "application Other",
    ),
    (
        "login_clients",
        HERE,
        {"logins": [_login("2026-01-01", login_type="Other Apex API")]},
        NOT_MET,
        "login type",
    ),
    (
        "login_clients",
        HERE,
        {"logins": [_login("2026-01-01", api_type="SOAP Partner")]},
        NOT_MET,
        "API type SOAP",
    ),
    ("login_clients", "logins: {applications: [acme]}", {"logins": LATELY}, MET, ""),
    ("login_clients", TWICE, {"logins": LATELY}, UNDECLARED, ""),
    ("login_clients", HERE, {"seen_by": CLERK, "logins": LATELY}, UNTOLD, "Manage Users"),
    ("failed_logins", TWICE, {"logins": BAD}, NOT_MET, "3 failed on 2026-02-20"),
    ("failed_logins", TWICE, {"logins": SPREAD}, MET, "3 of 3 log-ins failed"),
    ("failed_logins", "", {"logins": BAD}, MET, "at most 10 a day"),
    ("failed_logins", "", {"seen_by": CLERK, "logins": BAD}, UNTOLD, "Manage Users"),
    ("no_ui_login", "", {"logins": LATELY}, MET, "0 of them"),
    ("no_ui_login", "", {"logins": [_login("2026-01-01", login_type="Application")]}, NOT_MET, "Application"),
    ("no_ui_login", "", {"logins": [_login("2026-01-01", application="Browser")]}, NOT_MET, "Browser"),
    ("no_ui_login", "", {"seen_by": CLERK, "logins": LATELY}, UNTOLD, "Manage Users"),
    ("oauth_tokens", ACME, {"tokens": (MINE,)}, MET, "tokens of Acme"),
    (
        "oauth_tokens",
        ACME,
        {"tokens": (MINE, STRANGE)},
        NOT_MET,
        "Unknown Loader, whose token was used 2 times",
    ),
    ("oauth_tokens", ACME, {}, MET, "no token"),
    ("oauth_tokens", ACME, {"tokens": (MINE,), "seen_by": CLERK}, UNTOLD, "Customize Application"),
    ("oauth_tokens", "", {"tokens": (MINE,)}, UNDECLARED, ""),
    ("dormant_grants", "uses: [Account, Contact]", {}, MET, "Account, Contact"),
    (
        "dormant_grants",
        "uses: [Account, Contact]",
        {"user": robot(permission_sets=("Sync", "Idle"))},
        NOT_MET,
        "Idle grants nothing that is used",
    ),
    ("dormant_grants", "uses: [Account]", {}, NOT_MET, "granted and not used: Contact, by Sync"),
    ("dormant_grants", "", {}, UNDECLARED, ""),
    ("dormant_grants", "uses: [Account]", {"seen_by": BLIND}, UNTOLD, "View Setup"),
    ("inventory", "", {}, MET, "1 integration users"),
    (
        "inventory",
        "",
        {"more": (UserSpec(username="lost@acme.example", profile="Robot"),)},
        NOT_MET,
        "in no matrix: lost@acme.example (licence Salesforce Integration)",
    ),
    (
        "inventory",
        "",
        {"more": (UserSpec(username="api@acme.example", profile="Plain", permission_sets=("Api_Only",)),)},
        NOT_MET,
        "in no matrix: api@acme.example (API Only User)",
    ),
    (
        "inventory",
        'naming: {username: "int[.].*"}',
        {"more": (UserSpec(username="int.x@acme.example", profile="Plain"),)},
        NOT_MET,
        "in no matrix: int.x@acme.example (its name)",
    ),
    (
        "inventory",
        "",
        {
            "more": (UserSpec(username="shop@acme.example", profile="Robot"),),
            "others": (("Shop@acme.example", "Shop", "shop.matrix.yaml"),),
        },
        MET,
        "2 matrices",
    ),
    ("inventory", "", {"others": ((ROBOT, "Shop", "s.yaml"),)}, NOT_MET, f"in 2 matrices: {ROBOT}"),
    (
        "inventory",
        "",
        {"more": (UserSpec(username="gone@acme.example", profile="Robot", is_active=False),)},
        MET,
        "",
    ),
    ("inventory", "", {"seen_by": BLIND}, UNTOLD, "View Setup"),
    ("inventory", "", {"user": robot(profile="Plain")}, UNTOLD, "not even the user of this matrix"),
    ("inventory", "", {"user": robot(is_active=False)}, MET, "0 integration users"),
    ("licenses_left", "", {"licenses": (SEATS,)}, MET, "1 of 5 taken"),
    (
        "licenses_left",
        "",
        {"licenses": (LicenseSpec(name="Salesforce Integration", total=1),)},
        NOT_MET,
        "none is left of 1",
    ),
    (
        "licenses_left",
        "",
        {"licenses": (LicenseSpec(name="Salesforce API Integration", total=5, status="Disabled"),)},
        NOT_MET,
        "Disabled",
    ),
    (
        "licenses_left",
        "",
        {"licenses": (LicenseSpec(name="Salesforce Integration", total=0),)},
        NOT_MET,
        "1 taken of 0",
    ),
    ("licenses_left", "", {"seen_by": BLIND}, UNTOLD, "View Setup"),
    ("privileged_rights", "", {}, MET, "no privileged permission"),
    ("privileged_rights", "", POWER, NOT_MET, "AuthorApex (high) is not justified, granted by Power"),
    ("privileged_rights", JUSTIFIED.format(controls="[review, alerts]"), POWER, MET, "ViewAllData (medium)"),
    ("privileged_rights", JUSTIFIED.format(controls="[review]"), POWER, NOT_MET, "1 compensating control"),
    ("privileged_rights", JUSTIFIED.format(controls="[review, Review]"), POWER, NOT_MET, "not two"),
    ("privileged_rights", JUSTIFIED.format(controls="[a, b]"), {}, NOT_MET, "is justified and not held"),
    (
        "privileged_rights",
        "",
        {
            "user": robot(
                permission_sets=("Sync", "Power"),
                expirations=(Expiration(name="Power", at="2026-03-01"),),
            )
        },
        MET,
        "no privileged permission",
    ),
    ("privileged_rights", "", {"seen_by": BLIND}, UNTOLD, "View Setup"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{c[0]}-{c[3]}-{i}" for i, c in enumerate(CASES)])
def test_item_is_told_apart(bench: Bench, case: Any) -> None:
    item, declared, org, state, said = case
    practice = bench(item, declared, **org).practice
    assert practice is not None
    told = " | ".join([practice.observed, practice.expected, *practice.problems, practice.note])
    assert (practice.state, said in told) == (state, True), told


def test_set_that_grants_something_used_is_not_called_useless(bench: Bench) -> None:
    both = robot(permission_sets=("Sync", "Idle"))
    practice = bench("dormant_grants", "uses: [Account]", user=both).practice
    assert practice is not None
    assert practice.problems == (
        "Idle grants nothing that is used",
        "granted and not used: Contact, by Sync",
        "granted and not used: Lead, by Idle",
    )


def test_every_item_of_upkeep_is_told_in_three_ways() -> None:
    states: dict[str, set[str]] = {}
    for item, _, _, state, _ in CASES:
        states.setdefault(item, set()).add(state)
    assert states.keys() == {item.key for item in UPKEEP}
    for item, found in states.items():
        assert {MET, NOT_MET} <= found, item
        assert found & {UNTOLD, UNDECLARED}, item
    assert [item for item, found in states.items() if UNTOLD not in found] == ["review"]


@pytest.mark.parametrize(
    "item",
    [
        "last_login",
        "login_sources",
        "login_clients",
        "failed_logins",
        "no_ui_login",
        "oauth_tokens",
        "inventory",
        "licenses_left",
        "rotation",
    ],
)
def test_org_of_the_run_itself_is_not_asked_about_the_past(bench: Bench, item: str) -> None:
    result = bench(item, made=True)
    assert result.practice is not None
    assert (result.practice.state, result.findings) == (ELSEWHERE, ())
    assert result.notes[0].startswith("Acme: the items marked live only were not judged")


def test_review_that_is_due_soon_is_said_ahead(bench: Bench) -> None:
    result = bench("review", "review: {owner: CRM, reviewed: 2025-12-10, every: quarterly}")
    assert not result.findings
    assert result.notes[0].endswith("checklist-review: the review is due in 8 days, on 2026-03-10")


def test_sessions_of_this_library_are_left_out_and_counted(bench: Bench) -> None:
    result = bench("login_clients", HERE, logins=LATELY, sessions=2)
    assert result.practice is not None
    assert (result.practice.state, "2 log-ins of this library left out" in result.practice.note) == (
        MET,
        True,
    )
    assert IN_PROCESS == OWN_APPLICATION


@pytest.mark.parametrize("item", [item.key for item in UPKEEP])
def test_item_says_where_it_comes_from_and_what_to_change(item: str) -> None:
    found = ITEMS[item]
    assert found.source.startswith(("Salesforce Help", "Security Benchmark", "Salesforce Admins"))
    assert found.setup.endswith(".")
    assert item in JUDGES
