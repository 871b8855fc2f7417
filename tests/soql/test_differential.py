"""Random orgs and queries: the executor against a second, plain evaluation that shares none of its code.

A query is built as nested tuples; one function writes it as text, another evaluates it over dictionaries.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soql_memory import Child, Field, Memory, Parent, entity, memory, record_id

from pytest_sfintegration.embedded.blocks import columns
from pytest_sfintegration.embedded.soql.context import QueryContext
from pytest_sfintegration.embedded.soql.executor import execute
from pytest_sfintegration.embedded.soql.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TODAY = date(2024, 5, 15)
CONTEXT = QueryContext(user_id=record_id("005", 1), now=datetime(2024, 5, 15, 9, tzinfo=UTC))
TYPES = {
    "Text__c": "string",
    "Number__c": "double",
    "Flag__c": "boolean",
    "Day__c": "date",
    "Moment__c": "datetime",
    "Many__c": "multipicklist",
}
WORDS = st.sampled_from(["", "a", "A", "ab", "aB%", "b_a", "é", "it's", "a\\b"])
NUMBERS = st.sampled_from([-1.5, 0.0, 1.0, 2.0, 2.5, 100.0])
DAYS = st.integers(-400, 400).map(lambda days: (TODAY + timedelta(days)).isoformat())
MOMENTS = st.integers(-500, 500).map(
    lambda hours: (datetime(2024, 5, 15, tzinfo=UTC) + timedelta(hours=hours)).strftime(
        "%Y-%m-%dT%H:%M:%S.000+0000"
    )
)
CHOICES = st.lists(st.sampled_from(["x", "y", "z"]), unique=True, min_size=1).map(";".join)
VALUES: dict[str, Any] = {
    "string": WORDS,
    "double": NUMBERS,
    "boolean": st.booleans(),
    "date": DAYS,
    "datetime": MOMENTS,
    "multipicklist": CHOICES,
}


@pytest.fixture(autouse=True, scope="module", params=[2, 256])
def few(request: pytest.FixtureRequest) -> Iterator[None]:
    """More than two values in a block are sorted, or are few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_FEW", request.param)
        patch.setattr(columns, "_PARTED", 2)
        yield


def rows_of(prefix: str, parents: int) -> Any:
    columns = {name: st.none() | VALUES[kind] for name, kind in TYPES.items()}
    columns["Parent__c"] = st.none() | st.integers(0, max(parents - 1, 0)).map(lambda n: record_id("a01", n))
    return st.lists(st.fixed_dictionaries(columns), max_size=8).map(
        lambda found: [{"Id": record_id(prefix, place), **row} for place, row in enumerate(found)]
    )


DATA = st.tuples(rows_of("a01", 0), rows_of("a02", 4))


def org_of(data: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> Memory:
    fields = [Field(name=name, type=kind) for name, kind in TYPES.items()]
    lookup = Field(name="Parent__c", type="reference", reference_to=("Parent__c",))
    parent = entity(
        "Parent__c",
        "a01",
        *fields,
        below={"kids__r": Child(object="Kid__c", field="Parent__c")},
        data=data[0],
    )
    kid = entity(
        "Kid__c",
        "a02",
        *fields,
        lookup,
        parents={"parent__r": Parent(field="Parent__c", targets=("Parent__c",))},
        data=data[1],
    )
    return memory(parent, kid)


# --- conditions as tuples -----------------------------------------------------------------------------------


def _leaf(name: str) -> Any:
    kind = TYPES[name]
    value = st.none() | VALUES[kind]
    steps = st.sampled_from(["", "Parent__r."])
    equal = st.tuples(st.just("compare"), steps, st.just(name), st.sampled_from(["=", "!="]), value)
    member = st.tuples(
        st.just("in"), steps, st.just(name), st.booleans(), st.lists(value, min_size=1, max_size=3)
    )
    kinds = [equal, member]
    if kind not in {"boolean", "multipicklist"}:
        kinds.append(
            st.tuples(
                st.just("compare"),
                steps,
                st.just(name),
                st.sampled_from(["<", "<=", ">", ">="]),
                VALUES[kind],
            )
        )
    if kind == "string":
        patterns = st.sampled_from(["a%", "%", "_", "%b%", "A_", "a\\%", "%_a", "a%b%", "ab"])
        kinds.append(st.tuples(st.just("like"), steps, st.just(name), patterns))
    if kind == "multipicklist":
        kinds.append(
            st.tuples(
                st.just("includes"),
                steps,
                st.just(name),
                st.booleans(),
                st.lists(CHOICES, min_size=1, max_size=2),
            )
        )
    if kind in {"date", "datetime"}:
        ranges = st.sampled_from([("TODAY", 0, 1), ("YESTERDAY", -1, 0), ("LAST_N_DAYS:30", -30, 1)])
        operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
        kinds.append(st.tuples(st.just("range"), steps, st.just(name), operators, ranges))
    return st.one_of(kinds)


LEAVES = st.sampled_from(sorted(TYPES)).flatmap(_leaf)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("not"), inner),
    ),
    max_leaves=5,
)


def usable(condition: Any) -> bool:
    """A comparison with an empty string by order is refused like null; leave it out."""
    if condition[0] in {"and", "or"}:
        return all(usable(part) for part in condition[1])
    if condition[0] == "not":
        return usable(condition[1])
    return condition[0] != "compare" or condition[3] in {"=", "!="} or condition[4] != ""


def literal(kind: str, value: Any) -> str:
    if value is None:
        return "null"
    if kind in {"string", "multipicklist"}:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if kind == "boolean":
        return str(value).upper()
    return str(value)


def text_of(condition: Any) -> str:
    head = condition[0]
    if head in {"and", "or"}:
        return f" {head.upper()} ".join(f"({text_of(part)})" for part in condition[1])
    if head == "not":
        return f"NOT ({text_of(condition[1])})"
    _, step, name, *rest = condition
    return f"{step}{name} {OPERATIONS[head](TYPES[name], *rest)}"


def listed(kind: str, values: list[Any]) -> str:
    return f"({', '.join(literal(kind, value) for value in values)})"


OPERATIONS: dict[str, Callable[..., str]] = {
    "compare": lambda kind, operator, value: f"{operator} {literal(kind, value)}",
    "in": lambda kind, negated, values: f"{'NOT IN' if negated else 'IN'} {listed(kind, values)}",
    "like": lambda _, pattern: f"LIKE '{pattern}'",
    "includes": lambda kind, negated, values: (
        f"{'EXCLUDES' if negated else 'INCLUDES'} {listed(kind, values)}"
    ),
    "range": lambda _, operator, bounds: f"{operator} {bounds[0]}",
}


# --- the second evaluation ----------------------------------------------------------------------------------


def plain(kind: str, value: Any) -> Any:
    """Return what a value means: None for nothing, text without case, moments as datetimes."""
    if kind == "boolean":
        return bool(value)
    if value is None or value == "":
        return None
    if kind in {"string", "multipicklist"}:
        return value.casefold()
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f%z")
    return value


def value_of(step: str, name: str, row: dict[str, Any], parents: dict[str, dict[str, Any]]) -> Any:
    source = parents.get(row.get("Parent__c") or "", {}) if step else row
    return plain(TYPES[name], source.get(name))


def compare(left: Any, operator: str, right: Any) -> bool:
    if operator == "=":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    if left is None:
        return False
    return {
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }[operator]()


def in_range(left: Any, operator: str, bounds: tuple[str, int, int]) -> bool:
    if left is None:
        return operator == "!="
    day = left.date() if isinstance(left, datetime) else left
    first, last = TODAY + timedelta(bounds[1]), TODAY + timedelta(bounds[2] - 1)
    return {
        "=": first <= day <= last,
        "!=": not first <= day <= last,
        "<": day < first,
        "<=": day <= last,
        ">": day > last,
        ">=": day >= first,
    }[operator]


def like(value: Any, pattern: str) -> bool:
    parts = re.findall(r"\\.|%|_|[^\\%_]", pattern)
    expression = "".join(
        ".*" if part == "%" else "." if part == "_" else re.escape(part[-1].casefold()) for part in parts
    )
    return value is not None and re.fullmatch(expression, value, re.DOTALL) is not None


def holds(condition: Any, row: dict[str, Any], parents: dict[str, dict[str, Any]]) -> bool:
    head = condition[0]
    if head == "and":
        return all(holds(part, row, parents) for part in condition[1])
    if head == "or":
        return any(holds(part, row, parents) for part in condition[1])
    if head == "not":
        return not holds(condition[1], row, parents)
    return leaf_holds(condition, row, parents)


def leaf_holds(condition: Any, row: dict[str, Any], parents: dict[str, dict[str, Any]]) -> bool:
    head, step, name, *rest = condition
    left = value_of(step, name, row, parents)
    kind = TYPES[name]
    if head == "compare":
        return compare(left, rest[0], plain(kind, rest[1]))
    if head == "in":
        return (left in [plain(kind, value) for value in rest[1]]) is not rest[0]
    if head == "includes":
        chosen = set((left or "").split(";"))
        return any(set(value.split(";")) <= chosen for value in rest[1]) is not rest[0]
    if head == "range":
        return in_range(left, rest[0], rest[1])
    # LIKE sees an empty text as a text.
    source = parents.get(row.get("Parent__c") or "", {}) if step else row
    text = source.get(name)
    return like(None if text is None else text.casefold(), rest[0])


def run(text: str, org: Memory) -> list[dict[str, Any]]:
    return execute(parse(text), text, org, context=CONTEXT).records


@settings(max_examples=250, deadline=None)
@given(DATA, CONDITIONS.filter(usable))
def test_where_finds_the_rows_that_a_plain_evaluation_finds(data: Any, condition: Any) -> None:
    org = org_of(data)
    parents = {row["Id"]: row for row in data[0]}
    text = f"SELECT Id FROM Kid__c WHERE {text_of(condition)}"
    expected = [row["Id"] for row in data[1] if holds(condition, row, parents)]
    assert [record["Id"] for record in run(text, org)] == expected
    counted = text.replace("SELECT Id", "SELECT COUNT()")
    assert execute(parse(counted), counted, org, context=CONTEXT).total_size == len(expected)


SORTABLE = [name for name, kind in TYPES.items() if kind != "multipicklist"]
KEYS = st.lists(
    st.tuples(
        st.sampled_from(["", "Parent__r."]),
        st.sampled_from(SORTABLE),
        st.booleans(),
        st.sampled_from(["", "FIRST", "LAST"]),
    ),
    min_size=1,
    max_size=3,
)


def rank(key: Any, parents: dict[str, dict[str, Any]]) -> Callable[[dict[str, Any]], Any]:
    step, name, _, _ = key
    return lambda row: value_of(step, name, row, parents)


def sorted_plainly(
    rows: list[dict[str, Any]], keys: list[Any], parents: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    if not keys:
        return rows
    read = rank(keys[0], parents)
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(read(row), []).append(row)
    present = sorted((value for value in groups if value is not None), reverse=keys[0][2])
    order = [*present, None] if keys[0][3] == "LAST" else [None, *present]
    return [row for value in order for row in sorted_plainly(groups.get(value, []), keys[1:], parents)]


@settings(max_examples=150, deadline=None)
@given(DATA, KEYS, st.none() | st.integers(0, 5), st.none() | st.integers(0, 3))
def test_order_limit_and_offset_cut_the_same_rows(
    data: Any, keys: Any, limit: int | None, offset: int | None
) -> None:
    words = ", ".join(
        f"{step}{name}{' DESC' if down else ''}{' NULLS ' + nulls if nulls else ''}"
        for step, name, down, nulls in keys
    )
    text = f"SELECT Id FROM Kid__c ORDER BY {words}"
    text += "" if limit is None else f" LIMIT {limit}"
    text += "" if offset is None else f" OFFSET {offset}"
    rows = sorted_plainly(data[1], keys, {row["Id"]: row for row in data[0]})[offset or 0 :]
    assert [record["Id"] for record in run(text, org_of(data))] == [row["Id"] for row in rows[:limit]]


@settings(max_examples=150, deadline=None)
@given(
    DATA, st.sampled_from(["Text__c", "Flag__c", "Day__c", "Parent__r.Text__c"]), CONDITIONS.filter(usable)
)
def test_groups_add_up_as_a_plain_evaluation_does(data: Any, key: str, condition: Any) -> None:
    parents = {row["Id"]: row for row in data[0]}
    rows = [row for row in data[1] if holds(condition, row, parents)]
    step, _, name = key.rpartition(".")
    read = rank((step, name, False, ""), parents)
    ordered = sorted(rows, key=lambda row: (read(row) is not None, read(row) if read(row) is not None else 0))
    expected = {}
    for value, found in groupby(ordered, read):
        group = list(found)
        numbers = [row["Number__c"] for row in group if row["Number__c"] is not None]
        texts = {row["Text__c"].casefold() for row in group if row["Text__c"]}
        expected[value] = (
            len(group),
            len(numbers),
            sum(numbers) if numbers else None,
            min(numbers, default=None),
            max(numbers, default=None),
            sum(numbers) / len(numbers) if numbers else None,
            len(texts),
        )
    text = (
        f"SELECT {key}, COUNT(Id), COUNT(Number__c), SUM(Number__c), MIN(Number__c), MAX(Number__c), "
        f"AVG(Number__c), COUNT_DISTINCT(Text__c) FROM Kid__c WHERE {text_of(condition)} GROUP BY {key}"
    )
    observed = {}
    for record in run(text, org_of(data)):
        values = list(record.values())[1:]
        observed[plain(TYPES[name], values[0])] = tuple(values[1:])
    assert observed == expected


@settings(max_examples=100, deadline=None)
@given(DATA, CONDITIONS.filter(usable))
def test_paths_up_and_children_down_join_the_same_records(data: Any, condition: Any) -> None:
    org = org_of(data)
    parents = {row["Id"]: row for row in data[0]}
    up = run("SELECT Id, Parent__r.Id, Parent__r.Text__c FROM Kid__c", org)
    for record, row in zip(up, data[1], strict=True):
        parent = parents.get(row["Parent__c"] or "")
        seen = record["Parent__r"]
        assert (seen is None) is (parent is None)
        if parent is not None:
            assert (seen["Id"], seen["Text__c"]) == (parent["Id"], parent["Text__c"])
    down = run(f"SELECT Id, (SELECT Id FROM Kids__r WHERE {text_of(condition)}) FROM Parent__c", org)
    for record in down:
        kids = [
            row["Id"]
            for row in data[1]
            if row["Parent__c"] == record["Id"] and holds(condition, row, parents)
        ]
        found = record["Kids__r"]
        assert (found is None) is (kids == [])
        if found is not None:
            assert [kid["Id"] for kid in found["records"]] == kids
            assert found["totalSize"] == len(kids)
    with_kids = {row["Parent__c"] for row in data[1]}
    semi = run("SELECT Id FROM Parent__c WHERE Id IN (SELECT Parent__c FROM Kid__c)", org)
    assert [record["Id"] for record in semi] == [row["Id"] for row in data[0] if row["Id"] in with_kids]
