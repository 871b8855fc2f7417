"""What the matrix format means, piece by piece."""

# ruff: noqa: E501 - lines of YAML

from datetime import date
from pathlib import Path

import pytest
import yaml
from matrix_helpers import Load

from pytest_sfintegration.matrix import document, page
from pytest_sfintegration.matrix.errors import Kind, MatrixErrors
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.rights import Operation

HEAD = "integration: Shop\nuser: {username: a@b.c}\n"
C, R, E, D, V, M = Operation


@pytest.mark.parametrize(
    ("access", "operations"),
    [
        ("CRED", {C, R, E, D}),
        ("DERC", {C, R, E, D}),
        ("CREDVM", set(Operation)),
        ("R", {R}),
        ("read", {R}),
        ("none", set()),
        ("[]", set()),
        ("[C, R]", {C, R}),
        ("[create, read, E]", {C, R, E}),
        ("[read, view all]", {R, V}),
        ("[read, edit, delete, view_all, modify_all]", {R, E, D, V, M}),
        ("'RE'", {R, E}),
    ],
)
def test_access_is_letters_names_or_none(access: str, operations: set[Operation], load_text: Load) -> None:
    short = load_text(f"{HEAD}objects:\n  A: {access}\n").objects["A"]
    full = load_text(f"{HEAD}objects:\n  A:\n    access: {access}\n").objects["A"]
    assert set(short.access) == set(full.access) == operations
    assert short.fields is None


def test_each_letter_has_its_own_place(load_text: Load) -> None:
    access = load_text(f"{HEAD}objects:\n  A: CRE\n").objects["A"].access
    assert {operation: str(at) for operation, at in access.items()} == {
        C: "a.matrix.yaml:4:6",
        R: "a.matrix.yaml:4:7",
        E: "a.matrix.yaml:4:8",
    }


def test_edit_of_a_field_implies_read(load_text: Load) -> None:
    rule = load_text(
        f"{HEAD}objects:\n  A: {{access: RE, fields: {{read: [X], edit: [Y], others: any}}}}\n"
    ).objects["A"]
    assert rule.fields is not None
    assert set(rule.fields.read) == {"X", "Y"}
    assert set(rule.fields.edit) == {"Y"}
    assert rule.fields.others_any
    assert not rule.fields.all_read


def test_the_word_all_stands_for_every_field(load_text: Load) -> None:
    text = f"{HEAD}objects:\n  A: {{access: RE, fields: {{read: all, edit: [Y]}}}}\n  B: {{access: RE, fields: {{edit: all}}}}\n"
    objects = load_text(text).objects
    a, b = objects["A"].fields, objects["B"].fields
    assert a is not None
    assert (a.all_read, a.all_edit, set(a.read)) == (True, False, {"Y"})
    assert b is not None
    assert (b.all_read, b.all_edit) == (True, True)


def test_no_access_agrees_with_blocked_and_with_ignore(load_text: Load) -> None:
    text = f"{HEAD}objects: {{A: none, B: []}}\nblocked: {{objects: [A]}}\nignore: [{{objects: [B], reason: x}}]\n"
    assert set(load_text(text).objects) == {"A", "B"}


def test_a_whole_matrix_loads(load_text: Load) -> None:
    matrix = load_text(
        """\
integration: HubSpot 2_a-b
user:
  username: ${SF_USER:-sync@example.com}
  profile: HubSpot Integration
  role: Sync
  license: Salesforce Integration
  permission_set_licenses: [SalesforceAPIIntegrationPsl]
  permission_sets: [HubSpot_Sync]
  permission_set_groups: []
objects:
  Account: {access: CRE, via: [HubSpot_Sync, HubSpot Integration]}
blocked: {objects: [Payroll__c], fields: [Contact.SSN__c], user_permissions: [ModifyAllData]}
user_permissions: [ApiEnabled]
ignore:
  - {objects: [ContentDocument], reason: "costs $$5", expires: 2026-12-31}
"""
    )
    user = matrix.user
    assert (matrix.path, matrix.integration, user.username) == (
        "a.matrix.yaml",
        "HubSpot 2_a-b",
        "sync@example.com",
    )
    assert user.profile is not None
    assert user.profile.name == "HubSpot Integration"
    assert str(user.profile.at) == "a.matrix.yaml:4:12"
    assert [each.name for each in user.permission_set_licenses] == ["SalesforceAPIIntegrationPsl"]
    assert user.permission_set_groups == ()
    assert [each.name for each in matrix.objects["Account"].via] == ["HubSpot_Sync", "HubSpot Integration"]
    assert [each.name for each in matrix.blocked.fields] == ["Contact.SSN__c"]
    assert (matrix.ignore[0].reason, matrix.ignore[0].expires) == ("costs $5", date(2026, 12, 31))
    assert str(matrix.ignore[0].at) == "a.matrix.yaml:15:5"


def test_variables_come_from_the_environment_and_names_stay_out_of_keys(load_text: Load) -> None:
    text = "integration: S\nuser:\n  username: ${A}${B:-b}-$${C}\nobjects: {A: '${OPS}'}\n"
    matrix = load_text(text, {"A": "x", "B": "", "OPS": "CR"})
    assert matrix.user.username == "xb-${C}"
    assert set(matrix.objects["A"].access) == {C, R}
    with pytest.raises(MatrixErrors, match=r"'\$\{A\}' is not an API name"):
        load_text(f"{HEAD}objects:\n  ${{A}}: R\n", {"A": "Account"})


def test_the_value_of_a_variable_is_never_printed(load_text: Load) -> None:
    text = 'integration: ${V}\nuser:\n  username: x\nobjects:\n  A: ${V}\n  B: ["${V}"]\n  C: {access: R, fields: {others: "${V}"}}\n'
    with pytest.raises(MatrixErrors) as raised:
        load_text(text, {"V": "hunter2!"})
    assert len(raised.value.errors) == 4
    assert "hunter2" not in str(raised.value)


def test_anchors_and_aliases_share_lists(load_text: Load) -> None:
    text = f"{HEAD}objects:\n  A: {{access: &all [read, edit], fields: {{edit: &names [X, Y]}}}}\n  B: {{access: *all, fields: {{edit: *names}}}}\n"
    objects = load_text(text).objects
    assert objects["B"].access == objects["A"].access
    assert objects["B"].fields is not None
    assert set(objects["B"].fields.edit) == {"X", "Y"}


def test_aliases_that_multiply_are_stopped(load_text: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MAX_NODES", 10_000)
    names = ", ".join(f"F{number}" for number in range(200))
    first = f"  O: {{access: R, fields: {{read: &names [{names}]}}}}\n"
    rest = "".join(f"  O{number}: {{access: R, fields: {{read: *names}}}}\n" for number in range(100))
    with pytest.raises(MatrixErrors, match="aliases multiply"):
        load_text(f"{HEAD}objects:\n{first}{rest}")


def test_a_structure_that_contains_itself_is_an_error(load_text: Load) -> None:
    with pytest.raises(MatrixErrors, match="unknown key 'A'"):
        load_text(f"{HEAD}objects: &o\n  A: *o\n")


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "a.matrix.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEAD}objects: {{A: R}}\n".encode())
    assert load(path, environ={}, root=tmp_path).integration == "Shop"
    path.write_bytes(b"\xef\xbb\xbfx: \xff\n")
    with pytest.raises(MatrixErrors, match=r"^a\.matrix\.yaml:1:4: the byte 0xFF is not UTF-8"):
        load(path, environ={}, root=tmp_path)


def test_windows_line_ends_count_as_one_line(load_text: Load) -> None:
    with pytest.raises(MatrixErrors, match=r"^a\.matrix\.yaml:4:6: "):
        load_text(f"{HEAD}objects:\n  A: X\n".replace("\n", "\r\n"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("integration: S\n".encode("utf-16"), r":1:1: the file is UTF-16 text\. Save it as UTF-8\."),
        (b"a: 1\nb: \xe9t\xe9\n", r":2:4: the byte 0xE9 is not UTF-8\. Save the file as UTF-8\."),
        (b"#" * (document.MAX_BYTES + 1), r":1:1: the file is larger than 4194304 bytes\."),
    ],
)
def test_files_that_are_no_utf8_or_too_large_are_errors(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.matrix.yaml"
    path.write_bytes(content)
    with pytest.raises(MatrixErrors, match=rf"^a\.matrix\.yaml{message}") as raised:
        load(path, environ={}, root=tmp_path)
    assert raised.value.errors[0].kind is Kind.FILE


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(
        MatrixErrors, match=r"^gone\.matrix\.yaml:1:1: the file does not exist\. Check the path\."
    ):
        load(tmp_path / "gone.matrix.yaml", environ={}, root=tmp_path)
    (tmp_path / "folder.matrix.yaml").mkdir()
    with pytest.raises(MatrixErrors, match=r"^folder\.matrix\.yaml:1:1: this is a folder, not a file\."):
        load(tmp_path / "folder.matrix.yaml", environ={}, root=tmp_path)
    with pytest.raises(MatrixErrors, match=r"cannot be read|does not exist"):
        load(tmp_path / "nul\0byte", environ={}, root=tmp_path)


def test_too_many_values_are_stopped(monkeypatch: pytest.MonkeyPatch, load_text: Load) -> None:
    monkeypatch.setattr(document, "MAX_NODES", 50)
    with pytest.raises(MatrixErrors, match="larger than 50 values"):
        load_text(f"{HEAD}x: [{', '.join('a' * 60)}]\n")


def test_places_are_relative_to_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sub" / "a.matrix.yaml"
    path.parent.mkdir()
    path.write_text(f"{HEAD}objects: {{A: R}}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load(Path("sub/a.matrix.yaml"), environ={}).path == "sub/a.matrix.yaml"
    monkeypatch.chdir(path.parent)
    assert load(path, environ={}).user.at.path == "a.matrix.yaml"
    other = tmp_path / "other"
    assert load(path, environ={}, root=other).path == "../sub/a.matrix.yaml"


def test_the_pure_python_parser_gives_the_same_matrix(
    monkeypatch: pytest.MonkeyPatch, load_text: Load
) -> None:
    text = f"{HEAD}objects: {{A: &x CRE, B: *x, C: {{access: R, fields: {{read: [X]}}}}}}\n"
    with_libyaml = load_text(text)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert load_text(text) == with_libyaml
    with pytest.raises(MatrixErrors, match="deeper than 32 levels"):
        load_text("[" * 5000)
