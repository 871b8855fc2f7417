import doctest
import random
import subprocess
from pathlib import Path

import pytest
from sfdx_sources import PROJECT, Loader, write, xml

from pytest_sfintegration.sfdx import names
from pytest_sfintegration.sfdx.forceignore import Ignore
from pytest_sfintegration.sfdx.names import nearest
from pytest_sfintegration.sfdx.project import load


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(names).failed == 0


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("account", ["Account", "Accoun"], "Account"),
        ("Pricebok2", ["PricebookEntry", "Pricebook2"], "Pricebook2"),
        ("Region", ["Region__c", "Opportunity"], "Region__c"),
        ("xyz", ["Account"], None),
        ("", [], None),
    ],
)
def test_nearest_prefers_the_same_name_in_another_case(
    name: str, known: list[str], meant: str | None
) -> None:
    assert nearest(name, known) == meant


def test_own_namespace_is_stripped_and_tokens_stand_for_nothing(tmp_path: Path) -> None:
    body = (
        "<objectPermissions><allowRead>true</allowRead><object>acme__Site__c</object></objectPermissions>"
        "<fieldPermissions><editable>false</editable><field>%%%NAMESPACE%%%Site__c.acme__X__c</field>"
        "<readable>true</readable></fieldPermissions>"
        "<classAccesses><apexClass>acme__Api</apexClass><enabled>true</enabled></classAccesses>"
    )
    text = xml("CustomField", "<fullName>X__c</fullName><type>Date</type>")
    write(
        tmp_path,
        {
            "sfdx-project.json": PROJECT.replace("{", '{"namespace": "acme",', 1),
            "force-app/objects/Site__c/Site__c.object-meta.xml": xml("CustomObject", "<label>S</label>"),
            "force-app/objects/Site__c/fields/X__c.field-meta.xml": text,
            "force-app/permissionsets/___NAMESPACE___S.permissionset-meta.xml": xml("PermissionSet", body),
        },
    )
    source = load(tmp_path)
    assert source.problems == ()
    assert source.permission_sets["S"].objects["Site__c"].read
    assert source.permission_sets["S"].fields["Site__c"]["X__c"].read
    assert source.permission_sets["S"].setup_entities["ApexClass"] == {"Api"}


def test_ignored_files_are_not_read(tmp_path: Path, load_files: Loader) -> None:
    write(
        tmp_path,
        {".forceignore": "# admin\n**/profiles/**\n*.role-meta.xml\nforce-app/queues\n!**/X.role-meta.xml\n"},
    )
    source = load_files(
        {
            "main/profiles/Admin.profile-meta.xml": "broken",
            "roles/R.role-meta.xml": "broken",
            "roles/X.role-meta.xml": xml("Role", "<name>X</name>"),
            "queues/Q.queue-meta.xml": "broken",
            ".hidden/permissionsets/A.permissionset-meta.xml": "broken",
        }
    )
    assert source.problems == ()
    assert list(source.roles) == ["X"]
    assert not source.profiles


PARTS = ["a", "b", "ab", "a.b", "c1", "Ab"]
PATTERN_PARTS = ["a", "b", "ab", "*", "a*", "*b", "**", "?", "[ab]", "[!a]", "a.b", "c1", "*.b", "\\a"]


def any_pattern(chance: random.Random) -> str:
    parts = "/".join(chance.choices(PATTERN_PARTS, k=chance.randint(1, 3)))
    return (
        chance.choice(["", "", "", "!"]) + chance.choice(["", "", "/", "**/"]) + parts + chance.choice(TAILS)
    )


TAILS = ["", "", "/", "/**"]


def any_path(chance: random.Random) -> str:
    return "/".join(chance.choices(PARTS, k=chance.randint(1, 4)))


def git_ignores(repository: Path, cases: list[tuple[list[str], list[str]]]) -> list[set[str]]:
    """Ask git about several rule sets at once, each in a folder of its own."""
    asked = []
    for index, (lines, paths) in enumerate(cases):
        folder = repository / f"r{index}"
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
        asked += [f"r{index}/{path}" for path in paths]
    command = ["git", "-C", str(repository), "check-ignore", "--no-index", "--stdin"]
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, check=False)  # noqa: S603
    answers = [answer.partition("/") for answer in done.stdout.splitlines()]
    return [{path for folder, _, path in answers if folder == f"r{index}"} for index in range(len(cases))]


def ours(ignore: Ignore, path: str) -> bool:
    """Walk down, as the reader does: what is in an ignored folder is ignored."""
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        inside = "/".join(parts[:depth])
        if ignore.ignores(inside, parts[depth - 1], folder=depth < len(parts)):
            return True
    return False


def test_forceignore_agrees_with_git(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - repeatable, not secret
    cases = [
        (
            [any_pattern(chance) for _ in range(chance.randint(1, 4))],
            sorted({any_path(chance) for _ in range(12)}),
        )
        for _ in range(600)
    ]
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)  # noqa: S603, S607
    expected = git_ignores(tmp_path, cases)
    assert any(expected)
    for (lines, paths), ignored in zip(cases, expected, strict=True):
        ignore = Ignore(lines)
        assert (lines, {path for path in paths if ours(ignore, path)}) == (lines, ignored)
