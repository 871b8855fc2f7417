"""An org of a few containers, and ways to change one thing in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.project import load_many

USER = "sync@acme.example"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="http://soap.sforce.com/2006/04/metadata">\n'
_FLAGS = {
    "C": "allowCreate",
    "R": "allowRead",
    "E": "allowEdit",
    "D": "allowDelete",
    "V": "viewAllRecords",
    "M": "modifyAllRecords",
    "F": "viewAllFields",
}


def xml(kind: str, *parts: str) -> str:
    return _HEAD.format(kind=kind) + "\n".join(parts) + f"\n</{kind}>\n"


def tag(name: str, *inside: str) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"


def access(name: str, letters: str) -> str:
    flags = [tag(flag, "true" if letter in letters else "false") for letter, flag in _FLAGS.items()]
    return tag("objectPermissions", *flags, tag("object", name))


def fields(*names: str, edit: bool = True) -> str:
    return "".join(
        tag(
            "fieldPermissions", tag("field", one), tag("readable", "true"), tag("editable", str(edit).lower())
        )
        for one in names
    )


def permission(name: str) -> str:
    return tag("userPermissions", tag("enabled", "true"), tag("name", name))


def runs(name: str) -> str:
    return tag("classAccesses", tag("apexClass", name), tag("enabled", "true"))


def flow(name: str) -> str:
    return tag("flowAccesses", tag("flow", name), tag("enabled", "true"))


def custom(name: str) -> str:
    return tag("customPermissions", tag("name", name), tag("enabled", "true"))


LABEL = tag("label", "Label")
ALWAYS = tag("hasActivationRequired", "false")
CODE = "public class {name} {{ }}\n"
CUSTOM = xml("CustomPermission", LABEL, tag("isLicensed", "false"))
OBJECT = xml(
    "CustomObject",
    LABEL,
    tag("pluralLabel", "Labels"),
    tag("nameField", tag("label", "Name"), tag("type", "Text")),
    tag("deploymentStatus", "Deployed"),
    tag("sharingModel", "Private"),
    tag("externalSharingModel", "Private"),
)


def _role(*parts: str) -> str:
    return xml("Role", tag("contactAccessLevel", "Edit"), *parts, tag("opportunityAccessLevel", "Read"))


def _group(name: str) -> str:
    return xml("Group", tag("doesIncludeBosses", "false"), tag("name", name))


FILES: Mapping[str, str] = {
    "classes/Billing.cls": CODE.format(name="Billing"),
    "classes/Billing.cls-meta.xml": xml("ApexClass", tag("apiVersion", "62.0"), tag("status", "Active")),
    "classes/Sync.cls": CODE.format(name="Sync"),
    "classes/Sync.cls-meta.xml": xml("ApexClass", tag("apiVersion", "62.0"), tag("status", "Active")),
    "customPermissions/Skip_Alerts.customPermission-meta.xml": CUSTOM,
    "customPermissions/See_Margin.customPermission-meta.xml": CUSTOM,
    "objects/Invoice__c/Invoice__c.object-meta.xml": OBJECT,
    "objects/Invoice__c/fields/Total__c.field-meta.xml": xml(
        "CustomField", tag("fullName", "Total__c"), LABEL, tag("type", "Number"), tag("precision", "9"),
        tag("scale", "0"),
    ),
    "permissionsets/People.permissionset-meta.xml": xml(
        "PermissionSet", LABEL, ALWAYS, tag("license", "Salesforce API Integration"),
        access("Contact", "CRED"), fields("Contact.Email", "Contact.Phone"), runs("Sync"),
        permission("EditTask"),
    ),
    "permissionsets/Companies.permissionset-meta.xml": xml(
        "PermissionSet", LABEL, ALWAYS,
        access("Account", "CRE"), fields("Account.Phone"), fields("Account.Industry", edit=False),
        flow("Nightly"),
    ),
    "permissionsets/Money.permissionset-meta.xml": xml(
        "PermissionSet", LABEL, ALWAYS,
        access("Invoice__c", "RE"), fields("Invoice__c.Total__c"), custom("Skip_Alerts"),
        permission("RunReports"),
    ),
    "permissionsets/Spare.permissionset-meta.xml": xml(
        "PermissionSet", LABEL, ALWAYS, access("Lead", "R"),
    ),
    "mutingpermissionsets/No_Delete.mutingpermissionset-meta.xml": xml(
        "MutingPermissionSet", LABEL, ALWAYS,
        access("Contact", "DM"),
    ),
    "permissionsetgroups/Sync.permissionsetgroup-meta.xml": xml(
        "PermissionSetGroup", LABEL, ALWAYS,
        tag("mutingPermissionSets", "No_Delete"),
        tag("permissionSets", "People"), tag("permissionSets", "Companies"),
        tag("status", "Updated"),
    ),
    "permissionsetgroups/Idle.permissionsetgroup-meta.xml": xml(
        "PermissionSetGroup", LABEL, ALWAYS, tag("permissionSets", "Spare"),
        tag("status", "Updated"),
    ),
    "profiles/Integration.profile-meta.xml": xml(
        "Profile", tag("custom", "true"), tag("userLicense", "Salesforce Integration"),
        permission("ApiEnabled"), permission("ApiUserOnly"),
    ),
    "profiles/Other.profile-meta.xml": xml(
        "Profile", tag("custom", "true"), tag("userLicense", "Salesforce"), permission("ApiEnabled"),
    ),
    "roles/Sales.role-meta.xml": _role(tag("name", "Sales")),
    "roles/EMEA.role-meta.xml": _role(tag("name", "EMEA"), tag("parentRole", "Sales")),
    "roles/APAC.role-meta.xml": _role(tag("name", "APAC"), tag("parentRole", "Sales")),
    "groups/Partners.group-meta.xml": _group("Partners"),
    "groups/Vendors.group-meta.xml": _group("Vendors"),
    "queues/Triage.queue-meta.xml": xml(
        "Queue", tag("doesSendEmailToMembers", "false"), tag("name", "Triage"),
        tag("queueSobject", tag("sobjectType", "Lead")),
    ),
    "queues/Night.queue-meta.xml": xml(
        "Queue", tag("doesSendEmailToMembers", "false"), tag("name", "Night"),
        tag("queueSobject", tag("sobjectType", "Lead")),
    ),
}  # fmt: skip

PEOPLE = "permissionsets/People.permissionset-meta.xml"
COMPANIES = "permissionsets/Companies.permissionset-meta.xml"
MONEY = "permissionsets/Money.permissionset-meta.xml"
SPARE = "permissionsets/Spare.permissionset-meta.xml"
MUTING = "mutingpermissionsets/No_Delete.mutingpermissionset-meta.xml"
GROUP = "permissionsetgroups/Sync.permissionsetgroup-meta.xml"
IDLE = "permissionsetgroups/Idle.permissionsetgroup-meta.xml"
PROFILE = "profiles/Integration.profile-meta.xml"
OTHER = "profiles/Other.profile-meta.xml"
INVOICE = "objects/Invoice__c/Invoice__c.object-meta.xml"

SPEC = UserSpec(
    username=USER,
    profile="Integration",
    license="Salesforce Integration",
    permission_sets=("Money",),
    permission_set_groups=("Sync",),
    permission_set_licenses=("SalesforceAPIIntegrationPsl",),
    role="EMEA",
    public_groups=("Partners",),
    queues=("Triage",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: texts of a file replaced (None: the file goes; "": a new file), or a user's values."""

    texts: tuple[tuple[str, str, str | None], ...] = ()
    user: Mapping[str, Any] = field(default_factory=dict)


def text(path: str, old: str, new: str | None) -> Change:
    return Change(texts=((path, old, new),))


def add(path: str, what: str) -> Change:
    """Add something just before the end of a file."""
    end = FILES[path].rstrip().rpartition("\n")[2]
    return text(path, end, what + end)


def remove(*paths: str) -> Change:
    return Change(texts=tuple((path, "", None) for path in paths))


def user(**values: Any) -> Change:
    return Change(user=values)


NOTHING = Change()


def write(folder: Path, change: Change = NOTHING) -> Path:
    """Write the project with a change; return its folder."""
    files: dict[str, str | None] = dict(FILES)
    for path, old, new in change.texts:
        known = files.get(path)
        if new is None:
            del files[path]
        elif known is None:
            files[path] = new
        else:
            assert old in known, f"{old!r} is not in {path}"
            files[path] = known.replace(old, new)
    for path, content in files.items():
        target = folder / "force-app" / "main" / "default" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content or "")
    (folder / "sfdx-project.json").write_text(
        '{"packageDirectories": [{"path": "force-app", "default": true}]}'
    )
    return folder


def org(
    folder: Path, change: Change = NOTHING, adapt: Callable[[UserSpec], UserSpec] | None = None
) -> EmbeddedOrg:
    source = load_many((write(folder, change),))
    errors = [str(one) for one in source.problems]
    assert not errors, errors
    spec = replace(SPEC, **change.user)
    return EmbeddedOrg(source, [spec if adapt is None else adapt(spec)])
