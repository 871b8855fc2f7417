"""What is known of teams."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import DOCUMENTED, row, rows

__all__ = ["team_marks"]

_HELP = "Salesforce Help"
_OBJECTS = "Object Reference"

_GOVERNANCE = (
    row(
        "CaseTeamMember follows Case|CaseTeamRole follows Case|CaseTeamTemplate follows Case|"
        "CaseTeamTemplateMember follows Case|CaseTeamTemplateRecord follows Case",
        DOCUMENTED,
        f"{_OBJECTS}, Special Access Rules of CaseTeamMember and CaseTeamRole",
        "assumed for predefined teams; everybody who reads cases reads all roles and predefined teams",
    ),
    row(
        "UserAccountTeamMember follows Account|UserTeamMember follows Opportunity",
        DOCUMENTED,
        f"{_HELP}, Set Up a Default Account Team",
        "Read, to set up a default team; assumed for opportunities. A default team gives access to no record "
        "until it is added to one, by its owner's hand or personal setting",
    ),
)

_PERMISSIONS = (
    row(
        "teams CustomizeApplication|teams ManageUsers",
        DOCUMENTED,
        f"{_HELP}, Case Teams",
        "both, to write roles of case teams and predefined teams",
    ),
)

_RECORDS = (
    row(
        "teams.members => members of account, case and opportunity teams",
        DOCUMENTED,
        f"{_OBJECTS}, AccountShare and OpportunityShare: RowCause Team",
        "one without a level of his own has the org-wide default (assumed)",
    ),
    row(
        "teams._of_cases => members of case teams have what their role gives",
        DOCUMENTED,
        f"{_OBJECTS}, CaseTeamRole and CaseShare: RowCause Team; {_HELP}, Case Teams",
        "a contact on the team is no user",
    ),
    row(
        "teams.team_permission => who sets up case teams",
        DOCUMENTED,
        f"{_HELP}, Case Teams",
    ),
)

_WRITES = (
    row(
        "write.predefined_teams.PredefinedTeams.follow => predefined case teams put their members on cases",
        DOCUMENTED,
        f"{_HELP}, Predefine Case Teams; {_OBJECTS}, CaseTeamTemplateRecord",
        "a deleted team and removed members leave every case; that added members and new roles reach the "
        "cases that the team is on is assumed",
    ),
    row(
        "write.team_rules.check_team => team members are added by those who may edit the record",
        DOCUMENTED,
        f"{_HELP}, Case Teams",
        "assumed for account and opportunity teams; a default team is changed by its owner and those above "
        "(Help, Set Up a Default Account Team); the code is assumed",
    ),
    row(
        "write.team_rules.team_mate => a second entry of a default opportunity team changes the first",
        DOCUMENTED,
        f"{_OBJECTS}, UserTeamMember",
    ),
)


def team_marks() -> Iterator[Mark]:
    """Yield the marks of teams."""
    yield from rows(Kind.GOVERNANCE, _GOVERNANCE)
    yield from rows(Kind.USER_PERMISSION, _PERMISSIONS)
    yield from rows(Kind.RECORD_RULE, _RECORDS)
    yield from rows(Kind.WRITE_RULE, _WRITES)
