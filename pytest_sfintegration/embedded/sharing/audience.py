"""Who is meant: roles, subordinates, public groups, queues, and those above them in the hierarchy."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pytest_sfintegration.embedded.sharing.crowd import NOBODY, Crowd, Doubt
from pytest_sfintegration.embedded.sharing.managers import ManagerGroups
from pytest_sfintegration.embedded.sharing.model import UserFacts
from pytest_sfintegration.embedded.sharing.territory_groups import TERRITORY_KINDS, TerritoryGroups
from pytest_sfintegration.sfdx.model import UNREADABLE, Group, Queue, SharedWith, Source

__all__ = ["Audience", "Crowd", "Doubt"]

_MANAGERS: Final = frozenset({"managers", "managersubordinates"})


class Audience:
    """Resolve ``sharedTo``/``sharedFrom`` members and group members to users; every answer is remembered."""

    def __init__(
        self,
        source: Source,
        users: Iterable[UserFacts],
        group_members: Mapping[str, Sequence[SharedWith]],
    ) -> None:
        self.users = {user.id: user for user in users}
        self._managed = ManagerGroups(self.users)
        self._by_role: dict[str, set[str]] = defaultdict(set)
        for user in self.users.values():
            if user.role:
                self._by_role[user.role.lower()].add(user.id)
        self._superior: dict[str, str] = {}
        self._inferiors: dict[str, list[str]] = defaultdict(list)
        for role in source.roles.values():
            if role.parent:
                self._superior[role.name.lower()] = role.parent.lower()
                self._inferiors[role.parent.lower()].append(role.name.lower())
        self._roles = {name.lower() for name in source.roles}
        self._groups = {name.lower(): group for name, group in source.groups.items()}
        self._queues = {name.lower(): queue for name, queue in source.queues.items()}
        self._members = {name.lower(): tuple(members) for name, members in group_members.items()}
        self.territories = TerritoryGroups(source.territories, self._members)
        self._known_members: dict[SharedWith, Crowd] = {}
        self._known_recipients: dict[SharedWith, Crowd] = {}

    def subordinates(self, role: str | None) -> frozenset[str]:
        """Return the users in the roles below a role."""
        return frozenset(user for below in self._below(role) for user in self._by_role.get(below, ()))

    def superiors(self, user_ids: Iterable[str]) -> frozenset[str]:
        """Return the users in the roles above the users' roles.

        Help, "Controlling Access Using Hierarchies": on for standard objects; for custom objects, where it
        can be switched off in Setup but not in metadata, it is assumed to be on.
        """
        roles = {self.users[one].role for one in user_ids if one in self.users}
        above = {one for role in roles for one in self._above(role)}
        return frozenset(user for role in above for user in self._by_role.get(role, ()))

    def members(self, shared: SharedWith) -> Crowd:
        """Return the users that a member names, without those above them."""
        if shared not in self._known_members:
            self._known_members[shared] = self._resolve(shared, frozenset())
        return self._known_members[shared]

    def recipients(self, shared: SharedWith) -> Crowd:
        """Return the users who get what is shared with a member: itself and those above it."""
        if shared not in self._known_recipients:
            crowd = self.members(shared)
            if shared.kind.lower() in TERRITORY_KINDS:
                crowd |= Crowd(users=self.territories.above(shared.name or ""))
            elif self._includes_bosses(shared):
                crowd |= Crowd(users=self.superiors(crowd.users) | self._above_role(shared))
            self._known_recipients[shared] = crowd
        return self._known_recipients[shared]

    def _includes_bosses(self, shared: SharedWith) -> bool:
        """Tell whether those above have it too: groups and queues say so (Metadata API, Group and Queue)."""
        name = (shared.name or "").lower()
        said: Group | Queue | None = None
        if shared.kind.lower() == "group":
            said = self._groups.get(name)
        elif shared.kind.lower() == "queue":
            said = self._queues.get(name)
        return said is None or said.includes_bosses

    def queue_members(self, name: str) -> Crowd:
        """Return the members of a queue, and those above them unless it says otherwise."""
        return self.recipients(SharedWith(kind="queue", name=name))

    def _above_role(self, shared: SharedWith) -> frozenset[str]:
        """Return those above a role even when nobody is in it."""
        if not shared.kind.lower().startswith("role"):
            return NOBODY
        return frozenset(user for above in self._above(shared.name) for user in self._by_role.get(above, ()))

    def _above(self, role: str | None) -> list[str]:
        found: list[str] = []
        at = self._superior.get((role or "").lower())
        while at is not None and at not in found:
            found.append(at)
            at = self._superior.get(at)
        return found

    def _below(self, role: str | None) -> list[str]:
        found: list[str] = []
        waiting = list(self._inferiors.get((role or "").lower(), ()))
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.append(at)
                waiting.extend(self._inferiors.get(at, ()))
        return found

    def _resolve(self, shared: SharedWith, open_groups: frozenset[str]) -> Crowd:
        kind, name = shared.kind.lower(), shared.name or ""
        if kind == "user":
            return Crowd(users=frozenset({name}))
        if kind in {"role", "roleandsubordinates", "roleandsubordinatesinternal"}:
            return self._role(kind, name)
        if kind == "group":
            return self._group(name, open_groups)
        if kind == "queue":
            return self._queue(name, open_groups)
        if kind in {"allinternalusers", "organization"}:
            return Crowd(users=frozenset(one.id for one in self.users.values() if not one.external))
        return self._managers(shared) if kind in _MANAGERS else self._others(shared)

    def _managers(self, shared: SharedWith) -> Crowd:
        users = self._managed.members(shared.kind.lower(), shared.name or "")
        if users is not None:
            return Crowd(users=users)
        what = f"{shared.kind} {shared.name}, who is not among the users of the org"
        return Crowd(doubts=(Doubt(what=what, external=False),))

    def _role(self, kind: str, name: str) -> Crowd:
        users = frozenset(self._by_role.get(name.lower(), ()))
        if kind != "role":
            users |= self.subordinates(name)
        if kind.endswith("internal"):
            users = frozenset(one for one in users if not self.users[one].external)
        if name.lower() in self._roles:
            return Crowd(users=users)
        return Crowd(
            users=users,
            doubts=(Doubt(what=f"role {name}, which the source does not contain", external=None),),
        )

    def _group(self, name: str, open_groups: frozenset[str]) -> Crowd:
        key = name.lower()
        if key in open_groups:
            return Crowd()
        if key not in self._groups and key not in self._members:
            what = f"public group {name}, which the source does not contain"
            return Crowd(doubts=(Doubt(what=what, external=None),))
        crowd = Crowd()
        for member in self._members.get(key, ()):
            crowd |= self._resolve(member, open_groups | {key})
        return crowd

    def _queue(self, name: str, open_groups: frozenset[str]) -> Crowd:
        queue = self._queues.get(name.lower())
        if queue is None:
            return Crowd(
                doubts=(Doubt(what=f"queue {name}, which the source does not contain", external=None),)
            )
        usernames = {one.lower() for one in queue.users}
        crowd = Crowd(
            users=frozenset(one.id for one in self.users.values() if one.username.lower() in usernames)
        )
        for member in (*queue.members, *self._members.get(name.lower(), ())):
            crowd |= self._resolve(member, open_groups)
        return crowd

    def _others(self, shared: SharedWith) -> Crowd:
        kind, name = shared.kind.lower(), shared.name or ""
        if kind in TERRITORY_KINDS:
            return self.territories.direct(kind, name)
        if shared.kind == UNREADABLE:
            return Crowd(doubts=(Doubt(what=name, external=None),))
        outside = [one for one in self.users.values() if one.external]
        if kind == "allpartnerusers":
            return Crowd(
                users=frozenset(one.id for one in outside if one.user_type.lower() == "powerpartner")
            )
        if kind == "allcustomerportalusers":
            others = {"powerpartner", "guest"}
            return Crowd(users=frozenset(one.id for one in outside if one.user_type.lower() not in others))
        if kind == "guestuser":
            return Crowd(users=frozenset(one.id for one in outside if one.guest and _called(one, name)))
        what = f"{shared.kind} {name}".strip()
        return Crowd(doubts=(Doubt(what=f"{what}, which is not modelled", external=True),))


def _called(user: UserFacts, name: str) -> bool:
    nickname = str(user.fields.get("CommunityNickname", ""))
    return name.lower() in {user.username.lower(), nickname.lower()}
