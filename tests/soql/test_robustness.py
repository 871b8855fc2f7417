"""Any text parses or is refused with a SoqlError; any tree written as text parses to itself."""

import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
import soql_text
from hypothesis import given, settings
from hypothesis import strategies as st
from soql_sales import CONTEXT, sales

from pytest_sfintegration.embedded.soql.columns import column_answer
from pytest_sfintegration.embedded.soql.errors import SoqlError
from pytest_sfintegration.embedded.soql.executor import execute
from pytest_sfintegration.embedded.soql.parser import parse

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "soql_corpus.json"
MUTATIONS = 6000
WORDS = [
    *("SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "GROUP", "BY", "ORDER", "LIMIT", "OFFSET"),
    *("NULL", "COUNT()", "5", "TYPEOF", "END", "WITH", "USING SCOPE", "LAST_N_DAYS:3", "2024-99-99", "USD5"),
]
PIECES = [
    *("(", ")", ",", "'", "\\", ":", "=", "<", "-", ".", " ", "\n", "\u2018", "\x00", "//", " '' "),
    *(f" {word} " for word in WORDS),
]


SEEDS = [
    "SELECT Id, Owner.Name, (SELECT LastName FROM Contacts WHERE Score__c > 1 ORDER BY Id) FROM Account",
    "SELECT Rating, COUNT(Id) n, SUM(AnnualRevenue) FROM Account GROUP BY ROLLUP(Rating) HAVING MAX(Id) > ''",
    "SELECT TYPEOF Owner WHEN User THEN Username ELSE Name END FROM Case WHERE Owner.Name LIKE 'a%'",
    "SELECT FIELDS(ALL) FROM Account WHERE CreatedDate = LAST_N_DAYS:3 OR Founded__c > 2020-01-01 LIMIT 9",
    "SELECT COUNT() FROM Contact c, c.Account a WHERE a.Name IN ('Acme', null) AND Score__c NOT IN (1, 2.5)",
    "SELECT toLabel(Rating), FORMAT(CreatedDate) d FROM Account WHERE Regions__c INCLUDES ('emea;apac')",
    "SELECT Id FROM Account USING SCOPE mine WHERE Id IN (SELECT AccountId FROM Contact) ORDER BY Name DESC",
    "SELECT CALENDAR_YEAR(CreatedDate) y, MAX(Name) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)",
    "SELECT Account.Owner.Name FROM Contact WHERE NOT (Account.Active__c = true OR Account.Rating = 'Hot')",
]


@pytest.fixture(scope="module")
def corpus() -> list[str]:
    if not CORPUS.exists():
        pytest.skip(f"the shared corpus of queries is not at {CORPUS}")
    return [one["query"] for one in json.loads(CORPUS.read_text())]


def attempt(text: str) -> bool:
    """Parse, run and describe a text; whether it parsed. Anything but a SoqlError is a failure."""
    try:
        query = parse.__wrapped__(text)
    except SoqlError as error:
        return not (error.code and error.row >= 1 and error.column >= 1)
    org = sales()
    with suppress(SoqlError):
        json.dumps(execute(query, text, org, context=CONTEXT).records)
    json.dumps(column_answer(query, org))
    return True


def mutate(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 3)):
        start = chance.randint(0, len(text))
        stop = min(len(text), start + chance.randint(0, 8))
        text = text[:start] + chance.choice(["", text[start:stop] * 2, chance.choice(PIECES)]) + text[stop:]
    return text


def test_mutated_queries_parse_or_are_refused(corpus: list[str]) -> None:
    chance = random.Random(20240515)  # noqa: S311 - the same mutations in every run
    outcomes = [attempt(mutate(chance.choice(corpus), chance)) for _ in range(MUTATIONS)]
    assert 0.1 < sum(outcomes) / MUTATIONS < 0.9


def test_mutated_queries_of_a_known_schema_run_or_are_refused() -> None:
    chance = random.Random(20240516)  # noqa: S311 - the same mutations in every run
    outcomes = [attempt(mutate(chance.choice(SEEDS), chance)) for _ in range(MUTATIONS)]
    assert 0.1 < sum(outcomes) / MUTATIONS < 0.9


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_refused_or_parsed(text: str) -> None:
    attempt(text)
    attempt(f"SELECT Id FROM Account WHERE Name = '{text}'")
    attempt(f"SELECT Id FROM Account WHERE {text}")


@pytest.mark.parametrize("text", ["(" * 5000, "SELECT (" * 500, "SELECT Id FROM Account WHERE " + "(" * 5000])
def test_deep_nesting_is_refused_and_does_not_exhaust_the_stack(text: str) -> None:
    assert not attempt(text)
    assert not attempt(f"SELECT Id FROM Account WHERE {'NOT (' * 3000}Id = null{')' * 3000}")
    assert not attempt(f"SELECT {'FORMAT(' * 3000}Id{')' * 3000} FROM Account")


def test_a_tree_written_as_text_parses_to_itself(corpus: list[str]) -> None:
    trees = 0
    for text in corpus:
        try:
            tree = parse(text)
        except SoqlError:
            continue
        assert parse(soql_text.query(tree)) == tree
        trees += 1
    assert trees > 1000


def test_the_same_text_is_parsed_once() -> None:
    text = "SELECT Id FROM Account WHERE Name = 'parsed once'"
    assert parse(text) is parse(text)
