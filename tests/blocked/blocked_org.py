"""An org with a blocked object and a blocked field, as much of it granted as a test wants."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.run import MatrixRun, user_of
from pytest_sfintegration.checks.verdict import RowResult
from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.orgs.client import Budget, OrgClient, Reply
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.orgs.target import IntegrationUser
from pytest_sfintegration.sfdx.project import load_many

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
USERNAME = "acme@example.com"


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


def custom_field(name: str, kind: str, body: str = "") -> str:
    return metadata(
        "CustomField", f"<fullName>{name}</fullName><label>{name[:-3]}</label>{body}<type>{kind}</type>"
    )


_TEXT = "<length>40</length>"
_KEY = f"<externalId>true</externalId>{_TEXT}"
_LOOKUP = (
    "<referenceTo>Contact</referenceTo><relationshipLabel>Payrolls</relationshipLabel>"
    "<relationshipName>Payrolls</relationshipName>"
)
_SLIP = (
    "<referenceTo>Payroll__c</referenceTo><relationshipLabel>Slips</relationshipLabel>"
    "<relationshipName>Slips</relationshipName>"
)


def _object(label: str, sharing: str = "ReadWrite") -> str:
    return metadata(
        "CustomObject",
        f"<label>{label}</label><pluralLabel>{label}s</pluralLabel><deploymentStatus>Deployed"
        f"</deploymentStatus><sharingModel>{sharing}</sharingModel><nameField><label>Name</label>"
        "<type>Text</type></nameField>",
    )


FILES = {
    "sfdx-project.json": '{"packageDirectories": [{"path": "force-app", "default": true}]}',
    f"{BASE}/objects/Payroll__c/Payroll__c.object-meta.xml": _object("Payroll"),
    f"{BASE}/objects/Payroll__c/fields/Key__c.field-meta.xml": custom_field("Key__c", "Text", _KEY),
    f"{BASE}/objects/Payroll__c/fields/Contact__c.field-meta.xml": custom_field(
        "Contact__c", "Lookup", _LOOKUP
    ),
    f"{BASE}/objects/Slip__c/Slip__c.object-meta.xml": _object("Slip"),
    f"{BASE}/objects/Slip__c/fields/Payroll__c.field-meta.xml": custom_field("Payroll__c", "Lookup", _SLIP),
    f"{BASE}/objects/Contact/fields/SSN__c.field-meta.xml": custom_field("SSN__c", "Text", _KEY),
    f"{BASE}/objects/Contact/fields/Twice__c.field-meta.xml": custom_field(
        "Twice__c", "Text", "<formula>SSN__c</formula>"
    ),
    f"{BASE}/classes/Billing.cls": "@RestResource(urlMapping='/billing/*')\nglobal class Billing {}\n",
    f"{BASE}/classes/Other.cls": "public class Other {}\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that a run can be made of. ``sets`` are assigned; ``grouped`` come through a group."""

    folder: Path
    rights: Sequence[str] = (
        permission("Account", "R"),
        permission("Contact", "CRE"),
        permission("Slip__c", "R"),
        readable("Slip__c.Payroll__c"),
        readable("Contact.AccountId"),
    )
    member: Sequence[str] = ()
    muted: Sequence[str] = ()
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    matrix: str = ""
    ignore: str = ""
    user: str = ""
    sharing: str = "ReadWrite"
    api: bool = True

    def having(self, **changes: Any) -> "Project":
        return replace(self, **changes)

    def granting(self, *parts: str) -> "Project":
        return replace(self, rights=(*self.rights, *parts))

    @property
    def text(self) -> str:
        group = "  permission_set_groups: [Team]\n" if self.member else ""
        more = group + self.user
        return (
            f"integration: Acme\nuser:\n  username: {USERNAME}\n  profile: Integration\n"
            f"  permission_sets: [Sync]\n{more}objects:\n  Account: R\n  Contact: CRE\n  Slip__c: R\n"
            f"{self.matrix}user_permissions: [ApiEnabled]\n{self.ignore}"
        )

    def write(self) -> Path:
        profile = (
            "<custom>true</custom><userLicense>Salesforce</userLicense>"
            f"<userPermissions><enabled>{str(self.api).lower()}</enabled><name>ApiEnabled</name>"
            "</userPermissions>"
        )
        files = {**FILES, "acme.matrix.yaml": self.text}
        path = f"{BASE}/objects/Payroll__c/Payroll__c.object-meta.xml"
        files[path] = _object("Payroll", self.sharing)
        files[f"{BASE}/profiles/Integration.profile-meta.xml"] = metadata("Profile", profile)
        sets = {"Sync": self.rights, "Member": self.member, **self.others}
        for name, parts in sets.items():
            body = "".join(sorted(parts)) + f"<label>{name}</label>"
            files[f"{BASE}/permissionsets/{name}.permissionset-meta.xml"] = metadata("PermissionSet", body)
        if self.member:
            muting = "<mutingPermissionSets>Mute</mutingPermissionSets>" if self.muted else ""
            files[f"{BASE}/permissionsetgroups/Team.permissionsetgroup-meta.xml"] = metadata(
                "PermissionSetGroup",
                f"<label>Team</label>{muting}<permissionSets>Member</permissionSets><status>Updated</status>",
            )
        if self.muted:
            body = "".join(self.muted) + "<label>Mute</label>"
            files[f"{BASE}/mutingpermissionsets/Mute.mutingpermissionset-meta.xml"] = metadata(
                "MutingPermissionSet", body
            )
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self.folder / "acme.matrix.yaml"

    def target(self, budget: Budget | None = None) -> EmbeddedTarget:
        return EmbeddedTarget(source=load_many((self.folder,)), budget=budget or Budget())

    def run(
        self,
        *,
        tamper: Callable[[str, Reply], Reply] | None = None,
        levels: Sequence[Level] = tuple(Level),
        limit: int | None = None,
        only: str = "",
        strict: bool = False,
    ) -> "Ran":
        """Judge the matrix; ``tamper`` changes what the integration user is answered, by method and path."""
        matrix = load(self.write(), environ={}, root=self.folder)
        budget = Budget(limit=limit)
        target = self.target(budget)
        if tamper is not None:
            _wrap(target, tamper)
        rows = [row for row in expand(matrix) if only in row.id]
        run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=levels, strict=strict)
        results = {row.id: run.result(row) for row in rows}
        org = target._org(user_of(matrix))
        left = {
            name: count
            for name in org.world.source.objects
            if (count := sum(1 for _ in org.world.storage.table(name).active()))
        }
        return Ran(results=results, notes=run.notes, budget=budget, left=left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run came to."""

    results: Mapping[str, RowResult]
    notes: Sequence[str]
    budget: Budget
    left: Mapping[str, int]

    def verdicts(self, row: str) -> list[str]:
        return [str(one.verdict) for one in self.results[row].findings]

    def told(self, row: str) -> str:
        return " | ".join(one.note for one in self.results[row].findings)


class _Tampering:
    def __init__(self, transport: Any, tamper: Callable[[str, Reply], Reply]) -> None:
        self._transport = transport
        self._tamper = tamper

    def send(self, method: str, path: str, body: Any) -> Reply:
        reply = self._transport.send(method, path, body)
        if path.endswith("/composite/batch"):
            results = [
                self._tamper(
                    f"{one['method']} {one['url']}", Reply(status=got["statusCode"], payload=got["result"])
                )
                for one, got in zip(body["batchRequests"], reply.payload["results"], strict=True)
            ]
            told = [{"statusCode": one.status, "result": one.payload} for one in results]
            return Reply(status=200, payload={"hasErrors": True, "results": told})
        return self._tamper(f"{method} {path}", reply)


def _wrap(target: EmbeddedTarget, tamper: Callable[[str, Reply], Reply]) -> None:
    plain = target.user_client

    def tampering(user: IntegrationUser) -> OrgClient:
        client = plain(user)
        client._transport = _Tampering(client._transport, tamper)
        return client

    target.user_client = tampering  # type: ignore[method-assign]


def body(value: Any) -> str:
    """Return a value as it stands in a matrix."""
    return json.dumps(value)


__all__ = ["SETUP_USERNAME", "USERNAME", "Project", "Ran", "body", "permission", "readable"]
