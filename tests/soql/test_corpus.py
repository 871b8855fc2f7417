"""The parser's yes and no against Salesforce's own published grammar, in its API form."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.embedded.soql.errors import SoqlError
from pytest_sfintegration.embedded.soql.parser import parse

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "soql_corpus.json"

ACCEPTED_DISAGREEMENTS = {
    "SELECT Contact..FirstName, Contact.Account.Name FROM Contact": (
        "the published grammar lets a path have an empty step; the query's own source holds it for invalid, "
        "and no such step could be resolved"
    ),
    "SELECT Id\nFROM User\nWHERE Name = 'Rob\\\\ot'": (
        'the published grammar leaves out escapes that the SOQL reference lists (\\b, \\f, \\")'
    ),
}


@pytest.fixture(scope="module")
def corpus() -> list[dict[str, Any]]:
    if not CORPUS.exists():
        pytest.skip(f"the shared corpus of queries is not at {CORPUS}")
    queries: list[dict[str, Any]] = json.loads(CORPUS.read_text())
    return queries


def parses(text: str) -> bool:
    try:
        parse(text)
    except SoqlError:
        return False
    return True


def test_verdicts_agree_with_the_published_grammar(corpus: list[dict[str, Any]]) -> None:
    different = [one["query"] for one in corpus if parses(one["query"]) is not one["sf_api"]]
    unexplained = [
        query for query in different if not any(query.startswith(known) for known in ACCEPTED_DISAGREEMENTS)
    ]
    assert unexplained == []
    assert len(different) == len(ACCEPTED_DISAGREEMENTS)
    assert len(corpus) > 2000


def test_every_refusal_has_a_code_and_a_place(corpus: list[dict[str, Any]]) -> None:
    for one in corpus:
        if one["sf_api"] or parses(one["query"]):
            continue
        with pytest.raises(SoqlError) as caught:
            parse(one["query"])
        assert caught.value.code == "MALFORMED_QUERY"
        assert 1 <= caught.value.row <= one["query"].count("\n") + 1
        assert 1 <= caught.value.column <= len(one["query"]) + 1
