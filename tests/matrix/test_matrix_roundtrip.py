"""Any matrix, written down, loads to itself: every value and every place."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from matrix_helpers import PATH, matrices

from pytest_sfintegration.matrix.expectations import cells, expand
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import Matrix

RELAXED = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / PATH


@RELAXED
@given(written=matrices())
def test_a_written_matrix_loads_to_itself(written: tuple[str, Matrix], file: Path) -> None:
    text, matrix = written
    file.write_text(text, encoding="utf-8", newline="")
    assert load(file, environ={}, root=file.parent) == matrix


@RELAXED
@given(written=matrices())
def test_a_matrix_always_expects_something_and_ids_do_not_repeat(written: tuple[str, Matrix]) -> None:
    rows = expand(written[1])
    assert rows
    ids = [row.id for row in rows]
    assert len(set(ids)) == len(ids)
    every = [cell for row in rows for cell in cells(row)]
    assert len({cell.id for cell in every if cell.name is None or cell.operation}) > 0
    by_row: dict[str, list[str]] = {}
    for cell in every:
        by_row.setdefault(cell.row.id, []).append(cell.id)
    assert all(len(set(names)) == len(names) for names in by_row.values())
