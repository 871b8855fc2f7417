"""Put the pre-authorisation of apps where an org keeps it: on the permission sets and profiles."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pytest_sfintegration.sfdx.login_model import ConnectedApp, ExternalClientApp
from pytest_sfintegration.sfdx.model import PermissionContainer
from pytest_sfintegration.sfdx.problems import Problems

__all__ = ["preauthorised"]

_CONNECTED, _EXTERNAL = "ConnectedApplication", "ExternalClientApplication"
_SETS = "permission_sets"


def preauthorised(
    containers: Mapping[str, PermissionContainer],
    apps: Iterable[ConnectedApp | ExternalClientApp],
    attribute: str,
    problems: Problems,
) -> dict[str, PermissionContainer]:
    """Return the containers with the apps that name them; ``attribute`` is what the apps name them in.

    An app names a permission set or profile by name or by label (connected apps hold labels). A profile that
    is not in the source is one of the platform's own, and passed over.
    An org tells the same in SetupEntityAccess (Object Reference); that the rows of external client apps have
    the type ExternalClientApplication is assumed.
    """
    by_name = {each.label.casefold(): name for name, each in containers.items()}
    by_name |= {name.casefold(): name for name in containers}
    found: dict[str, dict[str, set[str]]] = {}
    for app in apps:
        kind = _CONNECTED if isinstance(app, ConnectedApp) else _EXTERNAL
        for named in getattr(app, attribute):
            name = by_name.get(named.casefold())
            if name is None and attribute == _SETS:
                problems.warn(
                    str(app.path),
                    None,
                    f"app {app.name} is for permission set {named[:80]}, which is not in the source.",
                    "Add its file to the source, or correct the name.",
                    (app.name,),
                )
            elif name is not None:
                found.setdefault(name, {}).setdefault(kind, set()).add(app.name)
    return {name: _with(each, found.get(name, {})) for name, each in containers.items()}


def _with(container: PermissionContainer, more: Mapping[str, set[str]]) -> PermissionContainer:
    if not more:
        return container
    entities = dict(container.setup_entities)
    for kind, names in more.items():
        entities[kind] = entities.get(kind, frozenset()) | names
    return replace(container, setup_entities=entities)
