"""Lists and counts in words."""

from collections.abc import Sequence

__all__ = ["counted", "listed"]

_SHOWN = 5


def listed(names: Sequence[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_SHOWN])} and {more} more"


def counted(names: Sequence[str], noun: str) -> str:
    """Return a count of a noun, and the first few names: ``2 objects: Account, Contact``."""
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'}: {listed(names)}"
