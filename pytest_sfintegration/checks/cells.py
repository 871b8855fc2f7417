"""Single rights of a row: which of the row's findings are a cell's own."""

from collections.abc import Sequence

from pytest_sfintegration.checks.verdict import Finding
from pytest_sfintegration.matrix.expectations import Cell, FieldsRow, ObjectRow, UserPermissionsRow
from pytest_sfintegration.rights import FieldRight, ObjectRight, UserPermissionRight

__all__ = ["findings_of_cell"]


def findings_of_cell(cell: Cell, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings of one cell. One that speaks of no single right belongs to every cell."""
    return tuple(one for one in findings if one.right is None or _belongs(cell, one))


def _belongs(cell: Cell, one: Finding) -> bool:
    row, right = cell.row, one.right
    if isinstance(row, ObjectRow) and isinstance(right, ObjectRight):
        return right.operation is cell.operation
    if isinstance(row, FieldsRow) and isinstance(right, FieldRight):
        if cell.name is None:
            return right.field not in row.rule.read
        return right.field == cell.name and right.operation is cell.operation
    if isinstance(row, UserPermissionsRow) and isinstance(right, UserPermissionRight):
        if cell.name is None:
            return right.name not in {named.name for named in row.allowed}
        return right.name == cell.name
    return True
