"""Which fields take field-level security, told without making them: the facts hold thousands of fields."""

from typing import Any

from pytest_sfintegration.sfdx.facts import is_permissionable
from pytest_sfintegration.sfdx.fields import Unmade, is_plainly_permissionable
from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef

__all__ = ["permissionable_fields", "told_permissionable"]


def permissionable_fields(definition: ObjectDef) -> list[str]:
    """Return the names of an object's fields that take field-level security, in the object's order."""
    fields = definition.fields
    unmade = fields.unmade if isinstance(fields, Lazy) else lambda _: None
    found = []
    for name in fields:
        told = told_permissionable(unmade(name))
        if fields[name].permissionable if told is None else told:
            found.append(name)
    return found


def told_permissionable(raw: Any) -> bool | None:
    """Tell whether a field takes field-level security by what it is made of; None when that does not tell."""
    if raw is None:
        return None
    if isinstance(raw, Unmade):
        return True if is_plainly_permissionable(raw) else None
    if isinstance(raw, FieldDef):
        return raw.permissionable
    return is_permissionable(raw)
