"""WHERE: operators, empty values, strings, dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soql_memory import Field, entity, memory
from soql_sales import names, run

from pytest_sfintegration.embedded.soql.dates import span
from pytest_sfintegration.embedded.soql.literals import COUNTED_RANGES, PLAIN_RANGES


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'ACME'", ["Acme"]),
        ("Name != 'acme'", ["globex 100%", "Void"]),
        ("Name <> 'acme'", ["globex 100%", "Void"]),
        ("Name > 'Acme'", ["globex 100%", "Void"]),
        ("Name LIKE 'A%'", ["Acme"]),
        ("Name LIKE '%100\\%'", ["globex 100%"]),
        ("Name LIKE 'v_id'", ["Void"]),
        ("Name LIKE 'v\\_id'", []),
        ("NOT Name LIKE '%o%'", ["Acme"]),
        ("Rating = null", ["Void"]),
        ("Rating = ''", ["Void"]),
        ("Rating != null", ["Acme", "globex 100%"]),
        ("Rating != 'Hot'", ["Acme", "Void"]),
        ("Rating IN ('hot', null)", ["globex 100%", "Void"]),
        ("Rating NOT IN ('Hot')", ["Acme", "Void"]),
        ("AnnualRevenue > 250", ["Acme", "globex 100%"]),
        ("AnnualRevenue <= 250.5", ["globex 100%"]),
        ("AnnualRevenue != 1000", ["globex 100%", "Void"]),
        ("AnnualRevenue IN (1000, 250.5)", ["Acme", "globex 100%"]),
        ("Active__c = true", ["Acme"]),
        ("Active__c = false", ["globex 100%", "Void"]),
        ("Active__c != true", ["globex 100%", "Void"]),
        ("Regions__c INCLUDES ('EMEA')", ["Acme"]),
        ("Regions__c INCLUDES ('emea;amer', 'amer')", ["globex 100%"]),
        ("Regions__c EXCLUDES ('emea')", ["globex 100%", "Void"]),
        ("Founded__c = 1999-12-31", ["Acme"]),
        ("Founded__c = THIS_WEEK", ["globex 100%"]),
        ("CreatedDate = TODAY", ["Acme"]),
        ("CreatedDate = YESTERDAY", ["globex 100%"]),
        ("CreatedDate < TODAY", ["globex 100%", "Void"]),
        ("CreatedDate >= YESTERDAY", ["Acme", "globex 100%"]),
        ("CreatedDate > YESTERDAY", ["Acme"]),
        ("CreatedDate <= YESTERDAY", ["globex 100%", "Void"]),
        ("CreatedDate != TODAY", ["globex 100%", "Void"]),
        ("CreatedDate IN (TODAY, LAST_YEAR)", ["Acme", "Void"]),
        ("CreatedDate = LAST_N_DAYS:1", ["Acme", "globex 100%"]),
        ("CreatedDate = 2024-05-15T02:00:00+02:00", ["Acme"]),
        ("CALENDAR_YEAR(CreatedDate) = 2023", ["Void"]),
        ("HOUR_IN_DAY(convertTimezone(CreatedDate)) = 23", ["globex 100%"]),
        ("DAY_ONLY(CreatedDate) = 2024-05-14", ["globex 100%"]),
        ("Owner.Name = 'ada' AND (Name = 'acme' OR Name = 'void')", ["Acme", "Void"]),
        ("(NOT Owner.Name = 'ada') AND Name != null", ["globex 100%"]),
    ],
)
def test_conditions_find(where: str, found: list[str]) -> None:
    assert names(f"SELECT Name FROM Account WHERE {where}") == found


def test_escapes_stand_for_their_characters() -> None:
    value = 'it\'s\n\t"a\\b" é'
    org = memory(entity("Note__c", "a03", Field(name="Text__c"), data=[{"Id": "a0", "Text__c": value}]))
    written = 'it\\\'s\\n\\t\\"a\\\\b\\" \\u00e9'
    assert run(f"SELECT COUNT() FROM Note__c WHERE Text__c = '{written}'", org).total_size == 1
    assert run(f"SELECT COUNT() FROM Note__c WHERE Text__c LIKE '{written}'", org).total_size == 1
    assert run(f"SELECT COUNT() FROM Note__c WHERE Text__c LIKE '{written}_'", org).total_size == 0


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@settings(deadline=None)
@given(DAYS, st.integers(1, 12))
def test_periods_follow_one_another_and_hold_today(today: date, fiscal: int) -> None:
    for unit in ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"):
        last, this, following = (
            span(f"{which}_{unit}", None, today, fiscal) for which in ("LAST", "THIS", "NEXT")
        )
        assert this[0] <= today < this[1]
        assert last[1] == this[0]
        assert this[1] == following[0]


@settings(deadline=None)
@given(DAYS, st.integers(1, 40), st.integers(1, 12))
def test_counted_periods_are_as_long_as_they_say(today: date, number: int, fiscal: int) -> None:
    for unit in ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"):
        past, future, ago = (
            span(name, number, today, fiscal)
            for name in (f"LAST_N_{unit}S", f"NEXT_N_{unit}S", f"N_{unit}S_AGO")
        )
        this = span(f"THIS_{unit}", None, today, fiscal)
        assert past[1] == this[0]
        assert future[0] == this[1]
        assert ago[0] == past[0]
        assert span(f"N_{unit}S_AGO", number - 1, today, fiscal)[0] == ago[1]
    assert span("LAST_N_DAYS", number, today) == (today - timedelta(number), today + timedelta(1))
    assert span("NEXT_N_DAYS", number, today) == (today + timedelta(1), today + timedelta(number + 1))


def test_weeks_begin_on_sunday_and_fiscal_years_where_told() -> None:
    wednesday = date(2024, 5, 15)
    assert span("THIS_WEEK", None, wednesday) == (date(2024, 5, 12), date(2024, 5, 19))
    assert span("THIS_FISCAL_YEAR", None, wednesday, 7) == (date(2023, 7, 1), date(2024, 7, 1))
    assert span("THIS_FISCAL_QUARTER", None, wednesday, 2) == (date(2024, 5, 1), date(2024, 8, 1))
    assert span("NEXT_90_DAYS", None, wednesday) == (date(2024, 5, 16), date(2024, 8, 14))


@settings(deadline=None)
@given(DAYS, st.integers(0, 10**9))
def test_every_relative_literal_is_a_span_however_far(today: date, number: int) -> None:
    for name in PLAIN_RANGES | COUNTED_RANGES:
        first, after = span(name, number, today)
        assert first <= after
