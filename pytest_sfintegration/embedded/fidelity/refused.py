"""What the embedded org refuses because it does not model it: read from the code that refuses."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_sfintegration.embedded.fidelity.source_text import functions, own_nodes, table, within
from pytest_sfintegration.sfdx.facts import standard_objects
from pytest_sfintegration.sfdx.model import Governance

__all__ = ["Refusals", "refusals"]

_RAISED = frozenset({"NotSupportedError", "SharingNotModelled", "UnknownContainerError", "_refusal"})
_REPORTED = frozenset({"error", "warn", "unreadable", "Rejected"})
_SOQL = frozenset({"error", "error_at"})
_LETTERS = re.compile(r"[A-Za-z]{3}")
_CLAUSE = 3  # whether it is there, what it is called, the keyword before it
_OURS = " is not supported by the embedded org."


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Sentences of refusals by the part of the org that makes them, and the names that are refused whole.

    What a sentence fills in stands in braces.
    """

    resources: tuple[str, ...]
    requests: tuple[str, ...]
    queries: tuple[str, ...]
    access: tuple[str, ...]
    writes: tuple[str, ...]
    metadata: tuple[str, ...]
    objects: tuple[str, ...]
    tables: tuple[str, ...]


def refusals() -> Refusals:
    """Return everything that is refused, each list sorted."""
    return Refusals(
        resources=_sorted((*table("embedded.rest.router", "_NOT_MODELLED"), *_object_resources())),
        requests=_sorted(_raised("embedded.rest", "embedded.login", "embedded.org", "embedded.tables")),
        queries=_sorted((*_queries(), *_raised("embedded.soql"))),
        access=_sorted(
            _raised("embedded.sharing", "embedded.permissions", "embedded.view", "embedded.record_gate")
        ),
        writes=_sorted(_raised("embedded.write", "embedded.values")),
        metadata=_sorted(_reported()),
        objects=_sorted(
            name for name, each in standard_objects().items() if each.governance is Governance.NOT_MODELLED
        ),
        tables=_sorted(_tables_without_rows()),
    )


def _sorted(texts: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts that say something of their own, each once, in order of the alphabet."""
    return tuple(
        sorted({text for text in texts if _LETTERS.search(re.sub(r"\{[^}]*\}", "", text))}, key=str.lower)
    )


def _object_resources() -> Iterator[str]:
    return (f"sobjects/{{object}}/{word}" for word in table("embedded.rest.sobjects", "_NOT_MODELLED"))


def _tables_without_rows() -> Iterator[str]:
    served = {
        *table("embedded.tables.permission_rows", "PERMISSION_ROWS"),
        *table("embedded.tables.org_rows", "ORG_ROWS"),
        *table("embedded.tables.app_rows", "APP_ROWS"),
        *table("embedded.tables.reified", "_MAKERS"),
        *table("embedded.tables.territory_rows", "TERRITORY_TABLES"),
        *("EntityDefinition", "LoginHistory", "OauthToken", "Organization", "PermissionSetLicense"),
        *("UserLicense", "UserPermissionAccess", "UserRecordAccess"),
    }
    known = {*table("sfdx.governance", "_SETUP"), *table("embedded.tables.reified", "REIFIED")}
    return iter(known - served)


def _raised(*rooms: str) -> Iterator[str]:
    for _, tree in within(*rooms):
        for _, function in functions(tree):
            for node in own_nodes(function):
                if isinstance(node, ast.Call) and _called(node) in _RAISED:
                    yield next((said for each in node.args if (said := _said(each))), "")


def _queries() -> Iterator[str]:
    """Yield the constructs that a query is refused for: the clauses, and what errors of that kind say."""
    for _, tree in within("embedded.soql"):
        for name, function in functions(tree):
            messages = _messages(function)
            for node in own_nodes(function):
                if name == "_refuse" and isinstance(node, ast.Tuple) and len(node.elts) == _CLAUSE:
                    yield _said(node.elts[1])
                elif isinstance(node, ast.Call) and _called(node) in _SOQL and _unsupported(node):
                    yield messages.get(_before(messages, node.lineno), "").removesuffix(_OURS)


def _messages(function: ast.AST) -> dict[int, str]:
    return {
        node.lineno: _said(node.value)
        for node in own_nodes(function)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "message"
    }


def _before(messages: dict[int, str], line: int) -> int:
    return max((each for each in messages if each <= line), default=0)


def _unsupported(node: ast.Call) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == "SoqlNotSupported"
        for each in (*node.args, *(keyword.value for keyword in node.keywords))
    )


def _reported() -> Iterator[str]:
    for _, tree in within("sfdx"):
        for _, function in functions(tree):
            for node in own_nodes(function):
                if isinstance(node, ast.Call) and _called(node) in _REPORTED:
                    said = next((text for each in node.args if "not modelled" in (text := _said(each))), None)
                    if said is not None:
                        yield said


def _said(node: ast.expr) -> str:
    """Return the text of a message, what is filled in as a name in braces; empty when it is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            f"{{{_named(part.value)}}}" if isinstance(part, ast.FormattedValue) else _said(part)
            for part in node.values
        )
    return ""


def _named(node: ast.expr) -> str:
    """Return one word for what is filled in."""
    if isinstance(node, ast.Attribute):
        return "…" if node.attr == "join" else node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Subscript | ast.Call | ast.IfExp):
        inner = {ast.Subscript: "value", ast.Call: "func", ast.IfExp: "body"}[type(node)]
        return _named(getattr(node, inner))
    return "…"


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""
