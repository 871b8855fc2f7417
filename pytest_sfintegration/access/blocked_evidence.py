"""What must be known of what is blocked, and what was observed of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.access.outcome import Outcome

__all__ = [
    "BlockedEvidence",
    "BlockedNeeds",
    "Control",
    "LeakAnswer",
    "LeakNeed",
    "RequestAnswer",
    "RequestNeed",
    "SetupEntityAccess",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestNeed:
    """A request that is to be sent; ``soql`` instead of a path for a query. ``key`` names the need."""

    key: str
    method: str = "GET"
    path: str = ""
    body: Any = None
    accepted: frozenset[str] = frozenset()
    soql: str | None = None

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in {"GET", "HEAD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What the setup user was answered. ``exists`` is None when that could not be told."""

    exists: bool | None
    text: str
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswer:
    """What the user was answered; ``rows`` of a query, ``control`` where one was needed."""

    outcome: Outcome
    rows: int | None = None
    control: Control | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakNeed:
    """An object, or one field of it, that no related route may show."""

    object: str
    field: str | None = None

    @property
    def key(self) -> str:
        """The name as a matrix has it."""
        return self.object if self.field is None else f"{self.object}.{self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakAnswer:
    """The routes by which the setup user saw it, and what each came to for the user.

    ``untold`` are routes, each with the reason why it told nothing.
    """

    refused: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupEntityAccess:
    """The user's setup entities. Keys are (kind, name), the kind in words: ``("Apex class", "Billing")``.

    ``existing``: all that the org has of the kinds that were asked for; ``granted``: where the user's come
    from; ``muted``: the members of the user's groups whose grant is muted; ``nearest``: the containers that
    are not assigned and grant what was asked for. ``described``: whether the org tells the user that it can
    read a type, of the kinds whose records an API shows.
    """

    existing: frozenset[tuple[str, str]] = frozenset()
    granted: Mapping[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    muted: Mapping[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    nearest: Mapping[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    described: Mapping[tuple[str, str], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedNeeds:
    """All that is to be known. ``kinds`` are kinds of setup entities, ``wanted`` what is allowed."""

    requests: tuple[RequestNeed, ...] = ()
    leaks: tuple[LeakNeed, ...] = ()
    kinds: frozenset[str] = frozenset()
    wanted: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether anything is."""
        return bool(self.requests or self.leaks or self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedEvidence:
    """What was observed, by key of the need. ``trouble`` says why a part is missing."""

    requests: Mapping[str, RequestAnswer] = field(default_factory=dict)
    leaks: Mapping[str, LeakAnswer] = field(default_factory=dict)
    entities: SetupEntityAccess | None = None
    trouble: Mapping[str, str] = field(default_factory=dict)
