"""The hooks of the plugin; each names one function elsewhere.

A suite that does not use the plugin pays for this module, ``options``, ``fixtures`` and ``marks`` alone:
the rest is imported by the hook that needs it, on first use.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration import marks, options
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
    marks.register(config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Tell the settings."""
    return options.header(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect matrix files."""
    if not file_path.name.endswith(marks.MATRIX_SUFFIX):
        return None
    from pytest_sfintegration.collect.files import MatrixFile  # noqa: PLC0415 - on first use

    return MatrixFile.from_parent(parent, path=file_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Generate tests on marked functions."""
    if marks.is_marked(metafunc.definition):
        from pytest_sfintegration.markers import generate  # noqa: PLC0415 - on first use

        generate(metafunc)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what was selected."""
    if marks.any_used(session.config):
        from pytest_sfintegration.collect.session import select  # noqa: PLC0415 - on first use

        select(session.items, session.config)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Judge the case of a generated test before its body."""
    if marks.any_used(pyfuncitem.config):
        from pytest_sfintegration.collect.session import check_first  # noqa: PLC0415 - on first use

        check_first(pyfuncitem)
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the summary."""
    if marks.any_used(config) or config.pluginmanager.has_plugin("dsession"):
        from pytest_sfintegration.collect.session import summarise  # noqa: PLC0415 - on first use

        summarise(terminalreporter, config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send a worker's calls to the controller."""
    if marks.any_used(session.config):
        from pytest_sfintegration.collect.session import note_calls  # noqa: PLC0415 - on first use

        note_calls(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take an xdist worker's calls."""
    from pytest_sfintegration.collect.session import take_calls  # noqa: PLC0415 - on first use

    take_calls(node, node.config)
