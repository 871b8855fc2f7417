"""Share objects as a user sees them: AccountShare, Property__Share and the like.

Sources: Object Reference, AccountShare and ContactShare; Summer '20 release notes, "Permission Changes for
Customization Features" (Share Objects).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pytest_sfintegration.embedded.sharing import SharingNotModelled, UserFacts
from pytest_sfintegration.embedded.sharing.defaults import scheme
from pytest_sfintegration.sfdx.model import Governance, ObjectDef, ObjectPermission

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.people import Person

__all__ = ["CHILD_LEVELS", "as_shared", "is_share", "share_permission", "shared_object"]

CHILD_LEVELS: Final[Mapping[str, str]] = {
    "OpportunityAccessLevel": "Opportunity",
    "CaseAccessLevel": "Case",
    "ContactAccessLevel": "Contact",
}
"""The columns of AccountShare for an account's children, and the objects that they speak of."""

_CLOSED_TO_PORTALS: Final = frozenset({"Account", "Contact"})
_NONE: Final = ObjectPermission()
_EVERYTHING: Final = ObjectPermission(create=True, read=True, edit=True, delete=True, view_all=True)


def is_share(definition: ObjectDef) -> bool:
    """Tell whether an object holds the shares of another (AccountShare, Property__Share)."""
    return definition.governance is Governance.SETUP and definition.name.endswith("Share")


def shared_object(definition: ObjectDef) -> str:
    """Return the object whose records a share object shares."""
    for field in definition.fields.values():
        if len(field.reference_to) == 1 and field.name in {"ParentId", f"{field.reference_to[0]}Id"}:
            return field.reference_to[0]
    return ""


def share_permission(definition: ObjectDef, person: "Person") -> ObjectPermission:
    """Return what a user may do with the rows of a share object, each record's access aside.

    Documented: "only users with access to the Account object can access this object", and portal users
    cannot; UserShare is for standard users and for Customize Application (release notes). That creating,
    changing and deleting a row takes Edit on the object is assumed, as for sharing a record.
    """
    name = shared_object(definition)
    facts = UserFacts(id=person.id, username=person.spec.username, user_type=person.spec.user_type)
    if name == "User":
        held = not facts.external or person.holds("CustomizeApplication")
        return _EVERYTHING if held else _NONE
    if facts.external and name in _CLOSED_TO_PORTALS:
        return _NONE
    permission = person.permissions.object_permission(name)
    if not permission.read:
        return _NONE
    return _EVERYTHING if permission.edit else ObjectPermission(read=True, view_all=True)


def as_shared(definition: ObjectDef, objects: Mapping[str, ObjectDef]) -> ObjectDef:
    """Return a share object as the organization-wide defaults leave it.

    Documented (Object Reference, ContactShare and AccountShare): the rows of an object that is Controlled by
    Parent cannot be written, nor the level of an account's contacts then.
    """
    if not _has_shares(objects.get(shared_object(definition))):
        return replace(definition, createable=False, updateable=False, deletable=False)
    fixed = {
        column: replace(definition.fields[column], createable=False, updateable=False)
        for column, child in CHILD_LEVELS.items()
        if shared_object(definition) == "Account"
        and column in definition.fields
        and child in objects
        and not _has_shares(objects[child])
    }
    return replace(definition, fields={**definition.fields, **fixed}) if fixed else definition


def _has_shares(obj: ObjectDef | None) -> bool:
    try:
        return obj is None or obj.governance is Governance.SETUP or scheme(obj, external=False).shared
    except SharingNotModelled:
        return True
