"""The exit status of a session whose only failures are inconclusive."""

import json

import pytest

from pytest_sfintegration.report.record import PROPERTY

__all__ = ["INCONCLUSIVE_STATUS", "settle"]

INCONCLUSIVE_STATUS = 8
"""Nothing is wrong as far as could be told, but something could not be told: pytest's own end at 5."""


def settle(session: pytest.Session) -> None:
    """Set the exit status, when tests failed and every one of them for an inconclusive answer alone."""
    if session.exitstatus != pytest.ExitCode.TESTS_FAILED:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(reporter, pytest.TerminalReporter) or reporter.stats.get("error"):
        return
    failed = reporter.stats.get("failed", ())
    if failed and all(_inconclusive(report) for report in failed):
        session.exitstatus = INCONCLUSIVE_STATUS


def _inconclusive(report: object) -> bool:
    properties = getattr(report, "user_properties", ())
    records = [json.loads(value) for name, value in properties if name == PROPERTY]
    verdicts = {one["verdict"] for record in records for one in record["findings"]}
    return verdicts == {"inconclusive"}
