"""Where the traceback of a test that a user wrote ends: at the last line of his own."""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import pytest

__all__ = ["end_at_the_test"]

_PLUGIN = "pytest_sfintegration"

# Neither the plugin nor a user's own: pytest on the way to a test, and clients on the way to an org.
_OTHERS = frozenset({"_pytest", "pluggy", "pytest", "requests", "simple_salesforce", "urllib3"})


def end_at_the_test(config: pytest.Config, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Cut the frames of the plugin off, with those of clients that lead to them.

    They stay with ``--full-trace``, and where no frame of the user's own comes before them.
    """
    if config.getoption("fulltrace"):
        return
    roots = [_root(entry.frame.f_globals) for entry in excinfo.traceback]
    kept = _kept(roots, raised_here=_top(excinfo.type.__module__) == _PLUGIN)
    if kept:
        excinfo.traceback = type(excinfo.traceback)(_first(excinfo.tb, kept))


def _kept(roots: Sequence[str], *, raised_here: bool) -> int:
    """Return how many entries to keep, by the top package of each; 0 when there is nothing to cut."""
    others = {_PLUGIN, *_OTHERS, *sys.stdlib_module_names}
    own = [index for index, root in enumerate(roots) if root not in others]
    if not own:
        return 0
    after = roots[own[-1] + 1 :]
    return own[-1] + 1 if _PLUGIN in after or raised_here else 0


def _first(told: TracebackType, number: int) -> TracebackType:
    """Return a copy of the first entries: pytest follows ``tb_next``, and the exception keeps its own."""
    rest = None if told.tb_next is None or number == 1 else _first(told.tb_next, number - 1)
    return TracebackType(rest, told.tb_frame, told.tb_lasti, told.tb_lineno)


def _root(names: dict[str, Any]) -> str:
    return _top(str(names.get("__name__", "")))


def _top(module: str) -> str:
    return module.partition(".")[0]
