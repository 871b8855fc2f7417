"""Endpoints: the words that paths are compared with, and the methods that each function tells apart."""

import ast
from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.source_text import (
    constant,
    functions,
    own_nodes,
    strings,
    table,
    within,
)

__all__ = ["endpoints", "logins", "paths"]

# HEAD answers as GET does, without a body.
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_DOORS = ("embedded.org", "embedded.rest", "embedded.login", "embedded.bulk")
_ROOTS = frozenset({"segments"})
# What still is a path, or a part of one, when it is called on one.
_KEEPING = frozenset({"list", "lower", "parse_url", "removeprefix", "split", "strip", "tuple"})
# Tables from a word to what answers it.
_TABLES = frozenset({"_RESOURCES", "_COMPOSITES"})


def endpoints() -> frozenset[str]:
    """Return ``module.function METHOD`` for every method that a function of a door names."""
    return frozenset(
        f"{module}.{name} {text}"
        for module, tree in within(*_DOORS)
        for name, function in functions(tree)
        for text in strings(function)
        if text in _METHODS
    )


def paths() -> frozenset[str]:
    """Return ``module word`` for every word that a part of a path is compared with or looked up by."""
    return frozenset(
        f"{module} {word}"
        for module, tree in within(*_DOORS)
        for word in (*_compared(tree), *_looked_up(tree))
    )


def logins() -> frozenset[str]:
    """Return the grant types of the token endpoint and the operations of SOAP."""
    found: set[str] = set()
    for module, tree in within("embedded.login"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict) and any(_is_method(value) for value in node.values):
                found |= {f"OAuth {_grant(module, key)}" for key in node.keys}
            elif isinstance(node, ast.Compare) and _is_operation(node.left):
                found |= {f"SOAP {text}" for text in strings(node)}
    return frozenset(found)


def _is_operation(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "operation"


def _is_method(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _grant(module: str, key: ast.AST | None) -> str:
    text = constant(key)
    if text is None and isinstance(key, ast.Name):
        text = table(f"embedded.{module}", key.id)
    return str(text)


def _looked_up(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id in _TABLES:
            for each in ast.walk(node):
                if isinstance(each, ast.Dict):
                    yield from (text for key in each.keys if (text := constant(key)))


def _compared(tree: ast.Module) -> Iterator[str]:
    for _, function in functions(tree):
        tainted = _tainted(function)
        for node in own_nodes(function):
            if isinstance(node, ast.Compare):
                sides = (node.left, *node.comparators)
                if any(_mentions(side, tainted) for side in sides):
                    yield from (text for side in sides for text in strings(side) if text)


def _tainted(function: ast.AST) -> frozenset[str]:
    """Return the names that hold parts of a path: what is assigned from ``segments``, and on from there."""
    names = set(_ROOTS)
    while True:
        more = {
            target.id
            for node in own_nodes(function)
            if isinstance(node, ast.Assign) and _mentions(node.value, names) and not _calls(node.value)
            for goal in node.targets
            for target in ast.walk(goal)
            if isinstance(target, ast.Name)
        }
        more |= {
            target.id
            for node in own_nodes(function)
            if isinstance(node, ast.comprehension) and _mentions(node.iter, names)
            for target in ast.walk(node.target)
            if isinstance(target, ast.Name)
        }
        if more <= names:
            return frozenset(names)
        names |= more


def _calls(node: ast.AST) -> bool:
    """Tell whether a value is the answer of a function that was given a path, not a path."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    return called not in _KEEPING


def _mentions(node: ast.AST, names: frozenset[str] | set[str]) -> bool:
    return any(
        (isinstance(each, ast.Name) and each.id in names)
        or (isinstance(each, ast.Attribute) and each.attr in _ROOTS)
        for each in ast.walk(node)
    )
