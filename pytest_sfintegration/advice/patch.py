"""Apply edits to metadata files as text, so that nothing else in them changes."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_sfintegration.advice.edits import ENTITY_BLOCKS, Edit
from pytest_sfintegration.sfdx.model import ContainerKind, PermissionContainer, Source

__all__ = ["CannotPatch", "patched"]

_NAME_TAGS = {
    "objectPermissions": "object",
    "fieldPermissions": "field",
    "userPermissions": "name",
    **dict(ENTITY_BLOCKS.values()),
}
_FLAGS = {
    "objectPermissions": (
        "allowCreate",
        "allowDelete",
        "allowEdit",
        "allowRead",
        "modifyAllRecords",
        "viewAllRecords",
    ),
    "fieldPermissions": ("editable", "readable"),
    "userPermissions": ("enabled",),
    **{block: ("enabled",) for block, _ in ENTITY_BLOCKS.values()},
}


class CannotPatch(Exception):
    """A file cannot be edited; the text says which and what to do."""


def patched(edits: Iterable[Edit], source: Source) -> Mapping[Path, tuple[str, str]]:
    """Return the text before and after of every file that the edits change; raise CannotPatch."""
    texts: dict[Path, tuple[str, str]] = {}
    for edit in edits:
        path = _file(edit, source)
        before, now = texts.get(path) or (text := _read(path), text)
        texts[path] = before, _ended(_apply(now, edit), before)
    return {path: pair for path, pair in texts.items() if pair[0] != pair[1]}


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _ended(text: str, before: str) -> str:
    """Give added lines the line ends of a file that has none but CRLF."""
    only_crlf = "\n" in before and not re.search(r"(?<!\r)\n", before)
    return re.sub(r"(?<!\r)\n", "\r\n", text) if only_crlf else text


def _file(edit: Edit, source: Source) -> Path:
    containers: Mapping[str, PermissionContainer] = {
        ContainerKind.PROFILE: source.profiles,
        ContainerKind.PERMISSION_SET: source.permission_sets,
        ContainerKind.MUTING: source.muting_permission_sets,
    }[edit.kind]
    container = containers[edit.container]
    if container.path is None:
        raise CannotPatch(
            f"{edit.kind} {edit.container} stands in no file of the source: change it in the org"
        )
    path = Path(container.path)
    if path.parent.name == edit.container:
        raise CannotPatch(
            f"{path}: {edit.kind} {edit.container} is decomposed: edit its pieces by hand ({edit})"
        )
    return path


def _apply(text: str, edit: Edit) -> str:
    block, name_tag = edit.block, _NAME_TAGS[edit.block]
    inside = rf"(?:(?!</?{block}>).)*?"
    name = rf"<{name_tag}>\s*(?:%%%\w+%%%)?{re.escape(edit.name)}\s*</{name_tag}>"
    entry = re.compile(rf"<{block}>{inside}{name}{inside}</{block}>", re.DOTALL | re.IGNORECASE)
    found = entry.search(text)
    if found is not None:
        return text[: found.start()] + _with_flag(found[0], edit) + text[found.end() :]
    return _with_entry(text, edit) if edit.value else text


def _with_flag(entry: str, edit: Edit) -> str:
    word = str(edit.value).lower()
    flag = re.compile(rf"(<{edit.flag}>)\s*\w+\s*(</{edit.flag}>)")
    if flag.search(entry) is not None:
        return flag.sub(rf"\g<1>{word}\g<2>", entry)
    indent = re.search(r"\n([ \t]*)<", entry)
    line = f"<{edit.flag}>{word}</{edit.flag}>"
    closing = entry.rindex(f"</{edit.block}>")
    lead = entry[:closing].rstrip(" \t")
    inner = "" if indent is None else indent[1]
    outer = entry[len(lead) : closing]
    return f"{lead}{inner}{line}{chr(10) if indent else ''}{outer}{entry[closing:]}"


def _with_entry(text: str, edit: Edit) -> str:
    """Add an entry behind the last one of its kind, or else at the end of the file."""
    name_tag = _NAME_TAGS[edit.block]
    values = dict.fromkeys(_FLAGS[edit.block], "false") | {edit.flag: "true"}
    tags = {**values, name_tag: edit.name}
    lines = [f"        <{tag}>{tags[tag]}</{tag}>" for tag in sorted(tags)]
    entry = "\n".join([f"    <{edit.block}>", *lines, f"    </{edit.block}>"])
    last = text.rfind(f"</{edit.block}>")
    if last >= 0:
        at = last + len(f"</{edit.block}>")
        return f"{text[:at]}\n{entry}{text[at:]}"
    end = text.rindex("</")
    return f"{text[:end]}{entry}\n{text[end:]}"
