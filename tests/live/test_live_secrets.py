"""No secret in anything that a run writes, however loudly it fails."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import LiveServer
from live_suite import PASSWORD, SECRET, TOKEN, entry, prepare, private_key, write_private

from pytest_sfintegration.orgs.live.secret import HiddenText, Secret

FAILING = """
import pytest

def test_bad_query(sf_integration, sf_setup):
    headers = sf_integration.headers
    token = sf_integration.session_id
    joined = "Bearer " + token
    sf_integration.query("SELECT Nope__c FROM Account")

def test_looks_into_everything(sf_target, sf_integration, sf_setup):
    target = vars(sf_target)
    seats = [vars(one.way) for one in sf_target._users.values()]
    entry = sf_target._entry
    session = sf_integration.session
    shared = sf_target._shared._memory
    assert not target, (seats, entry, session.headers, shared, vars(sf_integration))

def test_broken_transport(sf_integration, monkeypatch):
    import http.client
    def explode(self, *args, **kwargs):
        raise ConnectionResetError("wire cut")
    monkeypatch.setattr(http.client.HTTPConnection, "getresponse", explode)
    sf_integration.Account.create({"Name": "Acme"})

def test_prints(sf_setup, capsys):
    print(repr(sf_setup.session_id), sf_setup.headers)
    assert 0
"""


def secrets(served: LiveServer) -> Iterator[str]:
    yield from (PASSWORD, TOKEN, SECRET, PASSWORD + TOKEN)
    yield from (line for line in private_key()[0].splitlines() if len(line) > 40)
    for token in served.org.world.sessions._live:
        yield token.partition("!")[2]
    yield base64.b64encode(f":{SECRET}".encode()).decode()[4:-4]


def written(pytester: pytest.Pytester, result: pytest.RunResult) -> str:
    texts = [result.stdout.str(), result.stderr.str()]
    secret = {"sf_orgs.yaml", "key.pem", "orgs.json"}
    files = (one for one in pytester.path.rglob("*") if one.is_file() and one.name not in secret)
    texts += [one.read_text(errors="replace") for one in files if "force-app" not in one.parts]
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("flow", "workers"), [("jwt", "-n2"), ("client-credentials", "-n0"), ("soap", "-n0"), ("password", "-n0")]
)
def test_loud_failing_run_shows_no_secret(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer, flow: str, workers: str
) -> None:
    prepare(pytester, monkeypatch, served, flow)
    pytester.makepyfile(test_failing=FAILING)
    result = pytester.runpytest_inprocess(
        *("--sf-org=sandbox", workers, "-l", "-vv", "-rA", "--tb=long", "--full-trace", "--log-level=DEBUG"),
        *("--junit-xml=live.xml", "-o", "junit_logging=all", "--log-file=run.log", "-k", "failing or Lead"),
    )
    result.assert_outcomes(
        failed=4, passed=5, deselected=result.parseoutcomes()["deselected"] if workers == "-n0" else 0
    )
    text = written(pytester, result)
    assert "the connection was dropped" in text
    for secret in secrets(served):
        assert secret not in text


def wrong(text: str) -> str:
    return text.replace(SECRET, "wrong-" + SECRET).replace(PASSWORD, "wrong-" + PASSWORD)


@pytest.mark.parametrize("flow", ["client-credentials", "password", "soap"])
def test_refused_login_shows_no_secret(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer, flow: str
) -> None:
    prepare(pytester, monkeypatch, served, flow)
    write_private(pytester.path / "sf_orgs.yaml", wrong(entry(flow, served).yaml))
    pytester.makepyfile(test_failing="def test_it(sf_integration):\n    assert 0\n")
    result = pytester.runpytest_inprocess(
        *("--sf-org=sandbox", "-l", "-vv", "--tb=long", "--full-trace", "--log-level=DEBUG"),
        *("--junit-xml=live.xml", "-k", "failing or Lead-crud"),
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*is refused: *"])
    assert sum("oauth2/token" in one.path or "/Soap/u/" in one.path for one in served.log) == 1
    text = written(pytester, result)
    for secret in (*secrets(served), "wrong-" + SECRET, "wrong-" + PASSWORD):
        assert secret not in text


def test_broken_file_shows_no_secret(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: LiveServer
) -> None:
    prepare(pytester, monkeypatch, served, "soap")
    write_private(pytester.path / "sf_orgs.yaml", f'sandbox:\n  setup: {{password: "{PASSWORD}}}\n')
    pytester.makepyfile(test_failing="def test_it(sf_integration):\n    assert 0\n")
    result = pytester.runpytest_inprocess("--sf-org=sandbox", "-l", "--tb=long", "--full-trace")
    assert result.ret != 0
    text = written(pytester, result)
    assert "this is no YAML" in text
    assert PASSWORD not in text


def test_secret_hides_in_every_form() -> None:
    secret = Secret("hush-hush")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]), repr({"a": secret})]
    assert not any("hush" in one for one in shown)
    assert secret.reveal() == "hush-hush"
    with pytest.raises(TypeError, match="not pickled"):
        __import__("pickle").dumps(secret)


def test_hidden_text_works_and_hides() -> None:
    text = HiddenText("hush-hush")
    assert text == "hush-hush"
    assert "Bearer " + text == "Bearer hush-hush"
    assert "hush" not in repr({"Authorization": "Bearer " + text, "x": text + "!"})


def test_folder_of_the_run_is_ours_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_sfintegration.orgs.live.shared import Shared, make_folder

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = make_folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    Shared(folder).get("session", lambda: {"token": "hush"})
    assert [one.stat().st_mode & 0o777 for one in folder.iterdir()] == [0o600]
    assert Shared(folder).get("session", lambda: {"token": "other"}) == {"token": "hush"}
    assert "hush" not in repr(Shared(folder).get("session", dict))
