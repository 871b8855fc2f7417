"""``sfintegration sweep``: remove the records that a run which was killed left in a live org."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pytest_sfintegration.cli.live_org import add_org, entry_of, journal_folder, target_of
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.live.sweeping import Swept, sweep

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    add_org(parser)
    parser.add_argument(
        "--journal",
        metavar="DIR",
        type=Path,
        default=None,
        help="default: .sfintegration/journal here or in a folder above",
    )


def run(arguments: Namespace) -> int:
    """Sweep every journal of the org; return 0 when nothing of ours is left."""
    folder = journal_folder(arguments.journal)
    if not any(folder.glob("*.jsonl")):
        print(f"nothing to sweep: {folder} holds no journal")  # noqa: T201 - the command's answer
        return 0
    try:
        entry = entry_of(arguments)
        org_id = target_of(entry, arguments).organization.id
        target = target_of(entry, arguments, allow_writes=org_id)  # its own records only, by id or marker
        results = sweep(target.sweeper(), folder, org_id=org_id)
    except OrgError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's answer
        return 2
    if not results:
        print(f"nothing to sweep: no journal in {folder} is of the org {org_id}")  # noqa: T201
    return max([_tell(path, outcome) for path, outcome in results], default=0)


def _tell(path: Path, outcome: "Swept | str") -> int:
    """Print what came of one journal; return 1 when something is left."""
    if isinstance(outcome, str):
        print(f"{path.name}: left alone: {outcome}")  # noqa: T201 - the command's answer
        return 1
    print(f"{path.name}: {len(outcome.gone)} records removed")  # noqa: T201 - the command's answer
    for line in [*outcome.left, *outcome.waiting]:
        print(f"  {line}")  # noqa: T201 - the command's answer
    return 1 if outcome.left else 0
