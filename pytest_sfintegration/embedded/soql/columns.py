"""``columns=true``: what a query's columns are, as the query resource tells Salesforce CLI.

Shape: *documented* by the CLI's own test data: ``Owner.Name`` is column ``Owner`` with joinColumns; a
sub-select is an aggregate column with joinColumns; an unaliased function is ``expr0`` with its text as
displayName.
"""

from typing import Any

from pytest_sfintegration.embedded.soql.ast import (
    FieldItem,
    FieldsItem,
    Function,
    Path,
    Query,
    SubSelect,
    TypeOf,
)
from pytest_sfintegration.embedded.soql.catalog import Catalog, QueryField, QueryObject
from pytest_sfintegration.embedded.soql.functions import is_aggregate
from pytest_sfintegration.embedded.soql.grouping import is_grouped
from pytest_sfintegration.embedded.soql.values import kind_of

__all__ = ["column_answer", "column_metadata"]

_APEX_TYPES = {"id": "Id", "number": "Double", "boolean": "Boolean", "date": "Date", "datetime": "Datetime"}


def column_answer(query: Query, catalog: Catalog) -> dict[str, Any]:
    """Return the whole answer of ``columns=true``: the columns and what they belong to."""
    queried = catalog.object(str(query.source.path))
    columns = column_metadata(query, catalog)
    return {
        "columnMetadata": columns,
        "entityName": str(query.source.path) if queried is None else queried.name,
        "groupBy": bool(query.group_by),
        "idSelected": any(column["columnName"] == "Id" for column in columns),
        "keyPrefix": getattr(queried, "key_prefix", None),
    }


def column_metadata(query: Query, catalog: Catalog) -> list[dict[str, Any]]:
    """Return the columns of a query that ran; names that cannot be resolved stand as written."""
    queried = catalog.object(str(query.source.path))
    columns: dict[str, dict[str, Any]] = {}
    for item in query.select:
        for column in _columns(query, queried, item, catalog, len(columns)):
            known = columns.setdefault(column["columnName"], column)
            if known is not column:
                known["joinColumns"].extend(column["joinColumns"])
    _name_functions(query, columns)
    return list(columns.values())


def _name_functions(query: Query, columns: dict[str, dict[str, Any]]) -> None:
    """Give unaliased functions their numbers as the records do."""
    if not is_grouped(query):
        return
    number = 0
    for column in columns.values():
        if column.pop("unnamed", False):
            column["columnName"] = f"expr{number}"
            number += 1


def _columns(
    query: Query,
    queried: QueryObject | None,
    item: FieldItem | FieldsItem | SubSelect | TypeOf,
    catalog: Catalog,
    place: int,
) -> list[dict[str, Any]]:
    if isinstance(item, SubSelect):
        child = _child(queried, item, catalog)
        joined = [
            column for inner in item.query.select for column in _columns(item.query, child, inner, catalog, 0)
        ]
        name = item.query.source.path.parts[-1]
        return [_column(name, aggregate=True, joined=joined)]
    if isinstance(item, TypeOf):
        return [_column(item.path.parts[-1])]
    if isinstance(item, FieldsItem):
        return [_field_column(field) for field in queried.fields()] if queried else []
    return [_item_column(query, queried, item, catalog, place)]


def _child(queried: QueryObject | None, item: SubSelect, catalog: Catalog) -> QueryObject | None:
    relationship = queried.child(item.query.source.path.parts[-1]) if queried else None
    return catalog.object(relationship.object) if relationship else None


def _item_column(
    query: Query, queried: QueryObject | None, item: FieldItem, catalog: Catalog, place: int
) -> dict[str, Any]:
    expression = item.expression
    if isinstance(expression, Function):
        return _function_column(query, item, expression, place)
    parts = _local(query, queried, expression)
    if is_grouped(query):
        return _column(item.alias or parts[-1], parts[-1])
    return _path_column(queried, parts, catalog)


def _function_column(query: Query, item: FieldItem, expression: Function, place: int) -> dict[str, Any]:
    shown = f"{expression.name.lower()}({', '.join(str(arg) for arg in expression.args)})"
    grouped = is_grouped(query)
    inner = expression.args[0] if expression.args else None
    name = item.alias or (f" {place}" if grouped else inner.parts[-1] if isinstance(inner, Path) else shown)
    column = _column(
        name, shown, aggregate=is_aggregate(expression), apex_type="Double" if grouped else "String"
    )
    if grouped and item.alias is None:
        column["unnamed"] = True
    return column


def _local(query: Query, queried: QueryObject | None, path: Path) -> tuple[str, ...]:
    """Return a path without the object's name or alias in front."""
    own = {name.lower() for name in (query.source.alias, queried.name if queried else None) if name}
    return path.parts[1:] if len(path.parts) > 1 and path.parts[0].lower() in own else path.parts


def _path_column(queried: QueryObject | None, parts: tuple[str, ...], catalog: Catalog) -> dict[str, Any]:
    if len(parts) == 1:
        field = queried.field(parts[0]) if queried else None
        return _column(parts[0]) if field is None else _field_column(field)
    parent = queried.parent(parts[0]) if queried else None
    target = catalog.object(parent.targets[0]) if parent and parent.targets else None
    joined = [_path_column(target, parts[1:], catalog)]
    return _column(parts[0], foreign_key=parent.field if parent else None, joined=joined)


def _field_column(field: QueryField) -> dict[str, Any]:
    column = _column(field.name, apex_type=_APEX_TYPES.get(kind_of(field.type), "String"))
    column["custom"] = field.name.endswith("__c")
    column["insertable"] = bool(getattr(field, "createable", False))
    column["updatable"] = bool(getattr(field, "updateable", False))
    return column


def _column(
    name: str,
    shown: str | None = None,
    *,
    aggregate: bool = False,
    apex_type: str | None = None,
    foreign_key: str | None = None,
    joined: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "aggregate": aggregate,
        "apexType": apex_type,
        "booleanType": apex_type == "Boolean",
        "columnName": name,
        "custom": False,
        "displayName": shown or name,
        "foreignKeyName": foreign_key,
        "insertable": False,
        "joinColumns": joined or [],
        "numberType": apex_type == "Double",
        "textType": apex_type in {"String", "Id"},
        "updatable": False,
    }
