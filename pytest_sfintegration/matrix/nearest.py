"""The nearest known name to a misspelled one."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean", "nearest"]

# Nobody mistypes a name of this length; comparing it would only cost time.
_LONGEST = 120


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that resembles ``name`` most, regardless of case, or None."""
    if len(name) > _LONGEST:
        return None
    spellings = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), spellings, n=1)
    return spellings[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the remedy for a misspelled name: the nearest known one, or ``otherwise``."""
    candidate = nearest(name, known)
    return otherwise if candidate is None else f"Did you mean '{candidate}'?"
