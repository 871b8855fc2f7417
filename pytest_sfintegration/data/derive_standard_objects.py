"""Derive ``standard_objects.json`` from the reference material, by hand.

Run from the project's root: ``python -m pytest_sfintegration.data.derive_standard_objects
REFERENCE.json``. The reference file says where each fact comes from: a describe dump
under CC0 (salesforce-experiencecloud/lwrfileupload), recorded describes (SFDO-Tooling/CumulusCI, BSD-3), the
Object Reference, and public profiles for what is permissionable. Added here: fields and objects that the
Object Reference documents and the dumps lack. A test compares the shipped file with what this derives.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from pytest_sfintegration.data.team_objects import CREATABLE, RELATIONS, TEAM_OBJECTS, TEAM_PICKLISTS

__all__ = ["SHIPPED", "WRITABLE", "derive", "dump"]

SHIPPED = Path(__file__).with_name("standard_objects.json")

_WANTED_FLAGS = frozenset("ncudPfgsaACN")
_PERMISSION_TABLES = ("PermissionSet", "MutingPermissionSet", "Profile")
_PREFIX = "Permissions"

# Columns of PermissionSet in a describe of API v63 that the dump (Sep 2024) did not have yet.
_LATER_USER_PERMISSIONS = ("CanDoActAsUser", "UseAnyApiClient", "ViewAllFieldsGlobal")

_NAME_FIELDS = {
    "Contract": "ContractNumber", "ContractLineItem": "LineItemNumber", "ContentDocument": "Title",
    "ContentVersion": "Title", "Idea": "Title", "Invoice": "DocumentNumber", "Note": "Title",
    "Order": "OrderNumber", "OrderItem": "OrderItemNumber", "Payment": "PaymentNumber",
    "QuoteLineItem": "LineNumber",
    "ServiceAppointment": "AppointmentNumber", "Solution": "SolutionName", "Task": "Subject",
    "WorkOrder": "WorkOrderNumber", "WorkOrderLineItem": "LineItemNumber",
}  # fmt: skip

_EDITABLE = "ncuPfgsa"
_OPT_OUT = "cudPfgs"
_READ_ONLY = "nPfsa"
_HIERARCHY = (
    ("HierarchyActualCost", "currency"), ("HierarchyAmountAllOpportunities", "currency"),
    ("HierarchyAmountWonOpportunities", "currency"), ("HierarchyBudgetedCost", "currency"),
    ("HierarchyExpectedRevenue", "currency"), ("HierarchyNumberOfContacts", "int"),
    ("HierarchyNumberOfConvertedLeads", "int"), ("HierarchyNumberOfLeads", "int"),
    ("HierarchyNumberOfOpportunities", "int"), ("HierarchyNumberOfResponses", "int"),
    ("HierarchyNumberOfWonOpportunities", "int"), ("HierarchyNumberSent", "double"),
)  # fmt: skip

# Object Reference pages of each object; public profiles have field permissions on every one of them.
_MORE_FIELDS: dict[str, list[list[Any]]] = {
    "Contact": [
        ["DoNotCall", "boolean", _OPT_OUT],
        ["HasOptedOutOfEmail", "boolean", _OPT_OUT],
        ["HasOptedOutOfFax", "boolean", _OPT_OUT],
        ["GenderIdentity", "picklist", _EDITABLE, 255],
        ["Pronouns", "picklist", _EDITABLE, 255],
    ],
    "Lead": [
        ["DoNotCall", "boolean", _OPT_OUT],
        ["HasOptedOutOfEmail", "boolean", _OPT_OUT],
        ["HasOptedOutOfFax", "boolean", _OPT_OUT],
        ["LastTransferDate", "date", "nPfgsa"],
        ["GenderIdentity", "picklist", _EDITABLE, 255],
        ["Pronouns", "picklist", _EDITABLE, 255],
    ],
    "Case": [
        ["BusinessHoursId", "reference", _EDITABLE, 18, ["BusinessHours"], "BusinessHours"],
        ["EntitlementId", "reference", _EDITABLE, 18, ["Entitlement"], "Entitlement"],
        ["IsClosedOnCreate", "boolean", "dPfgs"],
        ["IsStopped", "boolean", "dPfgs"],
        ["Language", "picklist", _EDITABLE, 40],
        ["MilestoneStatus", "string", "nP", 30],
        ["ProductId", "reference", _EDITABLE, 18, ["Product2"], "Product"],
        ["ServiceContractId", "reference", _EDITABLE, 18, ["ServiceContract"], "ServiceContract"],
        ["SlaExitDate", "datetime", _READ_ONLY],
        ["SlaStartDate", "datetime", "ncuPfsa"],
        ["StopStartDate", "datetime", _READ_ONLY],
    ],
    "Campaign": [[name, type_, _READ_ONLY] for name, type_ in _HIERARCHY],
    "Opportunity": [["ContractId", "reference", _EDITABLE, 18, ["Contract"], "Contract"]],
    "Event": [["Type", "picklist", _EDITABLE, 40]],
    "Task": [["Type", "picklist", _EDITABLE, 40]],
}

# The dump's user had no Marketing User flag, for whom campaigns are read-only. Written by those who have it:
# Object Reference, atlas.en-us.204.0.api, sforce_api_objects_campaign and _campaignmemberstatus.
WRITABLE: dict[str, frozenset[str]] = {
    "Campaign": frozenset(
        {
            "ActualCost", "BudgetedCost", "CampaignMemberRecordTypeId", "Description", "EndDate",
            "ExpectedResponse", "ExpectedRevenue", "IsActive", "Name", "NumberSent", "OwnerId", "ParentId",
            "StartDate", "Status", "Type",
        }
    ),
    "CampaignMemberStatus": frozenset({"HasResponded", "IsDefault", "Label", "SortOrder"}),
}  # fmt: skip

_ID = ["Id", "id", "dfgsa", 18]


def _user(name: str) -> list[Any]:
    return [name, "reference", "fgsa", 18, ["User"], name.removesuffix("Id")]


# Object Reference: LoginHistory (whose fields can be read, but mostly not be filtered on), SetupAuditTrail,
# PackageLicense, UserLogin, UserPackageLicense; External Client Apps Guide for the two objects of external
# client applications, whose columns are those of a describe of v64.
_MORE_OBJECTS: dict[str, dict[str, Any]] = {
    "LoginHistory": {
        "label": "Login History",
        "prefix": "0Ya",
        "ops": "q",
        "fields": [
            _ID,
            _user("UserId"),
            ["LoginTime", "datetime", "fsa"],
            ["LoginType", "picklist", "fgsa", 255],
            ["SourceIp", "string", "ngsa", 39],
            ["LoginUrl", "string", "nfgsa", 255],
            ["AuthenticationServiceId", "id", "nfgsa", 18],
            ["LoginGeoId", "reference", "nfgsa", 18],
            ["TlsProtocol", "picklist", "nfgsa", 40],
            ["CipherSuite", "picklist", "nfgsa", 40],
            ["OptionsIsGet", "boolean", "df"],
            ["OptionsIsPost", "boolean", "df"],
            ["Browser", "string", "ngsa", 64],
            ["Platform", "string", "ngsa", 64],
            ["Status", "string", "ngsa", 128],
            ["Application", "string", "ngsa", 64],
            ["ClientVersion", "string", "ngsa", 64],
            ["ApiType", "string", "ngsa", 64],
            ["ApiVersion", "string", "ngsa", 32],
            ["CountryIso", "string", "nfgsa", 3],
            ["AuthMethodReference", "string", "nfgsa", 255],
            ["LoginSubType", "picklist", "nfgsa", 255],
        ],
    },
    "SetupAuditTrail": {
        "label": "Setup Audit Trail",
        "prefix": "0Ym",
        "ops": "q",
        "fields": [
            _ID,
            ["Action", "string", "fgsa", 40],
            ["Section", "string", "nfgsa", 40],
            ["CreatedDate", "datetime", "dfsa"],
            ["CreatedById", "reference", "dnfgsa", 18, ["User"], "CreatedBy"],
            ["Display", "string", "nfgsa", 765],
            ["DelegateUser", "string", "nfgsa", 255],
            ["ResponsibleNamespacePrefix", "string", "nfgsa", 15],
        ],
    },
    "PackageLicense": {
        "label": "Package License",
        "prefix": "050",
        "ops": "q",
        "fields": [
            _ID,
            ["Status", "picklist", "fgsa", 40],
            ["IsProvisioned", "boolean", "dfgs"],
            ["AllowedLicenses", "int", "fgsa"],
            ["UsedLicenses", "int", "fgsa"],
            ["ExpirationDate", "datetime", "nfsa"],
            ["CreatedDate", "datetime", "dfsa"],
            ["LastModifiedDate", "datetime", "dfsa"],
            ["SystemModstamp", "datetime", "dfsa"],
            ["NamespacePrefix", "string", "fgsa", 15],
        ],
    },
    "UserPackageLicense": {
        "label": "User Package License",
        "prefix": "051",
        "ops": "cdq",
        "fields": [
            _ID,
            ["PackageLicenseId", "reference", "cfgsa", 18, ["PackageLicense"], "PackageLicense"],
            ["UserId", "reference", "cfgsa", 18, ["User"], "User"],
            ["CreatedDate", "datetime", "dfsa"],
            ["CreatedById", "reference", "dfgsa", 18, ["User"], "CreatedBy"],
            ["LastModifiedDate", "datetime", "dfsa"],
            ["LastModifiedById", "reference", "dfgsa", 18, ["User"], "LastModifiedBy"],
            ["SystemModstamp", "datetime", "dfsa"],
        ],
    },
    "UserLogin": {
        "label": "User Login",
        "prefix": "0Yw",
        "ops": "q",
        "fields": [
            _ID,
            _user("UserId"),
            ["IsFrozen", "boolean", "dfgs"],
            ["IsPasswordLocked", "boolean", "dfgs"],
            ["LastModifiedDate", "datetime", "dfsa"],
            ["LastModifiedById", "reference", "dfgsa", 18, ["User"], "LastModifiedBy"],
        ],
    },
    "ExternalClientApplication": {
        "label": "External Client Application",
        "prefix": "0xI",
        "ops": "q",
        "fields": [
            _ID,
            ["DeveloperName", "string", "fgsaN", 80],
            ["MasterLabel", "string", "fgsa", 80],
            ["Description", "textarea", "nfgsa", 255],
            ["ContactEmail", "email", "fgsa", 80],
            ["DistributionState", "picklist", "fgsa", 40],
            ["NamespacePrefix", "string", "nfgsa", 15],
        ],
    },
    "ExtlClntAppOauthPlcyCnfg": {
        "label": "External Client App OAuth Policy",
        "ops": "q",
        "fields": [
            _ID,
            ["DeveloperName", "string", "fgsaN", 80],
            ["MasterLabel", "string", "fgsa", 80],
            [
                "ExternalClientApplicationId",
                "reference",
                "fgsa",
                18,
                ["ExternalClientApplication"],
                "ExternalClientApplication",
            ],
            ["PermittedUsersPolicyType", "picklist", "nfgsa", 40],
            ["IpRelaxationPolicyType", "picklist", "nfgsa", 40],
            ["RefreshTokenPolicyType", "picklist", "fgsa", 40],
            ["RefreshTokenValidityPeriod", "int", "nfgsa"],
            ["RefreshTokenValidityUnit", "picklist", "nfgsa", 40],
            ["SessionTimeoutInMinutes", "int", "nfgsa"],
            ["RequiredSessionLevel", "picklist", "nfgsa", 40],
            ["PolicyAction", "picklist", "nfgsa", 40],
            ["IsClientCredentialsFlowEnabled", "boolean", "dfgs"],
            ["ClientCredentialsFlowUser", "email", "nfgsa", 80],
            ["StartUrl", "url", "nfsa", 255],
        ],
    },
}


def derive(reference: dict[str, Any]) -> dict[str, Any]:
    """Return the content of the shipped file."""
    objects = {name: _object(name, facts) for name, facts in reference["objects"].items()}
    for name, facts in (_MORE_OBJECTS | TEAM_OBJECTS).items():
        objects[name] = {"label": facts["label"], "plural": _plural(facts["label"]), **facts}
    permissions = sorted(
        {
            row[0][len(_PREFIX) :]
            for row in reference["objects"]["PermissionSet"]["fields"]
            if row[0].startswith(_PREFIX)
        }.union(_LATER_USER_PERMISSIONS)
    )
    for table in _PERMISSION_TABLES:
        _fold_permissions(objects[table], set(permissions))
    _relate(objects)
    for parent, child, field, relation in RELATIONS:
        _relate_one(objects, parent, child, field, relation)
    picklists = {key: values for key, values in reference["picklists"].items() if not _is_custom(key)}
    picklists |= TEAM_PICKLISTS
    return {"user_permissions": permissions, "picklists": picklists, "objects": dict(sorted(objects.items()))}


def dump(content: dict[str, Any]) -> str:
    """Return ``content`` as it is shipped: one object a line."""
    lines = [f"{json.dumps(name)}:{_compact(facts)}" for name, facts in content["objects"].items()]
    heads = [f"{json.dumps(key)}:{_compact(content[key])}" for key in ("user_permissions", "picklists")]
    return "{" + ",\n".join(heads) + ',\n"objects":{\n' + ",\n".join(lines) + "\n}}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    relations = {
        (child, field): (relation, cascade, restricted)
        for child, field, relation, cascade, restricted in facts["children"]
    }
    shipped: dict[str, Any] = {"label": facts["label"], "plural": _plural(facts["label"])}
    if facts["keyPrefix"]:
        shipped["prefix"] = facts["keyPrefix"]
    rows = [row for row in facts["fields"] if not _is_custom(row[0])]
    named = any("N" in row[2] for row in rows)
    name_field = None if named else _NAME_FIELDS.get(name, "Name")
    shipped["ops"] = facts["ops"]
    added = dict.fromkeys(WRITABLE.get(name, ()), "cu") | dict.fromkeys(CREATABLE.get(name, ()), "c")
    shipped["fields"] = [_row(row, name_field, added) for row in rows] + _MORE_FIELDS.get(name, [])
    if relations:
        shipped["children"] = [
            [child, field, relations[child, field][0] or None] for child, field in relations
        ]
        shipped["_relations"] = relations
    return shipped


def _row(row: list[Any], name_field: str | None, added: dict[str, str]) -> list[Any]:
    name, type_, flags, length, targets, relationship = row[:6]
    flags = "".join(flag for flag in flags if flag in _WANTED_FLAGS)
    flags += added.get(name, "")
    if name == name_field:
        flags = flags.replace("P", "") + "N"
    extra = row[7] if len(row) > 7 else None  # noqa: PLR2004
    shipped = [name, type_, flags, length, targets, relationship]
    if extra:
        return [*shipped, extra]
    while shipped[-1] == 0:
        shipped.pop()
    return shipped


def _fold_permissions(table: dict[str, Any], permissions: set[str]) -> None:
    """Replace some four hundred columns that differ in their names only by one word."""
    folded = [
        row
        for row in table["fields"]
        if row[0].removeprefix(_PREFIX) in permissions and row[0].startswith(_PREFIX)
    ]
    table["permissions"] = max((row[2] for row in folded), key=[row[2] for row in folded].count)
    table["fields"] = [row for row in table["fields"] if row not in folded]


def _is_custom(name: str) -> bool:
    return name.endswith("__c")


def _plural(label: str) -> str:
    if re.search(r"[^aeiou]y$", label):
        return label[:-1] + "ies"
    if label.endswith(("s", "x")):
        return label if label.endswith("s") and not label.endswith(("ss", "us")) else label + "es"
    return label + "s"


def _relate(objects: dict[str, Any]) -> None:
    """Write the child relationship's name and what deletion does onto the child's field."""
    for facts in objects.values():
        for (child, field), (relation, cascade, restricted) in facts.pop("_relations", {}).items():
            for index, row in enumerate(objects[child]["fields"] if child in objects else ()):
                if row[0] != field:
                    continue
                padded = [*row, *[0] * (6 - len(row))]
                extra = dict(padded[6]) if len(padded) > 6 else {}  # noqa: PLR2004
                if relation:
                    extra.setdefault("child", relation)
                if cascade or restricted:
                    extra.setdefault("delete", "Cascade" if cascade else "Restrict")
                if extra:
                    objects[child]["fields"][index] = [*padded[:6], extra]
    fields = {name: {row[0] for row in facts["fields"]} for name, facts in objects.items()}
    for facts in objects.values():
        if "children" in facts:
            facts["children"] = [child for child in facts["children"] if child[1] in fields.get(child[0], ())]


def _relate_one(
    objects: dict[str, dict[str, Any]], parent: str, child: str, field: str, relation: str
) -> None:
    """Add a child relationship that the dumps lack; the children are deleted with their parent."""
    children = objects[parent].setdefault("children", [])
    if [child, field, relation] not in children:
        children.append([child, field, relation])
    row = next(each for each in objects[child]["fields"] if each[0] == field)
    row[6:] = [{"child": relation, "delete": "Cascade"}]


if __name__ == "__main__":
    SHIPPED.write_text(dump(derive(json.loads(Path(sys.argv[1]).read_text()))), encoding="utf-8")
