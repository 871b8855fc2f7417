"""The components of each metadata type that the org has: what listMetadata() answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from pytest_sfintegration.embedded.metadata.types import encoded
from pytest_sfintegration.embedded.world import World
from pytest_sfintegration.sfdx.model import Governance, ObjectDef, ObjectKind

__all__ = ["Component", "components"]

Component = tuple[str, str, str]
"""Full name, full name of the component whose file it lies in, and id ('' where the org has no row of it)."""

_ADMINISTRATOR = "System Administrator"
# Metadata API Developer Guide, Profile: the name of the System Administrator profile.
_ADMINISTRATOR_FULL_NAME = "Admin"
# Rows that carry one record's access, history or assignment are no objects to customize.
_WITHOUT_FILE = frozenset({Governance.SETUP, Governance.NOT_MODELLED, Governance.PARENT})


def components(world: World, kind: str) -> list[Component] | None:
    """Return the components of a metadata type in order of their names, None for a type without a reader."""
    lister = _LISTERS.get(kind)
    return None if lister is None else sorted(lister(world))


def _named(names: Iterable[str], ids: Mapping[str, str] | None = None) -> Iterator[Component]:
    for name in names:
        yield encoded(name), encoded(name), (ids or {}).get(name, "")


def _entities(world: World, kind: str, names: Iterable[str]) -> Iterator[Component]:
    ids = world.directory.setup_entities
    return _named(names, {name: ids.get((kind, name), "") for name in names})


def _groups(world: World, kind: str, names: Iterable[str]) -> Iterator[Component]:
    ids = world.directory.public_groups
    return _named(names, {name: ids.get((kind, name), "") for name in names})


def _holders(world: World, kind: str, names: Iterable[str]) -> Iterator[Component]:
    holders = world.directory.holder_of
    return _named(names, {name: holders[kind, name].id for name in names})


def _objects(world: World) -> list[ObjectDef]:
    """Return the objects that have a file: not setup tables and children without custom fields (assumed)."""
    return [
        each
        for each in world.source.objects.values()
        if each.known
        and (
            each.kind is not ObjectKind.STANDARD
            or each.governance not in _WITHOUT_FILE
            or each.path is not None
            or any(field.custom for field in each.fields.values())
        )
    ]


def _fields(world: World) -> Iterator[Component]:
    for each in _objects(world):
        for name, field in each.fields.items():
            if field.custom and field.known:
                yield f"{each.name}.{name}", each.name, ""


def _record_types(world: World) -> Iterator[Component]:
    for (owner, name), record_id in world.directory.record_types.items():
        yield f"{owner}.{name}", owner, record_id


def _validation_rules(world: World) -> Iterator[Component]:
    for each in _objects(world):
        for name in each.validation_rules:
            yield f"{each.name}.{encoded(name)}", each.name, ""


def _profiles(world: World) -> Iterator[Component]:
    """Yield the source's profiles and the two built-in ones, System Administrator under its own name."""
    declared, ids = world.declared_profiles, world.directory.profiles
    for name in world.source.profiles:
        if name == _ADMINISTRATOR and name not in declared:
            if _ADMINISTRATOR_FULL_NAME not in declared:
                yield _ADMINISTRATOR_FULL_NAME, _ADMINISTRATOR_FULL_NAME, ids[name]
        elif name != world.setup_profile:
            yield encoded(name), encoded(name), ids[name]


def _sharing(world: World) -> Iterator[Component]:
    return _named({each.object for each in world.source.sharing_rules})


def _rules_of(type_: str) -> Callable[[World], Iterator[Component]]:
    def rules(world: World) -> Iterator[Component]:
        for each in world.source.sharing_rules:
            if each.type == type_:
                yield f"{each.object}.{each.name}", each.object, ""

    return rules


_LISTERS: Mapping[str, Callable[[World], Iterator[Component]]] = MappingProxyType(
    {
        "ApexClass": lambda world: _entities(world, "ApexClass", world.source.apex_classes),
        "ConnectedApp": lambda world: _entities(
            world, "ConnectedApplication", tuple(world.source.connected_apps)
        ),
        "CustomField": _fields,
        "CustomObject": lambda world: _named(each.name for each in _objects(world)),
        "CustomPermission": lambda world: _entities(
            world, "CustomPermission", tuple(world.source.custom_permissions)
        ),
        "Flow": lambda world: _entities(world, "FlowDefinition", world.source.flows),
        "Group": lambda world: _groups(world, "Regular", tuple(world.source.groups)),
        "MutingPermissionSet": lambda world: _holders(
            world, "Muting", tuple(world.source.muting_permission_sets)
        ),
        "PermissionSet": lambda world: _holders(world, "Regular", tuple(world.source.permission_sets)),
        "PermissionSetGroup": lambda world: _named(
            world.source.permission_set_groups, world.directory.groups
        ),
        "Profile": _profiles,
        "Queue": lambda world: _groups(world, "Queue", tuple(world.source.queues)),
        "RecordType": _record_types,
        "RestrictionRule": lambda world: _named(each.name for each in world.source.restriction_rules),
        "Role": lambda world: _named(world.source.roles, world.directory.roles),
        "SharingCriteriaRule": _rules_of("criteria"),
        "SharingGuestRule": _rules_of("guest"),
        "SharingOwnerRule": _rules_of("owner"),
        "SharingRules": _sharing,
        "SharingTerritoryRule": _rules_of("territory"),
        "ValidationRule": _validation_rules,
    }
)
