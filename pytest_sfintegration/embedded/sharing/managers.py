"""Manager groups: those above a user in the management chain, and those below him."""

from collections.abc import Mapping
from typing import Final

from pytest_sfintegration.embedded.sharing.model import UserFacts

__all__ = ["ManagerGroups"]

_MEMBERS: Final = frozenset({"standard", "csnonly"})


class ManagerGroups:
    """The two manager groups of every user, by User.ManagerId."""

    def __init__(self, users: Mapping[str, UserFacts]) -> None:
        self._users = users
        self._ids = {user.username.lower(): user.id for user in users.values()}

    def members(self, kind: str, username: str) -> frozenset[str] | None:
        """Return the ids of a group's members, None for a user whom the org does not have.

        Help, "Sharing Records with Manager Groups": managers are a user's direct and indirect managers,
        managersubordinates the user himself and his direct and indirect reports; both hold Standard and
        Chatter Only users only. That the metadata names users by username is assumed.
        """
        of = self._ids.get(username.lower())
        if of is None:
            return None
        if kind == "managers":
            found = self._above(of)
        else:
            found = {each for each in self._users if each == of or of in self._above(each)}
        return frozenset(each for each in found if self._users[each].user_type.lower() in _MEMBERS)

    def _above(self, user_id: str) -> set[str]:
        found: set[str] = set()
        at = self._users[user_id].manager_id
        while at is not None and at not in found and at in self._users:
            found.add(at)
            at = self._users[at].manager_id
        return found
