"""A project with private records on disk: add metadata, run pytest in it, look at the outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import indent

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.orgs import embedded

BASE = "force-app/main/default"
XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
FLAGS = {
    "allowCreate": "C",
    "allowDelete": "D",
    "allowEdit": "E",
    "allowRead": "R",
    "modifyAllRecords": "M",
    "viewAllRecords": "V",
}
_QUIET = ("-p", "no:hypothesispytest", "-p", "no:faker", "-p", "no:cacheprovider", "-q")


def metadata(kind: str, body: str) -> str:
    return f"{HEAD}<{kind} {XMLNS}>{body}</{kind}>\n"


def permission(name: str, letters: str) -> str:
    inner = "".join(f"<{tag}>{str(letter in letters).lower()}</{tag}>" for tag, letter in FLAGS.items())
    return f"<objectPermissions>{inner}<object>{name}</object></objectPermissions>"


def readable(name: str, *, edit: bool = False) -> str:
    return (
        f"<fieldPermissions><editable>{str(edit).lower()}</editable><field>{name}</field>"
        "<readable>true</readable></fieldPermissions>"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingSuite:
    """An immutable project. ``default`` is the organization-wide default of Account."""

    pytester: pytest.Pytester
    default: str = "Private"
    rights: Mapping[str, str] = field(default_factory=lambda: {"Account": "CRE"})
    fields: Sequence[tuple[str, bool]] = (("Account.Phone", True),)
    roles: Mapping[str, str] = field(default_factory=lambda: {"Boss": "", "Sales": "Boss", "Support": "Boss"})
    user: str = "role: Sales"
    objects: str | None = None
    records: str = ""
    rules: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def having(self, **changes: object) -> "SharingSuite":
        """Return the project with something else in it."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def with_criteria_rule(
        self, name: str, value: str, *, level: str = "Read", to: str = "<role>Sales</role>"
    ) -> "SharingSuite":
        body = (
            f"<sharingCriteriaRules><fullName>{name}</fullName><accessLevel>{level}</accessLevel>"
            f"<label>{name}</label><sharedTo>{to}</sharedTo><criteriaItems><field>Industry</field>"
            f"<operation>equals</operation><value>{value}</value></criteriaItems>"
            "<includeRecordsOwnedByAll>true</includeRecordsOwnedByAll></sharingCriteriaRules>"
        )
        return replace(self, rules=self.rules + body)

    def with_owner_rule(self, name: str, owner: str, *, level: str = "Read", to: str) -> "SharingSuite":
        body = (
            f"<sharingOwnerRules><fullName>{name}</fullName><accessLevel>{level}</accessLevel>"
            f"<label>{name}</label><sharedTo>{to}</sharedTo><sharedFrom>{owner}</sharedFrom>"
            "</sharingOwnerRules>"
        )
        return replace(self, rules=self.rules + body)

    def with_restriction(self, name: str, record_filter: str) -> "SharingSuite":
        body = (
            f"<active>true</active><description>d</description><enforcementType>Restrict</enforcementType>"
            f"<masterLabel>{name}</masterLabel><recordFilter>{record_filter}</recordFilter>"
            "<targetEntity>Account</targetEntity><userCriteria>$User.IsActive = true</userCriteria>"
            "<version>1</version>"
        )
        path = f"{BASE}/restrictionRules/{name}.rule-meta.xml"
        return replace(self, more={**self.more, path: metadata("RestrictionRule", body)})

    def with_object(self, name: str, sharing: str, *fields: str) -> "SharingSuite":
        body = (
            f"<label>{name[:-3]}</label><pluralLabel>{name[:-3]}s</pluralLabel><deploymentStatus>Deployed"
            f"</deploymentStatus><sharingModel>{sharing}</sharingModel><nameField><label>Name</label>"
            f"<type>Text</type></nameField>{''.join(fields)}"
        )
        if not name.endswith("__c"):
            body = f"<sharingModel>{sharing}</sharingModel>"
        path = f"{BASE}/objects/{name}/{name}.object-meta.xml"
        return replace(self, more={**self.more, path: metadata("CustomObject", body)})

    def with_queue(self, name: str, *objects: str) -> "SharingSuite":
        listed = "".join(f"<queueSobject><sobjectType>{one}</sobjectType></queueSobject>" for one in objects)
        body = f"<doesSendEmailToMembers>false</doesSendEmailToMembers><name>{name}</name>{listed}"
        path = f"{BASE}/queues/{name}.queue-meta.xml"
        return replace(self, more={**self.more, path: metadata("Queue", body)})

    def with_group(self, name: str) -> "SharingSuite":
        path = f"{BASE}/groups/{name}.group-meta.xml"
        return replace(self, more={**self.more, path: metadata("Group", f"<name>{name}</name>")})

    def with_file(self, path: str, text: str) -> "SharingSuite":
        return replace(self, more={**self.more, path: text})

    @property
    def matrix(self) -> str:
        objects = self.objects
        if objects is None:
            objects = "\n".join(f"{name}: {letters}" for name, letters in self.rights.items())
        text = "integration: Acme\nuser:\n  username: acme@example.com\n  profile: Integration\n"
        text += "  permission_sets: [Sync]\n" + indent(self.user, "  ")
        text += f"\nobjects:\n{indent(objects, '  ')}\n" if objects else "\n"
        if self.records:
            text += f"records:\n{indent(self.records.strip(chr(10)), '  ')}\n"
        return text + "user_permissions: [ApiEnabled]\n"

    @property
    def files(self) -> dict[str, str]:
        sync = "".join(permission(name, letters) for name, letters in self.rights.items())
        sync = "".join(readable(name, edit=edit) for name, edit in self.fields) + "<label>Sync</label>" + sync
        profile = (
            "<custom>true</custom><userLicense>Salesforce</userLicense>"
            "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>"
        )
        files = {
            "sfdx-project.json": '{"packageDirectories": [{"path": "force-app", "default": true}]}',
            "acme.matrix.yaml": self.matrix,
            f"{BASE}/profiles/Integration.profile-meta.xml": metadata("Profile", profile),
            f"{BASE}/permissionsets/Sync.permissionset-meta.xml": metadata("PermissionSet", sync),
            f"{BASE}/objects/Account/Account.object-meta.xml": metadata(
                "CustomObject", f"<sharingModel>{self.default}</sharingModel>"
            ),
        }
        for name, parent in self.roles.items():
            above = f"<parentRole>{parent}</parentRole>" if parent else ""
            body = f"<name>{name}</name>{above}"
            files[f"{BASE}/roles/{name}.role-meta.xml"] = metadata("Role", body)
        if self.rules:
            files[f"{BASE}/sharingRules/Account.sharingRules-meta.xml"] = metadata("SharingRules", self.rules)
        return {**files, **self.more}

    def run(self, *args: str) -> pytest.RunResult:
        """Write the project and run pytest on its records, in this process."""
        for name, text in self.files.items():
            path = self.pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self.pytester.runpytest_inprocess(*_QUIET, *(args or ("-k", "record")))


class Watch:
    """Sees every embedded org that is built, and puts records into it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.orgs: list[EmbeddedOrg] = []
        self._seeds: list[tuple[str, Mapping[str, object], str | None]] = []
        build = embedded._build

        def watched(*args: object) -> EmbeddedOrg:
            org = build(*args)  # type: ignore[arg-type]
            for name, values, owner in self._seeds:
                _insert(org, name, values, owner)
            self.orgs.append(org)
            return org

        monkeypatch.setattr(embedded, "_build", watched)

    def seed(self, name: str, *, owner: str | None = None, **values: object) -> None:
        """Have a record in every org to come, owned by a user (None: the setup user)."""
        self._seeds.append((name, values, owner))

    @property
    def records(self) -> dict[str, int]:
        """The records in the orgs by object; the recycle bin left out."""
        found: dict[str, int] = {}
        for org in self.orgs:
            for name in org.world.source.objects:
                count = sum(1 for _ in org.world.storage.table(name).active())
                if count:
                    found[name] = found.get(name, 0) + count
        return found

    @property
    def ever_made(self) -> int:
        """The records that the orgs hold, the recycle bin included."""
        return sum(
            len(org.world.storage.table(name).rows) for org in self.orgs for name in org.world.source.objects
        )


def _insert(org: EmbeddedOrg, name: str, values: Mapping[str, object], owner: str | None) -> None:
    people = org.world.people
    user = people.by_username(SETUP_USERNAME)
    assert user is not None
    sent = dict(values)
    if owner is not None:
        person = people.by_username(owner)
        assert person is not None
        sent["OwnerId"] = person.id
    org.world.dml.insert(org.world.view(user), name, sent)


def failed(result: pytest.RunResult) -> list[str]:
    """Return the rows that failed, in order, without integration and object."""
    names = [
        line.partition("record-")[2].partition("]")[0] for line in result.outlines if line[:7] == "FAILED "
    ]
    return [name for name in names if name]


def prose(result: pytest.RunResult) -> str:
    """Return the output on one line, so that wrapped sentences can be found."""
    return " ".join(result.stdout.str().split())
