"""What is known of the rules of record access."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    COMMUNITY,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["sharing_marks"]

_HELP = "Salesforce Help"
_META = "Metadata API Developer Guide"
_SHARE = "Object Reference, AccountShare"

_DEFAULTS = (
    row(
        "private => Private|read => Public Read Only|readwrite => Public Read/Write|"
        "readwritetransfer => Public Read/Write/Transfer|fullaccess => Public Full Access|"
        "controlledbyparent => Controlled by Parent|controlledbycampaign => Controlled by "
        "Campaign|controlledbyleadorcontact => Controlled by Lead or Contact",
        DOCUMENTED,
        f"{_HELP}, Organization-Wide Default Access Settings; {_META}, CustomObject",
    ),
    row(
        "readselect => Use|edit => Edit (Organization's word)|all => All (Organization's word)",
        RECORDED,
        "case desc.org_owd",
        "the words; their meaning is documented",
    ),
    row(
        "Account is ReadWrite unless declared|Asset is ControlledByParent unless declared|"
        "Campaign is FullAccess unless declared|Case is ReadWriteTransfer unless declared|"
        "Contact is ControlledByParent unless declared|Contract is ReadWrite unless declared|"
        "Lead is ReadWriteTransfer unless declared|Order "
        "is ControlledByParent unless declared|ServiceContract is Private unless declared",
        ASSUMED,
        "",
        "a new org's defaults, where the source is silent",
    ),
    row(
        "Opportunity is ReadWrite unless declared",
        RECORDED,
        "case desc.org_owd",
        "so the row of Organization of a new org says; Help calls it Public Read Only",
    ),
    row(
        "custom object is ReadWrite unless declared",
        ASSUMED,
        "",
        "Metadata API makes none without sharingModel (documented), so where a source has none it stands "
        "elsewhere; new objects are Public Read/Write (Help)",
    ),
    row(
        "Asset is controlled by AccountId|Contact is controlled by AccountId|Order is "
        "controlled by AccountId",
        DOCUMENTED,
        "Object Reference, each object",
    ),
)

_MEMBERS = (
    row(
        "role => sharedTo role|roleandsubordinates => sharedTo roleAndSubordinates|"
        "roleandsubordinatesinternal => sharedTo roleAndSubordinatesInternal|group => sharedTo "
        "group|queue => sharedTo queue|allinternalusers => sharedTo allInternalUsers|"
        "allpartnerusers => sharedTo allPartnerUsers|allcustomerportalusers => sharedTo "
        "allCustomerPortalUsers|guestuser => sharedTo guestUser|rule: sharingOwnerRules|rule: "
        "sharingCriteriaRules|rule: sharingGuestRules|rule: sharingTerritoryRules",
        DOCUMENTED,
        f"{_META}, SharingRules and SharedTo",
        "those above them too, by hierarchy",
    ),
    row("user => share with a user|organization => share with all internal users", DOCUMENTED, _SHARE),
    row(
        "managers => sharedTo managers|managersubordinates => sharedTo managerSubordinates",
        DOCUMENTED,
        f"{_HELP}, Sharing Records with Manager Groups; {_META}, SharedTo",
        "by User.ManagerId of the users file; a group of a user whom the org does not have is refused where "
        "a decision hangs on it; that those above a member in the role hierarchy have access too is assumed",
    ),
    row(
        "internal user: standard|internal user: csnonly|internal user: automatedprocess|"
        "internal user: cloudintegrationuser",
        DOCUMENTED,
        "Object Reference, User.UserType",
        "every other type is external; that these are internal is assumed for the last two",
    ),
    row(
        "without role: cspliteportal|without role: guest|without role: automatedprocess|"
        "without role: cloudintegrationuser",
        DOCUMENTED,
        f"{_META}, SharingCriteriaRule",
        "which types cannot have a role",
    ),
)

_CRITERIA = (
    row(
        "equals|notequal|lessthan|greaterthan|lessorequal|greaterorequal|contains|notcontain|"
        "startswith|includes|excludes",
        DOCUMENTED,
        f"{_META}, FilterItem; {_HELP}, Filter Operators Reference",
        "the value of another field is refused where it decides",
    ),
    row(
        "restriction rule: restrict|restriction rule: scoping",
        DOCUMENTED,
        "Restriction Rules Developer Guide",
        "scoping rules hide nothing; several rules for one user are refused: an org observes only one",
    ),
)

_CAUSES = (
    row(
        "sharing.grants: Owner => Owner|sharing.engine: Owner => RowCause Owner|"
        "sharing.grants: Owner (queue …) => Owner (queue)|"
        "sharing.engine: one.row_cause => RowCause as stored",
        DOCUMENTED,
        _SHARE,
    ),
    row(
        "sharing.grants: Role hierarchy (above the owner …) => Role hierarchy",
        DOCUMENTED,
        f"{_HELP}, Controlling Access Using Hierarchies",
        "on for custom objects too (assumed: metadata does not tell)",
    ),
    row(
        "sharing.judge: View All Data or View All => View All, View All Data|sharing.judge: "
        "Modify All Data or Modify All => Modify All, Modify All Data",
        DOCUMENTED,
        f"{_HELP}, View All and Modify All Permissions Overview",
    ),
    row(
        "sharing.judge: word => the org-wide default",
        DOCUMENTED,
        f"{_HELP}, Organization-Wide Default Access Settings",
    ),
    row(
        "sharing.judge: Controlled by Parent (…) => Controlled by Parent",
        DOCUMENTED,
        f"{_HELP}, Object Relationships Overview",
        "Read/Write or Read Only on the master to write its details",
    ),
    row(
        "sharing.judge: Owner => Owner of a record without its parent",
        DOCUMENTED,
        f"{_HELP}, Considerations for Sharing and Accessing Contacts",
        "assumed for other objects",
    ),
    row("sharing.judge: Transfer Record => Transfer Record", DOCUMENTED, f"{_HELP}, Transfer Records"),
    row(
        "sharing.implicit: ImplicitParent (…) => ImplicitParent|implicit: Contact => implicit "
        "sharing of Contact|implicit: Case => implicit sharing of Case|implicit: Opportunity "
        "=> implicit sharing of Opportunity|sharing.implicit: ImplicitChild (owner of the "
        "account, or above) => ImplicitChild by the owner of the account|sharing.implicit: "
        "ImplicitChild (… on Account) => ImplicitChild by a rule on Account or a share of the account",
        DOCUMENTED,
        f"{_HELP}, Built-in Sharing Behavior",
        "implicit shares have no row in the share objects",
    ),
    row(
        "implicit: Contract => implicit sharing of Contract|implicit: Order => implicit sharing of Order",
        COMMUNITY,
        "Coding With The Force, sharing architecture notes",
        "only the owner reads the account",
    ),
    row(
        "sharing.engine: reason.cause => reasons within what the object permissions allow",
        DOCUMENTED,
        "Salesforce Security Guide, Control Who Sees What",
    ),
    row("level: none|level: read|level: edit|level: all", DOCUMENTED, _SHARE),
    row("level: private|level: readwrite", ASSUMED, "", "other words for None and Edit in role settings"),
)

_RULES = (
    row(
        "sharing.defaults.scheme => objects without an owner have no sharing: object permissions decide",
        ASSUMED,
        "",
        "also big objects, external objects and platform events; a custom object without a "
        "sharing model in the source counts as Public Read/Write, or Controlled by Parent when "
        "it is a detail",
    ),
    row(
        "sharing.audience.Audience.superiors => whoever is above in the hierarchy has what is shared",
        DOCUMENTED,
        f"{_HELP}, Controlling Access Using Hierarchies",
    ),
    row(
        "sharing.audience.Audience._includes_bosses => unless a group or a queue says otherwise",
        DOCUMENTED,
        f"{_META}, Group and Queue: doesIncludeBosses",
        "a queue that does not say, as before API version 67.0, includes them (assumed)",
    ),
    row(
        "sharing.managers.ManagerGroups.members => manager groups",
        DOCUMENTED,
        f"{_HELP}, Sharing Records with Manager Groups",
        "they stand in Group where a sharing rule names one; that the metadata names users by username is "
        "assumed",
    ),
    row(
        "sharing.criteria.compile_criteria => criteria-based rules",
        DOCUMENTED,
        f"{_HELP}, Criteria-Based Sharing Rules",
        "one that cannot be evaluated is refused where it decides",
    ),
    row("sharing.implicit => implicit sharing", DOCUMENTED, f"{_HELP}, Built-in Sharing Behavior"),
    row(
        "sharing.judge.Judge._everything => View All and Modify All beat sharing",
        DOCUMENTED,
        f"{_HELP}, View All and Modify All Permissions Overview",
    ),
    row(
        "sharing.judge.Judge._parentless => a record without its parent is its owner's",
        DOCUMENTED,
        f"{_HELP}, Considerations for Sharing and Accessing Contacts",
        "assumed for other objects than contacts",
    ),
    row(
        "sharing.judge.Judge.cap => object permissions cap what sharing gives",
        DOCUMENTED,
        "Salesforce Security Guide, Control Who Sees What",
        "that transfer and sharing need Edit is assumed",
    ),
    row(
        "sharing.restriction => restriction rules hide records after sharing",
        DOCUMENTED,
        "Restriction Rules Developer Guide",
        "users with View All or Modify All do not feel them (Help article 001484442)",
    ),
)


def sharing_marks() -> Iterator[Mark]:
    """Yield the marks of record access."""
    yield from rows(Kind.DEFAULT, _DEFAULTS)
    yield from rows(Kind.MEMBER, _MEMBERS)
    yield from rows(Kind.CRITERION, _CRITERIA)
    yield from rows(Kind.CAUSE, _CAUSES)
    yield from rows(Kind.RECORD_RULE, _RULES)
