"""``sfintegration explain``: where a right of an integration user comes from, or why it is not there."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_sfintegration.access.explain import Right
    from pytest_sfintegration.cli.project import Project

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the user and the right."""
    parser.add_argument(
        "user",
        metavar="USER",
        help="a matrix file, or the username or integration of one in this folder or below it",
    )
    parser.add_argument(
        "right",
        nargs="+",
        metavar="RIGHT",
        help="such as: delete Contact, edit Contact.Email, ModifyAllData, 'custom permission See_All'",
    )
    parser.add_argument(
        "--source",
        metavar="DIR",
        type=Path,
        action="append",
        help="SFDX project or Metadata API folder; default: the nearest one above the matrix",
    )


def run(arguments: Namespace) -> int:
    """Print the tree; return 0 when the right is held, 1 when it is not, 2 when it cannot be told."""
    from pytest_sfintegration.cli.project import Unusable, find_project  # noqa: PLC0415 - heavy
    from pytest_sfintegration.orgs.errors import OrgError  # noqa: PLC0415 - with the project

    try:
        project = find_project(arguments.user, arguments.source)
        right = _parse(arguments.right)
        text, held = _explain(project, right)
    except (Unusable, OrgError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's output
        return 2
    print(f"{project.matrix.user.username} on embedded\n{text}")  # noqa: T201 - the command's output
    return 0 if held else 1


def _parse(words: Sequence[str]) -> "Right":
    """Read ``edit Contact.Email``, ``view all Account``, ``Apex class Billing`` or ``ModifyAllData``."""
    from pytest_sfintegration.access.ask import parse_target  # noqa: PLC0415 - on use
    from pytest_sfintegration.access.setup_entities import KINDS  # noqa: PLC0415 - on use
    from pytest_sfintegration.rights import (  # noqa: PLC0415 - on use
        FieldRight,
        ObjectRight,
        SetupEntityRight,
        UserPermissionRight,
    )

    parts = " ".join(words).split()
    for kind in KINDS:
        count = len(kind.split())
        if [one.lower() for one in parts[:count]] == kind.lower().split() and len(parts) > count:
            return SetupEntityRight(kind=kind, name=" ".join(parts[count:]))
    if len(parts) == 1:
        return UserPermissionRight(name=parts[0])
    operation, name, field = parse_target(" ".join(parts[:-1]), parts[-1])
    if field is None:
        return ObjectRight(object=name, operation=operation)
    return FieldRight(object=name, field=field, operation=operation)


def _explain(project: "Project", right: "Right") -> tuple[str, bool]:
    from pytest_sfintegration.access.explaining import look_up  # noqa: PLC0415 - heavy
    from pytest_sfintegration.access.tables import read_configured  # noqa: PLC0415 - heavy
    from pytest_sfintegration.checks.run import integration_user  # noqa: PLC0415 - heavy
    from pytest_sfintegration.orgs.client import Budget  # noqa: PLC0415 - heavy
    from pytest_sfintegration.orgs.embedded import EmbeddedTarget  # noqa: PLC0415 - heavy

    setup = EmbeddedTarget(source=project.source, budget=Budget()).setup_client(
        integration_user(project.matrix.user)
    )
    explanation = look_up(setup, read_configured(setup, project.matrix.user.username), right)
    return str(explanation), bool(explanation.held)
