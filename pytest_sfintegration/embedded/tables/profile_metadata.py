"""The Metadata column of Profile in the Tooling API."""

from typing import Any

from pytest_sfintegration.sfdx.login_hours import DAYS
from pytest_sfintegration.sfdx.model import LoginHours, PermissionContainer
from pytest_sfintegration.sfdx.shapes import NAMED_ENTRIES

__all__ = ["profile_metadata"]


def profile_metadata(profile: PermissionContainer) -> dict[str, Any]:
    """Return a profile as the Tooling API prints it.

    Recorded(meta.profile_ip_ranges), as far as it is modelled; the other keys are documented (Metadata API
    Developer Guide, Profile). Only what is enabled stands in it: the model keeps nothing else.
    """
    return {
        "custom": profile.custom,
        "description": profile.description or None,
        "fieldPermissions": [
            {"field": f"{name}.{field}", "readable": each.read, "editable": each.edit}
            for name, fields in profile.fields.items()
            for field, each in fields.items()
        ],
        "loginHours": _hours(profile.login_hours),
        "loginIpRanges": [
            {"startAddress": each.start, "endAddress": each.end, "description": each.description or None}
            for each in profile.login_ip_ranges
        ],
        "objectPermissions": [
            {
                "object": name,
                "allowCreate": each.create,
                "allowDelete": each.delete,
                "allowEdit": each.edit,
                "allowRead": each.read,
                "modifyAllRecords": each.modify_all,
                "viewAllRecords": each.view_all,
                "viewAllFields": each.view_all_fields,
            }
            for name, each in profile.objects.items()
        ],
        **_entities(profile),
        "tabVisibilities": [{"tab": name, "visibility": word} for name, word in profile.tabs.items()],
        "userLicense": profile.license,
        "userPermissions": [{"enabled": True, "name": name} for name in sorted(profile.user_permissions)],
    }


def _hours(hours: tuple[LoginHours, ...]) -> dict[str, str] | None:
    """Return the hours as the metadata spells them, None for a profile that has none (assumed)."""
    found = {}
    for each in hours:
        found[f"{DAYS[each.day]}Start"] = str(each.start)
        found[f"{DAYS[each.day]}End"] = str(each.end)
    return found or None


def _entities(profile: PermissionContainer) -> dict[str, list[dict[str, Any]]]:
    """Return classes, pages, flows, apps and their kin that the profile gives access to."""
    found: dict[str, list[dict[str, Any]]] = {}
    for tag, shape in NAMED_ENTRIES.items():
        names = sorted(profile.setup_entities.get(shape.entity_type, ()))
        if shape.entity_type == "CustomEntityDefinition":
            of_types = tag == "customMetadataTypeAccesses"
            names = [name for name in names if name.endswith("__mdt") is of_types]
        if names:
            found[tag] = [{shape.name: name, shape.flag: True} for name in names]
    return found
