"""What a record has beside the summary's needs when a review is written: the whole of a row."""

from collections.abc import Mapping
from typing import Any

from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.checks.verdict import Finding, RowResult

__all__ = ["REVIEW", "review_part"]

REVIEW = "review"
"""The key of the part in a record."""


def review_part(result: RowResult, *, matrix: str, row: str, at: str, declared: str) -> Mapping[str, Any]:
    """Return the part; ``row`` is the row that a cell is of, ``at`` its place in the matrix."""
    return {
        "matrix": matrix,
        "row": row,
        "at": at,
        "declared": declared,
        "evidence": [str(one) for one in result.levels],
        "control": result.control,
        "subject": result.subject,
        "notes": list(result.notes),
        "granted_by": [str(one) for one in result.granted_by],
        "findings": [_finding(one) for one in result.findings],
    }


def _finding(one: Finding) -> Mapping[str, Any]:
    return {
        "verdict": str(one.verdict),
        "right": str(one.record or one.special or one.right or ""),
        "at": f"{one.at.path}:{one.at.line}",
        "observed": {str(level): held for level, held in one.observed.items()},
        "granted_by": _names(one.grants),
        "muted_by": _names(one.muted),
        "nearest": _names(one.nearest),
        "reasons": list(one.reasons),
        "note": one.note,
    }


def _names(grants: tuple[Grant, ...]) -> list[str]:
    return [str(one) for one in grants]
