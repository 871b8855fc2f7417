"""Give the small records the model's spelling of the objects they name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_sfintegration.sfdx.catalogue import Catalogue
from pytest_sfintegration.sfdx.model import (
    ConnectedApp,
    CustomPermission,
    Group,
    PermissionSetGroup,
    Queue,
    RestrictionRule,
    Role,
)

__all__ = ["Records", "settled_records"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The small metadata types of a source."""

    permission_set_groups: Mapping[str, PermissionSetGroup]
    roles: Mapping[str, Role]
    groups: Mapping[str, Group]
    queues: Mapping[str, Queue]
    restriction_rules: tuple[RestrictionRule, ...]
    custom_permissions: Mapping[str, CustomPermission]
    connected_apps: Mapping[str, ConnectedApp]


def settled_records(found: Mapping[str, Mapping[str, Any]], catalogue: Catalogue) -> Records:
    """Return what the readers of each metadata suffix found, with objects in the model's spelling."""
    queues: Mapping[str, Queue] = found["queue"]
    rules: Mapping[str, RestrictionRule] = found["rule"]
    return Records(
        permission_set_groups=found["permissionsetgroup"],
        roles=found["role"],
        groups=found["group"],
        queues={
            name: replace(queue, objects=tuple(catalogue.spelling(each) for each in queue.objects))
            for name, queue in queues.items()
        },
        restriction_rules=tuple(
            replace(rule, object=catalogue.spelling(rule.object)) for rule in rules.values()
        ),
        custom_permissions=found["customPermission"],
        connected_apps=found["connectedApp"],
    )
