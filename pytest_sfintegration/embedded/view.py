"""The schema as one user sees it: which objects and fields exist for him, and what he may do with them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.share_objects import as_shared, is_share, share_permission
from pytest_sfintegration.embedded.tables.territory_rows import TERRITORY_TABLES, territory_permission
from pytest_sfintegration.embedded.teams import team_permission
from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef, ObjectPermission

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.people import Person
    from pytest_sfintegration.embedded.permissions import FieldAccess

__all__ = ["ObjectView", "UserView", "not_found"]

# Setup objects that every API user may read (assumed for all but PermissionSetLicense, whose reference page
# says "any internal user", Group and QueueSobject, whose pages say "authenticated internal and external
# users", the access views, which speak of the running user, and LoginHistory and OauthToken, of which
# everybody reads his own rows: see tables/own_rows.py).
OPEN_SETUP_OBJECTS = frozenset(
    {
        "EntityDefinition",
        "EntityParticle",
        "FieldDefinition",
        "Group",
        "GroupMember",
        "LoginHistory",
        "OauthToken",
        "Organization",
        "PermissionSetLicense",
        "QueueSobject",
        "RecordType",
        "RelationshipInfo",
        "User",
        "UserEntityAccess",
        "UserFieldAccess",
        "UserPermissionAccess",
        "UserRecordAccess",
    }
)
# Setup objects with their own rule besides View Setup (documented: object reference, PermissionSetGroup).
_ALTERNATIVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PermissionSetGroup": ("AssignPermissionSets", "ManageSessionPermissionSets"),
        "UserRole": ("ViewRoles",),
    }
)
# Setup objects that one permission opens, and View Setup does not (documented: object reference, UserLogin).
_SOLE: Mapping[str, str] = MappingProxyType({"UserLogin": "ManageUsers"})
# Written by those who hold Assign Permission Sets (documented: object reference).
_ASSIGNMENTS = frozenset({"PermissionSetAssignment", "PermissionSetLicenseAssign"})
_READ = ObjectPermission(read=True, view_all=True)
_ASSIGN = ObjectPermission(create=True, read=True, delete=True, view_all=True)
_NONE = ObjectPermission()


def not_found() -> ApiError:
    """Return the refusal of a resource that does not exist or is invisible.

    Recorded(crud.unknown.sobject_get).
    """
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


class ObjectView:
    """An object that the user may read, with the fields that he may read."""

    def __init__(self, definition: ObjectDef, permission: ObjectPermission, person: "Person") -> None:
        self.definition = definition
        self.permission = permission
        self.name = definition.name
        self.label = definition.label
        self._person = person

    def __repr__(self) -> str:
        return f"ObjectView({self.name})"

    @cached_property
    def access(self) -> dict[str, "FieldAccess"]:
        """Return the access to every readable field, by API name, in the order of the definition."""
        return self._person.permissions.readable_fields(self.definition)

    @cached_property
    def readable(self) -> dict[str, FieldDef]:
        """Return the readable fields by lower-case name."""
        fields = self.definition.fields
        return {name.lower(): fields[name] for name in self.access}

    @cached_property
    def parents(self) -> dict[str, FieldDef]:
        """Return the readable lookups by lower-case relationship name."""
        return {
            each.relationship_name.lower(): each
            for each in self.readable.values()
            if each.relationship_name is not None
        }

    def field(self, name: str) -> FieldDef | None:
        """Return a readable field by name in any case."""
        return self.readable.get(name.lower())

    def createable(self, name: str) -> bool:
        """Tell whether the user may set a field (API name) when he creates a record."""
        return self.permission.create and self.access[name].createable

    def updateable(self, name: str) -> bool:
        """Tell whether the user may change a field (API name)."""
        return self.permission.edit and self.access[name].editable


class UserView:
    """All that one user sees of the schema. Computed once, and anew when his assignments change."""

    def __init__(
        self, person: "Person", objects: Mapping[str, ObjectDef], by_lower: Mapping[str, str]
    ) -> None:
        self.person = person
        self._objects = objects
        self._by_lower = by_lower
        self._views: dict[str, ObjectView | None] = {}

    def definition(self, name: str) -> ObjectDef | None:
        """Return the definition of an object by name in any case, whether the user may see it or not."""
        spelled = self._by_lower.get(name.lower())
        return None if spelled is None else self._objects[spelled]

    def object(self, name: str) -> ObjectView | None:
        """Return the object of that name (any case), None when it is unknown or the user may not read it.

        Raises NotSupportedError for an object whose access rules are not modelled.
        """
        spelled = self._by_lower.get(name.lower())
        if spelled is None:
            return None
        if spelled not in self._views:
            self._views[spelled] = self._make(self._objects[spelled])
        return self._views[spelled]

    def require(self, name: str) -> ObjectView:
        """Return the object of that name or raise the 404 of a resource that does not exist."""
        found = self.object(name)
        if found is None:
            raise not_found()
        return found

    def visible(self) -> list[ObjectView]:
        """Return every object that the user sees in a global describe, in order of the names."""
        views = []
        for name in sorted(self._objects):
            if self._objects[name].governance is Governance.NOT_MODELLED or not self._objects[name].known:
                continue
            view = self.object(name)
            if view is not None:
                views.append(view)
        return views

    def _make(self, definition: ObjectDef) -> ObjectView | None:
        if definition.governance is Governance.NOT_MODELLED:
            raise NotSupportedError(f"access to {definition.name}: what governs it is not modelled")
        if is_share(definition):
            permission = share_permission(definition, self.person)
            definition = as_shared(definition, self._objects)
        elif definition.governance is Governance.SETUP:
            permission = self._setup_permission(definition)
        else:
            held = self.person.permissions.object_permission(definition.name)
            permission = team_permission(self.person, definition.name, held)
            if definition.name == "Campaign" and not self.person.spec.marketing_user:
                # recorded: entity type cannot be inserted: Campaign, whatever the object permissions say
                permission = replace(permission, create=False)
        if not permission.read:
            return None
        return ObjectView(definition, permission, self.person)

    def _setup_permission(self, definition: ObjectDef) -> ObjectPermission:
        """Ask for View Setup and Configuration, but for the open tables (Object Reference, each table)."""
        if definition.name in OPEN_SETUP_OBJECTS:
            return _READ
        if definition.name in _ASSIGNMENTS and self.person.holds("AssignPermissionSets"):
            return _ASSIGN if self.person.holds("ViewSetup") else _NONE
        if definition.name in TERRITORY_TABLES:
            return territory_permission(self.person, definition.name)
        sole = _SOLE.get(definition.name)
        asked = (sole,) if sole else ("ViewSetup", *_ALTERNATIVES.get(definition.name, ()))
        held = any(self.person.permissions.has_user_permission(each) for each in asked)
        return _READ if held else _NONE
