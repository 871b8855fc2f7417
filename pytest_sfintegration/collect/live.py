"""A live org in a pytest session: made on first use, shared by xdist workers, left as it was found."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_sfintegration.collect.state import state_of
from pytest_sfintegration.options import Settings, read_settings

if TYPE_CHECKING:
    from pytest_sfintegration.orgs.client import Budget
    from pytest_sfintegration.orgs.live.target import LiveTarget

__all__ = ["finish", "live_target", "share", "take", "tell"]

_FOLDER = pytest.StashKey[Path]()
_LEFT = pytest.StashKey[list[str]]()
_NOTES = pytest.StashKey[list[str]]()
_INPUT = "sfintegration_folder"
_OUTPUT = "sfintegration_live"


def live_target(config: pytest.Config, settings: Settings, budget: "Budget") -> "LiveTarget":
    """Return the org that ``--sf-org`` names; raise UsageError when no place knows it."""
    from pytest_sfintegration.orgs.errors import TargetError  # noqa: PLC0415 - live runs only
    from pytest_sfintegration.orgs.live.entries import find_entry  # noqa: PLC0415 - live runs only
    from pytest_sfintegration.orgs.live.shared import Shared  # noqa: PLC0415 - live runs only
    from pytest_sfintegration.orgs.live.target import LiveSettings, LiveTarget  # noqa: PLC0415 - the same

    folder = getattr(config, "workerinput", {}).get(_INPUT)
    try:
        entry = find_entry(settings.org, settings.orgs)
    except TargetError as error:
        raise pytest.UsageError(str(error)) from None
    return LiveTarget(
        entry=entry,
        settings=LiveSettings(
            journal=config.rootpath / ".sfintegration" / "journal",
            allow_writes=settings.allow_writes,
            timeout=settings.timeout,
        ),
        budget=budget,
        shared=Shared(None if folder is None else Path(folder)),
    )


def share(node: Any, config: pytest.Config) -> None:
    """Give an xdist worker the folder of the run, made by the controller."""
    if read_settings(config).org == "embedded":
        return
    if _FOLDER not in config.stash:
        from pytest_sfintegration.orgs.live.shared import make_folder  # noqa: PLC0415 - live runs only

        config.stash[_FOLDER] = make_folder()
    node.workerinput[_INPUT] = str(config.stash[_FOLDER])


def finish(session: pytest.Session) -> None:
    """Remove what is left of our records, and the run's folder; a run that leaves records is not green."""
    config = session.config
    state = state_of(config)
    left = config.stash.setdefault(_LEFT, [])
    if (live := state.live_if_used) is not None:
        left += live.close()
    if (output := getattr(config, "workeroutput", None)) is not None:
        output[_OUTPUT] = {"left": left, "notes": list(state.notes)}
    elif left and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if _FOLDER in config.stash:
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


def take(node: Any, config: pytest.Config) -> None:
    """Take over what an xdist worker has to say at its end."""
    said = getattr(node, "workeroutput", {}).get(_OUTPUT, {})
    config.stash.setdefault(_LEFT, []).extend(said.get("left", ()))
    config.stash.setdefault(_NOTES, []).extend(said.get("notes", ()))


def tell(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the notes, and what is left in the org."""
    state = state_of(config)
    for note in dict.fromkeys([*state.notes, *config.stash.get(_NOTES, ())]):
        reporter.write_line(f"note: {note}")
    live = state.live_if_used
    if live is not None and live.calls_left is not None:
        reporter.write_line(f"{live.name} has {live.calls_left} API calls of its 24 hours left")
    if left := config.stash.get(_LEFT, ()):
        reporter.section("left in the org", sep="-", red=True)
        for line in dict.fromkeys(left):
            reporter.write_line(line)
