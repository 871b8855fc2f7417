"""Who may put somebody on a team."""

from typing import Final

from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.view import ObjectView, UserView
from pytest_sfintegration.embedded.write.references import cross_reference_denied
from pytest_sfintegration.rights import Operation

__all__ = ["check_team"]

# Object -> its lookup to the record whose team it is, and the object of that one.
_RECORD: Final = {
    "AccountTeamMember": ("AccountId", "Account"),
    "CaseTeamMember": ("ParentId", "Case"),
    "CaseTeamTemplateRecord": ("ParentId", "Case"),
    "OpportunityTeamMember": ("OpportunityId", "Opportunity"),
}


def check_team(storage: Storage, gate: Gate, user: UserView, view: ObjectView, record: Record) -> None:
    """Refuse a new team member to one who may not edit the record (Help, "Case Teams": Edit on cases).

    Assumed for account and opportunity teams, and that the record itself is meant.
    """
    lookup, parent = _RECORD.get(view.name, ("", ""))
    if not lookup:
        return
    row = storage.table(parent).get(record[lookup])
    if row is None or not gate.allows(user.person, parent, row, Operation.EDIT):
        raise cross_reference_denied(record[lookup])
