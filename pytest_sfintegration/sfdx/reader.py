"""Read every file of the trees, each by its suffix, into what the model is then made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pytest_sfintegration.sfdx.apex import rest_mapping
from pytest_sfintegration.sfdx.drafts import Drafts
from pytest_sfintegration.sfdx.entry import Context, Entry
from pytest_sfintegration.sfdx.model import ContainerKind, Open, SharingRule
from pytest_sfintegration.sfdx.names import from_file_name
from pytest_sfintegration.sfdx.opening import left_open
from pytest_sfintegration.sfdx.problems import Rejected
from pytest_sfintegration.sfdx.records import READERS
from pytest_sfintegration.sfdx.runs import parse_container
from pytest_sfintegration.sfdx.shapes import PIECE_ROOTS, PIECES
from pytest_sfintegration.sfdx.sharing import RULE_ROOTS, read_sharing_rules
from pytest_sfintegration.sfdx.statuses import VALUE_SETS
from pytest_sfintegration.sfdx.territories import MODEL_FOLDER, OF_MODELS
from pytest_sfintegration.sfdx.tree import Found
from pytest_sfintegration.sfdx.xml import Document, expect, parse, read_bytes, read_document

__all__ = ["Copy", "Reader"]

_CONTAINERS = {
    "profile": (ContainerKind.PROFILE, "Profile"),
    "permissionset": (ContainerKind.PERMISSION_SET, "PermissionSet"),
    "mutingpermissionset": (ContainerKind.MUTING, "MutingPermissionSet"),
}
_OBJECT_CHILDREN = {
    "recordType": ("recordTypes", "RecordType"),
    "validationRule": ("validationRules", "ValidationRule"),
}
_RULE_SUFFIXES = {root[0].lower() + root[1:]: root for root in RULE_ROOTS}
_PIECE_EXPECTED = ("PermissionSet", *PIECE_ROOTS)
_TWICE = "Keep one of the two: they may lie in two package directories or in both formats."


@dataclass(slots=True)
class Copy:
    """One declaration of a container: a file, or the folder of a decomposed permission set."""

    place: str
    documents: list[Document] = field(default_factory=list)
    whole: bool = False


class Reader:
    """Sort files by suffix, and keep what they declare."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.drafts = Drafts(context)
        self.containers: dict[ContainerKind, dict[str, dict[str, Copy]]] = {
            kind: {} for kind in ContainerKind
        }
        self.records: dict[str, dict[str, Any]] = {suffix: {} for suffix in READERS}
        self.sharing: dict[str, dict[str, list[SharingRule]]] = {}
        self.apex_classes: set[str] = set()
        self.apex_rest: dict[str, str] = {}
        self.flows: set[str] = set()
        self.files = 0

    def read(self, files: Iterable[Found]) -> None:
        """Read the files; what cannot be read becomes a problem about what it would have declared."""
        for found in files:
            self.files += 1
            try:
                if found.suffix == "field":
                    self._field(found)
                else:
                    self._file(found)
            except Rejected as rejected:
                self._context.problems.error(
                    found.path,
                    rejected.line,
                    rejected.message,
                    rejected.remedy,
                    (self._about(found),),
                    leaves_open=left_open(found.suffix),
                )

    def _file(self, found: Found) -> None:
        suffix = found.suffix
        if suffix in _OBJECT_CHILDREN:
            tag, root = _OBJECT_CHILDREN[suffix]
            document = read_document(found.path, (root,))
            self.drafts.read_child(document, _folder_after(found.folder, "objects"), found.stem, tag)
        elif suffix in _CONTAINERS:
            self._container(found)
        elif suffix in READERS:
            self._record(found)
        elif suffix in _BY_SUFFIX:
            _BY_SUFFIX[suffix](self, found)
        elif suffix in _RULE_SUFFIXES:
            self._sharing(found, (_RULE_SUFFIXES[suffix],), _folder_after(found.folder, "sharingRules"))
        else:
            self._piece(found)

    def _field(self, found: Found) -> None:
        path, folder, stem, _, _ = found
        content = read_bytes(path)
        object_name = _folder_after(folder, "objects")
        if not self.drafts.take_usual(content, path, object_name, stem):
            document = expect(parse(path, content), ("CustomField",))
            self.drafts.read_child(document, object_name, stem, "fields")

    def _object(self, found: Found) -> None:
        self.drafts.read_object(read_document(found.path, ("CustomObject",)), found.stem)

    def _value_set(self, found: Found) -> None:
        document = read_document(found.path, ("GlobalValueSet",))
        self.drafts.read_value_set(document, self._context.own(from_file_name(found.stem)))

    def _standard_value_set(self, found: Found) -> None:
        """Read the value sets whose values mean something to other fields; the rest only list words."""
        if found.stem in VALUE_SETS:
            document = read_document(found.path, ("StandardValueSet",))
            self.drafts.read_standard_value_set(document, found.stem)

    def _sharing_file(self, found: Found) -> None:
        self._sharing(found, ("SharingRules",), from_file_name(found.stem))

    def _flow(self, found: Found) -> None:
        """Keep a flow's name; older API versions number its versions (``Onboard-3.flow``)."""
        name, dash, version = found.stem.rpartition("-")
        self.flows.add(name if dash and version.isdigit() else found.stem)

    def _access_policy(self, found: Found) -> None:
        """Report a user access policy: an active one assigns permission sets to the users that it fits."""
        document = read_document(found.path, ("UserAccessPolicy",))
        self._context.problems.error(
            found.path,
            document.line(document.root),
            "is a user access policy, which is not modelled: it may assign more to a user than is stated.",
            "State what the user is assigned in the matrix, and judge the policy on a live org.",
            (found.stem,),
            leaves_open=Open.NOTHING,
        )

    def _about(self, found: Found) -> str:
        suffix = found.suffix
        if suffix == "field" or suffix in _OBJECT_CHILDREN:
            return self._context.own(_folder_after(found.folder, "objects"))
        if suffix in _RULE_SUFFIXES:
            return self._context.own(_folder_after(found.folder, "sharingRules"))
        if suffix in PIECES:
            return self._context.own(_folder_after(found.folder, "permissionsets"))
        if suffix == "standardValueSet":
            return VALUE_SETS[found.stem][0]
        return self._name(found)

    def _container(self, found: Found) -> None:
        kind, root = _CONTAINERS[found.suffix]
        name = self._context.own(from_file_name(found.stem))
        copies = self.containers[kind].setdefault(name, {})
        folder = found.folder
        decomposed = kind is ContainerKind.PERMISSION_SET and folder.rpartition("/")[2] == found.stem
        place = folder if decomposed else found.path
        copy = copies.setdefault(place, Copy(place))
        copy.whole = True
        copy.documents.insert(0, expect(parse_container(found.path, read_bytes(found.path)), (root,)))

    def _piece(self, found: Found) -> None:
        name = self._context.own(_folder_after(found.folder, "permissionsets"))
        if found.suffix not in PIECES:
            raise Rejected(
                f"is a part of a permission set of a kind ({found.suffix}) that is not modelled.",
                "Keep the permission set in one file, or in the layout of decomposePermissionSetBeta2.",
            )
        place = _through(found.path.replace("\\", "/"), "permissionsets")
        copies = self.containers[ContainerKind.PERMISSION_SET].setdefault(name, {})
        copy = copies.setdefault(place, Copy(place))
        copy.documents.append(expect(parse_container(found.path, read_bytes(found.path)), _PIECE_EXPECTED))

    def _record(self, found: Found) -> None:
        if found.suffix == "rule" and not self._is_restriction(found):
            return
        root, reader = READERS[found.suffix]
        name = self._name(found)
        document = read_document(found.path, (root,))
        entry = _record_entry(document, self._context, found.suffix, name)
        records = self.records[found.suffix]
        record: Any = reader(entry, name)
        first = records.setdefault(name, record)
        if first is not record:
            if entry.leaves_open and _without_path(first) == _without_path(record):
                entry.leaves_open = Open.NOTHING
            entry.error(f"{root} {name} is declared twice; first in {first.path}.", _TWICE)

    def _name(self, found: Found) -> str:
        name = self._context.own(from_file_name(found.stem))
        if found.suffix in OF_MODELS:
            return f"{_folder_after(found.path, MODEL_FOLDER)}.{name}"
        return name

    def _is_restriction(self, found: Found) -> bool:
        """Tell restriction rules from other files that end in ``.rule``; those on fields are not modelled."""
        folders = found.folder.split("/")
        if "fieldRestrictionRules" in folders:
            self._field_restriction(found)
            return False
        return "restrictionRules" in folders

    def _field_restriction(self, found: Found) -> None:
        """Refuse a field restriction rule: it hides fields of its object."""
        document = read_document(found.path, ("FieldRestrictionRule", "RestrictionRule"))
        target = Entry(document, None, self._context, found.stem).name("targetEntity")
        self._context.problems.error(
            found.path,
            document.line(document.root),
            "is a field restriction rule, which is not modelled.",
            "Leave the fields of its object out of the matrix.",
            (target,),
            leaves_open=Open.FIELDS if target else Open.ALL_FIELDS,
        )

    def _sharing(self, found: Found, roots: tuple[str, ...], object_name: str) -> None:
        object_name = self._context.own(object_name)
        document = read_document(found.path, roots)
        whole = found.suffix == "sharingRules" and found.folder.rpartition("/")[2] != found.stem
        place = found.path if whole else _through(found.folder, "sharingRules")
        rules = list(read_sharing_rules(document, object_name, self._context))
        if rules:
            self.sharing.setdefault(object_name.casefold(), {}).setdefault(place, []).extend(rules)

    def _sharing_set(self, found: Found) -> None:
        """Refuse a sharing set: it gives users of its profiles access to records."""
        document = read_document(found.path, ("SharingSet",))
        entry = Entry(document, None, self._context, found.stem)
        self._context.problems.error(
            found.path,
            document.line(document.root),
            f"sharing set {found.stem} is not modelled, and gives access to records.",
            "Leave users of its profiles out of the matrix.",
            (self._context.own(profile) for profile in entry.texts("profiles")),
            leaves_open=Open.RIGHTS,
        )

    def _apex(self, found: Found) -> None:
        name = found.stem
        self.apex_classes.add(name)
        if not found.meta:
            mapping = rest_mapping(read_bytes(found.path))
            if mapping is not None:
                self.apex_rest[mapping] = name

    def sharing_rules(self, spell: Callable[[str], str]) -> tuple[SharingRule, ...]:
        """Return the rules, each name once per object; ``spell`` gives an object's spelling."""
        rules: dict[tuple[str, str, str], SharingRule] = {}
        for places in self.sharing.values():
            for declared in places.values():
                again = [rule for rule in declared if _rule_key(rule) in rules]
                if again:
                    first = rules[_rule_key(again[0])]
                    pairs = ((rules[_rule_key(rule)], rule) for rule in again)
                    same = all(
                        _without_path(one) == replace(other, path=None, object=one.object)
                        for one, other in pairs
                    )
                    self._context.problems.error(
                        str(again[0].path),
                        None,
                        f"{len(again)} sharing rules of {spell(first.object)}, such as {first.name}, are "
                        f"declared twice; first in {first.path}.",
                        _TWICE,
                        (first.object,),
                        leaves_open=Open.NOTHING if same else Open.RECORDS,
                    )
                for rule in declared:
                    rules.setdefault(_rule_key(rule), replace(rule, object=spell(rule.object)))
        return tuple(rules.values())


# not kept on the reader: bound methods would make a cycle, and keep every parsed file until a collection
_BY_SUFFIX: dict[str, Callable[[Reader, Found], None]] = {
    "cls": Reader._apex,  # noqa: SLF001 - the class's own table
    "flow": Reader._flow,  # noqa: SLF001
    "globalValueSet": Reader._value_set,  # noqa: SLF001
    "object": Reader._object,  # noqa: SLF001
    "sharingRules": Reader._sharing_file,  # noqa: SLF001
    "useraccesspolicy": Reader._access_policy,  # noqa: SLF001
    "sharingSet": Reader._sharing_set,  # noqa: SLF001
    "standardValueSet": Reader._standard_value_set,  # noqa: SLF001
}


def _rule_key(rule: SharingRule) -> tuple[str, str, str]:
    return rule.object.casefold(), rule.type, rule.name.casefold()


@lru_cache(maxsize=64)  # the files of a folder come one after another
def _folder_after(path: str, folder: str) -> str:
    """Return the name of the folder within the last ``folder`` on the path of a folder."""
    parts = path.split("/")
    if folder in parts[:-1]:
        return from_file_name(parts[len(parts) - parts[::-1].index(folder)])
    return from_file_name(parts[-2] if len(parts) > 1 else parts[-1])


def _through(path: str, folder: str) -> str:
    """Return the path down to what is within the last ``folder`` on it."""
    parts = path.split("/")
    if folder not in parts[:-1]:
        return path
    return "/".join(parts[: len(parts) - parts[::-1].index(folder) + 1])


def _record_entry(document: Document, context: Context, suffix: str, name: str) -> Entry:
    """Return the entry of a small record; a flaw in a restriction rule is one about its object."""
    entry = Entry(document, None, context, name, left_open(suffix))
    if suffix == "rule" and (target := entry.name("targetEntity")):
        return Entry(document, None, context, target, Open.RECORDS)
    return entry


def _without_path(record: Any) -> Any:
    return replace(record, path=None)
