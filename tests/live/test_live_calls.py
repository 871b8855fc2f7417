"""Few calls: told beforehand, while they are made and afterwards, and made once however many workers run."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_server import LiveServer, serving
from live_suite import hubspot_org, prepare, verdicts

from pytest_sfintegration.collect.gathering import Progress
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.live.shared import Shared

QUIET = ("-p", "no:hypothesispytest", "-p", "no:faker")
LINE = re.compile(
    r"API calls on sandbox: at most (\d+) planned, (\d+) used, ([\d,]+) left in the org for 24 hours"
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
    shared = run("-n4")
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
        for args in ((), ("-n3",)):
            result = pytester.runpytest_inprocess(
                *QUIET, "--sf-org=sandbox", "--junitxml=out.xml", "hubspot.matrix.yaml", *args
            )
            assert result.ret == 1
            found.append(verdicts(pytester.path / "out.xml"))
        assert found[0] == found[1]
        assert "failure" in found[0].values()


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
