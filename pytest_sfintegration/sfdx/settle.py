"""Give the small records the model's spelling of the objects they name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_sfintegration.sfdx.apps import external_client_apps
from pytest_sfintegration.sfdx.catalogue import Catalogue
from pytest_sfintegration.sfdx.model import (
    ConnectedApp,
    CustomMetadataRecord,
    CustomPermission,
    ExternalClientApp,
    Group,
    PermissionSetGroup,
    Queue,
    RestrictionRule,
    Role,
    SessionSetting,
)
from pytest_sfintegration.sfdx.problems import Problems

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
    custom_metadata: tuple[CustomMetadataRecord, ...]
    external_client_apps: Mapping[str, ExternalClientApp]
    session_settings: Mapping[str, SessionSetting]


def settled_records(
    found: Mapping[str, Mapping[str, Any]], catalogue: Catalogue, problems: Problems
) -> Records:
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
        custom_metadata=tuple(_settled(record, catalogue, problems) for record in found["md"].values()),
        external_client_apps=external_client_apps(found),
        session_settings={one.profile.casefold(): one for one in found["profileSessionSetting"].values()},
    )


def _settled(record: CustomMetadataRecord, catalogue: Catalogue, problems: Problems) -> CustomMetadataRecord:
    """Return a record with its type and fields as declared; what is declared nowhere is left out of it."""
    kind, path = catalogue.spelling(record.type), str(record.path)
    if not catalogue.declares(kind):
        message = f"record {record.name} is of {kind}, which the source does not declare."
        problems.warn(path, None, message, "Add the type to the source, or remove the record.", (kind,))
        return replace(record, type=kind)
    values: dict[str, str | None] = {}
    for name, value in record.values.items():
        field = catalogue.field_spelling(kind, name)
        if field is None:
            message = f"record {record.name} has a value of {kind}.{name}, which the source does not declare."
            problems.warn(path, None, message, "Add the field to the source, or remove the value.", (kind,))
        else:
            values[field] = value
    return replace(record, type=kind, values=values)
