"""A project on disk as a value: add files, run pytest in it, look at the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from textwrap import dedent

import pytest

PROFILE = """\
<?xml version="1.0" encoding="UTF-8"?>
<Profile xmlns="http://soap.sforce.com/2006/04/metadata">
    <custom>true</custom>
    <userLicense>Salesforce Integration</userLicense>
    <userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>
</Profile>
"""

BASE = "force-app/main/default"


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

    def write(self) -> None:
        """Write the project."""
        for name, text in self.files.items():
            path = self.pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(self, *args: str) -> pytest.RunResult:
        """Write the project and run pytest in it, in this process."""
        self.write()
        return self.pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)
