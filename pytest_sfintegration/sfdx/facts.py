"""What is known about standard objects without a source: objects, fields, flags and user permissions.

The facts ship as data (``data/standard_objects.json``), derived from recorded describes by
``data/derive_standard_objects.py``; its docstring names the origins. Loading reads the file once (a few
milliseconds); objects and fields become value objects when first used.
"""

import functools
import json
import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.sfdx.governance import governance_of
from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef, ObjectKind, PicklistValue
from pytest_sfintegration.sfdx.statuses import shipped

__all__ = ["field_rows", "is_permissionable", "standard_objects", "user_permissions"]

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PERMISSION = "Permissions"
# a row ends at its last value: length, referenced objects, relationship name, and what only few fields have
_ABSENT: tuple[Any, ...] = (0, 0, 0, MappingProxyType({}))


@functools.cache
def standard_objects() -> Mapping[str, ObjectDef]:
    """Return the standard objects by API name; children are limited to one another."""
    return Lazy(lambda name: _object(name), {name: name for name in _data()["objects"]})  # noqa: PLW0108


@functools.cache
def user_permissions() -> frozenset[str]:
    """Return the names of user permissions: the ``Permissions*`` columns of PermissionSet, without prefix."""
    return frozenset(_data()["user_permissions"])


@functools.cache
def _data() -> dict[str, Any]:
    folder = resources.files("pytest_sfintegration") / "data"
    content: dict[str, Any] = json.loads((folder / "standard_objects.json").read_bytes())
    return content


@functools.cache
def field_rows(name: str) -> dict[str, Any]:
    """Return the rows of an object's fields by field name, as the data file holds them."""
    facts = _data()["objects"][name]
    rows: dict[str, Any] = {row[0]: (name, row) for row in facts["fields"]}
    for permission in _data()["user_permissions"] if facts.get("permissions") else ():
        column = _PERMISSION + permission
        rows.setdefault(column, (name, [column, "boolean", facts["permissions"]]))
    return rows


def _object(name: str) -> ObjectDef:
    facts = _data()["objects"][name]
    governance, parent = governance_of(name, ObjectKind.STANDARD)
    operations = facts["ops"]
    return ObjectDef(
        name=name,
        label=facts["label"],
        plural_label=facts["plural"],
        kind=ObjectKind.STANDARD,
        governance=governance,
        governing_parent=parent,
        key_prefix=facts.get("prefix"),
        fields=Lazy(_field, field_rows(name)),
        children=tuple((child, field, relation) for child, field, relation in facts.get("children", ())),
        createable="c" in operations,
        updateable="u" in operations,
        deletable="d" in operations,
        queryable="q" in operations,
        searchable="s" in operations,
    )


def _field(entry: tuple[str, list[Any]]) -> FieldDef:
    object_name, row = entry
    name, type_, flags = row[:3]
    length, targets, relationship, extra = (*row[3:], *_ABSENT[len(row) - 3 :])
    return FieldDef(
        name=name,
        type=type_,
        label=_label(name, type_),
        length=length,
        nillable="n" in flags,
        createable="c" in flags,
        updateable="u" in flags,
        defaulted_on_create="d" in flags,
        permissionable="P" in flags,
        calculated="C" in flags,
        auto_number="A" in flags,
        name_field="N" in flags,
        filterable="f" in flags,
        groupable="g" in flags,
        sortable="s" in flags,
        aggregatable="a" in flags,
        reference_to=tuple(targets) if targets else (),
        relationship_name=relationship or None,
        child_relationship_name=extra.get("child"),
        delete_constraint=extra.get("delete"),
        compound=extra.get("compound"),
        picklist=_picklist(object_name, name) if type_ == "picklist" else (),
        restricted_picklist=bool(extra.get("restricted")),
    )


def is_permissionable(entry: tuple[str, list[Any]]) -> bool:
    """Tell by the row of a field whether it takes field-level security."""
    return "P" in entry[1][2]


def _picklist(object_name: str, name: str) -> tuple[PicklistValue, ...]:
    values = _data()["picklists"].get(f"{object_name}.{name}", ())
    return shipped(object_name, name, tuple(PicklistValue(value=each, label=each) for each in values))


def _label(name: str, type_: str) -> str:
    """Derive a label as the platform words it: ``AccountId`` is labelled Account ID."""
    words = _WORDS.sub(" ", name)
    return words[:-2] + "ID" if type_ in ("reference", "id") and words.endswith(" Id") else words
