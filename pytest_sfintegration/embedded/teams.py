"""Who is on the team of a record, and the access that this gives: account, case and opportunity teams."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.embedded.storage import Storage
from pytest_sfintegration.sfdx.model import ObjectPermission

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.people import Person

__all__ = ["Member", "members", "team_permission", "team_tables"]

_CASE = ("CaseTeamMember", "CaseTeamRole")
# Object -> its team object, that one's lookup to the record, and its field for the level of access.
_LEVELLED: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "Account": ("AccountTeamMember", "AccountId", "AccountAccessLevel"),
        "Opportunity": ("OpportunityTeamMember", "OpportunityId", "OpportunityAccessLevel"),
    }
)
_USER = "005"
_SET_UP = frozenset({"CaseTeamRole", "CaseTeamTemplate", "CaseTeamTemplateMember"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user on the team of a record; ``row`` is that of the team object."""

    record_id: str
    user_id: str
    level: str
    row: Mapping[str, Any]


def team_tables(obj: str) -> tuple[str, ...]:
    """Return the objects that the teams of an object's records stand in."""
    if obj == "Case":
        return _CASE
    return _LEVELLED[obj][:1] if obj in _LEVELLED else ()


def team_permission(person: "Person", obj: str, held: ObjectPermission) -> ObjectPermission:
    """Return what a user may do with an object whose parent gives him ``held``.

    Roles of case teams and predefined teams are set up with Customize Application, Manage Users and Edit on
    cases (Help, "Case Teams").
    """
    if obj in _SET_UP and not (person.holds("CustomizeApplication") and person.holds("ManageUsers")):
        return replace(held, create=False, edit=False, delete=False)
    return held


def members(storage: Storage, obj: str) -> Iterator[Member]:
    """Yield the users on the teams of an object's records (Object Reference, AccountShare: RowCause Team).

    Without a level of his own a member of an account or opportunity team has no more than the
    organization-wide default (assumed).
    """
    if obj == "Case":
        yield from _of_cases(storage)
    elif obj in _LEVELLED:
        table, lookup, level = _LEVELLED[obj]
        for row in storage.table(table).active():
            yield Member(
                record_id=row[lookup], user_id=row["UserId"], level=row.get(level) or "None", row=row
            )


def _of_cases(storage: Storage) -> Iterator[Member]:
    """Yield the users on case teams: the role says what a member may do (Object Reference, CaseTeamRole).

    A role without access gives no share, and neither does a contact, who is no user: only an external user
    made from him could see the case (Help, "Case Teams").
    """
    member_table, role_table = _CASE
    roles = storage.table(role_table)
    for row in storage.table(member_table).active():
        role = roles.get(row["TeamRoleId"]) if row["MemberId"].startswith(_USER) else None
        if role is not None and role["AccessLevel"] != "None":
            yield Member(
                record_id=row["ParentId"], user_id=row["MemberId"], level=role["AccessLevel"], row=row
            )
