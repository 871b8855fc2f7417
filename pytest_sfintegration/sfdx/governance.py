"""What decides a user's access to an object: Salesforce's rule for each kind and each standard object.

Sources: the values of ObjectPermissions.SobjectType and the ``objectPermissions`` entries of public profiles
(an object that has entries has object permissions); Object Reference, "Special Access Rules" of each object,
for those that follow a parent; Security Guide, "Field and object access of setup objects", for setup tables.
Entries marked *assumed* are drawn by analogy.
"""

from pytest_sfintegration.sfdx.model import Governance, ObjectKind

__all__ = ["governance_of", "kind_of"]

_BY_SUFFIX = {
    "__mdt": ObjectKind.CUSTOM_METADATA,
    "__e": ObjectKind.PLATFORM_EVENT,
    "__b": ObjectKind.BIG_OBJECT,
    "__x": ObjectKind.EXTERNAL,
    "__c": ObjectKind.CUSTOM,
}

_BY_KIND = {
    ObjectKind.CUSTOM: Governance.OBJECT_PERMISSIONS,
    ObjectKind.PLATFORM_EVENT: Governance.OBJECT_PERMISSIONS,
    ObjectKind.BIG_OBJECT: Governance.OBJECT_PERMISSIONS,
    ObjectKind.EXTERNAL: Governance.OBJECT_PERMISSIONS,
    ObjectKind.CUSTOM_METADATA: Governance.CUSTOM_METADATA,
    ObjectKind.CUSTOM_SETTING: Governance.CUSTOM_SETTING,
}

# named by objectPermissions entries of public profiles and permission sets, or listed under
# "Standard Object Permissions" in the profile pages of Salesforce Help
_OBJECT_PERMISSIONS = frozenset({
    "Account", "Asset", "Campaign", "Case", "Contact", "Contract", "Document", "Entitlement", "Idea",
    "Individual", "Invoice", "Lead", "Location", "OperatingHours", "Opportunity", "Order", "Payment",
    "Pricebook2", "Product2", "Quote", "ServiceAppointment", "ServiceContract", "ServiceResource",
    "ServiceTerritory", "Solution", "WorkOrder",
})  # fmt: skip

# Object Reference, access rules of each object: "you need ... on the parent"; the roles and team members
# of Account, Opportunity and Case, Partner and the line items are assumed to follow the same rule
_PARENT = {
    "AccountContactRelation": "Account",
    "AccountContactRole": "Account",
    "AccountTeamMember": "Account",
    "CampaignMember": "Campaign",
    "CampaignMemberStatus": "Campaign",
    "CaseComment": "Case",
    "CaseTeamMember": "Case",
    "CaseTeamRole": "Case",
    "CaseTeamTemplate": "Case",
    "CaseTeamTemplateMember": "Case",
    "CaseTeamTemplateRecord": "Case",
    "ContractLineItem": "ServiceContract",
    "OpportunityContactRole": "Opportunity",
    "OpportunityLineItem": "Opportunity",
    "OpportunityTeamMember": "Opportunity",
    "OrderItem": "Order",
    "Partner": "Account",
    "PricebookEntry": "Pricebook2",
    "QuoteLineItem": "Quote",
    "UserAccountTeamMember": "Account",
    "UserTeamMember": "Opportunity",
    "WorkOrderLineItem": "WorkOrder",
}

_SETUP = frozenset({
    "ApexClass", "ApexPage", "ApexTrigger", "AsyncApexJob", "AuthSession", "BusinessHours",
    "ConnectedApplication",
    "CronTrigger", "CurrencyType", "CustomPermission", "EntityDefinition", "ExternalClientApplication",
    "ExternalDataSource", "ExtlClntAppOauthPlcyCnfg", "FieldDefinition", "FieldPermissions",
    "FiscalYearSettings", "Group", "GroupMember", "Holiday", "LoginHistory", "LoginIp",
    "MutingPermissionSet", "NamedCredential", "OauthToken", "ObjectPermissions",
    "ObjectTerritory2Association", "Organization", "PackageLicense",
    "Period", "PermissionSet", "PermissionSetAssignment", "PermissionSetGroup",
    "PermissionSetGroupComponent", "PermissionSetLicense", "PermissionSetLicenseAssign",
    "PermissionSetTabSetting", "Profile", "QueueSobject", "RecordType", "SessionPermSetActivation",
    "SetupAuditTrail", "SetupEntityAccess", "Territory2", "Territory2Model",
    "Territory2Type", "User", "UserEntityAccess", "UserFieldAccess", "UserLicense",
    "UserLogin", "UserPackageLicense", "UserPermissionAccess", "UserRecordAccess", "UserRole",
    "UserTerritory2Association",
})  # fmt: skip


def kind_of(name: str, *, custom_setting: bool = False) -> ObjectKind:
    """Return what sort of entity an object's name makes it; only its file tells a custom setting."""
    kind = _BY_SUFFIX.get(name[name.rfind("__") :], ObjectKind.STANDARD)
    return ObjectKind.CUSTOM_SETTING if custom_setting and kind is ObjectKind.CUSTOM else kind


def governance_of(name: str, kind: ObjectKind) -> tuple[Governance, str | None]:
    """Return what governs access to an object, and the parent where that is the parent's permissions.

    Share rows (``AccountShare``, ``Region__Share``) count as setup: reading them is a matter of the record
    shared, which the org decides.
    """
    if kind is not ObjectKind.STANDARD:
        return _BY_KIND[kind], None
    if name in _OBJECT_PERMISSIONS:
        return Governance.OBJECT_PERMISSIONS, None
    if name in _PARENT:
        return Governance.PARENT, _PARENT[name]
    if name in _SETUP or name.endswith("Share"):
        return Governance.SETUP, None
    return Governance.NOT_MODELLED, None
