"""The queries of the facts of upkeep, and how their rows are read.

Source: Object Reference, the tables by name. Of LoginHistory, SourceIp, Status and Application can be read
and not filtered on; without Manage Users, or Monitor Login History, only one's own rows are there. Of
OauthToken, only one's own rows are there without Customize Application; UserPermissionAccess tells what one
holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.access.practices.facts import Subject, UntoldError
from pytest_sfintegration.access.practices.readers import Reader, held_sets, moment, shown
from pytest_sfintegration.access.practices.upkeep_facts import (
    OWN_APPLICATION,
    AccountLock,
    GrantedObjects,
    HeldPermissions,
    IntegrationUsers,
    LicenseSeats,
    Login,
    LoginRows,
    PasswordAge,
    Seats,
    Token,
    TokenRows,
)
from pytest_sfintegration.access.tables import quoted
from pytest_sfintegration.orgs.errors import OrgError

__all__ = ["OPENED_BY", "UPKEEP_READERS"]

Rows = Sequence[Mapping[str, Any]]

OPENED_BY: Mapping[str, str] = MappingProxyType({"UserLogin": "Manage Users"})
"""Tables that View Setup and Configuration does not open, and what does (Object Reference)."""

_MOST = 2000
"""Rows that are read of a table at most: one page."""

_SETS_AT_ONCE = 200
"""Rows that FIELDS(ALL) takes at most (SOQL and SOSL Reference, FIELDS())."""

_USER_LICENSE = "Salesforce Integration"
_SET_LICENSE = "SalesforceAPIIntegrationPsl"


def _lock(subject: Subject) -> list[str]:
    return [f"SELECT IsFrozen FROM UserLogin WHERE UserId = {quoted(subject.user_id)}"]


def _read_lock(found: Sequence[Rows], _subject: Subject) -> AccountLock:
    if not found[0]:
        raise UntoldError("the org shows the setup user no row of UserLogin: give him Manage Users")
    return AccountLock(frozen=any(row["IsFrozen"] for row in found[0]))


def _password(subject: Subject) -> list[str]:
    return [f"SELECT LastPasswordChangeDate FROM User WHERE Id = {quoted(subject.user_id)}"]


def _read_password(found: Sequence[Rows], _subject: Subject) -> PasswordAge:
    return PasswordAge(changed=moment(found[0][0].get("LastPasswordChangeDate")) if found[0] else None)


def _logins(subject: Subject) -> list[str]:
    columns = "LoginTime, LoginType, Application, SourceIp, Status, ApiType"
    user = quoted(subject.user_id)
    return [f"SELECT {columns} FROM LoginHistory WHERE UserId = {user} ORDER BY LoginTime DESC LIMIT {_MOST}"]


def _read_logins(found: Sequence[Rows], _subject: Subject) -> LoginRows:
    rows = [row for row in found[0] if row.get("Application") != OWN_APPLICATION]
    return LoginRows(
        rows=tuple(
            Login(
                at=at,
                login_type=row.get("LoginType") or "",
                application=row.get("Application") or "",
                source_ip=row.get("SourceIp") or "",
                status=row.get("Status") or "",
                api_type=row.get("ApiType") or "",
            )
            for row in rows
            if (at := moment(row["LoginTime"])) is not None
        ),
        own=len(found[0]) - len(rows),
        complete=len(found[0]) < _MOST,
    )


def _tokens(subject: Subject) -> list[str]:
    user = quoted(subject.user_id)
    return [
        f"SELECT AppName, UseCount, LastUsedDate FROM OauthToken WHERE UserId = {user}",
        "SELECT PermissionsCustomizeApplication FROM UserPermissionAccess",
    ]


def _read_tokens(found: Sequence[Rows], _subject: Subject) -> TokenRows:
    return TokenRows(
        rows=tuple(
            Token(
                app=row.get("AppName") or "",
                uses=row.get("UseCount") or 0,
                last_used=moment(row.get("LastUsedDate")),
            )
            for row in found[0]
        ),
        seen=any(row["PermissionsCustomizeApplication"] for row in found[1]),
    )


def _users(_subject: Subject) -> list[str]:
    active = "IsActive = true AND UserType = 'Standard'"
    return [
        (
            f"SELECT Username FROM User WHERE {active} AND "
            f"Profile.UserLicense.Name = {quoted(_USER_LICENSE)} ORDER BY Username LIMIT {_MOST}"
        ),
        (
            "SELECT Assignee.Username FROM PermissionSetAssignment WHERE "
            f"PermissionSet.PermissionsApiUserOnly = true AND Assignee.IsActive = true LIMIT {_MOST}"
        ),
        f"SELECT Username FROM User WHERE {active} ORDER BY Username LIMIT {_MOST}",
    ]


def _read_users(found: Sequence[Rows], _subject: Subject) -> IntegrationUsers:
    licensed, api_only, everybody = found
    return IntegrationUsers(
        licensed=tuple(row["Username"] for row in licensed),
        api_only=tuple(sorted({row["Assignee"]["Username"] for row in api_only})),
        usernames=tuple(row["Username"] for row in everybody),
        complete=all(len(rows) < _MOST for rows in found),
    )


def _seats(_subject: Subject) -> list[str]:
    columns = "TotalLicenses, UsedLicenses, Status"
    return [
        f"SELECT Name, {columns} FROM UserLicense WHERE Name = {quoted(_USER_LICENSE)}",
        (
            f"SELECT MasterLabel, {columns} FROM PermissionSetLicense "
            f"WHERE DeveloperName = {quoted(_SET_LICENSE)}"
        ),
    ]


def _read_seats(found: Sequence[Rows], _subject: Subject) -> LicenseSeats:
    return LicenseSeats(
        rows=tuple(
            Seats(
                name=row.get("Name") or row["MasterLabel"],
                total=row["TotalLicenses"],
                used=row["UsedLicenses"],
                status=row["Status"],
            )
            for rows in found
            for row in rows
        )
    )


def _permissions(subject: Subject) -> list[str]:
    return [
        f"SELECT FIELDS(ALL) FROM PermissionSet WHERE Id IN ({held_sets(subject)}) LIMIT {_SETS_AT_ONCE}",
        f"SELECT Name FROM Profile WHERE Id = {quoted(subject.profile_id)}",
    ]


def _read_permissions(found: Sequence[Rows], _subject: Subject) -> HeldPermissions:
    if len(found[0]) >= _SETS_AT_ONCE:
        raise OrgError(f"the user holds {_SETS_AT_ONCE} permission sets or more: not all of them were read")
    profile = found[1][0]["Name"] if found[1] else "?"
    held: dict[str, tuple[str, ...]] = {}
    for row in shown(found[0], "permission set of the user, not even that of the profile"):
        where = f"profile {profile}" if row["IsOwnedByProfile"] else row["Name"]
        for column, value in row.items():
            if value is True and column.startswith("Permissions"):
                name = column.removeprefix("Permissions")
                held[name] = (*held.get(name, ()), where)
    return HeldPermissions(held=held)


def _objects(subject: Subject) -> list[str]:
    return [
        (
            "SELECT SobjectType, Parent.Name, Parent.IsOwnedByProfile FROM ObjectPermissions WHERE "
            f"PermissionsRead = true AND ParentId IN ({held_sets(subject)})"
        )
    ]


def _read_objects(found: Sequence[Rows], _subject: Subject) -> GrantedObjects:
    return GrantedObjects(by_object=_by_object(found[0]))


def _by_object(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    by_object: dict[str, tuple[str, ...]] = {}
    for row in rows:
        parent = row.get("Parent") or {}
        where = "the profile" if parent.get("IsOwnedByProfile") else parent.get("Name") or "?"
        name = row["SobjectType"]
        by_object[name] = (*by_object.get(name, ()), where)
    return by_object


UPKEEP_READERS: Mapping[type, Reader] = MappingProxyType(
    {
        AccountLock: Reader(queries=_lock, read=_read_lock),
        PasswordAge: Reader(queries=_password, read=_read_password),
        LoginRows: Reader(queries=_logins, read=_read_logins),
        TokenRows: Reader(queries=_tokens, read=_read_tokens),
        IntegrationUsers: Reader(queries=_users, read=_read_users),
        LicenseSeats: Reader(queries=_seats, read=_read_seats),
        HeldPermissions: Reader(queries=_permissions, read=_read_permissions),
        GrantedObjects: Reader(queries=_objects, read=_read_objects),
    }
)
"""How each group of facts of upkeep is had from an org."""
