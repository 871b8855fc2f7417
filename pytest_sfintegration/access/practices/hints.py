"""What the source declares and no table of an org's API tells: sessions, and the settings of apps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["AppHints", "PracticeHints", "SessionHints", "refresh_policy"]


def refresh_policy(kind: str | None, period: int | None, unit: str | None) -> str | None:
    """Return the refresh token policy of an external client app in one text: ``SpecificLifetime:30:Days``."""
    if kind is None or period is None:
        return kind
    return f"{kind}:{period}:{unit or ''}".rstrip(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHints:
    """Session settings of a profile: the minutes without use after which a session ends; where it stands."""

    timeout: int | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppHints:
    """An app as its metadata declares it, as far as no org tells. None: the file does not say.

    ``names`` are its API name and its label; ``kind`` is a word of the matrix.
    """

    names: tuple[str, ...]
    kind: str
    path: str
    scopes: tuple[str, ...] | None = None
    ip_relaxation: str | None = None
    refresh_token: str | None = None
    run_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeHints:
    """What the source beside the matrix says: sessions by profile, apps. ``source``: there is one at all."""

    source: bool = False
    sessions: Mapping[str, SessionHints] = field(default_factory=dict)
    apps: tuple[AppHints, ...] = ()
