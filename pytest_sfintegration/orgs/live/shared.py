"""What the processes of one run share, in files of mode 600 behind a lock: sessions, kind of org, verdicts.

A run of one process keeps them in memory. Under xdist the controller makes a folder that only we can enter
and removes it at the end; folders that a killed run left are removed by the next.
"""

import json
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pytest_sfintegration.orgs.live.locks import lock

__all__ = ["Shared", "Tally", "make_folder"]

_PREFIX = "sfintegration-run-"
_STALE = 12 * 3600.0

T = TypeVar("T")

Values = dict[str, Any]


def make_folder() -> Path:
    """Return a new folder of mode 700 in the system's temporary folder."""
    for old in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        stat = old.lstat()
        ours = not hasattr(os, "getuid") or stat.st_uid == os.getuid()
        if ours and time.time() - stat.st_mtime > _STALE:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_PREFIX))


class _Hidden(Values):
    """Values whose ``repr`` shows none of them."""

    def __repr__(self) -> str:
        return "{...}"


class Shared:
    """Values by name, made once a run. ``folder`` None: for this process alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._memory: dict[str, _Hidden] = {}

    def get(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return a value, made by the first process that asks."""
        return self.renew(name, make, old=None)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` returns, made by the first process that asks; the others wait for it.

        It is kept as a pickle in the run's folder, which only we can enter: it must hold no secret.
        """
        if self._folder is None:
            return make()
        with open(self._path(name), "a+b", opener=_private) as file:
            lock(file)
            file.seek(0)
            try:
                known: T = pickle.load(file)  # noqa: S301 - written by a process of this run
            except (EOFError, pickle.UnpicklingError):  # nobody was first, or it was killed while it wrote
                known = make()
                file.seek(0)
                file.truncate()
                pickle.dump(known, file)
        return known

    def renew(
        self, name: str, make: Callable[[], Mapping[str, Any]], *, old: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """Return a value that is not ``old``: another process may have made it by now."""
        known = self._memory.get(name)
        if known is not None and known != old:
            return known
        if self._folder is None:
            self._memory[name] = _Hidden(make())
            return self._memory[name]
        with open(self._path(name), "a+", opener=_private, encoding="utf-8") as file:
            lock(file)
            file.seek(0)
            text = file.read()
            value = _Hidden(json.loads(text)) if text else None
            del text
            if value is None or value == old:
                value = _Hidden(make())
                file.seek(0)
                file.truncate()
                json.dump(value, file)
        self._memory[name] = value
        return value

    def _path(self, name: str) -> Path:
        assert self._folder is not None  # noqa: S101 - asked by those who have one
        return self._folder / sha256(name.encode()).hexdigest()[:32]


class Tally:
    """Counts the calls of all processes of a run: a byte each, in a file of the run's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "calls"

    def __call__(self, limit: int, must: bool) -> bool:
        """Count one call and return True; where it would be one too many, and need not be, return False."""
        with open(self._path, "ab", opener=_private) as file:
            lock(file)
            admitted = must or os.fstat(file.fileno()).st_size < limit
            if admitted:
                file.write(b".")
        return admitted


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
