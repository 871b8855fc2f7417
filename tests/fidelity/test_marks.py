"""Every behaviour that the code enumerates has a mark, and every mark speaks of something that is there."""

import ast
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.embedded.fidelity.cases import CASES, STANDINGS
from pytest_sfintegration.embedded.fidelity.divergences import DIVERGENCES, Divergence
from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark, Standing
from pytest_sfintegration.embedded.fidelity.registry import INVENTORY, marks
from pytest_sfintegration.embedded.fidelity.source_text import functions, modules

RECORDED_TESTS = Path(__file__).resolve().parents[1] / "embedded" / "test_embedded_recorded.py"
# owner/repository with a path or an issue, a site with a question, or an answer whose address is gone
PUBLIC = re.compile(
    r"[\w.-]+/[\w.-]+(@[0-9a-f]{7})?(: \S.*| issue \d+)"
    r"|salesforce\.stackexchange\.com question \d+"
    r"|captured answer, published without a stable address"
)


def parts(mark: Mark) -> list[str]:
    return [each for each in mark.source.split("; ") if each]


def cited(mark: Mark) -> list[str]:
    return [each.removeprefix("case ") for each in parts(mark) if each.startswith("case ")]


@cache
def repeated_cases() -> frozenset[str]:
    """The ids of the cases that the tests of the embedded org repeat, read from the test itself."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(RECORDED_TESTS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.AugAssign) and ast.unparse(node.target) == "SETTINGS":
            assert isinstance(node.value, ast.Dict)
            found |= {ast.literal_eval(key) for key in node.value.keys if key is not None}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "setting":
            found.add(ast.literal_eval(node.args[0]))
    return frozenset(found)


@pytest.mark.parametrize("kind", Kind)
def test_everything_that_the_code_enumerates_has_a_mark(kind: Kind) -> None:
    marked = {each.subject for each in marks() if each.kind is kind}
    unmarked = sorted(INVENTORY[kind]() - marked)
    assert not unmarked, f"add a mark (embedded/fidelity/marks) for each {kind}: {unmarked}"


@pytest.mark.parametrize("kind", Kind)
def test_no_mark_speaks_of_what_is_gone(kind: Kind) -> None:
    marked = {each.subject for each in marks() if each.kind is kind}
    gone = sorted(marked - INVENTORY[kind]())
    assert not gone, f"the code has no such {kind} any more, take the marks out: {gone}"


def test_no_subject_is_marked_twice() -> None:
    several = [
        key for key, times in Counter((each.kind, each.subject) for each in marks()).items() if times > 1
    ]
    assert not several


def test_no_inventory_is_empty() -> None:
    assert all(INVENTORY[kind]() for kind in Kind)


@pytest.mark.parametrize("mark", [each for each in marks() if each.standing is Standing.RECORDED], ids=str)
def test_recorded_mark_names_a_repeated_case_or_a_public_source(mark: Mark) -> None:
    assert parts(mark)
    for part in parts(mark):
        if part.startswith("case "):
            name = part.removeprefix("case ")
            assert name in repeated_cases()
            assert name not in STANDINGS, f"{name} is not recorded"
        else:
            assert PUBLIC.fullmatch(part), part


def test_only_what_is_assumed_has_no_source() -> None:
    assert not [each for each in marks() if not each.source and each.standing is not Standing.ASSUMED]


def test_cited_cases_are_known_and_repeated_by_a_test() -> None:
    for each in marks():
        for name in cited(each):
            assert name in CASES, name
            assert name in repeated_cases(), name


def test_no_mark_claims_more_than_its_cases() -> None:
    order = list(Standing)
    for each in marks():
        for name in cited(each):
            known = STANDINGS.get(name, Standing.RECORDED)
            assert order.index(each.standing) >= order.index(known), (each.subject, name)


def test_cases_are_those_that_tests_repeat() -> None:
    assert set(CASES) == repeated_cases()
    assert set(STANDINGS) <= set(CASES)


def test_standing_of_a_case_is_that_of_the_collection(shared: Path) -> None:
    collected: list[dict[str, Any]] = json.loads((shared / "wire" / "cases.json").read_text(encoding="utf-8"))
    confidence = {each["id"]: each["confidence"] for each in collected}
    for name in CASES:
        said = STANDINGS.get(name, Standing.RECORDED)
        assert confidence[name] == ("inferred" if said is Standing.ASSUMED else said), name


@pytest.mark.parametrize("divergence", DIVERGENCES, ids=lambda each: each.code)
def test_divergence_lies_in_code_that_is_there(divergence: Divergence) -> None:
    there = {f"{module}.{name}" for module, tree in modules().items() for name, _ in functions(tree)}
    assert divergence.code in there


def test_cases_that_docstrings_cite_are_repeated_by_a_test() -> None:
    pattern = re.compile(r"[Rr]ecorded\(([^)]*)\)")
    known = repeated_cases()
    for module, tree in modules().items():
        for text in (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)):
            for found in pattern.finditer(text) if isinstance(text, str) else ():
                for word in re.split(r"[,\s]+", found[1]):
                    last = word.rstrip("*").strip(".").lower()
                    assert any(last in name.lower() for name in known), f"{module}: {word}"
