"""Tests that fail by a cause that was told in full: on the terminal they take three lines each.

The reports keep the whole message: what reads them as they come, such as JUnit's, has read them by then.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

import pytest

from pytest_sfintegration.report.record import PROPERTY

__all__ = ["fold_repeats"]

_TOLD = 3
"""Tests that tell a cause in full."""

_SHORT = 4
"""Lines of a message that stays as it is."""

_WRAPPED: Mapping[str, Any] = {"width": 79, "break_long_words": False, "break_on_hyphens": False}


def fold_repeats(config: pytest.Config) -> None:
    """Cut the messages of failed tests short whose every cause was told by tests before; not with ``-vv``."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.get_verbosity() > 1:
        return
    told: Counter[str] = Counter()
    for report in reporter.stats.get("failed", ()):
        causes = set(_causes(report))
        if causes and all(cause and told[cause] >= _TOLD for cause in causes):
            _shorten(report, "; ".join(sorted(causes)))
        else:
            told.update(causes)


def _causes(report: pytest.TestReport) -> Iterator[str]:
    for name, value in report.user_properties:
        if name == PROPERTY:
            yield from (one["cause"] for one in json.loads(str(value))["findings"])


def _shorten(report: pytest.TestReport, causes: str) -> None:
    """Keep the first line, which says it all, and the last, which repeats the test."""
    shown: Any = getattr(report.longrepr, "reprtraceback", None)
    if shown is None:
        return
    for entry in shown.reprentries:
        lines = "\n".join(entry.lines).splitlines()
        if len(lines) > _SHORT:
            why = f"by a cause told above ({' '.join(causes.split())}); -vv tells it again"
            entry.lines = [
                lines[0],
                *wrap(why, initial_indent="  ", subsequent_indent="    ", **_WRAPPED),
                lines[-1],
            ]
