"""Setup tables, their families of columns, the values of fields, and the rules of writing."""

import ast
import re

from pytest_sfintegration.embedded.fidelity.source_text import functions, own_nodes, table, within

__all__ = ["column_families", "metadata_types", "setup_tables", "values_of_fields", "write_rules"]

_STANDING = re.compile(r"assumed|recorded|documented|community|not evaluated", re.IGNORECASE)
_REFUSALS = frozenset({"ApiError", "NotSupportedError", "missing", "cross_reference_denied", "_parser_error"})


def setup_tables() -> frozenset[str]:
    """Return every setup table that the schema declares or that has rows, and those of the Tooling API."""
    found = set(table("embedded.tables.schema", "_COLUMNS"))
    found |= set(table("embedded.tables.permission_rows", "PERMISSION_ROWS"))
    found |= set(table("embedded.tables.org_rows", "ORG_ROWS"))
    found |= set(table("embedded.tables.app_rows", "APP_ROWS"))
    found |= set(table("embedded.tables.reified", "REIFIED"))
    found |= table("embedded.tables.territory_rows", "TERRITORY_TABLES")
    return frozenset(found | {"…Share"})


def metadata_types() -> frozenset[str]:
    """Return the metadata types whose components Metadata API lists."""
    return frozenset(table("embedded.metadata.components", "_LISTERS"))


def column_families() -> frozenset[str]:
    """Return the columns that are made by a rule: per user permission, per table, per object."""
    found = {f"{name}.Permissions…" for name in table("embedded.tables.schema", "_USER_PERMISSION_TABLES")}
    found |= {f"ObjectPermissions.{column}" for column, _ in table("embedded.tables.schema", "OBJECT_FLAGS")}
    found |= {f"Organization.Default{name}Access" for name in table("embedded.tables.org_rows", "_TOLD")}
    found |= {f"{name}.{column}" for name, columns in _reified() for column in columns}
    found |= {f"AccountShare.{column}" for column in table("embedded.record_store", "ACCOUNT_COLUMNS")}
    found |= {
        f"UserRecordAccess.{column}" for column in table("embedded.tables.record_access", "_SELECTABLE")
    }
    return frozenset(found | {"every setup table: audit columns"})


def values_of_fields() -> frozenset[str]:
    """Return the types of fields that can be written, by describe type."""
    return frozenset({*table("embedded.values", "TEXT_TYPES"), *table("embedded.values", "_CONVERTERS")})


def write_rules() -> frozenset[str]:
    """Return the functions of writing that refuse something or say how something is known."""
    found: set[str] = set()
    for module, tree in within("embedded.write", "embedded.values", "embedded.rest.conditional"):
        for name, function in functions(tree):
            spoken = _STANDING.search(ast.get_docstring(function) or "")
            if spoken or any(_refuses(node) for node in own_nodes(function)):
                found.add(f"{module}.{name}")
    return frozenset(found)


def _reified() -> list[tuple[str, tuple[str, ...]]]:
    return list(table("embedded.tables.reified", "REIFIED").items())


def _refuses(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _REFUSALS
