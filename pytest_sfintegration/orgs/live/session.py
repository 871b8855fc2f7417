"""A session: what a log-in gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.orgs.live.secret import Secret

__all__ = ["LiveSession"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A token, the org's address, and who it belongs to (None: not told yet)."""

    token: Secret
    base: str
    org_id: str | None = None
    user_id: str | None = None
    username: str | None = None

    def dump(self) -> dict[str, Any]:
        """Return the session as JSON values, token and all: for a file of our own with mode 600."""
        return {
            "token": self.token.reveal(),
            "base": self.base,
            "org_id": self.org_id,
            "user_id": self.user_id,
            "username": self.username,
        }

    @classmethod
    def load(cls, values: Mapping[str, Any]) -> "LiveSession":
        """Return the session that ``dump`` wrote."""
        return cls(
            token=Secret(values["token"]),
            base=values["base"],
            org_id=values["org_id"],
            user_id=values["user_id"],
            username=values["username"],
        )
