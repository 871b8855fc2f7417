"""The code of the embedded org as syntax trees: what it enumerates is read from it, not repeated."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

__all__ = ["constant", "functions", "modules", "own_nodes", "strings", "table", "within"]

_PACKAGE = "pytest_sfintegration"
_ROOT = Path(__file__).resolve().parents[2]
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> Mapping[str, ast.Module]:
    """Return every module of the embedded org and of the source reader by its name below the package.

    ``embedded.rest.router``; the registry itself is left out.
    """
    found: dict[str, ast.Module] = {}
    for room in ("embedded", "sfdx"):
        for path in sorted((_ROOT / room).rglob("*.py")):
            name = ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")
            if not name.startswith("embedded.fidelity"):
                found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return MappingProxyType(found)


def within(*prefixes: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules of these names or below them, without ``embedded.`` in front."""
    for name, tree in modules().items():
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes):
            yield name.removeprefix("embedded."), tree


def functions(tree: ast.Module) -> Iterator[tuple[str, _Function]]:
    """Yield every function and method by its qualified name; nested functions belong to the outer one."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, _Function):
                    yield f"{node.name}.{inner.name}", inner
        elif isinstance(node, _Function):
            yield node.name, node


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, docstrings left out."""
    yield node
    body = getattr(node, "body", None)
    skipped = body[0] if isinstance(body, list) and body and _is_text(body[0]) else None
    for child in ast.iter_child_nodes(node):
        if child is not skipped:
            yield from own_nodes(child)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def constant(node: ast.AST | None) -> str | None:
    """Return the text of a string constant, None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def strings(node: ast.AST) -> Iterator[str]:
    """Yield every string constant in a node, docstrings left out."""
    for each in own_nodes(node):
        text = constant(each)
        if text is not None:
            yield text


def table(module: str, name: str) -> Any:
    """Return a table of a module by its name, private ones too: the registry looks into the org's drawers."""
    return getattr(import_module(f"{_PACKAGE}.{module}"), name)
