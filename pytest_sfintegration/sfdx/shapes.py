"""The elements of profiles, permission sets and muting permission sets, and what each means to the model.

Source: Metadata API Developer Guide, "Profile", "PermissionSet", "MutingPermissionSet" (v62), and for the
decomposed formats the registry of source-deploy-retrieve. An element that is in none of these tables could
change access, so it is refused.
"""

from typing import NamedTuple

__all__ = [
    "FIELD_KEYS",
    "HARMLESS",
    "NAMED_ENTRIES",
    "OBJECT_FLAGS",
    "PIECES",
    "PIECE_ROOTS",
    "SCALARS",
    "NamedEntry",
]


class NamedEntry(NamedTuple):
    """An entry that enables one named thing: the child with its name, the flag, and its SetupEntityType."""

    name: str
    flag: str
    entity_type: str
    ignored: frozenset[str] = frozenset()


OBJECT_FLAGS = {
    "allowCreate": "create",
    "allowRead": "read",
    "allowEdit": "edit",
    "allowDelete": "delete",
    "viewAllRecords": "view_all",
    "modifyAllRecords": "modify_all",
    "viewAllFields": "view_all_fields",
}

FIELD_KEYS = frozenset({"field", "readable", "editable", "hidden"})

# SetupEntityType values: Object Reference, "SetupEntityAccess"; BotDefinition, EmailRoutingAddress and
# ServicePresenceStatus are assumed
NAMED_ENTRIES = {
    "agentAccesses": NamedEntry("agentName", "enabled", "BotDefinition"),
    "applicationVisibilities": NamedEntry("application", "visible", "TabSet", frozenset({"default"})),
    "classAccesses": NamedEntry("apexClass", "enabled", "ApexClass"),
    "customMetadataTypeAccesses": NamedEntry("name", "enabled", "CustomEntityDefinition"),
    "customPermissions": NamedEntry("name", "enabled", "CustomPermission"),
    "customSettingAccesses": NamedEntry("name", "enabled", "CustomEntityDefinition"),
    "emailRoutingAddressAccesses": NamedEntry("name", "enabled", "EmailRoutingAddress"),
    "externalCredentialPrincipalAccesses": NamedEntry(
        "externalCredentialPrincipal", "enabled", "ExternalCredentialPrincipal"
    ),
    "externalDataSourceAccesses": NamedEntry("externalDataSource", "enabled", "ExternalDataSource"),
    "flowAccesses": NamedEntry("flow", "enabled", "FlowDefinition"),
    "pageAccesses": NamedEntry("apexPage", "enabled", "ApexPage"),
    "servicePresenceStatusAccesses": NamedEntry("servicePresenceStatus", "enabled", "ServicePresenceStatus"),
}

SCALARS = frozenset({
    "custom", "description", "fullName", "hasActivationRequired", "label", "license", "userLicense",
})  # fmt: skip

# what is shown, not what is allowed: pages, tabs, categories, actions, and a flow after a login by browser
HARMLESS = frozenset({
    "categoryGroupVisibilities", "layoutAssignments", "loginFlows", "profileActionOverrides", "tabSettings",
})  # fmt: skip

_PIECE_NAMES = {
    "AgentAccess": "agentAccesses",
    "ApplicationVisibility": "applicationVisibilities",
    "ClassAccess": "classAccesses",
    "CustomMetadataTypeAccess": "customMetadataTypeAccesses",
    "CustomPermissions": "customPermissions",
    "CustomSettingAccess": "customSettingAccesses",
    "EmailRoutingAddressAccess": "emailRoutingAddressAccesses",
    "ExternalCredentialPrincipalAccess": "externalCredentialPrincipalAccesses",
    "ExternalDataSourceAccess": "externalDataSourceAccesses",
    "FieldPermission": "fieldPermissions",
    "FlowAccess": "flowAccesses",
    "ObjectPermission": "objectPermissions",
    "PageAccess": "pageAccesses",
    "RecordTypeVisibility": "recordTypeVisibilities",
    "ServicePresenceStatusAccess": "servicePresenceStatusAccesses",
    "TabSetting": "tabSettings",
    "UserPermission": "userPermissions",
}

# decomposed permission sets, both layouts: the file suffixes of pieces; root element -> element in the whole
PIECES = frozenset({"objectSettings", *(name[0].lower() + name[1:] for name in _PIECE_NAMES)})
PIECE_ROOTS = {
    **_PIECE_NAMES,
    **{f"PermissionSet{name}": tag for name, tag in _PIECE_NAMES.items()},
}
