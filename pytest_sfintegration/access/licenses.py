"""Licences: which ones a user has, and which one a permission set is for.

A permission set with a licence can be assigned only to who has it: LicenseId names a user licence or a
permission set licence (Object Reference, "PermissionSet"). Under the user licence Salesforce Integration,
object permissions take the permission set licence Salesforce API Integration too (Help, "Give Integration
Users API Only Access").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.tables import quoted

__all__ = ["Licenses", "license_queries", "licenses_of"]

_INTEGRATION = "Salesforce Integration"
_INTEGRATION_PSL = "SalesforceAPIIntegrationPsl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licenses:
    """The licences of the org by id, in words, and those that one user has.

    ``user_license`` is the name of the user licence, None when the org does not tell it. ``needed``: the
    permission set licence that object permissions take under it, with whether the user has it.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    user_license: str | None = None
    needed: tuple[str, bool] | None = None

    def need(self, license_id: str) -> tuple[str, bool]:
        """Return a sentence on the licence that a container is for, and whether the user has it."""
        return _sentence(self.names.get(license_id, f"licence {license_id}"), held=license_id in self.held)


def license_queries(user_id: str) -> list[str]:
    """Return the queries of the org's licences and those of a user; ``licenses_of`` reads their answers."""
    user = quoted(user_id)
    return [
        f"SELECT UserLicenseId FROM Profile WHERE Id IN (SELECT ProfileId FROM User WHERE Id = {user})",
        "SELECT Id, Name FROM UserLicense",
        "SELECT Id, DeveloperName, MasterLabel FROM PermissionSetLicense",
        f"SELECT PermissionSetLicenseId FROM PermissionSetLicenseAssign WHERE AssigneeId = {user}",
    ]


def licenses_of(answers: Sequence[Sequence[Mapping[str, Any]]]) -> Licenses:
    """Return the licences that the answers to ``license_queries`` tell of."""
    own, users, sets, assigned = answers
    user_licenses = {row["Id"]: str(row["Name"]) for row in users}
    own_id = next((row["UserLicenseId"] for row in own), None)
    held = frozenset(row["PermissionSetLicenseId"] for row in assigned)
    integration = next((row for row in sets if row["DeveloperName"] == _INTEGRATION_PSL), None)
    needed = None
    if integration is not None and user_licenses.get(own_id) == _INTEGRATION:
        words = f"permission set licence {integration['MasterLabel']}"
        needed = _sentence(words, held=integration["Id"] in held)
    return Licenses(
        names={
            **{key: f"user licence {name}" for key, name in user_licenses.items()},
            **{row["Id"]: f"permission set licence {row['MasterLabel']}" for row in sets},
        },
        held=held | ({own_id} if own_id else set()),
        user_license=user_licenses.get(own_id),
        needed=needed,
    )


def _sentence(words: str, *, held: bool) -> tuple[str, bool]:
    return f"needs the {words}, which the user {'has' if held else 'does not have'}", held
