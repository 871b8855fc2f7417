"""Two users' calls at the same time: each session is used by one thread only."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")

__all__ = ["both"]


def both(mine: Callable[[], T], theirs: Callable[[], U], *, at_once: bool) -> tuple[T, U]:
    """Return what two independent looks came to; with ``at_once`` the second is taken in a thread meanwhile.

    Both are over when this returns or raises, so nothing is asked of the org behind the caller's back. The
    error of the first goes before that of the second.
    """
    if not at_once:
        return mine(), theirs()
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - live runs only

    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(theirs)
        return mine(), other.result()
