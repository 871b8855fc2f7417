"""The checklist in a pytest run: marker, exit status, plan, notes, and a user who cannot log in."""

import re

import pytest
import simple_salesforce  # noqa: F401 - see tests/plugin/conftest.py
from checklist_org import FILES, HOURS, MATRIX, PROFILE, RANGE, SESSION, object_read, profile

ARGUMENTS = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:faker", "--sf-org=embedded")
UPKEEP = (
    "review or rotation or active or last or login_ or logins or tokens or inventory or privileg or licen"
)


class Run:
    """A project on disk, and pytest in it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.files = {**FILES, "acme.matrix.yaml": MATRIX}

    def __call__(self, *args: str) -> pytest.RunResult:
        for name, text in self.files.items():
            path = self._pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self._pytester.runpytest_inprocess(*ARGUMENTS, *args)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return Run(pytester)


PLANNING = "checklist-profile or checklist-app or checklist-session or checklist-uses or checklist-own"


def test_the_marker_selects_the_items_and_nothing_else(run: Run) -> None:
    lines = run("--collect-only", "-q", "-m", "sf_checklist").outlines
    ids = [line.partition("::")[2] for line in lines if "::" in line]
    assert "Acme[checklist-profile-empty]" in ids
    assert all(one.startswith("Acme[checklist-") for one in ids)


def test_items_pass_in_three_calls(run: Run) -> None:
    result = run("-k", PLANNING)
    outcomes = result.parseoutcomes()
    assert set(outcomes) <= {"passed", "skipped", "deselected"}
    assert outcomes["skipped"] == 1
    text = result.stdout.str()
    told = re.search(r"checklist: (\d+) of (\d+) met, 1 live only\n", text)
    assert told is not None
    assert int(told[1]) == int(told[2]) - 1
    assert re.search(r"0 rights and \d+ practices judged in \d+ tests, 3 API calls used", text)


def test_granularity_cell_judges_each_item_once(run: Run) -> None:
    text = run("--sf-granularity=cell", "-k", "checklist-app").stdout.str()
    assert "0 rights and 6 practices judged in 6 tests" in text


def test_plan_tells_the_calls_that_are_made(run: Run) -> None:
    planned = run("--sf-plan", "-k", PLANNING).stdout.str()
    assert "Acme: at most 3 API calls\n" in planned
    assert "      3  checklist\n" in planned


def test_an_item_that_is_not_met_fails_with_status_1(run: Run) -> None:
    run.files[PROFILE] = profile(HOURS, RANGE, object_read("Account"))
    result = run("-k", "checklist-profile-empty")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*not met: the profile grants nothing beyond API access*"])


def test_an_item_that_cannot_be_told_fails_with_status_8(run: Run) -> None:
    del run.files[SESSION]
    assert run("-k", "checklist-session").ret == 8


def test_what_is_not_declared_is_told_and_strict_does_not_accept_it(run: Run) -> None:
    head = MATRIX.partition("checklist:")[0]
    run.files["acme.matrix.yaml"] = f"{head}checklist: standard\n"
    result = run("-k", "checklist-uses")
    assert result.ret == 0
    assert result.parseoutcomes()["skipped"] == 1
    told = result.stdout.str()
    assert "checklist: 0 of 1 met, 1 not declared" in told
    assert "checklist-uses was not judged" in told
    assert run("-k", "checklist-uses", "--sf-strict").ret == 8


def test_items_beside_a_function_of_ones_own(run: Run) -> None:
    run.files["test_acme.py"] = (
        "import pytest\n\n\n@pytest.mark.sf_checklist\ndef test_practice(sf_case):\n"
        "    assert sf_case.result.practice.state == 'met'\n"
    )
    result = run("test_acme.py", "-k", "checklist-profile or checklist-app or checklist-uses")
    assert result.parseoutcomes()["passed"] == 9
    assert "failed" not in result.parseoutcomes()
