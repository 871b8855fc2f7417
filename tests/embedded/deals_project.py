"""A project of a private object with details, a role hierarchy, and a sharing rule by criteria."""

__all__ = ["FILES"]

_BASE = "force-app/main/default"


def _xml(kind: str, body: str) -> str:
    return f'<{kind} xmlns="http://soap.sforce.com/2006/04/metadata">{body}</{kind}>'


def _object(name: str, sharing: str, fields: dict[str, str]) -> dict[str, str]:
    folder = f"{_BASE}/objects/{name}__c"
    body = (
        f"<label>{name}</label><pluralLabel>{name}s</pluralLabel>"
        "<nameField><label>Name</label><type>Text</type></nameField>"
        f"<deploymentStatus>Deployed</deploymentStatus><sharingModel>{sharing}</sharingModel>"
    )
    return {f"{folder}/{name}__c.object-meta.xml": _xml("CustomObject", body)} | {
        f"{folder}/fields/{field}__c.field-meta.xml": _xml(
            "CustomField", f"<fullName>{field}__c</fullName><label>{field}</label>{rest}"
        )
        for field, rest in fields.items()
    }


_FIELDS = {
    "Stage": "<length>80</length><type>Text</type>",
    "Amount": "<precision>18</precision><scale>2</scale><type>Number</type>",
}
_MASTER = (
    "<referenceTo>Deal__c</referenceTo><relationshipName>Lines</relationshipName>"
    "<relationshipOrder>0</relationshipOrder><reparentableMasterDetail>false</reparentableMasterDetail>"
    "<writeRequiresMasterRead>false</writeRequiresMasterRead><type>MasterDetail</type>"
)
_ROLES = {
    "Chief": "",
    "Auditor": "",
    "Manager0": "Chief",
    "Seller0": "Manager0",
    "Seller1": "Chief",
}
_GRANTS = (
    "<fieldPermissions><editable>true</editable><field>Deal__c.Stage__c</field><readable>true</readable>"
    "</fieldPermissions><fieldPermissions><editable>true</editable><field>Deal__c.Amount__c</field>"
    "<readable>true</readable></fieldPermissions><label>Deals</label>"
) + "".join(
    "<objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete>"
    "<allowEdit>true</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>"
    f"<object>{name}</object><viewAllRecords>false</viewAllRecords></objectPermissions>"
    for name in ("Deal__c", "Line__c")
)
_RULE = (
    "<sharingCriteriaRules><fullName>Audited</fullName><accessLevel>Read</accessLevel><label>Audited</label>"
    "<sharedTo><role>Auditor</role></sharedTo><criteriaItems><field>Stage__c</field>"
    "<operation>equals</operation><value>Stage 3</value></criteriaItems>"
    "<includeRecordsOwnedByAll>true</includeRecordsOwnedByAll></sharingCriteriaRules>"
)
FILES = {
    "sfdx-project.json": '{"packageDirectories": [{"path": "force-app", "default": true}]}',
    **_object("Deal", "Private", _FIELDS),
    **_object("Line", "ControlledByParent", {"Deal": _MASTER}),
    f"{_BASE}/permissionsets/Deals.permissionset-meta.xml": _xml("PermissionSet", _GRANTS),
    f"{_BASE}/sharingRules/Deal__c.sharingRules-meta.xml": _xml("SharingRules", _RULE),
    **{
        f"{_BASE}/roles/{name}.role-meta.xml": _xml(
            "Role", f"<name>{name}</name>" + (f"<parentRole>{parent}</parentRole>" if parent else "")
        )
        for name, parent in _ROLES.items()
    },
}
