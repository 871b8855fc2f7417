"""Items on facts of our own making, where the embedded org has no such thing: packages, client apps."""

from pathlib import Path

import pytest
from checklist_org import MATRIX, TODAY, USERNAME

from pytest_sfintegration.access.practices.facts import (
    Assigned,
    AssignedLicenses,
    Assignments,
    ConnectedApps,
    ExternalApp,
    ExternalApps,
    PracticeFacts,
    Preauthorized,
    UserFacts,
)
from pytest_sfintegration.access.practices.hints import AppHints, PracticeHints
from pytest_sfintegration.checks.checklist.judge import judge_checklist
from pytest_sfintegration.checks.verdict import PracticeResult
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.loader import load

USER = UserFacts(
    id="005000000000001AAA",
    username=USERNAME,
    active=True,
    user_type="Standard",
    profile_id="00e000000000001AAA",
    profile="Acme Integration",
    license="Salesforce Integration",
)
APP = ExternalApp(
    id="0xI000000000001AAA",
    name="Acme_App",
    label="Acme App",
    admin_approved_only=True,
    ip_relaxation="Enforce",
    refresh_token="Zero",
    run_as=USER.id,
)


def judged(item: str, folder: Path, *facts: object, matrix: str = MATRIX) -> PracticeResult:
    path = folder / "acme.matrix.yaml"
    path.write_text(matrix, encoding="utf-8")
    rows = [row for row in expand(load(path, environ={}, root=folder)) if isinstance(row, ChecklistRow)]
    (row,) = (row for row in rows if row.item.key == item)
    practice = judge_checklist(row, PracticeFacts(told={type(one): one for one in facts}), TODAY).practice
    assert practice is not None
    return practice


def assigned(*rows: Assigned) -> Assignments:
    return Assignments(rows=rows)


PACKAGE = Assigned(kind="permission set", name="Sync", namespace="pack")


def test_set_of_a_package_that_is_not_declared_is_not_met(tmp_path: Path) -> None:
    practice = judged("managed_packages", tmp_path, assigned(PACKAGE))
    assert practice.problems == ("not declared: pack__Sync",)


def test_set_of_a_package_that_is_declared_is_met(tmp_path: Path) -> None:
    text = MATRIX.replace("managed_packages: []", "managed_packages: [pack__Sync]")
    assert judged("managed_packages", tmp_path, assigned(PACKAGE), matrix=text).state == "met"


@pytest.mark.parametrize(
    ("license", "held", "state"),
    [
        (None, {}, "met"),
        ("Salesforce API Integration", {"SalesforceAPIIntegrationPsl": "Salesforce API Integration"}, "met"),
        ("Salesforce API Integration", {}, "not met"),
        ("Salesforce Integration", {}, "not met"),  # the user's own, which allows no object
        ("Salesforce", {}, "not met"),
    ],
)
def test_licence_of_a_set_must_be_held(
    license: str | None,  # noqa: A002
    held: dict[str, str],
    state: str,
    tmp_path: Path,
) -> None:
    one = Assigned(kind="permission set", name="Acme_Sync", license=license)
    practice = judged("compatible_licenses", tmp_path, USER, assigned(one), AssignedLicenses(names=held))
    assert practice.state == state


APPS = """\
    - name: Acme App
      kind: external client app
      permission_sets: [Acme_Sync]
      scopes: [Api]
      ip_relaxation: Enforce
      refresh_token: Zero
      run_as: acme.sync@acme.example
"""
HEAD, _, TAIL = MATRIX.partition("    - name: Acme App\n")
EXTERNAL = HEAD + APPS + TAIL[TAIL.index("  custom_permissions:") :]
HINTS = PracticeHints(
    source=True,
    apps=(AppHints(names=("Acme_App", "Acme App"), kind="external client app", path="x", scopes=("Api",)),),
)
SETS = Preauthorized(by_app={APP.id[:15]: (("permission set", "Acme_Sync"),)})
ITEMS = ("app", "app_preauthorization", "app_scopes", "app_ip_relaxation", "app_refresh_token", "app_run_as")


def external(
    item: str, folder: Path, app: ExternalApp | None, hints: PracticeHints = HINTS
) -> PracticeResult:
    apps = ExternalApps(rows=() if app is None else (app,))
    facts = (USER, ConnectedApps(rows=()), apps, SETS, hints)
    return judged(item, folder, *facts, matrix=EXTERNAL)


@pytest.mark.parametrize("item", ITEMS)
def test_external_client_app_that_is_as_declared_is_met(item: str, tmp_path: Path) -> None:
    assert external(item, tmp_path, APP).state == "met"


@pytest.mark.parametrize(
    ("item", "values", "words"),
    [
        ("app", {"admin_approved_only": False}, "all users may authorise themselves"),
        ("app_preauthorization", {"id": "0xI000000000002AAA"}, "missing: permission set Acme_Sync"),
        ("app_ip_relaxation", {"ip_relaxation": "Bypass"}, "is Bypass, not Enforce"),
        ("app_refresh_token", {"refresh_token": "Infinite"}, "is Infinite, not Zero"),
        ("app_run_as", {"run_as": "005000000000009AAA"}, "is 005000000000009AAA, not acme.sync"),
    ],
)
def test_external_client_app_that_is_not_as_declared_is_not_met(
    item: str, values: dict[str, object], words: str, tmp_path: Path
) -> None:
    from dataclasses import replace

    practice = external(item, tmp_path, replace(APP, **values))  # type: ignore[arg-type]
    assert practice.state == "not met"
    assert words in practice.problems[0]


def test_policies_that_the_org_does_not_have_are_not_told(tmp_path: Path) -> None:
    bare = ExternalApp(id=APP.id, name=APP.name, label=APP.label)
    for item in ("app", "app_ip_relaxation", "app_refresh_token", "app_run_as"):
        assert external(item, tmp_path, bare).state == "could not be told"
    assert external("app_scopes", tmp_path, APP, PracticeHints()).state == "could not be told"


def test_app_that_is_not_there_is_not_met(tmp_path: Path) -> None:
    practice = external("app", tmp_path, None)
    assert practice.problems == ("the org has no external client app Acme App",)


def test_objects_used_are_named_in_any_case(tmp_path: Path) -> None:
    text = MATRIX.replace("uses: [Account, Contact]", "uses: [account, CONTACT]")
    assert text != MATRIX
    assert judged("uses", tmp_path, matrix=text).state == "met"
