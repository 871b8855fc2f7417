"""What is known of the rules of the permission engine."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["permission_marks"]

_OBJECTS = "Object Reference"
_HELP = "Salesforce Help"

_GOVERNANCE = (
    row(
        "object permissions",
        DOCUMENTED,
        f"{_OBJECTS}, ObjectPermissions",
        "custom objects, and standard objects that public profiles hold entries for",
    ),
    row(
        "parent => the parent's object permissions|CampaignMember follows Campaign|"
        "CampaignMemberStatus follows Campaign|CaseComment follows Case|ContractLineItem follows "
        "ServiceContract|OpportunityLineItem follows Opportunity|OrderItem follows Order|"
        "PricebookEntry follows Pricebook2|WorkOrderLineItem follows WorkOrder|QuoteLineItem follows "
        "Quote|AccountContactRelation follows Account",
        DOCUMENTED,
        f"{_OBJECTS}, Special Access Rules of each object",
        "writing asks for Edit on the parent (assumed for most)",
    ),
    row(
        "AccountContactRole follows Account|AccountTeamMember follows Account|OpportunityContactRole "
        "follows Opportunity|OpportunityTeamMember follows Opportunity|Partner follows Account",
        ASSUMED,
        "",
        "by analogy",
    ),
    row("setup => a rule of the org for each setup table", DOCUMENTED, f"{_OBJECTS}, each setup object"),
    row("custom metadata type access", DOCUMENTED, f"{_HELP}, Control Read Access to Custom Metadata Types"),
    row("custom setting access", DOCUMENTED, f"{_HELP}, Grant Permissions on Custom Settings"),
    row("not modelled => refused", ASSUMED, "", "everything else: asking for it is refused, never allowed"),
)

_IMPLICATIONS = (
    row(
        "create requires read|edit requires read|delete requires read|delete requires edit|view_all "
        "requires read|modify_all requires read|modify_all requires edit|modify_all requires delete|"
        "modify_all requires view_all",
        DOCUMENTED,
        f"{_OBJECTS}, ObjectPermissions",
        "what muting takes along is assumed from these",
    ),
    row("view_all_fields requires read", ASSUMED, "", "like View All"),
    row(
        "ViewAllData on object permissions|ModifyAllData on object permissions",
        DOCUMENTED,
        f"{_HELP}, View All and Modify All Permissions Overview",
        "neither touches field-level security",
    ),
    row(
        "ViewAllFieldsGlobal on object permissions",
        DOCUMENTED,
        "Release Notes Spring '25, View All Fields",
        "for reading",
    ),
    row(
        "CustomizeApplication on custom metadata type access",
        DOCUMENTED,
        f"{_HELP}, Control Read Access to Custom Metadata Types",
    ),
    row(
        "CustomizeApplication on custom setting access|ViewAllCustomSettings on custom setting access",
        DOCUMENTED,
        f"{_HELP}, Grant Permissions on Custom Settings",
        "whoever reads a setting reads all of its rows (assumed)",
    ),
    row(
        "muting viewalldata mutes modifyalldata",
        ASSUMED,
        "",
        "Modify All Data needs View All Data (documented)",
    ),
)

_ASKED = (
    row(
        "org ApiEnabled => API Enabled for every REST call|login.soap ApiEnabled => API Enabled for "
        "SOAP login()",
        RECORDED,
        "restforce/restforce issue 562; case login.soap.api_disabled",
    ),
    row(
        "login.soap UseAnyApiAuth => Use Any API Auth, where the org asks for it",
        DOCUMENTED,
        "case login.soap.no_any_api_auth",
    ),
    row(
        "rest.limits ViewSetup => View Setup and Configuration for /limits and /limits/recordCount|"
        "rest.limits ManageUsers => Manage Users for the limits of storage",
        DOCUMENTED,
        "REST API Developer Guide, Limits; REST API Developer Guide, Record Count",
        "what a user without it is told is assumed",
    ),
    row("org AuthorApex => Author Apex opens every Apex REST class", ASSUMED),
    row(
        "rest.tooling AuthorApex => Author Apex for Apex code in the Tooling API",
        RECORDED,
        "case crud.invisible.tooling_post",
    ),
    row(
        "rest.tooling ViewSetup => View Setup for Group in the Tooling API",
        DOCUMENTED,
        "Tooling API guide, Group",
    ),
    row(
        "view ViewSetup => View Setup for setup tables",
        RECORDED,
        "captured answer, published without a stable address",
        "also for reading and writing share objects (assumed)",
    ),
    row(
        "rest.query ViewSetup => View Setup for UserRecordAccess of another user", ASSUMED, "", "else refused"
    ),
    row(
        "sharing.judge ViewAllData => View All Data|sharing.judge ModifyAllData => Modify All Data",
        DOCUMENTED,
        f"{_HELP}, View All and Modify All Permissions Overview",
        "beat sharing",
    ),
    row(
        "sharing.judge TransferAnyEntity => Transfer Record|sharing.judge TransferAnyLead => "
        "Transfer Leads|sharing.judge TransferAnyCase => Transfer Cases",
        DOCUMENTED,
        f"{_HELP}, Transfer Records",
        "with read access to the record (assumed)",
    ),
    row(
        "view AssignPermissionSets for PermissionSetGroup|view ManageSessionPermissionSets for "
        "PermissionSetGroup",
        DOCUMENTED,
        f"{_OBJECTS}, PermissionSetGroup",
        "besides View Setup",
    ),
    row("view ViewRoles for UserRole", DOCUMENTED, f"{_OBJECTS}, UserRole", "besides View Setup"),
    row(
        "view none for PermissionSetLicense",
        DOCUMENTED,
        f"{_OBJECTS}, PermissionSetLicense",
        "any internal user",
    ),
    row(
        "view none for Group|view none for QueueSobject",
        DOCUMENTED,
        f"{_OBJECTS}, Group, QueueSobject",
        "authenticated internal and external users; by the Tooling API Group takes View Setup",
    ),
    row(
        "view none for UserEntityAccess|view none for UserFieldAccess|view none for UserRecordAccess",
        DOCUMENTED,
        f"{_OBJECTS}, UserEntityAccess, UserFieldAccess, UserRecordAccess",
        "they speak of the running user",
    ),
    row(
        "view none for EntityDefinition|view none for EntityParticle|view none for FieldDefinition|"
        "view none for GroupMember|"
        "view none for Organization|view none for RecordType|view none for RelationshipInfo|view "
        "none for User",
        ASSUMED,
        "",
        "every API user reads them, all rows and columns",
    ),
)

_RULES = (
    row(
        "permissions.effective.effective => a user holds the union of profile, permission sets and groups",
        DOCUMENTED,
        f"{_HELP}, Permission Sets; {_HELP}, Permission Set Groups",
        "Session Activation Required grants nothing; licences do not cap what a container grants",
    ),
    row(
        "permissions.effective.EffectivePermissions.default_record_type => the default record type "
        "is the profile's",
        DOCUMENTED,
        "Metadata API Developer Guide, PermissionSet",
    ),
    row(
        "permissions.groups.group_permission_set => a group's permission set is its members minus "
        "its muting set",
        DOCUMENTED,
        f"{_HELP}, Permission Set Groups and Muting",
        "its Status is not asked: it counts as Updated",
    ),
    row(
        "permissions.grants.mute_object => muting a right mutes those that require it|"
        "permissions.grants.mute_field => muting Read of a field mutes Edit",
        ASSUMED,
        "",
        "documented is the muting of what is named",
    ),
    row(
        "permissions.governance.parent_operation => writing asks for Edit on the parent",
        DOCUMENTED,
        f"{_HELP}, opportunity products (article 005227420)",
        "for other objects than opportunity products assumed",
    ),
    row(
        "builtin.with_builtin_profiles => the setup user may do everything",
        ASSUMED,
        "",
        "the API-only profile holds API Enabled and API Only User (documented)",
    ),
    row(
        "view.UserView._setup_permission => setup tables take View Setup, but for those that are open to all",
        DOCUMENTED,
        f"{_OBJECTS}, each table",
    ),
    row("view.not_found => what is invisible is not there", RECORDED, "case crud.unknown.sobject_get"),
)


def permission_marks() -> Iterator[Mark]:
    """Yield the marks of the permission engine."""
    yield from rows(Kind.GOVERNANCE, _GOVERNANCE)
    yield from rows(Kind.IMPLICATION, _IMPLICATIONS)
    yield from rows(Kind.USER_PERMISSION, _ASKED)
    yield from rows(Kind.PERMISSION_RULE, _RULES)
