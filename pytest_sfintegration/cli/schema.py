"""``sfintegration schema``: the JSON Schema of the files that people write."""

import json
from argparse import ArgumentParser, Namespace

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare which file's schema is wanted."""
    parser.add_argument(
        "file",
        nargs="?",
        choices=("matrix", "base", "users"),
        default="matrix",
        help="matrix (default), base (a matrix that others extend), users (of 'serve --users')",
    )


def run(arguments: Namespace) -> int:
    """Print the schema."""
    from pytest_sfintegration.cli.users_keys import users_schema  # noqa: PLC0415 - imports YAML
    from pytest_sfintegration.matrix.schema import json_schema  # noqa: PLC0415 - imports YAML

    wanted = arguments.file
    schema = users_schema() if wanted == "users" else json_schema(partial=wanted == "base")
    print(json.dumps(schema, indent=2, ensure_ascii=False))  # noqa: T201 - the command's output
    return 0
