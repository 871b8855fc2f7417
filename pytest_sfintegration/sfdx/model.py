"""The immutable model of an org's metadata: what ``sfdx`` reads and ``embedded`` runs.

Names are the API names as the org spells them (``Pricebook2``, not ``PriceBook2``), without namespace
prefix for the project's own. Metadata API element names are given where they differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Flag, StrEnum, auto
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.sfdx.login_model import (
    ConnectedApp,
    ExternalClientApp,
    IpRange,
    LoginHours,
    SessionSetting,
)
from pytest_sfintegration.sfdx.sharing_model import (
    UNREADABLE,
    CriteriaItem,
    Group,
    Queue,
    RestrictionRule,
    Role,
    SharedWith,
    SharingRule,
)
from pytest_sfintegration.sfdx.territory_model import Territories, Territory

__all__ = [
    "UNREADABLE",
    "ConnectedApp",
    "ContainerKind",
    "CriteriaItem",
    "CustomMetadataRecord",
    "CustomPermission",
    "ExternalClientApp",
    "FieldDef",
    "FieldPermission",
    "Governance",
    "Group",
    "IpRange",
    "LoginHours",
    "ObjectDef",
    "ObjectKind",
    "ObjectPermission",
    "Open",
    "PermissionContainer",
    "PermissionSetGroup",
    "PicklistValue",
    "Problem",
    "Queue",
    "RecordType",
    "RestrictionRule",
    "Role",
    "SessionSetting",
    "Severity",
    "SharedWith",
    "SharingRule",
    "Source",
    "Territories",
    "Territory",
    "ValidationRule",
]

_EMPTY: Mapping[str, Any] = MappingProxyType({})


class Severity(StrEnum):
    """How much a problem in the source weighs."""

    ERROR = "error"  # the platform would refuse the deployment, or the meaning cannot be known
    WARNING = "warning"  # the source speaks of something that it does not contain


class Open(Flag):
    """What a problem leaves open: an org may load in spite of it, but must not decide on this."""

    NOTHING = 0
    RIGHTS = auto()  # what the containers in ``about`` grant: users who are assigned one may not be judged
    RECORDS = auto()  # who reaches the records of the objects in ``about``
    ALL_RECORDS = auto()  # who reaches records, whatever their object
    FIELDS = auto()  # which fields the objects in ``about`` have, and who sees them
    ALL_FIELDS = auto()  # which fields there are, whatever their object


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in the source; never guessed at, always reported.

    ``about`` names the containers, groups or objects that it taints (API names), and ``leaves_open`` is what
    cannot be told of them.
    """

    path: str
    line: int | None
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    about: frozenset[str] = frozenset()
    leaves_open: Open = Open.RIGHTS

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message} {self.remedy}".rstrip()


class ObjectKind(StrEnum):
    """What sort of entity an object is."""

    STANDARD = "standard"
    CUSTOM = "custom"
    CUSTOM_SETTING = "custom setting"
    CUSTOM_METADATA = "custom metadata type"
    PLATFORM_EVENT = "platform event"
    BIG_OBJECT = "big object"
    EXTERNAL = "external object"


class Governance(StrEnum):
    """What decides a user's access to an object."""

    OBJECT_PERMISSIONS = "object permissions"
    PARENT = "parent"  # no object permissions of its own: they follow ``ObjectDef.governing_parent``
    SETUP = "setup"  # permission and setup tables: who may read them is a rule of the org
    CUSTOM_METADATA = "custom metadata type access"
    CUSTOM_SETTING = "custom setting access"
    NOT_MODELLED = "not modelled"  # the embedded org refuses loudly


@dataclass(frozen=True, slots=True, kw_only=True)
class PicklistValue:
    """One value of a picklist.

    What a stage or a status means stands with it (Metadata API, StandardValueSet): None where nothing tells.
    """

    value: str
    label: str
    default: bool = False
    active: bool = True
    closed: bool | None = None
    won: bool | None = None
    probability: int | None = None
    forecast_category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """A field, with the flags of an object describe made by a user who may do everything.

    ``type`` is the describe's (``string``, ``reference``, ``picklist``, ...), not the metadata's.
    ``permissionable``: field-level security can be set on it. ``compound`` names the compound field that this
    one is a part of (``BillingStreet`` -> ``BillingAddress``); field-level security stands on the compound
    (salesforce.stackexchange.com/questions/97912). ``known`` is false for a field that permission sets name
    but neither the source nor the facts about standard objects describe.
    """

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    defaulted_on_create: bool = False
    permissionable: bool = True
    custom: bool = False
    calculated: bool = False
    auto_number: bool = False
    display_format: str | None = None  # of an auto-number: D-{0000}
    starting_number: int = 1
    name_field: bool = False
    unique: bool = False
    case_sensitive: bool = False
    external_id: bool = False
    filterable: bool = True
    groupable: bool = True
    sortable: bool = True
    aggregatable: bool = True
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None  # parent relationship, as in SOQL: Account, Broker__r
    child_relationship_name: str | None = None  # as in SOQL: Contacts, Properties__r
    master_detail: bool = False
    relationship_order: int | None = None
    write_requires_master_read: bool = False
    delete_constraint: str | None = None  # Cascade, Restrict, SetNull
    picklist: tuple[PicklistValue, ...] = ()
    restricted_picklist: bool = False
    compound: str | None = None
    default_value: str | None = None  # as written: a literal or a formula
    formula: str | None = None
    known: bool = True
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """A record type of an object."""

    name: str  # DeveloperName
    label: str
    active: bool = True
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """A validation rule; its formula is kept as written."""

    name: str
    active: bool
    formula: str
    error_message: str
    error_field: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDef:
    """An object with its fields (keyed by API name, in declaration order)."""

    name: str
    label: str
    plural_label: str
    kind: ObjectKind
    governance: Governance
    governing_parent: str | None = None
    key_prefix: str | None = None
    fields: Mapping[str, FieldDef] = field(default_factory=lambda: _EMPTY)
    record_types: Mapping[str, RecordType] = field(default_factory=lambda: _EMPTY)
    validation_rules: Mapping[str, ValidationRule] = field(default_factory=lambda: _EMPTY)
    # (child object, field on it, relationship name or None), for objects of this model
    children: tuple[tuple[str, str, str | None], ...] = ()
    sharing_model: str | None = None  # as in the metadata: Private, Read, ReadWrite, ControlledByParent, ...
    external_sharing_model: str | None = None
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    queryable: bool = True
    searchable: bool = True
    known: bool = True  # false: only named by permission sets
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPermission:
    """The seven booleans of an ObjectPermissions row (``objectPermissions`` in the metadata)."""

    create: bool = False
    read: bool = False
    edit: bool = False
    delete: bool = False
    view_all: bool = False
    modify_all: bool = False
    view_all_fields: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPermission:
    """The two booleans of a FieldPermissions row."""

    read: bool = False
    edit: bool = False


class ContainerKind(StrEnum):
    """What sort of permission container; the words stand in messages as they are."""

    PROFILE = "profile"
    PERMISSION_SET = "permission set"
    MUTING = "muting permission set"


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionContainer:
    """A profile, a permission set or a muting permission set, as declared (no implications applied).

    Only enabled entries are kept. ``setup_entities`` maps the SetupEntityType of SetupEntityAccess
    (ApexClass, ApexPage, FlowDefinition, CustomPermission, CustomEntityDefinition for custom settings and
    metadata types, TabSet for applications, ConnectedApplication, ExternalCredentialPrincipal, ...) to names.
    """

    name: str
    label: str
    kind: ContainerKind
    license: str | None = None  # userLicense of a profile, license of a permission set
    objects: Mapping[str, ObjectPermission] = field(default_factory=lambda: _EMPTY)
    fields: Mapping[str, Mapping[str, FieldPermission]] = field(default_factory=lambda: _EMPTY)
    user_permissions: frozenset[str] = frozenset()
    setup_entities: Mapping[str, frozenset[str]] = field(default_factory=lambda: _EMPTY)
    record_types: frozenset[str] = frozenset()  # "Account.Customer"
    default_record_types: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    login_ip_ranges: tuple[IpRange, ...] = ()
    login_hours: tuple[LoginHours, ...] = ()  # days without an entry are free
    tabs: Mapping[str, str] = field(default_factory=lambda: _EMPTY)  # those that a profile shows
    has_activation_required: bool = False
    custom: bool = True
    description: str = ""
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionSetGroup:
    """A permission set group: its members minus its muting permission set."""

    name: str
    label: str
    permission_sets: tuple[str, ...] = ()
    muting_permission_sets: tuple[str, ...] = ()
    status: str = "Updated"
    has_activation_required: bool = False
    description: str = ""
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomPermission:
    """A custom permission."""

    name: str
    label: str
    required: tuple[str, ...] = ()
    is_licensed: bool = False
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomMetadataRecord:
    """A record of a custom metadata type: its values as written, None for those that are nil."""

    type: str  # the object: Shop_Setting__mdt
    name: str  # DeveloperName
    label: str
    protected: bool = False
    values: Mapping[str, str | None] = field(default_factory=lambda: _EMPTY)
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All that a source tree declares, on top of the shipped facts about standard objects.

    Mappings are keyed by API name (DeveloperName). ``user_permissions`` are all names that the facts or the
    source know.
    """

    roots: tuple[str, ...] = ()
    namespace: str = ""
    api_version: str | None = None
    objects: Mapping[str, ObjectDef] = field(default_factory=lambda: _EMPTY)
    profiles: Mapping[str, PermissionContainer] = field(default_factory=lambda: _EMPTY)
    permission_sets: Mapping[str, PermissionContainer] = field(default_factory=lambda: _EMPTY)
    muting_permission_sets: Mapping[str, PermissionContainer] = field(default_factory=lambda: _EMPTY)
    permission_set_groups: Mapping[str, PermissionSetGroup] = field(default_factory=lambda: _EMPTY)
    roles: Mapping[str, Role] = field(default_factory=lambda: _EMPTY)
    groups: Mapping[str, Group] = field(default_factory=lambda: _EMPTY)
    queues: Mapping[str, Queue] = field(default_factory=lambda: _EMPTY)
    sharing_rules: tuple[SharingRule, ...] = ()
    restriction_rules: tuple[RestrictionRule, ...] = ()
    territories: Territories = field(default_factory=Territories)
    custom_permissions: Mapping[str, CustomPermission] = field(default_factory=lambda: _EMPTY)
    connected_apps: Mapping[str, ConnectedApp] = field(default_factory=lambda: _EMPTY)
    custom_metadata: tuple[CustomMetadataRecord, ...] = ()
    external_client_apps: Mapping[str, ExternalClientApp] = field(default_factory=lambda: _EMPTY)
    session_settings: Mapping[str, SessionSetting] = field(default_factory=lambda: _EMPTY)  # by profile
    apex_classes: frozenset[str] = frozenset()
    apex_rest: Mapping[str, str] = field(default_factory=lambda: _EMPTY)  # urlMapping -> class name
    flows: frozenset[str] = frozenset()
    user_permissions: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
