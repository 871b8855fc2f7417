"""The same suite by every way in, and under every way to run pytest: the same ids, the same verdicts."""

import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
from live_server import LiveServer, serving
from live_suite import SUITE, hubspot_org, prepare, verdicts, without_history

from pytest_sfintegration.embedded.server import serve

FLOWS = ["jwt", "client-credentials", "password", "soap", "access-token", "environment", "sf"]
LIVE_ONLY = {"own-profile", "assignments", "oauth-tokens"}
"""Items of the suite's checklist that an org made by the run cannot tell."""


@cache
def on_embedded() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "embedded.xml"
        suite = Path(folder) / "hubspot"
        shutil.copytree(SUITE, suite, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        without_history(suite)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}"]
        subprocess.run(  # noqa: S603 - pytest itself
            command, cwd=suite, check=True, capture_output=True
        )
        return verdicts(report)


def assert_as_embedded(live: dict[str, str]) -> None:
    """Every id is there, with the same verdict; what an org of the run's own cannot tell, this one can."""
    embedded = on_embedded()
    untold = {name for name, outcome in embedded.items() if outcome == "skipped"}
    assert {name.partition("checklist-")[2].rstrip("]") for name in untold} == LIVE_ONLY
    assert live == {name: "passed" if name in untold else outcome for name, outcome in embedded.items()}


def run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("--sf-org=sandbox", "--junit-xml=live.xml", *args)


def left_in(pytester: pytest.Pytester, served: LiveServer) -> object:
    """Return what is left in the org, or on disk."""
    journals = list((pytester.path / ".sfintegration" / "journal").glob("*"))
    return served.records() or journals or list(Path(tempfile.gettempdir()).glob("sfintegration-run-*"))


def logins(served: LiveServer) -> int:
    return sum("oauth2/token" in one.path or "/Soap/u/" in one.path for one in served.log)


@pytest.mark.parametrize("flow", FLOWS)
def test_verdicts_are_those_of_the_embedded_org(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer, flow: str
) -> None:
    prepare(pytester, monkeypatch, served, flow)
    result = run(pytester)
    assert result.ret == 0, result.stdout.str()
    assert_as_embedded(verdicts(pytester.path / "live.xml"))
    assert not left_in(pytester, served)
    retirement = "*SOAP login() does not exist from API 65.0 on*"
    (result.stdout.fnmatch_lines if flow in {"soap", "environment"} else result.stdout.no_fnmatch_line)(
        [retirement] if flow in {"soap", "environment"} else retirement
    )


def test_workers_share_one_login_a_user(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer
) -> None:
    prepare(pytester, monkeypatch, served, "jwt")
    result = run(pytester, "-n2")
    assert result.ret == 0, result.stdout.str()
    assert_as_embedded(verdicts(pytester.path / "live.xml"))
    assert logins(served) == 2
    assert not left_in(pytester, served)


def test_filter_asks_for_no_more_than_it_needs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer
) -> None:
    prepare(pytester, monkeypatch, served, "jwt")
    result = run(pytester, "-k", "Lead-crud")
    result.assert_outcomes(passed=1, deselected=len(on_embedded()) - 1)
    assert not any("Opportunity" in one.query or b"Opportunity" in one.body for one in served.log[4:])
    assert not left_in(pytester, served)


def test_first_failure_stops_and_last_failed_repeats_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(hubspot_org(without="HubSpot_Deal_Sync")) as served:
        prepare(pytester, monkeypatch, served, "jwt")
        result = run(pytester, "-x", "hubspot.matrix.yaml")
        result.assert_outcomes(failed=1, passed=6)
        assert not left_in(pytester, served)
        result = run(pytester, "--lf", "hubspot.matrix.yaml")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*on sandbox*", "*permission set HubSpot_Deal_Sync*"])
        assert not left_in(pytester, served)


def test_collecting_asks_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer
) -> None:
    prepare(pytester, monkeypatch, served, "soap")
    assert run(pytester, "--collect-only", "-q").ret == 0
    assert served.log == []


def test_https_port_of_the_served_org_will_do(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    org = hubspot_org()
    with serve(org, port=0, tls=True, tls_folder=tmp_path) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.ca_path))
        served = LiveServer(org=org, url=server.base_url.replace("http:", "https:"))
        prepare(pytester, monkeypatch, served, "access-token")
        result = run(pytester)
        assert result.ret == 0, result.stdout.str()
        assert_as_embedded(verdicts(pytester.path / "live.xml"))
        assert not left_in(pytester, served)


def test_certificate_that_is_not_trusted_is_told(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    org = hubspot_org()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    with serve(org, port=0, tls=True, tls_folder=tmp_path) as server:
        prepare(
            pytester,
            monkeypatch,
            LiveServer(org=org, url=server.base_url.replace("http:", "https:")),
            "access-token",
        )
        result = run(pytester, "-k", "Lead-crud")
    result.assert_outcomes(failed=1, deselected=len(on_embedded()) - 1)
    told = " ".join(result.stdout.str().split())
    assert "certificate is not trusted: check url, proxy and REQUESTS_CA_BUNDLE" in told
