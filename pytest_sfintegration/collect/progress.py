"""What a long gathering asks, told on the terminal while it lasts."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_sfintegration.orgs.client import Budget

__all__ = ["Progress"]

_QUIET_SECONDS = 2.0
"""A gathering that is over by then says nothing."""

_LOG_SECONDS = 30.0
"""Between two lines where nobody watches, as in a log."""


class Progress:
    """Tells on the terminal what is being asked, on one line that is written over; in a log, now and then.

    ``reporter`` None: nobody is told, as in an xdist worker.
    """

    def __init__(
        self,
        reporter: pytest.TerminalReporter | None,
        config: pytest.Config,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reporter = None if reporter is None or reporter.verbosity < 0 else reporter
        self._capture: Any = config.pluginmanager.get_plugin("capturemanager")
        self._clock = clock
        self._planned = 0
        self._made = 0
        self._next: float | None = None
        self._shown = False

    @contextmanager
    def gathering(self, budget: "Budget", planned: int) -> Iterator[None]:
        """Watch the calls of one gathering, of which ``planned`` are the most without surprises."""
        if self._reporter is None:
            yield
            return
        wait = _QUIET_SECONDS if self._reporter.isatty else _LOG_SECONDS
        self._planned, self._made, self._next = planned, 0, self._clock() + wait
        budget.watch = self._note
        try:
            yield
        finally:
            budget.watch = None
            if self._shown:
                self._write(lambda reporter: reporter.rewrite("", erase=True))
                self._shown = False

    def _note(self, purpose: str) -> None:
        self._made += 1
        now = self._clock()
        on_screen = threading.current_thread() is threading.main_thread()
        if not on_screen or self._next is None or now < self._next:
            return
        line = f"Salesforce: {purpose}, call {self._made} of about {max(self._planned, self._made)}"
        if self._reporter is not None and self._reporter.isatty:
            self._write(lambda reporter: self._show(reporter, line))
        else:
            self._next = now + _LOG_SECONDS
            self._write(lambda reporter: reporter.write_line(line))

    def _show(self, reporter: pytest.TerminalReporter, line: str) -> None:
        if not self._shown:
            reporter.ensure_newline()
            self._shown = True
        reporter.rewrite(line, erase=True)
        reporter.flush()

    def _write(self, write: Callable[[pytest.TerminalReporter], None]) -> None:
        """Write past the capturing of the test that is running."""
        open_air = getattr(self._capture, "global_and_fixture_disabled", nullcontext)
        if self._reporter is not None:
            with open_air():
                write(self._reporter)
