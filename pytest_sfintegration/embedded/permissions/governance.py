"""What gives access to an object besides object permissions that name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.sfdx.model import Governance, ObjectDef

__all__ = ["CUSTOM_ENTITY", "Implication", "implications", "parent_operation"]

CUSTOM_ENTITY: Final = "CustomEntityDefinition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Implication:
    """A user permission, and the object permissions that it stands for."""

    user_permission: str
    operations: frozenset[str]


_ALL: Final = frozenset({"create", "read", "edit", "delete", "view_all", "modify_all"})

# Help, "View All" and "Modify All" Permissions Overview; View All Fields (Global): release notes Spring '25,
# rn_permissions_view_all_fields. None of the first two touches field-level security.
_DATA: Final = (
    Implication(user_permission="ViewAllData", operations=frozenset({"read", "view_all"})),
    Implication(user_permission="ModifyAllData", operations=_ALL),
    Implication(user_permission="ViewAllFieldsGlobal", operations=frozenset({"view_all_fields"})),
)
# Help, "Grant Permissions on Custom Settings". That nobody owns a setting's rows, so whoever reads them reads
# all, is assumed.
_CUSTOM_SETTING: Final = (
    Implication(user_permission="ViewAllCustomSettings", operations=frozenset({"read", "view_all"})),
    Implication(user_permission="CustomizeApplication", operations=_ALL),
)
# Help, "Control Read Access to Custom Metadata Types", with "Restrict access to custom metadata types" on,
# as in every org since Spring '20. Records are metadata: no API writes them as data.
_CUSTOM_METADATA: Final = (
    Implication(user_permission="CustomizeApplication", operations=frozenset({"read", "view_all"})),
)
_BY_GOVERNANCE: Final[Mapping[Governance, tuple[Implication, ...]]] = {
    Governance.OBJECT_PERMISSIONS: _DATA,
    Governance.CUSTOM_SETTING: _CUSTOM_SETTING,
    Governance.CUSTOM_METADATA: _CUSTOM_METADATA,
}
_BY_READ: Final = frozenset({"UserAccountTeamMember", "UserTeamMember"})


def implications(governance: Governance) -> tuple[Implication, ...]:
    """Return the user permissions that stand for object permissions under this governance."""
    return _BY_GOVERNANCE.get(governance, ())


def parent_operation(obj: ObjectDef, operation: str) -> str | None:
    """Return the right on the parent that gives a right on an object without object permissions of its own.

    Creating, editing and deleting opportunity products all hang on Edit of the opportunity (Help article
    005227420); that every such object follows the same rule is assumed, but for default teams, which take
    Read (Help, "Set Up a Default Account Team"; assumed for opportunities). None where the object itself
    cannot be created, changed or deleted (history tables).
    """
    possible = {"create": obj.createable, "edit": obj.updateable, "delete": obj.deletable}
    if operation not in possible:
        return operation
    if obj.name in _BY_READ and possible[operation]:
        return "read"
    return "edit" if possible[operation] else None
