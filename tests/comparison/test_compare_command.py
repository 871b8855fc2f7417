"""``sfintegration compare`` as a command: source against an org, matrices, what cannot be told."""

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import seeded_org as seeded
from seeded_org import COMPANIES, MONEY, PEOPLE, USER, Change, access, add, tag, text

from pytest_sfintegration.cli.compare_sides import open_side
from pytest_sfintegration.cli.main import main
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.server import serve
from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.orgs.errors import OrgError

USERS = f"""\
users:
  - username: {USER}
    profile: Integration
    license: Salesforce Integration
    permission_sets: [Money]
    permission_set_groups: [Sync]
    permission_set_licenses: [SalesforceAPIIntegrationPsl]
    role: EMEA
    public_groups: [Partners]
    queues: [Triage]
"""
ADMIN = (
    "  - {username: admin@acme.example, profile: System Administrator, password: a-password-of-the-test}\n"
)

MATRIX = f"""\
integration: Sync
user:
  username: {USER}
  profile: Integration
  license: Salesforce Integration
  permission_set_licenses: [SalesforceAPIIntegrationPsl]
  permission_set_groups: [Sync]
  permission_sets: [Money]
  role: EMEA
objects:
  Account: {{access: CRE, fields: {{edit: [Phone], read: [Industry]}}}}
  Contact: {{access: CRE, fields: {{edit: [Email, Phone]}}}}
  Invoice__c: {{access: RE, fields: {{edit: [Total__c]}}}}
user_permissions: [ApiEnabled, ApiUserOnly, EditTask, RunReports]
"""


def source(folder: Path, change: Change = seeded.NOTHING) -> str:
    return f"source:{seeded.write(folder, change)}"


def entries(folder: Path, integration: bool = False, **orgs: tuple[str, EmbeddedOrg, str]) -> str:
    lines = []
    for name, (url, org, username) in orgs.items():
        setup = f"setup: {{access_token: '{org.login_token(username)}'}}"
        own = f", integration: {{access_token: '{org.login_token(USER)}'}}" if integration else ""
        lines.append(f"{name}: {{url: '{url}', {setup}{own}}}")
    path = folder / "sf_orgs.yaml"
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return f"--orgs={path}"


@pytest.fixture
def matrix(tmp_path: Path) -> str:
    path = tmp_path / "sync.matrix.yaml"
    path.write_text(MATRIX)
    return str(path)


def test_source_is_compared_with_a_live_org(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    org = seeded.org(tmp_path / "org", text(COMPANIES, access("Account", "CRE"), access("Account", "CRED")))
    (tmp_path / "users.yaml").write_text(USERS)
    with serve(org) as server:
        orgs = entries(tmp_path, sandbox=(server.base_url, org, SETUP_USERNAME))
        given = ["compare", source(tmp_path / "source"), "sandbox", orgs, f"--user={USER}"]
        assert main([*given, f"--users={tmp_path / 'users.yaml'}"]) == 1
    assert capsys.readouterr().out.split("\n\n")[1] == (
        "permission set Companies\n"
        "  Extra in B:    delete Account\n"
        "  and so         permission set group Sync: extra delete Account\n"
        f"  and so         user {USER}: extra delete Account"
    )


def test_usernames_may_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, username in (("a", USER), ("b", f"{USER}.uat")):
        (tmp_path / f"{name}.yaml").write_text(USERS.replace(USER, username))
    given = ["compare", source(tmp_path / "a"), source(tmp_path / "b")]
    given += [f"--users={tmp_path / 'a.yaml'}", f"--users={tmp_path / 'b.yaml'}"]
    assert main([*given, f"--user={USER}={USER}.uat"]) == 0
    assert main([*given, f"--user={USER}"]) == 1
    assert f"user {USER}\n  Missing in B:  the whole of it" in capsys.readouterr().out
    assert main([*given, "--user=nobody@acme.example"]) == 2
    assert "neither org has this user" in capsys.readouterr().err


def test_rows_of_a_matrix_are_judged_in_both(
    tmp_path: Path, matrix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["compare", source(tmp_path / "a"), source(tmp_path / "b"), matrix]
    assert main(given) == 0
    assert "8 rows judged in each org: the same in both" in " ".join(capsys.readouterr().out.split())
    change = text(COMPANIES, access("Account", "CRE"), access("Account", "RE"))
    given[2] = source(tmp_path / "c", change)
    assert main([*given, f"--json={tmp_path / 'found.json'}"]) == 1
    assert "Account-crud" in (told := capsys.readouterr().out)
    assert "  A:             ok\n  B:             missing create Account" in told
    document = json.loads((tmp_path / "found.json").read_text())
    assert [one["row"] for one in document["rows"]] == ["Account-crud"]
    assert document["differences"] == []
    assert main([*given, "--containers"]) == 1
    assert "permission set Companies\n  Missing in B:  create Account" in capsys.readouterr().out


def test_a_row_that_is_wrong_in_both_alike_is_no_difference(
    tmp_path: Path, matrix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change = text(COMPANIES, access("Account", "CRE"), access("Account", "RE"))
    assert main(["compare", source(tmp_path / "a", change), source(tmp_path / "b", change), matrix]) == 0
    assert "the same in both" in capsys.readouterr().out


def test_rows_that_cannot_be_judged_are_never_the_same(
    tmp_path: Path, matrix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The integration user cannot log in to B: no log-in is named."""
    org = seeded.org(tmp_path / "org")
    with serve(org) as server:
        orgs = entries(tmp_path, sandbox=(server.base_url, org, SETUP_USERNAME))
        assert main(["compare", source(tmp_path / "a"), "sandbox", matrix, orgs]) == 3
    told = " ".join(capsys.readouterr().out.split())
    assert "0 not the same, 8 could not be told" in told
    assert "no log-in for the integration user" in told


def test_nothing_is_written_into_a_sandbox(
    tmp_path: Path, matrix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Path(matrix)
    made.write_text(
        made.read_text() + "records:\n  Account:\n    - {name: ours, with: {Name: Ours}, access: none}\n"
        "blocked:\n  requests: [{method: DELETE, path: /services/apexrest/sync}]\n"
    )
    org = seeded.org(tmp_path / "org")
    with serve(org) as server:
        orgs = entries(tmp_path, integration=True, sandbox=(server.base_url, org, SETUP_USERNAME))
        status = main(["compare", "sandbox", source(tmp_path / "b"), matrix, orgs])
    told = " ".join(capsys.readouterr().out.split())
    assert status == 3, told
    assert "1 row of records that a run makes: nothing is made here" in told
    assert "DELETE requests are sent with evidence enforced only" in told
    assert not any(len(one.rows) - one.deleted for one in org.world.storage._tables.values())


def test_an_org_that_does_not_tell_is_not_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    org = seeded.org(tmp_path / "org")
    with serve(org) as server:
        orgs = entries(tmp_path, a=(server.base_url, org, SETUP_USERNAME), b=(server.base_url, org, USER))
        assert main(["compare", "a", "b", orgs]) == 3
        assert "ViewSetup" in (told := capsys.readouterr().err)
        assert "not compared: an org could not be read" in told
        assert main(["compare", "a", "a", orgs]) == 3
    assert "an org is always like itself" in capsys.readouterr().out


def test_what_has_no_name_and_what_is_broken_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nameless = add(
        MONEY, tag("externalDataSourceAccesses", tag("externalDataSource", "Books"), tag("enabled", "true"))
    )
    assert main(["compare", source(tmp_path / "a"), source(tmp_path / "b", nameless)]) == 3
    assert "in B: 1 x access to a setup entity of the type ExternalDataSource" in (
        told := " ".join(capsys.readouterr().out.split())
    )
    assert "sharing rules" in told.partition("Not compared:")[2]
    broken = text(PEOPLE, access("Contact", "CRED"), access("Contact", "CD"))
    assert main(["compare", source(tmp_path / "a"), source(tmp_path / "c", broken)]) == 1
    assert "in B: a problem in the source" in " ".join(capsys.readouterr().out.split())


def test_a_group_that_nobody_calculated_leaves_a_user_untold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "users.yaml").write_text(USERS)
    change = text(seeded.GROUP, tag("status", "Updated"), tag("status", "Outdated"))
    given = ["compare", source(tmp_path / "a", change), source(tmp_path / "b", change), f"--user={USER}"]
    assert main([*given, f"--users={tmp_path / 'users.yaml'}"]) == 3
    assert "the org has not calculated permission set group Sync" in " ".join(capsys.readouterr().out.split())


WRONG = {
    ("nowhere", "nothere"): "--sf-org=nowhere: no such org",
    ("source:here", "source:none"): "here",
    ("source:{a}", "source:{a}", "no.matrix.yaml"): "no.matrix.yaml",
    ("source:{a}", "source:{a}", "--user==x"): "a username is needed",
    ("source:{a}", "source:{a}", "--json=/nowhere/x.json"): "no file can be written there",
    ("a", "b", "--users=1"): "--users is for an org that is built from source",
    ("source:{a}", "source:{a}", "--users=1", "--users=2", "--users=3"): "more than twice",
}


@pytest.mark.parametrize("given", WRONG)
def test_wrong_use_is_refused(
    given: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    seeded.write(tmp_path / "a")
    assert main(["compare", *(one.format(a=tmp_path / "a") for one in given)]) == 2
    assert WRONG[given] in capsys.readouterr().err


@contextmanager
def _serving(folder: Path, change: Change) -> Iterator[str]:
    (folder / "users.yaml").parent.mkdir(exist_ok=True)
    users = folder / "users.yaml"
    users.write_text(USERS + ADMIN)
    users.chmod(0o600)
    seeded.write(folder, change)
    command = [
        sys.executable,
        "-m",
        "pytest_sfintegration.cli",
        "serve",
        f"--source={folder}",
        f"--users={users}",
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert "serving on" in line, process.communicate()[1]
            yield line.strip().removeprefix("serving on ")
        finally:
            process.terminate()
            process.communicate(timeout=20)


def test_two_processes_of_serve_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change = text(COMPANIES, access("Account", "CRE"), access("Account", "CRED"))
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(_serving(tmp_path / name, one))
            for name, one in (("a", seeded.NOTHING), ("b", change))
        }
        path = tmp_path / "sf_orgs.yaml"
        path.write_text(
            "".join(
                f"{name}: {{url: '{url}', setup: {{flow: soap, username: admin@acme.example, "
                "password: a-password-of-the-test}}\n"
                for name, url in urls.items()
            )
        )
        path.chmod(0o600)
        assert main(["compare", "a", "b", f"--orgs={path}", f"--user={USER}"]) == 1
    told = capsys.readouterr().out
    assert "1 difference in 1 place (1 extra in B)" in told


def test_the_text_is_cut_and_the_document_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lots = "".join(access(f"Thing{number}__c", "R") for number in range(50))
    change = Change(
        texts=(
            *((f"objects/Thing{n}__c/Thing{n}__c.object-meta.xml", "", seeded.OBJECT) for n in range(50)),
            *add(MONEY, lots).texts,
        )
    )
    given = [
        "compare",
        source(tmp_path / "a", Change(texts=change.texts[:50])),
        source(tmp_path / "b", change),
    ]
    assert main([*given, f"--json={tmp_path / 'found.json'}"]) == 1
    assert "and 10 more, see --json" in " ".join(capsys.readouterr().out.split())
    assert len(json.loads((tmp_path / "found.json").read_text())["differences"]) == 50


def test_output_in_the_readme_is_real(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- output: sfintegration compare -->\n```text\n")[2].partition("```")[0]
    change = text(COMPANIES, access("Account", "CRE"), access("Account", "CRED"))
    for name, users in (
        ("a", USERS),
        ("b", USERS.replace("EMEA", "APAC").replace("[Partners]", "[]")),
    ):
        (tmp_path / f"{name}.yaml").write_text(users)
    given = ["compare", source(tmp_path / "a"), source(tmp_path / "b", change), f"--user={USER}"]
    assert main([*given, f"--users={tmp_path / 'a.yaml'}", f"--users={tmp_path / 'b.yaml'}"]) == 1
    assert f"\n\n{block}\n3 differences in 2 places" in capsys.readouterr().out


def test_the_session_itself_refuses_to_write(tmp_path: Path) -> None:
    org = seeded.org(tmp_path / "org")
    with serve(org) as server:
        orgs = entries(tmp_path, sandbox=(server.base_url, org, SETUP_USERNAME)).removeprefix("--orgs=")
        side = open_side("sandbox", Namespace(orgs=Path(orgs), timeout=60.0), None)
        record = {"attributes": {"type": "Account"}, "Name": "Ours"}
        with pytest.raises(OrgError, match="only reads"):
            side.setup.create([record], purpose="a write")
    assert not any(len(one.rows) - one.deleted for one in org.world.storage._tables.values())


def test_practices_are_compared_where_both_orgs_can_tell(
    tmp_path: Path, matrix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are built from source, so nobody has logged in: what a log-in would tell is not compared."""
    path = Path(matrix)
    path.write_text(path.read_text() + "checklist: strict\n")
    change = add(seeded.PROFILE, access("Lead", "R"))
    given = ["compare", source(tmp_path / "a"), source(tmp_path / "b", change), matrix]
    assert main(given) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "checklist-profile-empty" in told
    assert "A: ok B: not met: 1 object: Lead" in told
    assert "a live org alone can tell" in told.partition("Not compared:")[2]


WAIVER = "  waive: [{item: profile_empty, reason: later, expires: 2099-12-31}]\n"


@pytest.mark.parametrize("waiver", ["", WAIVER])
def test_practice_that_neither_org_meets_is_told_where_the_reasons_differ(
    waiver: str, tmp_path: Path, matrix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(matrix)
    path.write_text(path.read_text() + f"checklist:\n  profile_empty: on\n{waiver}")
    lead, case = (add(seeded.PROFILE, access(name, "R")) for name in ("Lead", "Case"))
    assert main(["compare", source(tmp_path / "a", lead), source(tmp_path / "b", case), matrix]) == 1
    told = " ".join(capsys.readouterr().out.split())
    word = "waived" if waiver else "not met"
    assert f"A: {word}: 1 object: Lead B: {word}: 1 object: Case" in told
