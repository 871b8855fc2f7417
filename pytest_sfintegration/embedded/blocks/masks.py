"""Masks: which rows of a block are meant."""

from collections.abc import Iterable
from functools import lru_cache

__all__ = ["full_mask", "mask_of"]


@lru_cache(maxsize=64)
def full_mask(size: int) -> int:
    """Return the mask of every row."""
    return int.from_bytes(b"\1" * size, "little")


def mask_of(places: Iterable[int], size: int) -> int:
    """Return the mask of some rows."""
    found = bytearray(size)
    for place in places:
        found[place] = 1
    return int.from_bytes(found, "little")
