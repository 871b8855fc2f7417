"""``--sf-plan``: the calls that the selected tests would take; no test runs, and no org is asked."""

from collections.abc import Iterable, Mapping

import pytest

from pytest_sfintegration.collect.session import case_of
from pytest_sfintegration.collect.state import state_of

__all__ = ["stop", "tell_plan"]

_PLANS = pytest.StashKey[Mapping[str, Mapping[str, int]]]()


def stop(session: pytest.Session) -> bool | None:
    """Plan instead of running the tests; None: go on."""
    config = session.config
    if config.getoption("collectonly"):
        return None
    if config.pluginmanager.has_plugin("dsession"):
        raise pytest.UsageError("--sf-plan runs nothing that could be shared out: leave -n away")
    if session.testsfailed and not config.getoption("continue_on_collection_errors"):
        return None  # pytest says what is wrong, and stops
    config.stash[_PLANS] = _plans(session.items, config)
    return True


def tell_plan(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the plan, if there is one."""
    plans = config.stash.get(_PLANS, None)
    if plans is None:
        return
    from pytest_sfintegration.report.plan import render_plan  # noqa: PLC0415 - on request

    reporter.section("Salesforce API calls planned", sep="-")
    reporter.write_line("\n".join(render_plan(plans)))


def _plans(items: Iterable[pytest.Item], config: pytest.Config) -> dict[str, Mapping[str, int]]:
    from pytest_sfintegration.checks.plan import planned_calls  # noqa: PLC0415 - on request
    from pytest_sfintegration.orgs.target import API_VERSION  # noqa: PLC0415 - on request

    state = state_of(config)
    paths = dict.fromkeys(case.path for item in items if (case := case_of(item)) is not None)
    root = f"/services/data/v{API_VERSION}"
    names = [state.matrix(path).integration for path in paths]
    return {
        name if names.count(name) == 1 else f"{name} ({path.name})": planned_calls(
            state.selected(path), state.settings.levels, root=root
        )
        for path, name in zip(paths, names, strict=True)
    }
