"""The items of upkeep in a run: what an org of one's own cannot tell is said once, and fails nothing."""

from plugin_suite import MATRIX, Suite, failed

_CHECKLIST = """\
checklist:
  review: {owner: CRM, reviewed: 2026-01-31, every: monthly}
  logins: {sources: [192.0.2.0/24], failed_per_day: 3}
  last_login: on
  no_ui_login: on
  inventory: on
"""


def test_items_about_the_past_are_not_judged_on_an_org_that_the_run_makes(suite: Suite) -> None:
    result = suite.with_matrix(MATRIX + _CHECKLIST).run("-m", "sf_checklist", "-k", "login or inventory")
    text = result.stdout.str()
    assert not [name for name in failed(result) if "login-ip" not in name and "login-hours" not in name], text
    assert "6 live only" in text
    told = [line for line in result.outlines if "marked live only were not judged" in line]
    assert len(told) == 1, text


def test_overdue_review_fails_and_names_its_line(suite: Suite) -> None:
    result = suite.with_matrix(MATRIX + _CHECKLIST).run("-k", "checklist-review")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the review is overdue by *", "*declared  acme.matrix.yaml:17:3*"])
