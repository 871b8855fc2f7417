"""What a user's containers add up to, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from pytest_sfintegration.embedded.permissions.entries import Entries, Index
from pytest_sfintegration.embedded.permissions.fields import ObjectFields, why_field
from pytest_sfintegration.embedded.permissions.governance import (
    CUSTOM_ENTITY,
    Implication,
    implications,
    parent_operation,
)
from pytest_sfintegration.embedded.permissions.grants import (
    NO_FIELD_PERMISSION,
    NO_OBJECT_PERMISSION,
    OBJECT_OPERATIONS,
    FieldAccess,
    Grant,
    object_operation,
    unite_objects,
)
from pytest_sfintegration.embedded.permissions.groups import find, group_entries
from pytest_sfintegration.sfdx.model import (
    FieldDef,
    FieldPermission,
    Governance,
    ObjectDef,
    ObjectPermission,
    PermissionContainer,
    Source,
)

__all__ = ["EffectivePermissions", "effective"]


class EffectivePermissions:
    """The rights of one user: the union of what every container contributes.

    Immutable; what has been asked once is remembered. Names are accepted in any case. Whether a licence
    allows the rights is settled when containers are assigned, not here.
    """

    def __init__(
        self,
        source: Source,
        entries: Iterable[Entries],
        *,
        profile: PermissionContainer | None = None,
        awaiting_session: tuple[str, ...] = (),
    ) -> None:
        self._entries = tuple(entries)
        self._profile = profile
        self._objects = {name.lower(): obj for name, obj in source.objects.items()}
        spelled: dict[str, str] = {}
        for one in self._entries:
            for key, name in one.user_permissions().items():
                spelled.setdefault(key, name)
        known = {name.lower(): name for name in source.user_permissions if name.lower() in spelled}
        self._user_permissions = spelled | known
        self.user_permissions: frozenset[str] = frozenset(self._user_permissions.values())
        self.awaiting_session = awaiting_session
        self._object_permissions: dict[str, ObjectPermission] = {}
        self._fields: dict[str, ObjectFields] = {}

    def object_permission(self, obj: str) -> ObjectPermission:
        """Return the object permissions, with what user permissions and the parent object imply.

        An object whose governance is setup or not modelled has those that are granted by name, if any: who
        may use it is for the org to say.
        """
        key = obj.lower()
        if key not in self._object_permissions:
            held = {name: bool(self.why_object(key, name, first=True)) for name in OBJECT_OPERATIONS}
            self._object_permissions[key] = ObjectPermission(**held)
        return self._object_permissions[key]

    def named_object_permission(self, obj: str) -> ObjectPermission:
        """Return the object permissions that containers grant by name, without what anything implies."""
        return unite_objects((NO_OBJECT_PERMISSION, *(one.object(obj.lower()) for one in self._entries)))

    def why_object(self, obj: str, operation: str, *, first: bool = False) -> tuple[Grant, ...]:
        """Return every grant of an object permission (``create``, ``view all``, ...); empty when not held.

        With ``first`` one grant is enough.
        """
        key, name = obj.lower(), object_operation(operation)
        definition = self._objects.get(key)
        grants = [one.grant for one in self._entries if getattr(one.object(key), name)]
        if first and grants:
            return tuple(grants[:1])
        if definition is not None:
            grants += self._custom_entity(definition, name)
            for implied in implications(definition.governance):
                grants += self._implied(implied, name)
            grants += self._from_parent(definition, name)
        return tuple(grants)

    def _custom_entity(self, definition: ObjectDef, operation: str) -> tuple[Grant, ...]:
        if definition.governance not in {Governance.CUSTOM_METADATA, Governance.CUSTOM_SETTING}:
            return ()
        if operation not in {"read", "view_all"}:
            return ()
        return self.why_setup_entity(CUSTOM_ENTITY, definition.name)

    def _implied(self, implied: Implication, operation: str) -> tuple[Grant, ...]:
        if operation not in implied.operations:
            return ()
        name = implied.user_permission
        return tuple(replace(grant, because=name) for grant in self.why_user_permission(name))

    def _from_parent(self, definition: ObjectDef, operation: str) -> tuple[Grant, ...]:
        parent = definition.governing_parent
        if definition.governance is not Governance.PARENT or parent is None:
            return ()
        wanted = parent_operation(definition, operation)
        if wanted is None or parent.lower() == definition.name.lower():
            return ()
        because = f"{wanted.replace('_', ' ')} {parent}"
        return tuple(replace(grant, because=because) for grant in self.why_object(parent, wanted))

    def field_permission(self, obj: str, field: str) -> FieldPermission:
        """Return the field-level security entries, those of the compound field included."""
        return self._object_fields(obj).entries(field) or NO_FIELD_PERMISSION

    def field_access(self, obj: ObjectDef, field: FieldDef) -> FieldAccess:
        """Return what the user may do with a field: object right, field-level security and the field's flags.

        For an object whose governance is setup, the object right is the org's to decide: here it counts as
        held.
        """
        return self._object_fields(obj.name).access(obj, field, self.object_permission(obj.name))

    def readable_fields(self, obj: ObjectDef) -> dict[str, FieldAccess]:
        """Return the access to every field that the user may read, in the object's order."""
        fields, held = self._object_fields(obj.name), self.object_permission(obj.name)
        return {
            name: access
            for name, field in obj.fields.items()
            if (access := fields.access(obj, field, held)).readable
        }

    def why_field(self, obj: str, field: str, operation: str) -> tuple[Grant, ...]:
        """Return every grant of ``read``, ``edit`` or ``create`` on a field; empty when not held."""
        definition = self._objects.get(obj.lower())
        if definition is None:
            return ()
        found = definition.fields.get(field) or _in_any_case(definition.fields, field)
        if found is None:
            return ()
        access = self.field_access(definition, found)
        return why_field(
            self._entries, definition, found, operation, access=access, why_object=self.why_object
        )

    def _object_fields(self, obj: str) -> ObjectFields:
        key = obj.lower()
        if key not in self._fields:
            self._fields[key] = ObjectFields(
                self._objects.get(key), (one.fields(key) for one in self._entries)
            )
        return self._fields[key]

    def has_user_permission(self, name: str) -> bool:
        """Return whether any container grants a user permission, in any case."""
        return name.lower() in self._user_permissions

    def why_user_permission(self, name: str) -> tuple[Grant, ...]:
        """Return every grant of a user permission; empty when not held."""
        if name.lower() not in self._user_permissions:
            return ()
        return tuple(one.grant for one in self._entries if name.lower() in one.user_permissions())

    def setup_entities(self, kind: str) -> frozenset[str]:
        """Return the names of a SetupEntityType (ApexClass, CustomPermission, ...) that the user may use."""
        names: dict[str, str] = {}
        for one in self._entries:
            for key, name in one.setup_entities(kind.lower()).items():
                names.setdefault(key, name)
        return frozenset(names.values())

    def why_setup_entity(self, kind: str, name: str) -> tuple[Grant, ...]:
        """Return every grant of access to a setup entity; empty when not held."""
        key = name.lower()
        return tuple(one.grant for one in self._entries if key in one.setup_entities(kind.lower()))

    def record_types(self, obj: str) -> frozenset[str]:
        """Return the names of the record types of an object that the user may give to records."""
        prefix = f"{obj.lower()}."
        names = {key: name for one in self._entries for key, name in one.record_types().items()}
        return frozenset(name[len(prefix) :] for key, name in names.items() if key.startswith(prefix))

    def default_record_type(self, obj: str) -> str | None:
        """Return the default record type: the profile's alone, for permission sets have none.

        Metadata API, PermissionSet recordTypeVisibilities: no ``default``.
        """
        if self._profile is None:
            return None
        defaults = {name.lower(): value for name, value in self._profile.default_record_types.items()}
        return defaults.get(obj.lower())

    def muted_by_object(self, obj: str, operation: str) -> tuple[str, ...]:
        """Return what mutes an object permission, as words for a message; it may be held all the same."""
        key, name = obj.lower(), object_operation(operation)
        return self._muted(lambda one: one.muted_object(key, name))

    def muted_by_field(self, obj: str, field: str, operation: str) -> tuple[str, ...]:
        """Return what mutes a field permission (``read`` or ``edit``), as words for a message."""
        return self._muted(lambda one: one.muted_field(obj.lower(), field.lower(), operation))

    def muted_by_user_permission(self, name: str) -> tuple[str, ...]:
        """Return what mutes a user permission, as words for a message."""
        return self._muted(lambda one: one.muted_user_permission(name.lower()))

    def muted_by_setup_entity(self, kind: str, name: str) -> tuple[str, ...]:
        """Return what mutes access to a setup entity, as words for a message."""
        return self._muted(lambda one: one.muted_setup_entity(kind.lower(), name.lower()))

    def _muted(self, takers: Callable[[Entries], tuple[str, ...]]) -> tuple[str, ...]:
        words = {
            f"muting permission set {muting} of permission set group {one.grant.group}": None
            for one in self._entries
            for muting in takers(one)
        }
        return tuple(words)


def effective(
    source: Source,
    *,
    profile: str | None,
    permission_sets: Iterable[str],
    permission_set_groups: Iterable[str],
) -> EffectivePermissions:
    """Return the rights of a user who has these containers, named in any case.

    A permission set or group with "Session Activation Required" grants nothing until a session activates it,
    which nothing here does: it is listed in ``awaiting_session``. Inside a group without that requirement
    such a permission set grants at once (Help, Permission Set Group FAQs). Raise UnknownContainerError for a
    name, a member or a muting permission set that the source lacks.
    """
    remedy = "Correct the assignment, or add the file to the source."
    entries: list[Entries] = []
    waiting: list[str] = []
    own_profile = None
    if profile is not None:
        own_profile = find(source.profiles, profile, "profile", remedy)
        entries.append(Entries(Index(own_profile)))
    for name in _distinct(permission_sets):
        container = find(source.permission_sets, name, "permission set", remedy)
        if container.has_activation_required:
            waiting.append(container.name)
        else:
            entries.append(Entries(Index(container)))
    for name in _distinct(permission_set_groups):
        group = find(source.permission_set_groups, name, "permission set group", remedy)
        if group.has_activation_required:
            waiting.append(group.name)
        else:
            entries.extend(group_entries(source, group))
    return EffectivePermissions(source, entries, profile=own_profile, awaiting_session=tuple(waiting))


def _distinct(names: Iterable[str]) -> Iterable[str]:
    return {name.lower(): name for name in names}.values()


def _in_any_case(fields: Mapping[str, FieldDef], name: str) -> FieldDef | None:
    return next((field for key, field in fields.items() if key.lower() == name.lower()), None)
