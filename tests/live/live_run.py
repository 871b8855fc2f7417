"""A small run in this process: a matrix with right and wrong rows, judged through a live target."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from live_server import LiveServer
from live_suite import KEY, ORG_ID, PASSWORD, SECRET, TOKEN, source

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.run import MatrixRun
from pytest_sfintegration.checks.verdict import RowResult, Verdict
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.orgs.keeper import Patience
from pytest_sfintegration.orgs.live.entries import OrgEntry
from pytest_sfintegration.orgs.live.logins import Flow, Login
from pytest_sfintegration.orgs.live.secret import Secret
from pytest_sfintegration.orgs.live.shared import Shared
from pytest_sfintegration.orgs.live.target import LiveSettings, LiveTarget
from pytest_sfintegration.orgs.target import TargetOrg

FAST = Patience(pauses=(0.0, 0.0, 0.0, 0.0), settle=(0.0, 0.0), sleep=lambda _: None)

SMALL = """\
integration: HubSpot
user:
  username: hubspot.integration@acme.example
  profile: HubSpot Integration
  permission_set_licenses: [SalesforceAPIIntegrationPsl]
  permission_set_groups: [HubSpot_Sync]
  permission_sets: [HubSpot_Deal_Sync, HubSpot_Sync_Log]
objects:
  Opportunity:
    access: CRED                      # wrong: delete is missing
    fields: {edit: [Amount, StageName], others: any}
  HubSpot_Engagement__c: CRE
  Campaign: CR                        # wrong: create is missing
  Lead: R                             # wrong: create and edit are extra
blocked:
  objects: [Payroll__c]
  user_permissions: [ModifyAllData]
user_permissions: [ApiEnabled, ApiUserOnly]
"""


@cache
def small_matrix() -> Matrix:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.matrix.yaml"
        path.write_text(SMALL)
        return loader.load(path, root=path.parent)


def setup_login() -> Login:
    return Login(
        flow=Flow.CLIENT_CREDENTIALS,
        where="sandbox.setup",
        client_id=f"{KEY}setup",
        client_secret=Secret(SECRET),
    )


def integration_login() -> Login:
    return Login(
        flow=Flow.PASSWORD,
        where="sandbox.integration",
        client_id=KEY,
        client_secret=Secret(SECRET),
        password=Secret(PASSWORD),
        security_token=Secret(TOKEN),
    )


def live_target(
    served: LiveServer,
    folder: Path,
    *,
    budget: Budget | None = None,
    allow_writes: str | None = None,
    timeout: float = 20.0,
    org_id: str | None = ORG_ID,
    patience: Patience = FAST,
    setup: Login | None = None,
    integration: Login | None = None,
) -> LiveTarget:
    entry = OrgEntry(
        name="sandbox",
        where="sf_orgs.yaml: sandbox",
        url=served.url,
        org_id=org_id,
        setup=setup or setup_login(),
        integration=integration or integration_login(),
    )
    settings = LiveSettings(
        journal=folder / "journal", allow_writes=allow_writes, timeout=timeout, patience=patience
    )
    return LiveTarget(entry=entry, settings=settings, budget=budget or Budget(), shared=Shared())


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to: the verdicts by row, and the words of what could not be told."""

    results: tuple[RowResult, ...]

    def found(self) -> dict[str, frozenset[tuple[str, str]]]:
        """Return row -> (verdict, right) of what is not as declared, the undecided left out."""
        return {
            one.row: frozenset(
                (str(f.verdict), str(f.right)) for f in one.findings if f.verdict is not Verdict.INCONCLUSIVE
            )
            for one in self.results
        }

    def undecided(self) -> frozenset[str]:
        return frozenset(
            one.row for one in self.results if any(f.verdict is Verdict.INCONCLUSIVE for f in one.findings)
        )

    def words(self) -> str:
        return "\n".join(f.note for one in self.results for f in one.findings)


def judge(target: TargetOrg, matrix: Matrix | None = None, *, asked: bool = False) -> Outcome:
    matrix = matrix or small_matrix()
    rows = expand(matrix)
    run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=tuple(Level), asked=asked)
    return Outcome(results=tuple(run.result(row) for row in rows))


@cache
def truth() -> Outcome:
    """Return what the embedded org says in the process, without any network."""
    return judge(EmbeddedTarget(source=source(), budget=Budget()))
