"""The JSON Schema and the loader judge the structure of the same document alike.

Left out on purpose, since JSON Schema cannot say them: duplicates, contradictions, rights that depend on
others, variables (so no document here holds ``$$``), bases that cannot be followed, unknown names.
"""

# ruff: noqa: E501 - tables of leaves

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from matrix_helpers import PATH, matrices
from test_matrix_fuzz import WHOLE, mutated

from pytest_sfintegration.matrix.errors import Kind, MatrixErrors
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.matrix.schema import json_schema

BASE = "integration: B\nuser: {username: b}\nobjects: {Base: R}\n"


def _pattern(_: Any, pattern: str, text: Any, __: Any) -> Iterator[ValidationError]:
    """Judge a pattern as ECMAScript does: there ``$`` does not stand before a final line break."""
    if isinstance(text, str) and re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), text) is None:
        yield ValidationError(f"{text!r} does not match {pattern!r}")


JUDGE = extend(Draft202012Validator, {"pattern": _pattern})(json_schema(), format_checker=FormatChecker())


def _structural_errors(document: Any, folder: Path) -> list[str]:
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    (folder / PATH).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8", newline="")
    try:
        load(folder / PATH, environ={}, root=folder)
    except MatrixErrors as errors:
        return [str(error) for error in errors.errors if error.kind is Kind.STRUCTURE]
    return []


def _assert_same_verdict(document: Any, folder: Path) -> bool:
    loader = _structural_errors(document, folder)
    schema = [error.message for error in JUDGE.iter_errors(document)]
    assert bool(loader) == bool(schema), (document, loader, schema)
    return not loader


def _as_json(document: Any) -> Any:
    return json.loads(json.dumps(document, default=str))


STRINGS = st.sampled_from([
    "", " ", "all", "any", "none", "CRE", "CREC", "cre", "read", "view all", "view_all", "A", "A.B", "a b", "é",
    "A\n", "\nA", "A\r", "x y", "A__c", "1", "2026-01-01", "2026-02-30", "2026-1-1", "20260101", "${X}", "base.yaml",
])  # fmt: skip
LEAVES = STRINGS | st.sampled_from([None, True, 0, 1.5])
WORDS = st.sampled_from([
    "access", "fields", "via", "read", "edit", "others", "objects", "user_permissions", "reason", "expires",
    "integration", "user", "username", "profile", "blocked", "ignore", "extends", "records", "A", "A b", "x", "",
])  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
RELAXED = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def test_the_schema_is_sound_and_describes_every_key() -> None:
    Draft202012Validator.check_schema(json_schema())
    Draft202012Validator.check_schema(json_schema(partial=True))

    def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for key, value in schema.items() if isinstance(schema, dict) else ():
            if key == "properties":
                yield from value.items()
        inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
        for each in inner:
            yield from properties(each)

    described = dict(properties({key: each for key, each in json_schema().items() if key != "then"}))
    assert {"integration", "username", "access", "others", "reason", "extends"} <= set(described)
    assert all(each.get("description") for each in described.values())


def test_a_partial_schema_is_for_bases() -> None:
    base = Draft202012Validator(json_schema(partial=True))
    assert base.is_valid({"blocked": {"objects": ["Payroll__c"]}})
    assert not JUDGE.is_valid({"blocked": {"objects": ["Payroll__c"]}})
    assert JUDGE.is_valid({"extends": "base.yaml", "blocked": {"objects": ["Payroll__c"]}})


def test_the_whole_format_is_valid(tmp_path: Path) -> None:
    assert _assert_same_verdict(_as_json(yaml.safe_load(WHOLE)), tmp_path)


@settings(RELAXED, max_examples=60)
@given(written=matrices())
def test_valid_matrices_are_valid_by_the_schema(written: tuple[str, Matrix], tmp_path: Path) -> None:
    document = _as_json(yaml.safe_load(written[0]))
    assert _assert_same_verdict(document, tmp_path)


@RELAXED
@given(data=st.data())
def test_mutations_are_judged_alike(data: st.DataObject, tmp_path: Path) -> None:
    document = _as_json(yaml.safe_load(WHOLE))
    if data.draw(st.booleans()):
        document["extends"] = "base.yaml"
    for _ in range(data.draw(st.integers(1, 2))):
        document = mutated(document, lambda few: data.draw(st.sampled_from(few)), data.draw(VALUES))
        if not document or not isinstance(document, (dict, list)):
            break
    _assert_same_verdict(document, tmp_path)


@RELAXED
@given(document=st.dictionaries(WORDS, VALUES, max_size=4))
def test_arbitrary_documents_are_judged_alike(document: Any, tmp_path: Path) -> None:
    _assert_same_verdict(document, tmp_path)


@pytest.mark.parametrize("text", ["A", "", " ", "A ", "A\n", "\nA", "A b", "A.B", "CRE", "none", "any", "all", "é", "2026-02-30", "2026-01-01", "${X}", None, 1, True, [], {}, ["A"], ["A", 1], ["A.B"], {"A": "R"}, {"read": ["A"]}, [["A"]]])  # fmt: skip
def test_every_key_judges_every_sort_of_value_alike(text: Any, tmp_path: Path) -> None:
    for path in _places(_as_json(yaml.safe_load(WHOLE))):
        document = _as_json(yaml.safe_load(WHOLE))
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = text
        _assert_same_verdict(document, tmp_path)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from _places(below, (*path, key))
