"""The short way to rows: an id or a lookup in WHERE that every row of the answer has to match."""

from collections.abc import Iterable

from pytest_sfintegration.embedded.soql.ast import And, Comparison, Condition, InList, Path
from pytest_sfintegration.embedded.soql.catalog import Row
from pytest_sfintegration.embedded.soql.scope import Scope
from pytest_sfintegration.embedded.soql.values import SHORT_ID

__all__ = ["candidates"]


def candidates(scope: Scope, where: Condition) -> Iterable[Row] | None:
    """Return the rows that can match, None when all have to be looked at.

    The whole condition still has to be tested on them.
    """
    parts = where.parts if isinstance(where, And) else (where,)
    best: Iterable[Row] | None = None
    for part in parts:
        wanted = _wanted(part)
        if wanted is None:
            continue
        path, ids = wanted
        name = scope.local(path)
        field = scope.object.field(name[0]) if len(name) == 1 else None
        if field is None:
            continue
        if field.name == "Id":
            return _by_id(scope, ids)
        if field.type == "reference" and len(ids) == 1 and len(ids[0]) > SHORT_ID:
            best = scope.object.children(field.name, ids[0])
    return best


def _wanted(part: Condition) -> tuple[Path, list[str]] | None:
    """Return the field and the ids of an equality with ids."""
    if isinstance(part, Comparison) and part.operator == "=":
        part = InList(part.left, negated=False, values=(part.value,))
    if not isinstance(part, InList) or part.negated:
        return None
    ids = [value.value for value in part.values if value.kind == "string" and value.value]
    if len(ids) != len(part.values) or not isinstance(part.left, Path):
        return None
    return part.left, ids


def _by_id(scope: Scope, ids: list[str]) -> list[Row]:
    """Return the records of the ids, each once; a catalog may also know deleted ones."""
    found: dict[str, Row] = {}
    for record_id in ids:
        row = scope.object.row(record_id)
        if row is not None and not row.get("IsDeleted"):
            found[record_id[:SHORT_ID]] = row
    return list(found.values())
