"""The problems of the sources: told at the end of a run, and what they make of its verdicts and status."""

from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import pytest

from pytest_sfintegration.collect.state import state_of
from pytest_sfintegration.collect.status import INCONCLUSIVE_STATUS

if TYPE_CHECKING:
    from pytest_sfintegration.checks.open_fields import OpenFields
    from pytest_sfintegration.sfdx.model import Source

__all__ = ["open_fields", "send_problems", "settle_strict", "take_problems", "tell_problems", "write_wrapped"]

_PROBLEMS = pytest.StashKey[list[str]]()
_OUTPUT = "sfintegration_problems"


def open_fields(source: "Source") -> "OpenFields":
    """Return what tells, by object, why its fields are not all known."""
    from pytest_sfintegration.sfdx.model import Open  # noqa: PLC0415 - with sources only

    problems = [one for one in source.problems if one.leaves_open & (Open.FIELDS | Open.ALL_FIELDS)]

    def why(name: str) -> str:
        for one in problems:
            about = {each.casefold() for each in one.about}
            if Open.ALL_FIELDS in one.leaves_open or name.casefold() in about:
                return str(one)
        return ""

    return why


def send_problems(config: pytest.Config) -> None:
    """Send the problems that an xdist worker met to the controller."""
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = _problems(config)


def take_problems(node: Any, config: pytest.Config) -> None:
    """Take over the problems that an xdist worker met."""
    said = getattr(node, "workeroutput", {}).get(_OUTPUT, ())
    config.stash.setdefault(_PROBLEMS, []).extend(said)


def settle_strict(session: pytest.Session) -> None:
    """Keep a strict run of the embedded org from being green while its source has problems.

    They are none of a live org, which is not made of the source.
    """
    config = session.config
    green = session.exitstatus == pytest.ExitCode.OK and not hasattr(config, "workerinput")
    if green and _problems(config) and _refuses(config):
        session.exitstatus = INCONCLUSIVE_STATUS


def tell_problems(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write each problem once."""
    problems = [] if config.getoption("collectonly") else _problems(config)
    for one in problems:
        write_wrapped(reporter, f"problem in the source: {one}")
    if problems and _refuses(config):
        reporter.write_line("strict: a run is not green while its source has problems")


def write_wrapped(reporter: pytest.TerminalReporter, text: str) -> None:
    """Write a text in lines that fit the terminal; 80 columns where there is none."""
    from pytest_sfintegration.report.summary import wrapped  # noqa: PLC0415 - with something to say only

    reporter.write_line(wrapped(text, get_terminal_size(fallback=(80, 24)).columns))


def _refuses(config: pytest.Config) -> bool:
    settings = state_of(config).settings
    return settings.strict and settings.org == "embedded"


def _problems(config: pytest.Config) -> list[str]:
    """Return the errors that this process and the workers met, each once; not the warnings."""
    met = [one for source in state_of(config).sources for one in source.problems if one.severity == "error"]
    return list(dict.fromkeys([*(str(one) for one in met), *config.stash.get(_PROBLEMS, ())]))
