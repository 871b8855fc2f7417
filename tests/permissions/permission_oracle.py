"""Compute rights straight from metadata XML, as sets of strings: the oracle that the engine is held to.

Shares nothing with the plugin: no model, no reader. A right is a lower-case string such as
``object account allowRead``, ``field account.rating editable`` or ``user apienabled``.
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

OBJECT_FLAGS = (
    "allowCreate",
    "allowRead",
    "allowEdit",
    "allowDelete",
    "viewAllRecords",
    "modifyAllRecords",
    "viewAllFields",
)
NEEDS = {
    "allowCreate": {"allowRead"},
    "allowRead": set(),
    "allowEdit": {"allowRead"},
    "allowDelete": {"allowRead", "allowEdit"},
    "viewAllRecords": {"allowRead"},
    "modifyAllRecords": {"allowRead", "allowEdit", "allowDelete", "viewAllRecords"},
    "viewAllFields": {"allowRead"},
}
NAMED = {
    "classAccesses": ("apexClass", "apexclass"),
    "pageAccesses": ("apexPage", "apexpage"),
    "customPermissions": ("name", "custompermission"),
    "flowAccesses": ("flow", "flowdefinition"),
    "customMetadataTypeAccesses": ("name", "customentitydefinition"),
    "customSettingAccesses": ("name", "customentitydefinition"),
}


def documents(root: Path, kind: str) -> dict[str, etree._Element]:
    """Return the documents of a metadata type by file name, decomposed ones left out."""
    folder = {"profile": "profiles", "permissionset": "permissionsets"}.get(kind, f"{kind}s")
    found: dict[str, etree._Element] = {}
    for path in sorted(root.rglob(f"*.{kind}*")):
        if path.parent.name == folder and path.name.removesuffix("-meta.xml").endswith(f".{kind}"):
            name = path.name.removesuffix("-meta.xml").removesuffix(f".{kind}")
            found[name] = etree.parse(path).getroot()
    return found


def rights(document: etree._Element) -> set[str]:
    """Return every right that a profile, permission set or muting permission set names.

    The placeholder that CumulusCI puts before names of the project's own package stands for no prefix.
    """
    found = {*_objects(document), *_fields(document), *_others(document)}
    return {right.replace("%%%namespace%%%", "").replace("___namespace___", "") for right in found}


def _objects(document: etree._Element) -> Iterator[str]:
    for entry in document.iter("{*}objectPermissions"):
        for flag in OBJECT_FLAGS:
            if _text(entry, flag) == "true":
                yield f"object {_text(entry, 'object').lower()} {flag}"


def _fields(document: etree._Element) -> Iterator[str]:
    for entry in document.iter("{*}fieldPermissions"):
        for flag in ("readable", "editable"):
            if _text(entry, flag) == "true":
                yield f"field {_text(entry, 'field').lower()} {flag}"


def _others(document: etree._Element) -> Iterator[str]:
    for entry in document.iter("{*}userPermissions"):
        if _text(entry, "enabled") == "true":
            yield f"user {_text(entry, 'name').lower()}"
    for element, (child, kind) in NAMED.items():
        for entry in document.iter(f"{{*}}{element}"):
            if _text(entry, "enabled") == "true":
                yield f"setup {kind} {_text(entry, child).lower()}"


def muted(held: set[str], muting: set[str]) -> set[str]:
    """Return the rights that a muting permission set leaves of those held."""
    return {right for right in held if not _gone(right, muting)}


def _gone(right: str, muting: set[str]) -> bool:
    if right in muting:
        return True
    what, rest = right.split(" ", 1)
    if what == "object":
        obj, flag = rest.split(" ")
        return any(f"object {obj} {needed}" in muting for needed in NEEDS[flag])
    if what == "field" and rest.endswith(" editable"):
        return right.replace(" editable", " readable") in muting
    return right == "user modifyalldata" and "user viewalldata" in muting


def members(group: etree._Element, element: str) -> list[str]:
    """Return the permission sets or muting permission sets that a group names."""
    return [one.text.strip() for one in group.iter(f"{{*}}{element}") if one.text]


def _text(entry: etree._Element, name: str) -> str:
    found = entry.find(f"{{*}}{name}")
    return "" if found is None or found.text is None else found.text.strip()


def session_based(document: etree._Element) -> bool:
    """Return whether a permission set or group requires session activation."""
    return _text(document, "hasActivationRequired") == "true"
