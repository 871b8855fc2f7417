"""What an org says of single users: assignments, licences, role, groups."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.comparison.facts import ASSIGNMENTS, FROZEN, PROPERTIES, Fact, Key, Person, Subject
from pytest_sfintegration.comparison.reading import Tables

if TYPE_CHECKING:
    from pytest_sfintegration.comparison.snapshot import Names

__all__ = ["EXPIRED", "read_people"]

EXPIRED = "expired"


def read_people(tables: Tables, names: "Names", usernames: Iterable[str]) -> Mapping[str, Person]:
    """Return the users by username as it was asked; one that the org does not have is left out."""
    asked = {name.lower(): name for name in usernames}
    found = {}
    for row in tables.rows.get("User", ()):
        facts = dict(_facts(row, tables, names))
        holds = frozenset(
            one.refers
            for (section, _), one in facts.items()
            if section == ASSIGNMENTS
            and one.refers is not None
            and one.value != EXPIRED
            and one.refers.kind in {"permission set", "permission set group"}
        )
        profile = _profile(row, names)
        found[asked[str(row["Username"]).lower()]] = Person(facts=facts, holds=holds | {profile})
    return found


def _profile(row: Mapping[str, Any], names: "Names") -> Subject:
    return Subject(kind="profile", name=names.profiles.get(row["ProfileId"], "of a name that is not told"))


def _facts(user: Mapping[str, Any], tables: Tables, names: "Names") -> Iterator[tuple[Key, Fact]]:
    profile = _profile(user, names)
    yield (PROPERTIES, "profile"), Fact(value=profile.name, refers=profile)
    role = names.roles.get(user.get("UserRoleId") or "")
    yield (PROPERTIES, "role"), Fact(value=role.name if role else "none", refers=role)
    yield (PROPERTIES, "active"), Fact(value="yes" if user["IsActive"] else "no")
    frozen = {row["UserId"]: row["IsFrozen"] for row in tables.rows.get(FROZEN, ())}
    if user["Id"] in frozen:
        yield (FROZEN, "frozen"), Fact(value="yes" if frozen[user["Id"]] else "no")
    yield (PROPERTIES, "user type"), Fact(value=str(user["UserType"]))
    for row in tables.rows["PermissionSetAssignment"]:
        container = names.containers.get(row["PermissionSetId"])
        if row["PermissionSetGroupId"] is not None:
            container = names.groups.get(row["PermissionSetGroupId"], container)
        if row["AssigneeId"] == user["Id"] and container is not None and container.kind != "profile":
            yield (ASSIGNMENTS, str(container)), Fact(value=_standing(row), refers=container)
    for row in tables.rows["PermissionSetLicenseAssign"]:
        if row["AssigneeId"] == user["Id"]:
            name = names.licenses.get(row["PermissionSetLicenseId"], "of a name that is not told")
            licence = Subject(kind="licence", name=name)
            yield (ASSIGNMENTS, f"permission set licence {name}"), Fact(refers=licence)
    for row in tables.rows["GroupMember"]:
        group = names.public_groups.get(row["GroupId"])
        if row["UserOrGroupId"] == user["Id"] and group is not None:
            yield (ASSIGNMENTS, str(group)), Fact(refers=group)


def _standing(row: Mapping[str, Any]) -> str:
    """Return ``expired``, the day until which an assignment holds, or nothing."""
    if row.get("IsActive") is False:
        return EXPIRED
    ends = row.get("ExpirationDate")
    return f"until {str(ends)[:10]}" if ends else ""
