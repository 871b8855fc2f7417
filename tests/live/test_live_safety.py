"""What may be done in which org, and what is never done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from live_run import FAST, integration_login, judge, live_target, truth
from live_server import LiveServer, serving
from live_suite import ORG_ID, hubspot_org, prepare, user, verdicts

from pytest_sfintegration.access.own_records import OwnRecords
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, OrganizationSpec
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.live.logins import Flow, Login
from pytest_sfintegration.orgs.live.organization import Organization, OrgKind
from pytest_sfintegration.orgs.live.secret import Secret
from pytest_sfintegration.orgs.target import IntegrationUser

PRODUCTION = OrganizationSpec(is_sandbox=False, organization_type="Enterprise Edition", name="Acme")


@pytest.fixture
def production() -> Iterator[LiveServer]:
    with serving(hubspot_org(PRODUCTION)) as live:
        yield live


def writes(served: LiveServer) -> list[str]:
    return [
        f"{one.method} {one.path}"
        for one in served.log
        if one.method != "GET"
        and "/services/data/" in one.path
        and b'"method":"GET"' not in one.body.replace(b" ", b"")
    ]


@pytest.mark.parametrize(
    ("sandbox", "edition", "expires", "kind", "writable"),
    [
        (True, "Enterprise Edition", None, OrgKind.SANDBOX, True),
        (True, "Developer Edition", "2026-12-01T00:00:00.000+0000", OrgKind.SCRATCH, True),
        (False, "Developer Edition", None, OrgKind.DEVELOPER, True),
        (False, "Enterprise Edition", "2026-12-01T00:00:00.000+0000", OrgKind.TRIAL, False),
        (False, "Unlimited Edition", None, OrgKind.PRODUCTION, False),
        (False, None, None, OrgKind.PRODUCTION, False),
    ],
)
def test_what_is_not_surely_something_else_is_production(
    sandbox: bool, edition: str | None, expires: str | None, kind: OrgKind, writable: bool
) -> None:
    row = {
        "Id": ORG_ID,
        "Name": "Acme",
        "IsSandbox": sandbox,
        "OrganizationType": edition,
        "TrialExpirationDate": expires,
    }
    found = Organization.of(row)
    assert (found.kind, found.writable) == (kind, writable)


def test_production_is_only_read(production: LiveServer, tmp_path: Path) -> None:
    target = live_target(production, tmp_path)
    outcome = judge(target)
    assert outcome.undecided() == frozenset()
    assert outcome.found() == truth().found()
    assert writes(production) == []
    assert any(f"--sf-allow-writes={ORG_ID}" in note for note in target.notes)
    assert not (tmp_path / "journal").exists()


def test_enforced_evidence_asked_for_in_production_is_not_green(
    production: LiveServer, tmp_path: Path
) -> None:
    outcome = judge(live_target(production, tmp_path), asked=True)
    assert outcome.undecided() == frozenset(outcome.found())
    assert f"--sf-allow-writes={ORG_ID}" in outcome.words()
    assert writes(production) == []


def test_production_named_by_its_id_is_written_to(production: LiveServer, tmp_path: Path) -> None:
    target = live_target(production, tmp_path, allow_writes=ORG_ID[:15])
    assert judge(target, asked=True).found() == truth().found()
    assert writes(production)
    assert target.close() == []
    assert production.records() == {}


def test_another_org_s_id_allows_nothing(production: LiveServer, tmp_path: Path) -> None:
    target = live_target(production, tmp_path, allow_writes="00D000000000001AAA")
    judge(target)
    assert writes(production) == []


def test_no_record_is_made_in_production(production: LiveServer, tmp_path: Path) -> None:
    target = live_target(production, tmp_path)
    records = OwnRecords(setup=target.setup_client(user()), username=user().username)
    with pytest.raises(OrgError, match="read-only for tests"):
        records.make("Account")
    for client in (target.user_salesforce(user()), target.setup_salesforce(user())):
        with pytest.raises(OrgError, match="read-only for tests"):
            client.Account.create({"Name": "No"})
    assert writes(production) == []
    assert production.records() == {}


def test_wrong_org_is_left_alone(served: LiveServer, tmp_path: Path) -> None:
    outcome = judge(live_target(served, tmp_path, org_id="00D000000000009AAA"))
    assert "wrong org" in outcome.words()
    assert outcome.undecided() == frozenset(outcome.found())
    assert len(served.log) == 2


def test_session_of_somebody_else_judges_nothing(served: LiveServer, tmp_path: Path) -> None:
    wrong = Login(
        flow=Flow.ACCESS_TOKEN,
        where="sandbox.integration",
        access_token=Secret(served.org.login_token(SETUP_USERNAME)),
    )
    outcome = judge(live_target(served, tmp_path, integration=wrong))
    assert f"this log-in is {SETUP_USERNAME}, but the matrix is about {user().username}" in outcome.words()
    assert outcome.undecided() == frozenset(outcome.found())


def test_users_of_two_orgs_judge_nothing(served: LiveServer, tmp_path: Path) -> None:
    with serving(hubspot_org(org_id="00DEm0000000002MAA")) as other:
        token = other.org.login_token(user().username)
        served.fault = lambda request, process: (
            other.org.handle(request) if token in request.headers.get("authorization", "") else process()
        )
        strange = Login(flow=Flow.ACCESS_TOKEN, where="sandbox.integration", access_token=Secret(token))
        outcome = judge(live_target(served, tmp_path, integration=strange))
    assert "both must be in one org" in outcome.words().replace("\n", " ")


def test_kind_of_org_is_the_first_question(served: LiveServer, tmp_path: Path) -> None:
    live_target(served, tmp_path).user_client(user())
    assert "Organization" in served.log[1].query


def test_call_limit_stops_the_run_but_not_the_removal(served: LiveServer, tmp_path: Path) -> None:
    for limit in range(1, 24):
        target = live_target(served, tmp_path, budget=Budget(limit=limit))
        outcome = judge(target)
        assert target.close() == []
        assert served.records() == {}, limit
        assert outcome.undecided() or limit > 19


def test_nearly_spent_allowance_stops_before(tmp_path: Path) -> None:
    small = OrganizationSpec(is_sandbox=True, api_limit=30)
    with serving(hubspot_org(small)) as served:
        served.org.world.calls = 20
        target = live_target(served, tmp_path)
        outcome = judge(target)
        assert "nearly spent (29 of 30)" in outcome.words()
        assert target.close() == []
        assert served.records() == {}
        assert served.org.world.calls <= 30


def test_group_that_is_recalculated_is_waited_for(served: LiveServer, tmp_path: Path) -> None:
    state = {"looks": 0}

    def outdated(request, process):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        answer = process()
        if b"FROM%20PermissionSetGroup%20" in request.body:
            state["looks"] += 1
            if state["looks"] <= state["until"]:
                results = [dict(one) for one in answer.payload["results"]]
                rows = [{**row, "Status": "Updating"} for row in results[0]["result"]["records"]]
                results[0]["result"] = {**results[0]["result"], "records": rows}
                return type(answer)(status=200, payload={**answer.payload, "results": results})
        return answer

    served.fault = outdated
    state["until"] = 2
    target = live_target(served, tmp_path)
    assert judge(target).found() == truth().found()
    assert target.close() == []
    state.update(looks=0, until=9)
    outcome = judge(live_target(served, tmp_path))
    assert "HubSpot_Sync is Updating" in outcome.words()
    assert outcome.undecided() == frozenset(outcome.found())
    assert state["looks"] == len(FAST.settle) + 1


def test_pages_that_end_early_are_not_believed(served: LiveServer, tmp_path: Path) -> None:
    def early(request, process):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        answer = process()
        if b"FROM%20FieldPermissions" in request.body:
            results = [dict(one) for one in answer.payload["results"]]
            for one in results:
                if len(one["result"].get("records", ())) > 5:
                    one["result"] = {**one["result"], "records": one["result"]["records"][:-1]}
            return type(answer)(status=200, payload={**answer.payload, "results": results})
        return answer

    served.fault = early
    outcome = judge(live_target(served, tmp_path))
    assert "although the org said done" in outcome.words()
    assert outcome.undecided() == frozenset(outcome.found())


def test_rows_that_are_locked_for_a_moment_are_asked_for_again(served: LiveServer, tmp_path: Path) -> None:
    seen = {"locked": 0}

    def lock(request, process):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        if request.method == "POST" and request.path.endswith("/composite/sobjects") and seen["locked"] < 2:
            import json

            seen["locked"] += 1
            error = {
                "statusCode": "UNABLE_TO_LOCK_ROW",
                "message": "unable to obtain exclusive access",
                "fields": [],
            }
            number = len(json.loads(request.body)["records"])
            from pytest_sfintegration.embedded.wire import Response

            return Response(status=200, payload=[{"success": False, "errors": [error]}] * number)
        return process()

    served.fault = lock
    target = live_target(served, tmp_path)
    assert judge(target).found() == truth().found()
    assert target.close() == []
    assert served.records() == {}


def test_user_without_a_login_is_told_what_to_add(served: LiveServer, tmp_path: Path) -> None:
    target = live_target(served, tmp_path, integration=integration_login())
    object.__setattr__(target._entry, "integration", None)
    with pytest.raises(OrgError, match=r"add integration \(or users: other@example\.com\) beside setup"):
        target.user_client(IntegrationUser(username="other@example.com"))


def test_fixtures_of_a_production_run_are_refused_in_words(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, production: LiveServer
) -> None:
    prepare(pytester, monkeypatch, production, "access-token")
    result = pytester.runpytest_inprocess("--sf-org=sandbox", "--junit-xml=live.xml")
    outcomes = verdicts(pytester.path / "live.xml")
    rows = {one for one in outcomes if "HubSpot[" in one}
    assert {outcomes[one] for one in rows if "-record-" not in one} == {"passed"}
    assert {outcomes[one] for one in rows if "-record-" in one} == {"failure"}  # none may be made
    assert outcomes["test_hubspot::test_payroll_stays_closed"] == "failure"
    result.stdout.fnmatch_lines(
        ["*read-only for tests*", "note: Acme (*) is a production org and read-only*"]
    )
    assert writes(production) == []


INTERRUPTED = """
def test_it(sf_records):
    sf_records.make("Contact")
    raise KeyboardInterrupt
"""


def test_interrupt_leaves_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer
) -> None:
    prepare(pytester, monkeypatch, served, "access-token")
    pytester.makepyfile(test_interrupted=INTERRUPTED)
    result = pytester.runpytest_subprocess("--sf-org=sandbox", "test_interrupted.py")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert any(one.path.endswith("/composite/sobjects") and one.method == "POST" for one in served.log)
    assert served.records() == {}
    assert not list((pytester.path / ".sfintegration" / "journal").glob("*"))


def test_record_that_cannot_be_removed_is_not_green(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer
) -> None:
    prepare(pytester, monkeypatch, served, "access-token")
    pytester.makepyfile(test_left="def test_it(sf_records):\n    sf_records.make('Contact')\n")

    def keep(request, process):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        from pytest_sfintegration.embedded.wire import Response

        if request.method == "DELETE":
            return Response(status=403, payload=[{"message": "no", "errorCode": "API_CURRENTLY_DISABLED"}])
        return process()

    served.fault = keep
    result = pytester.runpytest_inprocess("--sf-org=sandbox", "test_left.py")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*left in the org*", "*sfintegration sweep sandbox*"])
    assert served.records() == {"Contact": 1}
    assert list((pytester.path / ".sfintegration" / "journal").glob("*.jsonl"))
