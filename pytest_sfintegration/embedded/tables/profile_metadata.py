"""The Metadata column of Profile in the Tooling API."""

from typing import Any

from pytest_sfintegration.sfdx.model import PermissionContainer

__all__ = ["profile_metadata"]


def profile_metadata(profile: PermissionContainer) -> dict[str, Any]:
    """Return a profile as the Tooling API prints it.

    Recorded(meta.profile_ip_ranges), as far as it is modelled.
    """
    return {
        "custom": profile.custom,
        "description": profile.description or None,
        "fieldPermissions": [
            {"field": f"{name}.{field}", "readable": each.read, "editable": each.edit}
            for name, fields in profile.fields.items()
            for field, each in fields.items()
        ],
        "loginHours": None,
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
        "userLicense": profile.license,
        "userPermissions": [{"enabled": True, "name": name} for name in sorted(profile.user_permissions)],
    }
