"""The names of the setup entities that a source knows."""

from collections.abc import Callable, Mapping

from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import ObjectKind, Source

__all__ = ["entity_names"]


def entity_names(source: Source) -> Mapping[str, frozenset[str]]:
    """Return, by the words of a kind, the names that the source declares or a container of it grants.

    A connected app has the name that Setup shows: its label, where the source holds the app. Pages are not
    read from the source: a container tells only those that it grants. Each kind is looked up when it is
    asked for.
    """
    makers: dict[str, Callable[[], frozenset[str]]] = {
        "Apex class": lambda: source.apex_classes | _granted(source, "ApexClass"),
        "flow": lambda: source.flows | _granted(source, "FlowDefinition"),
        "custom permission": lambda: (
            frozenset(source.custom_permissions) | _granted(source, "CustomPermission")
        ),
        "connected app": lambda: _apps(source),
        "custom metadata type": lambda: frozenset(name for name in source.objects if name.endswith("__mdt")),
        "custom setting": lambda: _custom_settings(source),
        "external client app": lambda: (
            frozenset(source.external_client_apps) | _granted(source, "ExternalClientApplication")
        ),
    }
    return Lazy(lambda make: make(), makers)


def _granted(source: Source, kind: str) -> frozenset[str]:
    return frozenset(
        name
        for containers in (source.profiles, source.permission_sets, source.muting_permission_sets)
        for container in containers.values()
        for name in container.setup_entities.get(kind, ())
    )


def _apps(source: Source) -> frozenset[str]:
    labels = {name: app.label for name, app in source.connected_apps.items()}
    return frozenset(labels.get(name, name) for name in {*labels, *_granted(source, "ConnectedApplication")})


def _custom_settings(source: Source) -> frozenset[str]:
    """Return the custom settings: only the definition tells them from custom objects.

    What permission sets name as a custom setting and no file describes counts as one.
    """
    named = {name for name in _granted(source, "CustomEntityDefinition") if not name.endswith("__mdt")}
    custom = (name for name in source.objects if name.endswith("__c"))
    kinds = {name for name in custom if source.objects[name].kind is ObjectKind.CUSTOM_SETTING}
    return frozenset(kinds | named)
