"""Sets of users that rules and shares name, and what keeps them from being known whole."""

from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.embedded.sharing.model import UserFacts

__all__ = ["NOBODY", "Among", "Crowd", "Doubt"]

NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Members that cannot be known; ``external`` tells which users might be among them (None: any)."""

    what: str
    external: bool | None

    def concerns(self, user: UserFacts) -> bool:
        """Return whether the user might be among them."""
        return self.external is None or self.external == user.external


@dataclass(frozen=True, slots=True, kw_only=True)
class Among(Doubt):
    """Members that are known, of something that may or may not be."""

    users: frozenset[str]

    def concerns(self, user: UserFacts) -> bool:
        """Return whether the user is among them."""
        return user.id in self.users


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """User ids, and what keeps the list from being complete."""

    users: frozenset[str] = NOBODY
    doubts: tuple[Doubt, ...] = ()

    def __or__(self, other: "Crowd") -> "Crowd":
        return Crowd(users=self.users | other.users, doubts=self.doubts + other.doubts)
