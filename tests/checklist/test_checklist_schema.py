"""The JSON Schema and the loader judge the structure of a checklist alike."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from pytest_sfintegration.matrix.checklist.keys import CHECKLIST
from pytest_sfintegration.matrix.errors import Kind, MatrixErrors
from pytest_sfintegration.matrix.loader import load

WHOLE = """\
preset: strict
login_ip_ranges: [192.0.2.0/24, 198.51.100.1-198.51.100.9]
login_hours: {monday: "06:00-20:00"}
session: 60
apps: [{name: Sync App, kind: connected app, permission_sets: [Sync], scopes: [Api], run_as: x@y.z}]
custom_permissions: []
own_user: on
assignments: on
naming: {username: "sync@.+"}
uses: [Account]
waive: [{item: own_profile, reason: later, expires: 2027-01-31}]
"""
HEAD: dict[str, Any] = {"integration": "A", "user": {"username": "a"}, "objects": {"A": "R"}}
VALUES = [
    "A", "", "any", "strict", "own_user", "192.0.2.0/24", "06:00-20:00", "${X}", None, 0, 1, 1.5, True, False,
    [], {},
    ["A"], ["A", 1], {"A": "R"}, {"name": "A"}, [{"name": "A"}], {"username": "x"}, {"monday": "06:00-20:00"},
]  # fmt: skip
JUDGE = Draft202012Validator(CHECKLIST.schema(), format_checker=FormatChecker())


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from _places(below, (*path, key))


def _checklist() -> Any:
    return json.loads(json.dumps(yaml.safe_load(WHOLE), default=str))


def _loads(checklist: Any, folder: Path) -> bool:
    path = folder / "a.matrix.yaml"
    path.write_text(json.dumps({**HEAD, "checklist": checklist}), encoding="utf-8")
    try:
        load(path, environ={"X": "x"}, root=folder)
    except MatrixErrors as errors:
        return not any(error.kind is Kind.STRUCTURE for error in errors.errors)
    return True


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_every_key_judges_every_sort_of_value_alike(value: Any, tmp_path: Path) -> None:
    for path in _places(_checklist()):
        document = _checklist()
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value
        if "${X}" in json.dumps(document):
            continue  # a text with a variable may become anything
        assert _loads(document, tmp_path) == JUDGE.is_valid(document), document


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_whole_checklist_is_judged_alike(value: Any, tmp_path: Path) -> None:
    if value != "${X}":
        assert _loads(value, tmp_path) == JUDGE.is_valid(value)


def test_the_whole_is_valid_and_each_key_described(tmp_path: Path) -> None:
    assert _loads(_checklist(), tmp_path)
    assert JUDGE.is_valid(_checklist())
    (mapping,) = (one for one in CHECKLIST.schema()["anyOf"] if one.get("type") == "object")
    assert all(each["description"] for each in mapping["properties"].values())
