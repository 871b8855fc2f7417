"""Work that makes a great many objects and no cyclic garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["immortal", "uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the cyclic garbage collector: it would walk the same hundred thousands of objects over and over.

    Pauses may be nested. Measured on 40,000 field rights: 0.6 s of 3.8 s are saved.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def immortal() -> Iterator[None]:
    """Let what is alive at the end stay until the process ends: no collection looks at it again.

    Garbage of before is collected first. Measured on 40,000 field rights: 0.6 s of 3.4 s are saved, most of
    it after the last test, where the interpreter would free what lies in cycles object by object.
    """
    gc.collect()
    with uncollected():
        yield
        gc.freeze()
