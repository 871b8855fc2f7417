"""Who may put somebody on a team, and who is on it already."""

from typing import Final

from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.view import ObjectView, UserView
from pytest_sfintegration.embedded.write.references import cross_reference_denied
from pytest_sfintegration.rights import Operation

__all__ = ["check_team", "team_mate"]

# Object -> its lookup to the record whose team it is, and the object of that one.
_RECORD: Final = {
    "AccountTeamMember": ("AccountId", "Account"),
    "CaseTeamMember": ("ParentId", "Case"),
    "CaseTeamTemplateRecord": ("ParentId", "Case"),
    "OpportunityTeamMember": ("OpportunityId", "Opportunity"),
}
_DEFAULT_TEAMS: Final = frozenset({"UserAccountTeamMember", "UserTeamMember"})


def check_team(storage: Storage, gate: Gate, user: UserView, view: ObjectView, record: Record) -> None:
    """Refuse a new team member to one who may not edit the record (Help, "Case Teams": Edit on cases).

    Assumed for account and opportunity teams, and that the record itself is meant. A default team is
    changed by its owner and those above him (Help, "Set Up a Default Account Team"; assumed for the other
    kind).
    """
    if view.name in _DEFAULT_TEAMS:
        # a new record has no id yet, and no share of its own
        if not gate.allows(user.person, view.name, {**record, "Id": ""}, Operation.EDIT):
            raise cross_reference_denied(record["OwnerId"])
        return
    lookup, parent = _RECORD.get(view.name, ("", ""))
    if not lookup:
        return
    row = storage.table(parent).get(record[lookup])
    if row is None or not gate.allows(user.person, parent, row, Operation.EDIT):
        raise cross_reference_denied(record[lookup])


def team_mate(storage: Storage, view: ObjectView, record: Record) -> Record | None:
    """Return the member that a new one matches, who is changed instead (documented: UserTeamMember)."""
    if view.name != "UserTeamMember":
        return None
    table = storage.table(view.name)
    rows = [table.rows[each] for each in table.find("UserId", record["UserId"])]
    return next((row for row in rows if row["OwnerId"] == record["OwnerId"] and not row["IsDeleted"]), None)
