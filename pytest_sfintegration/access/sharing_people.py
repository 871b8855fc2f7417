"""Whom a share reaches: groups, queues, roles and those above them, as the setup user reads the org."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.managers import MANAGER_TYPES, Chains, chain_query
from pytest_sfintegration.access.sharing_territories import KINDS, Places, place_queries
from pytest_sfintegration.access.tables import id_list, quoted
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path

__all__ = ["People", "RuleName", "ask"]

_NESTED = 4
"""Groups within groups that are followed."""

_PURPOSE = "sharing reasons"

# Group.Type (object reference, Group) -> the element of a sharing rule's sharedTo, and its words.
_TYPES: Mapping[str, tuple[str, str]] = {
    **MANAGER_TYPES,
    "Organization": ("allInternalUsers", "all internal users"),
    "Queue": ("queue", "queue {}"),
    "Regular": ("group", "public group {}"),
    "Role": ("role", "role {}"),
    "RoleAndSubordinates": ("roleAndSubordinates", "role and subordinates of {}"),
    "RoleAndSubordinatesInternal": (
        "roleAndSubordinatesInternal",
        "role and internal subordinates of {}",
    ),
    **KINDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleName:
    """A sharing rule that the source declares. An org's share rows do not name the rule that made them.

    ``kind`` and ``recipient``: the sharedTo element and its value, in the words of the metadata.
    """

    object: str
    name: str
    access_level: str
    kind: str
    recipient: str = ""


def ask(client: OrgClient, texts: Sequence[str]) -> list[list[Mapping[str, Any]] | None]:
    """Return the records of each query, None for one that the org refuses."""
    calls = [Call(method="GET", path=query_path(text)) for text in texts]
    replies = client.batch(calls, purpose=_PURPOSE) if calls else []
    return [_rows(client, reply) for reply in replies]


def _rows(client: OrgClient, reply: Reply) -> list[Mapping[str, Any]] | None:
    found: list[Mapping[str, Any]] = []
    while reply.ok:
        found += reply.payload["records"]
        if reply.payload.get("done", True):
            return found if len(found) >= reply.payload.get("totalSize", 0) else None
        reply = client.send("GET", reply.payload["nextRecordsUrl"], purpose=_PURPOSE)
    return None


@dataclass(slots=True, kw_only=True)
class People:
    """The integration user's place in the org, and the groups and owners that matter."""

    user_id: str
    role_id: str | None = None
    roles: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    groups: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    users: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    chains: Chains = field(default_factory=Chains)
    places: Places | None = None

    def read_own(self, rows: Sequence[Mapping[str, Any]], roles: Sequence[Mapping[str, Any]]) -> None:
        """Take in the user's own row and the role hierarchy."""
        self.role_id = rows[0].get("UserRoleId") if rows else None
        self.users |= {row["Id"]: row for row in rows}
        self.roles = {row["Id"]: row for row in roles}

    def read(self, client: OrgClient, ids: Iterable[str]) -> None:
        """Read the users and groups among the ids, and who is in the groups: one call a level of nesting."""
        waiting = sorted({one for one in ids if one and one != self.user_id})
        for _ in range(_NESTED):
            if not waiting:
                break
            inside = id_list(waiting)
            groups, members, users = ask(
                client,
                [
                    f"SELECT Id, Type, DeveloperName, RelatedId FROM Group WHERE Id IN {inside}",
                    f"SELECT GroupId, UserOrGroupId FROM GroupMember WHERE GroupId IN {inside}",
                    f"SELECT Id, Username, UserRoleId FROM User WHERE Id IN {inside}",
                ],
            )
            self.groups |= {row["Id"]: row for row in groups or ()}
            self.users |= {row["Id"]: row for row in users or ()}
            if self.places is None and any(row["Type"] in KINDS for row in groups or ()):
                self.places = Places.of(*ask(client, place_queries(self.user_id)))
            found: set[str] = set()
            for row in members or ():
                self.members.setdefault(row["GroupId"], set()).add(row["UserOrGroupId"])
                found.add(row["UserOrGroupId"])
            waiting = sorted(found - self.groups.keys() - self.users.keys() - {self.user_id})
        self._read_managers(client)

    def _read_managers(self, client: OrgClient) -> None:
        """Read the chains above the users whose manager groups were met, and above the user himself."""
        managed = [row for row in self.groups.values() if row["Type"] in MANAGER_TYPES]
        missing = {row["RelatedId"] for row in managed} - self.chains.above.keys()
        if not missing:
            return
        (rows,) = ask(client, [chain_query({*missing, self.user_id})])
        self.chains.take(rows or ())
        self.users = {**self.chains.users, **self.users}
        for row in managed:
            self.members[row["Id"]] = self.chains.members(row, self.user_id)

    def reaches(self, shared_with: str) -> bool:
        """Tell whether the integration user gets what is shared with a user or group."""
        return self._reaches(shared_with, frozenset())

    def _reaches(self, shared_with: str, passed: frozenset[str]) -> bool:
        if shared_with == self.user_id:
            return True
        group = self.groups.get(shared_with)
        if group is None or shared_with in passed:
            return self.above(shared_with)
        kind = group["Type"]
        if kind == "Organization":
            return True
        if kind.startswith("Role"):
            return self._in_role(kind, group["RelatedId"])
        if kind in KINDS:
            return self.places is not None and self.places.reaches(kind, group["RelatedId"])
        every = self.members.get(shared_with, set())
        return any(self._reaches(one, passed | {shared_with}) for one in every)

    def _in_role(self, kind: str, role: str) -> bool:
        if self.role_id is None:
            return False
        below = kind != "Role" and role in self._chain(self.role_id)
        return below or self.role_id == role or self.role_id in self._chain(role)

    def above(self, other: str) -> bool:
        """Tell whether the integration user's role stands above another user's."""
        role = self.users.get(other, {}).get("UserRoleId")
        return role is not None and self.role_id is not None and self.role_id in self._chain(role)

    def _chain(self, role: str) -> list[str]:
        """Return the roles above a role, nearest first."""
        found: list[str] = []
        at = self.roles.get(role, {}).get("ParentRoleId")
        while at is not None and at not in found:
            found.append(at)
            at = self.roles.get(at, {}).get("ParentRoleId")
        return found

    def user_words(self, user_id: str) -> str:
        """Return a user by name and role."""
        row = self.users.get(user_id, {})
        role = self.roles.get(row.get("UserRoleId") or "", {}).get("DeveloperName")
        name = str(row.get("Username", user_id))
        return f"{name} (role {role})" if role else name

    def group_words(self, group_id: str) -> tuple[str, str, str]:
        """Return a group as a sharedTo element, its value, and in words."""
        row = self.groups.get(group_id)
        if row is None:
            return "user", group_id, f"user {self.user_words(group_id)}"
        name = str(row["DeveloperName"])
        if row["Type"].startswith("Role"):
            name = str(self.roles.get(row["RelatedId"], {}).get("DeveloperName", name))
        elif row["Type"] in MANAGER_TYPES:
            name = str(self.users.get(row["RelatedId"], {}).get("Username", row["RelatedId"]))
        elif row["Type"] in KINDS and self.places is not None:
            name = self.places.name(row["RelatedId"])
        kind, words = _TYPES.get(row["Type"], (row["Type"], f"{row['Type']} {{}}"))
        return kind, name, words.format(name)


def own_row_query(user_id: str) -> str:
    """Return the query of the integration user's own name and role."""
    return f"SELECT Id, Username, UserRoleId FROM User WHERE Id = {quoted(user_id)}"
