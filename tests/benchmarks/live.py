"""A thousand rights on a live org at 200 ms a call, next to one call a right.

``python -m tests.benchmarks.live``.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))

from live_server import serving

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.plan import planned_calls
from pytest_sfintegration.checks.run import MatrixRun, integration_user
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, ConnectedAppSpec, UserSpec
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.live.entries import OrgEntry
from pytest_sfintegration.orgs.live.logins import Flow, Login
from pytest_sfintegration.orgs.live.secret import Secret
from pytest_sfintegration.orgs.live.shared import Shared
from pytest_sfintegration.orgs.live.target import LiveSettings, LiveTarget
from pytest_sfintegration.orgs.target import API_VERSION, IntegrationUser
from pytest_sfintegration.sfdx import project
from tests.benchmarks.projects import write_project

SHAPES = ((10, 40), (25, 14), (50, 7), (100, 2))
"""Objects and fields an object: about a thousand rights, from few deep objects to many shallow ones."""

DELAY = 0.2
KEY = "bench"
SECRET = Secret("bench-secret")


def main() -> None:
    """Judge each shape, print calls and seconds, then ask the obvious way for a part of the rights."""
    for objects, fields in SHAPES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_project(folder, objects=objects, fields=fields)
            _measure(folder)


def _org(folder: Path, user: IntegrationUser) -> EmbeddedOrg:
    spec = UserSpec(username=user.username, profile=user.profile or "", permission_sets=user.permission_sets)
    org = EmbeddedOrg(project.load_many((folder,)), [spec])
    for run_as in (SETUP_USERNAME, user.username):
        org.add_connected_app(
            ConnectedAppSpec(
                name=run_as, consumer_key=KEY + run_as, consumer_secret=SECRET.reveal(), run_as=run_as
            )
        )
    return org


def _login(username: str) -> Login:
    return Login(flow=Flow.CLIENT_CREDENTIALS, where=username, client_id=KEY + username, client_secret=SECRET)


def _measure(folder: Path) -> None:
    matrix = loader.load(next(folder.glob("*.matrix.yaml")), root=folder)
    user = integration_user(matrix.user)
    with serving(_org(folder, user)) as served:
        budget = Budget()
        target = LiveTarget(
            entry=OrgEntry(
                name="bench",
                where="here",
                url=served.url,
                setup=_login(SETUP_USERNAME),
                integration=_login(user.username),
            ),
            settings=LiveSettings(journal=folder / "journal"),
            budget=budget,
            shared=Shared(),
        )
        served.delay = DELAY
        rows = expand(matrix)
        start = time.perf_counter()
        run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=tuple(Level))
        results = [run.result(row) for row in rows]
        seconds = time.perf_counter() - start
        target.close()
        judged = sum(one.judged for one in results)
        wrong = sum(not one.ok for one in results)
        plan = sum(planned_calls(rows, tuple(Level), root=f"/services/data/v{API_VERSION}").values())
        objects = sum(one.aspect == "crud" for one in rows)
        print(f"{judged} rights on {objects} objects, {wrong} rows wrong, ", end="")
        print(f"{sum(served.records().values())} records left")
        print(
            f"  in few calls: {len(served.log)} (at most {plan} planned beside log-ins), {seconds:.2f} s ",
            end="",
        )
        print(f"({budget.by_purpose})")
        start, calls = time.perf_counter(), len(served.log)
        client = target.user_salesforce(user)
        for _ in range(30):
            client.query("SELECT Id FROM Thing_000__c LIMIT 1")
        part, asked = time.perf_counter() - start, len(served.log) - calls
        print(f"  one simple-salesforce call a right: {judged} calls, {part / asked * judged:.0f} s")


if __name__ == "__main__":
    main()
