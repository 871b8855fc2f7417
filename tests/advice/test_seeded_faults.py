"""Faults as they happen: each fails the run, is named first, and is repaired by the advised patch."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.advice.patch import patched
from pytest_sfintegration.advice.plan import plan
from pytest_sfintegration.advice.proof import judge_all, judge_patched
from pytest_sfintegration.checks.run import MatrixRun, user_of
from pytest_sfintegration.checks.verdict import RowResult
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.report.record import record_of
from pytest_sfintegration.report.summary import render_causes
from pytest_sfintegration.sfdx import project

HUBSPOT = Path(__file__).resolve().parents[2] / "sample_suites" / "hubspot"
NS = "{http://soap.sforce.com/2006/04/metadata}"
PROFILE = "profiles/HubSpot Integration.profile-meta.xml"
CONTACT = "permissionsets/HubSpot_Contact_Sync.permissionset-meta.xml"
LEAD = "permissionsets/HubSpot_Lead_Sync.permissionset-meta.xml"
DEAL = "permissionsets/HubSpot_Deal_Sync.permissionset-meta.xml"
LOG = "permissionsets/HubSpot_Sync_Log.permissionset-meta.xml"
MUTING = "mutingpermissionsets/HubSpot_No_Delete.mutingpermissionset-meta.xml"
RULES = "sharingRules/Account.sharingRules-meta.xml"
GROUP = "permissionsetgroups/HubSpot_Sync.permissionsetgroup-meta.xml"
NAMES = {
    "objectPermissions": "object",
    "fieldPermissions": "field",
    "userPermissions": "name",
    "classAccesses": "apexClass",
    "customMetadataTypeAccesses": "name",
    "customPermissions": "name",
    "customSettingAccesses": "name",
}
MATRIX = "../../../hubspot.matrix.yaml"
KEY = "HubSpot_Key__mdt"
LIMITS = "HubSpot_Limits__c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong in which file, and the words that must stand in the first lines of the summary."""

    edit: Callable[[Path], None]
    cause: str
    repaired: bool = True


def entry(file: str, block: str, name: str, **flags: bool) -> Callable[[Path], None]:
    """Set flags of an entry, which is made when it is not there."""

    def edit(folder: Path) -> None:
        path = folder / file
        tree = etree.parse(path)
        root = tree.getroot()
        found = [node for node in root.iter(NS + block) if node.findtext(NS + NAMES[block]) == name]
        node = found[0] if found else etree.SubElement(root, NS + block)
        if not found:
            etree.SubElement(node, NS + NAMES[block]).text = name
        for flag, value in flags.items():
            child = node.find(NS + flag)
            if child is None:
                child = etree.SubElement(node, NS + flag)
            child.text = str(value).lower()
        tree.write(path, encoding="UTF-8", xml_declaration=True)

    return edit


def obj(file: str, name: str, **flags: bool) -> Callable[[Path], None]:
    return entry(file, "objectPermissions", name, **flags)


def field(file: str, name: str, *, read: bool, edit: bool = False) -> Callable[[Path], None]:
    return entry(file, "fieldPermissions", name, readable=read, editable=edit)


def user(file: str, name: str, *, on: bool = True) -> Callable[[Path], None]:
    return entry(file, "userPermissions", name, enabled=on)


def text(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / file
        before = path.read_text(encoding="utf-8")
        assert old in before, f"{file} has no {old}"
        path.write_text(before.replace(old, new), encoding="utf-8")

    return edit


def declared(name: str, body: str) -> Callable[[Path], None]:
    """Add an object to the source."""

    def edit(folder: Path) -> None:
        path = folder / "objects" / name / f"{name}.object-meta.xml"
        path.parent.mkdir()
        path.write_text(f'<CustomObject xmlns="{NS[1:-1]}"><label>X</label>{body}</CustomObject>', "utf-8")

    return edit


TYPE = declared(KEY, "<pluralLabel>X</pluralLabel><visibility>Public</visibility>")
SETTING = declared(LIMITS, "<customSettingsType>List</customSettingsType>")
LICENSE = "<license>SalesforceAPIIntegrationPsl</license>"


def both(*edits: Callable[[Path], None]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        for one in edits:
            one(folder)

    return edit


ALL = {"allowRead": True, "allowEdit": True, "allowDelete": True, "viewAllRecords": True}
FAULTS = {
    "view all on an object": Fault(
        edit=obj(DEAL, "Account", allowRead=True, viewAllRecords=True), cause="HubSpot_Deal_Sync"
    ),
    "modify all on an object": Fault(
        edit=obj(LOG, "Contact", **ALL, modifyAllRecords=True), cause="HubSpot_Sync_Log"
    ),
    "view all fields on an object": Fault(
        edit=obj(DEAL, "Account", allowRead=True, viewAllFields=True), cause="HubSpot_Deal_Sync"
    ),
    "delete on a deal": Fault(edit=obj(DEAL, "Opportunity", allowDelete=True), cause="HubSpot_Deal_Sync"),
    "create on a campaign": Fault(
        edit=obj(LOG, "Campaign", allowRead=True, allowCreate=True), cause="HubSpot_Sync_Log"
    ),
    "edit on a campaign": Fault(
        edit=obj(LOG, "Campaign", allowRead=True, allowEdit=True), cause="HubSpot_Sync_Log"
    ),
    "delete on an account": Fault(
        edit=obj(LOG, "Account", allowRead=True, allowEdit=True, allowDelete=True), cause="HubSpot_Sync_Log"
    ),
    "delete on a log": Fault(
        edit=obj(LOG, "HubSpot_Sync_Log__c", allowDelete=True), cause="HubSpot_Sync_Log"
    ),
    "an object that nobody declared": Fault(
        edit=obj(LOG, "Case", allowRead=True), cause="permission set HubSpot_Sync_Log"
    ),
    "another object that nobody declared": Fault(
        edit=obj(DEAL, "Product2", allowRead=True, allowCreate=True), cause="HubSpot_Deal_Sync"
    ),
    "a blocked object": Fault(edit=obj(LOG, "Payroll__c", allowRead=True), cause="HubSpot_Sync_Log"),
    "a blocked object by profile": Fault(
        edit=obj(PROFILE, "Payroll__c", allowRead=True), cause="profile HubSpot Integration"
    ),
    "an object right by profile": Fault(
        edit=obj(PROFILE, "Asset", allowRead=True), cause="profile HubSpot Integration"
    ),
    "an object right by profile, not via": Fault(
        edit=obj(PROFILE, "Opportunity", allowRead=True), cause="profile HubSpot Integration"
    ),
    "the right moved to the profile": Fault(
        edit=both(
            obj(PROFILE, "HubSpot_Sync_Log__c", allowRead=True, allowEdit=True),
            obj(LOG, "HubSpot_Sync_Log__c", allowEdit=False),
        ),
        cause="profile HubSpot Integration",
    ),
    "no create on a contact": Fault(edit=obj(CONTACT, "Contact", allowCreate=False), cause="missing"),
    "no edit on a contact": Fault(
        edit=obj(CONTACT, "Contact", allowEdit=False, allowDelete=False), cause="missing"
    ),
    "no create on a lead": Fault(edit=obj(LEAD, "Lead", allowCreate=False), cause="missing"),
    "no edit on a lead": Fault(edit=obj(LEAD, "Lead", allowEdit=False, allowDelete=False), cause="missing"),
    "no create on a deal": Fault(edit=obj(DEAL, "Opportunity", allowCreate=False), cause="missing"),
    "no create on a log": Fault(edit=obj(LOG, "HubSpot_Sync_Log__c", allowCreate=False), cause="missing"),
    "no edit on a log": Fault(edit=obj(LOG, "HubSpot_Sync_Log__c", allowEdit=False), cause="missing"),
    "a secret field readable": Fault(
        edit=field(CONTACT, "Contact.SSN__c", read=True), cause="HubSpot_Contact_Sync"
    ),
    "a secret field editable": Fault(
        edit=field(CONTACT, "Contact.SSN__c", read=True, edit=True), cause="HubSpot_Contact_Sync"
    ),
    "a field more": Fault(edit=field(CONTACT, "Contact.Birthdate", read=True), cause="HubSpot_Contact_Sync"),
    "a field more by profile": Fault(
        edit=field(PROFILE, "Account.Rating", read=True), cause="profile HubSpot Integration"
    ),
    "a field more of a lead": Fault(
        edit=field(LEAD, "Lead.AnnualRevenue", read=True), cause="HubSpot_Lead_Sync"
    ),
    "a read-only field became editable": Fault(
        edit=field(DEAL, "Opportunity.Probability", read=True, edit=True), cause="HubSpot_Deal_Sync"
    ),
    "another read-only field became editable": Fault(
        edit=field(LOG, "HubSpot_Sync_Log__c.Reviewer_Notes__c", read=True, edit=True),
        cause="HubSpot_Sync_Log",
    ),
    "an email cannot be edited": Fault(edit=field(CONTACT, "Contact.Email", read=True), cause="missing"),
    "an email is hidden": Fault(edit=field(CONTACT, "Contact.Email", read=False), cause="missing"),
    "a phone is hidden": Fault(edit=field(LEAD, "Lead.Phone", read=False), cause="missing"),
    "an amount is hidden": Fault(edit=field(DEAL, "Opportunity.Amount", read=False), cause="missing"),
    "an amount cannot be edited": Fault(edit=field(DEAL, "Opportunity.Amount", read=True), cause="missing"),
    "an address is hidden": Fault(edit=field(CONTACT, "Contact.MailingAddress", read=False), cause="missing"),
    "a score is hidden": Fault(edit=field(LEAD, "Lead.HubSpot_Score__c", read=False), cause="missing"),
    "an external id cannot be edited": Fault(
        edit=field(DEAL, "Opportunity.HubSpot_Deal_Id__c", read=True), cause="missing"
    ),
    "modify all data": Fault(edit=user(LOG, "ModifyAllData"), cause="by ModifyAllData"),
    "view all data by profile": Fault(edit=user(PROFILE, "ViewAllData"), cause="profile HubSpot Integration"),
    "author apex": Fault(edit=user(DEAL, "AuthorApex"), cause="HubSpot_Deal_Sync"),
    "manage users": Fault(edit=user(CONTACT, "ManageUsers"), cause="HubSpot_Contact_Sync"),
    "view setup": Fault(edit=user(DEAL, "ViewSetup"), cause="HubSpot_Deal_Sync"),
    "run reports by profile": Fault(edit=user(PROFILE, "RunReports"), cause="profile HubSpot Integration"),
    "muting forgotten": Fault(
        edit=text(GROUP, "<mutingPermissionSets>HubSpot_No_Delete</mutingPermissionSets>", ""),
        cause="HubSpot_Contact_Sync",
    ),
    "muting of one object forgotten": Fault(
        edit=obj(MUTING, "Contact", allowDelete=False, modifyAllRecords=False), cause="HubSpot_Contact_Sync"
    ),
    "too much is muted": Fault(
        edit=obj(MUTING, "Lead", allowCreate=True), cause="muted in permission set group HubSpot_Sync"
    ),
    "a field is muted": Fault(
        edit=entry(MUTING, "fieldPermissions", "Contact.Phone", readable=False, editable=True),
        cause="muted in permission set group HubSpot_Sync",
    ),
    "a set left the group": Fault(
        edit=text(GROUP, "<permissionSets>HubSpot_Lead_Sync</permissionSets>", ""),
        cause="HubSpot_Lead_Sync is not assigned",
    ),
    "a wrong set joined the group": Fault(
        edit=text(
            GROUP,
            "<permissionSets>HubSpot_Lead_Sync</permissionSets>",
            "<permissionSets>HubSpot_Lead_Sync</permissionSets>\n"
            "    <permissionSets>Payroll_Administration</permissionSets>",
        ),
        cause="Payroll_Administration",
    ),
    "a group not recalculated": Fault(
        edit=text(GROUP, "<status>Updated</status>", "<status>Outdated</status>"),
        cause="HubSpot_Sync is Outdated",
        repaired=False,
    ),
    "a custom metadata type readable": Fault(
        edit=both(TYPE, entry(LOG, "customMetadataTypeAccesses", KEY, enabled=True)), cause="HubSpot_Sync_Log"
    ),
    "every custom metadata type readable by customize application": Fault(
        edit=both(TYPE, user(DEAL, "CustomizeApplication")), cause="HubSpot_Deal_Sync"
    ),
    "a custom setting readable": Fault(
        edit=both(SETTING, entry(CONTACT, "customSettingAccesses", LIMITS, enabled=True)),
        cause="HubSpot_Contact_Sync (through group HubSpot_Sync)",
    ),
    "every custom setting readable by view all custom settings": Fault(
        edit=both(SETTING, user(PROFILE, "ViewAllCustomSettings")), cause="profile HubSpot Integration"
    ),
    "a custom metadata type that is allowed is not readable": Fault(
        edit=both(
            TYPE, text(MATRIX, "setup_entities:", f"setup_entities:\n  custom_metadata_types: [{KEY}]\n  #")
        ),
        cause="missing: custom metadata type HubSpot_Key__mdt",
    ),
    "a class more": Fault(
        edit=entry(DEAL, "classAccesses", "HubSpotSyncStatusTest", enabled=True), cause=DEAL[15:32]
    ),
    "no access to a class": Fault(
        edit=entry(LOG, "classAccesses", "HubSpotSyncStatus", enabled=False),
        cause="missing: Apex class HubSpotSyncStatus",
    ),
    "no custom permission": Fault(
        edit=entry(CONTACT, "customPermissions", "HubSpot_Skip_Duplicate_Alerts", enabled=False),
        cause="missing: custom permission HubSpot_Skip_Duplicate_Alerts",
    ),
    "the permission set licence is not there": Fault(
        edit=text(MATRIX, "permission_set_licenses: [SalesforceAPIIntegrationPsl]", ""),
        cause="permission set licences: none) do not allow what is assigned to him",
        repaired=False,
    ),
    "a set is for another permission set licence": Fault(
        edit=text(DEAL, LICENSE, "<license>SalesCloudPsl</license>"),
        cause="isn't assigned the permission set license: SalesCloudPsl",
        repaired=False,
    ),
    "a set is for another user licence": Fault(
        edit=text(LOG, LICENSE, "<license>Salesforce</license>"),
        cause="The user license is Salesforce Integration, the permission set is for Salesforce",
        repaired=False,
    ),
    "an organization-wide default is too wide": Fault(
        edit=text(
            "objects/Account/Account.object-meta.xml", ">Private</sharingModel>", ">Read</sharingModel>"
        ),
        cause="through organization-wide default Public Read Only",
        repaired=False,
    ),
    "a sharing rule reaches too many records": Fault(
        edit=text(RULES, "<value>EMEA</value>", "<value>EMEA,APAC</value>"),
        cause="through a sharing rule (Edit, shared with public group HubSpot_Integrations)",
        repaired=False,
    ),
    "a sharing rule gives more than read": Fault(
        edit=text(RULES, "<accessLevel>Read</accessLevel>", "<accessLevel>Edit</accessLevel>"),
        cause="through a sharing rule (Edit, shared with public group HubSpot_Integrations)",
        repaired=False,
    ),
    "the API is off for the user": Fault(
        edit=user(PROFILE, "ApiEnabled", on=False), cause="API is disabled", repaired=False
    ),
}


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 40


def causes(results: list[RowResult]) -> list[str]:
    records = [
        record_of(one, org="embedded", user="hubspot", order=index) for index, one in enumerate(results)
    ]
    return render_causes(records)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_caught_named_and_repaired(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    root = tmp_path / "hubspot"
    shutil.copytree(HUBSPOT, root, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    fault.edit(root / "force-app" / "main" / "default")
    source = project.load(root)
    matrix = loader.load(root / "hubspot.matrix.yaml", environ={})
    results = judge_all(source, matrix, levels=(Level.CONFIGURED, Level.DESCRIBED))
    assert not all(one.ok for one in results)
    first = " ".join("\n".join(causes(results)[:6]).split())
    assert fault.cause in first, first
    if fault.repaired:
        files = patched(plan(results, source, matrix).edits, source)
        after = judge_patched([root], files, matrix)
        assert [one.row for one in after if not one.ok] == []


def results_of_expired(sets: tuple[str, ...], groups: tuple[str, ...]) -> list[RowResult]:
    """Judge the sound suite on an org in which the assignment of some containers has run out."""
    source = project.load(HUBSPOT)
    matrix = loader.load(HUBSPOT / "hubspot.matrix.yaml", environ={})
    rows = [one for one in expand(matrix) if one.aspect not in {"records", "checklist"}]
    target = EmbeddedTarget(source=source, budget=Budget())
    user = user_of(matrix)
    spec = UserSpec(
        username=user.username,
        profile=str(user.profile),
        permission_set_licenses=user.permission_set_licenses,
        permission_sets=tuple(one for one in user.permission_sets if one not in sets),
        permission_set_groups=tuple(one for one in user.permission_set_groups if one not in groups),
        expired_permission_sets=sets,
        expired_permission_set_groups=groups,
    )
    target._orgs[user] = EmbeddedOrg(source, [spec])
    run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=(Level.CONFIGURED, Level.DESCRIBED))
    return [run.result(row) for row in rows]


@pytest.mark.parametrize(
    ("sets", "groups", "cause"),
    [
        (("HubSpot_Sync_Log",), (), "permission set HubSpot_Sync_Log"),
        ((), ("HubSpot_Sync",), "permission set group HubSpot_Sync"),
    ],
)
def test_expired_assignment_is_named_with_its_day(
    sets: tuple[str, ...], groups: tuple[str, ...], cause: str
) -> None:
    results = results_of_expired(sets, groups)
    wrong = [one for result in results for one in result.findings]
    assert {str(one.verdict) for one in wrong} == {"missing"}
    assert len(wrong) > 5
    first = "\n".join(causes(results)[:3])
    assert f"x {cause} (its assignment expired on 2020-01-01) is not" in " ".join(first.split())


def test_sound_source_needs_no_change() -> None:
    source = project.load(HUBSPOT)
    matrix = loader.load(HUBSPOT / "hubspot.matrix.yaml", environ={})
    results = judge_all(source, matrix)
    assert all(one.ok for one in results)
    assert plan(results, source, matrix).edits == ()
