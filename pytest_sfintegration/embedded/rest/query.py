"""``/query``, ``/queryAll`` and the pages behind ``nextRecordsUrl``."""

import re
from dataclasses import replace
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.rest.query_guard import refuse_unknown
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.embedded.soql.context import QueryContext, QueryResult
from pytest_sfintegration.embedded.soql.errors import SoqlError, SoqlNotSupported
from pytest_sfintegration.embedded.tables.own_rows import permission_access
from pytest_sfintegration.embedded.tables.reified import (
    REIFIED,
    entity_definitions,
    equality_filters,
    refuse_operations,
    reified_rows,
    require_filter,
)
from pytest_sfintegration.embedded.wire import Response

__all__ = ["query_resource", "run_parsed", "run_query"]

_DEFAULT_BATCH = 2000
_SMALLEST_BATCH = 200
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_NO_MORE_GROUPS = (
    "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
)


def query_resource(call: Call) -> Response:
    """Answer ``/query`` and ``/queryAll``; also below ``/tooling``."""
    if call.method not in {"GET", "HEAD"}:
        raise method_not_allowed(call.method, "HEAD,GET")
    segments = call.segments
    include_deleted = any(each.lower() == "queryall" for each in segments)
    if segments[-1].lower() not in {"query", "queryall"}:
        return _next_page(call, segments[-1])
    if "explain" in call.params:
        raise NotSupportedError("query plans (explain=)")
    call.refuse_params("q", "columns", "fetchSize")
    text = call.params.get("q")
    if not text:
        raise ApiError(400, "MALFORMED_QUERY", "SOQL query is empty or missing: give it in the parameter q")
    if call.params.get("columns", "").lower() == "true":
        return ok(_columns(call, text))
    result = run_query(call, text, include_deleted=include_deleted)
    return ok(_page(call, result, include_deleted=include_deleted))


def run_query(call: Call, text: str, *, include_deleted: bool = False) -> QueryResult:
    """Run a query as the user; every refusal is an ApiError."""
    try:
        return run_parsed(call, _parse(text), text, include_deleted=include_deleted)
    except SoqlNotSupported as unsupported:
        raise NotSupportedError(unsupported.message) from unsupported
    except SoqlError as refused:
        raise ApiError(400, refused.code, refused.message) from refused


def run_parsed(call: Call, query: ast.Query, text: str, *, include_deleted: bool = False) -> QueryResult:
    """Run a query that is parsed already; ``text`` is for the messages."""
    from pytest_sfintegration.embedded.soql.executor import execute  # noqa: PLC0415 - on first use

    try:
        query = _prepare(call, query)
        catalog = call.world.catalog(call.user, _given(call, query))
        refuse_unknown(query, catalog)
        context = QueryContext(
            user_id=call.user.person.id,
            now=call.world.now(),
            data_url=call.base,
            include_deleted=include_deleted,
        )
        return execute(query, text, catalog, context=context)
    except SoqlNotSupported as unsupported:
        raise NotSupportedError(unsupported.message) from unsupported
    except SoqlError as refused:
        raise ApiError(400, refused.code, refused.message) from refused


def _parse(text: str) -> ast.Query:
    from pytest_sfintegration.embedded.soql.parser import parse  # noqa: PLC0415 - on first use

    return parse(text)


def _prepare(call: Call, query: ast.Query) -> ast.Query:
    """Apply the rules of the reified tables: what is refused, and that LIMIT and OFFSET are ignored.

    Documented: Tooling API, SOQL Operation Limitations. EntityDefinition heeds LIMIT (recorded by use: public
    tools page through it so).
    """
    view = call.user.object(str(query.source.path)) if len(query.source.path.parts) == 1 else None
    if view is None:
        return query
    if not view.definition.queryable:
        raise SoqlError("INVALID_TYPE_FOR_OPERATION", f"entity type {view.name} does not support query")
    refuse_operations(view.name, query)
    if view.name not in REIFIED:
        return query
    return replace(query, limit=None, offset=None)


def _given(call: Call, query: ast.Query) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of tables that depend on the filter of this query."""
    view = call.user.object(str(query.source.path)) if len(query.source.path.parts) == 1 else None
    if view is None:
        return {}
    if view.name == "EntityDefinition":
        return {view.name: _entity_definitions(call)}
    if view.name == "UserPermissionAccess":
        return {view.name: permission_access(call.user.person, view.definition)}
    if view.name == "UserRecordAccess":
        return {view.name: _record_access(call, query)}
    if view.name not in REIFIED:
        return {}
    filters = equality_filters(query.where, strict=True)
    require_filter(view.name, filters)
    rows = reified_rows(view.name, call.user, filters)
    if rows is None:
        raise NotSupportedError(f"the rows of {view.name}")
    return {view.name: rows, "EntityDefinition": _entity_definitions(call)}


def _entity_definitions(call: Call) -> list[dict[str, Any]]:
    return entity_definitions(call.user, call.world.prefixes, call.world.directory.custom_entities)


def _record_access(call: Call, query: ast.Query) -> list[dict[str, Any]]:
    from pytest_sfintegration.embedded.tables.record_access import (  # noqa: PLC0415 - on first use
        check_selection,
        user_record_access,
    )

    check_selection(query)
    filters = equality_filters(query.where, strict=True)
    asked = filters.get("UserId") or ()
    person = call.world.people.by_id(canonical_id(str(asked[0])) or "") if len(asked) == 1 else None
    if person is None:
        raise SoqlError("MALFORMED_QUERY", "UserRecordAccess: a filter on the UserId of one user is required")
    if person.id != call.user.person.id and not call.user.person.holds("ViewSetup"):
        raise NotSupportedError("UserRecordAccess of another user, asked by one without View Setup")
    world = call.world
    rows = user_record_access(person, filters, world.storage, world.gate, dict(world.object_of_prefix))
    return [{**row, "UserId": asked[0]} for row in rows]


def _columns(call: Call, text: str) -> dict[str, Any]:
    try:
        query = _parse(text)
    except SoqlError as refused:
        raise ApiError(400, refused.code, refused.message) from refused
    run_parsed(call, query, text)  # what the user may not query has no columns either
    from pytest_sfintegration.embedded.soql.columns import column_answer  # noqa: PLC0415 - on first use

    return column_answer(query, call.world.catalog(call.user))


def _page(call: Call, result: QueryResult, *, include_deleted: bool) -> dict[str, Any]:
    """Return the first page; groups have one page only.

    Documented: SOQL and SOSL Reference, Considerations for GROUP BY; code and sentence are those of public
    queries that met it.
    """
    size = _batch_size(call)
    records = result.records
    if len(records) <= size:
        return {"totalSize": result.total_size, "done": True, "records": records}
    if records[0]["attributes"]["type"] == "AggregateResult":
        raise ApiError(400, "EXCEEDED_ID_LIMIT", _NO_MORE_GROUPS)
    locator = call.world.cursors.keep(result.total_size, records, call.user.person.id)
    return _paged(call, locator, 0, size, all_rows=include_deleted)


def _batch_size(call: Call) -> int:
    """Return batchSize of Sforce-Query-Options; 200 to 2,000, else the nearest of them (documented)."""
    found = _BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    if found is None:
        return _DEFAULT_BATCH
    return max(_SMALLEST_BATCH, min(_DEFAULT_BATCH, int(found.group(1))))


def _paged(call: Call, locator: str, start: int, size: int, *, all_rows: bool) -> dict[str, Any]:
    cursor = call.world.cursors.find(locator, call.user.person.id)
    if cursor is None:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    total, records = cursor
    page: dict[str, Any] = {
        "totalSize": total,
        "done": start + size >= len(records),
        "records": records[start : start + size],
    }
    if not page["done"]:
        resource = "queryAll" if all_rows else "query"
        tooling = "tooling/" if call.segments[0].lower() == "tooling" else ""
        page["nextRecordsUrl"] = f"{call.base}/{tooling}{resource}/{locator}-{start + size}"
    return page


def _next_page(call: Call, text: str) -> Response:
    locator, _, position = text.rpartition("-")
    if not locator or not position.isdigit():
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    all_rows = call.segments[-2].lower() == "queryall"
    return ok(_paged(call, locator, int(position), _batch_size(call), all_rows=all_rows))
