"""A matrix file, with its bases, as a model; or everything that is wrong with it."""

import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from pytest_sfintegration.matrix.consistency import contradictions, double_ignores, incomplete
from pytest_sfintegration.matrix.document import compose, read_text
from pytest_sfintegration.matrix.errors import Kind, MatrixError, MatrixErrors
from pytest_sfintegration.matrix.merging import merge
from pytest_sfintegration.matrix.model import Matrix, UserBlock
from pytest_sfintegration.matrix.page import Page
from pytest_sfintegration.matrix.parts import Part, read_part
from pytest_sfintegration.rights import Location

__all__ = ["load"]

_LONGEST_CHAIN = 50


def load(path: Path, *, environ: Mapping[str, str] | None = None, root: Path | None = None) -> Matrix:
    """Return the matrix at ``path``; raise ``MatrixErrors`` with all that is wrong in it and its bases.

    ``environ`` replaces ``${VAR}``, the process's environment by default. Places are given relative to
    ``root`` (the working folder by default) where the file is below it.
    """
    reading = _Reading(os.environ if environ is None else environ, Path.cwd() if root is None else root)
    reading.follow(path, None, ())
    parts = list(reading.parts.values())
    errors = reading.errors
    if not errors:
        errors = list(incomplete(merge(parts)))
    merged = merge(parts) if parts else None
    if merged is not None:
        errors = [*errors, *contradictions(merged)]
    if errors or merged is None:
        raise MatrixErrors(errors)
    return _matrix(merged, bases=tuple(part.path for part in parts[:-1]))


class _Reading:
    """Reads a file and, before it, the files that it extends; each once, bases first."""

    def __init__(self, environ: Mapping[str, str], root: Path) -> None:
        self.errors: list[MatrixError] = []
        self.parts: dict[Path, Part] = {}
        self._environ = environ
        self._root = _resolved(root)

    def follow(self, path: Path, named_at: Location | None, chain: tuple[Path, ...]) -> None:
        """Read ``path`` and its bases into ``parts``; ``chain`` are the files that led here."""
        file = _resolved(path)
        shown = self._shown(file)
        if named_at is not None and (problem := self._problem_of_base(file, shown, chain)) is not None:
            self.errors.append(
                MatrixError(at=named_at, message=problem[0], remedy=problem[1], kind=Kind.BASE)
            )
            return
        if file in self.parts:
            return
        part = self._part(file, shown, is_base=named_at is not None)
        if part is None:
            return
        for base in part.extends:
            self.follow(file.parent / base.name, base.at, (*chain, file))
        self.parts[file] = part

    def _problem_of_base(self, file: Path, shown: str, chain: tuple[Path, ...]) -> tuple[str, str] | None:
        if file in chain:
            circle = " -> ".join(self._shown(each) for each in (*chain[chain.index(file) :], file))
            return f"extends goes in a circle: {circle}.", "Remove one extends."
        if len(chain) > _LONGEST_CHAIN:
            return f"extends goes deeper than {_LONGEST_CHAIN} files.", "Shorten the chain."
        try:
            exists = file.is_file()
        except (OSError, ValueError):
            exists = False
        if not exists:
            return f"the base {shown} is no file.", "Correct the path; it is relative to this file."
        return None

    def _part(self, file: Path, shown: str, *, is_base: bool) -> Part | None:
        page = Page(shown, self._environ, partial=is_base)
        try:
            node = _root(file, shown)
            page.partial = is_base or _extends(node)
            part = read_part(node, page)
        except MatrixErrors as wrong:
            self.errors.extend(wrong.errors)
            return None
        self.errors.extend(page.errors)
        self.errors.extend(double_ignores(part))
        return part

    def _shown(self, file: Path) -> str:
        try:
            return Path(os.path.relpath(file, self._root)).as_posix()
        except ValueError:  # another drive
            return file.as_posix()


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()  # read_text says what is wrong with it


def _root(file: Path, shown: str) -> yaml.Node:
    node = compose(read_text(file, shown), shown)
    if node is None:
        raise MatrixErrors([_empty(shown)])
    return node


def _extends(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and any(key.value == "extends" for key, _ in node.value)


def _empty(shown: str) -> MatrixError:
    return MatrixError(
        at=Location(path=shown, line=1),
        message="the file is empty.",
        remedy="Begin with integration:, user: and objects:.",
        kind=Kind.INCOMPLETE,
    )


def _matrix(part: Part, *, bases: tuple[str, ...]) -> Matrix:
    integration, user_at = part.integration, part.user_at
    assert integration is not None  # noqa: S101 - else incomplete() has spoken
    assert user_at is not None  # noqa: S101
    return Matrix(
        path=part.path,
        integration=integration.name,
        user=UserBlock(at=user_at, **{**part.user, "username": part.user["username"].name}),
        objects=part.objects,
        records=part.records,
        blocked=part.blocked,
        user_permissions=part.user_permissions,
        setup_entities=part.setup_entities,
        setup_entities_at=part.setup_entities_at,
        ignore=part.ignore,
        checklist=part.checklist,
        bases=bases,
    )
