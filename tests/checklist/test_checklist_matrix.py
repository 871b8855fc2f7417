"""The key checklist: presets, what is declared, waivers, bases, and the items that are on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_sfintegration.matrix.checklist.item import Preset
from pytest_sfintegration.matrix.checklist.items import ITEMS
from pytest_sfintegration.matrix.checklist.keys import CHECKLIST
from pytest_sfintegration.matrix.checklist.parameters import PARAMETERS
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.errors import MatrixErrors
from pytest_sfintegration.matrix.expectations import expand, expand_rights
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.matrix.records import Record

HEAD = "integration: A\nuser: {username: a}\nobjects: {Account: R}\n"
Load = Callable[..., Matrix]


@pytest.fixture
def load_checklist(tmp_path: Path) -> Load:
    def write_and_load(text: str, base: str | None = None) -> Matrix:
        if base is not None:
            (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
        (tmp_path / "a.matrix.yaml").write_text(text, encoding="utf-8")
        return load(tmp_path / "a.matrix.yaml", environ={}, root=tmp_path)

    return write_and_load


def rows(matrix: Matrix) -> dict[str, ChecklistRow]:
    return {row.item.key: row for row in expand(matrix) if isinstance(row, ChecklistRow)}


def test_without_the_key_nothing_is_on(load_checklist: Load) -> None:
    assert rows(load_checklist(HEAD)) == {}


def test_a_bare_preset_turns_its_items_on(load_checklist: Load) -> None:
    standard = rows(load_checklist(f"{HEAD}checklist: standard\n"))
    strict = rows(load_checklist(f"{HEAD}checklist: strict\n"))
    assert set(standard) == {key for key, item in ITEMS.items() if item.preset is Preset.STANDARD}
    assert set(strict) == set(ITEMS)
    assert {(row.at.line, row.strict) for row in standard.values()} == {(4, False)}
    assert all(row.strict for row in strict.values())


def test_ids_are_made_of_the_keys(load_checklist: Load) -> None:
    found = rows(load_checklist(f"{HEAD}checklist: strict\n"))
    assert found["login_ip_ranges"].id == "checklist-login-ip-ranges"
    assert len({row.id for row in found.values()}) == len(found)


def test_what_is_declared_or_named_turns_an_item_on(load_checklist: Load) -> None:
    text = f"{HEAD}checklist:\n  session: 60\n  naming: on\n  apps: [{{name: X, scopes: [Api]}}]\n"
    found = rows(load_checklist(text))
    assert found["session"].value == 60
    assert found["session"].at.line == 5
    assert found["naming"].value is None
    assert found["app_scopes"].at.line == 7
    assert {"app_ip_relaxation", "app_refresh_token", "app_run_as", "login_hours"}.isdisjoint(found)


def test_a_key_replaces_the_bases_and_waivers_are_united(load_checklist: Load) -> None:
    base = (
        "checklist:\n  preset: strict\n  session: 60\n  uses: [Account, Contact]\n  waive:\n"
        "    - {item: naming, reason: old, expires: 2099-12-31}\n"
        "    - {item: own_profile, reason: kept, expires: 2099-12-31}\n"
    )
    own = (
        "extends: base.yaml\n"
        + HEAD
        + "checklist:\n  session: 30\n  waive: [{item: naming, reason: new, expires: 2099-12-31}]\n"
    )
    found = rows(load_checklist(own, base))
    assert found["session"].value == 30
    assert [one.name for one in found["uses"].value] == ["Account", "Contact"]
    assert all(row.strict for row in found.values())
    assert found["naming"].waiver is not None
    assert found["naming"].waiver.reason == "new"
    assert found["own_profile"].waiver is not None


def test_rights_alone_are_what_tools_change(load_checklist: Load) -> None:
    matrix = load_checklist(f"{HEAD}checklist: strict\n")
    assert not any(isinstance(row, ChecklistRow) for row in expand_rights(matrix))
    assert len(expand(matrix)) == len(expand_rights(matrix)) + len(ITEMS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("login_ip_ranges: [192.0.2.1/24]", "has host bits set"),
        ("login_ip_ranges: [192.0.2.1-2001:db8::1]", "it ends before it begins"),
        ("login_ip_ranges: [300.0.0.1]", "is no range of IP addresses"),
        ('login_hours: {monday: "18:00-06:00"}', "ends before it begins"),
        ('naming: {username: "("}', "is no pattern"),
        ("session: 0", "must be a number of minutes, 1 or more"),
        ("apps: [{name: A}, {name: A}]", "the app 'A' is declared twice"),
        ("apps: [{name: A, client_secret: x}]", "secrets do not stand in a matrix"),
        ("custom_permissions: off", "cannot be turned off here"),
    ],
)
def test_values_without_sense_are_errors(text: str, words: str, load_checklist: Load) -> None:
    with pytest.raises(MatrixErrors) as raised:
        load_checklist(f"{HEAD}checklist: {{{text}}}\n")
    assert words in str(raised.value)


@pytest.mark.parametrize("key", sorted({item.reads or item.key for item in ITEMS.values()} & set(PARAMETERS)))
def test_the_example_of_a_key_is_valid(key: str, load_checklist: Load) -> None:
    example = PARAMETERS[key].example.replace("...", "x")
    if key == "privileged":
        example = "privileged: {ViewAllData: {justification: x, controls: [x, y]}}"
    assert rows(load_checklist(f"{HEAD}checklist:\n  {example}\n"))


def test_the_example_of_an_item_turns_it_on(load_checklist: Load) -> None:
    for item in ITEMS.values():
        if item.example:
            assert item.key in rows(load_checklist(f"{HEAD}checklist:\n  {item.example}\n"))


def test_each_item_says_what_to_change_and_who_says_so() -> None:
    for item in ITEMS.values():
        assert item.setup.endswith(".")
        assert "Salesforce" in item.source
        assert not item.title.endswith(".")
        assert item.reads is None or item.reads in PARAMETERS


def test_every_item_and_every_key_that_is_read_stands_in_the_schema() -> None:
    record = CHECKLIST.keys
    assert isinstance(record, Record)
    names = {key.name for key in record.table}
    assert set(ITEMS) <= names
    assert {item.reads for item in ITEMS.values() if item.reads} <= names
