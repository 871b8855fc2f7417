"""One container's entries, found by name in any case: the platform's API names are case-insensitive."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from pytest_sfintegration.embedded.permissions.grants import (
    NO_FIELD_PERMISSION,
    NO_OBJECT_PERMISSION,
    Grant,
    mute_field,
    mute_object,
    unite_fields,
    unite_objects,
)
from pytest_sfintegration.sfdx.model import FieldPermission, ObjectPermission, PermissionContainer

__all__ = ["Entries", "Index", "Names", "folded_names"]

# ModifyAllData needs ViewAllData (help.salesforce.com, "View All" and "Modify All" permissions): a group that
# mutes the second cannot keep the first (assumed, as for objects).
_USER_TAKEN: Mapping[str, tuple[str, ...]] = {"viewalldata": ("modifyalldata",)}
_NOTHING: Mapping[str, tuple[str, ...]] = {}

Names = dict[str, str]
"""Lower-case name -> the name as written."""


def folded_names(names: Iterable[str]) -> Names:
    """Return the names by their lower-case form."""
    return {name.lower(): name for name in sorted(names, reverse=True)}


class Index:
    """A container's entries by lower-case name."""

    def __init__(self, container: PermissionContainer) -> None:
        self.container = container
        self._field_objects: dict[str, list[str]] = {}
        for name in container.fields:
            self._field_objects.setdefault(name.lower(), []).append(name)
        self._fields: dict[str, dict[str, FieldPermission]] = {}

    @cached_property
    def objects(self) -> dict[str, ObjectPermission]:
        """Return the object permissions, entries of one object in two spellings united."""
        found: dict[str, ObjectPermission] = {}
        for name, permission in self.container.objects.items():
            key = name.lower()
            found[key] = unite_objects((found[key], permission)) if key in found else permission
        return found

    def fields(self, obj: str) -> dict[str, FieldPermission]:
        """Return the field permissions of an object (lower case), by lower-case field name."""
        if obj not in self._fields:
            found: dict[str, FieldPermission] = {}
            for spelling in self._field_objects.get(obj, ()):
                for name, permission in self.container.fields[spelling].items():
                    key = name.lower()
                    found[key] = unite_fields((found[key], permission)) if key in found else permission
            self._fields[obj] = found
        return self._fields[obj]

    def field_names(self, obj: str) -> Names:
        """Return the fields of an object (lower case) with their spelling."""
        fields = self.container.fields
        return {
            name.lower(): name for spelling in self._field_objects.get(obj, ()) for name in fields[spelling]
        }

    @cached_property
    def user_permissions(self) -> Names:
        """Return the user permissions."""
        return folded_names(self.container.user_permissions)

    @cached_property
    def setup_entities(self) -> dict[str, Names]:
        """Return the setup entities by lower-case type."""
        found: dict[str, Names] = {}
        for kind, names in self.container.setup_entities.items():
            found.setdefault(kind.lower(), {}).update(folded_names(names))
        return found

    @cached_property
    def record_types(self) -> Names:
        """Return the visible record types, ``account.customer``."""
        return folded_names(self.container.record_types)


class Entries:
    """What one container contributes: its entries minus what the muting permission sets of its group take.

    All names given and returned as keys are lower case; values of ``Names`` keep the container's spelling.
    """

    def __init__(self, index: Index, *, group: str | None = None, muting: tuple[Index, ...] = ()) -> None:
        container = index.container
        self.grant = Grant(container=container.name, kind=container.kind, group=group)
        self._index = index
        self._muting = muting

    def objects(self) -> Iterable[str]:
        """Return the objects that the container names, as it spells them."""
        return self._index.container.objects

    def field_objects(self) -> Iterable[str]:
        """Return the objects whose fields the container names, as it spells them."""
        return self._index.container.fields

    def field_names(self, obj: str) -> Names:
        """Return the fields of an object (lower case) that the container names, as it spells them."""
        return self._index.field_names(obj)

    def setup_kinds(self) -> Iterable[str]:
        """Return the setup entity types that the container names, as it spells them."""
        return self._index.container.setup_entities

    def object(self, obj: str) -> ObjectPermission:
        """Return the object permissions left after muting."""
        held = self._index.objects.get(obj, NO_OBJECT_PERMISSION)
        for one in self._muting:
            if obj in one.objects:
                held = mute_object(held, one.objects[obj])
        return held

    def fields(self, obj: str) -> Mapping[str, FieldPermission]:
        """Return the field permissions left after muting, by lower-case field name."""
        held = self._index.fields(obj)
        for one in self._muting:
            taken = one.fields(obj)
            if taken:
                held = {
                    name: mute_field(permission, taken.get(name, NO_FIELD_PERMISSION))
                    for name, permission in held.items()
                }
        return held

    def user_permissions(self) -> Names:
        """Return the user permissions left after muting."""
        return _without(
            self._index.user_permissions, (one.user_permissions for one in self._muting), _USER_TAKEN
        )

    def setup_entities(self, kind: str) -> Names:
        """Return the setup entities of a kind left after muting."""
        none: Names = {}
        taken = (one.setup_entities.get(kind, none) for one in self._muting)
        return _without(self._index.setup_entities.get(kind, none), taken)

    def record_types(self) -> Names:
        """Return the visible record types (``account.customer``) left after muting."""
        return _without(self._index.record_types, (one.record_types for one in self._muting))

    def muted_object(self, obj: str, operation: str) -> tuple[str, ...]:
        """Return the muting permission sets that take an object permission away."""
        held = self._index.objects.get(obj, NO_OBJECT_PERMISSION)
        return self._takers(
            getattr(held, operation),
            lambda one: getattr(mute_object(held, one.objects.get(obj, NO_OBJECT_PERMISSION)), operation),
        )

    def muted_field(self, obj: str, field: str, operation: str) -> tuple[str, ...]:
        """Return the muting permission sets that take a field permission away."""
        held = self._index.fields(obj).get(field, NO_FIELD_PERMISSION)
        return self._takers(
            getattr(held, operation),
            lambda one: getattr(mute_field(held, one.fields(obj).get(field, NO_FIELD_PERMISSION)), operation),
        )

    def muted_user_permission(self, name: str) -> tuple[str, ...]:
        """Return the muting permission sets that take a user permission away."""
        held = self._index.user_permissions
        return self._takers(
            name in held, lambda one: name in _without(held, (one.user_permissions,), _USER_TAKEN)
        )

    def muted_setup_entity(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the muting permission sets that take access to a setup entity away."""
        none: Names = {}
        held = self._index.setup_entities.get(kind, none)
        return self._takers(name in held, lambda one: name not in one.setup_entities.get(kind, none))

    def _takers(self, held: bool, left: Callable[[Index], bool]) -> tuple[str, ...]:
        if not held:
            return ()
        return tuple(one.container.name for one in self._muting if not left(one))


def _without(held: Names, muted: Iterable[Names], along: Mapping[str, tuple[str, ...]] = _NOTHING) -> Names:
    for names in muted:
        if names:
            taken = {*names, *(other for name in names for other in along.get(name, ()))}
            held = {key: name for key, name in held.items() if key not in taken}
    return held
