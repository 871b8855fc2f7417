"""A comparison as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_sfintegration.comparison.differences import Comparison, Difference
from pytest_sfintegration.comparison.rows import JudgedTwice

__all__ = ["document_of"]


def document_of(
    *,
    orgs: Mapping[str, Mapping[str, str]],
    containers: Comparison | None,
    matrices: Sequence[JudgedTwice],
    untold: Sequence[str],
    passed: Sequence[str],
) -> Mapping[str, Any]:
    """Return what ``--json`` writes.

    ``{"version": 1, "orgs": {"a": {...}, "b": {...}}, "same": bool, "differences": [...], "rows": [...],
    "untold": [...], "not_compared": [...]}``. A difference has ``kind``, ``name``, ``section``, ``what``, the
    values ``a`` and ``b`` (null: not there; "": there, without a value) and ``follows``, a list of the same
    shape. A row has ``matrix``, ``row``, ``at`` and, for ``a`` and ``b``, ``ok`` and the findings that are
    its own. ``same`` is true only when nothing differs and everything could be told.
    """
    differences = () if containers is None else containers.differences
    rows = [each for one in matrices for each in one.differences]
    return {
        "version": 1,
        "orgs": orgs,
        "same": not (differences or rows or untold),
        "differences": [_difference(one) for one in differences],
        "rows": [
            {
                "matrix": one.matrix,
                "row": one.row,
                "at": one.at,
                "a": {"ok": one.a_ok, "findings": list(one.only_a)},
                "b": {"ok": one.b_ok, "findings": list(one.only_b)},
            }
            for one in rows
        ],
        "untold": list(untold),
        "not_compared": list(passed),
    }


def _difference(one: Difference) -> Mapping[str, Any]:
    return {
        "kind": one.subject.kind,
        "name": one.subject.name,
        "section": one.section,
        "what": one.what,
        "a": one.a,
        "b": one.b,
        "follows": [
            {
                "kind": each.subject.kind,
                "name": each.subject.name,
                "section": each.section,
                "what": each.what,
                "a": each.a,
                "b": each.b,
            }
            for each in one.follows
        ],
    }
