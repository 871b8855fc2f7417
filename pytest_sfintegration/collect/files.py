"""Matrix files as collectors, their rows as tests."""

import inspect
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_sfintegration.collect.case import Case, JudgedCase
from pytest_sfintegration.collect.state import state_of

if TYPE_CHECKING:
    from pytest_sfintegration.matrix.model import Matrix

__all__ = ["MatrixFile", "MatrixItem", "cases_of", "mark_of"]

_MARKS = {
    "crud": "sf_crud",
    "fields": "sf_fields",
    "blocked": "sf_blocked",
    "user permissions": "sf_blocked",
    "closed world": "sf_blocked",
    "setup entities": "sf_blocked",
    "records": "sf_sharing",
    "checklist": "sf_checklist",
}


def mark_of(case: Case) -> str:
    """Return the name of the marker that a case carries."""
    return _MARKS[case.row.aspect]


def cases_of(path: Path, matrix: "Matrix", granularity: str) -> list[Case]:
    """Return the cases of a matrix, in the order of the file."""
    from pytest_sfintegration.matrix.expectations import cells, expand  # noqa: PLC0415 - on first use

    rows = expand(matrix)
    if granularity == "cell":
        pairs = ((row, cell) for row in rows for cell in cells(row))
        return [Case(path=path, row=row, cell=cell, order=order) for order, (row, cell) in enumerate(pairs)]
    return [Case(path=path, row=row, order=order) for order, row in enumerate(rows)]


class MatrixFile(pytest.File):
    """A ``*.matrix.yaml`` file."""

    def collect(self) -> "Iterable[MatrixItem]":
        """Return an item a row (or a cell); errors of the file are collection errors, all of them at once."""
        from pytest_sfintegration.sfdx.garbage import uncollected  # noqa: PLC0415 - on first use

        with uncollected():
            return self._items()

    def _items(self) -> "list[MatrixItem]":
        from pytest_sfintegration.matrix.errors import MatrixErrors  # noqa: PLC0415 - on first use

        state = state_of(self.config)
        try:
            matrix = state.matrix(self.path)
        except (MatrixErrors, pytest.UsageError) as errors:
            raise self.CollectError(str(errors)) from None
        items = []
        for case in cases_of(self.path, matrix, state.settings.granularity):
            item = MatrixItem.from_parent(
                self, name=f"{matrix.integration}[{case.id}]", callobj=_nothing_more, case=case
            )
            item.add_marker("sf_matrix")
            item.add_marker(mark_of(case))
            items.append(item)
        return items


def _nothing_more() -> None:
    """Stand for a test body: a row of a matrix has none."""


# pytest asks for it three times an item, and takes longest to work it out.
_nothing_more.__signature__ = inspect.signature(_nothing_more)  # type: ignore[attr-defined]


class MatrixItem(pytest.Function):
    """A row or a cell of a matrix file as a test."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        # fixtures that ask for the request get it anyway; for the item itself
        # it is made in vain: 7 % of a cell
        self.fixturenames = [name for name in self.fixturenames if name != "request"]

    @cached_property
    def id(self) -> Any:
        """The node id in parts, as --lf compares it: pytest 9.2 keeps what stands in brackets apart."""
        whole = super().id
        return type(whole).parse(str(whole))

    def judged(self) -> JudgedCase:
        """Return the case on the target org."""
        state = state_of(self.config)
        return JudgedCase(case=self.case, state=state, target=state.target(self.case.path))

    def runtest(self) -> None:
        """Judge the case: there is no body."""
        try:
            judged = self.judged()
        except pytest.UsageError as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
        judged.check(self)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place in the matrix, so that reports point to it."""
        at = self.case.row.at if self.case.cell is None else self.case.cell.at
        return self.path, at.line - 1, self.name
