"""Grants of a corpus read straight from the XML, and the matrix they amount to; our model is not used."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lxml import etree

NS = {"m": "http://soap.sforce.com/2006/04/metadata"}

FLAGS = {
    "allowCreate": "C",
    "allowRead": "R",
    "allowEdit": "E",
    "allowDelete": "D",
    "viewAllRecords": "V",
    "modifyAllRecords": "M",
}

# What the platform makes depend on what (the words of its deployment errors: "depends on permission(s)").
NEEDS = {"C": "R", "R": "", "E": "R", "D": "RE", "V": "R", "M": "REDV"}

Grant = tuple[str, str, str]
"""Kind, target, right: ("object", "Account", "C"), ("field", "Account.Phone", "edit"), ("user", "X", "")."""


def grants_of(path: Path) -> frozenset[Grant]:
    """Return the enabled object, field and user permissions of a permission set file."""
    root = etree.parse(path).getroot()

    def text(node: etree._Element, tag: str) -> str:
        return (node.findtext(f"m:{tag}", namespaces=NS) or "").strip().replace("%%%NAMESPACE%%%", "")

    found: set[Grant] = set()
    for node in root.iterfind("m:objectPermissions", NS):
        found.update(
            ("object", text(node, "object"), letter)
            for tag, letter in FLAGS.items()
            if text(node, tag) == "true"
        )
    for node in root.iterfind("m:fieldPermissions", NS):
        found.update(
            ("field", text(node, "field"), right)
            for tag, right in (("readable", "read"), ("editable", "edit"))
            if text(node, tag) == "true"
        )
    for node in root.iterfind("m:userPermissions", NS):
        if text(node, "enabled") == "true":
            found.add(("user", text(node, "name"), ""))
    return frozenset(found)


def closed(grants: Iterable[Grant]) -> frozenset[Grant]:
    """Return the grants that stand without a breach: what depends on a missing right falls with it."""
    kept = set(grants)
    while True:
        broken = {
            grant
            for grant in kept
            if (
                grant[0] == "object" and any(("object", grant[1], one) not in kept for one in NEEDS[grant[2]])
            )
            or (grant[0] == "field" and grant[2] == "edit" and ("field", grant[1], "read") not in kept)
        }
        if not broken:
            return frozenset(kept)
        kept -= broken


def access(grants: Iterable[Grant]) -> dict[str, str]:
    """Return the letters held on each object."""
    held: dict[str, set[str]] = {}
    for kind, target, right in grants:
        if kind == "object":
            held.setdefault(target, set()).add(right)
    return {name: "".join(one for one in "CREDVM" if one in letters) for name, letters in held.items()}


def fields(grants: Iterable[Grant], letters: Mapping[str, str]) -> dict[str, dict[str, set[str]]]:
    """Return the fields that count: of objects that can be read, edit where the object can be written."""
    found: dict[str, dict[str, set[str]]] = {
        name: {"read": set(), "edit": set()} for name, held in letters.items() if "R" in held
    }
    for kind, target, right in grants:
        name, _, field = target.partition(".")
        if kind == "field" and name in found:
            if right == "edit" and not set(letters[name]) & {"C", "E"}:
                continue
            found[name][right].add(field)
    return found


def matrix_text(grants: Iterable[Grant], *, sets: Iterable[str], integration: str) -> str:
    """Return the matrix that says exactly what the grants amount to."""
    grants = list(grants)
    letters = access(grants)
    visible = fields(grants, letters)
    lines = [
        f"integration: {integration}",
        "user:",
        "  username: integration@example.com",
        "  profile: Minimum Access - API Only Integrations",
        f"  permission_sets: [{', '.join(sets)}]",
        "objects:",
    ]
    for name in sorted(letters):
        lines += [f"  {name}:", f"    access: {letters[name]}"]
        if name in visible:
            lines += _field_lines(visible[name]["read"], visible[name]["edit"])
    users = sorted({target for kind, target, _ in grants if kind == "user"} | {"ApiEnabled", "ApiUserOnly"})
    lines += [f"user_permissions: [{', '.join(users)}]", ""]
    return "\n".join(lines)


def _field_lines(read: set[str], edit: set[str]) -> Iterator[str]:
    if not read:
        yield "    fields: none"
        return
    yield "    fields:"
    for word, names in (("edit", edit), ("read", read - edit)):
        if names:
            yield f"      {word}:"
            yield from (f"        - {name}" for name in sorted(names))
