"""Setup entities: never granted, or granted as declared and no others; groups by their members."""
# ruff: noqa: E501 - rows of tables

from collections.abc import Sequence
from typing import Any

import pytest
from blocked_org import BASE, Project, metadata

from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.errors import ApiError, RefusedError

BILLING = "<classAccesses><apexClass>Billing</apexClass><enabled>true</enabled></classAccesses>"
FLOW = "<flowAccesses><enabled>true</enabled><flow>Sync_Flow</flow></flowAccesses>"
PERMISSION = "<customPermissions><enabled>true</enabled><name>See_All</name></customPermissions>"
PAGE = "<pageAccesses><apexPage>Help</apexPage><enabled>true</enabled></pageAccesses>"
AUTHOR = "<userPermissions><enabled>true</enabled><name>AuthorApex</name></userPermissions>"
NEVER = (
    "blocked:\n  setup_entities: {apex_classes: [Billing], flows: [Sync_Flow], custom_permissions: [See_All], "
    "apex_pages: [Help]}\n"
)
ROWS = ("apex-class-Billing", "flow-Sync_Flow", "custom-permission-See_All", "apex-page-Help")
EVERY = (BILLING, FLOW, PERMISSION, PAGE)


def test_entities_that_nobody_granted_the_user_are_green(project: Project) -> None:
    ran = project.having(matrix=NEVER, others={"Spare": EVERY}).run(only="blocked-")
    assert sorted(ran.results) == sorted(f"blocked-{row}" for row in ROWS)
    assert all(result.ok for result in ran.results.values())


@pytest.mark.parametrize(("row", "part"), [*zip(ROWS, EVERY, strict=True)])
def test_entity_that_is_granted_is_extra_with_its_container(project: Project, row: str, part: str) -> None:
    project = project.having(matrix=NEVER, others={"Spare": EVERY})
    ran = project.granting(part).run(only="blocked-")
    assert [name for name, result in ran.results.items() if not result.ok] == [f"blocked-{row}"]
    (found,) = ran.results[f"blocked-{row}"].findings
    assert (str(found.verdict), [str(one) for one in found.grants]) == ("extra", ["permission set Sync"])


def test_member_of_a_group_is_named_and_muting_counts(project: Project) -> None:
    project = project.having(matrix=NEVER, others={"Spare": EVERY}, member=(BILLING,))
    (found,) = project.run(only="blocked-apex-class").results["blocked-apex-class-Billing"].findings
    assert str(found.grants[0]) == "permission set Member (through group Team)"
    muted = project.having(muted=(BILLING,)).run(only="blocked-apex-class")
    assert muted.results["blocked-apex-class-Billing"].ok


def test_author_apex_runs_every_class(project: Project) -> None:
    ran = (
        project.having(matrix=NEVER, others={"Spare": EVERY}).granting(AUTHOR).run(only="blocked-apex-class")
    )
    (found,) = ran.results["blocked-apex-class-Billing"].findings
    assert str(found.grants[0]) == "permission set Sync by AuthorApex"


def test_entity_that_is_not_there_is_an_unknown_target(project: Project) -> None:
    ran = project.having(matrix="blocked:\n  setup_entities: {apex_pages: [Gone]}\n").run(only="blocked-")
    assert ran.verdicts("blocked-apex-page-Gone") == ["unknown target"]


def test_what_is_allowed_is_granted_and_nothing_else(project: Project) -> None:
    project = project.having(others={"Spare": EVERY}).granting(BILLING, FLOW)
    allowed = "setup_entities: {apex_classes: [Billing], flows: [Sync_Flow]}\n"
    assert project.having(matrix=allowed).run(only="setup-entities").results["setup-entities"].ok

    ran = project.having(matrix="setup_entities: {custom_permissions: [See_All], flows: []}\n").run(
        only="setup-entities"
    )
    found = {str(one.special): one for one in ran.results["setup-entities"].findings}
    assert {name: str(one.verdict) for name, one in found.items()} == {
        "Apex class Billing": "extra",
        "flow Sync_Flow": "extra",
        "custom permission See_All": "missing",
    }
    assert [one.name for one in found["custom permission See_All"].nearest] == ["Spare"]
    paste = "setup_entities: {apex_classes: [Billing], flows: [Sync_Flow], custom_permissions: [See_All]}"
    assert found["flow Sync_Flow"].paste == paste


def test_none_allows_nothing_and_no_key_judges_nothing(project: Project) -> None:
    project = project.granting(BILLING)
    assert project.having(matrix="setup_entities: none\n").run(only="setup-").verdicts("setup-entities") == [
        "extra"
    ]
    assert "setup-entities" not in project.run().results


def test_external_client_app_that_lets_the_user_in_is_granted(project: Project) -> None:
    files = {
        "externalClientApps/Sync_App.eca-meta.xml": metadata(
            "ExternalClientApplication", "<distributionState>Local</distributionState><label>Sync App</label>"
        ),
        "extlClntAppOauthPolicies/Sync_App.ecaOauthPlcy-meta.xml": metadata(
            "ExtlClntAppOauthConfigurablePolicies",
            "<commaSeparatedPermissionSet>Sync</commaSeparatedPermissionSet>"
            "<externalClientApplication>Sync_App</externalClientApplication><label>Sync_App</label>"
            "<permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>",
        ),
    }
    for name, body in files.items():
        path = project.folder / BASE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    silent = project.having(matrix="setup_entities: none\n").run(only="setup-entities")
    assert silent.verdicts("setup-entities") == ["extra"]
    (found,) = silent.results["setup-entities"].findings
    assert (str(found.special), str(found.grants[0])) == (
        "external client app Sync_App",
        "permission set Sync",
    )
    allowed = project.having(matrix="setup_entities: {external_client_apps: [Sync_App]}\n")
    assert allowed.run(only="setup-entities").results["setup-entities"].ok


@pytest.mark.parametrize("granted", [True, False])
def test_org_without_a_table_of_external_client_apps_has_none_or_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch, granted: bool
) -> None:
    project = project.having(matrix="setup_entities: none\n")
    answers = OrgClient.answers
    rows = OrgClient.queries

    def without(self: OrgClient, texts: Sequence[str], *, purpose: str) -> Any:
        told = answers(self, texts, purpose=purpose)
        gone = RefusedError(ApiError(status=400, code="INVALID_TYPE", message=""), "SELECT", self.username)
        return [
            gone if "ExternalClientApplication" in text else one
            for text, one in zip(texts, told, strict=True)
        ]

    def queries(self: OrgClient, texts: Sequence[str], *, purpose: str) -> Any:
        found = rows(self, texts, purpose=purpose)
        if granted and "FROM SetupEntityAccess" in texts[0]:
            parent = {"ParentId": texts[0].split("ParentId IN ('")[1][:18]}
            found[0].append(
                {**parent, "SetupEntityId": "0xI" + 15 * "0", "SetupEntityType": "ExternalClientApplication"}
            )
        return found

    monkeypatch.setattr(OrgClient, "answers", without)
    monkeypatch.setattr(OrgClient, "queries", queries)
    ran = project.run(only="setup-entities")
    assert ran.verdicts("setup-entities") == (["inconclusive"] if granted else [])
