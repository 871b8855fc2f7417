"""The sample suites hold, and notice every single right more or less."""

import os
from collections.abc import Iterable

import pytest
import simple_salesforce  # noqa: F401 - see tests/plugin/conftest.py
from suite_changes import (
    MATRICES,
    Change,
    Sample,
    additions,
    removals,
    sample,
    unmutings,
    without_rules,
)

from pytest_sfintegration.strength import changes as changes_of
from pytest_sfintegration.strength.measure import measure

PARTS = "force-app/main/default"

SETUP_ENTITIES = (
    *("ApexClass", "ConnectedApplication", "CustomEntityDefinition", "CustomPermission"),
    *("ExternalClientApplication", "FlowDefinition"),
)

every_suite = pytest.mark.parametrize("suite", list(MATRICES))
measured_suite = pytest.mark.parametrize("suite", ["marketo", "erp", "custom_app"])  # hubspot: tests/strength


def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.RunResult:
    """Run pytest in the copy of a suite, as its reader does."""
    for name in [name for name in os.environ if name.startswith("SF_") or name.endswith("_USERNAME")]:
        monkeypatch.delenv(name)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest")


def unnoticed(one: Sample, changes: Iterable[Change]) -> tuple[list[str], int]:
    """Return the changes that leave the row green that should tell of them, and how many there were."""
    found = [(change.what, one.notices(change)) for change in changes]
    return [what for what, red in found if not red], len(found)


@every_suite
def test_suite_is_green_in_a_copy(
    suite: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.copy_example(suite)
    result = run(pytester, monkeypatch)
    outcomes = result.parseoutcomes()
    text = result.stdout.str()
    assert set(outcomes) == {"passed", "skipped"}, text
    assert outcomes["passed"] > 30
    assert outcomes["skipped"] == text.count(": live only: "), text


@every_suite
def test_source_is_without_problems(suite: str) -> None:
    assert sample(suite).source.problems == ()


@measured_suite
def test_every_right_taken_away_turns_its_row_red(suite: str) -> None:
    one = sample(suite)
    assert one.red(one.source, one.rows) == set()
    survivors, count = unnoticed(one, removals(one))
    assert survivors == []
    assert count > 20


@measured_suite
def test_every_right_given_turns_its_row_red(suite: str) -> None:
    one = sample(suite)
    survivors, count = unnoticed(one, additions(one))
    assert survivors == []
    assert count > 50


@every_suite
def test_every_setup_entity_taken_or_given_is_noticed(suite: str) -> None:
    source, matrix = sample(suite).source, sample(suite).matrix
    changes = [
        one
        for one in (*changes_of.removals(source, matrix), *changes_of.additions(source, matrix))
        if one.what.startswith(SETUP_ENTITIES)
    ]
    assert changes
    assert measure(source, matrix, changes).survivors == ()


@pytest.mark.parametrize("suite", ["hubspot", "marketo"])
def test_every_muting_undone_turns_its_row_red(suite: str) -> None:
    one = sample(suite)
    survivors, count = unnoticed(one, unmutings(one))
    assert survivors == []
    assert count == 2


@every_suite
def test_every_sharing_rule_taken_away_turns_a_record_red(suite: str) -> None:
    one = sample(suite)
    assert one.red(one.source, one.record_rows) == set()
    rules = dict(without_rules(one))
    assert rules
    assert [name for name, source in rules.items() if not one.red(source, one.record_rows)] == []


@pytest.mark.parametrize(
    ("path", "swap", "failing"),
    [
        (
            "permissionsets/Shop_Order_Placement.permissionset-meta.xml",
            ("<apexClass>ShopOrderApi</apexClass>", "<apexClass>ShopRefundApi</apexClass>"),
            [
                "test_the_service_for_refunds_turns_the_shop_away",
                "test_the_shop_is_let_into_one_service_with_one_permission",
            ],
        ),
        (
            "permissionsets/Shop_Order_Placement.permissionset-meta.xml",
            ("<name>Shop_Skip_Stock_Check</name>", "<name>Shop_Approve_Refund</name>"),
            [
                "shop.matrix.yaml::Shop[[]checklist-custom-permissions[]]",
                "test_the_shop_is_let_into_one_service_with_one_permission",
            ],
        ),
        (
            "permissionsets/Shop_Settings_Read.permissionset-meta.xml",
            ("<name>Shop_Setting__mdt</name>", "<name>Shop_Payment_Key__mdt</name>"),
            ["test_settings_are_read_and_payment_keys_are_not"],
        ),
    ],
    ids=["apex class", "custom permission", "custom metadata type"],
)
def test_setup_entity_in_place_of_another_is_caught_by_the_matrix_and_the_tests_beside_it(
    path: str,
    swap: tuple[str, str],
    failing: list[str],
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytester.copy_example("custom_app")
    file = pytester.path / PARTS / path
    text = file.read_text(encoding="utf-8")
    assert text.count(swap[0]) == 1
    file.write_text(text.replace(*swap), encoding="utf-8")
    result = run(pytester, monkeypatch)
    assert result.parseoutcomes()["failed"] == len(failing) + 1, result.stdout.str()
    lines = ["FAILED shop.matrix.yaml::Shop[[]setup-entities]*"]
    result.stdout.fnmatch_lines_random([*lines, *(f"FAILED *{name}*" for name in failing)])
