"""The org that a run talks to, whichever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pytest_sfintegration.orgs.client import Budget, OrgClient

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

__all__ = ["API_VERSION", "IntegrationUser", "TargetOrg"]

API_VERSION = "62.0"
"""The API version that the plugin's own calls ask for; every org since Winter '25 serves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationUser:
    """The user under test, with what it is meant to be assigned (an embedded org creates it so).

    ``owner_roles``: roles in which there must be somebody to own records: an embedded org makes a user each.
    """

    username: str
    profile: str | None = None
    role: str | None = None
    license: str | None = None
    permission_set_licenses: tuple[str, ...] = ()
    permission_sets: tuple[str, ...] = ()
    permission_set_groups: tuple[str, ...] = ()
    public_groups: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    owner_roles: tuple[str, ...] = ()


class TargetOrg(Protocol):
    """An org with a setup user and integration users. Log-ins happen when a client is first asked for."""

    @property
    def name(self) -> str:
        """The name given to ``--sf-org``."""

    @property
    def budget(self) -> Budget:
        """The calls spent on the org, by all sessions."""

    def cap(self, levels: Sequence[str], *, asked: bool) -> int:
        """Return how many of the levels of evidence (weakest first) may be gathered in this org.

        ``asked``: the strongest was asked for by name; raise OrgError when it may not be gathered.
        """

    def setup_client(self, user: IntegrationUser) -> OrgClient:
        """Return the setup user's session in the org that holds ``user``."""

    def user_client(self, user: IntegrationUser) -> OrgClient:
        """Return a session logged in as the integration user. Raise OrgError when it cannot log in."""

    def setup_salesforce(self, user: IntegrationUser) -> "Salesforce":
        """Return an ordinary simple-salesforce client logged in as the setup user."""

    def user_salesforce(self, user: IntegrationUser) -> "Salesforce":
        """Return an ordinary simple-salesforce client logged in as the integration user."""
