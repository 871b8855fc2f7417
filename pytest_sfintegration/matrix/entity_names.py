"""The names of the setup entities that a source knows."""

from collections.abc import Mapping

from pytest_sfintegration.sfdx.model import Source

__all__ = ["entity_names"]


def entity_names(source: Source) -> Mapping[str, frozenset[str]]:
    """Return, by the words of a kind, the names that the source declares or a container of it grants.

    A connected app has the name that Setup shows: its label, where the source holds the app. Pages are not
    read from the source: a container tells only those that it grants.
    """
    granted: dict[str, set[str]] = {}
    for containers in (source.profiles, source.permission_sets, source.muting_permission_sets):
        for container in containers.values():
            for kind, names in container.setup_entities.items():
                granted.setdefault(kind, set()).update(names)
    apps = {name: app.label for name, app in source.connected_apps.items()}
    shown = {apps.get(name, name) for name in {*apps, *granted.get("ConnectedApplication", ())}}
    return {
        "Apex class": source.apex_classes | frozenset(granted.get("ApexClass", ())),
        "flow": source.flows | frozenset(granted.get("FlowDefinition", ())),
        "custom permission": frozenset({*source.custom_permissions, *granted.get("CustomPermission", ())}),
        "connected app": frozenset(shown),
    }
