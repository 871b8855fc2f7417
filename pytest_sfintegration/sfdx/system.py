"""The fields that the platform gives every custom object, and the share object beside it.

Sources: Object Reference, "System Fields" and "Custom Objects" (Id, Name, audit fields, OwnerId unless the
object is a detail), "Sharing Objects" (``X__Share``), "Custom Metadata Type", "Platform Event Fields",
"External Objects", "Big Objects"; flags as in the describes of the recorded cases.
"""

from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef, ObjectKind

__all__ = ["share_name", "share_object", "system_fields"]


def _read_only(name: str, type_: str, label: str, *, nillable: bool = False, length: int = 0) -> FieldDef:
    return FieldDef(
        name=name,
        type=type_,
        label=label,
        length=length,
        nillable=nillable,
        createable=False,
        updateable=False,
        defaulted_on_create=not nillable,
        permissionable=False,
        groupable=type_ != "datetime",
        aggregatable=type_ != "boolean",
    )


def _user(name: str, label: str) -> FieldDef:
    return FieldDef(
        name=name,
        type="reference",
        label=label,
        length=18,
        nillable=False,
        createable=False,
        updateable=False,
        defaulted_on_create=True,
        permissionable=False,
        reference_to=("User",),
        relationship_name=name.removesuffix("Id"),
    )


_ID = _read_only("Id", "id", "Record ID", length=18)
_CREATED = (_read_only("CreatedDate", "datetime", "Created Date"), _user("CreatedById", "Created By ID"))
_AUDIT = (
    *_CREATED,
    _read_only("LastModifiedDate", "datetime", "Last Modified Date"),
    _user("LastModifiedById", "Last Modified By ID"),
    _read_only("SystemModstamp", "datetime", "System Modstamp"),
)
_DELETED = _read_only("IsDeleted", "boolean", "Deleted")
_VIEWED = (
    _read_only("LastViewedDate", "datetime", "Last Viewed Date", nillable=True),
    _read_only("LastReferencedDate", "datetime", "Last Referenced Date", nillable=True),
)
_ACTIVITY = _read_only("LastActivityDate", "date", "Last Activity Date", nillable=True)
_OWNER = FieldDef(
    name="OwnerId",
    type="reference",
    label="Owner ID",
    length=18,
    nillable=False,
    defaulted_on_create=True,
    permissionable=False,
    reference_to=("Group", "User"),
    relationship_name="Owner",
)
_RECORD_TYPE = FieldDef(
    name="RecordTypeId",
    type="reference",
    label="Record Type ID",
    length=18,
    defaulted_on_create=True,
    permissionable=False,
    reference_to=("RecordType",),
    relationship_name="RecordType",
)
_SETUP_OWNER = FieldDef(
    name="SetupOwnerId",
    type="reference",
    label="Location",
    length=18,
    nillable=False,
    updateable=False,
    defaulted_on_create=True,
    permissionable=False,
    reference_to=("Organization", "Profile", "User"),
    relationship_name="SetupOwner",
)
_METADATA = (
    _read_only("DeveloperName", "string", "Custom Metadata Record Name", length=40),
    _read_only("MasterLabel", "string", "Label", length=40),
    _read_only("Language", "picklist", "Master Language", length=40),
    _read_only("NamespacePrefix", "string", "Namespace Prefix", nillable=True, length=15),
    _read_only("Label", "string", "Label", length=40),
    _read_only("QualifiedApiName", "string", "Qualified API Name", length=70),
    _read_only("SystemModstamp", "datetime", "System Modstamp"),
)
_EVENT = (
    _read_only("ReplayId", "string", "Replay ID", nillable=True, length=1000),
    *_CREATED,
    _read_only("EventUuid", "string", "Event UUID", nillable=True, length=36),
)
_EXTERNAL = (
    _read_only("ExternalId", "string", "External ID", length=255),
    _read_only("DisplayUrl", "url", "Display URL", nillable=True, length=1000),
)


_FIXED: dict[ObjectKind, tuple[FieldDef, ...]] = {
    ObjectKind.BIG_OBJECT: (_ID, *_CREATED),
    ObjectKind.CUSTOM_METADATA: (_ID, *_METADATA),
    ObjectKind.EXTERNAL: (_ID, *_EXTERNAL),
    ObjectKind.PLATFORM_EVENT: _EVENT,
    ObjectKind.STANDARD: (_ID,),
}


def _name_field(label: str, *, auto_number: bool, optional: bool = False) -> FieldDef:
    """Return the Name field; a Text name may be left out on create (it becomes the Id), so it is nillable."""
    return FieldDef(
        name="Name",
        type="string",
        label=label,
        length=80,
        nillable=optional or not auto_number,
        createable=not auto_number,
        updateable=not auto_number,
        defaulted_on_create=auto_number,
        permissionable=False,
        auto_number=auto_number,
        name_field=True,
    )


def system_fields(
    kind: ObjectKind,
    *,
    name_label: str = "Name",
    auto_number: bool = False,
    detail: bool = False,
    record_types: bool = False,
    activities: bool = False,
) -> tuple[FieldDef, ...]:
    """Return the platform's own fields of an object of this kind, in the order of a describe."""
    if kind in _FIXED:
        return _FIXED[kind]
    name = _name_field(name_label, auto_number=auto_number)
    if kind is ObjectKind.CUSTOM_SETTING:
        return (_ID, _DELETED, name, _SETUP_OWNER, *_AUDIT)
    return (
        _ID,
        *(() if detail else (_OWNER,)),
        _DELETED,
        name,
        *((_RECORD_TYPE,) if record_types else ()),
        *_AUDIT,
        *((_ACTIVITY,) if activities else ()),
        *_VIEWED,
    )


def share_name(owner: str) -> str:
    """Return the name of a custom object's share object."""
    return owner.removesuffix("c") + "Share"


def share_object(owner: str, label: str) -> ObjectDef:
    """Return ``X__Share`` of the custom object ``X__c``."""
    fields = (
        _ID,
        _share_field("ParentId", "reference", updateable=False, targets=(owner,)),
        _share_field("AccessLevel", "picklist", updateable=True),
        _share_field("UserOrGroupId", "reference", updateable=False, targets=("Group", "User")),
        _share_field("RowCause", "picklist", updateable=False),
        *_AUDIT[2:4],
        _DELETED,
    )
    return ObjectDef(
        name=share_name(owner),
        label=f"Share: {label}",
        plural_label=f"Share: {label}",
        kind=ObjectKind.STANDARD,
        governance=Governance.SETUP,
        fields={field.name: field for field in fields},
        searchable=False,
    )


def _share_field(name: str, type_: str, *, updateable: bool, targets: tuple[str, ...] = ()) -> FieldDef:
    return FieldDef(
        name=name,
        type=type_,
        label=name.removesuffix("Id"),
        length=18 if targets else 40,
        nillable=name == "RowCause",
        updateable=updateable,
        permissionable=False,
        reference_to=targets,
        relationship_name=name.removesuffix("Id") if targets else None,
        child_relationship_name="Shares" if name == "ParentId" else None,
    )
