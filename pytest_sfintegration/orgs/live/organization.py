"""What kind of org it is: asked before anything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pytest_sfintegration.orgs.errors import OrgError

__all__ = ["ORGANIZATION_SELECT", "OrgKind", "Organization"]

ORGANIZATION_SELECT = (
    "SELECT Id, Name, IsSandbox, OrganizationType, TrialExpirationDate, InstanceName FROM Organization"
)


class OrgKind(StrEnum):
    """Kinds of orgs. What is not surely something else is production."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"
    SCRATCH = "scratch org"
    DEVELOPER = "developer edition"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The org's own row, and what it means for a run."""

    id: str
    name: str
    kind: OrgKind
    instance: str

    @property
    def writable(self) -> bool:
        """Whether records may be made without being asked for by the org's id. A trial may hold real data."""
        return self.kind in {OrgKind.SANDBOX, OrgKind.SCRATCH, OrgKind.DEVELOPER}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Organization":
        """Return the organization of a row; raise OrgError for a row that is none."""
        try:
            return cls(
                id=row["Id"], name=row["Name"], kind=_kind(row), instance=str(row.get("InstanceName") or "")
            )
        except KeyError as error:
            raise OrgError(
                f"the org does not tell Organization.{error.args[0]}: is it a Salesforce org?"
            ) from None


def _kind(row: Mapping[str, Any]) -> OrgKind:
    """Return the kind: a scratch org is a sandbox that expires (documented: source of sfdx-core)."""
    expires = row["TrialExpirationDate"] is not None
    if row["IsSandbox"]:
        return OrgKind.SCRATCH if expires else OrgKind.SANDBOX
    if expires:
        return OrgKind.TRIAL
    if row["OrganizationType"] == "Developer Edition":
        return OrgKind.DEVELOPER
    return OrgKind.PRODUCTION
