"""Few calls: told beforehand, while they are made and afterwards, and made once however many workers run."""

import re
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from live_run import judge, live_target
from live_server import LiveServer, serving
from live_suite import hubspot_org, prepare, user, verdicts

from pytest_sfintegration.collect.progress import Progress
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.orgs.client import Budget, Reply
from pytest_sfintegration.orgs.describe import describe_objects
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.orgs.live.shared import Shared
from pytest_sfintegration.orgs.packing import Call
from pytest_sfintegration.orgs.records import Recipe, RecordMaker
from pytest_sfintegration.sfdx import project

QUIET = ("-p", "no:hypothesispytest", "-p", "no:faker")
LINE = re.compile(
    r"API calls on sandbox: at most (\d+) planned for the matrices, (\d+) used in all, "
    r"([\d,]+) left in the org for 24 hours"
)


def told(result: pytest.RunResult) -> tuple[int, int, int]:
    found = LINE.search(result.stdout.str())
    assert found is not None, result.stdout.str()
    planned, used, left = (int(one.replace(",", "")) for one in found.groups())
    return planned, used, left


def calls_left(served: LiveServer) -> int:
    return served.org.world.organization.api_limit - served.org.world.calls


@pytest.fixture
def run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer
) -> Callable[..., pytest.RunResult]:
    prepare(pytester, monkeypatch, served, "jwt")
    return lambda *args: pytester.runpytest_inprocess(
        *QUIET, "--sf-org=sandbox", "--junitxml=out.xml", "hubspot.matrix.yaml", *args
    )


def test_workers_gather_once_for_all_and_tell_the_sum(
    pytester: pytest.Pytester, run: Callable[..., pytest.RunResult], served: LiveServer
) -> None:
    alone = run()
    assert alone.ret == 0, alone.stdout.str()
    planned, used, left = told(alone)
    seen = verdicts(pytester.path / "out.xml")
    assert used == len(served.log)
    assert used <= planned + 4, "log-ins come on top"
    assert left == calls_left(served)
    served.log.clear()
    shared = run("-n2")
    assert shared.ret == 0, shared.stdout.str()
    assert verdicts(pytester.path / "out.xml") == seen
    assert told(shared) == (planned, used, calls_left(served))
    assert len(served.log) == used


def test_worker_that_fails_hands_on_the_same_verdicts(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(hubspot_org(without="HubSpot_Deal_Sync")) as served:
        prepare(pytester, monkeypatch, served, "jwt")
        found = []
        for args in ((), ("-n2",)):
            result = pytester.runpytest_inprocess(
                *QUIET, "--sf-org=sandbox", "--junitxml=out.xml", "hubspot.matrix.yaml", *args
            )
            assert result.ret == 1
            found.append(verdicts(pytester.path / "out.xml"))
        assert found[0] == found[1]
        assert "failure" in found[0].values()


def test_call_limit_is_that_of_all_workers_together(
    pytester: pytest.Pytester, run: Callable[..., pytest.RunResult], served: LiveServer
) -> None:
    text = (pytester.path / "hubspot.matrix.yaml").read_text()
    (pytester.path / "other.matrix.yaml").write_text(
        text.replace("integration: HubSpot\n", "integration: Other\n")
    )
    result = run("other.matrix.yaml", "-n2", "--dist=loadfile", "--sf-max-calls=18", "-k", "crud or fields")
    counts = result.parseoutcomes()
    assert counts["failed"] > 10
    clean_up = sum(b'"DELETE"' in one.body or one.method == "DELETE" for one in served.log)
    assert 18 <= len(served.log) <= 18 + clean_up
    assert served.records() == {}
    result.stdout.fnmatch_lines(["*the limit of 18 API calls (--sf-max-calls) is reached*"])


def test_value_is_made_once_in_a_file_of_our_own(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> list[int]:
        made.append(1)
        return made

    assert Shared(tmp_path).once("verdicts", make) == [1]
    assert Shared(tmp_path).once("verdicts", make) == [1]
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(file.read_bytes()[:-3])  # the process that wrote it was killed
    assert Shared(tmp_path).once("verdicts", make) == [1, 1]
    assert Shared(tmp_path).once("verdicts", make) == [1, 1]
    assert len(made) == 2


class Terminal:
    """A reporter that remembers what is on its screen."""

    def __init__(self, *, isatty: bool, verbosity: int = 0) -> None:
        self.isatty = isatty
        self.verbosity = verbosity
        self.lines: list[str] = []
        self.current = ""

    def rewrite(self, line: str, *, erase: bool) -> None:
        assert erase
        self.current = line

    def write_line(self, line: str) -> None:
        self.lines.append(line)

    def ensure_newline(self) -> None:
        """Do nothing: the screen begins with an empty line."""

    def flush(self) -> None:
        """Do nothing: nothing waits."""


def watched(config: pytest.Config, terminal: Any, seconds: float) -> list[str]:
    """Make 20 calls, each of so many seconds; return what the screen showed."""
    now = 0.0
    progress = Progress(terminal, config, clock=lambda: now)
    budget = Budget()
    shown = []
    with progress.gathering(budget, planned=21):
        for _ in range(20):
            budget.spend("probes")
            shown.append(terminal.current)
            now += seconds
    budget.spend("after it")
    return shown


def test_long_gathering_says_what_it_asks_on_a_line_that_is_gone_at_the_end(
    pytestconfig: pytest.Config,
) -> None:
    terminal = Terminal(isatty=True)
    shown = watched(pytestconfig, terminal, 0.5)
    assert shown[:4] == ["", "", "", ""]
    assert shown[4] == "Salesforce: probes, call 5 of about 21"
    assert shown[-1] == "Salesforce: probes, call 20 of about 21"
    assert terminal.current == ""
    assert terminal.lines == []


def test_short_gathering_says_nothing(pytestconfig: pytest.Config) -> None:
    assert not any(watched(pytestconfig, Terminal(isatty=True), 0.05))


def test_log_gets_a_line_every_half_minute(pytestconfig: pytest.Config) -> None:
    terminal = Terminal(isatty=False)
    watched(pytestconfig, terminal, 4.0)
    assert len(terminal.lines) == 2


def test_quiet_run_says_nothing(pytestconfig: pytest.Config) -> None:
    terminal = Terminal(isatty=True, verbosity=-1)
    assert not any(watched(pytestconfig, terminal, 4.0))
    assert terminal.lines == []


def test_collections_answer_as_single_requests_do(served: LiveServer, tmp_path: Path) -> None:
    target = live_target(served, tmp_path)
    setup, mine = target.setup_client(user()), target.user_client(user())
    names = {
        "Lead": "Company",
        "Opportunity": "Name",
        "Campaign": "Name",
        "Contact": "LastName",
        "Account": "Name",
    }
    maker = RecordMaker(setup=setup, describe=lambda some: describe_objects(setup, some))

    def told(send: Callable[..., list[Reply]]) -> list[tuple[bool, str]]:
        made = maker.make([Recipe(object=name) for name in names], purpose="test")
        calls = [
            Call(method=method, path=f"/sobjects/{one.recipe.object}/{one.id}", body=body)
            for method, column in (("PATCH", True), ("PATCH", False), ("DELETE", None))
            for one in made
            for body in [
                None if column is None else {names[one.recipe.object] if column else "CreatedDate": "x"}
            ]
        ]
        return [(one.ok, "" if one.ok else one.error().code) for one in send(calls, purpose="test")]

    single = told(mine.batch)
    assert told(mine.change) == single
    assert len(set(single)) >= 3
    assert maker.remove_all(purpose="test") == []
    assert target.close() == []
    assert served.records() == {}


@pytest.mark.parametrize(("objects", "fields", "most"), [(10, 40, 9), (25, 14, 12), (50, 7, 20)])
def test_thousand_rights_of_any_shape_take_few_calls(
    tmp_path: Path, objects: int, fields: int, most: int
) -> None:
    """With the 4 calls of two log-ins at most 24."""
    place = Path(__file__).resolve().parents[1] / "benchmarks" / "projects.py"
    spec = spec_from_file_location("benchmark_projects", place)
    assert spec is not None
    assert spec.loader is not None
    projects = module_from_spec(spec)
    spec.loader.exec_module(projects)
    matrix = loader.load(projects.write_project(tmp_path, objects=objects, fields=fields), root=tmp_path)
    budget = Budget()
    judged = judge(EmbeddedTarget(source=project.load_many((tmp_path,)), budget=budget), matrix)
    assert all(one.ok for one in judged.results)
    assert sum(one.judged for one in judged.results) >= 1000
    assert budget.used == most, budget.by_purpose
