"""Records by columns, for counting: a condition tested on columns spares millions of looks into rows."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Columns"]


class Columns:
    """Records that will not change, and their values column by column; each column is made on first use."""

    __slots__ = ("_columns", "rows")

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = rows
        self._columns: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Sequence[Any]:
        """Return what every record holds in a field, in the order of ``rows``."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = [row.get(name) for row in self.rows]
        return found
