"""What was observed of an integration user beside its rights. Every group of facts is told, or it is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

__all__ = [
    "Assigned",
    "AssignedLicenses",
    "Assignments",
    "ConnectedApp",
    "ConnectedApps",
    "CustomPermissions",
    "ExternalApp",
    "ExternalApps",
    "IpRange",
    "LoginRestrictions",
    "PracticeFacts",
    "Preauthorized",
    "ProfileContents",
    "ProfileUsers",
    "Subject",
    "SuiteUsers",
    "UntoldError",
    "UserFacts",
]

T = TypeVar("T")


class UntoldError(Exception):
    """A group of facts could not be told; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the facts are about; ids as the org has them."""

    username: str
    user_id: str
    profile_id: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFacts:
    """The row of User. Times are those of the org, in UTC; None: never."""

    id: str
    username: str
    active: bool
    user_type: str
    profile_id: str
    profile: str
    license: str
    created: datetime | None = None
    last_login: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileUsers:
    """The active users of the profile, but for the user itself."""

    usernames: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileContents:
    """What the profile itself grants: objects, fields by object, user permissions, setup entities by type.

    ``tabs`` is None when the org does not tell of them.
    """

    objects: tuple[str, ...] = ()
    fields: Mapping[str, int] = field(default_factory=dict)
    user_permissions: frozenset[str] = frozenset()
    setup_entities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IpRange:
    """A login IP range of a profile, both ends inclusive, as the org prints them."""

    start: str
    end: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRestrictions:
    """The login restrictions of the profile, and the tabs that it shows.

    ``hours``: minutes after midnight by day, in lower case; a day that is not there is not restricted.
    ``tabs`` None: the org did not say.
    """

    ip_ranges: tuple[IpRange, ...] = ()
    hours: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    tabs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """One assignment. ``kind``: profile, permission set, permission set group, or group member.

    ``license`` is the name of the licence that the set is for, None: none. ``status`` is a group's.
    """

    kind: str
    name: str
    namespace: str | None = None
    license: str | None = None
    expires: datetime | None = None
    status: str | None = None

    @property
    def full_name(self) -> str:
        """The name with the namespace of its package before it."""
        return f"{self.namespace}__{self.name}" if self.namespace else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignments:
    """Everything that is assigned to the user, expired assignments included.

    ``members`` are the permission sets of the groups assigned.
    """

    rows: tuple[Assigned, ...]
    members: tuple[Assigned, ...] = ()

    def of(self, kind: str) -> tuple[Assigned, ...]:
        """Return the assignments of one kind."""
        return tuple(one for one in self.rows if one.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedLicenses:
    """The permission set licences assigned: DeveloperName -> label."""

    names: Mapping[str, str]

    def hold(self, name: str) -> bool:
        """Tell whether a licence is held, named by DeveloperName or label, in any case."""
        known = {each.lower() for pair in self.names.items() for each in pair}
        return name.lower() in known


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomPermissions:
    """The custom permissions that the user holds: name, with a package's namespace -> the containers."""

    held: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedApp:
    """The row of ConnectedApplication. ``refresh_token_days`` None: not told, or without end."""

    id: str
    name: str
    admin_approved_only: bool
    refresh_token_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedApps:
    """All connected apps of the org."""

    rows: tuple[ConnectedApp, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalApp:
    """The row of ExternalClientApplication, with its row of OAuth policies.

    Without that row what it would say is None. ``run_as`` is a username or an id of User.
    """

    id: str
    name: str
    label: str
    admin_approved_only: bool | None = None
    ip_relaxation: str | None = None
    refresh_token: str | None = None
    run_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalApps:
    """All external client apps of the org."""

    rows: tuple[ExternalApp, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preauthorized:
    """Who is pre-authorised for apps: 15 characters of the app's id -> (kind, name) of containers."""

    by_app: Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteUsers:
    """The users of the other matrices of this run: (username, integration, path of the matrix)."""

    others: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFacts:
    """Groups of facts by type. What was not asked for is not told either."""

    told: Mapping[type, object] = field(default_factory=dict)
    untold: Mapping[type, str] = field(default_factory=dict)

    def of(self, kind: type[T]) -> T:
        """Return a group of facts; raise UntoldError with the reason when it could not be told."""
        found = self.told.get(kind)
        if isinstance(found, kind):
            return found
        raise UntoldError(self.untold.get(kind, f"{kind.__name__} was not asked for"))
