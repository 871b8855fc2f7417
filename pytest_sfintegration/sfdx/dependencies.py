"""What the platform would refuse in a permission set or profile, in the platform's own words.

Sources: Object Reference, "ObjectPermissions" and "FieldPermissions" (what requires what); recorded cases
``deploy.dep.create_read``, ``deploy.dep.modifyall``, ``deploy.dep.master``, ``deploy.required_field``. User
permissions have dependencies too (case ``deploy.dep.system``); their lists are not known whole, so they are
not checked.
"""

from collections.abc import Mapping

from pytest_sfintegration.sfdx.catalogue import Catalogue
from pytest_sfintegration.sfdx.entry import Entry
from pytest_sfintegration.sfdx.model import FieldDef, FieldPermission, ObjectPermission

__all__ = ["check_field", "check_object"]

_VERBS = {
    "create": "Create",
    "read": "Read",
    "edit": "Edit",
    "delete": "Delete",
    "view_all": "View All",
    "modify_all": "Modify All",
    "view_all_fields": "View All Fields",
}
# public permission sets that deploy give Delete without Edit on big objects, which nobody edits
_REQUIRES_BIG = {"delete": ("read",), "modify_all": ("read", "delete", "view_all")}
# ViewAllFields -> Read is assumed by analogy with ViewAllRecords
_REQUIRES = {
    "create": ("read",),
    "edit": ("read",),
    "delete": ("read", "edit"),
    "view_all": ("read",),
    "modify_all": ("read", "edit", "delete", "view_all"),
    "view_all_fields": ("read",),
}


def check_object(
    entry: Entry,
    name: str,
    permission: ObjectPermission,
    others: Mapping[str, ObjectPermission],
    catalogue: Catalogue,
) -> None:
    """Report rights without those they depend on, on the object itself and on its masters."""
    required = {**_REQUIRES, **_REQUIRES_BIG} if name.endswith("__b") else _REQUIRES
    for right, needed in required.items():
        missing = (
            [each for each in needed if not getattr(permission, each)] if getattr(permission, right) else []
        )
        if missing:
            _refuse(entry, f"{_VERBS[right]} {name}", [f"{_VERBS[each]} {name}" for each in missing])
    if not permission.read:
        return
    for field in catalogue.masters(name):
        for master in field.reference_to:
            granted = others.get(master)
            if granted is None or not granted.read:
                _refuse(entry, f"Read {name}", [f"Read {master}"])


def check_field(
    entry: Entry, name: str, field: FieldDef | None, permission: FieldPermission, *, muting: bool
) -> None:
    """Report an edit without read, and field permissions where none can be set.

    ``field`` is ``None`` where nothing forbids them, or nothing is known.
    """
    if permission.edit and not permission.read and not muting:
        _refuse(entry, f"Edit {name}", [f"Read {name}"])
    if field is None or field.permissionable:
        return
    if field.name_field or field.master_detail or (not field.nillable and field.createable):
        entry.error(
            f"You cannot deploy to a required field: {name}.",
            "Remove the entry: whoever may use the object may use this field.",
        )
    else:
        entry.warn(f"field-level security cannot be set on {name}.", "Remove the entry: it has no effect.")


def _refuse(entry: Entry, wanted: str, needed: list[str]) -> None:
    needs = ", ".join(needed)
    entry.error(
        f"Permission {wanted} depends on permission(s): {needs}.", f"Add {needs}, or remove {wanted}."
    )
