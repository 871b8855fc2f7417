"""Locks between processes, on open files; they fall when the process ends, however it ends."""

import os
from typing import IO, Any

__all__ = ["lock", "try_lock"]


def lock(file: IO[Any]) -> None:
    """Wait until the file is ours."""
    if os.name == "posix":
        import fcntl  # noqa: PLC0415 - posix only

        fcntl.flock(file.fileno(), fcntl.LOCK_EX)


def try_lock(file: IO[Any]) -> bool:
    """Take the file if nobody has it; where there are no such locks, it is always ours."""
    if os.name != "posix":
        return True
    import fcntl  # noqa: PLC0415 - posix only

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
