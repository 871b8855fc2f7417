"""Query cursors: what is left of a large result."""

from typing import Any

__all__ = ["Cursors"]

_MOST = 10


class Cursors:
    """The open cursors of all users; each user keeps the last ten.

    Documented: SOQL and SOSL Reference, cursors; the oldest is released.
    """

    def __init__(self) -> None:
        self._results: dict[str, tuple[str, int, list[dict[str, Any]]]] = {}
        self._count = 0

    def keep(self, total: int, records: list[dict[str, Any]], user_id: str) -> str:
        """Keep a result and return its locator."""
        self._count += 1
        locator = f"01gEm{self._count:013d}"
        own = [key for key, (owner, _, _) in self._results.items() if owner == user_id]
        for key in own[: max(0, len(own) - _MOST + 1)]:
            del self._results[key]
        self._results[locator] = (user_id, total, records)
        return locator

    def find(self, locator: str, user_id: str) -> tuple[int, list[dict[str, Any]]] | None:
        """Return the total and the records of a locator that belongs to the user."""
        found = self._results.get(locator)
        return None if found is None or found[0] != user_id else (found[1], found[2])
