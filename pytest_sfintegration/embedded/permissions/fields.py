"""Field access: the object right, field-level security and the field's own flags together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from pytest_sfintegration.embedded.permissions.entries import Entries
from pytest_sfintegration.embedded.permissions.grants import (
    NO_FIELD_PERMISSION,
    FieldAccess,
    Grant,
    unite_fields,
)
from pytest_sfintegration.sfdx.model import FieldDef, FieldPermission, Governance, ObjectDef, ObjectPermission

__all__ = ["ObjectFields", "why_field"]

# Custom settings and custom metadata types take no field permissions (assumed: neither has a
# field-level security page in Setup).
_WITHOUT_FIELD_SECURITY: Final = frozenset({Governance.CUSTOM_METADATA, Governance.CUSTOM_SETTING})


# A user's accesses to thousands of fields are these few.
_ACCESSES: Final[Mapping[tuple[bool, bool, bool], FieldAccess]] = {
    (readable, createable, editable): FieldAccess(readable=readable, createable=createable, editable=editable)
    for readable, createable, editable in product((False, True), repeat=3)
}


class ObjectFields:
    """The field-level security of one object, united over a user's containers."""

    def __init__(
        self, definition: ObjectDef | None, contributions: Iterable[Mapping[str, FieldPermission]]
    ) -> None:
        self._united: dict[str, FieldPermission] = {}
        for fields in contributions:
            for name, permission in fields.items():
                known = self._united.get(name)
                self._united[name] = permission if known is None else unite_fields((known, permission))
        self._compounds = _compounds(definition)

    def entries(self, field: str) -> FieldPermission | None:
        """Return the entries of a field and of the compound that it is a part of; None without any."""
        key = field.lower()
        own = self._united.get(key)
        compound = self._compounds.get(key)
        whole = self._united.get(compound) if compound else None
        if own is None or whole is None:
            return own or whole
        return unite_fields((own, whole))

    def access(self, obj: ObjectDef, field: FieldDef, held: ObjectPermission) -> FieldAccess:
        """Return what the object right, field-level security and the field's flags leave."""
        setup = obj.governance is Governance.SETUP
        free = not _secured(obj, field)
        entries = (None if free else self.entries(field.name)) or NO_FIELD_PERMISSION
        readable = (held.read or setup) and (free or entries.read or entries.edit or held.view_all_fields)
        writable = free or entries.edit
        createable = (held.create or setup) and field.createable and writable
        return _ACCESSES[readable, createable, (held.edit or setup) and field.updateable and writable]


def why_field(
    entries: Sequence[Entries],
    obj: ObjectDef,
    field: FieldDef,
    operation: str,
    *,
    access: FieldAccess,
    why_object: Callable[[str, str], tuple[Grant, ...]],
) -> tuple[Grant, ...]:
    """Return the grants behind a field right: field permissions, View All Fields, or the object right alone.

    Raise ValueError when ``operation`` is none of read, edit and create.
    """
    held = {"read": access.readable, "edit": access.editable, "create": access.createable}
    if operation not in held:
        raise ValueError(f"no field right is called {operation!r}; use one of {', '.join(held)}")
    if not held[operation]:
        return ()
    if not _secured(obj, field):
        return tuple(
            replace(grant, because=grant.because or f"{operation} {obj.name}, without field-level security")
            for grant in why_object(obj.name, operation)
        )
    grants = [one.grant for one in entries if _grants(one.fields(obj.name.lower()), field, operation)]
    if operation == "read":
        grants += [
            replace(grant, because=grant.because or "View All Fields")
            for grant in why_object(obj.name, "view_all_fields")
        ]
    return tuple(grants)


def _secured(obj: ObjectDef, field: FieldDef) -> bool:
    """Return whether field permissions decide: on a part of a compound field, those of the compound do."""
    if obj.governance in _WITHOUT_FIELD_SECURITY:
        return False
    compound = obj.fields.get(field.compound) if field.compound else None
    return field.permissionable or (compound is not None and compound.permissionable)


def _compounds(definition: ObjectDef | None) -> dict[str, str]:
    if definition is None:
        return {}
    return {
        name.lower(): field.compound.lower() for name, field in definition.fields.items() if field.compound
    }


def _grants(fields: Mapping[str, FieldPermission], field: FieldDef, operation: str) -> bool:
    named = [fields.get(field.name.lower(), NO_FIELD_PERMISSION)]
    if field.compound:
        named.append(fields.get(field.compound.lower(), NO_FIELD_PERMISSION))
    if operation == "read":
        return any(one.read or one.edit for one in named)
    return any(one.edit for one in named)
