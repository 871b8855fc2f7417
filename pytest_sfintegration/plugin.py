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
    """Declare the markers; refuse a review that cannot be written."""
    marks.register(config)
    if (stem := options.review_stem(config)) is not None:
        from pytest_sfintegration.collect.review import start  # noqa: PLC0415 - on request

        start(config, stem)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Tell the settings."""
    return options.header(config)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Pass over folders of nothing but metadata."""
    if collection_path.name not in marks.METADATA_FOLDERS:
        return None
    from pytest_sfintegration.collect.folders import holds_only_metadata  # noqa: PLC0415 - on first use

    return True if holds_only_metadata(collection_path) else None


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
    marks.refuse_unittest(session.items)
    if marks.any_used(session.config):
        from pytest_sfintegration.collect.session import select  # noqa: PLC0415 - on first use

        select(session.items, session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Plan instead of running, when asked to."""
    if not options.is_planning(session.config):
        return None
    from pytest_sfintegration.collect.plan import stop  # noqa: PLC0415 - on request

    return stop(session)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Judge the case of a generated test before its body."""
    if marks.any_used(pyfuncitem.config):
        from pytest_sfintegration.collect.session import check_first  # noqa: PLC0415 - on first use

        check_first(pyfuncitem)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """End a traceback at the test; take the secrets out of a report."""
    if call.excinfo is not None and marks.any_used(item.config):
        from pytest_sfintegration.collect.frames import end_at_the_test  # noqa: PLC0415 - on a failure

        end_at_the_test(item.config, call.excinfo)
    report = yield
    if (report.sections or report.longrepr is not None) and marks.any_used(item.config):
        from pytest_sfintegration.collect.session import redact  # noqa: PLC0415 - on first use

        redact(item, report)
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Write the summary."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        options.tell_unused(terminalreporter, config)
    if marks.any_used(config) or config.pluginmanager.has_plugin("dsession"):
        from pytest_sfintegration.collect.live import tell  # noqa: PLC0415 - on first use
        from pytest_sfintegration.collect.problems import tell_problems  # noqa: PLC0415 - on first use
        from pytest_sfintegration.collect.session import summarise  # noqa: PLC0415 - on first use

        summarise(terminalreporter, config)
        tell_problems(terminalreporter, config)
        tell(terminalreporter, config)
    if options.is_planning(config):
        from pytest_sfintegration.collect.plan import tell_plan  # noqa: PLC0415 - on request

        tell_plan(terminalreporter, config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send a worker's calls to the controller; leave nothing behind in a live org."""
    if marks.any_used(session.config) or session.config.pluginmanager.has_plugin("dsession"):
        from pytest_sfintegration.collect.live import finish  # noqa: PLC0415 - on first use
        from pytest_sfintegration.collect.problems import send_problems, settle_strict  # noqa: PLC0415
        from pytest_sfintegration.collect.repeats import fold_repeats  # noqa: PLC0415 - on first use
        from pytest_sfintegration.collect.session import note_calls  # noqa: PLC0415 - on first use
        from pytest_sfintegration.collect.status import settle  # noqa: PLC0415 - on first use

        finish(session)
        settle(session)
        settle_strict(session)
        note_calls(session.config)
        send_problems(session.config)
        fold_repeats(session.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of what was loaded."""
    if marks.any_used(config):
        from pytest_sfintegration.collect.state import forget  # noqa: PLC0415 - on first use

        forget(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Let the workers share their sessions with a live org."""
    from pytest_sfintegration.collect.live import share  # noqa: PLC0415 - on first use

    share(node, node.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take an xdist worker's calls, and the problems that it met."""
    from pytest_sfintegration.collect.live import take  # noqa: PLC0415 - on first use
    from pytest_sfintegration.collect.problems import take_problems  # noqa: PLC0415 - on first use
    from pytest_sfintegration.collect.session import take_calls  # noqa: PLC0415 - on first use

    take_calls(node, node.config)
    take_problems(node, node.config)
    take(node, node.config)
