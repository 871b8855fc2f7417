"""Read the tables of an org whole: in batches, page by page, as the setup user; nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.access.setup_entities import KINDS, entity_names
from pytest_sfintegration.access.tables import FIELD_SELECT, OBJECT_SELECT, id_list
from pytest_sfintegration.comparison.facts import APPS, FROZEN, TABS
from pytest_sfintegration.orgs.client import Call, OrgClient, query_path
from pytest_sfintegration.orgs.describe import describe_objects, governed_objects, user_permissions_of
from pytest_sfintegration.orgs.errors import OrgError

__all__ = ["PURPOSE", "Tables", "read_tables"]

PURPOSE = "comparison"

Rows = Sequence[Mapping[str, Any]]

_COLUMNS_PER_QUERY = 100
"""Boolean columns of PermissionSet in one query: hundreds would not fit into one URL."""

_NAMES_PER_QUERY = 100

_SELECTS = {
    "PermissionSet": "SELECT Id, Name, NamespacePrefix, IsOwnedByProfile, ProfileId, PermissionSetGroupId, "
    "LicenseId, HasActivationRequired FROM PermissionSet",
    "Profile": "SELECT Id, Name, UserLicenseId FROM Profile",
    "PermissionSetGroup": "SELECT Id, DeveloperName, NamespacePrefix, Status, HasActivationRequired "
    "FROM PermissionSetGroup",
    "PermissionSetGroupComponent": "SELECT PermissionSetGroupId, PermissionSetId "
    "FROM PermissionSetGroupComponent",
    "UserLicense": "SELECT Id, Name FROM UserLicense",
    "PermissionSetLicense": "SELECT Id, DeveloperName FROM PermissionSetLicense",
    "ObjectPermissions": OBJECT_SELECT,
    "FieldPermissions": FIELD_SELECT,
    "SetupEntityAccess": "SELECT ParentId, SetupEntityId, SetupEntityType FROM SetupEntityAccess",
    "UserRole": "SELECT Id, DeveloperName, ParentRoleId, CaseAccessForAccountOwner, "
    "ContactAccessForAccountOwner, OpportunityAccessForAccountOwner FROM UserRole",
    "Group": "SELECT Id, DeveloperName, Type, RelatedId, DoesIncludeBosses FROM Group WHERE Type IN "
    "('Regular', 'Queue', 'Role', 'RoleAndSubordinates', 'RoleAndSubordinatesInternal', 'Organization')",
    "QueueSobject": "SELECT QueueId, SobjectType FROM QueueSobject",
    "GroupMember": "SELECT GroupId, UserOrGroupId FROM GroupMember "
    "WHERE UserOrGroupId IN (SELECT Id FROM Group)",  # not the users: there are too many
}
_USER_SELECTS = {
    "User": "SELECT Id, Username, IsActive, UserType, ProfileId, UserRoleId FROM User WHERE Username IN",
    "PermissionSetAssignment": "SELECT AssigneeId, PermissionSetId, PermissionSetGroupId, IsActive, "
    "ExpirationDate FROM PermissionSetAssignment WHERE Assignee.Username IN",
    "PermissionSetLicenseAssign": "SELECT AssigneeId, PermissionSetLicenseId "
    "FROM PermissionSetLicenseAssign WHERE Assignee.Username IN",
}

# Object reference: these are not in every org, or not for every setup user.
_OPTIONAL = {
    TABS: "SELECT ParentId, Name, Visibility FROM PermissionSetTabSetting",
    APPS: "SELECT ApplicationId, Name, Type FROM AppMenuItem",
    FROZEN: "SELECT UserId, IsFrozen FROM UserLogin",
}
_NOT_THERE = frozenset({"INVALID_TYPE", "NOT_FOUND", "NOT_SUPPORTED_BY_EMBEDDED_ORG"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The rows by table; optional ones by their section, left out (``absent``) where the org has none.

    ``permissions`` maps the id of a row of PermissionSet or MutingPermissionSet to its user permissions.
    ``objects`` can be named by object permissions, ``entities`` names setup entities by 15 characters of
    their id: (kind, name).
    """

    rows: Mapping[str, Rows]
    permissions: Mapping[str, frozenset[str]]
    known_permissions: frozenset[str]
    objects: frozenset[str]
    entities: Mapping[str, tuple[str, str]]
    absent: frozenset[str]


def read_tables(setup: OrgClient, usernames: Sequence[str]) -> Tables:
    """Return the rows; raise OrgError when a table cannot be read, or not to its end.

    Four batches, and a call for each page beyond the first; two calls more for users.
    """
    facts = describe_objects(setup, ["PermissionSet", "MutingPermissionSet", "ObjectPermissions"])
    if facts["PermissionSet"] is None or facts["ObjectPermissions"] is None:
        raise OrgError(
            f"{setup.username} may not read the permission tables: give the setup user View Setup and "
            "Configuration (ViewSetup)"
        )
    objects = governed_objects(facts["ObjectPermissions"])
    selects = dict(_SELECTS)
    for select, columns in _USER_SELECTS.items():
        if usernames:
            selects[select] = f"{columns} {id_list(usernames)}"
    muting = facts["MutingPermissionSet"]
    if muting is not None:
        selects["MutingPermissionSet"] = "SELECT Id, DeveloperName FROM MutingPermissionSet"
    wide = [
        query
        for name, described in (("PermissionSet", facts["PermissionSet"]), ("MutingPermissionSet", muting))
        for query in _wide(name, sorted(user_permissions_of(described)))
    ]
    told = setup.queries([*selects.values(), *wide], purpose=PURPOSE)
    rows: dict[str, Rows] = dict(zip(selects, told, strict=False))
    more, absent = _more(setup, rows, objects)
    types = _types(rows)
    kinds = {kind for kind, (entity_type, _) in KINDS.items() if entity_type in types}
    return Tables(
        rows=rows | more,
        permissions=_permissions(told[len(selects) :]),
        known_permissions=user_permissions_of(facts["PermissionSet"]),
        objects=objects,
        entities=entity_names(setup, kinds) if kinds else {},
        absent=absent,
    )


def _types(rows: Mapping[str, Rows]) -> frozenset[str]:
    return frozenset(str(row["SetupEntityType"]) for row in rows["SetupEntityAccess"])


def _wide(table: str, permissions: Sequence[str]) -> list[str]:
    """Return queries that together tell every user permission of a table."""
    parts = range(0, len(permissions), _COLUMNS_PER_QUERY)
    columns = (
        ", ".join(f"Permissions{one}" for one in permissions[start : start + _COLUMNS_PER_QUERY])
        for start in parts
    )
    return [f"SELECT Id, {each} FROM {table}" for each in columns]


def _permissions(answers: Sequence[Rows]) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = {}
    for rows in answers:
        for row in rows:
            held.setdefault(row["Id"], set()).update(
                name.removeprefix("Permissions") for name, value in row.items() if value is True
            )
    return {key: frozenset(names) for key, names in held.items()}


def _more(
    setup: OrgClient, rows: Mapping[str, Rows], objects: frozenset[str]
) -> tuple[dict[str, Rows], frozenset[str]]:
    """Read what the first answers ask for: sharing models, groups of users, tables that may not be there.

    EntityDefinition ignores LIMIT and takes no OR (Tooling API, SOQL Operation Limitations): names by
    hundreds.
    """
    names = sorted(objects)
    texts = [
        "SELECT QualifiedApiName, InternalSharingModel, ExternalSharingModel FROM EntityDefinition "
        f"WHERE QualifiedApiName IN {id_list(names[start : start + _NAMES_PER_QUERY])}"
        for start in range(0, len(names), _NAMES_PER_QUERY)
    ]
    users = [str(row["Id"]) for row in rows.get("User", ())]
    if users:
        texts.append(
            f"SELECT GroupId, UserOrGroupId FROM GroupMember WHERE UserOrGroupId IN {id_list(users)}"
        )
    answers = setup.queries(texts, purpose=PURPOSE)
    more: dict[str, Rows] = {"GroupMember": [*rows["GroupMember"], *(answers.pop() if users else ())]}
    more["EntityDefinition"] = [row for part in answers for row in part]
    optional = dict(_OPTIONAL)
    optional[FROZEN] += f" WHERE UserId IN {id_list(users)}" if users else " LIMIT 1"
    there = _there(setup, optional)
    told = setup.queries([optional[name] for name in there], purpose=PURPOSE) if there else []
    more.update(zip(there, told, strict=True))
    return more, frozenset(optional) - frozenset(there)


def _there(setup: OrgClient, optional: Mapping[str, str]) -> list[str]:
    """Return the optional tables that the org has; all are asked for in one call."""
    texts = [text if "LIMIT" in text else f"{text} LIMIT 1" for text in optional.values()]
    calls = [Call(method="GET", path=query_path(text)) for text in texts]
    there = []
    for name, reply in zip(optional, setup.batch(calls, purpose=PURPOSE), strict=True):
        if reply.ok:
            there.append(name)
        elif reply.error().code not in _NOT_THERE:
            raise OrgError(f"{name} as {setup.username}: {reply.error()}")
    return there
