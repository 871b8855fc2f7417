"""``sfintegration fidelity``: what the embedded org answers, how that is known, and what it refuses."""

import sys
from argparse import ArgumentParser, Namespace
from difflib import unified_diff
from itertools import islice
from pathlib import Path

__all__ = ["add_arguments", "run"]

_SHOWN = 20


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the file to compare with."""
    parser.add_argument(
        "--check",
        type=Path,
        metavar="FILE",
        help="print nothing; exit with 1 when FILE is not what would be printed",
    )


def run(arguments: Namespace) -> int:
    """Print the page, or compare a file with it."""
    from pytest_sfintegration.embedded.fidelity.page import page  # noqa: PLC0415 - parses the org's code

    text = page()
    if arguments.check is None:
        print(text, end="")  # noqa: T201 - the command's output
        return 0
    return _compare(arguments.check, text)


def _compare(path: Path, text: str) -> int:
    """Return 0 for a file that is up to date, 1 for another one, 2 for one that cannot be read."""
    try:
        held = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = getattr(error, "strerror", None) or "is not UTF-8"
        print(f"{path}: {problem}. Write it: sfintegration fidelity > {path}", file=sys.stderr)  # noqa: T201
        return 2
    if held == text:
        return 0
    lines = unified_diff(held.splitlines(), text.splitlines(), str(path), "generated", lineterm="", n=0)
    shown = "\n".join(islice(lines, _SHOWN))
    print(f"{shown}\n{path} is out of date. Write it anew: sfintegration fidelity > {path}", file=sys.stderr)  # noqa: T201
    return 1
