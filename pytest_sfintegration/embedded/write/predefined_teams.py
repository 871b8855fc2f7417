"""Predefined case teams: what is written to them shows in the team members of the cases they are on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.write.derived import stamp
from pytest_sfintegration.sfdx.model import ObjectDef

__all__ = ["PREDEFINED", "PredefinedTeams"]

PREDEFINED: Final = frozenset({"CaseTeamTemplate", "CaseTeamTemplateMember", "CaseTeamTemplateRecord"})
"""The objects whose writes change who is on the team of a case."""
_MEMBER: Final = "CaseTeamMember"


class PredefinedTeams:
    """Keeps CaseTeamMember in step with the predefined teams."""

    def __init__(
        self, storage: Storage, objects: Mapping[str, ObjectDef], now: Callable[[], datetime]
    ) -> None:
        self._storage = storage
        self._objects = objects
        self._now = now

    def follow(self, user_id: str) -> None:
        """Make the members that come from predefined teams those that the teams now have.

        Documented: Help, "Predefine Case Teams": a team that is deleted is removed from all cases, and
        members that are removed from it are removed from all cases on which they were members of the team.
        That members added later, and roles changed later, reach the cases it is on is assumed.
        """
        table = self._storage.table(_MEMBER)
        wanted = self._wanted()
        for row in [each for each in table.rows.values() if each.get("TeamTemplateId")]:
            of = wanted.pop((row["ParentId"], row["TeamTemplateMemberId"]), None)
            if of is None:
                if self._case_is_there(row["ParentId"]):
                    table.remove(row["Id"])
            elif of["TeamRoleId"] != row["TeamRoleId"]:
                self._store({**row, "TeamRoleId": of["TeamRoleId"]}, user_id, creating=False)
        for (case, _), of in wanted.items():
            made = {
                "Id": self._storage.ids.next(_MEMBER),
                "ParentId": case,
                "MemberId": of["MemberId"],
                "TeamRoleId": of["TeamRoleId"],
                "TeamTemplateId": of["TeamTemplateId"],
                "TeamTemplateMemberId": of["Id"],
                "IsDeleted": False,
            }
            self._store(made, user_id, creating=True)

    def _wanted(self) -> dict[tuple[str, str], Record]:
        """Return the member of a team for each case that the team is on."""
        members = self._storage.table("CaseTeamTemplateMember")
        found: dict[tuple[str, str], Record] = {}
        for record in self._storage.table("CaseTeamTemplateRecord").active():
            for each in members.find("TeamTemplateId", record["TeamTemplateId"]):
                row = members.rows[each]
                if not row.get("IsDeleted"):
                    found[record["ParentId"], each] = row
        return found

    def _case_is_there(self, case_id: str) -> bool:
        """Tell whether a case is out of the recycle bin: what lies in it comes back as it went."""
        case = self._storage.table("Case").get(case_id)
        return case is not None and not case.get("IsDeleted")

    def _store(self, row: Record, user_id: str, *, creating: bool) -> None:
        stamp(self._objects[_MEMBER], row, user_id=user_id, now=self._now(), creating=creating)
        self._storage.table(_MEMBER).put(row)
