"""A result as plain data: what travels from an xdist worker, into JUnit properties, and to the summary."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pytest_sfintegration.checks.verdict import RowResult

__all__ = ["PROPERTY", "record_of"]

PROPERTY = "sfintegration"
"""The name of the user property that carries a record."""


def record_of(result: RowResult, *, org: str, user: str, order: int) -> Mapping[str, Any]:
    """Return a JSON-ready record of one judged test."""
    return {
        "integration": result.integration,
        "org": org,
        "user": user,
        "row": result.row,
        "order": order,
        "aspect": str(result.aspect),
        "object": result.object,
        "judged": result.judged,
        "marks": dict(result.marks),
        "findings": [
            {
                "verdict": str(one.verdict),
                "right": str(one.record or one.special or one.right or ""),
                "cause": one.cause,
                "at": f"{one.at.path}:{one.at.line}",
            }
            for one in result.findings
        ],
        **({} if result.practice is None else {"practice": asdict(result.practice)}),
    }
