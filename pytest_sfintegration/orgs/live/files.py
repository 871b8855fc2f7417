"""Files that hold secrets: refused when others may read them."""

import os
import stat
from pathlib import Path

from pytest_sfintegration.orgs.errors import TargetError

__all__ = ["private_text"]


def check_private(path: Path) -> None:
    """Raise TargetError when the group or everybody may read the file (systems with modes only)."""
    if os.name != "posix":
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise TargetError(
            f"{path} holds secrets and can be read by others (mode {mode:03o}): chmod 600 {path.name}"
        )


def private_text(path: Path) -> str:
    """Return the text of a file of ours alone; raise TargetError when it is missing or open to others."""
    try:
        check_private(path)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise TargetError(
            f"{path} cannot be read: {reason}: correct the path (a relative one starts at the folder of "
            "the file that names it)"
        ) from None
