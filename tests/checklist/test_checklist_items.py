"""Each item: an org that meets it, one that does not, and one that does not tell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from checklist_org import (
    API_ONLY,
    APP,
    BASE,
    FILES,
    GROUP,
    HOURS,
    MATRIX,
    MORE,
    PROFILE,
    RANGE,
    SESSION,
    SKIP,
    SYNC,
    TODAY,
    USERNAME,
    Project,
    connected_app,
    group,
    ip_range,
    object_read,
    permission_set,
    profile,
    user_permission,
)

from pytest_sfintegration.access.practices.facts import Subject, UserFacts
from pytest_sfintegration.access.practices.gather import READERS
from pytest_sfintegration.checks.checklist.judges import JUDGES
from pytest_sfintegration.checks.verdict import RowResult, Verdict
from pytest_sfintegration.embedded.history_specs import Expiration
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.matrix.checklist.item import Group
from pytest_sfintegration.matrix.checklist.items import ITEMS
from pytest_sfintegration.matrix.loader import load

OURS = [item.key for item in ITEMS.values() if item.group is not Group.UPKEEP]
Change = Callable[[Project], Project]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(folder=tmp_path)


def test_every_item_has_a_judge_and_every_judge_an_item() -> None:
    assert set(JUDGES) == set(ITEMS)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RowResult]:
    return Project(folder=tmp_path_factory.mktemp("met")).results()


@pytest.mark.parametrize("item", OURS)
def test_item_is_met_by_an_org_that_is_as_it_should_be(item: str, met: dict[str, RowResult]) -> None:
    result = met[item]
    assert result.ok, result.practice
    assert result.practice is not None
    assert result.practice.state == "met"
    assert result.practice.observed


def _with_profile(*more: str, **values: str) -> Change:
    return lambda one: one.with_file(PROFILE, profile(HOURS, RANGE, *more, **values))


def _with_app(**values: object) -> Change:
    return lambda one: one.with_file(APP, connected_app(**values))  # type: ignore[arg-type]


def _standard_user(one: Project) -> Project:
    """Give the user a profile of another licence."""
    return _with_profile(license="Salesforce")(one)


def _old_profile(one: Project) -> Project:
    name = "Salesforce API Only System Integrations"
    field = (
        "<fieldPermissions><editable>false</editable><field>Account.Phone</field><readable>true</readable>"
    )
    text = profile(HOURS, RANGE, f"{field}</fieldPermissions>")
    return one.with_file(f"{BASE}/profiles/{name}.profile-meta.xml", text).replacing(
        "profile: Acme Integration", f"profile: {name}"
    )


def _another_user(one: Project) -> Project:
    person = UserSpec(username="ada@acme.example", profile="Acme Integration")
    return Project(folder=one.folder, users=(person,))


def _expires(at: str) -> Change:
    return lambda one: one.with_spec(expirations=(Expiration(name="Acme_Sync", at=at),))


def _bare(one: Project) -> Project:
    return Project(folder=one.folder, source_beside=False)


def _another_matrix(text: str) -> Change:
    def change(one: Project) -> Project:
        path = one.folder / "other.matrix.yaml"
        path.write_text(text, encoding="utf-8")
        return Project(folder=one.folder, others=(load(path, environ={}, root=one.folder),))

    return change


SAME_USER = MATRIX.replace("integration: Acme", "integration: Other")
SAME_INTEGRATION = MATRIX.replace(USERNAME, "acme.second@acme.example")

# item, what is changed, what the message must say
NOT_MET: list[tuple[str, Change, str]] = [
    ("profile_base", _standard_user, "no profile of this licence is a clone of it"),
    (
        "profile_base",
        _old_profile,
        "is deprecated: it comes with read access to the fields of every object (1 ",
    ),
    ("profile_base", _with_profile(api=user_permission("ApiEnabled")), "the profile lacks ApiUserOnly"),
    ("profile_empty", _with_profile(object_read("Account")), "1 object: Account"),
    ("profile_empty", _with_profile(user_permission("RunReports")), "1 user permission: RunReports"),
    ("profile_empty", _with_profile(SKIP), "custom permissions: 1"),
    (
        "profile_empty",
        _with_profile(
            "<tabVisibilities><tab>standard-Account</tab><visibility>DefaultOff</visibility>"
            "</tabVisibilities>"
        ),
        "1 tab: standard-Account",
    ),
    ("rights_by_permission_sets", _with_profile(object_read("Lead")), "the profile grants 1 object: Lead"),
    ("own_profile", _another_user, "it is also the profile of ada@acme.example"),
    ("own_user", _another_matrix(SAME_USER), "the user is also that of other.matrix.yaml (Other)"),
    ("own_user", _another_matrix(SAME_INTEGRATION), "Acme is also given to acme.second@acme.example"),
    ("not_a_person", _with_profile(api=user_permission("ApiEnabled")), "a person can log in to the user"),
    ("not_a_person", _with_profile(user_permission("ViewAllData")), "the profile administers: ViewAllData"),
    ("user_license", _standard_user, "the user licence is Salesforce"),
    (
        "integration_license",
        lambda one: (
            one.with_file(SYNC, permission_set("Acme Sync", license=""))
            .with_file(MORE, permission_set("Acme More", license=""))
            .with_spec(permission_set_licenses=())
        ),
        "SalesforceAPIIntegrationPsl is not assigned",
    ),
    (
        "compatible_licenses",
        lambda one: one.with_file(SYNC, permission_set("Acme Sync", license="Salesforce Integration")),
        "Acme_Sync is for the user licence Salesforce Integration, which allows no object",
    ),
    (
        "compatible_licenses",
        lambda one: one.with_file(MORE, permission_set("Acme More", license="Salesforce Integration")),
        "Acme_More is for the user licence Salesforce Integration, which allows no object",
    ),
    (
        "assignments",
        lambda one: one.with_spec(permission_sets=("Acme_Sync", "Acme_Other")),
        "extra: permission set Acme_Other",
    ),
    ("assignments", lambda one: one.with_spec(permission_sets=()), "missing: permission set Acme_Sync"),
    (
        "assignments",
        lambda one: one.with_spec(permission_set_groups=()),
        "missing: permission set group Acme_Group",
    ),
    (
        "assignments",
        lambda one: one.with_spec(permission_set_licenses=("SalesforceAPIIntegrationPsl", "AnotherPsl")),
        "extra: permission set licence AnotherPsl",
    ),
    ("assignments", _expires("2026-05-19"), "expired on 2026-05-19: permission set Acme_Sync"),
    ("assignments", _expires("2026-06-19"), "expires on 2026-06-19: permission set Acme_Sync"),
    (
        "groups_recalculated",
        lambda one: one.with_file(GROUP, group("Outdated")),
        "Acme_Group is Outdated",
    ),
    (
        "login_ip_ranges",
        lambda one: one.with_file(PROFILE, profile(HOURS)),
        "the user can log in from anywhere",
    ),
    (
        "login_ip_ranges",
        _with_profile(ip_range("192.0.2.200", "192.0.3.5")),
        "wider than declared: 192.0.2.200-192.0.3.5",
    ),
    (
        "login_hours",
        lambda one: one.with_file(PROFILE, profile(RANGE)),
        "monday: at any time, not 06:00-20:00",
    ),
    (
        "session",
        lambda one: one.with_file(SESSION, FILES[SESSION].replace(">60<", ">120<")),
        "sessions last 120 minutes without use",
    ),
    ("app", _with_app(approved=False), "Acme App: all users may authorise themselves"),
    ("app", lambda one: one.without(APP), "the org has no app Acme App"),
    (
        "app_preauthorization",
        _with_app(sets=("Acme Sync", "Acme Other")),
        "extra: permission set Acme_Other for Acme App",
    ),
    ("app_preauthorization", _with_app(sets=()), "missing: permission set Acme_Sync for Acme App"),
    (
        "app_preauthorization",
        _with_app(profiles=("Acme Integration",)),
        "extra: profile Acme Integration for Acme App",
    ),
    ("app_scopes", _with_app(scopes=("Full", "Api", "RefreshToken")), "extra: scope Full of Acme App"),
    ("app_scopes", _with_app(scopes=("Api",)), "missing: scope RefreshToken of Acme App"),
    (
        "app_ip_relaxation",
        _with_app(relaxation="BYPASS"),
        "the IP relaxation of Acme App is BYPASS, not ENFORCE",
    ),
    (
        "app_refresh_token",
        _with_app(refresh="infinite"),
        "the refresh token policy of Acme App is infinite, not zero",
    ),
    (
        "app_run_as",
        _with_app(run_as="ada@acme.example"),
        f"the run-as user of Acme App is ada@acme.example, not {USERNAME}",
    ),
    (
        "custom_permissions",
        lambda one: one.replacing("custom_permissions: [Acme_Skip]", "custom_permissions: []"),
        "not declared: Acme_Skip, granted by Acme_Sync",
    ),
    (
        "custom_permissions",
        lambda one: one.with_file(SYNC, permission_set("Acme Sync")),
        "declared and not held: Acme_Skip",
    ),
    (
        "managed_packages",
        lambda one: one.replacing("managed_packages: []", "managed_packages: [pack__Sync]"),
        "declared and not assigned: pack__Sync",
    ),
    (
        "naming",
        lambda one: one.replacing('username: "acme[.].+"', 'username: "svc[.].+"'),
        f"username {USERNAME} does not match svc[.].+",
    ),
    (
        "naming",
        lambda one: one.replacing('permission_sets: "Acme_.+"', 'permission_sets: "Acme_S.+"'),
        "permission set Acme_Group does not match Acme_S.+",
    ),
    (
        "covered_objects",
        lambda one: one.replacing(
            "checklist:", "ignore:\n  - {objects: [Lead], reason: not ours}\nchecklist:"
        ),
        "Lead is left out: not ours",
    ),
    (
        "covered_fields",
        lambda one: one.replacing("Contact: {access: R, fields: none}", "Contact: R"),
        "fields are not judged: Contact",
    ),
    (
        "uses",
        lambda one: one.replacing("uses: [Account, Contact]", "uses: [Account]"),
        "granted and not used: Contact",
    ),
    (
        "uses",
        lambda one: one.replacing("uses: [Account, Contact]", "uses: [Account, Contact, Lead]"),
        "used and not granted: Lead",
    ),
]


@pytest.mark.parametrize(
    ("item", "change", "words"), NOT_MET, ids=[f"{item}-{words[:24]}" for item, _, words in NOT_MET]
)
def test_item_is_not_met_and_says_why(item: str, change: Change, words: str, project: Project) -> None:
    result = change(project).result(item)
    assert [one.verdict for one in result.findings] == [Verdict.NOT_MET]
    assert any(words in text for text in result.findings[0].reasons), result.findings[0].reasons
    assert result.practice is not None
    assert result.practice.state == "not met"
    assert result.practice.setup


def test_every_item_has_an_org_that_does_not_meet_it() -> None:
    assert {item for item, _, _ in NOT_MET} == set(OURS)


def _tables(item: str) -> set[str]:
    """Return the tables that an item may ask for, User among them where it asks any."""
    subject = Subject(username="u", user_id="u", profile_id="p", today=TODAY)
    kinds = [kind for kind in JUDGES[item].needs if kind in READERS or kind is UserFacts]
    texts = [text for kind in kinds if kind in READERS for text in READERS[kind].queries(subject)]
    return {text.split(" FROM ")[1].split(" ")[0] for text in texts} | ({"User"} if kinds else set())


ASKING = [item for item in OURS if _tables(item)]


@pytest.mark.parametrize("item", ASKING)
def test_item_is_inconclusive_when_the_setup_user_may_not_read_its_tables(item: str, tmp_path: Path) -> None:
    told = 0
    for table in sorted(_tables(item)):
        result = Project(folder=tmp_path, refused=frozenset({table})).result(item)
        if result.ok:
            continue  # the table tells of what this org has in another one
        told += 1
        assert result.inconclusive
        assert f"may not read {table}" in result.findings[0].note
        assert result.practice is not None
        assert result.practice.state == "could not be told"
    assert told


@pytest.mark.parametrize(
    ("item", "table"),
    [
        ("profile_empty", "PermissionSet"),
        ("privileged_rights", "PermissionSet"),
        ("managed_packages", "PermissionSetAssignment"),
        ("groups_recalculated", "PermissionSetAssignment"),
        ("compatible_licenses", "PermissionSetAssignment"),
        ("active", "UserLogin"),
        ("failed_logins", "UserLogin"),
        ("login_ip_ranges", "Profile"),
    ],
)
def test_item_is_inconclusive_when_a_table_shows_not_even_the_row_that_every_org_has(
    item: str, table: str, project: Project
) -> None:
    result = replace(project, emptied=frozenset({table})).result(item)
    assert result.inconclusive
    assert "no row" in result.findings[0].note or "shows the setup user no" in result.findings[0].note


def test_the_items_without_tables_read_the_matrix_alone() -> None:
    assert set(OURS) - set(ASKING) == {"covered_fields", "covered_objects", "uses"}
    assert all(JUDGES[item].needs == () for item in set(OURS) - set(ASKING))


@pytest.mark.parametrize(
    ("item", "change", "words"),
    [
        ("session", lambda one: one.without(SESSION), "the source has no profileSessionSettings for Acme"),
        ("session", _bare, "there is no source beside the matrix"),
        (
            "app_scopes",
            _bare,
            "no table of the API tells the scopes of Acme App, and no source",
        ),
        (
            "app_ip_relaxation",
            _bare,
            "no table of the API tells the IP relaxation of Acme App",
        ),
        ("app_ip_relaxation", _with_app(relaxation=""), "nor does Acme.connectedApp-meta.xml"),
        ("app_refresh_token", _bare, "no table of the API tells the refresh token policy"),
        ("app_run_as", _bare, "no table of the API tells the run-as user"),
        (
            "login_ip_ranges",
            lambda one: one.with_spec(username="else@acme.example"),
            "there is no user acme.sync",
        ),
    ],
)
def test_what_no_table_tells_is_inconclusive_without_the_source(
    item: str, change: Change, words: str, project: Project
) -> None:
    result = change(project).result(item)
    assert result.inconclusive
    assert words in result.findings[0].note


def test_an_org_of_the_runs_own_cannot_tell_what_is_assigned_in_another(project: Project) -> None:
    for item in ("own_profile", "assignments"):
        practice = replace(project, made=True).practice(item)
        assert practice.state == "needs a live org"
        assert "made by this run" in practice.note


def test_user_who_cannot_log_in_is_judged_all_the_same(project: Project) -> None:
    results = project.with_spec(is_active=False).results()
    assert {item for item, one in results.items() if item in OURS and not one.ok} == set()


def test_facts_take_three_calls_for_all_items_and_none_for_those_of_the_matrix(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pytest_sfintegration.orgs.client import OrgClient

    sent: list[str] = []
    send = OrgClient.send

    def counting(self: OrgClient, method: str, path: str, *rest: object, **more: object) -> object:
        sent.append(path.partition("?")[0])
        return send(self, method, path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(OrgClient, "send", counting)
    project.results(*OURS)
    assert sent == ["/query", "/composite/batch", "/tooling/query"]
    sent.clear()
    project.results("covered_objects", "covered_fields", "uses")
    assert sent == []
    project.results("user_license")
    assert sent == ["/query"]


def test_a_second_matrix_of_the_same_integration_and_user_is_no_second_integration(project: Project) -> None:
    assert _another_matrix(MATRIX)(project).result("own_user").ok


def test_custom_permission_of_an_assignment_that_has_expired_is_not_held(project: Project) -> None:
    undeclared = project.replacing("custom_permissions: [Acme_Skip]", "custom_permissions: []")
    assert _expires("2026-05-19")(undeclared).result("custom_permissions").ok
    assert not _expires("2026-05-19")(project).result("custom_permissions").ok


def test_api_only_user_may_come_from_a_permission_set(project: Project) -> None:
    opened = _with_profile(api=user_permission("ApiEnabled"))(project)
    closed = opened.with_file(SYNC, permission_set("Acme Sync", SKIP, user_permission("ApiUserOnly")))
    assert closed.result("not_a_person").ok
    assert not opened.result("not_a_person").ok
    assert not _expires("2026-05-19")(closed).result("not_a_person").ok


def test_ranges_that_overlap_are_counted_once(project: Project) -> None:
    more = ip_range("192.0.2.64", "192.0.2.191")
    practice = _with_profile(more)(project).practice("login_ip_ranges")
    # 0-127 and 64-191: 192 addresses, 64 of them in both
    assert practice.observed.endswith(": 192 addresses, 64 of them more than once")


def test_a_range_may_span_declared_ranges_that_touch(project: Project) -> None:
    declared = "login_ip_ranges: [192.0.2.0/24, 192.0.3.0-192.0.3.9]"
    changed = _with_profile(ip_range("192.0.2.200", "192.0.3.5"))(project)
    assert changed.replacing("login_ip_ranges: [192.0.2.0/24]", declared).result("login_ip_ranges").ok


def test_addresses_of_version_six_are_compared_among_themselves(project: Project) -> None:
    changed = _with_profile(ip_range("2001:db8::", "2001:db8::ffff"))(project)
    assert not changed.result("login_ip_ranges").ok
    declared = "login_ip_ranges: [192.0.2.0/24, '2001:db8::/112']"
    assert changed.replacing("login_ip_ranges: [192.0.2.0/24]", declared).result("login_ip_ranges").ok


def test_chatter_that_the_api_only_profile_is_shipped_with_is_no_grant_of_its_own(project: Project) -> None:
    changed = _with_profile(user_permission("ChatterInternalUser"))(project)
    practice = changed.practice("profile_empty")
    assert (practice.state, practice.note.partition(" comes with ")[0]) == ("met", "ChatterInternalUser")


def test_apps_that_the_api_only_profile_shows_are_no_rights(project: Project) -> None:
    changed = _with_profile(
        "<applicationVisibilities><application>standard__AllTabSet</application><default>true"
        "</default><visible>true</visible></applicationVisibilities>"
    )(project)
    practice = changed.practice("profile_empty")
    assert (practice.state, practice.note) == ("met", "1 app shown, from which no right comes")


def test_api_only_profile_itself_is_met(project: Project) -> None:
    changed = project.replacing(
        "profile: Acme Integration", "profile: Minimum Access - API Only Integrations"
    )
    results = changed.results("profile_base", "profile_empty")
    assert all(one.ok for one in results.values())
    assert API_ONLY
