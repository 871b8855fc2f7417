"""Conditions asked of blocks find what a look at every record finds, whatever was written before."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import pytest
from deals_project import FILES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.blocks import block, blocks, columns
from pytest_sfintegration.embedded.blocks.conditions import ColumnTest, Condition, Except, Ids, Some
from pytest_sfintegration.embedded.blocks.masks import mask_of
from pytest_sfintegration.embedded.blocks.ranges import Order, Range, Ranges
from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.embedded.storage import Record, Storage, Table
from pytest_sfintegration.embedded.wire import Request
from pytest_sfintegration.sfdx import project

often = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = [None, "", "a", "A", "Ab", "ab1", "é", "Éa", "\u212a", "k", "b", "\u017fa", "S"]
STAGES = ["Stage 1", "stage 3", "Stage 3", None]
AMOUNTS = [None, 0.0, -1.5, 2, 2.0, 900.0, 900.5, 1e17, float("nan")]


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    """Blocks of four records with columns of every kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "SIZE", 4)
        patch.setattr(block, "_CHANGES", 1)
        patch.setattr(block, "_EAGER", 3)
        patch.setattr(block, "_SEARCH", 1)
        patch.setattr(columns, "_FEW", 2)
        patch.setattr(columns, "_LOOKED_UP", 2)
        patch.setattr(columns, "_PARTS", 2)
        yield


def writes(made: Any) -> Any:
    """Return sequences of writes: of a record made by chance, by its number, or of the whole journal."""
    return st.lists(
        st.one_of(
            st.tuples(st.just("new"), made),
            st.tuples(st.just("change"), st.integers(0, 12), made),
            st.tuples(st.sampled_from(["delete", "undelete", "remove", *["return"] * 2]), st.integers(0, 12)),
            st.tuples(st.sampled_from(["mark", "rollback", "commit"])),
        ),
        min_size=8,
        max_size=40,
    )


def apply(
    storage: Storage, table: Table, step: tuple[Any, ...], marks: list[int], removed: list[Record]
) -> None:
    """Do one write."""
    kind, *rest = step
    if kind == "new":
        table.put({"Id": storage.ids.next(table.name), "IsDeleted": False, **rest[0]})
    elif kind == "return":
        back = [row for row in removed if row["Id"] not in table.rows]
        if back:
            table.put(back[rest[0] % len(back)])
    elif kind == "mark":
        marks.append(storage.savepoint())
    elif kind == "rollback":
        storage.rollback(marks.pop() if marks else 0)
    elif kind == "commit":
        storage.commit()
        marks.clear()
    elif table.rows:
        known = list(table.rows)
        record_id = known[rest[0] % len(known)]
        if kind == "remove":
            removed.append(table.rows[record_id])
            table.remove(record_id)
        else:
            change = rest[1] if kind == "change" else {"IsDeleted": kind == "delete"}
            table.put({**table.rows[record_id], **change})


# --- a table ------------------------------------------------------------------------------------------------

RECORDS = st.fixed_dictionaries(
    {"Name": st.sampled_from(NAMES), "Amount__c": st.sampled_from(AMOUNTS)},
    optional={"Mixed__c": st.sampled_from([None, 1, 1.0, True, "1", float("nan"), 10**400, (["x"],)])},
)


Said = tuple[Condition, Callable[[Record], bool]]


def asked(name: str, test: Callable[[Any], bool], ranges: Ranges | None) -> Said:
    return ColumnTest(name=name, test=test, ranges=ranges), lambda row: test(row.get(name))


def conditions(ids: set[str]) -> list[Said]:
    """Return conditions, and what each says of a record."""
    above = Ranges(kind="number", ranges=(Range(first=2.0, open_first=True),))
    not_two = Ranges(kind="number", ranges=(Range(first=2.0, last=2.0),), negated=True)
    before_b = Ranges(kind="text", ranges=(Range(last="b", open_last=True),))
    a_or_none = Ranges(kind="text", ranges=(Range(first="a", last="a"),), empty=True)
    three = Ranges(kind="text", ranges=tuple(Range(first=each, last=each) for each in "abk"))
    found = [
        asked("Amount__c", lambda value: value is not None and float(value) > 2, above),
        asked("Amount__c", lambda value: value is None or float(value) != 2, not_two),
        asked("Name", lambda value: bool(value) and value.lower() < "b", before_b),
        asked("Name", lambda value: not value or value.lower() == "a", a_or_none),
        asked("Name", lambda value: bool(value) and value.lower() in "abk", three),
        asked("Name", lambda value: value == "A", None),
        asked("Mixed__c", lambda value: isinstance(value, str), None),
        asked("Mixed__c", lambda value: value is True, None),
    ]
    among, (big, is_big), (named, is_named) = Ids(frozenset(ids)), found[0], found[5]
    return [
        *found,
        (among, lambda row: row["Id"] in ids),
        (Except(among), lambda row: row["Id"] not in ids),
        (Some((big, among, named)), lambda row: is_big(row) or row["Id"] in ids or is_named(row)),
    ]


@often
@given(steps=writes(RECORDS))
def test_blocks_hold_what_their_table_holds(steps: list[tuple[Any, ...]]) -> None:
    storage = Storage(IdFactory({"Deal__c": "a00"}))
    table, marks, removed = storage.table("Deal__c"), [], []
    for step in steps:
        apply(storage, table, step, marks, removed)
        rows = list(table.rows.values())
        kept = [row for one in table.blocks for row in one.rows]
        assert [id(row) for row in kept] == [id(row) for row in rows]
        assert all(len(one.rows) <= 4 for one in table.blocks)
        for condition, holds in conditions({row["Id"] for row in (*rows[::3], *removed)}):
            found = [one.chosen(condition.narrow(one, one.full)) for one in table.blocks]
            assert [row["Id"] for row in chain(*found)] == [row["Id"] for row in rows if holds(row)]


VALUES = [None, None, None, 1.0, 2.0, 3.0]


@often
@given(
    values=st.lists(st.sampled_from(VALUES), min_size=4, max_size=9),
    wanted=st.integers(1, 4),
    left_out=st.sets(st.integers(0, 8), max_size=2),
    descending=st.booleans(),
    empty_first=st.booleans(),
)
def test_leading_rows_are_those_that_few_others_come_before(
    values: list[float | None], wanted: int, left_out: set[int], *, descending: bool, empty_first: bool
) -> None:
    whole = block.Block([{"Id": str(place), "Amount__c": value} for place, value in enumerate(values)])
    whole.seal()
    order = Order(key=lambda value: value, kind="number", descending=descending, empty_first=empty_first)
    mask = mask_of(set(range(len(values))) - left_out, len(values))
    places = [int(row["Id"]) for row in whole.chosen(mask)]

    def rank(place: int) -> tuple[bool, float]:
        value = values[place]
        return (value is None) is not empty_first, (value or 0) * (-1 if descending else 1)

    found = {int(row["Id"]) for row in whole.chosen(whole.leading(mask, "Amount__c", wanted, order))}
    assert found <= set(places)
    for place in places:
        before = sum(rank(other) < rank(place) for other in places)
        assert before >= wanted or place in found


# --- queries of users ---------------------------------------------------------------------------------------

SELLERS = ("seller0", "seller1")
USERS = (*SELLERS, "manager0", "chief", "auditor")


def words(value: Any) -> str:
    return (value or "").lower()


QUERIES: dict[str, Callable[[Record], bool]] = {
    "": lambda _: True,
    "Stage__c = 'STAGE 3'": lambda row: words(row["Stage__c"]) == "stage 3",
    "Stage__c != 'Stage 3'": lambda row: words(row["Stage__c"]) != "stage 3",
    "Stage__c IN ('Stage 3', null) AND Amount__c > 2": lambda row: (
        words(row["Stage__c"]) in {"stage 3", ""} and (row["Amount__c"] or 0) > 2
    ),
    "Amount__c <= 900 OR Name = 'ab'": lambda row: (
        (row["Amount__c"] is not None and row["Amount__c"] <= 900) or words(row["Name"]) == "ab"
    ),
    "Amount__c = null": lambda row: row["Amount__c"] is None,
    "Name LIKE 'a%'": lambda row: words(row["Name"]).startswith("a"),
    "Name LIKE 'K%'": lambda row: words(row["Name"]).startswith("k"),
    # LIKE knows the long s as an s, which lower case does not.
    "Name LIKE 's%'": lambda row: (row["Name"] or "")[:1] in {"S", "\u017f"},
    "Name LIKE 'é%'": lambda row: words(row["Name"]).startswith("é"),
    "Name LIKE 'aB'": lambda row: words(row["Name"]) == "ab",
    "Name LIKE '%B%'": lambda row: "b" in words(row["Name"]),
    "Name LIKE '%ba%'": lambda row: "ba" in words(row["Name"]),
    "Name LIKE '%b'": lambda row: words(row["Name"]).endswith("b"),
    "Name LIKE 'a%_'": lambda row: words(row["Name"]).startswith("a") and len(row["Name"]) > 1,
    "NOT (Name > 'ab')": lambda row: words(row["Name"]) <= "ab",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, write_files: Any) -> Any:
    return project.load(write_files(tmp_path_factory.mktemp("deals"), FILES))


def org_of(source: Any) -> EmbeddedOrg:
    roles = {"seller0": "Seller0", "seller1": "Seller1", "manager0": "Manager0"}
    return EmbeddedOrg(
        source,
        [
            UserSpec(
                username=f"{name}@example.com",
                profile="Minimum Access - API Only Integrations",
                role=roles.get(name, name.capitalize()),
                permission_sets=("Deals",),
            )
            for name in USERS
        ],
    )


def ask(org: EmbeddedOrg, user: str, text: str) -> Any:
    response = org.handle(
        Request(
            method="GET",
            path="/services/data/v67.0/query",
            query=f"q={text.replace('%', '%25').replace(' ', '+')}",
            headers={"authorization": f"Bearer {org.login_token(f'{user}@example.com')}"},
            body=b"",
        )
    )
    assert response.status == 200, response.payload
    return response.payload


DEALS = st.fixed_dictionaries(
    {
        "Name": st.sampled_from(NAMES),
        "OwnerId": st.sampled_from(SELLERS),
        "Stage__c": st.sampled_from(STAGES),
        "Amount__c": st.sampled_from([None, 0.0, -1.5, 2.0, 900.0, 900.5]),
    }
)
SHARES = st.tuples(st.just("share"), st.integers(0, 12), st.sampled_from(USERS))


@settings(parent=often, max_examples=25)
@given(
    steps=writes(DEALS),
    shares=st.lists(SHARES, max_size=3),
    lines=st.lists(st.integers(0, 12), max_size=9),
    more=writes(DEALS),
)
def test_queries_find_what_a_judgement_of_every_record_finds(
    source: Any, steps: Any, shares: Any, lines: list[int], more: Any
) -> None:
    org = org_of(source)
    storage, people = org.world.storage, org.world.people
    ids = {name: people.by_username(f"{name}@example.com").id for name in USERS}
    deals, marks, removed = storage.table("Deal__c"), [], []
    for step in steps:
        apply(storage, deals, _owned(step, ids), marks, removed)
    known = list(deals.rows)
    for _, number, user in shares if known else ():
        entry = {"ParentId": known[number % len(known)], "UserOrGroupId": ids[user], "AccessLevel": "Read"}
        share = {"Id": storage.ids.next("Deal__Share"), "IsDeleted": False, "RowCause": "Manual"}
        storage.table("Deal__Share").put(share | entry)
    for number in lines if known else ():
        line = {"Id": storage.ids.next("Line__c"), "IsDeleted": False, "Name": "x"}
        storage.table("Line__c").put({**line, "Deal__c": known[number % len(known)]})
    _compare(org)
    for step in more:
        apply(storage, deals, _owned(step, ids), marks, removed)
    for share in list(storage.table("Deal__Share").rows)[:1]:
        storage.table("Deal__Share").remove(share)
    _compare(org)


def _owned(step: tuple[Any, ...], ids: dict[str, str]) -> tuple[Any, ...]:
    """Put the id of the owner in the place of his name."""
    return tuple(
        {**part, "OwnerId": ids[part["OwnerId"]]} if isinstance(part, dict) else part for part in step
    )


def _compare(org: EmbeddedOrg) -> None:
    world = org.world
    for user in USERS:
        person = world.people.by_username(f"{user}@example.com")
        for name, queries in (("Deal__c", QUERIES), ("Line__c", {"": QUERIES[""]})):
            rows = [row for row in world.storage.table(name).rows.values() if not row["IsDeleted"]]
            seen = [row for row in rows if world.gate.decide(person, name, row).can_read]
            for where, test in queries.items():
                clause = f" WHERE {where}" if where else ""
                expected = [row["Id"] for row in seen if test(row)]
                found = ask(org, user, f"SELECT Id FROM {name}{clause}")["records"]
                assert [each["Id"] for each in found] == expected, (user, where)
                assert ask(org, user, f"SELECT COUNT() FROM {name}{clause}")["totalSize"] == len(expected)
        deals = [row for row in world.storage.table("Deal__c").rows.values() if not row["IsDeleted"]]
        seen = [row for row in deals if world.gate.decide(person, "Deal__c", row).can_read]
        first = ask(org, user, "SELECT Id FROM Deal__c ORDER BY Amount__c, Name LIMIT 3")["records"]
        assert [each["Id"] for each in first] == [row["Id"] for row in sorted(seen, key=_rank)[:3]]
        stages: dict[str, list[Record]] = {}
        for row in seen:
            stages.setdefault(words(row["Stage__c"]), []).append(row)
        counted = "SELECT Stage__c, COUNT(Id) a, COUNT(Name) b FROM Deal__c GROUP BY Stage__c"
        assert [(each["Stage__c"], each["a"], each["b"]) for each in ask(org, user, counted)["records"]] == [
            (rows[0]["Stage__c"], len(rows), sum(bool(row["Name"]) for row in rows))
            for rows in stages.values()
        ]


def _rank(row: Record) -> tuple[Any, ...]:
    """Sort as SOQL does: null first, text in any case."""
    name, amount = words(row["Name"]), row["Amount__c"]
    return amount is not None, amount or 0, bool(name), name
