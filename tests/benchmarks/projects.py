"""Generated projects of any size: SFDX source and the matrix that fits it."""

from pathlib import Path

__all__ = ["write_hierarchy", "write_project"]

_NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_AMOUNT = "<precision>18</precision><scale>2</scale><type>Currency</type>"


def write_project(root: Path, *, objects: int, fields: int) -> Path:
    """Write a project of custom objects with editable text fields, all granted by one permission set.

    The rights that its matrix states: six operations an object, and read and edit of each field.
    """
    base = root / "force-app" / "main" / "default"
    names = [f"Thing_{index:03}__c" for index in range(objects)]
    columns = [f"Field_{index:03}__c" for index in range(fields)]
    for name in names:
        folder = base / "objects" / name
        (folder / "fields").mkdir(parents=True)
        (folder / f"{name}.object-meta.xml").write_text(
            f"{_HEAD}<CustomObject {_NS}><label>{name[:-3]}</label><pluralLabel>{name[:-3]}s</pluralLabel>"
            "<nameField><label>Name</label><type>Text</type></nameField>"
            "<deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel></CustomObject>\n"
        )
        for column in columns:
            (folder / "fields" / f"{column}.field-meta.xml").write_text(
                f"{_HEAD}<CustomField {_NS}><fullName>{column}</fullName><label>{column[:-3]}</label>"
                "<length>80</length><type>Text</type></CustomField>\n"
            )
    grants = []
    for name in names:
        grants.extend(
            f"<fieldPermissions><editable>true</editable><field>{name}.{column}</field>"
            "<readable>true</readable></fieldPermissions>"
            for column in columns
        )
    grants.extend(
        "<objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete>"
        "<allowEdit>true</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>"
        f"<object>{name}</object><viewAllRecords>false</viewAllRecords></objectPermissions>"
        for name in names
    )
    (base / "permissionsets").mkdir(parents=True)
    (base / "permissionsets" / "Everything.permissionset-meta.xml").write_text(
        f"{_HEAD}<PermissionSet {_NS}>\n"
        + "\n".join(grants)
        + "\n<label>Everything</label></PermissionSet>\n"
    )
    (root / "sfdx-project.json").write_text(
        '{"packageDirectories": [{"path": "force-app", "default": true}]}'
    )
    (root / "pytest.ini").write_text("[pytest]\n")
    lines = [
        "integration: Bench",
        "user:",
        "  username: bench@example.com",
        "  profile: Minimum Access - API Only Integrations",
        "  permission_sets: [Everything]",
        "user_permissions: [ApiEnabled, ApiUserOnly]",
        "objects:",
    ]
    for name in names:
        lines += [f"  {name}:", "    access: CRE", f"    fields: {{edit: [{', '.join(columns)}]}}"]
    matrix = root / "bench.matrix.yaml"
    matrix.write_text("\n".join(lines) + "\n")
    return matrix


def write_hierarchy(root: Path, *, teams: int) -> None:
    """Write a project of a private object with details, and a role hierarchy: a chief, managers, sellers.

    An auditor, outside of it, is given the records of one stage by a sharing rule.
    """
    base = root / "force-app" / "main" / "default"
    text = "<length>80</length><type>Text</type>"
    master = (
        "<referenceTo>Deal__c</referenceTo><relationshipName>Lines</relationshipName>"
        "<relationshipOrder>0</relationshipOrder><reparentableMasterDetail>false</reparentableMasterDetail>"
        "<writeRequiresMasterRead>false</writeRequiresMasterRead><type>MasterDetail</type>"
    )
    _write_object(base, "Deal", "Private", {"Stage": text, "Amount": _AMOUNT})
    _write_object(base, "Line", "ControlledByParent", {"Deal": master, "Quantity": _AMOUNT})
    (base / "permissionsets").mkdir()
    (base / "permissionsets" / "Deals.permissionset-meta.xml").write_text(
        f"{_HEAD}<PermissionSet {_NS}>\n"
        + "".join(
            f"<fieldPermissions><editable>true</editable><field>{name}__c</field>"
            "<readable>true</readable></fieldPermissions>"
            for name in ("Deal__c.Stage", "Deal__c.Amount", "Line__c.Quantity")
        )
        + "<label>Deals</label>"
        + "".join(
            "<objectPermissions><allowCreate>true</allowCreate>"
            "<allowDelete>false</allowDelete><allowEdit>true</allowEdit><allowRead>true</allowRead>"
            f"<modifyAllRecords>false</modifyAllRecords><object>{name}__c</object>"
            "<viewAllRecords>false</viewAllRecords></objectPermissions>"
            for name in ("Deal", "Line")
        )
        + "</PermissionSet>\n"
    )
    _write_roles(base, teams)
    (base / "sharingRules").mkdir()
    (base / "sharingRules" / "Deal__c.sharingRules-meta.xml").write_text(
        f"{_HEAD}<SharingRules {_NS}><sharingCriteriaRules><fullName>Audited</fullName>"
        "<accessLevel>Read</accessLevel><label>Audited</label><sharedTo><role>Auditor</role></sharedTo>"
        "<criteriaItems><field>Stage__c</field><operation>equals</operation><value>Stage 3</value>"
        "</criteriaItems><includeRecordsOwnedByAll>true</includeRecordsOwnedByAll></sharingCriteriaRules>"
        "</SharingRules>\n"
    )
    (root / "sfdx-project.json").write_text(
        '{"packageDirectories": [{"path": "force-app", "default": true}]}'
    )


def _write_object(base: Path, name: str, sharing: str, fields: dict[str, str]) -> None:
    folder = base / "objects" / f"{name}__c"
    (folder / "fields").mkdir(parents=True)
    (folder / f"{name}__c.object-meta.xml").write_text(
        f"{_HEAD}<CustomObject {_NS}><label>{name}</label><pluralLabel>{name}s</pluralLabel>"
        "<nameField><label>Name</label><type>Text</type></nameField>"
        f"<deploymentStatus>Deployed</deploymentStatus><sharingModel>{sharing}</sharingModel></CustomObject>\n"
    )
    for field, rest in fields.items():
        (folder / "fields" / f"{field}__c.field-meta.xml").write_text(
            f"{_HEAD}<CustomField {_NS}><fullName>{field}__c</fullName><label>{field}</label>{rest}"
            "</CustomField>\n"
        )


def _write_roles(base: Path, teams: int) -> None:
    roles = {"Chief": None, "Auditor": None}
    roles |= {f"Manager{team}": "Chief" for team in range(teams)}
    roles |= {f"Seller{team}": f"Manager{team}" for team in range(teams)}
    (base / "roles").mkdir()
    for name, parent in roles.items():
        above = f"<parentRole>{parent}</parentRole>" if parent else ""
        (base / "roles" / f"{name}.role-meta.xml").write_text(
            f"{_HEAD}<Role {_NS}><name>{name}</name>{above}</Role>\n"
        )
