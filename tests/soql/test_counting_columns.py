"""A test over a column equals the test of each record's value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.embedded.soql import counting
from pytest_sfintegration.embedded.soql.counting import Columns

VALUES = st.none() | st.booleans() | st.integers(0, 3) | st.floats(0, 3) | st.sampled_from(["a", "A", ""])


@given(values=st.lists(VALUES, max_size=40) | st.lists(st.sampled_from(["b", "a", None]), min_size=12))
@pytest.mark.parametrize("sample", [1, 4, 4096])
def test_column_is_tested_as_its_records_are(sample: int, values: list[Any]) -> None:
    def test(value: Any) -> bool:
        return isinstance(value, str) or (value is not None and value >= 1)

    rows = [{"Field__c": value} if value is not None else {} for value in values]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_SAMPLE", sample)
        columns = Columns(rows)
        patch.setattr(counting, "_MOST", 3)
        for _ in range(2):
            assert list(columns.tested("Field__c", test)) == [test(row.get("Field__c")) for row in rows]


def test_values_that_recur_are_tested_once() -> None:
    asked: list[Any] = []

    def test(value: Any) -> bool:
        asked.append(value)
        return bool(value == "b")

    columns = Columns([{"Stage": stage} for stage in "abc" * 1000])
    assert sum(columns.tested("Stage", test)) == 1000
    assert sorted(asked) == ["a", "b", "c"]
