"""What a permission matrix declares, after loading: every value with the place where it was declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pytest_sfintegration.matrix.slugs import slug
from pytest_sfintegration.rights import Location, Operation, RecordOperation

if TYPE_CHECKING:
    from pytest_sfintegration.matrix.checklist.model import Checklist

__all__ = [
    "ALL_FIELDS",
    "NEEDED_ON_OBJECT",
    "NO_FIELDS",
    "NO_RECORD_ACCESS",
    "NO_SETUP_ENTITIES",
    "SETUP_ENTITY_KINDS",
    "Blocked",
    "FieldRule",
    "FieldValue",
    "Ignore",
    "Matrix",
    "Named",
    "ObjectRule",
    "OwnerRule",
    "ParentRule",
    "RecordRule",
    "RequestRule",
    "SetupEntities",
    "UserBlock",
]

_EMPTY: Mapping[Any, Any] = MappingProxyType({})

ALL_FIELDS = "all"
"""The word that stands for every field of the object, in ``read:`` and ``edit:``."""


NO_FIELDS = "none"
"""The word for a ``fields:`` that shows nothing: every field that can be hidden must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name and where it was declared."""

    name: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBlock:
    """The integration user: the containers it is meant to be assigned."""

    username: str
    at: Location
    profile: Named | None = None
    role: Named | None = None
    license: Named | None = None
    permission_set_licenses: tuple[Named, ...] = ()
    permission_sets: tuple[Named, ...] = ()
    permission_set_groups: tuple[Named, ...] = ()
    public_groups: tuple[Named, ...] = ()
    queues: tuple[Named, ...] = ()
    territories: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """The ``fields:`` of an object. ``edit`` implies ``read``: ``read`` holds every readable field.

    ``read``/``edit`` map API names to their place; ``all_read``/``all_edit``: the word ``all`` was given.
    ``others_any``: fields that are not listed are not judged (``others: any``); else they must be hidden.
    """

    at: Location
    read: Mapping[str, Location] = field(default_factory=lambda: _EMPTY)
    edit: Mapping[str, Location] = field(default_factory=lambda: _EMPTY)
    all_read: bool = False
    all_edit: bool = False
    others_any: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRule:
    """One entry of ``objects:``. Operations that are not in ``access`` must be denied.

    ``fields`` is None when the entry does not speak of fields: they are not judged then.
    ``via``: the containers (profile, permission set or group names) that the rights must come from.
    """

    object: str
    at: Location
    access: Mapping[Operation, Location] = field(default_factory=lambda: _EMPTY)
    fields: FieldRule | None = None
    via: tuple[Named, ...] = ()


NO_SETUP_ENTITIES = "none"
"""The word for a ``setup_entities:`` that allows none."""


SETUP_ENTITY_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "apex_classes": "Apex class",
        "flows": "flow",
        "custom_permissions": "custom permission",
        "connected_apps": "connected app",
        "apex_pages": "Apex page",
        "custom_metadata_types": "custom metadata type",
        "custom_settings": "custom setting",
        "external_client_apps": "external client app",
    }
)
"""The keys of setup entities, and what one of each is called."""


NO_RECORD_ACCESS = "none"
"""The word for a record that must not be seen at all."""


LISTED = "+"
"""What follows each operation of an access that was given as a list: ``read+transfer+``."""


def listed_operations(access: str) -> frozenset[RecordOperation] | None:
    """Return the operations of an access that was given as a list, None for a word."""
    if not access.endswith(LISTED):
        return None
    return frozenset(RecordOperation(one) for one in access.split(LISTED)[:-1])


NEEDED_ON_OBJECT: Mapping[RecordOperation, Operation] = MappingProxyType(
    {
        RecordOperation.READ: Operation.READ,
        RecordOperation.EDIT: Operation.EDIT,
        RecordOperation.DELETE: Operation.DELETE,
        RecordOperation.TRANSFER: Operation.EDIT,
        RecordOperation.ALL: Operation.EDIT,
    }
)
"""The object permission without which sharing gives nothing (Help, "Control Who Sees What")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """A value that a record is to have, and where it was declared."""

    value: str | int | float | bool
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """Who is to own a record: a user by username, some user of a role, a queue, or one of the two log-ins."""

    kind: Literal["user", "role", "queue", "integration", "setup"]
    at: Location
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentRule:
    """The record that a lookup of another is to point to. ``object`` is None where the lookup has but one."""

    lookup: str
    at: Location
    object: Named | None = None
    values: Mapping[str, FieldValue] = field(default_factory=lambda: _EMPTY)
    owner: OwnerRule | None = None
    territories: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """One entry of ``records:``: a record to be made, or with ``where`` the records that exist.

    ``access`` is a word of RecordOperation, or ``none``: that much and no more; of a list it has the
    operations, see ``listed_operations``.
    """

    object: str
    name: str
    at: Location
    access: str
    access_at: Location
    values: Mapping[str, FieldValue] = field(default_factory=lambda: _EMPTY)
    where: Named | None = None
    owner: OwnerRule | None = None
    parents: tuple[ParentRule, ...] = ()
    territories: tuple[Named, ...] = ()

    @property
    def slug(self) -> str:
        """The name as it stands in test ids."""
        return slug(self.name)

    @property
    def owners(self) -> tuple[OwnerRule, ...]:
        """The owners of the record and of its parents, as far as they are declared."""
        named = (self.owner, *(parent.owner for parent in self.parents))
        return tuple(owner for owner in named if owner is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRule:
    """One request that must be refused. ``path`` begins with /services/; ``body`` is what JSON can say.

    ``refused``: the error codes that count as the refusal; any permission denial when empty.
    """

    method: str
    path: str
    at: Location
    body: Any = None
    refused: tuple[Named, ...] = ()

    @property
    def text(self) -> str:
        """The request in words: ``GET /services/apexrest/billing``."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupEntities:
    """Setup entities by kind, each by the name that the org's own table has for it.

    ``connected_apps`` go by their label, as ConnectedApplication.Name does; what a package brings has its
    namespace before it: ``acme__Sync``.
    """

    apex_classes: tuple[Named, ...] = ()
    flows: tuple[Named, ...] = ()
    custom_permissions: tuple[Named, ...] = ()
    connected_apps: tuple[Named, ...] = ()
    apex_pages: tuple[Named, ...] = ()
    custom_metadata_types: tuple[Named, ...] = ()
    custom_settings: tuple[Named, ...] = ()
    external_client_apps: tuple[Named, ...] = ()

    def by_kind(self) -> dict[str, tuple[Named, ...]]:
        """Return the names by the words that messages have for a kind: ``Apex class``."""
        return {words: getattr(self, key) for key, words in SETUP_ENTITY_KINDS.items()}

    def __bool__(self) -> bool:
        """Tell whether any is named."""
        return any(self.by_kind().values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The named "never" rows. A field is ``Object.Field``, a query is SOQL."""

    objects: tuple[Named, ...] = ()
    fields: tuple[Named, ...] = ()
    user_permissions: tuple[Named, ...] = ()
    queries: tuple[Named, ...] = ()
    requests: tuple[RequestRule, ...] = ()
    setup_entities: SetupEntities = SetupEntities()

    def __bool__(self) -> bool:
        """Tell whether anything is named."""
        named = (self.objects, self.fields, self.user_permissions, self.queries, self.requests)
        return any(named) or bool(self.setup_entities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """One entry of ``ignore:``: what the closed world leaves out, why, and until when (inclusive)."""

    at: Location
    reason: str
    expires: date | None = None
    objects: tuple[Named, ...] = ()
    fields: tuple[Named, ...] = ()
    user_permissions: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """One matrix file with its bases merged in.

    ``user_permissions`` are the allowed ones; the rest is denied. So it is with ``setup_entities``; None:
    they are not judged.
    """

    path: str
    integration: str
    user: UserBlock
    objects: Mapping[str, ObjectRule] = field(default_factory=lambda: _EMPTY)
    records: Mapping[str, tuple[RecordRule, ...]] = field(default_factory=lambda: _EMPTY)
    blocked: Blocked = Blocked()
    user_permissions: tuple[Named, ...] = ()
    setup_entities: SetupEntities | None = None
    setup_entities_at: Location | None = None
    ignore: tuple[Ignore, ...] = ()
    checklist: "Checklist | None" = None
    bases: tuple[str, ...] = ()
