"""A query as a table of text: the columns in the order of the select list, one row for each record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.rest.query import run_parsed
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.embedded.soql.errors import SoqlError, SoqlNotSupported

__all__ = ["Selection", "select"]

_COMPOUND = frozenset({"address", "location"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The result of a query: records as REST prints them, and the same as text."""

    object_name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    records: tuple[Mapping[str, Any], ...]


def select(call: Call, text: str, *, include_deleted: bool) -> Selection:
    """Run a query as the user; refusals are those of REST, and what a bulk query cannot hold.

    Documented: no GROUP BY, OFFSET, TYPEOF, aggregates, nested queries, compound fields. Code and text of
    that refusal are community knowledge (those of compound fields).
    """
    from pytest_sfintegration.embedded.soql.parser import parse  # noqa: PLC0415 - on first use

    try:
        query = parse(text)
    except SoqlNotSupported as unsupported:
        raise NotSupportedError(unsupported.message) from unsupported
    except SoqlError as refused:
        raise ApiError(400, refused.code, refused.message) from refused
    paths = _paths(query)
    result = run_parsed(call, query, text, include_deleted=include_deleted)
    view = call.user.require(str(query.source.path))
    moments = [_is_moment(call, view.name, path) for path in paths]
    return Selection(
        object_name=view.name,
        columns=tuple(".".join(path) for path in paths),
        rows=tuple(
            tuple(
                _text(_value(record, path), moment=moment)
                for path, moment in zip(paths, moments, strict=True)
            )
            for record in result.records
        ),
        records=tuple(result.records),
    )


def _paths(query: ast.Query) -> list[tuple[str, ...]]:
    if query.count_only or query.group_by or query.having or query.offset is not None:
        raise _refused("aggregates, GROUP BY, HAVING and OFFSET")
    if query.more_sources or len(query.source.path.parts) > 1:
        raise NotSupportedError("several objects in FROM in a bulk query")
    alias = (query.source.alias or "").lower()
    paths = []
    for item in query.select:
        if isinstance(item, ast.SubSelect | ast.TypeOf):
            raise _refused("nested queries and TYPEOF")
        if not isinstance(item, ast.FieldItem) or not isinstance(item.expression, ast.Path) or item.alias:
            raise NotSupportedError("functions, aliases and FIELDS() in the select list of a bulk query")
        parts = item.expression.parts
        names = {alias, str(query.source.path).lower()} - {""}
        paths.append(parts[1:] if len(parts) > 1 and parts[0].lower() in names else parts)
    return paths


def _refused(what: str) -> ApiError:
    return ApiError(400, "FUNCTIONALITY_NOT_ENABLED", f"Selecting {what} not supported in Bulk Query")


def _is_moment(call: Call, object_name: str, path: Sequence[str]) -> bool:
    """Tell whether a column holds datetimes, which CSV prints with ``Z`` (documented)."""
    catalog = call.world.catalog(call.user)
    names: tuple[str, ...] = (object_name,)
    for step in path[:-1]:
        found = [each for name in names if (each := catalog.object(name)) is not None]
        parents = [parent for each in found if (parent := each.parent(step)) is not None]
        names = tuple(target for parent in parents for target in parent.targets)
    fields = [
        field
        for name in names
        if (each := catalog.object(name)) is not None and (field := each.field(path[-1])) is not None
    ]
    if any(field.type in _COMPOUND for field in fields):
        raise _refused("compound data")
    return any(field.type == "datetime" for field in fields)


def _value(record: Any, path: Sequence[str]) -> Any:
    for step in path:
        if not isinstance(record, Mapping):
            return None
        record = next((value for key, value in record.items() if key.lower() == step.lower()), None)
    return record


def _text(value: Any, *, moment: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{value.removesuffix('+0000')}Z" if moment and value.endswith("+0000") else value
    return json.dumps(value)
