"""How a matrix and its bases become one."""

# ruff: noqa: E501 - lines of YAML

from pathlib import Path

import pytest
from matrix_helpers import Load

from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.document import read_text
from pytest_sfintegration.matrix.errors import Kind, MatrixErrors

HEAD = "integration: Shop\nuser: {username: a@b.c}\n"


def test_an_object_replaces_the_bases(load_text: Load) -> None:
    base = "objects: {Account: {access: CRE, fields: {edit: [Name]}}, Lead: R}\n"
    matrix = load_text(f"{HEAD}extends: base.yaml\nobjects: {{Account: R}}\n", base=base)
    assert set(matrix.objects) == {"Account", "Lead"}
    assert set(matrix.objects["Account"].access) == {"read"}
    assert matrix.objects["Account"].fields is None
    assert matrix.objects["Lead"].at.path == "base.yaml"
    assert matrix.bases == ("base.yaml",)


def test_names_are_united_and_the_nearest_declaration_is_kept(load_text: Load) -> None:
    base = "blocked: {objects: [P__c], fields: [A.X]}\nuser_permissions: [ApiEnabled]\n"
    own = f"{HEAD}extends: base.yaml\nblocked: {{objects: [P__c, Q__c]}}\nuser_permissions: [ViewSetup]\n"
    matrix = load_text(own, base=base)
    assert [(each.name, each.at.path) for each in matrix.blocked.objects] == [
        ("P__c", "a.matrix.yaml"),
        ("Q__c", "a.matrix.yaml"),
    ]
    assert [each.name for each in matrix.blocked.fields] == ["A.X"]
    assert [each.name for each in matrix.user_permissions] == ["ApiEnabled", "ViewSetup"]


def test_an_ignored_name_keeps_the_last_reason(load_text: Load) -> None:
    base = "ignore: [{objects: [L, K], reason: old, expires: 2020-01-01}, {objects: [N], reason: gone}]\n"
    own = f"{HEAD}extends: base.yaml\nobjects: {{A: R}}\nignore: [{{objects: [L, N], reason: new}}]\n"
    ignore = load_text(own, base=base).ignore
    assert [(each.reason, [named.name for named in each.objects]) for each in ignore] == [
        ("old", ["K"]),
        ("new", ["L", "N"]),
    ]


def test_user_keys_replace_one_by_one(load_text: Load) -> None:
    base = "integration: Base\nuser: {username: base@b.c, profile: P, permission_sets: [One, Two]}\nobjects: {A: R}\n"
    matrix = load_text(
        "extends: [base.yaml]\nuser: {username: own@b.c, permission_sets: [Three]}\n", base=base
    )
    assert matrix.integration == "Base"
    assert matrix.user.username == "own@b.c"
    assert matrix.user.profile is not None
    assert [each.name for each in matrix.user.permission_sets] == ["Three"]
    assert str(matrix.user.at) == "a.matrix.yaml:2:1"


def test_later_bases_go_before_earlier_ones_and_a_shared_one_is_read_once(load_text: Load) -> None:
    matrix = load_text(
        f"{HEAD}extends: [one.yaml, two.yaml]\n",
        one="extends: root.yaml\nobjects: {A: CR, B: CR}\n",
        two="extends: root.yaml\nobjects: {A: RE}\n",
        root="objects: {A: R, B: R, C: R}\n",
    )
    access = {name: "".join(op[0] for op in rule.access) for name, rule in matrix.objects.items()}
    assert access == {"A": "re", "B": "cr", "C": "r"}
    assert matrix.bases == ("root.yaml", "one.yaml", "two.yaml")


def test_a_ladder_of_shared_bases_is_read_once_each(load_text: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(path: Path, shown: str) -> str:
        read.append(shown)
        return read_text(path, shown)

    monkeypatch.setattr(loader, "read_text", counting)
    rungs = {f"r{n}": f"extends: [r{n + 1}.yaml, ./r{n + 1}.yaml]\n" for n in range(9)}
    load_text(f"{HEAD}extends: r0.yaml\n", **rungs, r9="objects: {A: R}\n")
    assert len(read) == 11


def test_a_circle_names_its_chain(load_text: Load) -> None:
    with pytest.raises(MatrixErrors) as raised:
        load_text(f"{HEAD}extends: one.yaml\n", one="extends: two.yaml\n", two="extends: [one.yaml]\n")
    (error,) = raised.value.errors
    assert error.kind is Kind.BASE
    assert str(error) == (
        "two.yaml:1:11: extends goes in a circle: one.yaml -> two.yaml -> one.yaml. Remove one extends."
    )


def test_a_base_that_is_missing_is_named_where_it_is_asked_for(load_text: Load) -> None:
    with pytest.raises(MatrixErrors, match=r"^a\.matrix\.yaml:3:10: the base gone\.yaml is no file\."):
        load_text(f"{HEAD}extends: gone.yaml\nobjects: {{A: R}}\n")
    with pytest.raises(MatrixErrors, match=r"^a\.matrix\.yaml:3:11: the base \. is no file\."):
        load_text(f"{HEAD}extends: [.]\nobjects: {{A: R}}\n")


def test_errors_of_every_file_are_collected(load_text: Load) -> None:
    with pytest.raises(MatrixErrors) as raised:
        load_text(
            f"{HEAD}extends: base.yaml\nobjects: {{A: X}}\n", base="objcts: {}\nblocked: {querys: []}\n"
        )
    assert [str(each.at) for each in raised.value.errors] == [
        "a.matrix.yaml:4:14",
        "base.yaml:1:1",
        "base.yaml:2:11",
    ]


def test_contradictions_between_files_name_both(load_text: Load) -> None:
    with pytest.raises(MatrixErrors) as raised:
        load_text(
            f"{HEAD}extends: base.yaml\nobjects: {{Pay__c: R}}\n", base="blocked: {objects: [Pay__c]}\n"
        )
    (error,) = raised.value.errors
    assert str(error) == (
        "base.yaml:1:21: the object Pay__c is blocked here and allowed at a.matrix.yaml:4:11. Remove one of them."
    )


@pytest.mark.parametrize(
    ("own", "base", "message"),
    [
        (
            "extends: base.yaml\n",
            "user: {username: x}\nobjects: {A: R}\n",
            "'integration' is missing, here and in the bases",
        ),
        (
            "extends: base.yaml\nintegration: S\n",
            "objects: {A: R}\n",
            "username is missing, here and in the bases",
        ),
        (
            f"{HEAD}extends: base.yaml\n",
            "ignore: [{objects: [A], reason: x}]\n",
            "the matrix expects nothing",
        ),
    ],
)
def test_bases_may_be_partial_but_the_whole_may_not(
    own: str, base: str, message: str, load_text: Load
) -> None:
    with pytest.raises(MatrixErrors, match=message):
        load_text(own, base=base)


def test_a_via_may_come_through_a_group(load_text: Load) -> None:
    text = "integration: S\nuser: {username: x, permission_set_groups: [G]}\nobjects: {A: {access: R, via: [Member]}}\n"
    assert load_text(text).objects["A"].via[0].name == "Member"
