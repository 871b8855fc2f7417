"""A matrix and the source that it is judged on, for the subcommands that need both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_sfintegration.embedded.builtin import API_ONLY_PROFILE
from pytest_sfintegration.matrix import loader, names
from pytest_sfintegration.matrix.errors import MatrixErrors
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import Source

__all__ = ["Project", "Unusable", "find_project", "open_project"]


class Unusable(Exception):
    """The matrix or the source cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A loaded matrix and its source."""

    matrix: Matrix
    source: Source


def open_project(path: Path, roots: Sequence[Path] | None) -> Project:
    """Load a matrix and its source, as a pytest run would; raise Unusable."""
    folders = list(roots or _nearest(path))
    if not folders:
        raise Unusable(f"{path}: no folder above has sfdx-project.json: name the source with --source")
    try:
        source = project.load_many(folders)
        matrix = loader.load(path)
        known = names.from_source(source)
        names.check(matrix, replace(known, profiles=(known.profiles or frozenset()) | {API_ONLY_PROFILE}))
    except (MatrixErrors, project.SourceError) as error:
        raise Unusable(str(error)) from error
    return Project(matrix=matrix, source=source)


def find_project(user: str, roots: Sequence[Path] | None) -> Project:
    """Load the project of a matrix file, or of the matrix in or below this folder with that user."""
    if Path(user).is_file():
        return open_project(Path(user), roots)
    found, known = [], []
    for path in sorted(Path.cwd().rglob("*.matrix.yaml")):
        try:
            matrix = loader.load(path)
        except MatrixErrors:
            continue  # another one may have the user; the file's own errors come when it is named
        known.append(f"{matrix.integration} ({matrix.user.username})")
        if user in {matrix.user.username, matrix.integration}:
            found.append(path)
    if len(found) == 1:
        return open_project(found[0], roots)
    if not found:
        there = f"there is {', '.join(known)}" if known else "change to the folder of one, or name its file"
        raise Unusable(
            f"no *.matrix.yaml in this folder or below has the user or integration {user!r}: {there}"
        )
    raise Unusable(f"{user!r} stands in {', '.join(str(one) for one in found)}: name one of the files")


def _nearest(path: Path) -> list[Path]:
    parents = (one for one in path.resolve().parents if (one / "sfdx-project.json").is_file())
    return list(parents)[:1]
