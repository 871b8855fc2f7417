"""Matrices written to a folder of their own, and loaded with places relative to it."""

from pathlib import Path

import pytest
from matrix_helpers import Load

from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import Matrix


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Write files (the matrix itself first, bases by name) and load the matrix."""

    def write_and_load(text: str, environ: dict[str, str] | None = None, **bases: str) -> Matrix:
        (tmp_path / "a.matrix.yaml").write_text(text, encoding="utf-8", newline="")
        for name, base in bases.items():
            (tmp_path / f"{name}.yaml").write_text(base, encoding="utf-8", newline="")
        return load(tmp_path / "a.matrix.yaml", environ=environ or {}, root=tmp_path)

    return write_and_load
