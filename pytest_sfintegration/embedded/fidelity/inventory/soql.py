"""The language of queries: its keywords, functions, date literals, operators and kinds of values."""

import ast
import re
from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.source_text import functions, own_nodes, strings, table, within

__all__ = ["date_literals", "functions_of_soql", "keywords", "operators", "rules_of_soql", "values"]

_WORD = re.compile(r"[A-Z][A-Z_]+")
_PARSERS = tuple(f"embedded.soql.{name}" for name in ("conditions", "expressions", "parser", "selection"))
_RUNNERS = tuple(f"embedded.soql.{name}" for name in ("aggregates", "functions", "grouping", "projection"))
_NO_KEYWORDS = frozenset({"MALFORMED_QUERY", "EOF"})
_TABLES = ("_SELECTORS", "_MODES")
_STANDING = re.compile(r"assumed|recorded|documented|community", re.IGNORECASE)


def keywords() -> frozenset[str]:
    """Return every word that the parser gives a meaning, functions left out."""
    found = {text for tree in _trees(_PARSERS) for text in _words(tree)}
    found |= {word for name in _TABLES for word in table("embedded.soql.parser", name)}
    found |= table("embedded.soql.selection", "FIELD_GROUPS")
    found |= {keyword for keyword, _ in table("embedded.soql.parser", "_CLAUSES")}
    return frozenset(found) - functions_of_soql() - _NO_KEYWORDS


def functions_of_soql() -> frozenset[str]:
    """Return every function: those of the tables, and those that the executor tells apart by name."""
    found = set(table("embedded.soql.functions", "AGGREGATES"))
    found |= set(table("embedded.soql.functions", "_NOT_EXECUTED"))
    found |= set(table("embedded.soql.dates", "DATE_FUNCTIONS"))
    for tree in _trees(_RUNNERS):
        for _, function in functions(tree):
            for node in own_nodes(function):
                if isinstance(node, ast.Compare) and _is_name(node.left):
                    found |= {text for text in strings(node) if _WORD.fullmatch(text)}
    return frozenset(found | {"GEOLOCATION", "FIELDS"})


def date_literals() -> frozenset[str]:
    """Return every relative date literal."""
    counted = table("embedded.soql.literals", "COUNTED_RANGES")
    return frozenset(table("embedded.soql.literals", "PLAIN_RANGES")) | {f"{name}:n" for name in counted}


def operators() -> frozenset[str]:
    """Return every operator of a condition that is no keyword of the grammar."""
    return frozenset(table("embedded.soql.conditions", "_OPERATORS"))


def values() -> frozenset[str]:
    """Return the kinds of values that a condition may compare with."""
    kinds = table("embedded.soql.literals", "_WORDS").values()
    return frozenset(table("embedded.soql.lexer", "_LITERALS")) | {kind for kind, _ in kinds}


def rules_of_soql() -> frozenset[str]:
    """Return the modules and functions of the language whose docstring says how something is known."""
    found: set[str] = set()
    for module, tree in within("embedded.soql"):
        if _STANDING.search(ast.get_docstring(tree) or ""):
            found.add(module)
        for name, function in functions(tree):
            if _STANDING.search(ast.get_docstring(function) or ""):
                found.add(f"{module}.{name}")
    return frozenset(found)


def _trees(names: tuple[str, ...]) -> Iterator[ast.Module]:
    return (tree for _, tree in within(*names))


def _words(tree: ast.Module) -> Iterator[str]:
    for _, function in functions(tree):
        yield from (text for text in strings(function) if _WORD.fullmatch(text))


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "name"
