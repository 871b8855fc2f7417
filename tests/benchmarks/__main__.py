"""Measure against the speed budgets: ``python -m tests.benchmarks``.

Every figure stands next to a yardstick measured in turns in the same run: machines are shared and noisy. The
modules ``parts``, ``records`` (a million records) and ``live`` run by themselves: ``python -m
tests.benchmarks.records``.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.projects import write_project

_ROUNDS = 5


def _run(folder: Path, *args: str) -> float:
    # bytecode is cached, as where tests are run twice: without it the plugins of the test environment alone
    # take a second to compile
    unset = ("SF_", "PYTHONDONTWRITEBYTECODE")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(unset)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    elapsed = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return elapsed


def _alternate(*actions: Callable[[], float]) -> list[float]:
    """Return the median of each action, run in turns."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(_ROUNDS):
        for index, action in enumerate(actions):
            times[index].append(action())
    return [statistics.median(one) for one in times]


def _report(what: str, value: float, yardstick: float, budget: str) -> None:
    print(f"{what:<62} {value:7.3f} s  {value / yardstick:6.2f} x {yardstick:.3f} s  ({budget})")


def _unused(root: Path) -> None:
    folder = root / "unused"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_one.py").write_text("def test_one() -> None:\n    pass\n")
    without, with_plugin = _alternate(lambda: _run(folder, "-p", "no:sfintegration"), lambda: _run(folder))
    _report("plugin installed, not used (yardstick: without it)", with_plugin, without, "at most 5 ms more")


def _rights(root: Path, *, objects: int, fields: int, budget: str) -> None:
    folder = root / f"rights-{objects}-{fields}"
    folder.mkdir()
    write_project(folder, objects=objects, fields=fields)
    rights = objects * (6 + 2 * fields)
    bare = root / "unused"
    yardstick, row = _alternate(lambda: _run(bare, "-p", "no:sfintegration"), lambda: _run(folder))
    _report(f"{rights} rights, row granularity (yardstick: bare pytest)", row, yardstick, budget)


_ITEMS = """\
import pytest


class Nothing(pytest.Item):
    def runtest(self):
        pass


class Many(pytest.File):
    def collect(self):
        for index in range({count}):
            yield Nothing.from_parent(self, name=f"Thing_000__c.Field_{{index:05}}__c-read")


def pytest_collect_file(file_path, parent):
    if file_path.name == "many.txt":
        return Many.from_parent(parent, path=file_path)
"""


def _cells(root: Path, *, objects: int, fields: int) -> None:
    cells = root / "cells"
    cells.mkdir()
    write_project(cells, objects=objects, fields=fields)
    count = objects * (7 + 2 * fields) + 4
    empty = root / "empty-items"
    empty.mkdir()
    (empty / "pytest.ini").write_text("[pytest]\n")
    (empty / "conftest.py").write_text(_ITEMS.format(count=count))
    (empty / "many.txt").write_text("")
    yardstick, value = _alternate(lambda: _run(empty), lambda: _run(cells, "--sf-granularity=cell"))
    _report(f"{count} cells (yardstick: as many empty items)", value, yardstick, "at most 1.2 x")


def main() -> None:
    """Run every benchmark."""
    with TemporaryDirectory() as name:
        root = Path(name)
        _unused(root)
        _rights(root, objects=100, fields=47, budget="10,000 rights in 1.0 s")
        _rights(root, objects=400, fields=47, budget="40,000 rights in 3 s")
        _cells(root, objects=100, fields=47)


if __name__ == "__main__":
    main()
