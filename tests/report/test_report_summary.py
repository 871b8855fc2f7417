"""The end of a run, whole: causes first, then the grid."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from report_results import BLOCKED, DISAGREE, EVERY, EXTRA, FIELDS, MISSING, SYNC, WORLD, at, field, result

from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.report.record import record_of
from pytest_sfintegration.report.summary import render_causes, render_grid
from pytest_sfintegration.rights import Operation


def records(*rows: RowResult, user: str = "acme@example.com") -> list[Mapping[str, Any]]:
    return [record_of(row, org="embedded", user=user, order=order) for order, row in enumerate(rows)]


def marked(row: RowResult, **marks: str) -> RowResult:
    return replace(row, marks={name.replace("_", " "): mark for name, mark in marks.items()})


GRID = [
    marked(EXTRA, create="yes", read="yes", edit="yes", delete="EXTRA", view_all="-", modify_all="EXTRA"),
    marked(FIELDS, fields="11 WRONG"),
    marked(
        replace(MISSING, row="Long_Object_Name__c-crud", object="Long_Object_Name__c", findings=()),
        create="-",
        read="yes",
        edit="-",
        delete="-",
        view_all="-",
        modify_all="-",
    ),
    marked(BLOCKED, blocked="EXTRA"),
    marked(replace(BLOCKED, row="blocked-ViewAllData", findings=()), blocked="blocked"),
    marked(replace(BLOCKED, row="user-permissions", findings=()), user_permissions="2 allowed"),
    marked(WORLD, closed_world="14 OBJECTS"),
]


def test_causes_read_as_told(matches_snapshot: Callable[[str, str], None]) -> None:
    matches_snapshot("causes", "\n".join(render_causes(records(*EVERY.values()))))


def test_grid_reads_as_told(matches_snapshot: Callable[[str, str], None]) -> None:
    other = records(marked(replace(DISAGREE, integration="Bolt"), create="yes"), user="bolt@example.com")
    matches_snapshot("grid", "\n".join(render_grid([*records(*GRID), *other])))


def test_nothing_wrong_has_no_causes() -> None:
    assert render_causes(records(replace(EXTRA, findings=()))) == []


def test_500_wrong_rights_of_one_set_are_one_cause_in_few_lines() -> None:
    findings = [
        Finding(
            verdict=Verdict.EXTRA,
            right=field("Account", f"Field_{number}__c", Operation.READ),
            expected=False,
            at=at(9),
            grants=(SYNC,),
        )
        for number in range(500)
    ]
    rows = records(result(*findings[:250], row="a"), result(*findings[250:], row="b"))
    causes = render_causes(rows)
    assert causes[0] == "500 rights not as declared, 1 cause:"
    assert len(causes) + len(render_grid(rows)) <= 30


@given(counts=st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_causes_never_take_more_than_50_lines_and_lose_no_right(counts: list[int]) -> None:
    findings = [
        Finding(
            verdict=Verdict.EXTRA,
            right=field("Account", f"F{number}_{index}__c", Operation.READ),
            expected=False,
            at=at(9),
            grants=(replace(SYNC, name=f"Set_{number}"),),
        )
        for number, count in enumerate(counts)
        for index in range(count)
    ]
    lines = render_causes(records(result(*findings)))
    assert len(lines) <= 50
    told = sum(int(line.split()[0]) for line in lines if " x " in line)
    rest = [int(line.split()[2]) for line in lines if "further causes" in line]
    assert told + sum(rest) == sum(counts)
    ranked = [int(line.split()[0]) for line in lines if " x " in line]
    assert ranked == sorted(counts, reverse=True)[: len(ranked)]


def test_size_is_linear_in_the_objects() -> None:
    def size(count: int) -> int:
        rows = [replace(GRID[0], object=f"Object_{number:06}__c") for number in range(count)]
        return sum(map(len, render_grid(records(*rows))))

    assert size(4000) < 4.1 * size(1000)
