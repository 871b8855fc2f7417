"""One file of a matrix as it stands, before bases are merged in: every piece may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from pytest_sfintegration.matrix.blocked_rules import allowed_entities, request_rules, setup_entities
from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.keys import MATRIX
from pytest_sfintegration.matrix.model import (
    ALL_FIELDS,
    NO_FIELDS,
    Blocked,
    FieldRule,
    Ignore,
    Named,
    ObjectRule,
    RecordRule,
    SetupEntities,
)
from pytest_sfintegration.matrix.operations import Operations, report_implied
from pytest_sfintegration.matrix.page import Page
from pytest_sfintegration.matrix.record_rules import record_rules
from pytest_sfintegration.matrix.records import ROOT, Found
from pytest_sfintegration.rights import Location, Operation

if TYPE_CHECKING:
    from pytest_sfintegration.matrix.checklist.model import Checklist

__all__ = ["Part", "read_part"]

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one file declares. ``user`` holds the keys of the user block that are there."""

    path: str
    at: Location
    extends: tuple[Named, ...] = ()
    integration: Named | None = None
    user: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    user_at: Location | None = None
    objects: Mapping[str, ObjectRule] = field(default_factory=lambda: _NONE)
    records: Mapping[str, tuple[RecordRule, ...]] = field(default_factory=lambda: _NONE)
    blocked: Blocked = field(default_factory=Blocked)
    user_permissions: tuple[Named, ...] = ()
    setup_entities: SetupEntities | None = None
    setup_entities_at: Location | None = None
    ignore: tuple[Ignore, ...] = ()
    checklist: "Checklist | None" = None


def read_part(node: yaml.Node, page: Page) -> Part:
    """Return what the file declares; what is wrong is reported to the page and left out."""
    values = MATRIX.read(node, page, ROOT) or {}
    extends = _value(values, "extends", ())
    user = values.get("user")
    entities = values.get("setup_entities")
    blocked: dict[str, Found] = _value(values, "blocked", {})
    objects: dict[str, Found] = _value(values, "objects", {})
    records: dict[str, Found] = _value(values, "records", {})
    ignored: tuple[Found, ...] = _value(values, "ignore", ())
    return Part(
        path=page.path,
        at=page.at(node),
        extends=(extends,) if isinstance(extends, Named) else extends,
        integration=_value(values, "integration", None),
        user={} if user is None else {key: each.value for key, each in user.value.items()},
        user_at=None if user is None else user.at,
        objects={name: _object_rule(name, each, page) for name, each in objects.items()},
        records={name: record_rules(name, each.value, page) for name, each in records.items()},
        blocked=Blocked(
            objects=_value(blocked, "objects", ()),
            fields=_value(blocked, "fields", ()),
            user_permissions=_value(blocked, "user_permissions", ()),
            queries=_value(blocked, "queries", ()),
            requests=request_rules(_value(blocked, "requests", ()), page),
            setup_entities=setup_entities(blocked.get("setup_entities")),
        ),
        setup_entities=allowed_entities(entities),
        setup_entities_at=None if entities is None else entities.at,
        user_permissions=_value(values, "user_permissions", ()),
        ignore=tuple(entry for each in ignored if (entry := _ignore(each)) is not None),
        checklist=_checklist(values.get("checklist"), page),
    )


def _checklist(found: Found | None, page: Page) -> "Checklist | None":
    if found is None:
        return None
    from pytest_sfintegration.matrix.checklist.rules import checklist_of  # noqa: PLC0415 - few have one

    return checklist_of(found, page)


def _value(values: Mapping[str, Found], key: str, absent: Any) -> Any:
    found = values.get(key)
    return absent if found is None else found.value


def _ignore(found: Found) -> Ignore | None:
    values: dict[str, Found] = found.value
    if "reason" not in values:  # reported
        return None
    return Ignore(
        at=found.at,
        reason=values["reason"].value.name,
        expires=_value(values, "expires", None),
        objects=_value(values, "objects", ()),
        fields=_value(values, "fields", ()),
        user_permissions=_value(values, "user_permissions", ()),
    )


def _object_rule(name: str, found: Found, page: Page) -> ObjectRule:
    entry: dict[Any, Any] = found.value
    # A mapping has text keys, an access has operations: the empty access is no mapping with keys either.
    is_record = any(isinstance(value, Found) for value in entry.values())
    access: Operations | None = _value(entry, "access", None) if is_record else entry
    fields = entry.get("fields") if is_record else None
    rule = None if fields is None else _field_rule(name, fields, page)
    via: tuple[Named, ...] = _value(entry, "via", ()) if is_record else ()
    if access is not None:
        report_implied(access, page, f"access of {name}")
        _report_without_access(name, access, fields, via, page)
    return ObjectRule(object=name, at=found.at, access=access or {}, fields=rule, via=via)


def _report_without_access(
    name: str, access: Operations, fields: Found | None, via: tuple[Named, ...], page: Page
) -> None:
    if fields is not None and Operation.READ not in access:
        message = f"fields of {name}: no field can be read without read on the object."
        page.report_at(fields.at, message, "Add read (R) to access, or remove fields.", Kind.IMPLICATION)
    if via and not access:
        message = f"via of {name}: without access nothing comes from anywhere."
        page.report_at(via[0].at, message, "Remove via, or allow an operation.", Kind.CONTRADICTION)


def _field_rule(name: str, found: Found, page: Page) -> FieldRule:
    if found.value == NO_FIELDS:
        return FieldRule(at=found.at)
    values: dict[str, Found] = found.value
    read = _value(values, "read", ())
    edit = _value(values, "edit", ())
    all_edit = edit == ALL_FIELDS
    all_read = all_edit or read == ALL_FIELDS
    rule = FieldRule(
        at=found.at,
        read=_places(read) | _places(edit),
        edit=_places(edit),
        all_read=all_read,
        all_edit=all_edit,
        others_any="others" in values,
    )
    if rule.all_read and rule.others_any:
        message = f"fields of {name}: 'all' leaves no others."
        page.report_at(values["others"].at, message, "Remove others, or list the fields.", Kind.CONTRADICTION)
    if all_edit and "read" in values:
        message = f"fields of {name}: 'edit: all' makes every field readable already."
        page.report_at(values["read"].at, message, "Remove read.", Kind.DUPLICATE)
    elif not all_edit and read != ALL_FIELDS:
        _report_in_both(name, read, rule.edit, page)
    return rule


def _report_in_both(name: str, read: tuple[Named, ...], edit: Mapping[str, Location], page: Page) -> None:
    for named in read:
        other = edit.get(named.name)
        if other is not None:
            message = f"fields of {name}: {named.name} is in both read and edit (line {other.line})."
            page.report_at(named.at, message, "Remove it from read: edit implies read.", Kind.DUPLICATE)


def _places(names: Any) -> dict[str, Location]:
    return {} if names == ALL_FIELDS else {named.name: named.at for named in names}
