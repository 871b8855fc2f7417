"""The tests that markers generate on a test function."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_sfintegration.collect.case import ARGUMENT, Case
from pytest_sfintegration.collect.files import cases_of, mark_of
from pytest_sfintegration.collect.state import State, state_of
from pytest_sfintegration.marks import MARKERS, MATRIX_SUFFIX, generates

if TYPE_CHECKING:
    from pytest_sfintegration.matrix.model import Matrix

__all__ = ["generate", "load", "matrix_path", "named_matrix"]


def generate(metafunc: pytest.Metafunc) -> None:
    """Parametrize a marked test function with the cases that its markers select."""
    marks = [mark for mark in metafunc.definition.iter_markers() if generates(mark, metafunc.definition)]
    if not marks:
        return
    state = state_of(metafunc.config)
    cases: dict[str, Case] = {}
    try:
        for mark in marks:
            for case in _select(mark, metafunc, state):
                cases.setdefault(case.id, case)
    except pytest.UsageError as error:  # pytest would show our frames with it
        raise pytest.Collector.CollectError(str(error)) from None
    if ARGUMENT not in metafunc.fixturenames:
        metafunc.fixturenames.append(ARGUMENT)
    parameters = [
        pytest.param(case, id=case.id, marks=getattr(pytest.mark, mark_of(case))) for case in cases.values()
    ]
    metafunc.parametrize(ARGUMENT, parameters, indirect=True)


def _select(mark: pytest.Mark, metafunc: pytest.Metafunc, state: State) -> Sequence[Case]:
    where = metafunc.definition.nodeid
    given, objects, operations = _arguments(mark, where)
    if given is None:
        given = named_matrix(metafunc.definition, ("sf_matrix",))
    path = matrix_path(given, metafunc.definition.path, where)
    matrix = load(state, path)
    _check_objects(matrix, objects, f"{where}: {mark.name}")
    granularity = "cell" if operations else state.settings.granularity
    cases = [
        case
        for case in cases_of(path, matrix, granularity)
        if (mark.name in {"sf_matrix", mark_of(case)}) and _wanted(case, objects, operations)
    ]
    if not cases:
        raise pytest.UsageError(f"{where}: {mark.name} selects nothing in {path.name}: widen its arguments")
    return cases


def _arguments(mark: pytest.Mark, where: str) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    def bind(
        matrix: str | Path | None = None,
        objects: Iterable[str] | None = None,
        operations: Iterable[str] | None = None,
    ) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
        what = f"{where}: {mark.name}: "
        names = _names(objects, what + "objects"), _names(operations, what + "operations")
        return None if matrix is None else str(matrix), *names

    try:
        given, objects, operations = bind(*mark.args, **mark.kwargs)
    except TypeError as error:
        text = str(error).partition(" ")[2]
        raise pytest.UsageError(f"{where}: {mark.name} {text}; its form is {MARKERS[mark.name]}") from None
    known = _operations()
    for one in operations:
        if one not in known:
            raise pytest.UsageError(
                f"{where}: {mark.name}: {one!r} is no operation; they are {', '.join(known)}"
            )
    return given, objects, operations


def _names(value: Any, what: str) -> tuple[str, ...]:
    if value is None:
        return ()
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else ()
    if not names or not all(isinstance(one, str) for one in names):
        raise pytest.UsageError(f"{what} takes one name or several, not {value!r}; leave it out for all")
    return names


def _operations() -> tuple[str, ...]:
    from pytest_sfintegration.rights import Operation  # noqa: PLC0415 - on first use

    return tuple(str(one) for one in Operation)


def _check_objects(matrix: "Matrix", objects: Sequence[str], where: str) -> None:
    for name in objects:
        if name not in matrix.objects and name not in matrix.records:
            known = ", ".join(dict.fromkeys([*matrix.objects, *matrix.records]))
            raise pytest.UsageError(
                f"{where}: {name} is no object of {matrix.integration}'s matrix; it has {known}"
            )


def _wanted(case: Case, objects: Sequence[str], operations: Sequence[str]) -> bool:
    if objects and getattr(case.row, "object", None) not in objects:
        return False
    operation: Any = None if case.cell is None else case.cell.operation
    return not operations or operation in operations


def named_matrix(node: pytest.Item, markers: Iterable[str] = tuple(MARKERS)) -> str | None:
    """Return the matrix file that the closest marker names, if any does."""
    for mark in node.iter_markers():
        if mark.name in markers:
            given = mark.kwargs.get("matrix", mark.args[0] if mark.args else None)
            if given is not None:
                return str(given)
    return None


def load(state: State, path: Path) -> "Matrix":
    """Return a matrix; its errors are told without a traceback."""
    from pytest_sfintegration.matrix.errors import MatrixErrors  # noqa: PLC0415 - on first use

    try:
        return state.matrix(path)
    except MatrixErrors as errors:
        raise pytest.UsageError(str(errors)) from None


def matrix_path(given: str | None, beside: Path, where: str) -> Path:
    """Return the matrix file that a marker names, or the only one in the test's folder."""
    if given is not None:
        path = (beside.parent / given).resolve()
        if not path.is_file():
            raise pytest.UsageError(
                f"{where}: there is no matrix file {path}: correct the path, which starts at the "
                "folder of the test"
            )
        return path
    found = sorted(one.resolve() for one in beside.parent.glob(f"*{MATRIX_SUFFIX}"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise pytest.UsageError(
            f"{where}: no *{MATRIX_SUFFIX} stands in {beside.parent}: name one, as in "
            f'@pytest.mark.sf_matrix("hubspot{MATRIX_SUFFIX}")'
        )
    names = ", ".join(path.name for path in found)
    raise pytest.UsageError(
        f'{where}: which matrix? Name one of {names}, as in pytestmark = pytest.mark.sf_matrix("…")'
    )
