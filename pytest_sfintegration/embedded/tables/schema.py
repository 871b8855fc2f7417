"""The columns of the setup and permission tables, on top of what the facts about standard objects say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from pytest_sfintegration.embedded.tables.territory_rows import with_territory_tables
from pytest_sfintegration.sfdx.model import (
    FieldDef,
    Governance,
    ObjectDef,
    ObjectKind,
    PicklistValue,
    Source,
)
from pytest_sfintegration.sfdx.permissionable import permissionable_fields

__all__ = ["OBJECT_FLAGS", "field_picklist", "with_setup_tables"]

# Per table, columns as "Name:type" or "Name:reference:Target|Target:Relationship". Sources: the object
# reference
# pages of the same names; PermissionSet also by a recorded describe (j-schreiber/js-sf-cli-security-audit).
_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "PermissionSet": """Name:string Label:string
            LicenseId:reference:PermissionSetLicense|UserLicense:License
            ProfileId:reference:Profile:Profile IsOwnedByProfile:boolean IsCustom:boolean Description:string
            NamespacePrefix:string HasActivationRequired:boolean Type:picklist
            PermissionSetGroupId:reference:PermissionSetGroup:PermissionSetGroup""",
        "Profile": """Name:string UserLicenseId:reference:UserLicense:UserLicense UserType:picklist
            Description:string""",
        "MutingPermissionSet": "DeveloperName:string MasterLabel:string Language:picklist Description:string",
        "PermissionSetGroup": """DeveloperName:string MasterLabel:string Language:picklist
            NamespacePrefix:string
            Description:string Status:picklist HasActivationRequired:boolean""",
        "PermissionSetGroupComponent": """PermissionSetGroupId:reference:PermissionSetGroup:PermissionSetGroup
            PermissionSetId:reference:PermissionSet|MutingPermissionSet:PermissionSet""",
        "PermissionSetAssignment": """AssigneeId:reference:User:Assignee
            PermissionSetId:reference:PermissionSet:PermissionSet
            PermissionSetGroupId:reference:PermissionSetGroup:PermissionSetGroup IsActive:boolean
            ExpirationDate:datetime""",
        "PermissionSetLicense": """DeveloperName:string MasterLabel:string PermissionSetLicenseKey:string
            Status:picklist TotalLicenses:int UsedLicenses:int ExpirationDate:date
            IsAvailableForIntegrations:boolean""",
        "PermissionSetLicenseAssign": """AssigneeId:reference:User:Assignee
            PermissionSetLicenseId:reference:PermissionSetLicense:PermissionSetLicense""",
        "UserLicense": """Name:string LicenseDefinitionKey:string MasterLabel:string Status:picklist
            TotalLicenses:int UsedLicenses:int""",
        "ObjectPermissions": """ParentId:reference:PermissionSet|MutingPermissionSet:Parent
            SobjectType:picklist
            PermissionsCreate:boolean PermissionsRead:boolean PermissionsEdit:boolean
            PermissionsDelete:boolean
            PermissionsViewAllRecords:boolean PermissionsModifyAllRecords:boolean
            PermissionsViewAllFields:boolean""",
        "FieldPermissions": """ParentId:reference:PermissionSet|MutingPermissionSet:Parent
            SobjectType:picklist
            Field:picklist PermissionsRead:boolean PermissionsEdit:boolean""",
        "SetupEntityAccess": """ParentId:reference:PermissionSet|MutingPermissionSet:Parent
            SetupEntityId:string
            SetupEntityType:picklist""",
        "CustomPermission": """DeveloperName:string NamespacePrefix:string MasterLabel:string
            Language:picklist IsLicensed:boolean""",
        "ApexClass": "Name:string NamespacePrefix:string",
        "ApexPage": "Name:string NamespacePrefix:string",
        "FlowDefinition": "DeveloperName:string NamespacePrefix:string",
        "ConnectedApplication": """Name:string OptionsAllowAdminApprovedUsersOnly:boolean
            OptionsIsInternal:boolean StartUrl:url RefreshTokenValidityPeriod:int""",
        "Organization": """Name:string InstanceName:string IsSandbox:boolean OrganizationType:picklist
            NamespacePrefix:string TrialExpirationDate:datetime LanguageLocaleKey:picklist
            DefaultAccountAccess:picklist DefaultContactAccess:picklist DefaultOpportunityAccess:picklist
            DefaultLeadAccess:picklist DefaultCaseAccess:picklist DefaultCalendarAccess:picklist
            DefaultPricebookAccess:picklist DefaultCampaignAccess:picklist""",
        "User": """Username:string FirstName:string LastName:string Name:string Email:email Alias:string
            IsActive:boolean UserType:picklist ProfileId:reference:Profile:Profile
            UserRoleId:reference:UserRole:UserRole ManagerId:reference:User:Manager TimeZoneSidKey:picklist
            LocaleSidKey:picklist LanguageLocaleKey:picklist EmailEncodingKey:picklist
            LastLoginDate:datetime""",
        "UserRole": """Name:string DeveloperName:string ParentRoleId:reference:UserRole:ParentRole
            CaseAccessForAccountOwner:picklist ContactAccessForAccountOwner:picklist
            OpportunityAccessForAccountOwner:picklist""",
        "Group": """Name:string DeveloperName:string Type:picklist RelatedId:reference:UserRole|User:Related
            DoesIncludeBosses:boolean""",
        "GroupMember": "GroupId:reference:Group:Group UserOrGroupId:reference:User|Group:",
        "QueueSobject": "QueueId:reference:Group:Queue SobjectType:picklist",
        "RecordType": """Name:string DeveloperName:string SobjectType:picklist IsActive:boolean
            NamespacePrefix:string Description:string""",
        "LoginHistory": "UserId:reference:User: LoginTime:datetime LoginType:picklist",
        "OauthToken": "AppName:string UserId:reference:User:User LastUsedDate:datetime UseCount:int",
        "UserLogin": "UserId:reference:User:User IsFrozen:boolean IsPasswordLocked:boolean",
        "ExternalClientApplication": "DeveloperName:string MasterLabel:string DistributionState:picklist",
        "ExtlClntAppOauthPlcyCnfg": """DeveloperName:string MasterLabel:string
            ExternalClientApplicationId:reference:ExternalClientApplication:ExternalClientApplication""",
        "UserRecordAccess": """UserId:reference:User: RecordId:picklist HasReadAccess:boolean
            HasEditAccess:boolean HasDeleteAccess:boolean HasTransferAccess:boolean HasAllAccess:boolean
            MaxAccessLevel:picklist""",
        "UserPermissionAccess": "LastCacheUpdate:datetime",
        "UserEntityAccess": """DurableId:string
            EntityDefinitionId:string:EntityDefinition:EntityDefinition UserId:reference:User:User
            IsActivateable:boolean IsCreatable:boolean IsDeletable:boolean IsEditable:boolean
            IsFlsUpdatable:boolean IsMergeable:boolean IsReadable:boolean IsUndeletable:boolean
            IsUpdatable:boolean""",
        "UserFieldAccess": """DurableId:string EntityDefinitionId:string FieldDefinitionId:string
            UserId:reference:User:User IsAccessible:boolean IsCreatable:boolean IsUpdatable:boolean""",
        "EntityDefinition": """DurableId:string QualifiedApiName:string DeveloperName:string Label:string
            MasterLabel:string PluralLabel:string KeyPrefix:string NamespacePrefix:string
            InternalSharingModel:picklist ExternalSharingModel:picklist IsQueryable:boolean
            IsEverCreatable:boolean IsEverUpdatable:boolean IsEverDeletable:boolean
            IsDeprecatedAndHidden:boolean IsCustomSetting:boolean IsCustomizable:boolean""",
        "EntityParticle": """DurableId:string EntityDefinitionId:string:EntityDefinition:EntityDefinition
            FieldDefinitionId:string QualifiedApiName:string DeveloperName:string Label:string
            MasterLabel:string DataType:string Length:int Precision:int Scale:int IsComponent:boolean
            IsApiFilterable:boolean IsApiGroupable:boolean IsApiSortable:boolean IsAutonumber:boolean
            IsCalculated:boolean IsCaseSensitive:boolean IsCreatable:boolean IsDefaultedOnCreate:boolean
            IsIdLookup:boolean IsNillable:boolean IsPermissionable:boolean IsUnique:boolean
            IsUpdatable:boolean""",
        "RelationshipInfo": "DurableId:string ChildSobjectId:string FieldId:string",
        "FieldDefinition": """DurableId:string
            EntityDefinitionId:string:EntityDefinition:EntityDefinition QualifiedApiName:string
            DeveloperName:string Label:string MasterLabel:string DataType:string Length:int
            IsFieldHistoryTracked:boolean IsNillable:boolean""",
    }
)
_USER_PERMISSION_TABLES = ("PermissionSet", "Profile", "MutingPermissionSet", "UserPermissionAccess")
_WITHOUT_ID = frozenset({"UserRecordAccess"})
_AUDIT = (
    "CreatedById:reference:User:CreatedBy CreatedDate:datetime "
    "LastModifiedById:reference:User:LastModifiedBy "
    "LastModifiedDate:datetime SystemModstamp:datetime"
)
# child object, field, relationship name: recorded describes of PermissionSet and User.
_CHILDREN: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        "PermissionSet": (
            ("FieldPermissions", "ParentId", "FieldPerms"),
            ("ObjectPermissions", "ParentId", "ObjectPerms"),
            ("PermissionSetAssignment", "PermissionSetId", "Assignments"),
            ("PermissionSetGroupComponent", "PermissionSetId", "PermissionSetGroupComponents"),
            ("SetupEntityAccess", "ParentId", "SetupEntityAccessItems"),
        ),
        "PermissionSetGroup": (
            ("PermissionSetAssignment", "PermissionSetGroupId", "Assignments"),
            ("PermissionSetGroupComponent", "PermissionSetGroupId", "PermissionSetGroupComponents"),
        ),
        "Profile": (("User", "ProfileId", "Users"),),
        "UserRole": (("User", "UserRoleId", "Users"),),
        "User": (
            ("PermissionSetAssignment", "AssigneeId", "PermissionSetAssignments"),
            ("PermissionSetLicenseAssign", "AssigneeId", "PermissionSetLicenseAssignments"),
        ),
        "Group": (("GroupMember", "GroupId", "GroupMembers"), ("QueueSobject", "QueueId", "QueueSobjects")),
    }
)
OBJECT_FLAGS = (
    ("PermissionsCreate", "create"),
    ("PermissionsRead", "read"),
    ("PermissionsEdit", "edit"),
    ("PermissionsDelete", "delete"),
    ("PermissionsViewAllRecords", "view_all"),
    ("PermissionsModifyAllRecords", "modify_all"),
    ("PermissionsViewAllFields", "view_all_fields"),
)


def with_setup_tables(source: Source) -> Source:
    """Return the source with the setup tables that the embedded org serves, all of their columns included.

    PermissionSet, Profile and MutingPermissionSet have one ``Permissions*`` column per user permission
    that the
    facts or the source know; columns that the facts know for other permissions go: their value is unknown
            here.
    """
    objects = dict(source.objects)
    governed = [each for each in source.objects.values() if each.governance is Governance.OBJECT_PERMISSIONS]
    values = {
        "ObjectPermissions": {"SobjectType": _picklist(each.name for each in governed)},
        "FieldPermissions": {"SobjectType": _picklist(each.name for each in governed)},
    }
    for name, columns in _COLUMNS.items():
        fields = _fields(name, columns, values.get(name, {}))
        if name in _USER_PERMISSION_TABLES:
            fields |= {
                f"Permissions{each}": _field(f"Permissions{each}:boolean")
                for each in sorted(source.user_permissions)
            }
        objects[name] = _merged(objects.get(name), name, fields)
    with_territory_tables(objects, source)
    return replace(source, objects=objects)


def field_picklist(source: Source) -> tuple[PicklistValue, ...]:
    """Return the picklist of FieldPermissions.Field: thousands of values, which only its describe tells."""
    governed = [each for each in source.objects.values() if each.governance is Governance.OBJECT_PERMISSIONS]
    return _picklist(f"{each.name}.{name}" for each in governed for name in permissionable_fields(each))


def _picklist(names: Iterable[str]) -> tuple[PicklistValue, ...]:
    return tuple(PicklistValue(value=name, label=name) for name in sorted(names))


def _fields(
    name: str, columns: str, picklists: Mapping[str, tuple[PicklistValue, ...]]
) -> dict[str, FieldDef]:
    texts = columns.split() if name in _WITHOUT_ID else ["Id:id", *columns.split(), *_AUDIT.split()]
    fields = {}
    for text in texts:
        field = _field(text)
        if field.name in picklists:
            field = replace(field, picklist=picklists[field.name])
        fields[field.name] = field
    return fields


def _field(text: str) -> FieldDef:
    name, kind, *rest = text.split(":")
    targets = tuple(rest[0].split("|")) if rest else ()
    return FieldDef(
        name=name,
        type=kind,
        label=name,
        length=18 if kind in {"id", "reference"} else 255 if kind in {"string", "picklist"} else 0,
        createable=False,
        updateable=False,
        permissionable=False,
        nillable=kind not in {"id", "boolean"},
        reference_to=targets,
        relationship_name=(rest[1] or None) if rest else None,
        name_field=name == "Name",
    )


def _merged(known: ObjectDef | None, name: str, fields: Mapping[str, FieldDef]) -> ObjectDef:
    children = _CHILDREN.get(name, ())
    if known is None:
        return ObjectDef(
            name=name,
            label=name,
            plural_label=name,
            kind=ObjectKind.STANDARD,
            governance=Governance.SETUP,
            fields=MappingProxyType(dict(fields)),
            children=children,
            createable=False,
            updateable=False,
            deletable=False,
        )
    kept = {
        each: field
        for each, field in known.fields.items()
        if each in fields or name not in _USER_PERMISSION_TABLES or not each.startswith("Permissions")
    }
    for each, field in fields.items():
        if each not in kept:
            kept[each] = field
        elif field.picklist:
            kept[each] = replace(kept[each], picklist=field.picklist)
        elif field.relationship_name and not kept[each].relationship_name:
            kept[each] = replace(
                kept[each], relationship_name=field.relationship_name, reference_to=field.reference_to
            )
    named = {(child, field) for child, field, _ in known.children}
    more = tuple(each for each in children if each[:2] not in named)
    return replace(
        known,
        governance=Governance.SETUP,
        fields=MappingProxyType(kept),
        children=(*known.children, *more),
    )
