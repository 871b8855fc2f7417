"""Kill a run with SIGKILL at one of its requests, then sweep: nothing of ours is left, nothing else touched.

``python tests/live/kill_points.py 100`` tries that many random points.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from live_faults import keeping
from live_server import LiveServer, serving
from live_suite import hubspot_org, user, write_private

from pytest_sfintegration.cli.main import main
from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.embedded.wire import Request

CHILD = Path(__file__).with_name("kill_child.py")
ENTRY = """\
sandbox:
  url: {url}
  setup: {{access_token: "{setup}"}}
  integration: {{access_token: "{integration}"}}
"""


@dataclass(frozen=True, kw_only=True)
class Point:
    """The request at which the run dies: before the org does it, or after, with or without its answer.

    ``kept``: the org does not roll back the create probes of that request.
    """

    request: int
    processed: bool
    answered: bool
    kept: bool = False


@dataclass(frozen=True, kw_only=True)
class Death:
    """What a kill and a sweep came to."""

    killed: bool
    left_by_kill: int
    left_by_sweep: int
    foreign_untouched: bool
    swept: int


def strangers(served: LiveServer) -> Mapping[str, Any]:
    """Make records of other people, some of which look like ours; return them as they are."""
    handle = served.org.handle
    for username in (SETUP_USERNAME, user().username):
        headers = {
            "authorization": f"Bearer {served.org.login_token(username)}",
            "content-type": "application/json",
        }
        for name in ("Acme", "sfintegration 0123456789abcdef0123"):
            body = f'{{"Name": "{name}"}}'.encode()
            answer = handle(
                Request(
                    method="POST", path="/services/data/v62.0/sobjects/Account", headers=headers, body=body
                )
            )
            assert answer.status == 201, answer.payload
    return rows(served)


def rows(served: LiveServer) -> dict[str, Any]:
    tables = served.org.world.storage._tables
    return {
        key: dict(row) for table in tables.values() for key, row in table.rows.items() if not row["IsDeleted"]
    }


def die_at(point: Point) -> Death:
    """Kill a run at a point, sweep, and count."""
    with serving(hubspot_org()) as served, tempfile.TemporaryDirectory() as name:
        before = strangers(served)
        folder = Path(name)
        text = ENTRY.format(
            url=served.url,
            setup=served.org.login_token(SETUP_USERNAME),
            integration=served.org.login_token(user().username),
        )
        write_private(folder / "sf_orgs.yaml", text)
        child = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, str(CHILD), str(folder / "sf_orgs.yaml"), str(folder / "journal")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        start = len(served.log)

        numbers = count()

        def fault(request: Request, process: Any) -> Any:
            if next(numbers) != point.request:
                return process()
            if point.kept:
                keeping(served, request)
            answer = process() if point.processed and not point.kept else None
            if not point.answered:
                os.kill(child.pid, signal.SIGKILL)
                child.wait()
            return answer

        served.fault = fault
        if point.answered:
            while child.poll() is None and len(served.log) - start <= point.request:
                pass
            child.kill()
        killed = child.wait() == -signal.SIGKILL
        served.fault = None
        between = rows(served)
        code = main(
            ["sweep", "sandbox", f"--orgs={folder / 'sf_orgs.yaml'}", f"--journal={folder / 'journal'}"]
        )
        after = rows(served)
        return Death(
            killed=killed,
            left_by_kill=len(between.keys() - before.keys()),
            left_by_sweep=len(after.keys() - before.keys()),
            foreign_untouched=all(after.get(key) == row for key, row in before.items()),
            swept=code,
        )


def random_point(dice: random.Random) -> Point:
    return Point(request=dice.randrange(29), processed=dice.random() < 0.7, answered=dice.random() < 0.3)


if __name__ == "__main__":
    number = int(sys.argv[1])
    dice = random.Random(number)  # noqa: S311 - a test
    deaths = [die_at(random_point(dice)) for _ in range(number)]
    print(
        f"{sum(one.killed for one in deaths)} of {number} runs killed, "
        f"{sum(one.left_by_kill > 0 for one in deaths)} left records "
        f"({sum(one.left_by_kill for one in deaths)} in all); "
        f"after the sweep {sum(one.left_by_sweep for one in deaths)} are left, "
        f"{sum(not one.foreign_untouched for one in deaths)} runs touched a foreign record"
    )
    sys.exit(any(one.left_by_sweep or not one.foreign_untouched for one in deaths))
