"""Organization-wide defaults: where an object's record access starts."""

from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.embedded.sharing.contacts import CONTACT
from pytest_sfintegration.embedded.sharing.model import (
    CHANGE,
    CHANGE_AND_TRANSFER,
    FULL,
    NO_ACCESS,
    PUBLIC_FULL,
    VIEW,
    Access,
    SharingNotModelled,
)
from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef, ObjectKind

__all__ = ["ParentLink", "Scheme", "has_sharing", "internal_default", "scheme"]

# Help, "Organization-Wide Default Access Settings".
_PUBLIC: Final = {
    "private": (NO_ACCESS, "Private"),
    "read": (VIEW, "Public Read Only"),
    "readselect": (VIEW, "Use"),
    "readwrite": (CHANGE, "Public Read/Write"),
    "edit": (CHANGE, "Public Read/Write"),
    "readwritetransfer": (CHANGE_AND_TRANSFER, "Public Read/Write/Transfer"),
    "fullaccess": (PUBLIC_FULL, "Public Full Access"),
    "all": (PUBLIC_FULL, "Public Full Access"),
}
_PARENT_FIELDS: Final = {
    "controlledbycampaign": ("CampaignId",),
    "controlledbyleadorcontact": ("LeadId", "ContactId"),
}
# Help, "Default Organization-Wide Access Levels", internal access of a new org: assumed where the source is
# silent; Opportunity as the Organization row of a new org says it (recorded: desc.org_owd), where Help says
# Public Read Only. Externally: Private, as in orgs made since Spring '20.
_DEFAULTS: Final = {
    "Account": "ReadWrite",
    "Asset": "ControlledByParent",
    "Campaign": "FullAccess",
    "Case": "ReadWriteTransfer",
    "Contact": "ControlledByParent",
    "Contract": "ReadWrite",
    "Lead": "ReadWriteTransfer",
    "Opportunity": "ReadWrite",
    "Order": "ControlledByParent",
    "ServiceContract": "Private",
}
# Metadata API asks for a sharingModel when it makes a custom object (Metadata API Developer Guide,
# CustomObject): where a source has none, it stands elsewhere. New objects are Public Read/Write (Help).
_CUSTOM_DEFAULT: Final = "ReadWrite"
_STANDARD_PARENTS: Final = {"Asset": ("AccountId",), "Contact": ("AccountId",), "Order": ("AccountId",)}
# Whoever reads the related record reads the activity too (Help, "Organization-Wide Default Access Settings").
_ACTIVITIES: Final = frozenset({"Event", "Task"})
# Under the permissions of cases, but on no case: whoever reads cases reads them (Object Reference, each one).
_OF_NO_RECORD: Final = frozenset({"CaseTeamRole", "CaseTeamTemplate", "CaseTeamTemplateMember"})
# Changed by their owners and those above (Help, "Set Up a Default Account Team"; assumed for opportunities).
# That everybody reads them is assumed. They give no access: a default team has to be added to a record.
_DEFAULT_TEAMS: Final = frozenset({"UserAccountTeamMember", "UserTeamMember"})
_WITHOUT_SHARING: Final = frozenset({Governance.CUSTOM_METADATA, Governance.CUSTOM_SETTING, Governance.SETUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentLink:
    """A lookup to a record that controls access.

    ``write`` is the access to the parent that changing the child takes; None where the child has exactly the
    access that the parent has. ``by_sharing``: View All and Modify All on the parent do not count.
    """

    field: str
    objects: tuple[str, ...]
    write: Access | None
    by_sharing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Where access to an object's records starts.

    ``links`` are the controlling parents, all of which count (``any_of``: whichever is filled in); without
    them ``public`` is what everybody has. ``shared``: owners, rules and shares add to it.
    """

    public: Access = NO_ACCESS
    word: str = ""
    links: tuple[ParentLink, ...] = ()
    any_of: bool = False
    shared: bool = True


def scheme(obj: ObjectDef, *, external: bool) -> Scheme:
    """Return the organization-wide default of an object for internal or external users.

    Objects without an owner have no sharing: object permissions alone decide (assumed for standard objects
    that the table of defaults does not name). Raise SharingNotModelled when the default cannot be known.
    """
    if obj.governance is Governance.PARENT:
        return _governed(obj)
    if not has_sharing(obj):
        return _without_sharing()
    if obj.name in _ACTIVITIES:
        raise SharingNotModelled(
            f"Record access to {obj.name} also follows related records, which is not modelled."
        )
    word = _declared(obj, external=external)
    if word is None:
        return _without_sharing()
    key = word.lower()
    if key in _PUBLIC:
        public, said = _PUBLIC[key]
        return Scheme(public=public, word=said)
    if key == "controlledbyparent":
        return Scheme(links=_controlling_links(obj), shared=False)
    if key in _PARENT_FIELDS:
        return Scheme(links=_named_links(obj, _PARENT_FIELDS[key]), any_of=True, shared=False)
    raise SharingNotModelled(f"The organization-wide default {word!r} of {obj.name} is not modelled.")


def has_sharing(obj: ObjectDef) -> bool:
    """Tell whether anything but object permissions can decide on records of an object."""
    return obj.governance not in _WITHOUT_SHARING


def _governed(obj: ObjectDef) -> Scheme:
    """Return the scheme of an object under its parent's permissions; a price book has no sharing either."""
    key = (obj.sharing_model or "").lower()
    if key in _PARENT_FIELDS:
        return Scheme(links=_named_links(obj, _PARENT_FIELDS[key]), any_of=True, shared=False)
    if obj.name in _OF_NO_RECORD:
        return _without_sharing()
    if obj.name in _DEFAULT_TEAMS:
        return Scheme(public=VIEW, word="no sharing")
    return Scheme(links=(_governing_link(obj),), shared=False)


def _without_sharing() -> Scheme:
    return Scheme(public=FULL, word="no sharing", shared=False)


def internal_default(obj: ObjectDef) -> str | None:
    """Return the sharing model that the source declares, or the one assumed for an object without any."""
    if obj.sharing_model is not None:
        return obj.sharing_model
    if obj.kind is ObjectKind.CUSTOM:
        details = any(field.master_detail for field in obj.fields.values())
        return "ControlledByParent" if details else _CUSTOM_DEFAULT
    return _DEFAULTS.get(obj.name) if obj.kind is ObjectKind.STANDARD else None


def _declared(obj: ObjectDef, *, external: bool) -> str | None:
    internal = internal_default(obj)
    if internal is None:
        _refuse_unknown(obj)
    if internal is None or internal.lower().startswith("controlledby"):
        return internal
    return (obj.external_sharing_model or "Private") if external else internal


def _refuse_unknown(obj: ObjectDef) -> None:
    if "OwnerId" in obj.fields and obj.kind is ObjectKind.STANDARD:
        raise SharingNotModelled(
            f"The organization-wide default of {obj.name} is not known. "
            f"Retrieve the object's metadata, so that the source holds its sharingModel."
        )


def _governing_link(obj: ObjectDef) -> ParentLink:
    parent = obj.governing_parent or ""
    # Rows of a share object are written by whoever may share the record; other children take Edit of the
    # parent (Help article 005227420 for opportunity products; assumed for the rest).
    stem = parent.removesuffix("__c")
    shares = obj.name in {f"{parent}Share", f"{stem}__Share"}
    for field in _lookups(obj, parent):
        return ParentLink(field=field.name, objects=(parent,), write=FULL if shares else CHANGE)
    raise SharingNotModelled(
        f"Access to {obj.name} follows {parent or 'another object'}, but no lookup of it points there; "
        "judge this object on a live org."
    )


def _lookups(obj: ObjectDef, parent: str) -> list[FieldDef]:
    pointing = [field for field in obj.fields.values() if parent in field.reference_to]
    return sorted(pointing, key=lambda field: (not field.master_detail, field.name != f"{parent}Id"))


def _controlling_links(obj: ObjectDef) -> tuple[ParentLink, ...]:
    # Help, "Object Relationships Overview": Read/Write or Read Only on the master to change its details.
    details = tuple(
        ParentLink(
            field=field.name,
            objects=field.reference_to,
            write=VIEW if field.write_requires_master_read else CHANGE,
        )
        for field in obj.fields.values()
        if field.master_detail and field.reference_to
    )
    if details:
        return details
    if obj.name in _STANDARD_PARENTS:
        return _named_links(obj, _STANDARD_PARENTS[obj.name])
    raise SharingNotModelled(
        f"{obj.name} is controlled by its parent, but no master-detail field of it is in the source; add it."
    )


def _named_links(obj: ObjectDef, names: tuple[str, ...]) -> tuple[ParentLink, ...]:
    found = [obj.fields[name] for name in names if name in obj.fields]
    if not found:
        raise SharingNotModelled(
            f"{obj.name} is controlled by its parent, but has no field {' or '.join(names)}."
        )
    return tuple(
        ParentLink(field=field.name, objects=field.reference_to, write=None, by_sharing=obj.name == CONTACT)
        for field in found
    )
