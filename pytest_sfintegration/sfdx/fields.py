"""Read a custom field: from ``<CustomField>`` (or ``<fields>`` in an object file) to a ``FieldDef``.

Flags follow DescribeFieldResult as a user who may do everything sees it. Field-level security cannot be set
on required and master-detail fields (recorded case ``deploy.required_field``), nor on those of custom
settings and platform events (Security Guide: a user who may read the object reads all of them).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from pytest_sfintegration.sfdx.entry import Entry, Values
from pytest_sfintegration.sfdx.fieldtypes import (
    ADDRESS_PARTS,
    FIELD_TYPES,
    LOCATION_PARTS,
    REFERENCES,
    FieldType,
)
from pytest_sfintegration.sfdx.model import FieldDef, ObjectKind, PicklistValue
from pytest_sfintegration.sfdx.names import nearest
from pytest_sfintegration.sfdx.usual_fields import UsualField, usual_content

__all__ = [
    "NEEDED_WHOLE",
    "Deferred",
    "Summary",
    "Unmade",
    "finished",
    "is_plainly_permissionable",
    "picklist_values",
    "read_field",
    "value_set_name",
    "whole_usual",
]

_SEVERAL = frozenset({"summaryFilterItems", "referenceTo", "picklist", "valueSet"})
_SECURITY_FREE = frozenset({ObjectKind.CUSTOM_SETTING, ObjectKind.PLATFORM_EVENT})
_NOT_UPDATEABLE = frozenset({ObjectKind.PLATFORM_EVENT, ObjectKind.CUSTOM_METADATA})
_CUSTOM_SUFFIX = "__c"
_BOOLEANS = ("required", "unique", "externalId", "caseSensitive")
_NUMBERS = ("length", "precision", "scale", "startingNumber")
_LITERALS = ("true", "false")
# fields that others need to know whole: references make children, the rest have values within
NEEDED_WHOLE = REFERENCES | {"Summary", "Location", "Address"}
_PICKLISTS = frozenset({"Picklist", "MultiselectPicklist"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a roll-up summary field sums: its type is known when the child's field is."""

    operation: str
    summarized: str


class Deferred(NamedTuple):
    """A field whose file is read and checked, and whose value object is made when it is asked for."""

    values: dict[str, str | None]
    path: str
    name: str
    declared: str
    kind: ObjectKind
    picklist: tuple[PicklistValue, ...] = ()
    restricted: bool = False

    @property
    def required(self) -> bool:
        """Whether the field is declared as required, in whatever words."""
        return self.values.get("required", "false") != "false"


Unmade = Deferred | UsualField


def is_plainly_permissionable(field: object) -> bool:
    """Tell without making it that a field takes field-level security: false also where that is not sure."""
    return isinstance(field, Unmade) and not field.required and field.kind not in _SECURITY_FREE


def finished(field: FieldDef | Unmade) -> FieldDef:
    """Return the value object of a field."""
    if isinstance(field, UsualField):
        field = _read_usual(field)
    if isinstance(field, FieldDef):
        return field
    return _plain(Values(field.values), field, FIELD_TYPES[field.declared])


def _read_usual(field: UsualField) -> FieldDef | Deferred:
    content = usual_content(field.content)
    if not field.declared:
        return _untyped(Values(content.values), field.name, field.path)
    picklist, restricted = content.picklist if field.declared in _PICKLISTS else ((), False)
    return Deferred(content.values, field.path, field.name, field.declared, field.kind, picklist, restricted)


def whole_usual(field: UsualField, target: str) -> tuple[FieldDef, Summary | None]:
    """Return a usual reference (to ``target``) or summary, and what it summarizes, as ``read_field`` does."""
    _, path, name, declared, _, kind = field
    # not ``replace``: it makes a second object of thirty-odd attributes
    values = Values(usual_content(field.content).values)
    more = _reference(values, name, declared, (target,)) if declared in REFERENCES else {}
    made = _plain(values, Deferred(values.values, path, name, declared, kind), FIELD_TYPES[declared], more)
    if declared != "Summary":
        return made, None
    operation, summarized = values.text("summaryOperation"), values.text("summarizedField")
    return made, Summary(operation=operation, summarized=summarized)


def read_field(entry: Entry, name: str, kind: ObjectKind) -> tuple[list[FieldDef | Deferred], Summary | None]:
    """Return the field with the parts it is compound of, and what it summarizes if it is a roll-up."""
    entry.refuse_repeated(_SEVERAL)
    declared = entry.text("type")
    if not declared:
        return [_untyped(entry, name, entry.document.path)], None
    kind_of_field = FIELD_TYPES.get(declared)
    if kind_of_field is None:
        _refuse_type(entry, name, declared)
        kind_of_field = FieldType("anyType", flags="")
    elif declared not in NEEDED_WHOLE:
        _check(entry)
        deferred = Deferred(entry.values, entry.document.path, name, declared, kind)
        return [_with_picklist(entry, deferred) if declared in _PICKLISTS else deferred], None
    field = _field(entry, name, declared, kind_of_field, kind)
    if declared == "Summary":
        return [field], Summary(
            operation=entry.text("summaryOperation"), summarized=entry.name("summarizedField")
        )
    if declared in ("Location", "Address"):
        return [field, *_parts(field, LOCATION_PARTS if declared == "Location" else ADDRESS_PARTS)], None
    return [field], None


def _untyped(entry: Values, name: str, path: str) -> FieldDef:
    """Make a field without type: a standard field's file may hold tracking and help texts only."""
    return FieldDef(name=name, type="", label=entry.text("label") or name, path=path)


def _check(entry: Entry) -> None:
    """Report now what making the field later would find."""
    values = entry.values
    for tag in _BOOLEANS:
        if values.get(tag, "true") not in _LITERALS:
            entry.boolean(tag)
    for tag in _NUMBERS:
        if tag in values:
            entry.integer(tag)


def _refuse_type(entry: Entry, name: str, declared: str) -> None:
    meant = nearest(declared, FIELD_TYPES)
    entry.error(
        f"field {name} has the type {declared[:40]!r}, which is not modelled.",
        f"Did you mean {meant}?" if meant else "Use a field type of the Metadata API.",
    )


def _plain(
    entry: Values, of: Deferred, type_: FieldType, more: Mapping[str, Any] = MappingProxyType({})
) -> FieldDef:
    """Make a field of its own values; ``entry`` is what reports those that make no sense."""
    _, path, name, declared, kind, picklist, restricted = of
    formula = entry.text("formula") or None
    calculated = declared == "Summary" or formula is not None
    master_detail = declared == "MasterDetail"
    auto_number = declared == "AutoNumber"
    required = entry.boolean("required")
    compound = declared in ("Location", "Address")
    writable = not (calculated or auto_number or compound)
    checkbox = declared == "Checkbox"
    default = entry.text("defaultValue") or None
    flags = type_.flags.replace("g", "") if calculated else type_.flags
    return FieldDef(
        name=name,
        type=type_.type,
        label=entry.text("label") or name,
        length=entry.integer("length", default=type_.length),
        precision=entry.integer("precision"),
        scale=entry.integer("scale"),
        nillable=not (required or master_detail or checkbox or auto_number),
        createable=writable and kind is not ObjectKind.CUSTOM_METADATA,
        updateable=writable
        and kind not in _NOT_UPDATEABLE
        and (not master_detail or entry.boolean("reparentableMasterDetail")),
        defaulted_on_create=checkbox
        or auto_number
        or default is not None
        or any(value.default for value in picklist),
        permissionable=not (required or master_detail or kind in _SECURITY_FREE),
        custom=name.endswith(_CUSTOM_SUFFIX),
        calculated=calculated,
        auto_number=auto_number,
        display_format=entry.text("displayFormat") or None,
        starting_number=entry.integer("startingNumber", default=1),
        unique=entry.boolean("unique"),
        case_sensitive=entry.boolean("caseSensitive"),
        external_id=entry.boolean("externalId"),
        filterable="f" in flags,
        groupable="g" in flags,
        sortable="s" in flags,
        aggregatable="a" in flags,
        default_value=default,
        picklist=picklist,
        restricted_picklist=restricted,
        formula=formula,
        path=path,
        **more,
    )


def _field(entry: Entry, name: str, declared: str, type_: FieldType, kind: ObjectKind) -> FieldDef:
    field = _plain(entry, Deferred(entry.values, entry.document.path, name, declared, kind), type_)
    if declared not in REFERENCES:
        return field
    targets = tuple(entry.context.own(target) for target in entry.texts("referenceTo") if target)
    if declared == "Hierarchy" and not targets:
        targets = ("User",)
    if not targets and name.endswith(_CUSTOM_SUFFIX):
        entry.error(f"field {name} refers to no object.", "Name the object in <referenceTo>.")
    return replace(field, **_reference(entry, name, declared, targets))


def _reference(entry: Values, name: str, declared: str, targets: tuple[str, ...]) -> dict[str, Any]:
    """Return what a reference has beyond other fields."""
    master_detail = declared == "MasterDetail"
    relation = entry.text("relationshipName")
    custom = name.endswith(_CUSTOM_SUFFIX)
    return {
        "reference_to": targets,
        "relationship_name": name[:-1] + "r" if custom else name.removesuffix("Id"),
        "child_relationship_name": (relation + "__r" if custom else relation) if relation else None,
        "master_detail": master_detail,
        "relationship_order": entry.integer("relationshipOrder") if master_detail else None,
        "write_requires_master_read": entry.boolean("writeRequiresMasterRead"),
        "delete_constraint": entry.text("deleteConstraint") or ("Cascade" if master_detail else "SetNull"),
    }


def value_set_name(entry: Entry) -> str:
    """Return the global value set that a picklist takes its values from; empty if they are its own."""
    values = entry.child("valueSet")
    return values.name("valueSetName") if values is not None else ""


def picklist_values(values: list[Entry]) -> tuple[PicklistValue, ...]:
    """Read the values of a picklist or of a global value set."""
    return tuple(
        PicklistValue(
            value=value.text("fullName"),
            label=value.text("label") or value.text("fullName"),
            default=value.boolean("default"),
            active=value.boolean("isActive", default=True),
        )
        for value in values
    )


def _with_picklist(entry: Entry, field: Deferred) -> Deferred:
    values = entry.child("valueSet")
    if values is None:
        return field
    restricted = values.boolean("restricted")
    definition = values.child("valueSetDefinition")
    picklist = picklist_values(definition.children("value")) if definition is not None else ()
    return field._replace(picklist=picklist, restricted=restricted)


def _parts(field: FieldDef, parts: dict[str, FieldType]) -> list[FieldDef]:
    """Return the parts of a compound field: ``Site__Latitude__s`` of ``Site__c``."""
    stem = field.name.removesuffix(_CUSTOM_SUFFIX)
    return [
        FieldDef(
            name=f"{stem}__{part}__s",
            type=type_.type,
            label=f"{field.label} ({part})",
            length=type_.length,
            precision=field.precision if type_.type == "double" else 0,
            scale=field.scale if type_.type == "double" else 0,
            nillable=field.nillable,
            permissionable=field.permissionable,
            custom=True,
            groupable="g" in type_.flags,
            compound=field.name,
            path=field.path,
        )
        for part, type_ in parts.items()
    ]
