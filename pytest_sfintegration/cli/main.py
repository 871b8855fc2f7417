"""The table of subcommands. A subcommand's module is imported only when it is called."""

from argparse import REMAINDER, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast

from pytest_sfintegration import __version__

__all__ = ["COMMANDS", "Command", "main"]


class Subcommand(Protocol):
    """What the module of a subcommand offers."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""

    def run(self, arguments: Namespace) -> int:
        """Act; return the exit code: 0 done, 1 a finding, 2 used wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One row: the module (a Subcommand) and what ``--help`` says, the exit statuses among it."""

    module: str
    help: str
    exits: str


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "compare": Command(
            module="pytest_sfintegration.cli.compare",
            help="tell where the rights in two orgs, or in an org and its source, differ; changes nothing",
            exits="0 they are the same, 1 they differ, 2 used wrongly, 3 something could not be told",
        ),
        "doctor": Command(
            module="pytest_sfintegration.cli.doctor",
            help="log in to a live org as both users, tell what is missing for which checks; changes nothing",
            exits="0 every check can be made, 1 something is missing, 2 the org is not known or out of reach",
        ),
        "explain": Command(
            module="pytest_sfintegration.cli.explain",
            help="tell where a right of an integration user comes from, or why it is not there",
            exits="0 the right is held, 1 it is not, 2 it cannot be told",
        ),
        "fidelity": Command(
            module="pytest_sfintegration.cli.fidelity",
            help="print what the embedded org answers, how that is known, and what it refuses",
            exits="0 printed, or FILE is up to date; 1 it is not, 2 it cannot be read",
        ),
        "fix": Command(
            module="pytest_sfintegration.cli.fix",
            help="show or write the smallest change to the source that would make a matrix true",
            exits="0 the matrix is true, with the change if need be; 1 it is not, 2 the input cannot be used",
        ),
        "mutate": Command(
            module="pytest_sfintegration.cli.mutate",
            help="tell how strong a matrix is: the changes of its source that it would not notice",
            exits="0 every change is noticed, 1 some are not, 2 it cannot be told",
        ),
        "schema": Command(
            module="pytest_sfintegration.cli.schema",
            help="print the JSON Schema of matrix files, for editors",
            exits="0 printed, 2 used wrongly",
        ),
        "serve": Command(
            module="pytest_sfintegration.cli.serve",
            help="serve an org built from source on a port of this machine, for any Salesforce client",
            exits="0 ended by an interrupt, 2 the source or the users cannot be used",
        ),
        "sweep": Command(
            module="pytest_sfintegration.cli.sweep",
            help="remove the records that a run which was killed left in a live org",
            exits="0 nothing of ours is left, 1 something is, 2 the org is not known or out of reach",
        ),
    }
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the subcommand that ``argv`` names; return its exit code."""
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:{width}}  {command.help}" for name, command in COMMANDS.items())
    parser = ArgumentParser(
        prog="sfintegration",
        description=f"Tools beside the pytest plugin.\n\nsubcommands:\n{rows}",
        epilog="'sfintegration SUBCOMMAND --help' tells its options and exit statuses.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("subcommand", choices=COMMANDS, metavar="SUBCOMMAND")
    parser.add_argument("options", nargs=REMAINDER, metavar="...")
    chosen = parser.parse_args(argv)
    command = COMMANDS[chosen.subcommand]
    module = cast("Subcommand", import_module(command.module))
    own = ArgumentParser(
        prog=f"sfintegration {chosen.subcommand}",
        description=f"{command.help[0].upper()}{command.help[1:]}.",
        epilog=f"Exit status: {command.exits}.",
    )
    module.add_arguments(own)
    return module.run(own.parse_args(chosen.options))
