"""``--sf-review``: the review of a run for auditors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from plugin_suite import Suite, field_permission, object_permission

TEXT: dict[str, Any] = {"type": "string"}
LIST: dict[str, Any] = {"type": "array", "items": TEXT}


def shape(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


FINDING = shape(
    verdict={"enum": ["extra", "missing", "unknown target", "not met", "inconclusive"]},
    right=TEXT,
    at={"type": "string", "pattern": r":\d+$"},
    observed={"type": "object", "additionalProperties": {"type": "boolean"}},
    granted_by=LIST,
    muted_by=LIST,
    nearest=LIST,
    reasons=LIST,
    note=TEXT,
)
ROW = shape(
    row=TEXT,
    test=TEXT,
    user=TEXT,
    aspect=TEXT,
    state={
        "enum": [
            "ok",
            "not as declared",
            "could not be told",
            "waived",
            "not declared",
            "needs a live org",
            "test failed",
        ]
    },
    declared=TEXT,
    observed=TEXT,
    evidence=LIST,
    control=TEXT,
    granted_by=LIST,
    at={"type": "string", "pattern": r":\d+$"},
    subject=TEXT,
    findings={"type": "array", "items": FINDING},
    notes=LIST,
)
PRACTICE = shape(
    **ROW["properties"],
    title=TEXT,
    severity={"enum": ["high", "medium", "low"]},
    expected=TEXT,
    problems=LIST,
    setup=TEXT,
    source=TEXT,
    waived=TEXT,
    note=TEXT,
)
SCHEMA = shape(
    version={"const": 1},
    date={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    tool=TEXT,
    org=shape(name=TEXT, kind=TEXT, id={"type": ["string", "null"]}),
    complete={"type": "boolean"},
    summary={"type": "object", "additionalProperties": {"type": "integer"}},
    integrations={
        "type": "array",
        "items": shape(
            integration=TEXT,
            matrix=TEXT,
            users=LIST,
            practices={"type": "array", "items": PRACTICE},
            rows={"type": "array", "items": ROW},
            left_out={
                "type": "array",
                "items": shape(names=LIST, reason=TEXT, expires={"type": ["string", "null"]}, at=TEXT),
            },
            not_run={"type": "array", "items": shape(row=TEXT, at=TEXT)},
        ),
    },
)


def documents(suite: Suite, stem: str = "review") -> tuple[str, dict[str, Any]]:
    """Return both documents; the JSON has the documented shape."""
    folder = suite.pytester.path
    found = json.loads((folder / f"{stem}.json").read_text())
    Draft202012Validator(SCHEMA).validate(found)
    return (folder / f"{stem}.md").read_text(), found


def without_date(text: str) -> list[str]:
    lines = text.splitlines()
    rest = [line for line in lines if not re.search(r"\d{4}-\d\d-\d\dT", line)]
    assert len(rest) == len(lines) - 1
    return rest


def both(suite: Suite) -> tuple[list[str], list[str]]:
    """Return the lines of both documents but for the line of the date."""
    texts = (suite.pytester.path / f"review.{ending}" for ending in ("md", "json"))
    markdown, data = (without_date(path.read_text()) for path in texts)
    return markdown, data


def states(found: dict[str, Any]) -> dict[str, str]:
    return {
        row["row"]: row["state"]
        for part in found["integrations"]
        for row in (*part["practices"], *part["rows"])
    }


WRONG = (
    field_permission("Account.Phone"),
    field_permission("Account.Industry"),
    object_permission("Account", "CRED"),
    object_permission("Contact", "R"),
    object_permission("Lead", "R"),
)

LEFT_OUT = """
ignore:
  - {objects: [Lead], reason: "leads are open to everybody", expires: 2099-12-31}
checklist:
  preset: standard
  waive:
    - {item: login_ip_ranges, reason: "inherited | until the <b>audit</b>", expires: 2099-06-30}
"""


def test_a_review_tells_every_row_who_grants_it_and_where_it_is_declared(suite: Suite) -> None:
    result = suite.run("--sf-review=review")
    assert result.ret == 0
    assert "review: review.md and review.json" in result.outlines
    markdown, found = documents(suite)
    assert found["complete"] is True
    assert set(states(found).values()) == {"ok"}
    assert found["org"] == {"name": "embedded", "kind": "embedded org", "id": None}
    row = found["integrations"][0]["rows"][1]
    assert row["row"] == "Account-fields"
    assert row["declared"] == "edit Phone; read Industry; others hidden"
    assert row["granted_by"] == ["permission set Sync"]
    assert row["evidence"] == ["configured", "described", "enforced"]
    assert row["at"] == "acme.matrix.yaml:9"
    assert (
        "| Account-crud | ok | create, read, edit | as declared | configured, described, enforced |"
        in markdown
    )
    assert "Not complete" not in markdown


def test_failing_and_waived_rows_are_explained(suite: Suite) -> None:
    suite = suite.with_sync(*WRONG).with_matrix(suite.files["acme.matrix.yaml"] + LEFT_OUT)
    suite.run("--sf-review=review")
    markdown, found = documents(suite)
    told = states(found)
    assert told["Account-crud"] == told["Account-fields"] == "not as declared"
    assert told["checklist-login-ip-ranges"] == "waived"
    assert told["checklist-uses"] == "not declared"
    rows = {row["row"]: row for row in found["integrations"][0]["rows"]}
    assert rows["Account-crud"]["observed"] == "extra: delete Account"
    assert rows["Account-crud"]["findings"][0]["granted_by"] == ["permission set Sync"]
    assert [one["names"] for one in found["integrations"][0]["left_out"]] == [
        ["Lead"],
        ["practice login_ip_ranges"],
    ]
    assert "| Lead | leads are open to everybody | 2099-12-31 | acme.matrix.yaml:18 |" in markdown
    assert r"inherited \| until the &lt;b&gt;audit&lt;/b&gt; | 2099-06-30" in markdown
    assert "  - extra delete Account; granted by permission set Sync" in markdown
    assert "user licence is Salesforce Integration | not as declared |" in markdown
    assert "  - not met: the user licence is Salesforce Integration; " in markdown
    assert "  - in Setup: " in markdown


def test_every_row_that_is_ok_names_its_evidence(suite: Suite) -> None:
    text = suite.files["acme.matrix.yaml"].replace(
        "blocked:", "blocked:\n  user_permissions: [ModifyAllData]"
    )
    more = "checklist: {active: on, own_profile: on}\n"
    suite.with_matrix(text + more).run("--sf-review=review")
    _, found = documents(suite)
    (part,) = found["integrations"]
    evidence = {row["row"]: row["evidence"] for row in (*part["practices"], *part["rows"])}
    assert evidence["blocked-ModifyAllData"] == ["configured"]
    assert evidence["checklist-active"] == ["configured"]
    assert evidence["checklist-own-profile"] == []  # a live org alone can tell
    assert all(evidence[row["row"]] for row in part["rows"])


def test_what_could_not_be_told_is_told_as_that(suite: Suite) -> None:
    suite.run("--sf-review=review", "--sf-max-calls=1")
    markdown, found = documents(suite)
    told = states(found)
    assert told["Account-crud"] == told["Account-fields"] == told["closed-world"] == "could not be told"
    assert "--sf-max-calls" in markdown


def test_two_runs_differ_in_their_date_alone(suite: Suite) -> None:
    suite = suite.with_sync(*WRONG).with_matrix(suite.files["acme.matrix.yaml"] + LEFT_OUT)
    suite.run("--sf-review=review")
    first = both(suite)
    suite.run("--sf-review=review", "-p", "no:randomly")
    assert both(suite) == first
    suite.write()
    suite.pytester.runpytest_subprocess("--sf-review=review", "-n2", "-p", "no:cacheprovider")
    assert both(suite) == first


def test_rows_that_were_not_run_are_named(suite: Suite) -> None:
    suite.run("--sf-review=review", "-k", "not Contact-crud")
    markdown, found = documents(suite)
    assert found["integrations"][0]["not_run"] == [{"row": "Contact-crud", "at": "acme.matrix.yaml:12"}]
    assert found["complete"] is False
    assert found["summary"]["not run"] == 1
    assert "### Not run" in markdown
    assert "Not complete" in markdown


def test_a_run_that_stops_early_is_not_complete(suite: Suite) -> None:
    suite.with_sync(*WRONG).run("--sf-review=review", "-x")
    _, found = documents(suite)
    assert found["complete"] is False
    assert found["integrations"][0]["not_run"]


def test_a_matrix_that_cannot_be_collected_is_not_complete(suite: Suite) -> None:
    suite.with_file("bad.matrix.yaml", "integration: Bad\n").run(
        "--sf-review=review", "--continue-on-collection-errors"
    )
    _, found = documents(suite)
    assert set(states(found).values()) == {"ok"}
    assert found["complete"] is False


def test_cells_are_rows_of_a_review(suite: Suite) -> None:
    suite.run("--sf-review=review", "--sf-granularity=cell", "-k", "not Account-delete")
    _, found = documents(suite)
    assert states(found)["Account-create"] == "ok"
    assert [one["row"] for one in found["integrations"][0]["not_run"]] == ["Account-delete"]


def test_a_test_of_one_s_own_that_fails_beyond_its_row_is_told(suite: Suite) -> None:
    suite = suite.with_tests(
        """
        import pytest

        @pytest.mark.sf_crud(objects="Contact")
        def test_more():
            assert not "this"
        """
    )
    suite.run("--sf-review=review", "test_acme.py")
    _, found = documents(suite)
    assert states(found) == {"Contact-crud": "test failed"}


def test_hostile_names_change_nothing_but_their_own_cell(suite: Suite) -> None:
    evil = (
        r'"a | b\n\n# Title <img src=x onerror=alert(1)> [link](https://evil.example) `code` *bold* \u202e"'
    )
    suite = suite.with_matrix(
        suite.files["acme.matrix.yaml"] + f"ignore:\n  - {{objects: [Lead], reason: {evil}}}\n"
    )
    suite.run("--sf-review=review")
    markdown, found = documents(suite)
    assert "\n# Title" not in markdown
    assert "<img" not in markdown
    assert "\u202e" not in markdown
    assert not re.search(r"(?<!\\)\[link", markdown)
    line = next(line for line in markdown.splitlines() if line.startswith("| Lead |"))
    assert len(re.findall(r"(?<!\\)\|", line)) == 5
    assert "<img" in found["integrations"][0]["left_out"][0]["reason"]


TOKEN = "00D000000000001!AQEAQOfTheTest.0123456789abcdef"


def test_no_secret_and_no_address_of_an_org_is_written(suite: Suite) -> None:
    suite = suite.with_matrix(
        suite.files["acme.matrix.yaml"]
        + f"ignore:\n  - {{objects: [Lead], reason: 'as {TOKEN} said on https://acme.my.salesforce.com/x'}}\n"
    )
    suite.run("--sf-review=review")
    markdown, found = documents(suite)
    for text in (markdown, json.dumps(found)):
        assert TOKEN not in text
        assert "acme.my.salesforce.com" not in text
    assert found["integrations"][0]["left_out"][0]["reason"] == "as (secret) said on https://(host)/x"


PLACES = {
    "reviews/": "reviews/sf-review",
    "reviews": "reviews/sf-review",
    "reviews/acme.md": "reviews/acme",
    "reviews/acme.v1": "reviews/acme.v1",
}


@pytest.mark.parametrize("given", PLACES)
def test_a_review_stands_in_a_folder_or_under_a_stem(suite: Suite, given: str) -> None:
    if given == "reviews":  # a folder that is there needs no slash; others are made
        (suite.pytester.path / given).mkdir()
    suite.with_file("pytest.ini", f"[pytest]\nsf_review = {given}\n").run()
    assert documents(suite, PLACES[given])[1]["complete"] is True
    names = {path.name for path in (suite.pytester.path / "reviews").iterdir()}
    assert names == {f"{Path(PLACES[given]).name}.md", f"{Path(PLACES[given]).name}.json"}


@pytest.mark.parametrize("given", ["pytest.ini/review", "pytest.ini/", "taken"])
def test_a_path_that_cannot_be_written_is_refused_before_any_test(suite: Suite, given: str) -> None:
    (suite.pytester.path / "taken.json").mkdir()
    result = suite.with_file("pytest.ini", "[pytest]\n").run(f"--sf-review={given}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --sf-review: *: name another path*"])
    assert not [line for line in result.outlines if "passed" in line]


def test_nothing_is_written_where_nothing_runs(suite: Suite) -> None:
    suite.run("--sf-review=review", "--collect-only")
    suite.run("--sf-review=review", "--sf-plan")
    assert not list(suite.pytester.path.glob("review*"))


def test_a_record_carries_the_review_only_on_request(suite: Suite) -> None:
    suite.run("--junit-xml=plain.xml")
    suite.run("--junit-xml=more.xml", "--sf-review=review")
    plain, more = ((suite.pytester.path / f"{name}.xml").read_text() for name in ("plain", "more"))
    assert "granted_by" not in plain
    assert "granted_by" in more
