"""Rows of UserLicense and PermissionSetLicense: how many seats there are, and how many are taken."""

from typing import Any

from pytest_sfintegration.embedded.specs import OrganizationSpec
from pytest_sfintegration.embedded.tables.directory import Directory

__all__ = ["permission_set_licenses", "user_licenses"]

Rows = list[dict[str, Any]]
_PLENTY = 1000


def user_licenses(directory: Directory, spec: OrganizationSpec) -> Rows:
    """Return UserLicense; LicenseDefinitionKey is the name without spaces (assumed).

    A user who is not active takes no seat (documented: help, Deactivate Users).
    """
    used = [person.license for person in directory.people.all() if person.spec.is_active]
    return [
        {
            "Id": record_id,
            "Name": name,
            "MasterLabel": name,
            "LicenseDefinitionKey": name.replace(" ", ""),
            "UsedLicenses": used.count(name),
            **_seats(spec, name),
        }
        for name, record_id in directory.user_licenses.items()
    ]


def permission_set_licenses(directory: Directory, spec: OrganizationSpec) -> Rows:
    """Return PermissionSetLicense."""
    used = [name.lower() for person in directory.people.all() for name in person.spec.permission_set_licenses]
    return [
        {
            "Id": record_id,
            "DeveloperName": name,
            "MasterLabel": directory.license_labels[name],
            "PermissionSetLicenseKey": name,
            "Language": "en_US",
            "UsedLicenses": used.count(name.lower()),
            "IsAvailableForIntegrations": name == "SalesforceAPIIntegrationPsl",
            **_seats(spec, name, directory.license_labels[name]),
        }
        for name, record_id in directory.permission_set_licenses.items()
    ]


def _seats(spec: OrganizationSpec, *names: str) -> dict[str, Any]:
    known = {name.lower() for name in names}
    stated = next((each for each in spec.licenses if each.name.lower() in known), None)
    if stated is None:
        return {"Status": "Active", "TotalLicenses": _PLENTY}
    return {"Status": stated.status, "TotalLicenses": stated.total}
