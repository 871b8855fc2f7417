"""The message of a failing row, whole."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_results import EVERY, EXTRA, FIELDS, SYNC, at, field, result

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.verdict import Finding, Verdict
from pytest_sfintegration.report.failure import render_failure
from pytest_sfintegration.rights import Operation


def render(row: object) -> str:
    rerun = f"pytest 'acme.matrix.yaml::Acme[{row.row}]' --sf-org=embedded"  # type: ignore[attr-defined]
    return render_failure(row, user="acme@example.com", org="embedded", rerun=rerun)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", EVERY)
def test_failure_of_each_kind_reads_as_told(name: str, matches_snapshot: Callable[[str, str], None]) -> None:
    matches_snapshot(f"failure-{name}", render(EVERY[name]))


@pytest.mark.parametrize("name", EVERY)
def test_lines_below_the_title_are_at_most_80_wide(name: str) -> None:
    title, *lines = render(EVERY[name]).splitlines()
    assert len(title) <= 200
    assert [line for line in lines if len(line) > 80 and "rerun" not in line] == []


def test_long_names_alone_may_be_wider() -> None:
    name = "N" * 90 + "__c"
    row = result(replace(EXTRA.findings[0], right=field("Account", name, Operation.READ)))
    wide = [line for line in render(row).splitlines()[1:] if len(line) > 80]
    assert all(name in line for line in wide)


def many(count: int) -> list[Finding]:
    return [
        Finding(
            verdict=Verdict.EXTRA,
            right=field("Account", f"Field_{number}__c", Operation.READ),
            expected=False,
            at=at(number),
            observed=dict.fromkeys(Level, True),
            grants=(SYNC,),
            paste=f"Account: {{fields: {{read: [Field_{number}__c]}}}}",
        )
        for number in range(1, count + 1)
    ]


def test_long_lists_of_places_and_lines_to_paste_are_counted() -> None:
    text = render(result(*many(40), row="Account-fields"))
    assert "... and 28 more places" in text
    assert text.count("Account: {fields: ") == 12
    assert "      ... and 28 more\n" in text


def test_further_causes_are_counted() -> None:
    findings = [
        replace(one, grants=(replace(SYNC, name=f"Set_{number}"),)) for number, one in enumerate(many(15))
    ]
    text = render(result(*findings))
    assert "  ... and 3 more extra, of 3 further causes" in text


def test_size_is_linear_in_the_rights() -> None:
    small, large = (len(render(result(*many(count)))) for count in (500, 5000))
    assert large < 12 * small


@given(
    chosen=st.lists(
        st.tuples(
            st.sampled_from(["Fax", "Phone", "Site"]), st.sampled_from([Operation.READ, Operation.EDIT])
        ),
        min_size=1,
        unique=True,
    )
)
def test_every_right_is_told_exactly_once(chosen: list[tuple[str, Operation]]) -> None:
    template = FIELDS.findings[0]
    findings = [replace(template, right=field("Account", name, one)) for name, one in chosen]
    lines = render(result(*findings)).splitlines()
    (told,) = [line.removeprefix("  Extra:    ") for line in lines if line.startswith("  Extra:")]
    said = {
        (name.removeprefix(f"{operation} Account."), Operation(operation))
        for part in told.split("; ")
        for operation in [part.split()[0]]
        for name in part.split(", ")
    }
    assert said == set(chosen)
