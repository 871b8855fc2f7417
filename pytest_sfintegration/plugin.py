"""The hooks of the plugin; each names one function elsewhere."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration import markers, options
from pytest_sfintegration.collect import files
from pytest_sfintegration.collect import session as runs
from pytest_sfintegration.fixtures import (
    sf_access,
    sf_case,
    sf_expect,
    sf_integration,
    sf_records,
    sf_settings,
    sf_setup,
    sf_target,
)

__all__ = [
    "sf_access",
    "sf_case",
    "sf_expect",
    "sf_integration",
    "sf_records",
    "sf_settings",
    "sf_setup",
    "sf_target",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    markers.register(config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Tell the settings."""
    return runs.header(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect matrix files."""
    return files.collect_file(file_path, parent)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Generate tests on marked functions."""
    markers.generate(metafunc)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what was selected."""
    runs.select(session.items, session.config)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Judge the case of a generated test before its body."""
    __tracebackhide__ = True
    runs.check_first(pyfuncitem)
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the summary."""
    runs.summarise(terminalreporter, config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send a worker's calls to the controller."""
    runs.note_calls(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take an xdist worker's calls."""
    runs.take_calls(node, node.config)
