"""Judge a matrix on a source, and prove a patch by judging again."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.run import MatrixRun
from pytest_sfintegration.checks.verdict import RowResult
from pytest_sfintegration.matrix.expectations import expand_rights
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import Source

__all__ = ["judge_all", "judge_patched"]

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "node_modules", ".sfdx", ".sf", "__pycache__")


def judge_all(source: Source, matrix: Matrix, *, levels: Sequence[Level] = tuple(Level)) -> list[RowResult]:
    """Return the result of every row of a matrix about rights, on the embedded org."""
    target = EmbeddedTarget(source=source, budget=Budget())
    rows = expand_rights(matrix)
    run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=levels)
    return [run.result(row) for row in rows]


def judge_patched(
    roots: Sequence[Path], files: Mapping[Path, tuple[str, str]], matrix: Matrix
) -> list[RowResult]:
    """Return the results on a copy of the source in which files have their new text."""
    with TemporaryDirectory() as name:
        copies = []
        for index, root in enumerate(roots):
            copy = Path(name) / str(index) / root.resolve().name
            shutil.copytree(root, copy, ignore=_LEFT_OUT)
            for path, (_, text) in files.items():
                if path.resolve().is_relative_to(root.resolve()):
                    (copy / path.resolve().relative_to(root.resolve())).write_text(
                        text, encoding="utf-8", newline=""
                    )
            copies.append(copy)
        return judge_all(project.load_many(copies), matrix)
