"""The queries of each group of facts, and how their rows are read.

Source: Object Reference, the tables by name, for columns and relationships.
Profile.Metadata stands in the Tooling API alone, and is given for one profile a query.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.access.practices.facts import (
    Assigned,
    AssignedLicenses,
    Assignments,
    ConnectedApp,
    ConnectedApps,
    CustomPermissions,
    ExternalApp,
    ExternalApps,
    IpRange,
    LoginRestrictions,
    Preauthorized,
    ProfileContents,
    ProfileUsers,
    Subject,
    UntoldError,
    UserFacts,
)
from pytest_sfintegration.access.practices.hints import refresh_policy
from pytest_sfintegration.access.tables import quoted

__all__ = ["READERS", "Reader", "held_sets", "moment", "read_user", "shown", "user_query"]

Rows = Sequence[Mapping[str, Any]]

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one group of facts is had. ``tooling``: by queries of the Tooling API, each a call of its own.

    ``read`` raises UntoldError when a row that every org has did not come: the table was not shown.
    """

    queries: Callable[[Subject], Sequence[str]]
    read: Callable[[Sequence[Rows], Subject], object]
    tooling: bool = False


def moment(text: object) -> datetime | None:
    """Return a time as REST prints it, ``2026-01-31T08:00:00.000+0000``; None for none."""
    return None if not text else datetime.fromisoformat(str(text))


def shown(rows: Rows, what: str) -> Rows:
    """Return the rows of a query that finds something in every org; raise UntoldError when none came."""
    if not rows:
        raise UntoldError(f"the org shows the setup user no {what}: give him View Setup and Configuration")
    return rows


def user_query(username: str) -> str:
    """Return the query of the user's own row, which all others depend on."""
    columns = "Id, Username, IsActive, UserType, ProfileId, Profile.Name, Profile.UserLicense.Name"
    return f"SELECT {columns}, CreatedDate, LastLoginDate FROM User WHERE Username = {quoted(username)}"


def read_user(row: Mapping[str, Any]) -> UserFacts:
    """Return the facts of a row of User."""
    profile = row.get("Profile") or {}
    return UserFacts(
        id=row["Id"],
        username=row["Username"],
        active=row["IsActive"],
        user_type=row["UserType"],
        profile_id=row["ProfileId"],
        profile=profile.get("Name") or "",
        license=(profile.get("UserLicense") or {}).get("Name") or "",
        created=moment(row.get("CreatedDate")),
        last_login=moment(row.get("LastLoginDate")),
    )


def held_sets(subject: Subject) -> str:
    """Return the query of the sets that grant the user something: what has expired does not."""
    return (
        "SELECT PermissionSetId FROM PermissionSetAssignment WHERE IsActive = true AND "
        f"AssigneeId = {quoted(subject.user_id)}"
    )


def _profile_set(subject: Subject) -> str:
    return f"SELECT Id FROM PermissionSet WHERE ProfileId = {quoted(subject.profile_id)}"


def _profile_users(subject: Subject) -> list[str]:
    profile = quoted(subject.profile_id)
    return [
        f"SELECT Id, Username FROM User WHERE ProfileId = {profile} AND IsActive = true ORDER BY Username"
    ]


def _read_profile_users(found: Sequence[Rows], subject: Subject) -> ProfileUsers:
    return ProfileUsers(usernames=tuple(row["Username"] for row in found[0] if row["Id"] != subject.user_id))


def _profile_contents(subject: Subject) -> list[str]:
    own = _profile_set(subject)
    profile = quoted(subject.profile_id)
    return [
        f"SELECT SobjectType FROM ObjectPermissions WHERE ParentId IN ({own})",
        (
            f"SELECT SobjectType, COUNT(Id) held FROM FieldPermissions WHERE ParentId IN ({own}) "
            "GROUP BY SobjectType"
        ),
        f"SELECT FIELDS(ALL) FROM PermissionSet WHERE ProfileId = {profile} LIMIT 200",
        f"SELECT SetupEntityType FROM SetupEntityAccess WHERE ParentId IN ({own})",
    ]


def _read_profile_contents(found: Sequence[Rows], _subject: Subject) -> ProfileContents:
    objects, fields, sets, entities = found
    return ProfileContents(
        objects=tuple(sorted(row["SobjectType"] for row in objects)),
        fields={row["SobjectType"]: row["held"] for row in fields},
        user_permissions=frozenset(
            name.removeprefix("Permissions")
            for row in shown(sets, "permission set of the profile")
            for name, value in row.items()
            if value is True and name.startswith("Permissions")
        ),
        setup_entities=Counter(row["SetupEntityType"] for row in entities),
    )


def _profile_metadata(subject: Subject) -> list[str]:
    return [f"SELECT Metadata FROM Profile WHERE Id = {quoted(subject.profile_id)}"]


def _read_restrictions(found: Sequence[Rows], _subject: Subject) -> LoginRestrictions:
    told: Rows = [row["Metadata"] for row in found[0] if row.get("Metadata")]
    (metadata,) = shown(told, "metadata of the profile")
    hours: Mapping[str, Any] = metadata.get("loginHours") or {}
    tabs = metadata.get("tabVisibilities")
    return LoginRestrictions(
        ip_ranges=tuple(
            IpRange(
                start=each["startAddress"], end=each["endAddress"], description=each.get("description") or ""
            )
            for each in metadata.get("loginIpRanges") or ()
        ),
        hours={
            day: (int(hours[f"{day}Start"]), int(hours[f"{day}End"]))
            for day in _WEEK
            if hours.get(f"{day}Start") is not None and hours.get(f"{day}End") is not None
        },
        tabs=None if tabs is None else tuple(each["tab"] for each in tabs if each["visibility"] != "Hidden"),
    )


def _assignments(subject: Subject) -> list[str]:
    return [
        (
            "SELECT ExpirationDate, PermissionSetGroupId, PermissionSetGroup.DeveloperName, "
            "PermissionSetGroup.NamespacePrefix, PermissionSetGroup.Status, PermissionSet.Name, "
            "PermissionSet.IsOwnedByProfile, PermissionSet.LicenseId, "
            "PermissionSet.NamespacePrefix FROM PermissionSetAssignment "
            f"WHERE AssigneeId = {quoted(subject.user_id)}"
        ),
        (
            "SELECT PermissionSet.Name, PermissionSet.LicenseId, PermissionSet.NamespacePrefix "
            "FROM PermissionSetGroupComponent WHERE PermissionSetGroupId IN (SELECT PermissionSetGroupId "
            f"FROM PermissionSetAssignment WHERE AssigneeId = {quoted(subject.user_id)})"
        ),
        "SELECT Id, Name FROM UserLicense",
        "SELECT Id, MasterLabel FROM PermissionSetLicense",
    ]


def _read_assignments(found: Sequence[Rows], _subject: Subject) -> Assignments:
    assigned, members, user_licenses, set_licenses = found
    names = {row["Id"]: row["Name"] for row in user_licenses}
    names |= {row["Id"]: row["MasterLabel"] for row in set_licenses}
    rows = shown(assigned, "assignment of the user, not even that of the profile")
    sets = (row["PermissionSet"] for row in members if row.get("PermissionSet"))  # muting sets are none
    return Assignments(
        rows=tuple(_assigned(row, names) for row in rows),
        members=tuple(_set(each, "group member", names) for each in sets),
    )


def _assigned(row: Mapping[str, Any], licenses: Mapping[str, str]) -> Assigned:
    expires = moment(row.get("ExpirationDate"))
    group = row.get("PermissionSetGroup")
    if row.get("PermissionSetGroupId") and group:
        return Assigned(
            kind="permission set group",
            name=group["DeveloperName"],
            namespace=group.get("NamespacePrefix"),
            expires=expires,
            status=group["Status"],
        )
    container = row["PermissionSet"]
    kind = "profile" if container["IsOwnedByProfile"] else "permission set"
    return _set(container, kind, licenses, expires)


def _set(
    container: Mapping[str, Any], kind: str, licenses: Mapping[str, str], expires: datetime | None = None
) -> Assigned:
    return Assigned(
        kind=kind,
        name=container["Name"],
        namespace=container.get("NamespacePrefix"),
        license=licenses.get(container.get("LicenseId") or "", container.get("LicenseId")),
        expires=expires,
    )


def _licenses(subject: Subject) -> list[str]:
    return [
        (
            "SELECT PermissionSetLicense.DeveloperName, PermissionSetLicense.MasterLabel "
            f"FROM PermissionSetLicenseAssign WHERE AssigneeId = {quoted(subject.user_id)}"
        )
    ]


def _read_licenses(found: Sequence[Rows], _subject: Subject) -> AssignedLicenses:
    rows = [row["PermissionSetLicense"] for row in found[0]]
    return AssignedLicenses(names={row["DeveloperName"]: row["MasterLabel"] for row in rows})


def _custom_permissions(subject: Subject) -> list[str]:
    return [
        (
            "SELECT SetupEntityId, Parent.Name FROM SetupEntityAccess "
            f"WHERE SetupEntityType = 'CustomPermission' AND ParentId IN ({held_sets(subject)})"
        ),
        "SELECT Id, DeveloperName, NamespacePrefix FROM CustomPermission",
    ]


def _read_custom_permissions(found: Sequence[Rows], _subject: Subject) -> CustomPermissions:
    names = {row["Id"][:15]: _full_name(row) for row in found[1]}
    held: dict[str, tuple[str, ...]] = {}
    for row in found[0]:
        name = names.get(row["SetupEntityId"][:15]) or str(row["SetupEntityId"])
        held[name] = (*held.get(name, ()), (row.get("Parent") or {}).get("Name") or "?")
    return CustomPermissions(held=held)


def _full_name(row: Mapping[str, Any]) -> str:
    namespace = row.get("NamespacePrefix")
    name = row["DeveloperName"]
    return f"{namespace}__{name}" if namespace else str(name)


def _connected_apps(_subject: Subject) -> list[str]:
    columns = "Id, Name, OptionsAllowAdminApprovedUsersOnly, RefreshTokenValidityPeriod"
    return [f"SELECT {columns} FROM ConnectedApplication"]


def _read_connected_apps(found: Sequence[Rows], _subject: Subject) -> ConnectedApps:
    return ConnectedApps(
        rows=tuple(
            ConnectedApp(
                id=row["Id"],
                name=row["Name"],
                admin_approved_only=row["OptionsAllowAdminApprovedUsersOnly"],
                refresh_token_days=row.get("RefreshTokenValidityPeriod"),
            )
            for row in found[0]
        )
    )


def _external_apps(_subject: Subject) -> list[str]:
    return [
        "SELECT Id, DeveloperName, MasterLabel FROM ExternalClientApplication",
        (
            "SELECT ExternalClientApplicationId, PermittedUsersPolicyType, IpRelaxationPolicyType, "
            "RefreshTokenPolicyType, RefreshTokenValidityPeriod, RefreshTokenValidityUnit, "
            "ClientCredentialsFlowUser FROM ExtlClntAppOauthPlcyCnfg"
        ),
    ]


def _read_external_apps(found: Sequence[Rows], _subject: Subject) -> ExternalApps:
    policies = {str(row["ExternalClientApplicationId"])[:15]: row for row in found[1]}
    return ExternalApps(rows=tuple(_external_app(row, policies.get(row["Id"][:15])) for row in found[0]))


def _external_app(row: Mapping[str, Any], policy: Mapping[str, Any] | None) -> ExternalApp:
    known = ExternalApp(id=row["Id"], name=row["DeveloperName"], label=row["MasterLabel"])
    if policy is None:
        return known
    return replace(
        known,
        admin_approved_only=policy["PermittedUsersPolicyType"] == "AdminApprovedPreAuthorized",
        ip_relaxation=policy["IpRelaxationPolicyType"],
        refresh_token=refresh_policy(
            policy["RefreshTokenPolicyType"],
            policy["RefreshTokenValidityPeriod"],
            policy["RefreshTokenValidityUnit"],
        ),
        run_as=policy["ClientCredentialsFlowUser"],
    )


def _preauthorized(_subject: Subject) -> list[str]:
    return [
        (
            "SELECT SetupEntityId, Parent.Name, Parent.IsOwnedByProfile, Parent.Profile.Name, Parent.Type "
            "FROM SetupEntityAccess WHERE SetupEntityType IN "
            "('ConnectedApplication', 'ExternalClientApplication')"
        )
    ]


def _read_preauthorized(found: Sequence[Rows], _subject: Subject) -> Preauthorized:
    by_app: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in found[0]:
        parent = row.get("Parent") or {}
        if parent.get("Type") == "Group" or not parent.get("Name"):
            continue  # a group's calculated row repeats its members; a muting set grants nothing
        if parent["IsOwnedByProfile"]:
            holder = ("profile", (parent.get("Profile") or {}).get("Name") or parent["Name"])
        else:
            holder = ("permission set", parent["Name"])
        app = row["SetupEntityId"][:15]
        by_app[app] = (*by_app.get(app, ()), holder)
    return Preauthorized(by_app=by_app)


READERS: Mapping[type, Reader] = MappingProxyType(
    {
        ProfileUsers: Reader(queries=_profile_users, read=_read_profile_users),
        ProfileContents: Reader(queries=_profile_contents, read=_read_profile_contents),
        LoginRestrictions: Reader(queries=_profile_metadata, read=_read_restrictions, tooling=True),
        Assignments: Reader(queries=_assignments, read=_read_assignments),
        AssignedLicenses: Reader(queries=_licenses, read=_read_licenses),
        CustomPermissions: Reader(queries=_custom_permissions, read=_read_custom_permissions),
        ConnectedApps: Reader(queries=_connected_apps, read=_read_connected_apps),
        ExternalApps: Reader(queries=_external_apps, read=_read_external_apps),
        Preauthorized: Reader(queries=_preauthorized, read=_read_preauthorized),
    }
)
"""How each group of facts is had from an org; UserFacts come first, for the rest depends on their ids."""
