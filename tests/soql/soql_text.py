"""A syntax tree written as text again, for the round trip."""

from __future__ import annotations

from pytest_sfintegration.embedded.soql import ast


def expression(node: ast.Path | ast.Function | ast.Geolocation) -> str:
    return str(node)


def condition(node: ast.Condition) -> str:
    if isinstance(node, ast.And | ast.Or):
        word = " AND " if isinstance(node, ast.And) else " OR "
        return word.join(_part(part) for part in node.parts)
    if isinstance(node, ast.Not):
        return f"NOT {_part(node.part)}"
    left = expression(node.left)
    if isinstance(node, ast.Comparison):
        return f"{left} {node.operator} {node.value.source}"
    if isinstance(node, ast.InSelect):
        return f"{left} {'NOT ' if node.negated else ''}IN ({query(node.query)})"
    values = ", ".join(value.source for value in node.values)
    if isinstance(node, ast.InList):
        return f"{left} {'NOT ' if node.negated else ''}IN ({values})"
    return f"{left} {'EXCLUDES' if node.negated else 'INCLUDES'} ({values})"


def _part(node: ast.Condition) -> str:
    written = condition(node)
    return f"({written})" if isinstance(node, ast.And | ast.Or | ast.Not) else written


def item(node: ast.SelectItem) -> str:
    if isinstance(node, ast.FieldItem):
        return expression(node.expression) + (f" {node.alias}" if node.alias else "")
    if isinstance(node, ast.FieldsItem):
        return f"FIELDS({'.'.join((*node.prefix, node.group))})"
    if isinstance(node, ast.SubSelect):
        return f"({query(node.query)})" + (f" {node.alias}" if node.alias else "")
    whens = " ".join(
        f"WHEN {when.type} THEN {', '.join(map(expression, when.fields))}" for when in node.whens
    )
    otherwise = f" ELSE {', '.join(map(expression, node.otherwise))}" if node.otherwise else ""
    return f"TYPEOF {node.path} {whens}{otherwise} END"


def query(node: ast.Query) -> str:
    select = ", ".join(item(one) for one in node.select) or "COUNT()"
    sources = ", ".join(
        f"{one.path}" + (f" {one.alias}" if one.alias else "") for one in (node.source, *node.more_sources)
    )
    return " ".join(["SELECT", select, "FROM", sources, *_clauses(node)])


def _clauses(node: ast.Query) -> list[str]:
    written: list[str] = []
    if node.scope:
        written.append(f"USING SCOPE {node.scope}")
    if node.lookup:
        written.append(f"USING LOOKUP {node.lookup.path}")
    if node.where:
        written.append(f"WHERE {condition(node.where)}")
    if node.data_categories:
        chosen = (f"{one.group} {one.selector} ({', '.join(one.categories)})" for one in node.data_categories)
        written.append(f"WITH DATA CATEGORY {' AND '.join(chosen)}")
    written.extend(f"WITH {other}" for other in node.with_other)
    if node.mode:
        written.append(f"WITH {node.mode}")
    return written + _ending(node)


def _ending(node: ast.Query) -> list[str]:
    written: list[str] = []
    if node.group_by:
        listed = ", ".join(map(expression, node.group_by))
        written.append(f"GROUP BY {node.grouping}({listed})" if node.grouping else f"GROUP BY {listed}")
    if node.having:
        written.append(f"HAVING {condition(node.having)}")
    if node.order_by:
        written.append(f"ORDER BY {', '.join(map(_order, node.order_by))}")
    written.extend(
        f"{word} {number}"
        for word, number in (("LIMIT", node.limit), ("OFFSET", node.offset))
        if number is not None
    )
    if node.for_clauses:
        written.append(f"FOR {', '.join(node.for_clauses)}")
    if node.update_clauses:
        written.append(f"UPDATE {', '.join(node.update_clauses)}")
    if node.lookup and node.lookup.binds:
        written.append("BIND " + ", ".join(f"{key} = {value.source}" for key, value in node.lookup.binds))
    return written


def _order(node: ast.OrderItem) -> str:
    nulls = {None: "", True: " NULLS FIRST", False: " NULLS LAST"}[node.nulls_first]
    return f"{expression(node.expression)}{' DESC' if node.descending else ''}{nulls}"
