"""Formula and roll-up fields in a query: read as null, never used to choose, order or count rows."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.catalog import CatalogObject, OrgCatalog
from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.sfdx.model import FieldDef, Governance

__all__ = ["refuse_formulas"]


def refuse_formulas(query: ast.Query, catalog: OrgCatalog) -> None:
    """Refuse a query whose rows.

    Order or figures depend on a field that the embedded org does not compute.
    """
    start = catalog.object(query.source.path.parts[-1])
    if start is None:
        return
    aliases = {query.source.path.parts[-1].lower(), (query.source.alias or "").lower()}
    for path in _deciding_paths(query):
        parts = path.parts[1:] if len(path.parts) > 1 and path.parts[0].lower() in aliases else path.parts
        found = _resolve(catalog, start, parts)
        if found is not None and _computed(found[0], found[1]):
            raise NotSupportedError(
                f"{found[0].name}.{found[1].name} in a condition, order or function: it is a formula "
                "or roll-up "
                "field, whose value is not computed"
            )
    for nested in _nested(query.where):
        refuse_formulas(nested, catalog)


def _computed(start: CatalogObject, field: FieldDef) -> bool:
    setup = start.view.definition.governance is Governance.SETUP
    return not setup and field.custom and (field.calculated or field.formula is not None)


def _resolve(
    catalog: OrgCatalog, start: CatalogObject, parts: tuple[str, ...]
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
