"""Find the metadata files of a project or folder, and which of them are read."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from pytest_sfintegration.sfdx.forceignore import Ignore
from pytest_sfintegration.sfdx.model import Open
from pytest_sfintegration.sfdx.problems import Problems, Rejected, SourceError
from pytest_sfintegration.sfdx.xml import read_document, text_of

__all__ = ["Found", "Tree", "open_tree", "walk"]

_PROJECT_FILE = "sfdx-project.json"
_META = "-meta.xml"
_SUFFIXES = frozenset({
    "object", "field", "recordType", "validationRule", "globalValueSet", "sharingSet", "standardValueSet",
    "profile", "permissionset", "mutingpermissionset", "permissionsetgroup",
    "role", "group", "queue", "customPermission", "connectedApp", "rule", "eca",
    "ecaOauth", "ecaOauthPlcy", "ecaPlcy", "profileSessionSetting",
    "sharingRules", "sharingOwnerRule", "sharingCriteriaRule", "sharingGuestRule", "sharingTerritoryRule",
    "cls", "flow", "md", "useraccesspolicy",
    "territory", "territory2", "territory2Model", "territory2Rule", "territory2Type", "settings",
})  # fmt: skip
_SETTINGS = "Territory2"
_MAX_DEPTH = 64


class Found(NamedTuple):
    """A file that is read: its path, its folder (with slashes), its bare name and its metadata suffix.

    ``meta`` tells whether it ends in -meta.xml.
    """

    path: str
    folder: str
    stem: str
    suffix: str
    meta: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A project or a folder in Metadata API format."""

    root: str
    folders: tuple[str, ...]
    namespace: str = ""
    api_version: str | None = None
    ignore: Ignore = field(default_factory=Ignore)


def open_tree(root: str, problems: Problems) -> Tree:
    """Look what ``root`` is: raise ``SourceError`` if it is no folder, or its project file cannot be used."""
    if not Path(root).is_dir():
        raise SourceError(
            f"{root}: there is no such folder. Name the folder that holds sfdx-project.json, or one in "
            "Metadata API format (package.xml)."
        )
    ignore = Ignore(_lines(Path(root, ".forceignore")))
    project_file = Path(root, _PROJECT_FILE)
    if not project_file.is_file():
        return Tree(root=root, folders=(root,), api_version=_manifest_version(root), ignore=ignore)
    project = _project(project_file)
    folders: list[str] = []
    for entry in project["packageDirectories"]:
        folder = _package_folder(root, entry["path"], str(project_file), problems)
        if folder is not None and folder not in folders:
            folders.append(folder)
    version = project.get("sourceApiVersion")
    namespace = project.get("namespace")
    return Tree(
        root=root,
        folders=tuple(folders),
        namespace=namespace if isinstance(namespace, str) else "",
        api_version=version if isinstance(version, str) else None,
        ignore=ignore,
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _manifest_version(root: str) -> str | None:
    """Return the API version of a package.xml, if there is a readable one."""
    try:
        document = read_document(str(Path(root, "package.xml")), ("Package",))
    except Rejected:
        return None
    return text_of(document.root.find("version")) or None


def _project(path: Path) -> dict[str, Any]:
    remedy = "Repair it: it needs packageDirectories, a list of objects with a path."
    try:
        project = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{path}: cannot be read as JSON: {error}. {remedy}") from None
    directories = project.get("packageDirectories") if isinstance(project, dict) else None
    usable = isinstance(directories, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("path"), str) for entry in directories
    )
    if not usable:
        raise SourceError(f"{path}: has no usable packageDirectories. {remedy}")
    return dict(project)


def _package_folder(root: str, path: str, project_file: str, problems: Problems) -> str | None:
    folder = os.path.normpath(Path(root, path))
    inside = os.path.relpath(folder, root)
    if inside.startswith("..") or Path(path).is_absolute():
        problems.error(
            project_file,
            None,
            f"the package directory {path} lies outside the project; it is not read.",
            "Use a path below the folder of sfdx-project.json.",
            leaves_open=Open.ALL_RECORDS | Open.ALL_FIELDS,
        )
        return None
    if not Path(folder).is_dir():
        problems.warn(
            project_file,
            None,
            f"the package directory {path} does not exist.",
            "Create it, or remove it from packageDirectories.",
        )
        return None
    return folder


def walk(tree: Tree, seen: set[tuple[int, int]]) -> Iterator[Found]:
    """Yield the files that are read, each once, in the order of their names."""
    for folder in tree.folders:
        inside = os.path.relpath(folder, tree.root)
        inside = "" if inside == "." else inside.replace(os.sep, "/") + "/"
        found: list[Found] = []
        _walk(tree, folder, inside, seen, found)
        yield from found


def _walk(
    tree: Tree, folder: str, inside: str, seen: set[tuple[int, int]], found: list[Found], *, depth: int = 0
) -> None:
    """Add what a folder holds; the identities of the folders seen end loops of links and keep roots apart."""
    try:
        status = os.stat(folder)  # noqa: PTH116 - a Path for every folder costs more than the call
        identity = (status.st_dev, status.st_ino)
        if identity in seen or depth > _MAX_DEPTH:
            return
        seen.add(identity)
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=attrgetter("name"))
    except OSError:
        return
    slashed = folder.replace("\\", "/")
    folders = slashed.split("/")
    of_permission_sets, of_records = "permissionsets" in folders, "customMetadata" in folders
    for entry in entries:
        name = entry.name
        if entry.is_dir():
            if name not in ("node_modules", "lwc", "aura") and not tree.ignore.ignores(
                inside + name, name, folder=True
            ):
                _walk(tree, entry.path, f"{inside}{name}/", seen, found, depth=depth + 1)
            continue
        meta = name.endswith(_META)
        stem, _, suffix = (name[: -len(_META)] if meta else name).rpartition(".")
        wanted = suffix in _SUFFIXES or (meta and of_permission_sets)
        if suffix == "md" and not (of_records and "." in stem):
            continue  # a README
        if suffix == "settings" and stem != _SETTINGS:
            continue
        if wanted and stem and not tree.ignore.ignores(inside + name, name, folder=False):
            found.append(Found(entry.path, slashed, stem, suffix, meta))
