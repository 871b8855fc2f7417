"""The change of files as a patch that ``git apply`` and ``patch -p1`` take."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

__all__ = ["diff", "folder_of"]


def folder_of(paths: Iterable[Path], here: Path) -> Path:
    """Return the folder to apply a patch in: ``here``, or else the git root or the parent of all the files.

    The paths of a patch may not lead out of the folder ("invalid path").
    """
    real = [one.resolve() for one in paths]
    if all(one.is_relative_to(here.resolve()) for one in real):
        return here.resolve()
    common = Path(os.path.commonpath([one.parent for one in real]))
    roots = (one for one in (common, *common.parents) if (one / ".git").exists())
    return next(roots, common)


def diff(files: Mapping[Path, tuple[str, str]], folder: Path) -> str:
    """Return the patch of the texts before and after, with paths from the folder to apply it in."""
    return "".join(line for path, texts in files.items() for line in _lines(path, folder, *texts))


def _lines(path: Path, folder: Path, before: str, after: str) -> Iterator[str]:
    name = path.resolve().relative_to(folder).as_posix()
    tab = "\t" if " " in name else ""  # which ends a name with blanks
    pair = _split(before), _split(after)
    for line in unified_diff(*pair, fromfile=f"a/{name}{tab}", tofile=f"b/{name}{tab}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _split(text: str) -> list[str]:
    """Split at the line ends that a patch knows, which are fewer than those of ``str.splitlines``."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
