"""A project on disk as a value: add files, run pytest in it, look at the outcome."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from textwrap import dedent

import pytest

PROFILE = """\
<?xml version="1.0" encoding="UTF-8"?>
<Profile xmlns="http://soap.sforce.com/2006/04/metadata">
    <custom>true</custom>
    <userLicense>Salesforce</userLicense>
    <userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>
</Profile>
"""

BASE = "force-app/main/default"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def permission_set(*parts: str, label: str = "Sync") -> str:
    """Return the XML of a permission set."""
    body = "\n    ".join(parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        f"    {body}\n    <label>{label}</label>\n</PermissionSet>\n"
    )


def object_permission(name: str, rights: str) -> str:
    """Return an objectPermissions element; rights in letters, as a matrix has them."""
    flags = {
        "allowCreate": "C",
        "allowDelete": "D",
        "allowEdit": "E",
        "allowRead": "R",
        "modifyAllRecords": "M",
        "viewAllRecords": "V",
    }
    inner = "".join(f"<{tag}>{str(letter in rights).lower()}</{tag}>" for tag, letter in flags.items())
    return f"<objectPermissions>{inner}<object>{name}</object></objectPermissions>"


def field_permission(name: str, *, edit: bool = False) -> str:
    """Return a fieldPermissions element that gives read, or edit and read."""
    return (
        f"<fieldPermissions><editable>{str(edit).lower()}</editable><field>{name}</field>"
        "<readable>true</readable></fieldPermissions>"
    )


def custom_field(name: str, kind: str = "Text") -> str:
    """Return the XML of a custom field."""
    length = "<length>80</length>" if kind == "Text" else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        f"    <fullName>{name}</fullName>\n    <label>{name[:-3]}</label>\n"
        f"    {length}<type>{kind}</type>\n</CustomField>\n"
    )


def custom_object(name: str) -> str:
    """Return a custom object that everybody may read and write whom its permissions let."""
    return (
        f"{HEAD}<CustomObject {XMLNS}><deploymentStatus>Deployed</deploymentStatus><label>{name[:-3]}</label>"
        "<nameField><label>Name</label><type>Text</type></nameField>"
        f"<pluralLabel>{name[:-3]}s</pluralLabel><sharingModel>ReadWrite</sharingModel></CustomObject>\n"
    )


def user_permission(name: str) -> str:
    """Return a userPermissions element."""
    return f"<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>"


def profile(*parts: str) -> str:
    """Return the profile Integration with more in it than ApiEnabled."""
    return PROFILE.replace("</Profile>", "".join(parts) + "</Profile>")


def group(name: str, *members: str, muting: str = "") -> str:
    """Return the XML of a permission set group."""
    listed = "".join(f"<permissionSets>{one}</permissionSets>" for one in members)
    muted = f"<mutingPermissionSets>{muting}</mutingPermissionSets>" if muting else ""
    return (
        f"{HEAD}<PermissionSetGroup {XMLNS}><label>{name}</label>{muted}{listed}"
        "<status>Updated</status></PermissionSetGroup>\n"
    )


def validation_rule(name: str, formula: str) -> str:
    """Return the XML of an active validation rule."""
    return (
        f"{HEAD}<ValidationRule {XMLNS}><fullName>{name}</fullName><active>true</active>"
        f"<errorConditionFormula>{formula}</errorConditionFormula>"
        "<errorMessage>not so</errorMessage></ValidationRule>\n"
    )


def failed(result: pytest.RunResult) -> list[str]:
    """Return the names of the tests that failed, in order, without their files."""
    return [
        line.partition("::")[2].partition(" - ")[0]
        for line in result.outlines
        if re.match(r"(FAILED|ERROR) \S+::", line)
    ]


MATRIX = """\
integration: Acme
user:
  username: acme@example.com
  profile: Integration
  permission_sets: [Sync]
objects:
  Account:
    access: CRE
    fields:
      edit: [Phone]
      read: [Industry]
  Contact: R
blocked:
  fields: [Contact.SSN__c]
user_permissions: [ApiEnabled]
"""

SYNC = permission_set(
    field_permission("Account.Phone", edit=True),
    field_permission("Account.Industry"),
    object_permission("Account", "CRE"),
    object_permission("Contact", "R"),
)


_NOT_NEEDED = ("-p", "no:hypothesispytest", "-p", "no:faker")
"""Plugins of the test environment that cost each run a fifth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """An immutable project; ``with_file`` returns another one."""

    pytester: pytest.Pytester
    files: Mapping[str, str] = field(default_factory=dict)

    def with_file(self, name: str, text: str) -> "Suite":
        """Return the project with one file more, or another text in it."""
        return replace(self, files={**self.files, name: dedent(text)})

    def without(self, name: str) -> "Suite":
        """Return the project without a file."""
        return replace(self, files={key: text for key, text in self.files.items() if key != name})

    def with_matrix(self, text: str) -> "Suite":
        """Return the project with another matrix."""
        return self.with_file("acme.matrix.yaml", text)

    def with_sync(self, *parts: str) -> "Suite":
        """Return the project with another permission set Sync."""
        return self.with_file(f"{BASE}/permissionsets/Sync.permissionset-meta.xml", permission_set(*parts))

    def with_set(self, name: str, *parts: str) -> "Suite":
        """Return the project with one more permission set."""
        return self.with_file(
            f"{BASE}/permissionsets/{name}.permissionset-meta.xml", permission_set(*parts, label=name)
        )

    def with_profile(self, *parts: str) -> "Suite":
        """Return the project with a profile that holds more than ApiEnabled."""
        return self.with_file(f"{BASE}/profiles/Integration.profile-meta.xml", profile(*parts))

    def with_group(self, name: str, *members: str, muting: str = "") -> "Suite":
        """Return the project with one more permission set group."""
        return self.with_file(
            f"{BASE}/permissionsetgroups/{name}.permissionsetgroup-meta.xml",
            group(name, *members, muting=muting),
        )

    def with_muting_set(self, name: str, *parts: str) -> "Suite":
        """Return the project with one more muting permission set."""
        text = permission_set(*parts, label=name).replace("PermissionSet", "MutingPermissionSet")
        return self.with_file(f"{BASE}/mutingpermissionsets/{name}.mutingpermissionset-meta.xml", text)

    def with_tests(self, text: str) -> "Suite":
        """Return the project with a module of hand-written tests."""
        return self.with_file("test_acme.py", text)

    def replacing(self, old: str, new: str) -> "Suite":
        """Return the project with another text in its matrix, where ``old`` stands."""
        text = self.files["acme.matrix.yaml"]
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the matrix"
        return self.with_matrix(text.replace(old, new))

    def write(self) -> None:
        """Write the project."""
        for name, text in self.files.items():
            path = self.pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(self, *args: str, cache: bool = False) -> pytest.RunResult:
        """Write the project and run pytest in it, in this process."""
        self.write()
        without = _NOT_NEEDED if cache else (*_NOT_NEEDED, "-p", "no:cacheprovider")
        return self.pytester.runpytest_inprocess(*without, *args)

    def collect(self, *args: str) -> list[str]:
        """Return the node ids that a run would select, in order."""
        lines = self.run("--collect-only", "-q", *args).outlines
        return [line for line in lines if "::" in line and not line.startswith("ERROR")]
