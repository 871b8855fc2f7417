"""``sfintegration doctor`` and ``sweep``, and the Salesforce CLI as a keeper of sessions."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from live_server import LiveServer, serving
from live_suite import ORG_ID, cli_orgs, entry, fake_sf, hubspot_org, user, write_private

from pytest_sfintegration.cli.main import main
from pytest_sfintegration.embedded.specs import OrganizationSpec
from pytest_sfintegration.orgs.client import Budget, OrgClient, Reply
from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.live.journal import Pending, Remains
from pytest_sfintegration.orgs.live.sf_cli import read_org
from pytest_sfintegration.orgs.live.sweeping import remove


def orgs(tmp_path: Path, served: LiveServer) -> str:
    path = tmp_path / "sf_orgs.yaml"
    write_private(path, entry("client-credentials", served).yaml)
    return f"--orgs={path}"


def test_doctor_tells_what_the_org_is_and_changes_nothing(
    tmp_path: Path, served: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "sandbox", orgs(tmp_path, served), f"--user={user().username}"]) == 0
    text = capsys.readouterr().out
    for words in (
        f"({ORG_ID}) is a sandbox org",
        "API up to 67.0",
        "calls of 24 hours are left",
        "holds ViewSetup",
        f"{user().username} is logged in",
    ):
        assert words in text
    assert "MISS" not in text
    assert all(one.method == "GET" or b'"POST"' not in one.body for one in served.log)
    assert served.records() == {}


def test_doctor_tells_which_checks_a_poor_setup_user_costs(
    tmp_path: Path, served: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sf_orgs.yaml"
    token = served.org.login_token(user().username)
    write_private(path, f"sandbox: {{url: '{served.url}', setup: {{access_token: '{token}'}}}}")
    assert main(["doctor", "sandbox", f"--orgs={path}"]) == 1
    text = capsys.readouterr().out
    assert "MISS  the setup user lacks ViewSetup: no permission table can be read" in text
    assert "MISS  the API calls left cannot be told: GET /limits as the setup user: FORBIDDEN" in text
    assert "add --user USERNAME" in text


def test_doctor_names_production(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(hubspot_org(OrganizationSpec(organization_type="Unlimited Edition"))) as served:
        main(["doctor", "sandbox", orgs(tmp_path, served)])
    text = capsys.readouterr().out
    assert "is a production org" in text
    assert f"--sf-allow-writes={ORG_ID}" in text


def test_commands_say_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "00D.jsonl").touch()
    for command in (["doctor"], ["sweep", f"--journal={tmp_path / 'journal'}"]):
        assert main([command[0], "nowhere", f"--orgs={tmp_path / 'none.yaml'}", *command[1:]]) == 2
        assert "no such org" in capsys.readouterr().err


def test_sweep_leaves_a_journal_that_a_run_holds(
    tmp_path: Path, served: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    from live_run import live_target

    target = live_target(served, tmp_path)
    target.setup_client(user())
    assert target._journal is not None
    target._journal.adopted("001000000000001AAA")
    assert main(["sweep", "sandbox", orgs(tmp_path, served), f"--journal={tmp_path / 'journal'}"]) == 1
    assert "a run is still using it" in capsys.readouterr().out
    target.close()


def test_sweep_touches_nothing_that_a_forged_journal_names(
    tmp_path: Path, served: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    from kill_points import rows, strangers

    before = strangers(served)
    folder = tmp_path / "journal"
    folder.mkdir()
    theirs = [key for key, row in before.items() if row["Name"] == "Acme"]
    lines = [f'{{"journal": 1, "org": "{ORG_ID}", "users": ["005000000000009AAA"]}}']
    lines += [f'{{"made": {number}, "id": "{key}"}}' for number, key in enumerate(theirs)]
    (folder / f"{ORG_ID}-1-x.jsonl").write_text("\n".join(lines) + "\n")
    (folder / f"{ORG_ID}-2-x.jsonl").write_text(lines[0] + '\n{"made": 1, "id": "1\' OR Name != \'"}\n')
    assert main(["sweep", "sandbox", orgs(tmp_path, served), f"--journal={folder}"]) == 1
    assert "is no line of a journal" in capsys.readouterr().out
    assert rows(served) == before


FOUND = "001000000000007AAA"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((403, [{"errorCode": "FORBIDDEN", "message": "no"}]), "Lead m2: FORBIDDEN (403): no"),
        ((200, {"totalSize": 1, "done": True, "records": []}), "Lead m2: the answer ended early"),
    ],
)
def test_search_that_tells_nothing_is_told_although_others_found_something(
    answer: tuple[int, object], words: str
) -> None:
    class Line:
        def send(self, method: str, *_: Any) -> Reply:
            if method == "DELETE":
                return Reply(status=200, payload=[{"success": True, "id": FOUND}])
            found = {"totalSize": 1, "done": True, "records": [{"Id": FOUND}]}
            results = [{"statusCode": 200, "result": found}, {"statusCode": answer[0], "result": answer[1]}]
            return Reply(status=200, payload={"results": results})

    setup = OrgClient(transport=Line(), budget=Budget(), api_version="62.0", username="setup")
    pending = {
        number: Pending(object=name, field="Name", marker=f"m{number}", at="2026-01-01T00:00:00Z")
        for number, name in ((1, "Account"), (2, "Lead"))
    }
    remains = Remains(org_id=ORG_ID, users=("005000000000009AAA",), ids=[], pending=pending)
    swept = remove(setup, remains)
    assert (swept.gone, swept.settled) == ([FOUND], [1])
    assert [line for line in swept.left if line.startswith(words)]


CLI = {
    "Session expired or invalid": (
        {"status": "Session expired or invalid"},
        "is dead .*log in again with `sf org login web",
    ),
    "unknown": (None, "the Salesforce CLI knows no org sandbox"),
}


@pytest.mark.parametrize("name", CLI)
def test_salesforce_cli_s_answer_is_put_into_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, served: LiveServer, name: str
) -> None:
    change, message = CLI[name]
    known: dict[str, Mapping[str, str]] = {}
    if change is not None:
        known["sandbox"] = {**cli_orgs(served)["sandbox"], **change}
    path = fake_sf(tmp_path / "bin", known)
    monkeypatch.setenv("PATH", path + os.pathsep + os.environ["PATH"])
    with pytest.raises(TargetError, match=message):
        read_org("sandbox")


HIDDEN = '{"status": 0, "result": {"connectedStatus": "Connected", "accessToken": "[REDACTED] x"}}'
UNKNOWN = '{"status": 127, "name": "CommandNotFoundError", "message": "x"}'
NO_URL = '{"status": 0, "result": {"connectedStatus": "Connected", "accessToken": "00D!x"}}'


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'SyntaxError: Unexpected token'; exit 1", r"gave no JSON .*sf update.*Node\.js 22"),
        (
            'echo \'{"status": 1, "name": "Oops", "message": "it broke"}\'; exit 1',
            "failed: Oops: it broke",
        ),
        (
            f"case $2 in display) echo '{HIDDEN}';; *) echo '{UNKNOWN}';; esac",
            "too old for it: run `sf update`",
        ),
        (f"echo '{HIDDEN}'", "keeps the token of sandbox hidden|too old"),
        (f"echo '{NO_URL}'", "does not tell instanceUrl, id, username"),
    ],
)
def test_other_salesforce_cli_is_told_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    command = tmp_path / "sf"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    with pytest.raises(TargetError, match=message):
        read_org("sandbox")


def test_salesforce_cli_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "sf"
    command.write_text("#!/bin/sh\nexec sleep 30\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    monkeypatch.setattr("pytest_sfintegration.orgs.live.sf_cli._TIMEOUT", 0.3)
    with pytest.raises(TargetError, match="did not end within 0 s: is the org reachable"):
        read_org("sandbox")
