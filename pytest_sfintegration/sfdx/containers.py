"""Read profiles, permission sets and muting permission sets: what they enable, as they declare it."""

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pytest_sfintegration.sfdx.catalogue import Catalogue
from pytest_sfintegration.sfdx.dependencies import check_field, check_object
from pytest_sfintegration.sfdx.entry import Context, Entry
from pytest_sfintegration.sfdx.login_hours import read_login_hours
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    FieldPermission,
    IpRange,
    LoginHours,
    ObjectPermission,
    Open,
    PermissionContainer,
)
from pytest_sfintegration.sfdx.names import nearest
from pytest_sfintegration.sfdx.runs import RUN, CutDocument, Run
from pytest_sfintegration.sfdx.shapes import (
    FIELD_KEYS,
    HARMLESS,
    NAMED_ENTRIES,
    OBJECT_FLAGS,
    PIECE_ROOTS,
    SCALARS,
    NamedEntry,
)
from pytest_sfintegration.sfdx.xml import Document

__all__ = ["ContainerReader", "UserPermissions"]

_NAMES = frozenset({"name", "enabled"})
_RECORD_TYPE_KEYS = frozenset({"recordType", "visible", "default", "personAccountDefault"})
_TAB_KEYS = frozenset({"tab", "visibility"})
_HIDDEN = "Hidden"  # the other words are DefaultOn and DefaultOff
_IP_KEYS = frozenset({"startAddress", "endAddress", "description"})
_OBJECT_KEYS = frozenset({"object", *OBJECT_FLAGS})
_USUAL = {  # readable, editable
    ("true", "true"): FieldPermission(read=True, edit=True),
    ("true", "false"): FieldPermission(read=True),
    ("false", "false"): FieldPermission(),
}
_ENTITY_OBJECTS = "CustomEntityDefinition"
_NO_OBJECT = ObjectPermission()
_NOWHERE = "declared neither by the source nor by the facts about standard objects."
_UNKNOWN_REMEDY = "Add its metadata to the source, or correct the name: nothing more is known of it."


@dataclass(slots=True)
class _Found:
    """What has been read of a container so far."""

    objects: dict[str, ObjectPermission] = field(default_factory=dict)
    fields: dict[str, dict[str, FieldPermission]] = field(default_factory=lambda: defaultdict(dict))
    users: dict[str, bool] = field(default_factory=dict)
    entities: dict[str, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))
    record_types: dict[str, bool] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    ip_ranges: list[IpRange] = field(default_factory=list)
    login_hours: list[LoginHours] = field(default_factory=list)
    tabs: dict[str, str] = field(default_factory=dict)
    object_entries: dict[str, Entry] = field(default_factory=dict)


class UserPermissions:
    """The names of user permissions: those that the facts know, and those that the source adds."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._names = {name.casefold(): name for name in self._known}

    def spelling(self, name: str) -> str:
        """Return the first spelling met; the facts' come first."""
        return self._names.setdefault(name.casefold(), name)

    def knows(self, name: str) -> bool:
        """Tell whether the facts know a permission; without facts nothing is unknown."""
        return not self._known or name in self._known

    def names(self) -> frozenset[str]:
        """Return every name met."""
        return frozenset(self._names.values())


class ContainerReader:
    """Read the files of one container."""

    def __init__(
        self, name: str, kind: ContainerKind, context: Context, catalogue: Catalogue, users: UserPermissions
    ) -> None:
        self._name = name
        self._kind = kind
        self._muting = kind is ContainerKind.MUTING
        self._context = context
        self._catalogue = catalogue
        self._users = users
        self._found = _Found()
        self._scalars: dict[str, str] = {}
        self._flags: dict[str, bool] = {}
        self._unknown_objects: set[str] = set()

    def read(self, documents: list[Document]) -> PermissionContainer:
        """Read the whole file, or the pieces of a decomposed set, into the container."""
        for document in documents:
            piece = PIECE_ROOTS.get(document.root.tag)
            if piece is not None:
                self._element(document, document.root, piece)
                continue
            head = Entry(document, document.root, self._context, self._name, Open.RIGHTS)
            self._head(head)
            self._elements(document)
        found = self._found
        if not self._muting:
            for name, permission in found.objects.items():
                check_object(found.object_entries[name], name, permission, found.objects, self._catalogue)
        return self._container(documents[0].path)

    def _elements(self, document: Document) -> None:
        runs = iter(document.runs if isinstance(document, CutDocument) else ())
        for element in document.root:
            if element.tag == RUN and isinstance(document, CutDocument):
                self._run(document, next(runs))
            else:
                self._element(document, element, element.tag)

    def _container(self, path: str) -> PermissionContainer:
        found = self._found
        license_tag = "userLicense" if self._kind is ContainerKind.PROFILE else "license"
        entities = {
            kind: frozenset(n for n, on in names.items() if on) for kind, names in found.entities.items()
        }
        return PermissionContainer(
            name=self._name,
            label=self._scalars.get("label") or self._name,
            kind=self._kind,
            license=self._scalars.get(license_tag) or self._scalars.get("userLicense") or None,
            objects={name: each for name, each in found.objects.items() if each != _NO_OBJECT},
            fields={name: kept for name, each in found.fields.items() if (kept := _enabled(each))},
            user_permissions=frozenset(name for name, enabled in found.users.items() if enabled),
            setup_entities={kind: names for kind, names in entities.items() if names},
            record_types=frozenset(name for name, visible in found.record_types.items() if visible),
            default_record_types=found.defaults,
            login_ip_ranges=tuple(found.ip_ranges),
            login_hours=tuple(found.login_hours),
            tabs={name: word for name, word in found.tabs.items() if word != _HIDDEN},
            has_activation_required=self._flags.get("hasActivationRequired", False),
            custom=self._flags.get("custom", self._kind is not ContainerKind.PROFILE),
            description=self._scalars.get("description", ""),
            path=path,
        )

    def _head(self, head: Entry) -> None:
        for tag in SCALARS & head.values.keys():
            if tag in ("custom", "hasActivationRequired"):
                self._flags[tag] = head.boolean(tag)
            else:
                self._scalars.setdefault(tag, head.text(tag))
        for tag in head.repeated(head.values.keys() - SCALARS):
            head.error(f"<{tag}> stands more than once.", "Keep one of them.")

    def _element(self, document: Document, element: ET.Element, tag: str) -> None:
        if tag in SCALARS or tag in HARMLESS:
            return
        entry = Entry(document, element, self._context, self._name, Open.RIGHTS)
        if tag == "fieldPermissions":
            self._field(entry)
        elif tag == "objectPermissions":
            self._object(entry)
        elif tag in NAMED_ENTRIES:
            self._named(entry, tag, NAMED_ENTRIES[tag])
        elif tag == "userPermissions":
            self._user(entry)
        elif tag == "recordTypeVisibilities":
            self._record_type(entry)
        elif tag == "loginIpRanges":
            self._ip_range(entry)
        elif tag == "tabVisibilities":
            self._tab(entry)
        elif tag == "loginHours":
            self._found.login_hours.extend(read_login_hours(entry))
        else:
            known = [*NAMED_ENTRIES, "fieldPermissions", "objectPermissions", "userPermissions"]
            meant = nearest(tag, known)
            entry.error(
                f"<{tag[:60]}> is not modelled, and could change access.",
                f"Did you mean <{meant}>?"
                if meant
                else "Remove it, or leave this container out of the matrix.",
            )

    def _well_formed(self, entry: Entry, keys: frozenset[str], name_tag: str) -> bool:
        """Report what an entry should not hold; tell whether it names something."""
        entry.refuse_repeated()
        for tag in entry.values.keys() - keys:
            entry.error(
                f"<{tag[:60]}> within <{entry.element.tag}> is not modelled, and could change access.",
                f"Use only {', '.join(sorted(keys))}.",
            )
        if not entry.text(name_tag):
            entry.error(f"<{entry.element.tag}> names nothing: <{name_tag}> is empty.", "Fill it in.")
            return False
        return True

    def _twice(self, entry: Entry, what: str, *, same: bool) -> None:
        if same:
            entry.warn(f"{what} stands twice, in the same words.", "Remove one of the two.")
        else:
            entry.error(f"{what} stands twice, in different words.", "Keep the one that is meant.")

    def _object(self, entry: Entry) -> None:
        if not self._well_formed(entry, _OBJECT_KEYS, "object"):
            return
        written = entry.name("object")
        name = self._catalogue.spelling(written)
        if not self._catalogue.declares(name):
            self._unknown_object(entry, name)
            self._catalogue.add_object(name, named_by_object_permissions=True)
        permission = ObjectPermission(**{right: entry.boolean(tag) for tag, right in OBJECT_FLAGS.items()})
        known = self._found.objects.get(name)
        if known is not None:
            self._twice(entry, f"the object permission of {name}", same=known == permission)
            return
        self._found.objects[name] = permission
        self._found.object_entries[name] = entry

    def _run(self, document: CutDocument, run: Run) -> None:
        """Take the flawless permissions of plain fields, the bulk of all entries, without more ado."""
        plain_field, all_fields = self._catalogue.plain_field, self._found.fields
        for index, (editable, written, readable) in enumerate(run.entries):
            names, permission = plain_field(written), _USUAL.get((readable, editable))
            if names is not None and permission is not None:
                fields = all_fields[names[0]]
                if names[1] not in fields:
                    fields[names[1]] = permission
                    continue
            self._field(Entry(document.entry(run, index), None, self._context, self._name, Open.RIGHTS))

    def _field(self, entry: Entry) -> None:
        if not self._well_formed(entry, FIELD_KEYS, "field"):
            return
        object_name, dot, name = entry.name("field").partition(".")
        if not (object_name and dot and name):
            entry.error(
                f"{entry.text('field')[:80]!r} is no field.", "Write Object.Field, such as Account.Website."
            )
            return
        object_name = self._catalogue.spelling(object_name)
        spelling = self._catalogue.field_spelling(object_name, name) or name
        plain = self._catalogue.is_plain(object_name, spelling)
        declared = None if plain else self._catalogue.field(object_name, spelling)
        if declared is None and not plain:
            self._unknown_field(entry, object_name, spelling)
        if plain or (declared is not None and declared.permissionable):
            self._catalogue.remember_plain_field(entry.values["field"] or "", object_name, spelling)
        permission = FieldPermission(read=entry.boolean("readable"), edit=entry.boolean("editable"))
        fields = self._found.fields[object_name]
        if spelling in fields:
            what = f"the field permission of {object_name}.{spelling}"
            self._twice(entry, what, same=fields[spelling] == permission)
            return
        fields[spelling] = permission
        check_field(entry, f"{object_name}.{spelling}", declared, permission, muting=self._muting)

    def _unknown_object(self, entry: Entry, name: str) -> None:
        """Report an object that nothing declares, once for this container."""
        if name in self._unknown_objects:
            return
        self._unknown_objects.add(name)
        entry.warn(f"object {name} is {_NOWHERE}", _UNKNOWN_REMEDY)

    def _unknown_field(self, entry: Entry, object_name: str, name: str) -> None:
        if self._catalogue.declares(object_name):
            entry.warn(f"field {object_name}.{name} is {_NOWHERE}", _UNKNOWN_REMEDY)
        else:
            self._unknown_object(entry, object_name)
            self._catalogue.add_object(object_name)
        self._catalogue.add_field(object_name, name)

    def _user(self, entry: Entry) -> None:
        if not self._well_formed(entry, _NAMES, "name"):
            return
        written = entry.text("name")
        name = self._users.spelling(written)
        if not self._users.knows(name):
            entry.warn(
                f"Unknown user permission: {name}.",
                "Correct the name; the platform refuses it where the feature is not enabled.",
            )
        enabled = entry.boolean("enabled")
        if name in self._found.users:
            self._twice(entry, f"the user permission {name}", same=self._found.users[name] == enabled)
            return
        self._found.users[name] = enabled

    def _named(self, entry: Entry, tag: str, shape: NamedEntry) -> None:
        keys = frozenset({shape.name, shape.flag}) | shape.ignored
        if not self._well_formed(entry, keys, shape.name):
            return
        name = entry.name(shape.name)
        if shape.entity_type == _ENTITY_OBJECTS:
            name = self._catalogue.spelling(name)
            if not self._catalogue.declares(name):
                self._unknown_object(entry, name)
                self._catalogue.add_object(name)
        enabled = entry.boolean(shape.flag)
        names = self._found.entities[shape.entity_type]
        if name in names:
            self._twice(entry, f"<{tag}> of {name}", same=names[name] == enabled)
            return
        names[name] = enabled

    def _record_type(self, entry: Entry) -> None:
        if not self._well_formed(entry, _RECORD_TYPE_KEYS, "recordType"):
            return
        object_name, _, record_type = entry.name("recordType").partition(".")
        object_name = self._catalogue.spelling(object_name)
        name = f"{object_name}.{record_type}"
        visible = entry.boolean("visible")
        if name in self._found.record_types:
            same = self._found.record_types[name] == visible
            self._twice(entry, f"the visibility of record type {name}", same=same)
            return
        self._found.record_types[name] = visible
        if visible and entry.boolean("default"):
            self._found.defaults[object_name] = record_type

    def _tab(self, entry: Entry) -> None:
        if self._well_formed(entry, _TAB_KEYS, "tab"):
            self._found.tabs[entry.name("tab")] = entry.text("visibility")

    def _ip_range(self, entry: Entry) -> None:
        if self._well_formed(entry, _IP_KEYS, "startAddress"):
            start, end = entry.text("startAddress"), entry.text("endAddress")
            if not end:
                entry.error("<loginIpRanges> has no <endAddress>.", "Fill it in.")
            elif not _is_range(start, end):
                entry.error(
                    f"<loginIpRanges> from {start[:45]} to {end[:45]} is no range of addresses.",
                    "Write the first and the last address, both of one version of IP.",
                )
            else:
                self._found.ip_ranges.append(
                    IpRange(start=start, end=end, description=entry.text("description"))
                )


def _is_range(start: str, end: str) -> bool:
    from ipaddress import ip_address  # noqa: PLC0415 - profiles with ranges only

    try:
        first, last = ip_address(start), ip_address(end)
    except ValueError:
        return False
    return first.version == last.version and int(first) <= int(last)


def _enabled(fields: dict[str, FieldPermission]) -> dict[str, FieldPermission]:
    return {name: each for name, each in fields.items() if each.read or each.edit}
