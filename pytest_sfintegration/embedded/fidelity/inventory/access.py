"""Rights and record access: tables of rules, user permissions asked for, reasons, members of rules."""

import ast
import re
from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.source_text import (
    constant,
    functions,
    own_nodes,
    strings,
    table,
    within,
)
from pytest_sfintegration.sfdx.model import Governance

__all__ = [
    "causes",
    "criteria",
    "defaults",
    "governances",
    "implications",
    "members",
    "permission_rules",
    "record_rules",
    "user_permissions",
]

_STANDING = re.compile(
    r"assumed|recorded|documented|community|Help,|object reference|Metadata API|beat", re.IGNORECASE
)
_ASKING = frozenset({"holds", "has_user_permission"})
# What is made for a cause -> the keyword that holds it.
_CAUSES = {"Reason": "cause", "ShareRow": "row_cause"}
_COMPARED = frozenset({"kind", "operation"})


def governances() -> frozenset[str]:
    """Return what decides access to an object, and every object that follows another one."""
    parents = table("sfdx.governance", "_PARENT")
    return frozenset(
        {each.value for each in Governance}
        | {f"{child} follows {parent}" for child, parent in parents.items()}
    )


def implications() -> frozenset[str]:
    """Return what a right takes along, on its own object or by a user permission."""
    found = {
        f"{right} requires {needed}"
        for right, several in table("embedded.permissions.grants", "_REQUIRES").items()
        for needed in several
    }
    found |= {
        f"{each.user_permission} on {governance.value}"
        for governance, several in table("embedded.permissions.governance", "_BY_GOVERNANCE").items()
        for each in several
    }
    found |= {
        f"muting {muted} mutes {name}"
        for muted, names in table("embedded.permissions.entries", "_USER_TAKEN").items()
        for name in names
    }
    return frozenset(found)


def user_permissions() -> frozenset[str]:
    """Return ``module UserPermission`` for every user permission that the org asks for by name."""
    found = {
        f"{module} {text}"
        for module, tree in within("embedded")
        for _, function in functions(tree)
        for node in own_nodes(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKING
        for each in node.args
        if (text := constant(each)) is not None
    }
    found |= {f"sharing.judge {name}" for name in table("embedded.sharing.judge", "_TRANSFER").values()}
    found.add("sharing.judge TransferAnyEntity")
    found |= {
        f"view {name} for {asked}"
        for asked, names in table("embedded.view", "_ALTERNATIVES").items()
        for name in names
    }
    found |= {f"view {name} for {asked}" for asked, name in table("embedded.view", "_SOLE").items()}
    found |= {
        f"own rows {name} for {asked}"
        for asked, names in table("embedded.tables.own_rows", "OWN_ROWS").items()
        for name in names
    }
    return frozenset(
        found | {f"view none for {name}" for name in table("embedded.view", "OPEN_SETUP_OBJECTS")}
    )


def permission_rules() -> frozenset[str]:
    """Return the functions of the permission engine whose docstring says how something is known."""
    return frozenset(
        _spoken(
            "embedded.permissions",
            "embedded.builtin",
            "embedded.people",
            "embedded.share_objects",
            "embedded.view",
        )
    )


def record_rules() -> frozenset[str]:
    """Return the functions and modules of record access whose docstring says how something is known."""
    return frozenset(_spoken("embedded.sharing", "embedded.record_gate", "embedded.teams"))


def defaults() -> frozenset[str]:
    """Return the org-wide defaults that are understood, and those of objects that declare none."""
    known = {
        *table("embedded.sharing.defaults", "_PUBLIC"),
        *table("embedded.sharing.defaults", "_PARENT_FIELDS"),
    }
    unsaid = table("embedded.sharing.defaults", "_DEFAULTS")
    parents = table("embedded.sharing.defaults", "_STANDARD_PARENTS")
    custom = table("embedded.sharing.defaults", "_CUSTOM_DEFAULT")
    return frozenset(
        known
        | {"controlledbyparent", f"custom object is {custom} unless declared"}
        | {f"{name} is {word} unless declared" for name, word in unsaid.items()}
        | {f"{name} is controlled by {field}" for name, fields in parents.items() for field in fields}
    )


def members() -> frozenset[str]:
    """Return every kind of member of a sharing rule that is resolved, and the types of users told apart."""
    found: set[str] = set()
    for _, tree in within("embedded.sharing.audience"):
        found |= set(_compared(tree))
    internal = table("embedded.sharing.model", "_INTERNAL")
    unshared = table("embedded.sharing.rules", "_WITHOUT_ROLES")
    types = table("sfdx.sharing", "_TYPES")
    return frozenset(
        found
        | {f"internal user: {name}" for name in internal}
        | {f"without role: {name}" for name in unshared}
        | {f"rule: {tag}" for tag in types}
    )


def criteria() -> frozenset[str]:
    """Return the operations of criteria-based rules, and the enforcement types of restriction rules."""
    found = {"includes", "equals"}
    for name in ("_ORDERED", "_TEXT", "_OPPOSITES"):
        found |= set(table("embedded.sharing.criteria", name))
    for _, tree in within("embedded.sharing.restriction"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and "enforcement_type" in ast.unparse(node.left):
                found |= {f"restriction rule: {text}" for text in strings(node)}
    return frozenset(found)


def causes() -> frozenset[str]:
    """Return every reason for access, RowCause and access level, and the objects with implicit sharing."""
    found = {f"level: {word}" for word in table("embedded.sharing.model", "_LEVELS")}
    for name in ("_CHILDREN", "_OWNED_CHILDREN"):
        found |= {f"implicit: {child}" for child in table("embedded.sharing.implicit", name)}
    for module, tree in within("embedded.sharing", "embedded.write", "embedded.tables"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= {f"{module}: {text}" for text in _cause(node)}
    return frozenset(found)


def _cause(node: ast.Call) -> Iterator[str]:
    wanted = _CAUSES.get(node.func.id if isinstance(node.func, ast.Name) else "")
    for keyword in node.keywords:
        if wanted is not None and keyword.arg == wanted:
            yield _said(keyword.value)


def _said(node: ast.expr) -> str:
    """Return a cause as words: what is filled in is an ellipsis, alternatives are joined by "or"."""
    if isinstance(node, ast.IfExp):
        return f"{_said(node.body)} or {_said(node.orelse)}"
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "…"
    return constant(node) or ast.unparse(node)


def _compared(tree: ast.Module) -> Iterator[str]:
    for _, function in functions(tree):
        for node in own_nodes(function):
            if (
                isinstance(node, ast.Compare)
                and isinstance(node.left, ast.Name)
                and node.left.id in _COMPARED
            ):
                yield from strings(node)
                for side in node.comparators:
                    if isinstance(side, ast.Name):
                        yield from table("embedded.sharing.audience", side.id)
    yield from table("embedded.sharing.territory_groups", "TERRITORY_KINDS")
    yield from table("embedded.sharing.audience", "_MANAGERS")


def _spoken(*rooms: str) -> Iterator[str]:
    for module, tree in within(*rooms):
        if _STANDING.search(ast.get_docstring(tree) or ""):
            yield module
        for name, function in functions(tree):
            if _STANDING.search(ast.get_docstring(function) or ""):
                yield f"{module}.{name}"
