"""A live org in a pytest session: made on first use, shared by xdist workers, left as it was found."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_sfintegration.collect.state import State, state_of
from pytest_sfintegration.options import Settings, read_settings

if TYPE_CHECKING:
    from pytest_sfintegration.orgs.client import Budget
    from pytest_sfintegration.orgs.live.shared import Tally
    from pytest_sfintegration.orgs.live.target import LiveTarget

__all__ = ["finish", "live_target", "share", "take", "tally", "tell"]


@dataclass(kw_only=True)
class Calls:
    """The calls of one process: planned at most, used, and what the org had left when it last told."""

    planned: int
    used: int
    left: int | None


_FOLDER = pytest.StashKey[Path]()
_LEFT = pytest.StashKey[list[str]]()
_NOTES = pytest.StashKey[list[str]]()
_CALLS = pytest.StashKey[list[Calls]]()
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


def tally(config: pytest.Config) -> "Tally | None":
    """Return what counts the calls of all xdist workers; None in a run of one process."""
    from pytest_sfintegration.orgs.live.shared import Tally  # noqa: PLC0415 - live runs only

    folder = getattr(config, "workerinput", {}).get(_INPUT)
    return None if folder is None else Tally(Path(folder))


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
        output[_OUTPUT] = {"left": left, "notes": list(state.notes), "calls": vars(_calls(state))}
    elif left and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if _FOLDER in config.stash:
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


def _calls(state: State) -> Calls:
    live = state.live_if_used
    return Calls(
        planned=state.calls_planned,
        used=sum(state.calls_used.values()),
        left=None if live is None else live.calls_left,
    )


def take(node: Any, config: pytest.Config) -> None:
    """Take over what an xdist worker has to say at its end."""
    said = getattr(node, "workeroutput", {}).get(_OUTPUT, {})
    config.stash.setdefault(_LEFT, []).extend(said.get("left", ()))
    config.stash.setdefault(_NOTES, []).extend(said.get("notes", ()))
    if "calls" in said:
        config.stash.setdefault(_CALLS, []).append(Calls(**said["calls"]))


def tell(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the notes, and what is left in the org."""
    state = state_of(config)
    if notes := dict.fromkeys([*state.notes, *config.stash.get(_NOTES, ())]):
        from pytest_sfintegration.collect.problems import write_wrapped  # noqa: PLC0415 - with notes only

        for note in notes:
            write_wrapped(reporter, f"note: {note}")
    calls = [*([] if state.live_if_used is None else [_calls(state)]), *config.stash.get(_CALLS, ())]
    if any(one.used for one in calls):
        from pytest_sfintegration.report.plan import render_calls  # noqa: PLC0415 - live runs only

        left_over = [one.left for one in calls if one.left is not None]
        reporter.write_line(
            render_calls(
                state.settings.org,
                planned=sum(one.planned for one in calls),
                used=sum(one.used for one in calls),
                left=min(left_over, default=None),
            )
        )
    if left := config.stash.get(_LEFT, ()):
        reporter.section("left in the org", sep="-", red=True)
        for line in dict.fromkeys(left):
            reporter.write_line(line)
