"""Read the permission tables as the setup user."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.access.configured import Assigned, Configured
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.packing import parts_of

__all__ = [
    "FIELD_SELECT",
    "OBJECT_SELECT",
    "fields_in_tables",
    "id_list",
    "quoted",
    "read_configured",
    "table_queries",
]

Rows = Sequence[Mapping[str, Any]]

_PURPOSE = "permission tables"

OBJECT_SELECT = (
    "SELECT ParentId, SobjectType, PermissionsCreate, PermissionsRead, PermissionsEdit, PermissionsDelete, "
    "PermissionsViewAllRecords, PermissionsModifyAllRecords, PermissionsViewAllFields FROM ObjectPermissions"
)
# FIELDS(ALL) takes no more than 200 rows (SOQL and SOSL Reference, FIELDS()): the others are asked for by id.
_AT_ONCE = 200
_SETS = "SELECT FIELDS(ALL) FROM PermissionSet WHERE Id"
_MOST_SETS = f"LIMIT {_AT_ONCE}"
FIELD_SELECT = "SELECT ParentId, Field, PermissionsRead, PermissionsEdit FROM FieldPermissions"
# An expired assignment stays, and IsActive is false (Object Reference, "PermissionSetAssignment").
_ASSIGNMENTS = (
    "SELECT PermissionSetId, PermissionSetGroupId, IsActive, ExpirationDate FROM PermissionSetAssignment"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groups:
    """The user's permission set groups: read for messages; only their calculated rows are counted as held."""

    names: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    member_rows: Rows
    object_rows: Rows
    field_rows: Rows


_NO_GROUPS = _Groups(names={}, members={}, member_rows=(), object_rows=(), field_rows=())


def quoted(value: str) -> str:
    """Return a SOQL string literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def id_list(ids: Sequence[str]) -> str:
    """Return a SOQL value list of ids."""
    return "(" + ", ".join(quoted(one) for one in ids) + ")"


class _RecalculatingError(OrgError):
    """The rows of a permission set group are not what they will be in a moment."""


def table_queries(username: str) -> list[str]:
    """Return the queries on the permission tables for one user; ``read_configured`` takes their answers."""
    me = f"Username = {quoted(username)}"
    user = f"Assignee.Username = {quoted(username)}"
    mine = f"SELECT PermissionSetId FROM PermissionSetAssignment WHERE {user}"
    return [
        f"SELECT Id, IsActive FROM User WHERE {me}",
        f"{_ASSIGNMENTS} WHERE {user}",
        f"{_SETS} IN ({mine}) {_MOST_SETS}",
        f"SELECT Id, Name FROM Profile WHERE Id IN (SELECT ProfileId FROM User WHERE {me})",
        f"{OBJECT_SELECT} WHERE ParentId IN ({mine})",
        f"{FIELD_SELECT} WHERE ParentId IN ({mine})",
    ]


def read_configured(setup: OrgClient, username: str, answers: Sequence[Reply] | None = None) -> Configured:
    """Read the permission tables for one user: one call, two with permission set groups.

    ``answers``: those to ``table_queries``, where they were asked together with other things.
    A group that the org is still recalculating is waited for as long as the client's patience says: then, and
    not before, its rows say what it grants. Raise OrgError when it takes longer, when the user does not exist
    or is inactive, or when the setup user may not read the tables.
    """
    for pause in setup.patience.settle:
        try:
            return _read(setup, username, answers)
        except _RecalculatingError:
            setup.patience.sleep(pause)
            answers = None
    return _read(setup, username, answers)


def _read(setup: OrgClient, username: str, answers: Sequence[Reply] | None) -> Configured:
    queries = table_queries(username)
    if answers is None:
        answers = setup.batch(
            [Call(method="GET", path=query_path(text)) for text in queries], purpose=_PURPOSE
        )
    users, assignments, sets, profiles, objects, fields = (
        setup.rows(one, text, purpose=_PURPOSE) for one, text in zip(answers, queries, strict=True)
    )
    if not users:
        raise OrgError(f"there is no user {username} in the org: check user.username in the matrix")
    if not users[0]["IsActive"]:
        raise OrgError(f"the user {username} is inactive: activate it, or test another user")
    active = [row for row in assignments if row.get("IsActive") is not False]
    group_ids = sorted({row["PermissionSetGroupId"] for row in active if row["PermissionSetGroupId"]})
    groups = _read_groups(setup, group_ids) if group_ids else _NO_GROUPS
    profile_names = {row["Id"]: str(row["Name"]) for row in profiles}
    held = {row["PermissionSetId"] for row in active}
    sets = _whole(setup, sets, [row["PermissionSetId"] for row in assignments])
    # A setup user with View Setup and Configuration sees every set (assumed).
    if unseen := held - {row["Id"] for row in sets} - {None}:
        raise OrgError(
            f"{len(unseen)} of the {len(held)} permission sets and groups of {username} are hidden from the "
            "setup user, so that what they grant cannot be told: give it View Setup and Configuration"
        )
    ended = {
        row["PermissionSetId"]: str(row.get("ExpirationDate") or "")[:10]
        for row in assignments
        if row["PermissionSetId"] not in held
    }
    assigned = [_assigned(row, groups, profile_names) for row in sets if row["Id"] not in ended]
    return Configured(
        user_id=users[0]["Id"],
        assigned=sorted(assigned, key=lambda one: one.grant.name),
        member_names={row["Id"]: row["Name"] for row in groups.member_rows},
        member_permissions={row["Id"]: _user_permissions(row) for row in groups.member_rows},
        object_rows=[*objects, *groups.object_rows],
        field_rows=[*fields, *groups.field_rows],
        expired={row["Id"]: _expired(row, ended[row["Id"]]) for row in sets if row["Id"] in ended},
        member_licenses={row["Id"]: row.get("LicenseId") for row in groups.member_rows},
    )


def _read_groups(setup: OrgClient, group_ids: Sequence[str]) -> _Groups:
    inside = f"PermissionSetGroupId IN {id_list(group_ids)}"
    members = f"SELECT PermissionSetId FROM PermissionSetGroupComponent WHERE {inside}"
    groups, components, sets, objects, fields = setup.queries(
        [
            f"SELECT Id, DeveloperName, Status FROM PermissionSetGroup WHERE Id IN {id_list(group_ids)}",
            f"SELECT PermissionSetGroupId, PermissionSetId FROM PermissionSetGroupComponent WHERE {inside}",
            f"{_SETS} IN ({members}) {_MOST_SETS}",
            f"{OBJECT_SELECT} WHERE ParentId IN ({members})",
            f"{FIELD_SELECT} WHERE ParentId IN ({members})",
        ],
        purpose=_PURPOSE,
    )
    for row in groups:
        if row["Status"] == "Failed":
            raise OrgError(
                f"permission set group {row['DeveloperName']} is Failed: the org could not calculate it; "
                f"open it "
                "in Setup, Permission Set Groups, and recalculate it"
            )
        if row["Status"] != "Updated":
            raise _RecalculatingError(
                f"permission set group {row['DeveloperName']} is {row['Status']}: wait until the org has "
                "recalculated it (Setup, Permission Set Groups), then run again"
            )
    sets = _whole(setup, sets, [row["PermissionSetId"] for row in components])
    by_group: dict[str, list[str]] = {}
    for row in components:
        by_group.setdefault(row["PermissionSetGroupId"], []).append(row["PermissionSetId"])
    sets_only = {row["Id"] for row in sets}  # components also name muting permission sets
    return _Groups(
        names={row["Id"]: row["DeveloperName"] for row in groups},
        members={group: tuple(one for one in ids if one in sets_only) for group, ids in by_group.items()},
        member_rows=sets,
        object_rows=[row for row in objects if row["ParentId"] in sets_only],
        field_rows=[row for row in fields if row["ParentId"] in sets_only],
    )


def _whole(setup: OrgClient, rows: list[Mapping[str, Any]], ids: Iterable[str]) -> list[Mapping[str, Any]]:
    """Return the rows of PermissionSet, with those that the first answer had no room for."""
    if len(rows) < _AT_ONCE:
        return rows
    left = sorted(set(ids) - {row["Id"] for row in rows})
    texts = [f"{_SETS} IN {id_list(part)} {_MOST_SETS}" for part in parts_of(left, _AT_ONCE)]
    return [*rows, *(row for some in setup.queries(texts, purpose=_PURPOSE) for row in some)]


def fields_in_tables(setup: OrgClient, objects: Sequence[str]) -> dict[str, list[str]]:
    """Return the fields of objects that any container of the org grants; one call."""
    text = f"SELECT Field FROM FieldPermissions WHERE SobjectType IN {id_list(objects)}"
    found: dict[str, list[str]] = {name: [] for name in objects}
    for row in setup.query(text, purpose=_PURPOSE):
        name, _, field = row["Field"].partition(".")
        if field not in found[name]:
            found[name].append(field)
    return found


def _assigned(row: Mapping[str, Any], groups: _Groups, profile_names: Mapping[str, str]) -> Assigned:
    if row["IsOwnedByProfile"]:
        grant = Grant(name=profile_names.get(row["ProfileId"], row["Name"]), kind="profile")
    elif row.get("PermissionSetGroupId"):
        grant = Grant(name=groups.names[row["PermissionSetGroupId"]], kind="permission set group")
    else:
        grant = Grant(name=row["Name"], kind="permission set")
    return Assigned(
        id=row["Id"],
        grant=grant,
        user_permissions=_user_permissions(row),
        members=groups.members.get(row.get("PermissionSetGroupId") or "", ()),
        license_id=row.get("LicenseId"),
    )


def _expired(row: Mapping[str, Any], when: str) -> Grant:
    kind = "permission set group" if row.get("PermissionSetGroupId") else "permission set"
    return Grant(name=row["Name"], kind=kind, lacking=f"its assignment expired on {when}")


def _user_permissions(row: Mapping[str, Any]) -> frozenset[str]:
    """Return the user permissions of a PermissionSet row: one boolean column each (Object Reference)."""
    return frozenset(
        name.removeprefix("Permissions")
        for name, value in row.items()
        if value is True and name.startswith("Permissions")
    )
