"""``records:`` in a matrix: every error at its place (§), bases, ids, the schema, and names of the source."""

# ruff: noqa: E501 - a case is a row of a table

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from pytest_sfintegration.matrix import names
from pytest_sfintegration.matrix.errors import Kind, MatrixErrors
from pytest_sfintegration.matrix.expectations import RecordRow, cells, expand
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.matrix.names import KnownNames
from pytest_sfintegration.matrix.schema import json_schema
from pytest_sfintegration.rights import RecordOperation

HEAD = "integration: Shop\nuser: {username: a@b.c}\n"
CRE = HEAD + "objects: {Account: CRE, Lead: R}\nrecords:\n  Account:\n"


class Case(NamedTuple):
    text: str
    kind: Kind
    message: str
    remedy: str = ""


CASES = {
    "no list": Case(HEAD + "objects: {Account: R}\nrecords:\n  Account: §{name: x}\n", Kind.STRUCTURE, "Account must be a list", "Begin each item"),
    "no name": Case(CRE + "    - §{access: read}\n", Kind.STRUCTURE, "the key 'name' is missing"),
    "no access": Case(CRE + "    - §{name: x}\n", Kind.STRUCTURE, "the key 'access' is missing"),
    "unknown access": Case(CRE + "    - {name: x, access: §reed}\n", Kind.STRUCTURE, "access of an entry of Account must be", "Did you mean 'read'?"),
    "all in a list": Case(CRE + "    - {name: x, access: [§all]}\n", Kind.STRUCTURE, "'all' is not one of read, edit, delete, transfer", "one word without a list"),
    "delete in a list": Case(CRE + "    - {name: x, §access: [read, delete]}\n", Kind.CONTRADICTION, "has access read, delete, but objects gives no delete on it"),
    "access in letters": Case(CRE + "    - {name: x, access: §CRE}\n", Kind.STRUCTURE, "must be the text 'none' or 'read' or 'edit'"),
    "unknown key": Case(CRE + "    - {name: x, access: read, §wher: y}\n", Kind.STRUCTURE, "unknown key 'wher'", "Did you mean 'where'?"),
    "nameless name": Case(CRE + "    - {name: §'---', access: read}\n", Kind.STRUCTURE, "is not a name with a letter or digit", "part of the test's id"),
    "empty with": Case(CRE + "    - {name: x, access: read, with: §{}}\n", Kind.STRUCTURE, "with of an entry of Account is empty"),
    "Norway": Case(CRE + "    - {name: x, access: read, with: {BillingCountry: §NO}}\n", Kind.STRUCTURE, "BillingCountry must be a text, a number, true or false", "between quotes"),
    "sexagesimal": Case(CRE + "    - {name: x, access: read, with: {A: §1:30}}\n", Kind.STRUCTURE, "A must be a text, a number", "between quotes"),
    "no value": Case(CRE + "    - {name: x, access: read, with: {A: §}}\n", Kind.STRUCTURE, "not nothing", "Give it a value"),
    "list as value": Case(CRE + "    - {name: x, access: read, with: {A: §[1]}}\n", Kind.STRUCTURE, "not a list"),
    "qualified field": Case(CRE + "    - {name: x, access: read, with: {§Account.A: 1}}\n", Kind.STRUCTURE, "'Account.A' is not the API name of a field"),
    "owner is a word": Case(CRE + "    - {name: x, access: read, owner: §integrations}\n", Kind.STRUCTURE, "owner of an entry of Account must be", "Did you mean 'integration'?"),
    "owner of nothing": Case(CRE + "    - {name: x, access: read, owner: §{}}\n", Kind.STRUCTURE, "owner of an entry of Account is empty"),
    "owner is two": Case(CRE + "    - {name: x, access: read, §owner: {role: A, queue: B}}\n", Kind.CONTRADICTION, "an owner cannot be role and queue at once", "Name one"),
    "unknown owner": Case(CRE + "    - {name: x, access: read, owner: {queue: Q, §rol: A}}\n", Kind.STRUCTURE, "unknown key 'rol'", "Did you mean 'role'?"),
    "where and with": Case(CRE + "    - {name: x, access: read, where: A = 1, §with: {A: 1}}\n", Kind.CONTRADICTION, "with is for one that is made", "Remove where or with"),
    "where and owner": Case(CRE + "    - {name: x, access: read, where: A = 1, §owner: integration}\n", Kind.CONTRADICTION, "owner is for one that is made"),
    "where and parent": Case(CRE + "    - {name: x, access: read, where: A = 1, §parent: {P: {object: B}}}\n", Kind.CONTRADICTION, "parent is for one that is made"),
    "owner as a value": Case(CRE + "    - {name: x, access: read, with: {§OwnerId: 005}}\n".replace("005", "'005'"), Kind.CONTRADICTION, "OwnerId cannot be given as a value", "owner: {...}"),
    "lookup twice": Case(CRE + "    - {name: x, access: read, with: {ParentId: a}, parent: {§ParentId: {object: Account}}}\n", Kind.CONTRADICTION, "ParentId is in with and in parent"),
    "name twice": Case(CRE + "    - {name: x, access: read}\n    - §{name: x, access: none}\n", Kind.DUPLICATE, "'x' is declared twice, first on line 6", "Rename"),
    "same id": Case(CRE + "    - {name: in EMEA, access: read}\n    - §{name: In-Emea!, access: none}\n", Kind.DUPLICATE, "makes the same test id as 'in EMEA'"),
    "object without access": Case(HEAD + "objects: {Lead: R}\nrecords:\n  Account:\n    - {name: x, §access: read}\n", Kind.CONTRADICTION, "'x' has access read, but objects does not name it", "Allow read in objects"),
    "object not for editing": Case(CRE.replace("Account:\n", "Lead:\n") + "    - {name: x, §access: edit}\n", Kind.CONTRADICTION, "objects gives no edit on it"),
    "object not for deleting": Case(CRE + "    - {name: x, §access: delete}\n", Kind.CONTRADICTION, "objects gives no delete on it"),
    "object not for owning": Case(CRE.replace("Account:\n", "Lead:\n") + "    - {name: x, §access: all}\n", Kind.CONTRADICTION, "objects gives no edit on it"),
    "view all hides nothing": Case(HEAD + "objects: {Account: RV}\nrecords: {Account: [{name: x, §access: none}]}\n", Kind.CONTRADICTION, "but view all is allowed at a.matrix.yaml:3:21, so that no record is hidden"),
    "view all data hides nothing": Case(HEAD + "objects: {Account: R}\nuser_permissions: [ViewAllData]\nrecords: {Account: [{name: x, §access: none}]}\n", Kind.CONTRADICTION, "but ViewAllData is allowed at a.matrix.yaml:4:20"),
    "modify all gives all": Case(HEAD + "objects: {Account: REDVM}\nrecords: {Account: [{name: x, §access: edit}]}\n", Kind.CONTRADICTION, "so that every record gives all"),
    "secret": Case(CRE + "    - {name: x, access: read, §password: y}\n", Kind.STRUCTURE, "secrets do not stand in a matrix"),
    "variable": Case(CRE + "    - {name: x, access: read, with: {A: '§${NOT_SET}'}}\n".replace("'§", "§'"), Kind.VARIABLE, "NOT_SET is not set"),
}  # fmt: skip


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Matrix]:
    def read(text: str, known: KnownNames | None = None, **files: str) -> Matrix:
        for name, each in files.items():
            (tmp_path / f"{name}.yaml").write_text(each, encoding="utf-8")
        path = tmp_path / "a.matrix.yaml"
        path.write_text(text, encoding="utf-8")
        matrix = load(path, environ={}, root=tmp_path)
        if known is not None:
            names.check(matrix, known)
        return matrix

    return read


def errors_of(act: Callable[[], object]) -> MatrixErrors:
    with pytest.raises(MatrixErrors) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_error_stands_at_its_line_and_column(case: Case, read: Callable[..., Matrix]) -> None:
    before = case.text.partition("§")[0]
    place = f"a.matrix.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    wrong = errors_of(lambda: read(case.text.replace("§", "")))
    assert [str(one.at) for one in wrong.errors] == [place], str(wrong)
    assert wrong.errors[0].kind is case.kind
    assert case.message in wrong.errors[0].message
    assert case.remedy in wrong.errors[0].remedy


KNOWN = KnownNames(
    objects={"Account": ["Name", "Industry", "ParentId", "Any__c"], "Lead": ["LastName"], "Contact": ["AccountId"]},
    lookups={"Account": {"ParentId": ("Account",), "Any__c": ("Account", "Lead")}, "Lead": {}, "Contact": {"AccountId": ("Account",)}},
    roles=frozenset({"EMEA_Sales"}),
    queues={"Desk": ("Lead",)},
    public_groups=frozenset({"Integrations"}),
)  # fmt: skip
WHOLE = HEAD + "objects: {Account: CRE}\nrecords:\n  Account:\n    - {name: x, access: none, "


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (WHOLE + "with: {§Industri: Media}}", "unknown field Account.Industri.", "Did you mean 'Account.Industry'?"),
        (WHOLE + "owner: {role: §EMEA_Sale}}", "unknown role EMEA_Sale.", "Did you mean 'EMEA_Sales'?"),
        (WHOLE + "owner: {queue: §Dask}}", "unknown queue Dask.", "Did you mean 'Desk'?"),
        (WHOLE + "owner: {queue: §Desk}}", "the queue Desk takes no records of Account; it takes Lead.", "Name another"),
        (WHOLE + "parent: {§ParentIt: {object: Account}}}", "unknown field Account.ParentIt.", "'Account.ParentId'"),
        (WHOLE + "parent: {§Name: {object: Account}}}", "Account.Name is no lookup.", "in with"),
        (WHOLE + "parent: {§Any__c: {with: {Name: x}}}}", "Account.Any__c points to several objects: Account, Lead.", "Add object"),
        (WHOLE + "parent: {Any__c: {object: §Contact}}}", "unknown target of Account.Any__c Contact.", ""),
        (WHOLE + "parent: {ParentId: {with: {§Nme: x}}}}", "unknown field Account.Nme.", "Did you mean 'Account.Name'?"),
        (WHOLE + "parent: {ParentId: {owner: {role: §Nobody_At_All}}}}", "unknown role Nobody_At_All.", ""),
        (HEAD + "objects: {Account: R}\nrecords:\n  Acount:\n    - §{name: x, access: none}", "records: unknown object Acount.", "Did you mean 'Account'?"),
        ("integration: S\nuser: {username: u, public_groups: [§Integration]}\nobjects: {Account: R}", "unknown public group Integration.", "'Integrations'"),
        ("integration: S\nuser: {username: u, queues: [§Dusk]}\nobjects: {Account: R}", "unknown queue Dusk.", "'Desk'"),
    ],
)  # fmt: skip
def test_a_name_that_the_source_does_not_have_is_told_with_the_nearest(
    text: str, message: str, remedy: str, read: Callable[..., Matrix]
) -> None:
    before = text.partition("§")[0]
    place = f"a.matrix.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    wrong = errors_of(lambda: read(text.replace("§", ""), KNOWN))
    assert [(str(one.at), one.message) for one in wrong.errors] == [(place, message)]
    assert remedy in wrong.errors[0].remedy


def test_records_alone_are_something_to_expect(read: Callable[..., Matrix]) -> None:
    matrix = read(HEAD + "records: {Account: [{name: x, access: none}]}\n")
    assert "Account-record-x" in [row.id for row in expand(matrix)]


def test_ids_are_made_of_object_and_name_alone(read: Callable[..., Matrix]) -> None:
    matrix = read(
        CRE + "    - {name: Kunde in Österreich (EMEA), access: read}\n    - {name: 2nd, access: none}\n"
    )
    rows = [row for row in expand(matrix) if isinstance(row, RecordRow)]
    assert [row.id for row in rows] == ["Account-record-kunde-in-osterreich-emea", "Account-record-2nd"]
    assert [[(cell.id, cell.allowed) for cell in cells(row)] for row in rows] == [[(rows[0].id, True)], [(rows[1].id, False)]]  # fmt: skip


def test_values_keep_their_types(read: Callable[..., Matrix]) -> None:
    matrix = read(CRE + "    - {name: x, access: read, with: {A: 7, B: -1.5, C: true, D: 2026-01-31, E: '7', F: x y, G: ''}}\n")  # fmt: skip
    values = matrix.records["Account"][0].values
    assert {name: each.value for name, each in values.items()} == {
        "A": 7, "B": -1.5, "C": True, "D": "2026-01-31", "E": "7", "F": "x y", "G": "",
    }  # fmt: skip


def test_a_base_keeps_its_records_but_for_those_of_the_same_name(read: Callable[..., Matrix]) -> None:
    base = (
        HEAD
        + "objects: {Account: CRE}\nrecords: {Account: [{name: a, access: none}, {name: b, access: none}]}\n"
    )
    matrix = read("extends: base.yaml\nrecords: {Account: [{name: B, access: edit}], Lead: [{name: c, access: none}]}\n", base=base)  # fmt: skip
    found = [(name, rule.name, rule.access) for name, rules in matrix.records.items() for rule in rules]
    assert found == [("Account", "a", "none"), ("Account", "B", "edit"), ("Lead", "c", "none")]


@pytest.mark.parametrize(
    ("access", "objects", "expected", "judged"),
    [
        ("none", "CRED", "", "read edit delete transfer all"),
        ("read", "R", "read", "read edit delete transfer all"),
        ("edit", "RE", "read edit", "read edit delete transfer all"),
        ("delete", "RED", "read edit delete", "read edit delete transfer all"),
        ("transfer", "RED", "read edit transfer", "read edit transfer all"),
        ("all", "RED", "read edit delete transfer all", "read edit delete transfer all"),
        ("all", "RE", "read edit transfer all", "read edit delete transfer all"),
        ("[read, transfer]", "RE", "read transfer", "read edit delete transfer all"),
        ("[transfer]", "RE", "read transfer", "read edit delete transfer all"),
        ("[delete, edit, transfer]", "RED", "read edit delete transfer", "read edit delete transfer all"),
        ("all", "REDVM", "read edit delete transfer all", "read edit delete transfer all"),
    ],
)
def test_an_access_is_a_maximum_and_a_minimum(
    access: str, objects: str, expected: str, judged: str, read: Callable[..., Matrix]
) -> None:
    matrix = read(
        HEAD + f"objects: {{Account: {objects}}}\nrecords: {{Account: [{{name: x, access: {access}}}]}}\n"
    )
    row = next(row for row in expand(matrix) if isinstance(row, RecordRow))
    assert row.expected == {RecordOperation(one) for one in expected.split()}
    assert row.judged == {RecordOperation(one) for one in judged.split()}


JUDGE = Draft202012Validator(json_schema(), format_checker=FormatChecker())
TEXT = st.sampled_from(["x", "", "integration", "read", "none", "A B", "--", "EMEA", "a.b", "2026-01-31"])
LEAF = TEXT | st.sampled_from([None, True, 0, 2.5])
OWNER = LEAF | st.dictionaries(st.sampled_from(["user", "role", "queue", "x"]), LEAF, max_size=2)
FIELDS = st.dictionaries(st.sampled_from(["A", "B__c", "a b"]), LEAF, max_size=2)
PARENT = st.fixed_dictionaries(
    {}, optional={"with": FIELDS | LEAF, "owner": OWNER, "object": LEAF, "x": LEAF}
)
ENTRY = st.fixed_dictionaries(
    {
        "name": TEXT | LEAF,
        "access": st.sampled_from(["none", "read", "edit", "all", "x", 1, [], ["read"], ["all"]]),
    },
    optional={
        "with": FIELDS | LEAF,
        "owner": OWNER,
        "where": LEAF,
        "parent": st.dictionaries(st.sampled_from(["P", "p q"]), PARENT, max_size=1) | LEAF,
        "x": LEAF,
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRY, max_size=2) | LEAF)
def test_the_schema_and_the_loader_judge_alike(entries: Any, tmp_path: Path) -> None:
    document = {"integration": "S", "user": {"username": "u"}, "objects": {"Account": "CREDVM"}, "records": {"Account": entries}}  # fmt: skip
    path = tmp_path / "a.matrix.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    structural: list[object] = []
    try:
        load(path, environ={}, root=tmp_path)
    except MatrixErrors as wrong:
        structural = [one for one in wrong.errors if one.kind is Kind.STRUCTURE]
    schema = [one.message for one in JUDGE.iter_errors(document)]
    assert bool(structural) == bool(schema), (yaml.safe_dump(document), structural, schema)


def test_the_schema_describes_every_key_of_a_record() -> None:
    entry = json_schema()["properties"]["records"]["additionalProperties"]["items"]
    assert set(entry["properties"]) == {
        "name",
        "access",
        "with",
        "owner",
        "parent",
        "territories",
        "where",
    }
    assert all(re.search(r"\w", one["description"]) for one in entry["properties"].values())
