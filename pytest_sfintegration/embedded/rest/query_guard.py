"""Fields in a query whose values the embedded org does not know: never used, nor shown as if they were known.

What is computed of other records reads as null, and may not choose, order or count rows. What is derived of a
stage or a status is known for most records, and refuses a query for those of which it is not.
"""

from collections.abc import Iterator, Mapping

from pytest_sfintegration.embedded.catalog import CatalogObject, OrgCatalog
from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.embedded.platform_fields import (
    DERIVED,
    is_computed,
    is_derived,
    is_unknown,
    why_unknown,
)
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.sfdx.model import FieldDef

__all__ = ["refuse_unknown"]

_Parts = tuple[str, ...]


def refuse_unknown(query: ast.Query, catalog: OrgCatalog) -> None:
    """Refuse a query whose rows, order or figures depend on a value that the embedded org does not know."""
    start = catalog.object(query.source.path.parts[-1])
    if start is not None:
        _refuse(query, start, catalog)


def _refuse(query: ast.Query, start: CatalogObject, catalog: OrgCatalog) -> None:
    prefixes = _prefixes(query)
    for path in _deciding_paths(query):
        found = _resolve(catalog, start, _local(path, prefixes))
        if found is not None:
            _refuse_computed(*found)
            _refuse_underived(*found, catalog)
    for item in query.select:
        if isinstance(item, ast.SubSelect):
            relationship = start.child(item.query.source.path.parts[-1])
            child = None if relationship is None else catalog.object(relationship.object)
            if child is not None:
                _refuse(item.query, child, catalog)
            continue
        for origin, parts in _shown(item, start, prefixes, catalog):
            found = _resolve(catalog, origin, parts)
            if found is not None:
                _refuse_underived(*found, catalog)
    for nested in _nested(query.where):
        refuse_unknown(nested, catalog)


def _refuse_computed(start: CatalogObject, field: FieldDef) -> None:
    if is_computed(start.view.definition, field):
        raise NotSupportedError(
            f"{start.name}.{field.name} in a condition, order or function: it is a formula or roll-up "
            "field, or one that the platform computes, whose value is not computed here"
        )


def _refuse_underived(start: CatalogObject, field: FieldDef, catalog: OrgCatalog) -> None:
    """Refuse a derived field that is not known for a record that the user sees."""
    if not is_derived(start.name, field.name):
        return
    stored = catalog.storage.table(start.name).active()
    name = field.name
    if all(row.get(name) is not None for row in stored):  # a quick look: few orgs hold unknown ones
        return
    for row in start.rows():
        if is_unknown(start.name, field.name, row):
            raise NotSupportedError(why_unknown(start.name, field.name, row))


def _prefixes(query: ast.Query) -> Mapping[str, _Parts]:
    """Return what stands for the names that may stand before a path: those of FROM and their aliases."""
    source = query.source
    found: dict[str, _Parts] = {source.path.parts[-1].lower(): ()}
    if source.alias:
        found[source.alias.lower()] = ()
    for more in query.more_sources:
        if more.alias:
            found[more.alias.lower()] = _local(more.path, found)
    return found


def _local(path: ast.Path, prefixes: Mapping[str, _Parts]) -> _Parts:
    parts = path.parts
    if len(parts) > 1 and parts[0].lower() in prefixes:
        return prefixes[parts[0].lower()] + parts[1:]
    return parts


def _shown(
    item: ast.FieldItem | ast.FieldsItem | ast.TypeOf,
    start: CatalogObject,
    prefixes: Mapping[str, _Parts],
    catalog: OrgCatalog,
) -> Iterator[tuple[CatalogObject, _Parts]]:
    """Yield what an item of the select list shows: paths, and the objects that they start from."""
    match item:
        case ast.FieldItem(expression=expression):
            for path in _of_expression(expression):
                yield start, _local(path, prefixes)
        case ast.FieldsItem(group=group) if group != "CUSTOM":
            for name in DERIVED.get(start.name, ()):
                yield start, (name,)
        case ast.TypeOf(whens=whens):
            for when in whens:
                target = catalog.object(when.type)
                if target is not None:
                    for each in when.fields:
                        yield from ((target, path.parts) for path in _of_expression(each))


def _resolve(
    catalog: OrgCatalog, start: CatalogObject, parts: _Parts
) -> tuple[CatalogObject, FieldDef] | None:
    current = start
    for name in parts[:-1]:
        parent = current.parent(name)
        following = None if parent is None else catalog.object(parent.targets[0])
        if following is None:
            return None
        current = following
    field = current.field(parts[-1])
    return None if field is None else (current, field)


def _deciding_paths(query: ast.Query) -> Iterator[ast.Path]:
    yield from _of_condition(query.where)
    yield from _of_condition(query.having)
    for expression in (*query.group_by, *(item.expression for item in query.order_by)):
        yield from _of_expression(expression)
    for item in query.select:
        if isinstance(item, ast.FieldItem) and isinstance(item.expression, ast.Function):
            yield from _of_expression(item.expression)


def _of_expression(expression: ast.Expression | ast.Geolocation) -> Iterator[ast.Path]:
    if isinstance(expression, ast.Path):
        yield expression
    elif isinstance(expression, ast.Function):
        for argument in expression.args:
            yield from _of_expression(argument)


def _of_condition(condition: ast.Condition | None) -> Iterator[ast.Path]:
    match condition:
        case ast.And(parts=parts) | ast.Or(parts=parts):
            for part in parts:
                yield from _of_condition(part)
        case ast.Not(part=part):
            yield from _of_condition(part)
        case (
            ast.Comparison(left=left)
            | ast.InList(left=left)
            | ast.InSelect(left=left)
            | ast.Includes(left=left)
        ):
            yield from _of_expression(left)
        case _:
            return


def _nested(condition: ast.Condition | None) -> Iterator[ast.Query]:
    match condition:
        case ast.And(parts=parts) | ast.Or(parts=parts):
            for part in parts:
                yield from _nested(part)
        case ast.Not(part=part):
            yield from _nested(part)
        case ast.InSelect(query=query):
            yield query
        case _:
            return
