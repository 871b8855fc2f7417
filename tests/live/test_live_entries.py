"""Where orgs are named, what is missing, and what a refusal means."""

from pathlib import Path

import pytest
from live_run import judge, live_target, setup_login
from live_server import LiveServer
from live_suite import KEY, SECRET, fake_sf, private_key, user, write_private

from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.live.entries import find_entry
from pytest_sfintegration.orgs.live.logins import Flow, Login, checked
from pytest_sfintegration.orgs.live.refusals import REFUSALS, remedy_of
from pytest_sfintegration.orgs.live.secret import Secret

GOOD = "sandbox:\n  url: https://acme.my.salesforce.com\n  setup: {alias: acme}\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sf_orgs.yaml"
    write_private(path, text)
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "sandbox: {setup: {alias: a}, setpu: 1}",
            r"sf_orgs\.yaml:1: sandbox: unknown key setpu: did you mean setup\?",
        ),
        (
            "sandbox:\n  setup:\n    passwrod: a",
            r"sf_orgs\.yaml:3: sandbox\.setup: unknown key passwrod: did you mean password\?",
        ),
        ("sandbox: {url: x}", "sandbox: setup is missing"),
        ("sandbox: {setup: {username: a}}", "no way to log in: give client_id with key_file"),
        ("sandbox: {setup: {flow: magic}}", "'magic' is none of jwt, client-credentials"),
        (
            "sandbox: {setup: {alias: a}, url: 'http://acme.my.salesforce.com'}",
            "https://acme.my.salesforce.com is needed",
        ),
        ("sandbox: {setup: {alias: a}, org_id: 123}", "'123' is no id of an org"),
        ("sandbox: {setup: {password: '${SF_NOT_SET}', username: a}}", "SF_NOT_SET is not set: set it"),
        ("sandbox:\n  setup: {alias: a}\nsandbox: {}", r"yaml:3: sandbox is given twice, first on line 1"),
        ("sandbox:\n\tsetup: {alias: a}", r"yaml:2:1: this is no YAML: indent with spaces, not tabs"),
        (
            "sandbox:\n  setup: {client_id: a, key_file: no.pem}",
            r"yaml:2: sandbox\.setup: .*correct the path",
        ),
        ("sandbox: [1]", "a mapping of org names"),
        ("sandbox: {setup: {alias: {}}}", r"sandbox\.setup\.alias: a text is needed"),
        ("sandbox: {setup: 3}", "setup is missing"),
        ("a: {setup: {alias: a}}\nb: {setup: [", r"sf_orgs\.yaml:2:\d+: this is no YAML"),
    ],
)
def test_wrong_file_says_what_and_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TargetError, match=message):
        find_entry("sandbox", write(tmp_path, text))


@pytest.mark.parametrize(
    ("login", "message"),
    [
        (Login(flow=Flow.JWT, where="x", client_id="k"), "key_file or key and username are missing"),
        (Login(flow=Flow.CLIENT_CREDENTIALS, where="x", client_id="k"), "client_secret is missing"),
        (
            Login(flow=Flow.PASSWORD, where="x", username="u", password=Secret("p")),
            "client_id and client_secret are",
        ),
        (Login(flow=Flow.SOAP, where="x", username="u"), "SOAP login needs the user's password"),
        (Login(flow=Flow.ACCESS_TOKEN, where="x"), "access_token is missing"),
        (Login(flow=Flow.CLI, where="x"), "alias or username is missing"),
    ],
)
def test_missing_ingredient_is_said_in_one_line(login: Login, message: str) -> None:
    with pytest.raises(TargetError, match=message) as caught:
        checked(login)
    assert "\n" not in str(caught.value)


def test_file_with_secrets_must_be_ours_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "sandbox: {setup: {username: a, password: hush}}")
    path.chmod(0o644)
    with pytest.raises(TargetError, match=r"mode 644.*chmod 600 sf_orgs.yaml"):
        find_entry("sandbox", path)
    path.write_text("sandbox: {setup: {username: a, password: '${SF_PASSWORD:-none}'}}")
    assert find_entry("sandbox", path).setup.flow is Flow.SOAP


def test_key_file_must_be_ours_alone(served: LiveServer, tmp_path: Path) -> None:
    key = tmp_path / "server.key"
    write_private(key, private_key()[0])
    key.chmod(0o640)
    login = Login(flow=Flow.JWT, where="sandbox.integration", client_id=KEY, key_file=key)
    outcome = judge(live_target(served, tmp_path, integration=login))
    assert "mode 640): chmod 600 server.key" in outcome.words()


def test_secret_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SF_THE_SECRET", "from-there")
    path = write(tmp_path, "sandbox: {setup: {client_id: k, client_secret: '${SF_THE_SECRET}'}}")
    path.chmod(0o644)
    assert find_entry("sandbox", path).setup.client_secret == Secret("from-there")


def test_file_comes_before_environment_before_salesforce_cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, GOOD)
    monkeypatch.setenv("SF_SANDBOX_SETUP_ALIAS", "other")
    assert find_entry("sandbox", path).setup.alias == "acme"
    path.unlink()
    assert find_entry("sandbox", path).setup.alias == "other"
    monkeypatch.delenv("SF_SANDBOX_SETUP_ALIAS")
    monkeypatch.setenv("PATH", fake_sf(tmp_path / "bin", {}))
    assert find_entry("sandbox", path).setup == Login(
        flow=Flow.CLI, alias="sandbox", where="--sf-org=sandbox (Salesforce CLI)"
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TargetError, match=r"no such org.*is not installed.*--sf-org=embedded"):
        find_entry("sandbox", path)


def test_misspelt_org_has_a_neighbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TargetError, match=r"sandbox \(sandbox\?\)"):
        find_entry("sandbx", write(tmp_path, GOOD))


@pytest.mark.parametrize("one", REFUSALS, ids=lambda one: f"{one.code} {one.text}".strip())
def test_every_refusal_has_its_remedy(one) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    assert remedy_of(one.code, one.text.upper()) == one.remedy
    assert one.source


REFUSED = {
    "wrong secret": (
        Login(
            flow=Flow.CLIENT_CREDENTIALS, where="x", client_id=f"{KEY}integration", client_secret=Secret("no")
        ),
        "consumer secret is wrong",
    ),
    "unknown key": (
        Login(flow=Flow.CLIENT_CREDENTIALS, where="x", client_id="no", client_secret=Secret(SECRET)),
        "no app of this org has this consumer key",
    ),
    "no run as": (
        Login(flow=Flow.CLIENT_CREDENTIALS, where="x", client_id=KEY, client_secret=Secret(SECRET)),
        "has no Run As user",
    ),
    "wrong password": (
        Login(flow=Flow.SOAP, where="x", password=Secret("no")),
        "or the user is locked or inactive",
    ),
    "wrong password, OAuth": (
        Login(
            flow=Flow.PASSWORD, where="x", client_id=KEY, client_secret=Secret(SECRET), password=Secret("no")
        ),
        "Allow OAuth Username-Password Flows",
    ),
    "no key": (
        Login(flow=Flow.JWT, where="x", client_id=KEY, key=Secret("no PEM")),
        "the private key cannot sign",
    ),
    "not approved": (
        Login(flow=Flow.JWT, where="x", client_id=KEY, key=Secret(private_key()[0]), username="no@x.example"),
        "nobody approved the app for this user",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_of_the_org_says_what_to_change(served: LiveServer, tmp_path: Path, name: str) -> None:
    login, words = REFUSED[name]
    outcome = judge(live_target(served, tmp_path, integration=login))
    assert words in outcome.words()
    assert outcome.undecided() == frozenset(outcome.found())


def test_refused_address_says_what_to_change(served: LiveServer, tmp_path: Path) -> None:
    served.source_ip = "203.0.113.99"
    outcome = judge(live_target(served, tmp_path))
    assert "outside the allowed IP ranges" in outcome.words()


def test_client_credentials_ask_for_the_my_domain(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "sandbox: {url: 'https://login.salesforce.com', setup: {client_id: k, client_secret: '${SF_X:-s}'}}",
    )
    from pytest_sfintegration.orgs.live.log_in import log_in

    entry = find_entry("sandbox", path)
    with pytest.raises(TargetError, match="own My Domain only"):
        log_in(entry.setup, url=entry.url, timeout=1)


def test_refused_login_is_asked_for_once(served: LiveServer, tmp_path: Path) -> None:
    wrong = Login(flow=Flow.SOAP, where="x", password=Secret("no"))
    target = live_target(served, tmp_path, integration=wrong)
    for _ in range(3):
        with pytest.raises(TargetError, match="INVALID_LOGIN"):
            target.user_client(user())
    assert sum("/Soap/u/" in one.path for one in served.log) == 1


def test_host_that_is_not_there_is_told(tmp_path: Path, served: LiveServer) -> None:
    served.url = "http://127.0.0.1:9"
    outcome = judge(live_target(served, tmp_path, setup=setup_login()))
    assert "http://127.0.0.1:9 cannot be reached: check url, network and proxy" in outcome.words()
