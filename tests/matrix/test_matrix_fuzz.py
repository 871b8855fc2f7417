"""Whatever stands in the file, loading gives a matrix or ``MatrixErrors``, and nothing else."""

# ruff: noqa: E501 - tables of scraps and leaves

import random
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matrix_helpers import PATH, matrices

from pytest_sfintegration.matrix.errors import MatrixErrors
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import Matrix

WHOLE = """\
# a matrix with every key
integration: HubSpot
user:
  username: ${SF_USER:-sync@example.com}
  profile: HubSpot Integration
  permission_set_licenses: [SalesforceAPIIntegrationPsl]
  permission_sets: &sets [HubSpot_Sync]
  permission_set_groups: []
objects:
  Account:
    access: [create, read, edit]
    fields:
      edit: [Name, Phone, Website]
      read:
      - AnnualRevenue
  Contact: {access: CRED, fields: {others: any}, via: *sets}
  Product2: R
  Lead: none
  Case: {access: "RE", fields: {edit: all}}
blocked:
  objects: [Payroll__c]
  fields: [Contact.SSN__c]
  user_permissions: [ModifyAllData, 'ViewAllData']
  queries: [SELECT Id FROM PermissionSet]
  requests:
  - {method: GET, path: /services/apexrest/billing/v1, refused: [FORBIDDEN]}
  - {method: POST, path: /services/data/v62.0/jobs/ingest, body: {object: Lead, rows: [1, null, {a: true}]}}
  setup_entities: {apex_classes: [Billing], connected_apps: [Old App]}
user_permissions: [ApiEnabled]
setup_entities: {apex_classes: [], flows: [Sync], custom_permissions: [See_All], apex_pages: [Help],
  custom_metadata_types: [Rate__mdt], custom_settings: [Limits__c]}
ignore:
  - {objects: [ContentDocument], reason: "granted to every profile", expires: 2027-01-31}
"""
SCRAPS = [
    *(char.encode() for char in "{}[]:,-#&*!|>'\"%@`$?<\\~= \t\n\r\0\x07\x85\ufeff\u2028"),
    *(b"<<: ", b"*sets", b"&sets ", b"!!set ", b"!x ", b"${", b"$$", b"---\n", b"...\n", b"%YAML 9.9\n"),
    *(b"- ", b": ", b"? ", b"null", b"NO", b"1e3", b"2026-13-01", b"\xff", b"\xfe\xff", b"=", b"extends: a.matrix.yaml\n"),
]  # fmt: skip


def _loads_or_says_why(content: bytes, file: Path) -> bool:
    file.write_bytes(content)
    try:
        matrix = load(file, environ={}, root=file.parent)
    except MatrixErrors as wrong:
        _assert_printable(wrong)
        return False
    assert isinstance(matrix, Matrix)
    return True


def _assert_printable(wrong: MatrixErrors) -> None:
    assert wrong.errors
    assert all(error.at.line >= 1 and error.at.column >= 1 for error in wrong.errors)
    assert len(str(wrong).splitlines()) == len(wrong.errors)


@pytest.mark.parametrize(("seed", "pure"), [(0, False), (1, False), (2, False), (3, False), (4, True)])
def test_mutated_bytes_never_crash_the_loader(
    seed: int, pure: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if pure:
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    chance = random.Random(seed)  # noqa: S311 - a reproducible seed, not a secret
    file = tmp_path / PATH
    assert _loads_or_says_why(WHOLE.encode(), file)
    verdicts = {True: 0, False: 0}
    for _ in range(200 if pure else 700):
        content = bytearray(WHOLE.encode())
        for _ in range(chance.choice([1, 1, 2, 5])):
            start = chance.randrange(len(content))
            end = min(len(content), start + chance.choice([0, 0, 1, 1, 4, 30]))
            content[start:end] = chance.choice([*SCRAPS, b"", bytes([chance.randrange(256)])])
        verdicts[_loads_or_says_why(bytes(content), file)] += 1
    assert min(verdicts.values()) > 5, verdicts


LEAVES = st.sampled_from([None, True, 0, 1.5, "", "all", "any", "none", "CRE", "read", "A", "A.B", "a b", "${X}", "$$", "é", "2026-01-01"])  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["access", "fields", "A", "read", "reason", "x"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, below in inner for each in _paths(below, (*path, key)))]


def mutated(document: Any, pick: Callable[[list[Any]], Any], value: Any) -> Any:
    """Return the document with one place replaced, removed or added to."""
    path = pick(_paths(document))
    if not path:
        return deepcopy(value)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    how = pick(["replace", "remove", "rename"])
    if how == "remove" or (how == "rename" and isinstance(holder, list)):
        del holder[path[-1]]
    elif how == "rename":
        holder[pick(["access", "B", "x y", "reason", "objects", "fields"])] = holder.pop(path[-1])
    else:
        holder[path[-1]] = deepcopy(value)  # not into itself
    return document


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), value=VALUES)
def test_mutated_structures_never_crash_the_loader(data: st.DataObject, value: Any, tmp_path: Path) -> None:
    document = yaml.safe_load(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        document = mutated(document, lambda few: data.draw(st.sampled_from(few)), value)
        if not document or not isinstance(document, (dict, list)):
            break
    text = yaml.safe_dump(document, allow_unicode=True)
    _loads_or_says_why(text.encode(), tmp_path / PATH)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(written=matrices(), cut=st.floats(0, 1))
def test_a_truncated_matrix_never_crashes_the_loader(
    written: tuple[str, Matrix], cut: float, tmp_path: Path
) -> None:
    content = written[0].encode()
    _loads_or_says_why(content[: int(len(content) * cut)], tmp_path / PATH)
