"""Waivers, what is not declared, and how an item that is not met reads."""

from dataclasses import replace
from pathlib import Path

import pytest
from checklist_org import HOURS, MATRIX, PROFILE, RANGE, Project, object_read, profile

from pytest_sfintegration.checks.verdict import Verdict
from pytest_sfintegration.report.failure import render_failure
from pytest_sfintegration.report.record import record_of
from pytest_sfintegration.report.summary import render_causes, render_grid

FAULTY = profile(HOURS, RANGE, object_read("Account"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(folder=tmp_path)


def waived(project: Project, expires: str = "2099-12-31") -> Project:
    waiver = f"{{item: profile_empty, reason: until the clone, expires: {expires}}}"
    return replace(project, matrix=f"{MATRIX}  waive:\n    - {waiver}\n")


def test_waived_item_passes_and_says_why(project: Project) -> None:
    result = waived(project).with_file(PROFILE, FAULTY).result("profile_empty")
    assert result.ok
    assert result.marks == {"checklist": "waived"}
    assert result.practice is not None
    assert (result.practice.state, result.practice.waived) == ("waived", "until the clone")
    assert result.practice.problems == ("1 object: Account",)
    assert result.notes == ()


def test_waiver_holds_on_its_last_day_and_not_after(project: Project) -> None:
    faulty = project.with_file(PROFILE, FAULTY)
    assert waived(faulty, "2026-05-20").result("profile_empty").ok
    result = waived(faulty, "2026-05-19").result("profile_empty")
    assert [one.verdict for one in result.findings] == [Verdict.NOT_MET]
    assert "this waiver of profile_empty expired on 2026-05-19" in result.notes[0]


def test_waiver_that_is_not_needed_is_noted(project: Project) -> None:
    result = waived(project).result("profile_empty")
    assert result.ok
    assert result.marks == {"checklist": "ok"}
    assert "there is no need to waive profile_empty: it is met" in result.notes[0]


def test_waiver_covers_what_could_not_be_told(project: Project) -> None:
    refused = replace(waived(project), refused=frozenset({"ObjectPermissions"}))
    assert refused.result("profile_empty").ok
    assert not replace(project, refused=frozenset({"ObjectPermissions"})).result("profile_empty").ok


def test_waiver_covers_what_is_not_declared(project: Project) -> None:
    head = MATRIX.partition("checklist:")[0]
    waiver = "{item: uses, reason: not known yet, expires: 2099-12-31}"
    text = f"{head}checklist: {{uses: on, waive: [{waiver}]}}\n"
    result = replace(project, matrix=text).result("uses")
    assert result.marks == {"checklist": "waived"}
    assert result.notes == ()


NEEDS = ("app", "login_hours", "login_ip_ranges", "naming", "session", "uses")


@pytest.mark.parametrize("item", NEEDS)
def test_what_is_not_declared_is_a_note_under_standard_and_not_met_under_strict(
    item: str, project: Project
) -> None:
    head = MATRIX.partition("checklist:")[0]
    standard = replace(project, matrix=f"{head}checklist: {{{item}: on}}\n").result(item)
    assert standard.ok
    assert standard.marks == {"checklist": "not declared"}
    assert "was not judged: nothing is declared to compare with: add to checklist" in standard.notes[0]
    strict = replace(project, matrix=f"{head}checklist: strict\n").result(item)
    assert [one.verdict for one in strict.findings] == [Verdict.NOT_MET]
    assert strict.practice is not None
    assert strict.practice.state == "not met"


def test_failure_tells_practice_observed_expected_remedy_and_source(project: Project) -> None:
    result = project.with_file(PROFILE, FAULTY).result("profile_empty")
    text = render_failure(result, user="acme", org="embedded", rerun="pytest x")
    assert text == SNAPSHOT
    assert max(len(line) for line in text.splitlines()) <= 79


SNAPSHOT = """\
not met: the profile grants nothing beyond API access

  Not met:  the profile grants nothing beyond API access
            1 object: Account

  observed  profile Acme Integration grants more
  expected  API Enabled and API Only User, and nothing else
  in Setup  Profiles > the profile: clear its object, field, user, Apex, page,
            tab and app permissions; grant what is needed by permission sets.
  source    Salesforce Admins, "Best Practices for Configuring Your Integration
            User"; Salesforce Help, "Give Integration Users API Only Access"
  severity  high
  declared  acme.matrix.yaml:12:1
  user      acme on embedded
  evidence  configured
  rerun     pytest x"""


def test_evidence_is_named_where_a_table_told_and_nowhere_else(project: Project) -> None:
    assert project.result("user_license").levels == ("configured",)
    assert project.result("covered_objects").levels == ()
    assert replace(project, made=True).result("own_profile").levels == ()
    assert replace(project, refused=frozenset({"ObjectPermissions"})).result("profile_empty").levels == ()


def test_summary_counts_practices_apart_from_rights(project: Project) -> None:
    faulty = waived(project).with_file(PROFILE, FAULTY).results()
    records = [
        record_of(one, org="embedded", user="acme", order=order) for order, one in enumerate(faulty.values())
    ]
    grid = render_grid(records)
    assert grid[0] == "Acme as acme on embedded"
    met = len(records) - 2
    assert grid[1].startswith(f"  checklist: {met - _other(records)} of {len(records)} met")
    assert "1 waived" in grid[1]
    marks = [one["marks"]["checklist"] for one in records]
    assert f"{marks.count('NOT MET')} NOT MET" in grid[1]
    causes = render_causes([one for one in records if one["row"] == "checklist-rights-by-permission-sets"])
    assert causes[:2] == ["1 practice not met, 1 cause:", "  1 x the profile grants 1 object: Account"]


def test_causes_tell_what_is_not_met_from_what_could_not_be_told(project: Project) -> None:
    bare = replace(project, source_beside=False).with_file(PROFILE, FAULTY)
    results = bare.results("session", "profile_empty")
    records = [record_of(one, org="embedded", user="acme", order=1) for one in results.values()]
    assert render_causes(records)[0] == "1 practice not met, 1 practice could not be told, 2 causes:"


def _other(records: list[object]) -> int:
    """Count the items that this org meets neither: those of upkeep, which need a life of their own."""
    marks = [one["marks"]["checklist"] for one in records]  # type: ignore[index]
    return len(records) - marks.count("ok") - 2


def test_record_carries_what_a_review_needs(project: Project) -> None:
    record = record_of(project.result("user_license"), org="o", user="u", order=1)
    assert record["practice"]["state"] == "met"
    assert record["practice"]["observed"] == "Salesforce Integration"
    assert record["practice"]["group"] == "Planning and configuration"
    assert record["judged"] == 0
