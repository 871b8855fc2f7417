"""A whole session: its exit status, strict runs, the plan, the calls used, and ignore entries."""

import re
from collections.abc import Callable

import pytest
from blocked_org import Project, permission

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.plan import planned_calls
from pytest_sfintegration.collect.status import INCONCLUSIVE_STATUS
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.orgs import embedded

Run = Callable[..., pytest.RunResult]
_QUIET = ("-p", "no:hypothesispytest", "-p", "no:faker", "-p", "no:cacheprovider")
UNTOLD = "blocked:\n  queries: [SELECT Id FROM Contact]\n"
WRONG = "blocked:\n  queries: [SELECT Id FROM User]\n"
BOTH = "blocked:\n  queries: [SELECT Id FROM Contact, SELECT Id FROM User]\n"
EVERYTHING = (
    "blocked:\n  objects: [Payroll__c]\n  fields: [Contact.SSN__c]\n  queries: [SELECT Id FROM Payroll__c]\n"
    "  requests: [{method: GET, path: /services/apexrest/billing/v1}]\n"
    "  setup_entities: {apex_classes: [Billing]}\n"
)
FORMULA = "blocked:\n  fields: [Contact.Twice__c]\n"


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Write a project and run pytest in it."""

    def running(project: Project, *args: str) -> pytest.RunResult:
        project.write()
        return pytester.runpytest_inprocess(*_QUIET, *args)

    return running


@pytest.mark.parametrize(
    ("matrix", "status"),
    [(UNTOLD, INCONCLUSIVE_STATUS), (WRONG, 1), (BOTH, 1), (EVERYTHING, 0)],
)
def test_exit_status_tells_inconclusive_from_wrong(
    session: Project, run: Run, matrix: str, status: int
) -> None:
    result = run(session.having(matrix=matrix))
    assert result.ret == status
    assert ("FAILED" in result.stdout.str()) is (status != 0)


def test_failure_of_a_test_body_beside_an_inconclusive_row_is_a_failure(session: Project, run: Run) -> None:
    (session.folder / "test_own.py").write_text("def test_own():\n    assert False\n", encoding="utf-8")
    assert run(session.having(matrix=UNTOLD)).ret == 1


def test_error_beside_an_inconclusive_row_is_a_failure(session: Project, run: Run) -> None:
    (session.folder / "test_own.py").write_text("def test_own(nothing):\n    pass\n", encoding="utf-8")
    assert run(session.having(matrix=UNTOLD)).ret == 1


def test_exit_status_is_the_same_under_xdist(session: Project, run: Run) -> None:
    pytest.importorskip("xdist")
    result = run(session.having(matrix=UNTOLD), "-n2")
    assert result.ret == INCONCLUSIVE_STATUS
    result.stdout.fnmatch_lines(
        ["*rights judged in *, 1 inconclusive, * API calls used", "  calls by purpose: *"]
    )


def test_summary_counts_what_is_inconclusive_and_the_calls_by_purpose(session: Project, run: Run) -> None:
    text = run(session.having(matrix=UNTOLD)).stdout.str()
    found = re.search(r"rights judged in \d+ tests, 1 inconclusive, (\d+) API calls used\n", text)
    assert found is not None
    listed = re.search(r"calls by purpose: ((?:[^\n]|\n    )*)", text)
    assert listed is not None
    assert sum(int(one) for one in re.findall(r" (\d+)", listed[1])) == int(found[1])


def test_strict_run_accepts_no_note(session: Project, run: Run) -> None:
    project = session.having(matrix=FORMULA)
    result = run(project)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["note: *not observed at level enforced: WHERE*"])
    for args in (("--sf-strict",), ("-o", "sf_strict=true")):
        result = run(project, *args)
        assert result.ret == INCONCLUSIVE_STATUS, args
        result.stdout.fnmatch_lines(["*[[]blocked-Contact.Twice__c[]]*"])


def test_switch_takes_true_and_false_alone(session: Project, run: Run) -> None:
    result = run(session, "-o", "sf_strict=perhaps")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*'perhaps' is neither true nor false*"])


def test_plan_runs_nothing_and_touches_no_org(
    session: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an org was built")

    monkeypatch.setattr(embedded, "_build", refuse)
    monkeypatch.setattr("pytest_sfintegration.orgs.client.OrgClient.send", refuse)
    (session.folder / "test_own.py").write_text("def test_own():\n    assert False\n", encoding="utf-8")
    result = run(session.having(matrix=EVERYTHING), "--sf-plan")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*API calls planned*", "Acme: at most * API calls", "*  related routes"])
    assert "FAILED" not in result.stdout.str()
    # a live org that does not exist is not looked up either
    assert run(session.having(matrix=EVERYTHING), "--sf-plan", "--sf-org=nowhere").ret == 0


def test_plan_of_a_broken_matrix_is_an_error(session: Project, run: Run) -> None:
    assert run(session.having(matrix="nonsense: 1\n"), "--sf-plan").ret != 0


def test_plan_follows_the_selection(session: Project, run: Run) -> None:
    project = session.having(matrix=EVERYTHING)
    planned = []
    for args in ((), ("-k", "Account"), ("--sf-evidence=configured",)):
        found = re.search(r"at most (\d+) API", run(project, "--sf-plan", *args).stdout.str())
        assert found is not None
        planned.append(int(found[1]))
    assert planned[1] < planned[0]
    assert planned[2] < planned[0]


@pytest.mark.parametrize("matrix", ["", UNTOLD, WRONG, EVERYTHING, FORMULA])
@pytest.mark.parametrize("levels", [tuple(Level)[:count] for count in (1, 2, 3)])
@pytest.mark.parametrize("leaky", [False, True])
def test_used_calls_stay_within_the_plan_by_purpose(
    project: Project, matrix: str, levels: tuple[Level, ...], leaky: bool
) -> None:
    project = project.having(matrix=matrix)
    if leaky:
        project = project.granting(permission("Payroll__c", "CRED"))
    ran = project.run(levels=levels)
    rows = expand(load(project.write(), environ={}, root=project.folder))
    plan = planned_calls(rows, levels, root="/services/data/v62.0")
    over = {
        purpose: (used, plan.get(purpose, 0))
        for purpose, used in ran.budget.by_purpose.items()
        if used > plan.get(purpose, 0)
    }
    assert not over
    always = sum(plan.values()) - plan["nearest grants"]  # asked for missing rights alone
    assert always <= 3 * ran.budget.used


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{objects: [Slip__c], reason: r}", None),
        (
            "{objects: [Payroll__c], reason: r}",
            "there is no need to ignore Payroll__c: the user holds nothing",
        ),
        (
            "{objects: [Payroll__c], reason: r, expires: 2020-01-01}",
            "expired on 2020-01-01 and leaves out nothing",
        ),
        (
            "{user_permissions: [ViewSetup], reason: r}",
            "no need to ignore ViewSetup: the user does not hold it",
        ),
        ("{fields: [Contact.SSN__c], reason: r}", "fields of Contact that are not listed are not judged"),
    ],
)
def test_ignore_entry_without_effect_is_told(
    session: Project, run: Run, entry: str, told: str | None
) -> None:
    project = session.having(ignore=f"ignore:\n- {entry}\n")
    if told is None:
        project.write()
        path = project.folder / "acme.matrix.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("  Slip__c: R\n", ""), encoding="utf-8")
        from pytest_sfintegration.checks.run import MatrixRun

        matrix = load(path, environ={}, root=project.folder)
        rows = expand(matrix)
        made = MatrixRun(matrix=matrix, rows=rows, target=project.target(), levels=tuple(Level))
        assert all(made.result(row).ok for row in rows)
        assert not made.notes
        return
    text = " ".join(run(project).stdout.str().split())
    assert told in text
    assert "note: acme.matrix.yaml:" in text
    # of what was not judged nothing is said, but for an entry that has expired
    text = " ".join(run(project, "-k", "Account").stdout.str().split())
    assert (told in text) is ("Payroll__c:" not in told and "ViewSetup" not in told)
