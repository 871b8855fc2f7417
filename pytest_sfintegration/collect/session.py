"""What happens around the tests: selection, the check before a body, header and summary."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.collect.case import ARGUMENT, Case, JudgedCase
from pytest_sfintegration.collect.files import MatrixItem
from pytest_sfintegration.collect.state import state_of

__all__ = ["case_of", "check_first", "note_calls", "redact", "select", "summarise", "take_calls"]

_CALLS = pytest.StashKey[Counter[str]]()
_WORKER_CALLS = "sfintegration_calls"


def case_of(item: pytest.Item) -> Case | None:
    """Return the case that an item stands for, if any."""
    if isinstance(item, MatrixItem):
        return item.case
    callspec = getattr(item, "callspec", None)
    case = None if callspec is None else callspec.params.get(ARGUMENT)
    return case if isinstance(case, Case) else None


def select(items: Sequence[pytest.Item], config: pytest.Config) -> None:
    """Note the rows that are left after deselection, so that one gathering serves them all.

    Raise UsageError when an org that the selected tests need is not to be had; in an xdist worker, where that
    would be a crash, each test says so instead.
    """
    paths: set[Path] = set()
    for item in items:
        if (case := case_of(item)) is not None:
            state_of(config).select(case.path, case.row)
            paths.add(case.path)
            _request_case(item)
    if paths:
        state_of(config).alone = all(isinstance(item, MatrixItem) for item in items)
    planned = config.getoption("collectonly") or state_of(config).settings.plan
    if not planned and not hasattr(config, "workerinput"):
        for path in sorted(paths):
            state_of(config).target(path)


def _request_case(item: pytest.Item) -> None:
    """Have the fixture set up also for a test function that does not take it as an argument.

    pytest forgets the name again when it makes items of a parametrized function.
    """
    if isinstance(item, pytest.Function) and not isinstance(item, MatrixItem):
        names: list[str] = item.fixturenames
        if ARGUMENT not in names:
            names.append(ARGUMENT)


def check_first(item: pytest.Function) -> None:
    """Judge the case of a generated test before its body runs."""
    if case_of(item) is None:
        return
    judged = item.funcargs.get(ARGUMENT)
    if not isinstance(judged, JudgedCase):
        pytest.fail(
            f"{ARGUMENT} is overridden by {judged!r}, so the case was not judged: let the override return "
            "the JudgedCase that it is given",
            pytrace=False,
        )
    judged.check(item)


def redact(item: pytest.Item, report: pytest.TestReport) -> None:
    """Take the secrets out of a report: clients show theirs in the locals of a traceback.

    What was skipped for the matrix's sake is placed there.
    """
    from pytest_sfintegration.report.redaction import redacted  # noqa: PLC0415 - with sessions only

    report.sections[:] = [(name, redacted(text)) for name, text in report.sections]
    if isinstance(report.longrepr, tuple) and report.when == "call" and (case := case_of(item)) is not None:
        report.longrepr = (str(case.path), case.row.at.line, redacted(report.longrepr[2]))
    elif report.longrepr is not None:
        text = report.longreprtext
        clean = redacted(text)
        if clean != text:
            report.longrepr = clean


def summarise(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write causes first, then a grid an integration, then the calls used."""
    from pytest_sfintegration.report.record import PROPERTY  # noqa: PLC0415 - with results only

    records = [
        json.loads(value)
        for outcome in ("passed", "failed", "skipped")
        for report in reporter.stats.get(outcome, ())
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY and report.when == "call"
    ]
    if not records:
        return
    records.sort(key=lambda record: record["order"])
    from pytest_sfintegration.report.plan import render_used  # noqa: PLC0415 - the same
    from pytest_sfintegration.report.summary import counted, render_causes, render_grid  # noqa: PLC0415

    state = state_of(config)
    causes = render_causes(records)
    if causes:
        reporter.section("Salesforce rights: causes", sep="-")
        _write(reporter, causes)
    reporter.section("Salesforce rights", sep="-")
    _write(reporter, render_grid(records))
    judged = f"{sum(record['judged'] for record in records)} rights"
    if practices := sum(_is_judged(record) for record in records):
        judged += f" and {counted(practices, 'practice')}"
    calls = Counter(state.calls_used) + config.stash.get(_CALLS, Counter())
    tests = counted(len(records), "test")
    untold = sum(one["verdict"] == "inconclusive" for record in records for one in record["findings"])
    open_ends = f" {untold} inconclusive," if untold else ""
    reporter.write_line(f"{judged} judged in {tests},{open_ends} {calls.total()} API calls used")
    if calls:
        reporter.write_line("\n".join(render_used(calls)))


def _write(reporter: pytest.TerminalReporter, lines: Iterable[str]) -> None:
    """Write lines, each in the colour of the worst that it tells, where the terminal takes colours."""
    from pytest_sfintegration.report.summary import markup_of  # noqa: PLC0415 - with results only

    for line in lines:
        reporter.write_line(line, **markup_of(line))


def _is_judged(record: Mapping[str, Any]) -> bool:
    """Tell whether a record is that of a practice which was compared with something."""
    return "practice" in record and not record["practice"]["unjudged"]


def note_calls(config: pytest.Config) -> None:
    """Send the calls of an xdist worker to the controller."""
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output[_WORKER_CALLS] = dict(state_of(config).calls_used)


def take_calls(node: Any, config: pytest.Config) -> None:
    """Add the calls of an xdist worker that is done."""
    used = getattr(node, "workeroutput", {}).get(_WORKER_CALLS, {})
    config.stash.setdefault(_CALLS, Counter()).update(used)
