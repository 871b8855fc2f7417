"""What the subcommands for live orgs have in common: where the org is named."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.live.entries import OrgEntry, find_entry
from pytest_sfintegration.orgs.live.shared import Shared
from pytest_sfintegration.orgs.live.target import LiveSettings, LiveTarget

__all__ = ["add_org", "add_orgs", "entry_of", "find", "journal_folder", "target_of"]


def add_org(parser: ArgumentParser) -> None:
    """Declare the org's name and the options that tell where it is described."""
    parser.add_argument("org", metavar="NAME", help="the name that is given to pytest --sf-org")
    add_orgs(parser)


def add_orgs(parser: ArgumentParser) -> None:
    """Declare the options that tell where live orgs are described, and how long a call may take."""
    parser.add_argument(
        "--orgs",
        metavar="FILE",
        type=Path,
        default=None,
        help="default: sf_orgs.yaml here or in a folder above",
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=60.0, help="for one call; default 60"
    )


def entry_of(arguments: Namespace) -> OrgEntry:
    """Return the entry of the org; raise TargetError when no place knows it."""
    return find(arguments.org, arguments.orgs)


def find(name: str, file: Path | None) -> OrgEntry:
    """Return the entry of an org by name; raise TargetError when no place knows it."""
    return find_entry(name, file or _above("sf_orgs.yaml"))


def target_of(
    entry: OrgEntry,
    arguments: Namespace,
    *,
    allow_writes: str | None = None,
    only_reading: str | None = None,
) -> LiveTarget:
    """Return the org as a target of its own, for one process; ``only_reading``: why nothing is written."""
    return LiveTarget(
        entry=entry,
        settings=LiveSettings(
            journal=journal_folder(None),
            allow_writes=allow_writes,
            only_reading=only_reading,
            timeout=arguments.timeout,
        ),
        budget=Budget(),
        shared=Shared(),
    )


def journal_folder(given: Path | None) -> Path:
    """Return the folder of the journals: as given, or the one here or in a folder above."""
    return given or _above(".sfintegration") / "journal"


def _above(name: str) -> Path:
    here = Path.cwd()
    return next((one / name for one in (here, *here.parents) if (one / name).exists()), here / name)
