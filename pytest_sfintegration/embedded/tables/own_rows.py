"""Setup tables of which a user without a certain permission reads the rows about himself only."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.sfdx.model import ObjectDef

__all__ = ["OWN_ROWS", "permission_access", "readable_rows"]

_R = TypeVar("_R", bound=Mapping[str, Any])

OWN_ROWS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "LoginHistory": frozenset({"ManageUsers", "MonitorLoginHistory"}),
        "OauthToken": frozenset({"CustomizeApplication"}),
    }
)
"""Table -> the permissions any of which opens every row (Object Reference, special access rules)."""


def readable_rows(person: Person, table: str, rows: Iterable[_R]) -> Iterable[_R]:
    """Return the rows of a setup table that a user may read."""
    asked = OWN_ROWS.get(table)
    if asked is None or any(person.holds(each) for each in asked):
        return rows
    return [row for row in rows if row["UserId"] == person.id]


def permission_access(person: Person, definition: ObjectDef) -> list[dict[str, Any]]:
    """Return the one row of UserPermissionAccess: what the running user holds (Object Reference)."""
    row: dict[str, Any] = dict.fromkeys(definition.fields)
    for name in definition.fields:
        if name.startswith("Permissions"):
            row[name] = person.holds(name.removeprefix("Permissions"))
    return [row]
