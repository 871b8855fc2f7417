"""Error codes: every place where the embedded org makes a refusal."""

import ast
import re
from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.source_text import (
    constant,
    functions,
    own_nodes,
    strings,
    within,
)

__all__ = ["error_codes"]

_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
_OAUTH = re.compile(r"[a-z]+(_[a-z]+)+")
# Keys of answers and keyword arguments whose value is a code.
_KEYS = frozenset({"errorCode", "statusCode", "code", "error"})
# What makes an error from a code in one of its first arguments.
_MAKERS = frozenset({"ApiError", "SoqlError", "error", "error_at", "_Fault", "_RefusedError"})
_CODE_PLACES = 4
# Words in capitals that are no codes: kinds of JSON tokens, names of socket options.
_NO_CODES = ("START_", "VALUE_", "TCP_", "OP_")


def error_codes() -> frozenset[str]:
    """Return ``module CODE`` (with the HTTP status in front where the code says it) for every refusal."""
    found: set[str] = set()
    for module, tree in within("embedded"):
        for _, function in functions(tree):
            codes = set(_codes(function))
            found |= {f"{module} {code}" for code in codes | set(_strays(module, function, codes))}
        found |= {f"{module} {code}" for code in _constants(tree)}
        if module == "server.message":
            found.add(f"{module} HTTP_{{status}}")
    return frozenset(found)


def _codes(function: ast.AST) -> Iterator[str]:
    for node in own_nodes(function):
        if isinstance(node, ast.Call) and _called(node) in _MAKERS:
            yield from _of_call(node)
        elif isinstance(node, ast.Dict):
            yield from _of_dict(node)


def _strays(module: str, function: ast.AST, codes: set[str]) -> Iterator[str]:
    """Yield what looks like a code and goes another way; in SOQL such words are keywords."""
    known = {code.rpartition(" ")[2] for code in codes}
    if not module.startswith("soql"):
        for text in strings(function):
            if _CODE.fullmatch(text) and text not in known and not text.startswith(_NO_CODES):
                yield text


def _of_call(node: ast.Call) -> Iterator[str]:
    first = node.args[0] if _called(node) == "ApiError" and node.args else None
    status = first.value if isinstance(first, ast.Constant) else None
    given = [*node.args[:_CODE_PLACES], *(each.value for each in node.keywords if each.arg in _KEYS)]
    pattern = _OAUTH if _called(node) == "_RefusedError" else _CODE
    for each in given:
        text = constant(each)
        if text is not None and pattern.fullmatch(text):
            yield f"{status} {text}" if isinstance(status, int) else text
            return


def _of_dict(node: ast.Dict) -> Iterator[str]:
    for key, value in zip(node.keys, node.values, strict=True):
        text = constant(value)
        if constant(key) in _KEYS and text is not None and (_CODE.fullmatch(text) or _OAUTH.fullmatch(text)):
            yield text


def _constants(tree: ast.Module) -> Iterator[str]:
    """Yield the codes of answers that stand ready at module or class level."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for each in ast.walk(node.value):
                if isinstance(each, ast.Dict):
                    yield from _of_dict(each)
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if (
                    isinstance(inner, ast.Assign)
                    and (text := constant(inner.value))
                    and _CODE.fullmatch(text)
                ):
                    yield text


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""
