"""The CI examples: valid by the schemas of their CIs, and each line of theirs does what it says."""

import json
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from ci_examples import EXAMPLES, FILES, Script, example, load
from live_server import LiveServer
from live_suite import KEY, ORG_ID, SETUP_USERNAME, SUITE, private_key, user
from packaging.requirements import Requirement

BIN = Path(sys.executable).parent
PROJECT = EXAMPLES.parents[1]
NOT_NEEDED = "-p no:hypothesispytest -p no:faker -p no:xdist"  # of the test environment; each costs time
SCHEMAS = {
    "github": ["vendor.github-workflows"],
    "gitlab": ["vendor.gitlab-ci", "--data-transform=gitlab-ci"],
    "azure": ["vendor.azure-pipelines", "--data-transform=azure-pipelines", "--regex-variant=nonunicode"],
}
every_ci = pytest.mark.parametrize("ci", list(FILES))

# Pipeline Syntax, "Declarative Pipeline": what may stand in which section
SECTIONS = {
    "pipeline": {"agent", "environment", "options", "post", "stages", "triggers"},
    "stages": {"stage"},
    "stage": {"agent", "environment", "options", "post", "steps", "when"},
    "post": {"always", "failure", "success", "unstable", "cleanup"},
}


def validated(file: Path, ci: str) -> subprocess.CompletedProcess[str]:
    schema, *options = SCHEMAS[ci]
    command = [str(BIN / "check-jsonschema"), f"--builtin-schema={schema}", *options, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def audited(file: Path) -> list[str]:
    """Return the findings of zizmor, without a look at the network."""
    command = [str(BIN / "zizmor"), "--offline", "--no-config", "--format=json", "--pedantic", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return [one["ident"] for one in json.loads(done.stdout)]


def misplaced(text: str) -> list[str]:
    """Return what stands where a declarative pipeline has no place for it, or is not closed."""
    bare = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|//[^\n]*", "''", text)
    open_blocks: list[tuple[str, str]] = []
    found = []
    for match in re.finditer(r"(\w+)?\s*(\([^(){}]*\))?\s*([\[({])|([\])}])", bare):
        name, opened, closed = match[1] or "", match[3], match[4]
        if closed:
            if not open_blocks or open_blocks.pop()[1] != {"]": "[", ")": "(", "}": "{"}[closed]:
                found.append(f"{closed} closes nothing")
            continue
        known = SECTIONS.get(open_blocks[-1][0]) if open_blocks else {"pipeline"}
        if opened == "{" and known is not None and name not in known:
            found.append(f"{name} in {open_blocks[-1][0] if open_blocks else 'the file'}")
        open_blocks.append((name, opened))
    return [*found, *(f"{name} is not closed" for name, _ in open_blocks)]


@pytest.mark.parametrize("ci", list(SCHEMAS))
def test_example_is_valid(ci: str) -> None:
    done = validated(FILES[ci], ci)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("ci", "right", "wrong"),
    [
        ("github", "timeout-minutes: 30", "timeout: 30"),
        ("github", "runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"),
        ("gitlab", "exit_codes: [8]", "exit_code: [8]"),
        ("gitlab", "  after_script:", "  after_scripts:"),
        ("azure", "environment: sandbox", "environ: sandbox"),
        ("azure", "condition: succeededOrFailed()", "if: succeededOrFailed()"),
    ],
)
def test_broken_example_is_not_valid(ci: str, right: str, wrong: str, tmp_path: Path) -> None:
    broken = tmp_path / FILES[ci].name
    text = FILES[ci].read_text(encoding="utf-8")
    assert right in text
    broken.write_text(text.replace(right, wrong), encoding="utf-8")
    assert validated(broken, ci).returncode == 1


def test_workflow_has_no_security_finding() -> None:
    assert audited(FILES["github"]) == []


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("          persist-credentials: false\n", "          fetch-depth: 1\n", "artipacked"),
        ("@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "@v5", "unpinned-uses"),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("  pull_request:", "  pull_request_target:", "dangerous-triggers"),
    ],
)
def test_workflow_that_is_less_careful_is_found(right: str, wrong: str, finding: str, tmp_path: Path) -> None:
    text = FILES["github"].read_text(encoding="utf-8")
    assert right in text
    broken = tmp_path / "workflow.yml"
    broken.write_text(text.replace(right, wrong), encoding="utf-8")
    assert finding in audited(broken)


def test_jenkinsfile_is_a_declarative_pipeline() -> None:
    assert misplaced(FILES["jenkins"].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("            steps {", "            step {"), ("post {", "after {"), ("                    }\n", "")],
)
def test_broken_jenkinsfile_is_noticed(right: str, wrong: str) -> None:
    text = FILES["jenkins"].read_text(encoding="utf-8")
    assert right in text
    assert misplaced(text.replace(right, wrong, 1))


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A copy of the suite with what a reader copies beside it."""
    folder = tmp_path / "suite"
    shutil.copytree(SUITE, folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    shutil.copy(EXAMPLES / "requirements.txt", folder)
    return folder


def judged(folder: Path) -> tuple[int, int]:
    """Return how many tests the JUnit file holds, and how many of them did not pass."""
    (file,) = folder.glob("rights*.xml")
    suites = list(ET.parse(file).iter("testsuite"))  # noqa: S314 - written by pytest
    bad = [int(one.get(kind, 0)) for one in suites for kind in ("failures", "errors")]
    return sum(int(one.get("tests", 0)) for one in suites), sum(bad)


@every_ci
def test_lines_for_a_pull_request_judge_the_source_without_secrets(ci: str, suite: Path) -> None:
    script = example(ci).embedded
    assert not script.environ
    assert not re.search("SF_|secret", script.lines)
    few = "" if ci == "github" else " -k Account"
    done = script.run(suite, {"PYTEST_ADDOPTS": NOT_NEEDED + few})
    assert done.returncode == 0, done.stdout + done.stderr
    count, bad = judged(suite)
    assert count > (4 if few else 30)
    assert bad == 0


@every_ci
@pytest.mark.parametrize("status", [1, 8])
def test_lines_for_a_pull_request_fail_with_pytest(ci: str, status: int, suite: Path, tmp_path: Path) -> None:
    bins = ending_with(status, tmp_path)
    script = example(ci).embedded
    lines = script.lines.replace(".venv/bin/pytest", "pytest")
    assert Script(lines=lines).run(suite, {}, first=bins).returncode == status


def ending_with(status: int, folder: Path) -> str:
    """Return a folder whose pytest ends with a status."""
    fake = folder / "bin" / "pytest"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\nexit {status}\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    return str(fake.parent)


def secrets_of(ci: str, served: LiveServer, key_file: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the CI holds for the job: by variable, and by the name that the file calls it."""
    plain = {
        "URL": served.url,
        "ORG_ID": ORG_ID,
        "SETUP_USERNAME": SETUP_USERNAME,
    }
    variables = {f"SF_SANDBOX_{name}": value for name, value in plain.items()}
    variables["HUBSPOT_USERNAME"] = user().username
    named: dict[str, str] = {}
    if ci == "github":
        named = {f"${{{{ vars.SF_{name} }}}}": value for name, value in plain.items()}
        named["${{ vars.HUBSPOT_USERNAME }}"] = user().username
        named |= {"${{ secrets.SF_CLIENT_ID }}": KEY, "${{ secrets.SF_PRIVATE_KEY }}": private_key()[0]}
        variables = {}
    elif ci == "gitlab":
        for who in ("SETUP", "INTEGRATION"):
            variables[f"SF_SANDBOX_{who}_CLIENT_ID"] = KEY
            variables[f"SF_SANDBOX_{who}_KEY_FILE"] = str(key_file)
    elif ci == "azure":
        named = {"$(SF_CLIENT_ID)": KEY, "$(key.secureFilePath)": str(key_file)}
    else:
        named = {"$(salesforce-client-id)": KEY, "$(salesforce-key)": str(key_file)}
        settings = example(ci).sandbox.environ
        named |= {settings[name]: value for name, value in variables.items() if name in settings}
    return variables, named


def told(script: Script, named: Mapping[str, str]) -> Script:
    """Return the script with the names of variables and secrets replaced; there is none that is not known."""
    environ = {key: named.get(value, value) for key, value in script.environ.items()}
    assert not [value for value in environ.values() if re.search(r"\$[({]|acme--dev", value)]
    return Script(lines=script.lines, environ=environ)


@every_ci
def test_lines_for_the_sandbox_log_in_judge_and_sweep(
    ci: str, suite: Path, tmp_path: Path, served: LiveServer
) -> None:
    key_file = tmp_path / "salesforce.key"
    key_file.write_text(private_key()[0])
    key_file.chmod(0o400 if ci == "jenkins" else 0o644)  # Jenkins' own mode; of the others the worst
    variables, named = secrets_of(ci, served, key_file)
    variables["PYTEST_ADDOPTS"] = f"{NOT_NEEDED} -k 'Contact-crud or Contact-record'"
    done = told(example(ci).sandbox, named).run(suite, variables)
    assert done.returncode == 0, done.stdout + done.stderr
    count, bad = judged(suite)
    assert count > 1
    assert bad == 0
    assert sum("oauth2/token" in one.path for one in served.log) == 2
    assert not served.records()
    journal = suite / ".sfintegration" / "journal" / "left.jsonl"
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_text(json.dumps({"journal": 1, "org": "00D000000000001AAA", "users": []}) + "\n")
    swept = told(example(ci).sweep, named).run(suite, variables)
    assert swept.returncode == 0, swept.stdout + swept.stderr
    assert f"is of the org {ORG_ID}" in swept.stdout  # it logged in to learn that
    output = done.stdout + done.stderr + swept.stdout + swept.stderr
    output += "".join(one.read_text() for one in suite.glob("*.xml"))
    assert not [line for line in private_key()[0].splitlines()[1:-1] if line in output]


@pytest.mark.parametrize(
    ("ci", "status", "becomes", "said"),
    [
        ("github", 8, 8, "::error title=Inconclusive::"),
        ("github", 1, 1, None),
        ("github", 0, 0, None),
        ("gitlab", 8, 8, None),  # allow_failure: exit_codes makes it a warning
        ("gitlab", 1, 1, None),
        ("azure", 8, 0, "##vso[task.complete result=SucceededWithIssues;]"),
        ("azure", 1, 1, None),
        ("azure", 0, 0, None),
        ("jenkins", 8, 8, None),  # the Jenkinsfile tells it apart
    ],
)
def test_inconclusive_is_told_from_wrong(
    *, ci: str, status: int, becomes: int, said: str | None, suite: Path, tmp_path: Path
) -> None:
    bins = ending_with(status, tmp_path)
    key = tmp_path / "salesforce.key"
    key.touch()
    files = {f"SF_SANDBOX_{one}_KEY_FILE": str(key) for one in ("SETUP", "INTEGRATION")}
    script = example(ci).sandbox
    lines = script.lines.replace(".venv/bin/pytest", "pytest")
    environ = {**script.environ, **files, "KEY_FILE": str(key)}
    done = Script(lines=lines, environ=environ).run(suite, {}, first=bins)
    assert done.returncode == becomes, done.stderr
    assert (said in done.stdout) if said else ("::" not in done.stdout and "##vso" not in done.stdout)


def test_inconclusive_has_a_state_of_its_own_where_the_ci_has_one() -> None:
    assert load(FILES["gitlab"])["rights-sandbox"]["allow_failure"] == {"exit_codes": [8]}
    assert "allow_failure" not in load(FILES["gitlab"])["rights-embedded"]
    assert re.search(r"if \(status == 8\) \{\s+unstable ", FILES["jenkins"].read_text(encoding="utf-8"))


@every_ci
def test_sandbox_waits_its_turn_within_a_bound_and_never_serves_a_pull_request(ci: str) -> None:
    text = FILES[ci].read_text(encoding="utf-8")
    turn, guard, bound, count = {
        "github": (
            "group: salesforce-sandbox",
            "if: github.event_name != 'pull_request'",
            "timeout-minutes:",
            2,
        ),
        "gitlab": (
            "resource_group: salesforce-sandbox",
            '$CI_PIPELINE_SOURCE != "merge_request_event"',
            "timeout:",
            2,
        ),
        "azure": (
            "lockBehavior: sequential",
            "ne(variables['Build.Reason'], 'PullRequest')",
            " timeoutInMinutes:",
            2,
        ),
        "jenkins": ("disableConcurrentBuilds()", "not { changeRequest() }", "timeout(time:", 3),
    }[ci]
    assert turn in text
    assert guard in text
    assert text.count(bound) == count


@every_ci
def test_python_is_one_that_the_plugin_runs_on(ci: str) -> None:
    versions = re.findall(r"(?:python-version: |versionSpec: |python:)\"?(3\.\d+)", FILES[ci].read_text())
    assert versions
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for version in versions:
        assert f"Programming Language :: Python :: {version}" in project["classifiers"]
    required = Requirement((EXAMPLES / "requirements.txt").read_text(encoding="utf-8").strip())
    assert required.name == project["name"]
    assert project["version"] in required.specifier
