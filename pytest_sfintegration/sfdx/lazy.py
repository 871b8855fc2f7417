"""A read-only mapping whose values are made when first asked for."""

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any, Generic, TypeVar

__all__ = ["Lazy"]

V = TypeVar("V")


class Lazy(Mapping[str, V], Generic[V]):
    """Map names to values that ``make`` builds from what ``raw`` holds for them.

    ``made`` values come after the raw ones and replace those of the same name in place. Names, length and
    membership cost nothing: the facts hold thousands of fields of which a run uses a few.
    """

    __slots__ = ("_made", "_make", "_raw")

    def __init__(
        self, make: Callable[[Any], V], raw: Mapping[str, Any], made: Mapping[str, V] | None = None
    ) -> None:
        self._make = make
        self._made: dict[str, V] = dict(made) if made else {}
        self._raw: Mapping[str, Any] = {**raw, **self._made} if made else raw

    def __getitem__(self, name: str) -> V:
        try:
            return self._made[name]
        except KeyError:
            value = self._make(self._raw[name])
            self._made[name] = value
            return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def values(self) -> ValuesView[V]:
        """Return a view of the values, all of them made."""
        return self._all().values()

    def items(self) -> ItemsView[str, V]:
        """Return a view of names and values, all of them made."""
        return self._all().items()

    def _all(self) -> dict[str, V]:
        """Make all, once: a pass over a dict costs a fifth of one that looks each name up here."""
        if self._raw is not self._made:
            self._raw = self._made = {name: self[name] for name in self._raw}
        return self._made

    def __repr__(self) -> str:
        return f"<{len(self._raw)} entries, {len(self._made)} made>"

    def unmade(self, name: str) -> Any:
        """Return what a value will be made of; ``None`` if there is no such name or it is made already."""
        return None if name in self._made else self._raw.get(name)

    def extended(self, more: Mapping[str, V]) -> "Lazy[V]":
        """Return a mapping with ``more`` added."""
        return Lazy(self._make, self._raw, {**self._made, **more})
