"""The values that a checklist declares, for its items to compare with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

from pytest_sfintegration.matrix.model import Named
from pytest_sfintegration.rights import Location

__all__ = [
    "DAYS",
    "EVERY",
    "App",
    "IpRange",
    "LoginHours",
    "Logins",
    "Naming",
    "Privilege",
    "Review",
    "Rotation",
    "ip_range",
]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

EVERY: Mapping[str, int] = {"monthly": 1, "quarterly": 3, "semi-annually": 6, "annually": 12}
"""How often a review is due, in months."""

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class IpRange:
    """Addresses from ``first`` to ``last``, both inclusive; ``text`` as declared."""

    text: str
    first: Address
    last: Address
    at: Location

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return int(self.last) - int(self.first) + 1


def ip_range(text: str, at: Location) -> IpRange:
    """Return a range from ``192.0.2.0/24``, ``192.0.2.1-192.0.2.9`` or one address; raise ValueError."""
    begin, dash, end = (part.strip() for part in text.partition("-"))
    if dash:
        first, last = ip_address(begin), ip_address(end)
        if first.version != last.version or int(first) > int(last):
            raise ValueError("it ends before it begins")
    else:
        network = ip_network(begin, strict=True)
        first, last = network[0], network[-1]
    return IpRange(text=text, first=first, last=last, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginHours:
    """Minutes after midnight between which logins are let in, by day; a day that is not there: at any time.

    ``any_time``: the word ``any`` was given.
    """

    hours: Mapping[str, tuple[int, int]]
    any_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A connected app or an external client app, by the name that Setup shows or its API name.

    What is None is not declared.
    """

    name: str
    at: Location
    kind: Literal["connected app", "external client app"] | None = None
    permission_sets: tuple[Named, ...] | None = None
    profiles: tuple[Named, ...] | None = None
    scopes: tuple[Named, ...] | None = None
    ip_relaxation: str | None = None
    refresh_token: str | None = None
    run_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Patterns that whole names must match, case regarded."""

    username: str | None = None
    profile: str | None = None
    permission_sets: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """Where logins may come from, and through what; None: not declared. Failed logins a day at most."""

    sources: tuple[IpRange, ...] | None = None
    applications: tuple[Named, ...] | None = None
    login_types: tuple[Named, ...] | None = None
    api_types: tuple[Named, ...] | None = None
    failed_per_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """The age in days at which a secret must be new: of ordinary users, and of privileged ones."""

    days: int = 180
    privileged_days: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who answers for the integration, when it was last reviewed, and how often it must be."""

    owner: str
    reviewed: date
    every: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """Why a privileged user permission is held, and what makes up for the risk."""

    name: str
    at: Location
    justification: str
    controls: tuple[Named, ...]
