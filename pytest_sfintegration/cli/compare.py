"""``sfintegration compare``: where the rights in two orgs, or in an org and its source, are not the same."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_sfintegration.cli.compare_sides import SOURCE, Side, open_side
from pytest_sfintegration.cli.live_org import add_orgs, find

if TYPE_CHECKING:
    from pytest_sfintegration.comparison.differences import Comparison, Pair
    from pytest_sfintegration.comparison.rows import JudgedTwice
    from pytest_sfintegration.matrix.model import Matrix

__all__ = ["add_arguments", "run"]

SAME, DIFFERENT, USED_WRONGLY, UNTOLD = 0, 1, 2, 3


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the orgs, the matrices and the users."""
    what = (
        "a live org by the name that is given to pytest --sf-org, or source:DIR (SFDX; commas part several)"
    )
    parser.add_argument("a", metavar="A", help=what)
    parser.add_argument("b", metavar="B", help="the other one, in the same manner")
    parser.add_argument(
        "matrix",
        metavar="MATRIX",
        type=Path,
        nargs="*",
        help="matrix files: their rows are judged in both orgs; without one, the containers are compared",
    )
    parser.add_argument(
        "--containers", action="store_true", help="compare the containers beside the matrices"
    )
    parser.add_argument(
        "--user",
        metavar="USERNAME",
        action="append",
        default=[],
        help="compare this user beside the containers; A=B where its usernames differ, which matrices heed "
        "too; may be repeated",
    )
    parser.add_argument(
        "--users",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="users of an org that is built from source (as for serve); twice: A's, then B's",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write everything that was found as JSON")
    add_orgs(parser)


def run(arguments: Namespace) -> int:
    """Compare; return 0 for the same, 1 for differences, 2 for wrong use, 3 where it could not be told."""
    from pytest_sfintegration.embedded.errors import OrgError as BuildError  # noqa: PLC0415 - heavy
    from pytest_sfintegration.matrix.errors import MatrixErrors  # noqa: PLC0415 - heavy
    from pytest_sfintegration.orgs.errors import OrgError  # noqa: PLC0415 - heavy
    from pytest_sfintegration.sfdx.project import SourceError  # noqa: PLC0415 - heavy

    try:
        pairs = [_pair(one) for one in arguments.user]
        matrices = [_matrix(path) for path in arguments.matrix]
        _check(arguments)
        _known(arguments)
    except (MatrixErrors, OrgError, SourceError, ValueError) as error:
        return _refuse(error, USED_WRONGLY)
    try:
        sides = _open(arguments)
        return _compare(arguments, sides, pairs, matrices)
    except (MatrixErrors, SourceError, BuildError, ValueError) as error:
        return _refuse(error, USED_WRONGLY)
    except OrgError as error:
        return _refuse(error, UNTOLD)


def _refuse(error: Exception, status: int) -> int:
    print(error, file=sys.stderr)  # noqa: T201 - the command's answer
    if status == UNTOLD:
        print("not compared: an org could not be read", file=sys.stderr)  # noqa: T201 - the same
    return status


def _known(arguments: Namespace) -> None:
    """Raise TargetError for an org that no place knows, before any is talked to."""
    for name in (arguments.a, arguments.b):
        if not name.startswith(SOURCE):
            find(name, arguments.orgs)


def _check(arguments: Namespace) -> None:
    if len(arguments.users) > 2:  # noqa: PLR2004 - two sides
        raise ValueError("--users is given more than twice: one file for A, one for B")
    if arguments.users and not any(one.startswith(SOURCE) for one in (arguments.a, arguments.b)):
        raise ValueError(
            f"--users is for an org that is built from source, written {SOURCE}DIR: leave it out"
        )
    if arguments.json is not None:
        folder = arguments.json.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK) or arguments.json.is_dir():
            raise ValueError(f"--json={arguments.json}: no file can be written there: name another path")


def _pair(text: str) -> "Pair":
    from pytest_sfintegration.comparison.differences import Pair  # noqa: PLC0415 - on use

    a, _, b = text.partition("=")
    if not a or ("=" in text and not b):
        raise ValueError(f"--user={text}: a username is needed, or two as A=B")
    return Pair(a=a, b=b or a)


def _matrix(path: Path) -> "Matrix":
    from pytest_sfintegration.matrix import loader  # noqa: PLC0415 - imports YAML

    return loader.load(path)


def _open(arguments: Namespace) -> tuple[Side, Side]:
    users: list[Path | None] = [*arguments.users]
    users = (users * 2)[:2] if users else [None, None]
    return open_side(arguments.a, arguments, users[0]), open_side(arguments.b, arguments, users[1])


def _compare(
    arguments: Namespace, sides: tuple[Side, Side], pairs: Sequence["Pair"], matrices: Sequence["Matrix"]
) -> int:
    from pytest_sfintegration.comparison import text  # noqa: PLC0415 - on use
    from pytest_sfintegration.comparison.document import document_of  # noqa: PLC0415 - the same

    orgs = {letter: f"{side.name}: {side.about}" for letter, side in zip("AB", sides, strict=True)}
    _say([*text.render_orgs(orgs), ""])
    passed, untold = [*text.NEVER_COMPARED], [*_beforehand(sides)]
    containers: Comparison | None = None
    if arguments.containers or not matrices:
        containers = _containers(sides, pairs)
        _say([*text.render_comparison(containers), ""])
        untold += containers.untold
        passed += containers.passed
    judged = []
    for one in matrices:
        judged.append(_judge(one, sides, pairs, matrices))
        _say([*text.render_rows(judged[-1]), ""])
        untold += judged[-1].untold
        passed += judged[-1].passed
    _say(text.render_untold(untold, passed))
    used = [side.setup.calls_used for side in sides]
    _say([f"{used[0]} API calls used in A, {used[1]} in B"])
    if arguments.json is not None:
        document = document_of(
            orgs={letter: side.described for letter, side in zip("ab", sides, strict=True)},
            containers=containers,
            matrices=judged,
            untold=untold,
            passed=passed,
        )
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    if (containers is not None and containers.differences) or any(one.differences for one in judged):
        return DIFFERENT
    return UNTOLD if untold else SAME


def _beforehand(sides: tuple[Side, Side]) -> Iterator[str]:
    """Yield what a comparison cannot tell, whatever it finds."""
    if sides[0].name == sides[1].name and sides[0].org_id:
        yield f"A and B are both {sides[0].name}: an org is always like itself"
    for letter, side in zip("AB", sides, strict=True):
        yield from (f"in {letter}: a problem in the source: {one}" for one in side.problems)


def _containers(sides: tuple[Side, Side], pairs: Sequence["Pair"]) -> "Comparison":
    from pytest_sfintegration.comparison.differences import compare  # noqa: PLC0415 - on use
    from pytest_sfintegration.comparison.snapshot import take_snapshot  # noqa: PLC0415 - the same

    a = take_snapshot(sides[0].setup, [pair.a for pair in pairs])
    b = take_snapshot(sides[1].setup, [pair.b for pair in pairs])
    for pair in pairs:
        if pair.a not in a.people and pair.b not in b.people:
            raise ValueError(
                f"--user={pair.name}: neither org has this user: correct it, or name both usernames as A=B"
            )
    return compare(a, b, pairs)


def _judge(
    matrix: "Matrix", sides: tuple[Side, Side], pairs: Sequence["Pair"], every: Sequence["Matrix"]
) -> "JudgedTwice":
    from pytest_sfintegration.access.practices.upkeep_facts import OrgOrigin  # noqa: PLC0415 - on use
    from pytest_sfintegration.collect.practices import practice_hints, suite_users  # noqa: PLC0415 - on use
    from pytest_sfintegration.comparison.rows import judge_twice  # noqa: PLC0415 - the same

    name = matrix.user.username.lower()
    pair = next((one for one in pairs if name in {one.a.lower(), one.b.lower()}), None)
    shown = replace(matrix, path=Path(matrix.path).as_posix())
    users = suite_users(matrix, every)
    known = [(practice_hints(side.source), users, OrgOrigin(made=side.source is not None)) for side in sides]
    return judge_twice(
        shown,
        (sides[0].target, sides[1].target),
        pair=pair,
        practices=(lambda: known[0], lambda: known[1]),
    )


def _say(lines: Sequence[str]) -> None:
    print("\n".join(lines))  # noqa: T201 - the command's output
