"""``sfintegration serve``: the embedded org on a port of this machine."""

import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.org import EmbeddedOrg
    from pytest_sfintegration.sfdx.model import Source

__all__ = ["add_arguments", "org_of", "run"]

_USED_WRONGLY = 2
_MOST_PROBLEMS = 10


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of serve."""
    parser.add_argument(
        "--source",
        metavar="DIR",
        action="append",
        required=True,
        help="an SFDX project or a folder in Metadata API format; may be given several times",
    )
    parser.add_argument(
        "--users",
        metavar="FILE",
        type=Path,
        required=True,
        help="YAML: users, connected_apps, organization ('sfintegration schema users' describes it)",
    )
    parser.add_argument("--port", metavar="N", type=int, default=0, help="the port (default: a free one)")
    parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1 (default) or ::1")
    parser.add_argument("--tls", action="store_true", help="speak HTTPS too, on the same port, and CONNECT")
    parser.add_argument(
        "--tls-dir",
        metavar="DIR",
        type=Path,
        help="where to write ca.pem, server.pem and server.key, with --tls (default: a temporary folder)",
    )


def run(arguments: Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from pytest_sfintegration.embedded.errors import OrgError  # noqa: PLC0415 - with the org
    from pytest_sfintegration.embedded.server import ServerError, serve  # noqa: PLC0415 - with the org
    from pytest_sfintegration.matrix.errors import MatrixErrors  # noqa: PLC0415 - with the loader
    from pytest_sfintegration.sfdx.project import SourceError  # noqa: PLC0415 - with the loader

    # SIGINT too: a job started in the background inherits that it is ignored
    before = {one: signal.signal(one, _interrupt) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        org = _org(arguments)
        with serve(
            org,
            port=arguments.port,
            host=arguments.host,
            tls=arguments.tls or arguments.tls_dir is not None,
            tls_folder=arguments.tls_dir,
        ) as server:
            if server.ca_path is not None:
                print(f"certificate authority: {server.ca_path}")  # noqa: T201 - the command's output
            print(f"serving on {server.base_url}", flush=True)  # noqa: T201 - scripts wait for this line
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return 0
    except (MatrixErrors, OrgError, ServerError, SourceError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's output
        return _USED_WRONGLY
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _org(arguments: Namespace) -> "EmbeddedOrg":
    from pytest_sfintegration.sfdx.project import load_many  # noqa: PLC0415 - with the loader

    source = load_many(arguments.source)
    _show_problems(source)
    return org_of(source, arguments.users)


def org_of(source: "Source", users: Path | None) -> "EmbeddedOrg":
    """Return the org of a source with the users and apps of a users file, or with its setup user alone.

    Raise MatrixErrors or the embedded org's OrgError for a file that cannot be, or does not fit the source.
    """
    from pytest_sfintegration.cli.users import load_users  # noqa: PLC0415 - imports YAML
    from pytest_sfintegration.cli.users_names import check_names  # noqa: PLC0415 - with the org
    from pytest_sfintegration.embedded.org import EmbeddedOrg  # noqa: PLC0415 - the whole org

    if users is None:
        return EmbeddedOrg(source)
    file = load_users(users)
    check_names(file, source)
    org = EmbeddedOrg(
        source,
        file.user_specs(),
        organization=file.organization,
        public_groups=file.public_group_specs(),
    )
    for app in file.app_specs():
        org.add_connected_app(app)
    return org


def _show_problems(source: "Source") -> None:
    """Print what the source cannot tell; the org itself refuses the users whom it concerns."""
    for problem in source.problems[:_MOST_PROBLEMS]:
        print(problem, file=sys.stderr)  # noqa: T201 - the command's output
    more = len(source.problems) - _MOST_PROBLEMS
    if more > 0:
        print(f"... and {more} more problems of the source", file=sys.stderr)  # noqa: T201 - as above


def _interrupt(_signal: int, _frame: Any) -> NoReturn:
    raise KeyboardInterrupt
