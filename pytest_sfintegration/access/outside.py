"""Objects that no object permission governs, and what decides of them instead.

Custom metadata types: reading is setup-entity access (Help, "Control Read Access to Custom Metadata Types");
"DML operations aren't allowed on custom metadata in the Partner or Enterprise APIs" (Help, "Access Custom
Metadata Records Programmatically"), so nobody creates, edits or deletes a record. Custom settings: reading is
setup-entity access too (Help, "Grant Permissions on Custom Settings"); that Customize Application is what
writing takes is assumed. User: creating and updating take Manage Users, and delete() is no supported call
(Object Reference, "User"); Manage Internal Users is its part for internal users. View all and modify all are
object permissions, which these objects have not.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_sfintegration.access.evidence import Answer
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.access.setup_entities import CUSTOM_METADATA, CUSTOM_SETTING, read_setup_entities
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.rights import Operation

if TYPE_CHECKING:
    from pytest_sfintegration.access.blocked_evidence import SetupEntityAccess
    from pytest_sfintegration.access.configured import Configured

__all__ = ["Outside", "look_outside", "may_be_outside", "read_outside"]

_USER = "User"
_MANAGE_USERS = ("ManageUsers", "ManageInternalUsers")
_WRITES = (Operation.CREATE, Operation.EDIT, Operation.DELETE)
_NEVER = frozenset({Operation.VIEW_ALL, Operation.MODIFY_ALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What decides of one object: what is held and where from, and which grants are muted or unassigned.

    ``own``: the operations that a describe tells of everyone, for their own record alone.
    """

    answer: Answer[Operation]
    grants: Mapping[Operation, tuple[Grant, ...]] = field(default_factory=dict)
    muted: tuple[Grant, ...] = ()
    nearest: tuple[Grant, ...] = ()
    own: frozenset[Operation] = frozenset()


def may_be_outside(name: str) -> bool:
    """Tell whether an object that object permissions do not govern is of a kind that is known here.

    A name with ``__c`` is one only when it is a custom setting, which its definition tells.
    """
    return name == _USER or name.endswith(("__mdt", "__c"))


def read_outside(setup: OrgClient, configured: "Configured", names: Sequence[str]) -> Mapping[str, Outside]:
    """Return what decides of those of a known kind; two calls, one more for missing ones, none for User."""
    found: dict[str, Outside] = {}
    if _USER in names:
        found[_USER] = _user(configured)
    keys = {
        (kind, name): name
        for kind, suffix in ((CUSTOM_METADATA, "__mdt"), (CUSTOM_SETTING, "__c"))
        for name in names
        if name.endswith(suffix)
    }
    if keys:
        kinds = {kind for kind, _ in keys}
        access = read_setup_entities(setup, configured, kinds, keys)
        found |= {
            name: _type(key, access, configured) for key, name in keys.items() if key in access.existing
        }
    return found


def look_outside(setup: OrgClient, configured: "Configured", facts: ObjectFacts) -> None:
    """Ask what decides of one object, if object permissions do not govern it; its describe tells."""
    name = facts.name
    if name not in configured.outside and may_be_outside(name):
        if name.endswith("__c") and not facts.raw.get("customSetting"):
            return
        configured.outside.update(read_outside(setup, configured, [name]))


def _user(configured: "Configured") -> Outside:
    manage = _by(configured, _MANAGE_USERS)
    held = frozenset({Operation.CREATE, Operation.EDIT} if manage else ())
    return Outside(
        answer=Answer(yes=held, no=_NEVER | set(_WRITES) - held),
        grants=dict.fromkeys(held, manage),
        own=frozenset({Operation.EDIT}),
    )


def _type(key: tuple[str, str], access: "SetupEntityAccess", configured: "Configured") -> Outside:
    """Return what decides of a custom metadata type or a custom setting."""
    grants: dict[Operation, tuple[Grant, ...]] = {}
    if key in access.granted:
        grants[Operation.READ] = access.granted[key]
    if key[0] == CUSTOM_SETTING and (wide := _by(configured, ("CustomizeApplication",))):
        grants |= dict.fromkeys(_WRITES, wide)
    held = frozenset(grants)
    return Outside(
        answer=Answer(yes=held, no=frozenset(Operation) - held),
        grants=grants,
        muted=access.muted.get(key, ()),
        nearest=access.nearest.get(key, ()),
    )


def _by(configured: "Configured", permissions: Collection[str]) -> tuple[Grant, ...]:
    return tuple(
        grant for name in permissions for grant in configured.why_user_permission(name, because=name)
    )
