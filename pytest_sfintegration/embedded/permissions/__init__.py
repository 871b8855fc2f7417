"""The permission engine: what a user's containers add up to, and why."""

from pytest_sfintegration.embedded.permissions.effective import EffectivePermissions, effective
from pytest_sfintegration.embedded.permissions.governance import CUSTOM_ENTITY
from pytest_sfintegration.embedded.permissions.grants import FieldAccess, Grant
from pytest_sfintegration.embedded.permissions.groups import UnknownContainerError, group_permission_set

__all__ = [
    "CUSTOM_ENTITY",
    "EffectivePermissions",
    "FieldAccess",
    "Grant",
    "UnknownContainerError",
    "effective",
    "group_permission_set",
]
