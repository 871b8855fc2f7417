"""Configured evidence: what the permission tables say, container by container.

The tables are ObjectPermissions, FieldPermissions, PermissionSet, PermissionSetAssignment and
PermissionSetGroupComponent; reading them takes View Setup and Configuration (Object Reference).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.rights import Operation

if TYPE_CHECKING:
    from pytest_sfintegration.access.outside import Outside

__all__ = ["Assigned", "Configured"]

OBJECT_COLUMNS: dict[Operation, str] = {
    Operation.CREATE: "PermissionsCreate",
    Operation.READ: "PermissionsRead",
    Operation.EDIT: "PermissionsEdit",
    Operation.DELETE: "PermissionsDelete",
    Operation.VIEW_ALL: "PermissionsViewAllRecords",
    Operation.MODIFY_ALL: "PermissionsModifyAllRecords",
}

_NOTHING: frozenset[Operation] = frozenset()
_READ = frozenset({Operation.READ})
_EDIT = frozenset({Operation.EDIT})

VIEW_ALL_FIELDS = "PermissionsViewAllFields"

# View All Data and Modify All Data act on every object that object permissions govern.
_ALL_DATA: dict[Operation, tuple[str, ...]] = {
    Operation.CREATE: ("ModifyAllData",),
    Operation.READ: ("ViewAllData", "ModifyAllData"),
    Operation.EDIT: ("ModifyAllData",),
    Operation.DELETE: ("ModifyAllData",),
    Operation.VIEW_ALL: ("ViewAllData", "ModifyAllData"),
    Operation.MODIFY_ALL: ("ModifyAllData",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A permission set row that counts for the user: its id, its name in messages, and its members.

    For a group's calculated row (Type Group) ``members`` are the ids of the permission sets that it bundles.
    ``license_id``: the licence that it is for, if any.
    """

    id: str
    grant: Grant
    user_permissions: frozenset[str]
    members: tuple[str, ...] = ()
    license_id: str | None = None


class Configured:
    """The permission tables of one user. Object and field names are compared as the org spells them.

    ``expired`` are the containers whose assignment has ended, by id: they grant nothing. ``outside`` says
    what decides of objects that no object permission governs, as far as it was asked.
    """

    def __init__(
        self,
        *,
        user_id: str,
        assigned: Sequence[Assigned],
        member_names: Mapping[str, str],
        member_permissions: Mapping[str, frozenset[str]],
        object_rows: Iterable[Mapping[str, Any]],
        field_rows: Iterable[Mapping[str, Any]],
        member_licenses: Mapping[str, str | None] | None = None,
        expired: Mapping[str, Grant] | None = None,
    ) -> None:
        self.user_id = user_id
        self.assigned = tuple(assigned)
        self.expired: Mapping[str, Grant] = expired or {}
        self.outside: dict[str, Outside] = {}
        self._names = member_names
        self._member_licenses = member_licenses or {}
        self._member_permissions = member_permissions
        self._objects: dict[str, dict[str, Mapping[str, Any]]] = {}
        for row in object_rows:
            self._objects.setdefault(row["SobjectType"], {})[row["ParentId"]] = row
        self._fields: dict[str, dict[str, dict[str, Mapping[str, Any]]]] = {}
        for row in field_rows:
            obj, _, name = row["Field"].partition(".")
            self._fields.setdefault(obj, {}).setdefault(name, {})[row["ParentId"]] = row

    def license_of(self, grant: Grant) -> str | None:
        """Return the id of the licence that a container of the user is for."""
        if grant.group is None:
            return next((one.license_id for one in self.assigned if one.grant.name == grant.name), None)
        ids = [each for each, name in self._names.items() if name == grant.name]
        return next((self._member_licenses.get(each) for each in ids), None)

    @cached_property
    def user_permissions(self) -> frozenset[str]:
        """The user permissions that the user holds, without their ``Permissions`` prefix."""
        return frozenset().union(*(one.user_permissions for one in self.assigned))

    @property
    def objects(self) -> frozenset[str]:
        """Objects that any assigned container gives any right on, by name."""
        ids = {one.id for one in self.assigned}
        return frozenset(name for name, rows in self._objects.items() if not ids.isdisjoint(rows))

    def operations(self, obj: str) -> frozenset[Operation]:
        """Return the operations on an object that the tables add up to, all-data permissions included."""
        if obj in self.outside:
            return self.outside[obj].answer.yes
        held: set[Operation] = set()
        rows = self._objects.get(obj, {})
        for operation, column in OBJECT_COLUMNS.items():
            named = any(one.id in rows and rows[one.id][column] for one in self.assigned)
            if named or not self.user_permissions.isdisjoint(_ALL_DATA[operation]):
                held.add(operation)
        return frozenset(held)

    def field_operations(self, obj: str, field: str) -> frozenset[Operation]:
        """Return read and edit as the field permissions say; object permissions are not folded in."""
        rows = self._fields.get(obj, {}).get(field, {})
        held = _NOTHING
        for one in self.assigned:
            row = rows.get(one.id)
            if row is not None:
                held |= _field_operations(row)
        if Operation.READ not in held and self.views_all_fields(obj):
            held |= _READ
        return held

    def views_all_fields(self, obj: str) -> bool:
        """Tell whether a container gives View All Fields on the object, or on all (ViewAllFieldsGlobal)."""
        if "ViewAllFieldsGlobal" in self.user_permissions:
            return True
        rows = self._objects.get(obj, {})
        return any(one.id in rows and rows[one.id].get(VIEW_ALL_FIELDS) for one in self.assigned)

    def why_object(self, obj: str, operation: Operation) -> tuple[Grant, ...]:
        """Return the containers that grant an operation on an object, members of groups by name."""
        if obj in self.outside:
            return self.outside[obj].grants.get(operation, ())
        rows = self._objects.get(obj, {})
        column = OBJECT_COLUMNS[operation]
        grants = self._why(lambda parent: bool(parent in rows and rows[parent][column]))
        for permission in _ALL_DATA[operation]:
            grants += self.why_user_permission(permission, because=permission)
        return tuple(dict.fromkeys(grants))

    def why_field(self, obj: str, field: str, operation: Operation) -> tuple[Grant, ...]:
        """Return the containers that grant read or edit on a field."""
        rows = self._fields.get(obj, {}).get(field, {})
        grants = self._why(lambda parent: parent in rows and operation in _field_operations(rows[parent]))
        if operation is Operation.READ:
            objects = self._objects.get(obj, {})
            wide = self._why(lambda parent: bool(parent in objects and objects[parent].get(VIEW_ALL_FIELDS)))
            grants += tuple(
                Grant(name=one.name, kind=one.kind, group=one.group, because="View All Fields")
                for one in wide
            )
            grants += self.why_user_permission("ViewAllFieldsGlobal", because="ViewAllFieldsGlobal")
        return tuple(dict.fromkeys(grants))

    @property
    def parent_ids(self) -> frozenset[str]:
        """The ids of everything assigned, and of the members of the groups among it."""
        return frozenset(each for one in self.assigned for each in (one.id, *one.members))

    def why_parents(self, parents: Collection[str]) -> tuple[Grant, ...]:
        """Return the containers among ``parents`` (ids), those of groups by their members."""
        return self._why(lambda parent: parent in parents)

    def muted_parents(self, parents: Collection[str]) -> tuple[Grant, ...]:
        """Return the members of groups among ``parents`` (ids) whose group itself is not among them."""
        return self._muted(lambda parent: parent in parents)

    def why_user_permission(self, name: str, *, because: str | None = None) -> tuple[Grant, ...]:
        """Return the containers that grant a user permission."""
        own = {one.id: one.user_permissions for one in self.assigned}
        sets = {**self._member_permissions, **own}
        grants = self._why(lambda parent: name in sets.get(parent, frozenset()))
        if because is None:
            return grants
        return tuple(Grant(name=one.name, kind=one.kind, group=one.group, because=because) for one in grants)

    def muted_object(self, obj: str, operation: Operation) -> tuple[Grant, ...]:
        """Return the members of the user's groups that grant an operation which their group has muted."""
        if obj in self.outside:
            return self.outside[obj].muted if operation is Operation.READ else ()
        rows = self._objects.get(obj, {})
        column = OBJECT_COLUMNS[operation]
        return self._muted(lambda parent: bool(parent in rows and rows[parent][column]))

    def muted_field(self, obj: str, field: str, operation: Operation) -> tuple[Grant, ...]:
        """Return the members of the user's groups that grant a field right which their group has muted."""
        rows = self._fields.get(obj, {}).get(field, {})
        return self._muted(lambda parent: parent in rows and operation in _field_operations(rows[parent]))

    def muted_user_permission(self, name: str) -> tuple[Grant, ...]:
        """Return the members of the user's groups that grant a user permission that is muted."""
        own = {one.id: one.user_permissions for one in self.assigned}
        sets = {**self._member_permissions, **own}
        return self._muted(lambda parent: name in sets.get(parent, frozenset()))

    def _muted(self, holds: Callable[[str], bool]) -> tuple[Grant, ...]:
        return tuple(
            Grant(name=self._names[member], kind="permission set", group=one.grant.name)
            for one in self.assigned
            if one.members and not holds(one.id)
            for member in one.members
            if member in self._names and holds(member)
        )

    def _why(self, holds: Callable[[str], bool]) -> tuple[Grant, ...]:
        """Name the assigned rows that hold a right; a group's right is traced to its members."""
        grants: list[Grant] = []
        for one in self.assigned:
            if not holds(one.id):
                continue
            through = [
                Grant(name=self._names[member], kind="permission set", group=one.grant.name)
                for member in one.members
                if member in self._names and holds(member)
            ]
            grants.extend(through or [one.grant])
        return tuple(grants)


def _field_operations(row: Mapping[str, Any]) -> frozenset[Operation]:
    held = _READ if row["PermissionsRead"] else _NOTHING
    return held | _EDIT if row["PermissionsEdit"] else held
