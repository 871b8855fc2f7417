"""The measure of a matrix: what it catches, what it lets through, and what is no change at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.cli.main import main
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.model import Ignore, Named
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import Governance
from pytest_sfintegration.strength.changes import additions, assignments, removals
from pytest_sfintegration.strength.measure import measure, start
from pytest_sfintegration.strength.sharing_changes import sharing_changes

HUBSPOT = Path(__file__).resolve().parents[2] / "sample_suites" / "hubspot"

LICENSE = "needs the permission set licence Salesforce API Integration, which the user has: yes"


def test_closed_matrix_catches_every_removal_and_assignment() -> None:
    source = project.load(HUBSPOT)
    matrix = loader.load(HUBSPOT / "hubspot.matrix.yaml", environ={})
    changes = [*removals(source, matrix), *assignments(source, matrix)]
    assert len(changes) > 100
    strength = measure(source, matrix, changes)
    assert strength.survivors == ()
    assert strength.caught > 100


def test_setup_entities_are_taken_and_given_and_each_change_is_caught() -> None:
    shop = HUBSPOT.parent / "custom_app"
    source = project.load(shop)
    matrix = loader.load(shop / "shop.matrix.yaml", environ={})
    kinds = ("ApexClass", "CustomPermission", "CustomEntityDefinition")
    changes = [
        one for one in (*removals(source, matrix), *additions(source, matrix)) if one.what.startswith(kinds)
    ]
    assert {one.what for one in changes} == {
        "ApexClass ShopOrderApi removed from permission set Shop_Order_Placement",
        "ApexClass ShopOrderApiTest added to permission set Shop_Settings_Read",
        "ApexClass ShopRefundApi added to permission set Shop_Settings_Read",
        "ApexClass ShopRefundApiTest added to permission set Shop_Settings_Read",
        "CustomEntityDefinition Shop_Payment_Key__mdt added to permission set Shop_Settings_Read",
        "CustomEntityDefinition Shop_Setting__mdt removed from permission set Shop_Settings_Read",
        "CustomPermission Shop_Approve_Refund added to permission set Shop_Settings_Read",
        "CustomPermission Shop_Skip_Stock_Check removed from permission set Shop_Order_Placement",
    }
    assert measure(source, matrix, changes).survivors == ()

    silent = replace(matrix, setup_entities=None)
    assert [one for one in additions(source, silent) if one.what.startswith(kinds)] == []
    taken = [one for one in removals(source, silent) if one.what.startswith(kinds)]
    assert measure(source, silent, taken).survivors == tuple(one.what for one in taken)


def test_sharing_is_widened_and_narrowed_and_each_change_is_caught() -> None:
    shop = HUBSPOT.parent / "custom_app"
    source = project.load(shop)
    matrix = loader.load(shop / "shop.matrix.yaml", environ={})
    changes = list(sharing_changes(source, matrix))
    assert [one.what for one in changes] == [
        "organization-wide default of Shop_Order__c widened from Private to Read",
        "sharing rule on Shop_Order__c of role Counter added for public group Shop_Integrations",
        "sharing rule on Shop_Order__c of role Shop_Management added for public group Shop_Integrations",
        "sharing rule on Shop_Order__c of queue Shop_Fraud_Review added for public group Shop_Integrations",
        "sharing rule Marketplace_Orders_to_Shop of Shop_Order__c removed",
        "sharing rule Unassigned_Orders_to_Shop of Shop_Order__c removed",
    ]
    assert measure(source, matrix, changes).survivors == ()
    (own, *_) = matrix.records["Shop_Order__c"]
    blind = replace(matrix, records={"Shop_Order__c": (own,)})
    survivors = measure(source, blind, sharing_changes(source, blind)).survivors
    assert survivors == (changes[0].what, changes[4].what, changes[5].what)


def test_sharing_that_the_users_rights_pass_by_is_no_change() -> None:
    source = project.load(HUBSPOT.parent / "marketo")
    matrix = loader.load(HUBSPOT.parent / "marketo" / "marketo.matrix.yaml", environ={})
    told = [one.what for one in sharing_changes(source, matrix)]
    assert [one for one in told if "Opportunity" in one] == []  # read alone, and the default gives that
    rule = matrix.objects["Lead"]
    whole = replace(rule, access={**rule.access, Operation.VIEW_ALL: rule.at})
    wide = replace(matrix, objects={**matrix.objects, "Lead": whole})
    assert list(sharing_changes(source, wide)) == []


def test_application_in_the_app_launcher_is_no_right() -> None:
    source = project.load(HUBSPOT)
    matrix = loader.load(HUBSPOT / "hubspot.matrix.yaml", environ={})
    name = "HubSpot_Sync_Log"
    shown = replace(source.permission_sets[name], setup_entities={"TabSet": frozenset({"HubSpot"})})
    source = replace(source, permission_sets={**source.permission_sets, name: shown})
    assert [one for one in removals(source, matrix) if "TabSet" in one.what] == []


def test_open_matrix_lets_changes_through(tmp_path: Path) -> None:
    open_matrix = tmp_path / "open.matrix.yaml"
    text = (HUBSPOT / "hubspot.matrix.yaml").read_text(encoding="utf-8")
    before, after = text.split("  Campaign:")
    open_matrix.write_text(
        f"{before}  Campaign: R\n\n  HubSpot_Engagement__c:{after.split('  HubSpot_Engagement__c:')[1]}",
        encoding="utf-8",
    )
    source = project.load(HUBSPOT)
    matrix = loader.load(open_matrix, environ={})
    about = [one for one in removals(source, matrix) if " Campaign." in one.what]
    assert about
    strength = measure(source, matrix, about)
    assert (strength.caught, len(strength.survivors)) == (0, len(about))
    assert strength.score == 0.0


def test_every_addition_names_a_right_and_a_container() -> None:
    source = project.load(HUBSPOT)
    matrix = loader.load(HUBSPOT / "hubspot.matrix.yaml", environ={})
    for one in additions(source, matrix):
        assert " added to " in one.what


def test_read_on_every_standard_object_is_tried_and_one_that_is_ignored_survives() -> None:
    """The closed world judges objects that neither the matrix nor a folder of the source names."""
    source = project.load(HUBSPOT)
    matrix = loader.load(HUBSPOT / "hubspot.matrix.yaml", environ={})
    named = {*matrix.objects, "Payroll__c"}
    changes = [one for one in additions(source, matrix) if one.what.split()[1] not in named]
    about = [one for one in changes if one.what.startswith("read ") and "." not in one.what]
    assert {"Case", "Order", "Product2", "Task"} - {one.what.split()[1] for one in about} <= {"Task"}
    governed = {
        name for name, one in source.objects.items() if one.governance is Governance.OBJECT_PERMISSIONS
    }
    assert {one.what.split()[1] for one in about} == governed - named
    names = tuple(Named(name=one, at=matrix.user.at) for one in ("Case", "Order"))
    ignoring = replace(matrix, ignore=(Ignore(objects=names, reason="x", at=matrix.user.at),))
    survivors = measure(source, ignoring, about).survivors
    assert [one.split()[1] for one in survivors] == ["Case", "Order"]


WEAK = """
integration: Weak
user: {username: weak@acme.example, profile: HubSpot Integration}
objects: {Account: %s}
user_permissions: [ApiEnabled, ApiUserOnly]
%s
"""


@pytest.mark.parametrize(
    ("account", "blocked", "told"),
    [
        ("R", "", "  Account-crud: missing read Account\n"),
        ("none", "blocked: {queries: [SELECT Id FROM User WHERE Name = 'Nobody']}", "inconclusive"),
    ],
    ids=["wrong", "undecided"],
)
def test_strength_of_a_red_suite_is_not_told(
    account: str, blocked: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "weak.matrix.yaml"
    path.write_text(WEAK % (account, blocked), encoding="utf-8")
    assert main(["mutate", str(path), "--source", str(HUBSPOT)]) == 2
    out, err = capsys.readouterr()
    assert (out, "the strength of a suite that is red cannot be told" in err) == ("", True)
    assert told in err


def test_row_that_takes_enforced_evidence_is_judged_with_it(tmp_path: Path) -> None:
    """Such a row would fail after every change, and each would seem to be caught."""
    path = tmp_path / "hubspot.matrix.yaml"
    text = (HUBSPOT / "hubspot.matrix.yaml").read_text(encoding="utf-8")
    request = "{method: POST, path: /services/data/v62.0/sobjects/Payroll__c, body: {Name: x}}"
    text = text.replace("\nblocked:\n", f"\nblocked:\n  requests: [{request}]\n")
    path.write_text(
        f"{text}\nignore: [{{user_permissions: [PasswordNeverExpires], reason: x}}]\n", encoding="utf-8"
    )
    source = project.load(HUBSPOT)
    matrix = loader.load(path, environ={})
    before = start(source, matrix)
    assert (before.red, before.levels) == ((), tuple(Level))
    changes = [one for one in additions(source, matrix) if one.what.startswith("user permission Password")]
    survivors = measure(source, matrix, changes, levels=before.levels).survivors
    assert survivors == tuple(one.what for one in changes) != ()


@pytest.mark.parametrize(
    ("right", "code", "lines"),
    [
        (
            ["delete", "Contact"],
            1,
            [
                "delete Contact: not held",
                "│  └─ permission set HubSpot_Contact_Sync grants it, but the group mutes it: no",
            ],
        ),
        (["edit", "Contact.MailingCity"], 0, ["├─ field-level security stands on MailingAddress"]),
        (["ApiEnabled"], 0, ["user permission ApiEnabled: held", "├─ profile HubSpot Integration: yes"]),
        (
            ["read", "Contact.SSN__c"],
            1,
            ["└─ nearest grant that is not assigned: permission set Payroll_Administration"],
        ),
        (
            ["create", "Opportunity"],
            0,
            [
                "├─ permission set HubSpot_Deal_Sync: yes",
                f"│  └─ {LICENSE}",
                "└─ user licence Salesforce Integration",
                f"   └─ for object permissions it {LICENSE}",
            ],
        ),
        (
            ["edit", "Opportunity"],
            0,
            ["└─ of which records: organization-wide default Private; more by owner, role and sharing rule"],
        ),
        (["Apex", "class", "HubSpotSyncStatus"], 0, ["├─ permission set HubSpot_Sync_Log: yes"]),
        (
            ["custom permission", "HubSpot_Skip_Duplicate_Alerts"],
            0,
            ["├─ permission set group HubSpot_Sync: yes", "│  └─ permission set HubSpot_Contact_Sync: yes"],
        ),
    ],
)
def test_explain_tells_where_a_right_comes_from(
    right: list[str],
    code: int,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(HUBSPOT)
    assert main(["explain", "HubSpot", *right]) == code
    told = capsys.readouterr().out.splitlines()
    assert set(lines) <= set(told)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "Nobody", "read", "Contact"], "has the user or integration 'Nobody'"),
        (["explain", "HubSpot", "peruse", "Contact"], "'peruse' is no operation"),
        (["explain", "HubSpot", "read", "Contract_Typo__c"], "there is no object Contract_Typo__c"),
        (["explain", "HubSpot", "Apex class", "Nope"], "there is no Apex class Nope in the org"),
        (["explain", "HubSpot", "read", "User"], "no profile or permission set decides of read User"),
        (
            ["explain", "HubSpot", "read", "Contact.Emial"],
            "no field Contact.Emial in the org: did you mean Email?",
        ),
        (["mutate", "missing.matrix.yaml"], "missing.matrix.yaml"),
    ],
)
def test_question_that_cannot_be_answered_says_why(
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(HUBSPOT)
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_fix_shows_a_patch_and_proves_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(HUBSPOT.parent / "hubspot_broken")
    base = "../hubspot/force-app/main/default"
    parts = [
        f"{base}/{one}"
        for one in (
            "classes",
            "connectedApps",
            "customPermissions",
            "objects",
            "roles",
            "groups",
            "queues",
            "sharingRules",
        )
    ]
    sources = [argument for one in (".", *parts) for argument in ("--source", one)]
    assert main(["fix", "hubspot.matrix.yaml", *sources]) == 0
    out = capsys.readouterr().out
    assert "-        <modifyAllRecords>true</modifyAllRecords>" in out
    assert out.endswith("judged on the embedded org: every right is as declared\n")
