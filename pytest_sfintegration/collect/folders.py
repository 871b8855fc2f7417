"""Folders that pytest need not look through."""

import os
from pathlib import Path

__all__ = ["holds_only_metadata"]

_META = "-meta.xml"


def holds_only_metadata(folder: Path) -> bool:
    """Tell whether a folder holds metadata files, on all levels, and nothing else that could be collected.

    pytest takes some twenty times as long to find no test in them. A link to a folder may lead anywhere.
    """
    if not folder.is_dir():
        return False
    for path, folders, files in os.walk(folder):
        if any(not name.endswith(_META) for name in files):
            return False
        if any(os.path.islink(os.path.join(path, name)) for name in folders):  # noqa: PTH114, PTH118 - speed
            return False
    return True
