"""A small source with Sales Territories: World above North and South, and a planned model beside it."""

from collections.abc import Mapping

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
MAIN = "force-app/main/default"
MODEL = f"{MAIN}/territory2Models/FY"


def xml(kind: str, body: str) -> str:
    return f"{_HEAD}<{kind} {_XMLNS}>{body}</{kind}>\n"


def tags(**values: str) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def territory(name: str, *, more: str = "", **levels: str) -> str:
    return xml("Territory2", tags(**levels, name=name) + more + tags(territory2Type="Region"))


def owned(label: str, sharing: str) -> str:
    return xml("CustomObject", tags(label=label, sharingModel=sharing))


def _rights(name: str) -> str:
    flags = tags(
        allowCreate="true",
        allowDelete="true",
        allowEdit="true",
        allowRead="true",
        modifyAllRecords="false",
        object=name,
        viewAllRecords="false",
    )
    return f"<objectPermissions>{flags}</objectPermissions>"


OBJECTS = ("Account", "Case", "Contact", "Opportunity")
FILES: Mapping[str, str] = {
    "sfdx-project.json": '{"packageDirectories": [{"path": "force-app", "default": true}]}',
    **{f"{MAIN}/objects/{each}/{each}.object-meta.xml": owned(each, "Private") for each in OBJECTS},
    f"{MAIN}/permissionsets/Sales.permissionset-meta.xml": xml(
        "PermissionSet",
        "<fieldPermissions><editable>true</editable><field>Opportunity.Territory2Id</field>"
        "<readable>true</readable></fieldPermissions>"
        "<label>Sales</label>" + "".join(_rights(each) for each in OBJECTS),
    ),
    f"{MAIN}/profiles/Office.profile-meta.xml": xml(
        "Profile",
        "<custom>true</custom><userLicense>Salesforce</userLicense>"
        "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
    ),
    f"{MAIN}/settings/Territory2.settings-meta.xml": xml(
        "Territory2Settings",
        tags(
            defaultAccountAccessLevel="Read",
            defaultCaseAccessLevel="None",
            defaultContactAccessLevel="Read",
            defaultOpportunityAccessLevel="None",
            enableTerritoryManagement2="true",
            t2ForecastAccessLevel="View",
        ),
    ),
    f"{MAIN}/territory2Types/Region.territory2Type-meta.xml": xml(
        "Territory2Type", tags(name="Region", priority="10")
    ),
    f"{MODEL}/FY.territory2Model-meta.xml": xml("Territory2Model", tags(name="This Year")),
    f"{MODEL}/territories/World.territory2-meta.xml": territory("The World", accountAccessLevel="All"),
    f"{MODEL}/territories/North.territory2-meta.xml": territory(
        "The North",
        accountAccessLevel="Edit",
        caseAccessLevel="Read",
        contactAccessLevel="Edit",
        opportunityAccessLevel="Edit",
        parentTerritory="World",
    ),
    f"{MODEL}/territories/South.territory2-meta.xml": territory("The South", parentTerritory="World"),
}
NEXT: Mapping[str, str] = {
    f"{MAIN}/territory2Models/Next/Next.territory2Model-meta.xml": xml("Territory2Model", tags(name="N")),
    f"{MAIN}/territory2Models/Next/territories/North.territory2-meta.xml": territory(
        "Next North", accountAccessLevel="Edit"
    ),
}


def assigned_by(rule: str, *, inherited: str) -> str:
    """Return the element of a territory that names one of its assignment rules."""
    return f"<ruleAssociations>{tags(inherited=inherited, ruleName=rule)}</ruleAssociations>"


def assignment(field: str, operation: str, value: str) -> str:
    items = f"<ruleItems>{tags(field=field, operation=operation, value=value)}</ruleItems>"
    return xml("Territory2Rule", tags(active="true", name="R", objectType="Account") + items)
