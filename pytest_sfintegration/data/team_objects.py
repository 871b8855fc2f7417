"""Teams, as the Object Reference documents them: what the describe dumps lack or keep from their user.

Pages: CaseTeamMember, CaseTeamRole, CaseTeamTemplate, CaseTeamTemplateMember, CaseTeamTemplateRecord,
UserAccountTeamMember, UserTeamMember.
"""

from typing import Any

__all__ = ["CREATABLE", "RELATIONS", "TEAM_OBJECTS", "TEAM_PICKLISTS"]

_AUDIT: list[list[Any]] = [
    ["CreatedDate", "datetime", "dfsa"],
    ["CreatedById", "reference", "dfgsa", 18, ["User"], "CreatedBy"],
    ["LastModifiedDate", "datetime", "dfsa"],
    ["LastModifiedById", "reference", "dfgsa", 18, ["User"], "LastModifiedBy"],
    ["SystemModstamp", "datetime", "dfsa"],
]
_ID = ["Id", "id", "dfgsa", 18]
_LEVEL = {"restricted": True}


def _lookup(name: str, flags: str, *targets: str, **extra: str) -> list[Any]:
    row = [name, "reference", flags, 18, list(targets), name.removesuffix("Id")]
    return [*row, extra] if extra else row


def _level(name: str, flags: str = "cufgs") -> list[Any]:
    return [name, "picklist", flags, 40, 0, 0, _LEVEL]


# ContactAccessLevel cannot be given where contacts are controlled by their parent, and is required elsewhere:
# so it counts as defaulted.
TEAM_OBJECTS: dict[str, dict[str, Any]] = {
    "CaseTeamRole": {
        "label": "Case Team Member Role",
        "plural": "Case Team Member Roles",
        "ops": "cuq",
        "fields": [
            _ID,
            ["Name", "string", "cufgsaN", 80],
            _level("AccessLevel"),
            ["PreferencesVisibleInCSP", "boolean", "dcuf"],
            *_AUDIT,
        ],
    },
    "CaseTeamTemplate": {
        "label": "Predefined Case Team",
        "plural": "Predefined Case Teams",
        "ops": "cudq",
        "fields": [
            _ID,
            ["Name", "string", "cufgsaN", 80],
            ["Description", "textarea", "ncufs", 255],
            *_AUDIT,
        ],
        "children": [
            ["CaseTeamTemplateMember", "TeamTemplateId", None],
            ["CaseTeamTemplateRecord", "TeamTemplateId", None],
        ],
    },
    "CaseTeamTemplateMember": {
        "label": "Predefined Case Team Member",
        "plural": "Predefined Case Team Members",
        "ops": "cudq",
        "fields": [
            _ID,
            _lookup("TeamTemplateId", "cfgsa", "CaseTeamTemplate", delete="Cascade"),
            _lookup("MemberId", "cfgsa", "Contact", "User"),
            _lookup("TeamRoleId", "ncufgsa", "CaseTeamRole"),
            *_AUDIT,
        ],
    },
    "CaseTeamTemplateRecord": {
        "label": "Predefined Case Team Record",
        "plural": "Predefined Case Team Records",
        "ops": "cdq",
        "fields": [
            _ID,
            _lookup("ParentId", "cfgsa", "Case"),
            _lookup("TeamTemplateId", "cfgsa", "CaseTeamTemplate", delete="Cascade"),
            *_AUDIT,
        ],
    },
    "UserAccountTeamMember": {
        "label": "User Account Team Member",
        "plural": "User Account Team Members",
        "ops": "cudq",
        "fields": [
            _ID,
            _lookup("OwnerId", "cfgs", "User"),
            _lookup("UserId", "cfgs", "User"),
            ["TeamMemberRole", "picklist", "ncufgs", 40],
            _level("AccountAccessLevel"),
            _level("OpportunityAccessLevel"),
            _level("CaseAccessLevel"),
            _level("ContactAccessLevel", "dcufgs"),
            *_AUDIT,
        ],
    },
    "UserTeamMember": {
        "label": "User Team Member",
        "plural": "User Team Members",
        "ops": "cudq",
        "fields": [
            _ID,
            _lookup("OwnerId", "cfgs", "User"),
            _lookup("UserId", "cfgs", "User"),
            ["TeamMemberRole", "picklist", "ncufgs", 40],
            _level("OpportunityAccessLevel"),
            *_AUDIT,
        ],
    },
}
"""Objects of teams that no dump has."""

_CHILD = ["None", "Read", "Edit"]
TEAM_PICKLISTS: dict[str, list[str]] = {
    "CaseTeamRole.AccessLevel": _CHILD,
    "UserAccountTeamMember.AccountAccessLevel": ["Read", "Edit"],
    "UserAccountTeamMember.CaseAccessLevel": _CHILD,
    "UserAccountTeamMember.ContactAccessLevel": _CHILD,
    "UserAccountTeamMember.OpportunityAccessLevel": _CHILD,
    "UserTeamMember.OpportunityAccessLevel": ["Read", "Edit"],
}
"""The levels of access that can be given."""

CREATABLE: dict[str, frozenset[str]] = {"CaseTeamMember": frozenset({"MemberId", "ParentId"})}
"""Set when a record is made, although the dump's user could not."""

RELATIONS: tuple[tuple[str, str, str, str], ...] = (
    ("Account", "AccountTeamMember", "AccountId", "AccountTeamMembers"),
    ("Case", "CaseTeamTemplateRecord", "ParentId", "TeamTemplates"),
    ("Opportunity", "OpportunityTeamMember", "OpportunityId", "OpportunityTeamMembers"),
)
"""Parent, child, lookup, relationship: the children go along with a deleted parent."""
