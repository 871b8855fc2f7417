"""The whole output of a failing run, for the faults that happen most: as a reader at 80 columns sees it."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PARTS = "force-app/main/default/"
SETS = f"{PARTS}permissionsets/HubSpot_"
END = ".permissionset-meta.xml"
LOG, CONTACT = f"{SETS}Sync_Log{END}", f"{SETS}Contact_Sync{END}"
PROFILE = f"{PARTS}profiles/HubSpot Integration.profile-meta.xml"
GROUP = f"{PARTS}permissionsetgroups/HubSpot_Sync.permissionsetgroup-meta.xml"
ACCOUNT = f"{PARTS}objects/Account/Account.object-meta.xml"
MATRIX = "hubspot.matrix.yaml"
CLOSE = "</PermissionSet>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A text in a file of the HubSpot suite that becomes another, and the test that tells of it."""

    file: str
    old: str
    new: str
    select: str


def permission(name: str, *flags: str) -> str:
    lines = "".join(f"<{flag}>true</{flag}>" for flag in ("allowRead", *flags))
    return f"<objectPermissions>{lines}<object>{name}</object></objectPermissions>{CLOSE}"


FAULTS = {
    "set-too-broad": Fault(
        file=LOG,
        old="<allowDelete>false</allowDelete>\n        <allowEdit>false</allowEdit>",
        new="<allowDelete>true</allowDelete>\n        <allowEdit>true</allowEdit>",
        select="Account-crud",
    ),
    "field-right-missing": Fault(
        file=CONTACT,
        old="<editable>true</editable>\n        <field>Contact.Email</field>",
        new="<editable>false</editable>\n        <field>Contact.Email</field>",
        select="Contact-fields",
    ),
    "secret-field": Fault(
        file=CONTACT,
        old=CLOSE,
        new="<fieldPermissions><editable>false</editable><field>Contact.SSN__c</field><readable>true</readable>"
        f"</fieldPermissions>{CLOSE}",
        select="blocked-Contact",
    ),
    "muting-forgotten": Fault(
        file=GROUP,
        old="<mutingPermissionSets>HubSpot_No_Delete</mutingPermissionSets>",
        new="",
        select="Contact-crud",
    ),
    "view-all-data-by-profile": Fault(
        file=PROFILE,
        old="</Profile>",
        new="<userPermissions><enabled>true</enabled><name>ViewAllData</name></userPermissions></Profile>",
        select="user-permissions",
    ),
    "set-not-in-the-group": Fault(
        file=GROUP,
        old="<permissionSets>HubSpot_Lead_Sync</permissionSets>",
        new="",
        select="Lead-crud",
    ),
    "objects-that-nobody-declared": Fault(
        file=LOG,
        old=CLOSE,
        new=permission("Asset").replace(CLOSE, permission("Case", "allowCreate")),
        select="closed-world",
    ),
    "class-more": Fault(
        file=LOG,
        old=CLOSE,
        new="<classAccesses><apexClass>HubSpotSyncStatusTest</apexClass><enabled>true</enabled></classAccesses>"
        f"{CLOSE}",
        select="setup-entities",
    ),
    "default-too-wide": Fault(
        file=ACCOUNT,
        old="<sharingModel>Private</sharingModel>",
        new="<sharingModel>ReadWrite</sharingModel>",
        select="customer-in-apac and Account",
    ),
    "licence-missing": Fault(
        file=MATRIX,
        old="  permission_set_licenses: [SalesforceAPIIntegrationPsl]\n",
        new="",
        select="Account-crud",
    ),
    "group-not-recalculated": Fault(
        file=GROUP,
        old="<status>Updated</status>",
        new="<status>Outdated</status>",
        select="Account-crud",
    ),
}


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """Return a function that puts a fault into a copy of the suite and runs the test that tells of it."""
    for name in [name for name in os.environ if name.startswith("SF_") or name.endswith("_USERNAME")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")

    def run(name: str, *arguments: str) -> pytest.RunResult:
        fault = FAULTS[name]
        pytester.copy_example("hubspot")
        path = pytester.path / fault.file
        text = path.read_text(encoding="utf-8")
        assert text.count(fault.old) >= 1
        path.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-k", fault.select)
        return pytester.runpytest_inprocess(MATRIX, *options, *arguments)

    return run


def told(result: pytest.RunResult) -> str:
    """Return the output from the first failure to the grid; the calls that follow are told elsewhere."""
    text = "\n".join(result.outlines)
    start = text.index("\n", text.index(" FAILURES ")) + 1
    return re.split(r"\n\d+ rights judged in ", text[start:])[0]


@pytest.mark.parametrize("name", FAULTS)
def test_output_of_a_typical_fault_reads_as_told(
    name: str,
    run: Callable[..., pytest.RunResult],
    matches_snapshot: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    output = told(run(name))
    assert [line for line in output.splitlines() if len(line) > 80 and "rerun" not in line] == []
    assert "Traceback" not in output
    assert ".py:" not in output  # no frame of ours
    matches_snapshot(f"fault-{name}", output)


@pytest.mark.parametrize(("option", "coloured"), [("--color=yes", True), ("--color=no", False)])
def test_colours_are_those_that_pytest_is_asked_for(
    option: str, coloured: bool, run: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    lines = run("set-too-broad", option).outlines
    causes = [line for line in lines if "x granted by permission set HubSpot_Sync_Log" in line]
    rights = [line for line in lines if "extra: delete Account" in line]
    assert len(causes) == len(rights) == 1
    assert ("\x1b[1m" in causes[0], "\x1b[31m" in rights[0]) == (coloured, coloured)
    assert any("\x1b" in line for line in lines) is coloured


def test_no_color_of_the_environment_is_heeded(
    run: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "\n".join(run("set-too-broad").outlines)


def test_each_typical_fault_has_its_snapshot() -> None:
    snapshots = Path(__file__).parent / "snapshots"
    assert {path.stem.removeprefix("fault-") for path in snapshots.glob("fault-*.txt")} == set(FAULTS)
    assert len(FAULTS) >= 10
