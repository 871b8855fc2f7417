"""The ids of setup records: profiles, permission sets, groups, roles, licences, setup entities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.ids import IdFactory, to_18
from pytest_sfintegration.embedded.licenses import INTEGRATION_PSL, is_user_license
from pytest_sfintegration.embedded.people import People
from pytest_sfintegration.embedded.permissions import (
    CUSTOM_ENTITY,
    UnknownContainerError,
    group_permission_set,
)
from pytest_sfintegration.embedded.specs import ConnectedAppSpec, PublicGroupSpec
from pytest_sfintegration.embedded.tables.manager_groups import manager_groups
from pytest_sfintegration.embedded.tables.territory_ids import TerritoryIds
from pytest_sfintegration.sfdx.model import (
    ObjectKind,
    PermissionContainer,
    PermissionSetGroup,
    SharedWith,
    Source,
)

__all__ = ["GROUP_TYPES", "TERRITORY_GROUPS", "Directory", "Holder", "app_type"]

GROUP_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "allinternalusers": "Organization",
        "group": "Regular",
        "managers": "Manager",
        "managersubordinates": "ManagerAndSubordinatesInternal",
        "queue": "Queue",
        "role": "Role",
        "roleandsubordinates": "RoleAndSubordinates",
        "roleandsubordinatesinternal": "RoleAndSubordinatesInternal",
        "territory": "Territory",
        "territoryandsubordinates": "TerritoryAndSubordinates",
    }
)
"""What a rule or queue calls a member, in lower case -> Group.Type."""

TERRITORY_GROUPS = ("Territory", "TerritoryAndSubordinates")
"""Group.Type of the two groups of a territory; they are there while its model is active."""

_ENTITY_PREFIXES = {
    "ApexClass": "01p",
    "ApexPage": "066",
    "ConnectedApplication": "0H4",
    CUSTOM_ENTITY: "01I",
    "CustomPermission": "0CP",
    "ExternalClientApplication": "0xI",
    "ExternalCredentialPrincipal": "0pc",
    "ExternalDataSource": "0XC",
    "FlowDefinition": "300",
    "TabSet": "02u",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A row of PermissionSet or MutingPermissionSet: what ObjectPermissions and the like hang on.

    ``type`` is the PermissionSet's Type, or ``Muting``. ``container`` is None for a group whose members
    are not
    all in the source: what it grants cannot be known.
    """

    id: str
    type: str
    container: PermissionContainer | None
    name: str
    label: str
    profile: str | None = None
    group: PermissionSetGroup | None = None


def app_type(app: ConnectedAppSpec) -> str:
    """Return the SetupEntityType of a registered app."""
    return "ExternalClientApplication" if app.external_client_app else "ConnectedApplication"


def _labels(found: dict[str, str], name: str) -> list[str]:
    """Return the lower-case names of the licences that a name is the label of."""
    return [key.lower() for key, label in found.items() if name.lower() == label.lower()]


class Directory:
    """Names to ids, both ways, in order of the names: the same source gives the same ids."""

    def __init__(
        self,
        source: Source,
        people: People,
        ids: IdFactory,
        public_groups: Iterable[PublicGroupSpec] = (),
        *,
        licenses: Iterable[str] = (),
        active_territory_model: str | None = None,
    ) -> None:
        """Take the org's parts; raises OrgError for a public group that holds what the source lacks.

        ``licenses`` are the names of licences that the org has, whether somebody uses them or not.
        """
        self.registered: list[ConnectedAppSpec] = []
        self._stated = tuple(licenses)
        self.source = source
        self.people = people
        self._ids = ids
        self.territory_ids = TerritoryIds(
            source,
            ids,
            active_territory_model,
            [each for one in people.all() for each in one.spec.territories],
        )
        self.nested = {each.name: _nested(source, each) for each in public_groups}

    def _numbered(self, table: str, names: Iterable[str]) -> dict[str, str]:
        return {name: self._ids.nth(table, number) for number, name in enumerate(sorted(names), 1)}

    @cached_property
    def profiles(self) -> dict[str, str]:
        """Return profile name -> id."""
        return self._numbered("Profile", self.source.profiles)

    @cached_property
    def groups(self) -> dict[str, str]:
        """Return permission set group name -> id."""
        return self._numbered("PermissionSetGroup", self.source.permission_set_groups)

    @cached_property
    def roles(self) -> dict[str, str]:
        """Return role name -> id."""
        return self._numbered("UserRole", self.source.roles)

    @cached_property
    def record_types(self) -> dict[tuple[str, str], str]:
        """Return (object, record type name) -> id."""
        keys = sorted((name, each) for name, obj in self.source.objects.items() for each in obj.record_types)
        return {key: self._ids.nth("RecordType", number) for number, key in enumerate(keys, 1)}

    @cached_property
    def public_groups(self) -> dict[tuple[str, str], str]:
        """Return (Type, DeveloperName) -> id of Group: groups, queues, roles, managers, territories."""
        keys = [("Regular", name) for name in self.source.groups]
        keys += [("Queue", name) for name in self.source.queues]
        for kind in ("Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"):
            keys += [(kind, name) for name in self.source.roles]
        keys.append(("Organization", "AllInternalUsers"))
        keys += manager_groups(self.source, self.people)
        territories = [(kind, name) for kind in TERRITORY_GROUPS for name in self.territory_ids.territories]
        ordered = (*sorted(keys), *sorted(territories))
        return {key: self._ids.nth("Group", number) for number, key in enumerate(ordered, 1)}

    @cached_property
    def user_licenses(self) -> dict[str, str]:
        """Return user licence -> id: those of the profiles and users, and the two of every org."""
        names = {"Salesforce", "Salesforce Integration"}
        names |= {each.license for each in self.source.profiles.values() if each.license}
        names |= {person.license for person in self.people.all()}
        names |= {each for each in self._stated if is_user_license(self.source, each)}
        return self._numbered("UserLicense", names)

    @cached_property
    def license_labels(self) -> dict[str, str]:
        """Return permission set licence DeveloperName -> MasterLabel."""
        found = dict([INTEGRATION_PSL])
        for each in self.source.permission_sets.values():
            name = (each.license or "").replace(" ", "")
            if name and each.license not in {*self.user_licenses, *found.values()}:
                found.setdefault(name, str(each.license))
        known = {name.lower() for name in found}
        for person in self.people.all():
            for name in person.spec.permission_set_licenses:
                if name.lower() not in known:
                    found[name] = name
                    known.add(name.lower())
        for name in self._stated:
            if not is_user_license(self.source, name) and not known & {name.lower(), *_labels(found, name)}:
                found[name.replace(" ", "")] = name
        return found

    @cached_property
    def permission_set_licenses(self) -> dict[str, str]:
        """Return permission set licence DeveloperName -> id."""
        return self._numbered("PermissionSetLicense", self.license_labels)

    def license_id(self, label: str | None) -> str | None:
        """Return the id of the user licence or permission set licence of that label, or DeveloperName."""
        if label is None:
            return None
        if label in self.user_licenses:
            return self.user_licenses[label]
        by_label = {each: name for name, each in self.license_labels.items()}
        return self.permission_set_licenses.get(by_label.get(label, label))

    @cached_property
    def holders(self) -> list[Holder]:
        """Return every PermissionSet row (profile-owned, regular, group) and every muting permission set."""
        source = self.source
        found: list[Holder] = []

        def add(
            kind: str, container: PermissionContainer | None, name: str, label: str, **more: object
        ) -> None:
            record_id = self._ids.nth("PermissionSet", len(found) + 1)
            found.append(
                Holder(id=record_id, type=kind, container=container, name=name, label=label, **more)  # type: ignore[arg-type]
            )

        for name, profile in sorted(source.profiles.items()):
            add("Profile", profile, f"X{self.profiles[name]}", self.profiles[name], profile=name)
        for name, each in sorted(source.permission_sets.items()):
            add("Session" if each.has_activation_required else "Regular", each, name, each.label)
        for name, group in sorted(source.permission_set_groups.items()):
            add("Group", self.calculated(group), name, group.label, group=group)
        for number, (name, each) in enumerate(sorted(source.muting_permission_sets.items()), 1):
            record_id = self._ids.nth("MutingPermissionSet", number)
            found.append(Holder(id=record_id, type="Muting", container=each, name=name, label=each.label))
        return found

    def calculated(self, group: PermissionSetGroup) -> PermissionContainer | None:
        """Return the calculated permission set of a group, None when a member is not in the source."""
        try:
            return group_permission_set(self.source, group)
        except UnknownContainerError:
            return None

    @cached_property
    def holder_of(self) -> dict[tuple[str, str], Holder]:
        """Return (Type, name) -> holder; Session counts as Regular, a profile goes by its own name."""
        return {
            ("Regular" if each.type == "Session" else each.type, each.profile or each.name): each
            for each in self.holders
        }

    def register(self, app: ConnectedAppSpec) -> None:
        """Take an app that the source need not have; the ids of apps are given anew."""
        self.registered.append(app)
        self.__dict__.pop("setup_entities", None)

    def declares(self, app: ConnectedAppSpec) -> bool:
        """Tell whether the source has a registered app, by name or label."""
        source = self.source
        known = [(each.name, each.label) for each in source.connected_apps.values()]
        known += [(each.name, each.label) for each in source.external_client_apps.values()]
        return any(app.name.lower() in {name.lower(), label.lower()} for name, label in known)

    def entities_of(self, holder: Holder) -> dict[str, frozenset[str]]:
        """Return what a holder gives access to, by type: as its file says, and as registered apps say."""
        found = dict(holder.container.setup_entities) if holder.container is not None else {}
        own = {name.lower() for name in (holder.name, holder.label, holder.profile or "")}
        if holder.profile is not None:
            own.add(self.source.profiles[holder.profile].label.lower())
        for app in self.registered:
            named = app.profiles if holder.profile is not None else app.permission_sets
            if not self.declares(app) and holder.type != "Muting" and own & {each.lower() for each in named}:
                kind = app_type(app)
                found[kind] = found.get(kind, frozenset()) | {app.name}
        return found

    @cached_property
    def custom_entities(self) -> dict[str, str]:
        """Return custom object, setting or metadata type -> id of its definition."""
        return {name: each for (kind, name), each in self.setup_entities.items() if kind == CUSTOM_ENTITY}

    @cached_property
    def setup_entities(self) -> dict[tuple[str, str], str]:
        """Return (SetupEntityType, name) -> id, for all that the source has or a container grants."""
        source = self.source
        keys = {("CustomPermission", name) for name in source.custom_permissions}
        keys |= {("ApexClass", name) for name in source.apex_classes}
        keys |= {("FlowDefinition", name) for name in source.flows}
        keys |= {("ConnectedApplication", name) for name in source.connected_apps}
        keys |= {
            (CUSTOM_ENTITY, name)
            for name, each in source.objects.items()
            if each.kind is not ObjectKind.STANDARD
        }
        keys |= {("ExternalClientApplication", name) for name in source.external_client_apps}
        keys |= {(app_type(each), each.name) for each in self.registered if not self.declares(each)}
        for holder in self.holders:
            if holder.container is not None:
                keys |= {
                    (kind, name) for kind, names in holder.container.setup_entities.items() for name in names
                }
        counters: dict[str, int] = {}
        found = {}
        for kind, name in sorted(keys):
            counters[kind] = counters.get(kind, 0) + 1
            prefix = _ENTITY_PREFIXES.get(kind, "0ZZ")
            found[kind, name] = to_18(f"{prefix}Em{counters[kind]:010d}")
        return found


def _nested(source: Source, group: PublicGroupSpec) -> tuple[SharedWith, ...]:
    kinds = (
        ("group", "public group", group.groups, source.groups),
        ("role", "role", group.roles, source.roles),
        ("roleAndSubordinates", "role", group.roles_and_subordinates, source.roles),
    )
    wrong = [] if group.name in source.groups else [f"no public group {group.name!r}"]
    wrong += [f"no {word} {name!r}" for _, word, names, known in kinds for name in names if name not in known]
    if wrong:
        raise OrgError(
            f"public group {group.name}: the source has {'; '.join(wrong)}. "
            "Add their files to the source or correct the names."
        )
    return tuple(SharedWith(kind=kind, name=name) for kind, _, names, _ in kinds for name in names)
