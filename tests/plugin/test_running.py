"""How runs behave as pytest runs: summary, workers, -x, --lf, JUnit, granularity, secrets."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from plugin_suite import (
    BASE,
    MATRIX,
    Suite,
    custom_field,
    custom_object,
    failed,
    field_permission,
    object_permission,
    user_permission,
)

from pytest_sfintegration.embedded.org import EmbeddedOrg


@pytest.fixture
def broken(suite: Suite) -> Suite:
    """Return the project with one wrong right of each kind."""
    return (
        suite.with_sync(
            field_permission("Account.Phone"),
            field_permission("Account.Fax", edit=True),
            field_permission("Contact.SSN__c"),
            object_permission("Account", "CRV"),
            object_permission("Contact", "R"),
            object_permission("Lead", "CR"),
            user_permission("ApiUserOnly"),
        )
        .with_set("Other", field_permission("Account.Industry"), object_permission("Account", "RE"))
        .with_matrix(MATRIX.replace("blocked:", "blocked:\n  user_permissions: [ModifyAllData]"))
    )


def rights(result: pytest.RunResult) -> set[str]:
    """Return the wrong rights that the causes of a summary list in full."""
    return {line.strip() for line in result.outlines if re.match(r" {6}(extra|missing|inconclusive): ", line)}


def summary(result: pytest.RunResult) -> list[str]:
    """Return the lines from the causes to the count of rights, without the calls."""
    lines = result.outlines
    start = next(n for n, line in enumerate(lines) if "Salesforce rights" in line)
    end = next(n for n, line in enumerate(lines) if "API calls used" in line)
    return [*lines[start:end], lines[end].partition(",")[0]]


def test_summary_tells_causes_first_then_the_grid_then_the_calls(broken: Suite) -> None:
    result = broken.run()
    result.stdout.fnmatch_lines(
        [
            "*- Salesforce rights: causes -*",
            "10 rights not as declared, 3 causes:",
            "  * x granted by permission set Sync",
            "*- Salesforce rights -*",
            "Acme as acme@example.com on embedded",
            "  object   create  read  edit     delete  view all  modify all  fields",
            "  Account  yes     yes   MISSING  -       EXTRA     -           * WRONG",
            "  Contact  -       yes   -        -       -         -",
            "  user permissions: 1 WRONG",
            "  blocked: 1 of 2 refused, 1 EXTRA",
            "  closed world: 1 OBJECTS",
            "* rights judged in 7 tests, * API calls used",
            "*short test summary*",
        ]
    )


def test_header_is_silent_without_settings_and_when_nothing_is_ours(suite: Suite) -> None:
    assert "sfintegration:" not in suite.run().stdout.str()


def test_cells_say_the_same_as_rows(broken: Suite) -> None:
    def all_rights(*args: str) -> set[str]:
        path = broken.pytester.path / "junit.xml"
        broken.run(f"--junit-xml={path}", *args)
        return {f"{one['verdict']} {one['right']}" for record in records(path) for one in record["findings"]}

    rows = all_rights()
    assert len(rows) == 10
    assert all_rights("--sf-granularity=cell") == rows


def records(path: object) -> list[dict[str, object]]:
    root = ET.parse(str(path)).getroot()  # noqa: S314 - our own file
    return [
        json.loads(one.attrib["value"])
        for one in root.iter("property")
        if one.attrib["name"] == "sfintegration"
    ]


def test_cell_fails_for_its_own_right_alone(broken: Suite) -> None:
    assert failed(broken.run("--sf-granularity=cell")) == [
        "Acme[Account-edit]",
        "Acme[Account-view-all]",
        "Acme[Account.Industry-read]",
        "Acme[Account.Phone-edit]",
        "Acme[Account-other-fields]",
        "Acme[other-user-permissions]",
        "Acme[blocked-Contact.SSN__c]",
        "Acme[closed-world]",
    ]


def test_junit_xml_has_a_record_for_every_judged_test(broken: Suite) -> None:
    path = broken.pytester.path / "junit.xml"
    broken.run(f"--junit-xml={path}")
    found = records(path)
    assert [one["row"] for one in found] == [
        "Account-crud",
        "Account-fields",
        "Contact-crud",
        "user-permissions",
        "blocked-Contact.SSN__c",
        "blocked-ModifyAllData",
        "closed-world",
    ]
    for one in found:
        assert (one["integration"], one["user"], one["org"]) == ("Acme", "acme@example.com", "embedded")
    crud = next(one for one in found if one["row"] == "Account-crud")
    assert crud["findings"] == [
        {
            "verdict": "missing",
            "right": "edit Account",
            "cause": "permission set Other is not assigned",
            "at": "acme.matrix.yaml:8",
        },
        {
            "verdict": "extra",
            "right": "view all Account",
            "cause": "granted by permission set Sync",
            "at": "acme.matrix.yaml:7",
        },
    ]


def test_workers_come_to_the_same_verdicts_and_summary(broken: Suite) -> None:
    broken = broken.with_tests("import pytest\n\n@pytest.mark.sf_crud\ndef test_rights(): ...\n")
    alone, shared = broken.run(), broken.run("-n2")
    assert sorted(failed(shared)) == sorted(failed(alone))
    assert rights(shared) == rights(alone)
    assert summary(shared) == summary(alone)
    shared.stdout.fnmatch_lines(["* rights judged in 9 tests, * API calls used"])


def calls_of(result: pytest.RunResult) -> int:
    match = re.search(r"(\d+) API calls used", result.stdout.str())
    assert match is not None
    return int(match[1])


def test_calls_of_all_workers_are_added_up(suite: Suite) -> None:
    assert calls_of(suite.run("-n2")) > calls_of(suite.run())  # each worker has an org of its own


def test_org_that_is_not_to_be_had_is_not_green_under_workers(suite: Suite) -> None:
    result = suite.run("-n2", "--sf-org=sandbox")
    result.assert_outcomes(failed=6)
    result.stdout.fnmatch_lines(["--sf-org=sandbox: *"])
    assert "INTERNALERROR" not in result.stdout.str()


def test_first_failure_stops(broken: Suite) -> None:
    result = broken.run("-x")
    result.assert_outcomes(failed=1)
    assert failed(result) == ["Acme[Account-crud]"]


def test_last_failures_run_alone(broken: Suite) -> None:
    first = broken.run(cache=True)
    again = broken.run("--lf", cache=True)
    assert failed(again) == failed(first)
    again.assert_outcomes(failed=len(failed(first)))


def test_one_row_alone_asks_less_of_the_org(broken: Suite) -> None:
    assert calls_of(broken.run("-k", "user-permissions")) < calls_of(broken.run())


def test_org_is_asked_once_for_all_tests(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    build = EmbeddedOrg.__init__

    def counted(self: EmbeddedOrg, *args: object, **kwargs: object) -> None:
        built.append(self)
        build(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(EmbeddedOrg, "__init__", counted)
    suite.with_tests("import pytest\n\n@pytest.mark.sf_matrix\ndef test_rights(sf_access): ...\n").run()
    assert len(built) == 1


def test_same_run_says_the_same_twice(broken: Suite) -> None:
    def text() -> str:
        return re.sub(r"in \d+\.\d+s", "in time", "\n".join(broken.run("-v").outlines[6:]))

    assert text() == text()


def test_many_wrong_rights_of_one_set_are_one_short_cause(suite: Suite) -> None:
    names = [f"Extra{number}__c" for number in range(120)]
    for name in names:
        suite = suite.with_file(f"{BASE}/objects/Account/fields/{name}.field-meta.xml", custom_field(name))
    suite = suite.with_sync(
        field_permission("Account.Phone", edit=True),
        field_permission("Account.Industry"),
        *(field_permission(f"Account.{name}", edit=True) for name in names),
        object_permission("Account", "CRE"),
        object_permission("Contact", "R"),
    )
    result = suite.run()
    assert failed(result) == ["Acme[Account-fields]"]
    result.stdout.fnmatch_lines(
        ["240 rights not as declared, 1 cause:", "  240 x granted by permission set Sync"]
    )
    assert len(summary(result)) <= 30
    message = str(result.stdout).partition("= FAILURES =")[2].partition("- Salesforce rights: causes -")[0]
    assert len(message.splitlines()) <= 32
    assert "and 100 more; edit Account.Extra0__c" in " ".join(message.split())
    told = str(suite.run("-vv").stdout)
    assert all(told.count(name) >= 3 for name in names)  # to read, to edit, to declare


def test_cause_of_many_tests_is_told_in_full_three_times(suite: Suite) -> None:
    names = [f"Extra{number}__c" for number in range(8)]
    for name in names:
        suite = suite.with_file(f"{BASE}/objects/{name}/{name}.object-meta.xml", custom_object(name))
    matrix = "".join(f"  {name}: R\n" for name in names)
    suite = suite.replacing("objects:\n", f"objects:\n{matrix}").with_set(
        "Wide", *(object_permission(name, "CRED") for name in names)
    )
    suite = suite.replacing("permission_sets: [Sync]", "permission_sets: [Sync, Wide]")
    for more, times in ((), 3), (("-n", "2"), 3), (("-vv", "-rN"), 8):
        text = str(suite.run("--junitxml=report.xml", *more).stdout)
        assert text.count("if it is meant, declare it:") == times, more
        assert text.count("by a cause told above (granted by permission set Wide)") == 8 - times
        assert all(f"extra create, edit, delete {name}" in text for name in names)
        report = (suite.pytester.path / "report.xml").read_text()
        assert report.count("if it is meant, declare it:") == 16  # as the message, and as the text
        assert "told above" not in report


def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list that every token of a log-in is noted in."""
    noted: list[str] = []
    log_in = EmbeddedOrg.login_token

    def noting(self: EmbeddedOrg, username: str) -> str:
        token = log_in(self, username)
        noted.append(token)
        return token

    monkeypatch.setattr(EmbeddedOrg, "login_token", noting)
    return noted


@pytest.mark.parametrize(
    "args",
    [
        ("-vv", "-l", "--tb=long"),
        ("-vv", "-l", "--full-trace"),
        ("-vv", "-l", "--tb=short", "-rA", "--log-level=DEBUG", "-s"),
    ],
)
def test_no_secret_reaches_the_output(
    broken: Suite, args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tokens(monkeypatch)
    broken = broken.with_tests("""
        import pytest

        @pytest.mark.sf_crud
        def test_rights(sf_case, sf_integration, sf_setup, sf_access, sf_records, sf_expect):
            sf_integration.query("SELECT Id FROM Lead2")

        def test_refused(sf_access, sf_target):
            sf_access.can("read", "Acount")

        def test_denied(sf_expect, sf_integration):
            with sf_expect.denied("read", "Account"):
                sf_integration.query("SELECT Id FROM Account")

        def test_made(sf_records):
            sf_records.make("Acount")
    """)
    path = broken.pytester.path / "junit.xml"
    result = broken.run(*args, f"--junit-xml={path}")
    assert len(set(noted)) >= 2
    text = result.stdout.str() + result.stderr.str() + path.read_text(encoding="utf-8")
    for token in set(noted):
        assert token not in text


@pytest.mark.parametrize("args", [("--tb=long", "-l", "-vv"), ("--tb=native",)])
def test_judged_failure_never_shows_a_frame(broken: Suite, args: tuple[str, ...]) -> None:
    text = broken.run(*args).stdout.str()
    assert ".py" not in text.partition("short test summary")[0].partition("= FAILURES =")[2]
