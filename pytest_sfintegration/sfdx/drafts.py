"""Objects while they are being read: their files may lie in several folders, packages and formats."""

from dataclasses import dataclass, field, replace

from pytest_sfintegration.sfdx.entry import Context, Entry
from pytest_sfintegration.sfdx.fields import (
    NEEDED_WHOLE,
    Summary,
    Unmade,
    finished,
    picklist_values,
    read_field,
    value_set_name,
    whole_usual,
)
from pytest_sfintegration.sfdx.fieldtypes import REFERENCES
from pytest_sfintegration.sfdx.governance import kind_of
from pytest_sfintegration.sfdx.model import (
    FieldDef,
    ObjectKind,
    Open,
    PicklistValue,
    RecordType,
    ValidationRule,
)
from pytest_sfintegration.sfdx.names import from_file_name
from pytest_sfintegration.sfdx.problems import Rejected
from pytest_sfintegration.sfdx.statuses import VALUE_SETS, Values, read_standard_values
from pytest_sfintegration.sfdx.usual_fields import UsualField, read_usual
from pytest_sfintegration.sfdx.xml import Document

__all__ = ["Draft", "Drafts"]

_SCALARS = ("label", "pluralLabel", "sharingModel", "externalSharingModel", "customSettingsType")
_WORDS = ("label", "pluralLabel")
_SHARING_MODELS = frozenset({
    "Private", "Read", "ReadSelect", "ReadWrite", "ReadWriteTransfer", "FullAccess", "ControlledByParent",
    "ControlledByCampaign", "ControlledByLeadOrContact",
})  # fmt: skip


@dataclass(slots=True)
class Draft:
    """What has been read of one object so far.

    ``whole`` are the fields that are made already, all references among them; known once all is read.
    """

    name: str
    path: str | None = None
    scalars: dict[str, str] = field(default_factory=dict)
    name_label: str = ""
    auto_number: bool = False
    display_format: str | None = None
    starting_number: int = 1
    activities: bool = False
    fields: dict[str, FieldDef | Unmade] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    value_sets: dict[str, str] = field(default_factory=dict)
    record_types: dict[str, RecordType] = field(default_factory=dict)
    validation_rules: dict[str, ValidationRule] = field(default_factory=dict)
    whole: list[FieldDef] = field(default_factory=list)
    kind: ObjectKind = field(init=False)

    def __post_init__(self) -> None:
        self.settle_kind()

    def settle_kind(self) -> None:
        """Tell what sort of entity this is by what has been read."""
        self.kind = kind_of(self.name, custom_setting="customSettingsType" in self.scalars)


class Drafts:
    """All objects that the source speaks of, by name whatever its case."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.by_fold: dict[str, Draft] = {}
        self._by_written: dict[str, Draft] = {}
        self.value_sets: dict[str, tuple[PicklistValue, ...]] = {}
        self.standard_values: dict[str, dict[str, Values]] = {}  # by object and field

    def draft(self, name: str) -> Draft:
        """Return the draft of an object, a new one if it was not met yet."""
        own = self._context.own(name)
        fold = own.casefold()
        known = self.by_fold.get(fold)
        if known is None:
            known = self.by_fold[fold] = Draft(own)
        self._by_written[name] = known
        return known

    def read_object(self, document: Document, stem: str) -> None:
        """Read an object file; in Metadata API format the fields and rules are within it."""
        draft = self.draft(from_file_name(stem))
        entry = Entry(document, None, self._context, draft.name, Open.RECORDS)
        self._read_scalars(draft, entry)
        name_field = entry.child("nameField")
        if name_field is not None:
            draft.name_label = name_field.text("label")
            draft.auto_number = name_field.text("type") == "AutoNumber"
            draft.display_format = name_field.text("displayFormat") or None
            draft.starting_number = name_field.integer("startingNumber", default=1)
        for element in document.root:
            if element.tag in ("fields", "recordTypes", "validationRules"):
                child = Entry(document, element, self._context, draft.name, _open(element.tag))
                self._child(draft, child, element.tag, "")

    def read_child(self, document: Document, object_name: str, stem: str, tag: str) -> None:
        """Read the file of a field, record type or validation rule (``tag`` as in an object file)."""
        draft = self.draft(object_name)
        entry = Entry(document, None, self._context, draft.name, _open(tag))
        self._child(draft, entry, tag, stem)

    def take_usual(self, content: bytes, path: str, object_name: str, stem: str) -> bool:
        """Take the file of a field of which nothing is to be reported, the bulk of all; refuse any other."""
        usual = read_usual(content, stem)
        if usual is None or (self._context.prefixes and self._context.own(stem) != stem):
            return False
        draft = self._by_written.get(object_name) or self.draft(object_name)
        if stem in draft.fields:
            return False
        declared, required, target = usual
        field = UsualField(content, path, stem, declared, required, draft.kind)
        if declared not in NEEDED_WHOLE:
            draft.fields[stem] = field
            return True
        if self._context.prefixes or (declared in REFERENCES and not target):
            return False
        draft.fields[stem], summary = whole_usual(field, target)
        if summary is not None:
            draft.summaries[stem] = summary
        return True

    def read_value_set(self, document: Document, name: str) -> None:
        """Read a global value set."""
        entry = Entry(document, None, self._context, name)
        self.value_sets[name.casefold()] = picklist_values(entry.children("customValue"))

    def read_standard_value_set(self, document: Document, name: str) -> None:
        """Read a standard value set, once: a second one is refused."""
        object_name, field_name = VALUE_SETS[name]
        fields = self.standard_values.setdefault(object_name, {})
        if field_name in fields:
            raise Rejected(
                f"declares the standard value set {name} a second time.", "Keep one file of that name."
            )
        entry = Entry(document, None, self._context, object_name)
        fields[field_name] = read_standard_values(entry.children("standardValue"))

    def _read_scalars(self, draft: Draft, entry: Entry) -> None:
        for tag in _SCALARS:
            value = entry.text(tag)
            if not value:
                continue
            if tag.endswith("haringModel") and value not in _SHARING_MODELS:
                entry.error(
                    f"<{tag}> is {value[:40]!r}, which is not modelled.", "Use a sharing model's name."
                )
                continue
            known = draft.scalars.setdefault(tag, value)
            if known != value and tag not in _WORDS:
                entry.error(
                    f"{draft.name} has the {tag} {value}, but {known} in {draft.path}.",
                    "Keep one of the two files, or make them agree.",
                )
        draft.settle_kind()
        draft.activities = draft.activities or entry.boolean("enableActivities")
        draft.path = draft.path or entry.document.path

    def _child(self, draft: Draft, entry: Entry, tag: str, stem: str) -> None:
        name = entry.name("fullName")
        from_file = self._context.own(from_file_name(stem)) if stem else ""
        if not name and not from_file:
            entry.error(f"<{tag}> of {draft.name} has no name.", "Add <fullName>.")
            return
        if name and from_file and name != from_file:
            entry.error(
                f"the file is named {from_file}, but holds {name}.", "Rename the file, or repair <fullName>."
            )
        name = name or from_file
        if tag == "fields":
            self._field(draft, entry, name)
        elif tag == "recordTypes":
            self._record_type(draft, entry, name)
        else:
            self._validation_rule(draft, entry, name)

    def _twice(self, draft: Draft, entry: Entry, name: str, first: str | None) -> None:
        entry.error(
            f"{draft.name}.{name} is declared twice; first in {first}.",
            "Keep one of the two: they may lie in two package directories or in both formats.",
        )

    def _field(self, draft: Draft, entry: Entry, name: str) -> None:
        fields, summary = read_field(entry, name, draft.kind)
        for each in fields:
            known = draft.fields.get(each.name)
            if known is not None:
                if replace(finished(known), path=None) == replace(finished(each), path=None):
                    entry.leaves_open = Open.NOTHING
                self._twice(draft, entry, each.name, known.path)
                return
            draft.fields[each.name] = each
        if summary is not None:
            draft.summaries[name] = summary
        if entry.text("type") in ("Picklist", "MultiselectPicklist") and (values := value_set_name(entry)):
            draft.value_sets[name] = values

    def _record_type(self, draft: Draft, entry: Entry, name: str) -> None:
        if name in draft.record_types:
            self._twice(draft, entry, name, draft.record_types[name].path)
            return
        draft.record_types[name] = RecordType(
            name=name,
            label=entry.text("label") or name,
            active=entry.boolean("active", default=True),
            path=entry.document.path,
        )

    def _validation_rule(self, draft: Draft, entry: Entry, name: str) -> None:
        if name in draft.validation_rules:
            self._twice(draft, entry, name, draft.validation_rules[name].path)
            return
        draft.validation_rules[name] = ValidationRule(
            name=name,
            active=entry.boolean("active"),
            formula=entry.text("errorConditionFormula"),
            error_message=entry.text("errorMessage"),
            error_field=entry.name("errorDisplayField") or None,
            path=entry.document.path,
        )


def _open(tag: str) -> Open:
    """Return what a flaw in a part of an object leaves open: record types and validations grant nothing."""
    return Open.FIELDS if tag == "fields" else Open.NOTHING
