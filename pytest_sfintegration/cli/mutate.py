"""``sfintegration mutate``: how strong is a matrix? Every change of the source that it would not notice."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_sfintegration.checks.verdict import RowResult

__all__ = ["add_arguments", "run"]

_SHOWN = 40
_RED_SHOWN = 5


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the matrix and its source."""
    parser.add_argument("matrix", metavar="MATRIX", type=Path, help="the matrix file")
    parser.add_argument(
        "--source",
        metavar="DIR",
        type=Path,
        action="append",
        help="SFDX project or Metadata API folder; default: the nearest one above the matrix",
    )
    parser.add_argument(
        "--all", action="store_true", help=f"print every survivor, not only the first {_SHOWN}"
    )


def run(arguments: Namespace) -> int:
    """Print the score and the survivors; return 0 without any, 1 with some, 2 when it cannot be told."""
    from pytest_sfintegration.cli.project import Unusable, open_project  # noqa: PLC0415 - heavy
    from pytest_sfintegration.strength.measure import (  # noqa: PLC0415 - heavy
        all_changes,
        measure,
        start,
    )

    try:
        project = open_project(arguments.matrix, arguments.source)
    except Unusable as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's output
        return 2
    before = start(project.source, project.matrix)
    if before.red:
        print(_refusal(arguments.matrix, before.red), file=sys.stderr)  # noqa: T201 - the command's output
        return 2
    changes = list(all_changes(project.source, project.matrix))

    def progress(number: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{number} of {len(changes)} changes", end="", file=sys.stderr)  # noqa: T201

    strength = measure(project.source, project.matrix, changes, levels=before.levels, progress=progress)
    total = strength.caught + len(strength.survivors)
    share = f"{strength.caught} of {total} changes of a right are caught ({strength.score:.1%})"
    lines = [
        f"{project.matrix.integration}: {share}",
        f"{strength.idle} further changes altered no right: another container grants the same",
    ]
    if strength.survivors:
        lines.append("not caught:")
        shown = strength.survivors if arguments.all else strength.survivors[:_SHOWN]
        lines += [f"  {one}" for one in shown]
        if len(shown) < len(strength.survivors):
            lines.append(f"  ... and {len(strength.survivors) - len(shown)} more (--all)")
    print("\n".join(lines))  # noqa: T201 - the command's output
    return 1 if strength.survivors else 0


def _refusal(path: Path, red: "Sequence[RowResult]") -> str:
    lines = [
        f"{path}: the strength of a suite that is red cannot be told: any change would seem caught. Red:"
    ]
    for one in red[:_RED_SHOWN]:
        first = one.findings[0]
        what = f"{first.verdict} {first.right or first.record or first.special or ''}".rstrip()
        more = f" and {len(one.findings) - 1} more" if len(one.findings) > 1 else ""
        lines.append(f"  {one.row}: {what}{more}{f' ({first.note})' if first.note else ''}")
    if len(red) > _RED_SHOWN:
        lines.append(f"  ... and {len(red) - _RED_SHOWN} more rows")
    lines.append("Run it with pytest --sf-org=embedded to see why, and make it green first.")
    return "\n".join(lines)
