"""Fields that the source of the embedded org could not tell: rows about them stay inconclusive."""

from collections.abc import Callable
from dataclasses import replace

from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import BlockedRow, FieldsRow, Row

__all__ = ["OpenFields", "with_open_fields"]

OpenFields = Callable[[str], str]
"""Return what leaves open which fields an object has; empty when nothing does."""


def with_open_fields(row: Row, result: RowResult, open_fields: OpenFields) -> RowResult:
    """Return the result of a row about fields, inconclusive where the object may have more of them."""
    if isinstance(row, FieldsRow):
        name = row.object
    elif isinstance(row, BlockedRow) and row.kind == "field":
        name = row.name.partition(".")[0]
    else:
        return result
    why = open_fields(name)
    if not why:
        return result
    note = f"the source leaves open which fields {name} has: {why}"
    finding = Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=row.at, note=note)
    return replace(result, findings=(*result.findings, finding))
