"""Aggregate queries."""

from typing import Any

import pytest
from soql_memory import Field, entity, memory
from soql_sales import run

LEADS = memory(
    entity(
        "Lead",
        "00Q",
        Field(name="Source", type="picklist"),
        Field(name="Rating", type="picklist"),
        Field(name="Amount", type="double"),
        Field(name="Staff", type="int"),
        Field(name="Made", type="datetime"),
        data=[
            {
                "Source": "Web",
                "Rating": "Hot",
                "Amount": 1.0,
                "Staff": 3,
                "Made": "2024-01-05T00:00:00.000+0000",
            },
            {
                "Source": "web",
                "Rating": "Hot",
                "Amount": 2.0,
                "Staff": 4,
                "Made": "2024-07-05T00:00:00.000+0000",
            },
            {"Source": "Phone", "Rating": "Cold", "Amount": None, "Made": "2023-07-05T00:00:00.000+0000"},
            {"Source": None, "Rating": "Hot", "Amount": 5.0},
        ],
    )
)


def rows(query: str) -> list[tuple[Any, ...]]:
    records = run(query, LEADS).records
    assert all(record["attributes"] == {"type": "AggregateResult"} for record in records)
    return [tuple(value for key, value in record.items() if key != "attributes") for record in records]


def test_functions_are_named_expr_unless_they_have_an_alias() -> None:
    (record,) = run("SELECT COUNT(Id) many, SUM(Amount), AVG(Amount), MAX(Staff) FROM Lead", LEADS).records
    assert list(record) == ["attributes", "many", "expr0", "expr1", "expr2"]
    assert (record["expr0"], record["expr2"]) == (8.0, 4)


def test_an_aggregate_over_nothing_is_one_row_and_groups_of_nothing_are_none() -> None:
    assert rows("SELECT COUNT(Id), SUM(Amount), MIN(Made) FROM Lead WHERE Amount > 99") == [(0, None, None)]
    assert rows("SELECT COUNT(Id) FROM Lead WHERE Amount > 99 GROUP BY Rating") == []


def test_groups_count_values_and_not_rows() -> None:
    found = rows(
        "SELECT Source, COUNT(Source), COUNT(Amount), COUNT_DISTINCT(Rating) FROM Lead GROUP BY Source"
    )
    assert found == [("Web", 2, 2, 1), ("Phone", 1, 0, 1), (None, 0, 1, 1)]


def test_distinct_texts_differ_by_more_than_case() -> None:
    assert rows("SELECT COUNT_DISTINCT(Source), COUNT(Source) FROM Lead") == [(2, 3)]


def test_having_and_order_work_over_groups() -> None:
    query = (
        "SELECT Source, SUM(Amount) FROM Lead GROUP BY Source HAVING SUM(Amount) > 0 "
        "ORDER BY SUM(Amount) DESC"
    )
    assert rows(query) == [(None, 5.0), ("Web", 3.0)]
    assert rows("SELECT Source FROM Lead GROUP BY Source HAVING Source LIKE 'p%'") == [("Phone",)]
    assert rows("SELECT Source FROM Lead GROUP BY Source ORDER BY Source LIMIT 1 OFFSET 1") == [("Phone",)]


def test_rollup_adds_subtotals() -> None:
    query = (
        "SELECT Rating, Source, GROUPING(Rating), GROUPING(Source) g, COUNT(Amount) "
        "FROM Lead GROUP BY ROLLUP(Rating, Source)"
    )
    assert rows(query) == [
        ("Hot", "Web", 0, 0, 2),
        ("Cold", "Phone", 0, 0, 0),
        ("Hot", None, 0, 0, 1),
        ("Hot", None, 0, 1, 3),
        ("Cold", None, 0, 1, 0),
        (None, None, 1, 1, 3),
    ]


def test_cube_adds_every_combination() -> None:
    found = rows("SELECT Rating, Source, COUNT(Amount) FROM Lead GROUP BY CUBE(Rating, Source)")
    assert len(found) == 3 + 2 + 3 + 1


def test_date_functions_group() -> None:
    query = (
        "SELECT CALENDAR_YEAR(Made) year, COUNT_DISTINCT(Rating) FROM Lead WHERE Made != null "
        "GROUP BY CALENDAR_YEAR(Made) ORDER BY CALENDAR_YEAR(Made)"
    )
    assert rows(query) == [(2023, 1), (2024, 1)]


def test_labels_of_keys() -> None:
    records = run("SELECT toLabel(Rating) r, COUNT(Id) FROM Account GROUP BY Rating").records
    assert [record["r"] for record in records] == ["Cold!", "Hot!", None]


def test_a_field_of_a_parent_is_named_by_its_last_step() -> None:
    records = run("SELECT Account.Name, COUNT(Id) FROM Contact GROUP BY Account.Name").records
    assert [(record["Name"], record["expr0"]) for record in records] == [
        ("Acme", 2),
        ("globex 100%", 1),
        (None, 1),
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT Name, Owner.Name FROM Account GROUP BY Name, Owner.Name", "duplicate alias: Name"),
        ("SELECT COUNT() FROM Account GROUP BY Name", "COUNT() does not support GROUP BY"),
        ("SELECT Rating, GROUPING(Rating) FROM Account GROUP BY Rating", "not in ROLLUP or CUBE: Rating"),
        ("SELECT AVG(Active__c) FROM Account", "does not support aggregate operator AVG"),
        ("SELECT Id FROM Account WHERE COUNT(Id) > 1", "unexpected token: 'COUNT'"),
    ],
)
def test_what_cannot_be_grouped_says_so(query: str, message: str) -> None:
    with pytest.raises(Exception, match="ERROR at Row:1") as caught:
        run(query)
    assert str(caught.value).endswith(message)
