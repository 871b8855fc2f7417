"""``sfintegration fix``: the smallest change of a source that makes a matrix true, proven by a rerun."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the matrix, its source, and whether to write."""
    parser.add_argument("matrix", metavar="MATRIX", type=Path, help="the matrix file")
    parser.add_argument(
        "--source",
        metavar="DIR",
        type=Path,
        action="append",
        help="SFDX project or Metadata API folder; default: the nearest one above the matrix",
    )
    parser.add_argument("--write", action="store_true", help="write the change instead of showing it")


def run(arguments: Namespace) -> int:
    """Show or write the change; return 0 when the matrix is true with it, 1 when not, 2 on bad input."""
    from pytest_sfintegration.advice.diff import diff, folder_of  # noqa: PLC0415 - as the rest
    from pytest_sfintegration.advice.patch import CannotPatch, patched  # noqa: PLC0415 - heavy
    from pytest_sfintegration.advice.plan import plan  # noqa: PLC0415 - heavy
    from pytest_sfintegration.advice.proof import judge_all, judge_patched  # noqa: PLC0415 - heavy
    from pytest_sfintegration.cli.project import Unusable, open_project  # noqa: PLC0415 - heavy

    try:
        project = open_project(arguments.matrix, arguments.source)
        results = judge_all(project.source, project.matrix)
        wrong = sum(len(one.findings) for one in results)
        if not wrong:
            _say("nothing to change: every right is as the matrix declares")
            return 0
        advice = plan(results, project.source, project.matrix)
        files = patched(advice.edits, project.source)
        after = judge_patched([Path(root) for root in project.source.roots], files, project.matrix)
    except (Unusable, CannotPatch) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's output
        return 2
    left = [one for one in after if not one.ok]
    if arguments.write:
        for path, (_, text) in files.items():
            path.write_text(text, encoding="utf-8", newline="")
            _say(f"changed {path}")
    else:
        folder = folder_of(files, Path.cwd())
        _say(diff(files, folder).rstrip("\n"))
        if folder != Path.cwd().resolve():
            _say(f"the paths of the patch are those from {folder}: apply it there")
    wrong_still = {one.row for one in left}
    for row, words in advice.left:
        if row in wrong_still:  # a record may be hidden again by what was taken for another reason
            _say(f"no change of a container mends this: {row}: {words}")
    verdict = "every right is as declared" if not left else f"{len(left)} rows are still wrong"
    _say(f"{wrong} wrong rights; after the change, judged on the embedded org: {verdict}")
    return 1 if left else 0


def _say(text: str) -> None:
    print(text)  # noqa: T201 - the command's output
