"""Case teams under random writes, against what plain sets say of them."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.org import EmbeddedOrg

USERS = {"boss": "Boss", "east": "East", "west": "West"}
ABOVE = {"boss": {"east", "west"}, "east": set(), "west": set()}
LEVELS = ("None", "Read", "Edit")
CASES = range(2)
TEAMS = range(2)
LEVEL, USER, CASE, TEAM = (
    st.sampled_from(LEVELS),
    st.sampled_from(sorted(USERS)),
    st.sampled_from(CASES),
    st.sampled_from(TEAMS),
)
ACTS = st.one_of(
    st.tuples(st.just("join"), CASE, USER, LEVEL),
    st.tuples(st.just("leave"), st.integers(0, 9)),
    st.tuples(st.just("template member"), TEAM, USER, LEVEL),
    st.tuples(st.just("template leave"), st.integers(0, 9)),
    st.tuples(st.just("template role"), st.integers(0, 9), LEVEL),
    st.tuples(st.just("put on"), CASE, TEAM),
    st.tuples(st.just("take off"), st.integers(0, 9)),
    st.tuples(st.just("delete case"), CASE),
    st.tuples(st.just("bring back"), CASE),
)


class Truth:
    """Who is on which team, in plain lists; every entry carries the id of its record."""

    def __init__(self) -> None:
        self.joined: list[tuple[str, int, str, str]] = []
        self.template: list[tuple[str, int, str, str]] = []
        self.on: list[tuple[str, int, int]] = []
        self.gone: set[int] = set()

    def team(self, case: int) -> list[tuple[str, str]]:
        """Return the users on the team of a case, each with his level."""
        found = [(user, level) for _, at, user, level in self.joined if at == case]
        for _, at, team in self.on:
            if at == case:
                found += [(user, level) for _, of, user, level in self.template if of == team]
        return found

    def access(self, user: str, case: int) -> str:
        """Return the highest level that a user has, himself or by those below him."""
        held = [level for member, level in self.team(case) if member == user or member in ABOVE[user]]
        return max((*held, "None"), key=LEVELS.index) if case not in self.gone else "None"


class Scene:
    """An org with two cases of one account each, two empty predefined teams and three roles."""

    def __init__(self, hierarchy: Callable[..., EmbeddedOrg], make_client: Any) -> None:
        users = {f"{name}@embedded.example": role for name, role in USERS.items()}
        org = hierarchy(users, dict.fromkeys(("Account", "Case"), "Private"))
        self.setup = make_client(org=org)
        self.clients = {name: make_client(org=org, username=f"{name}@embedded.example") for name in USERS}
        self.accounts = [self.setup.create("Account", Name=f"A{n}") for n in CASES]
        self.cases = [self.setup.create("Case", AccountId=each) for each in self.accounts]
        self.teams = [self.setup.create("CaseTeamTemplate", Name=f"T{n}") for n in TEAMS]
        self.roles = {each: self.setup.create("CaseTeamRole", Name=each, AccessLevel=each) for each in LEVELS}
        self.truth = Truth()

    def make(self, name: str, user: str, level: str, **more: str) -> str:
        made: str = self.setup.create(
            name, MemberId=self.clients[user].user_id, TeamRoleId=self.roles[level], **more
        )
        return made

    def delete(self, name: str, record: str) -> None:
        assert self.setup("DELETE", f"/sobjects/{name}/{record}").status == 204

    def do(self, act: tuple[Any, ...]) -> None:
        """Do one thing in the org and in the truth; what cannot be done now is left out."""
        truth, (what, *rest) = self.truth, act
        if what == "join" and rest[0] not in truth.gone:
            case, user, level = rest
            made = self.make("CaseTeamMember", user, level, ParentId=self.cases[case])
            truth.joined.append((made, case, user, level))
        elif what == "template member":
            team, user, level = rest
            made = self.make("CaseTeamTemplateMember", user, level, TeamTemplateId=self.teams[team])
            truth.template.append((made, team, user, level))
        elif what == "put on" and rest[0] not in truth.gone:
            case, team = rest
            if (case, team) not in [each[1:] for each in truth.on]:
                ids = {"ParentId": self.cases[case], "TeamTemplateId": self.teams[team]}
                truth.on.append((self.setup.create("CaseTeamTemplateRecord", **ids), case, team))
        elif what == "template role" and rest[0] < len(truth.template):
            made, team, user, _ = truth.template[rest[0]]
            body = {"TeamRoleId": self.roles[rest[1]]}
            assert self.setup("PATCH", f"/sobjects/CaseTeamTemplateMember/{made}", body).status == 204
            truth.template[rest[0]] = (made, team, user, rest[1])
        elif what in {"leave", "template leave", "take off"}:
            self.leave(what, rest[0])
        elif what in {"delete case", "bring back"}:
            self.bin(what, rest[0])

    def leave(self, what: str, at: int) -> None:
        name, entries = {
            "leave": ("CaseTeamMember", self.truth.joined),
            "template leave": ("CaseTeamTemplateMember", self.truth.template),
            "take off": ("CaseTeamTemplateRecord", self.truth.on),
        }[what]
        if at < len(entries) and (what == "template leave" or entries[at][1] not in self.truth.gone):
            self.delete(name, entries.pop(at)[0])  # type: ignore[attr-defined]

    def bin(self, what: str, case: int) -> None:
        if (case in self.truth.gone) == (what == "delete case"):
            return
        if what == "delete case":
            self.delete("Case", self.cases[case])
            self.truth.gone.add(case)
            return
        world = self.setup.org.world
        person = world.people.by_id(self.setup.user_id)
        world.restoring.undelete(world.view(person), "Case", self.cases[case])
        self.truth.gone.discard(case)


def compare(scene: Scene) -> None:
    truth = scene.truth
    for name, client in scene.clients.items():
        asked = f"UserId = '{client.user_id}' AND RecordId IN {tuple(scene.cases + scene.accounts)}"
        rows = client.query(f"SELECT RecordId, MaxAccessLevel FROM UserRecordAccess WHERE {asked}")
        levels = {row["RecordId"]: row["MaxAccessLevel"] for row in rows}
        expected = [truth.access(name, each) for each in CASES]
        assert [levels[each] for each in scene.cases] == expected, name
        reads = [level != "None" for level in expected]
        assert [levels[each] != "None" for each in scene.accounts] == reads, name
        seen = {row["Id"] for row in client.query("SELECT Id FROM Case")}
        assert seen == {each for each, read in zip(scene.cases, reads, strict=True) if read}, name
    ids = {client.user_id: name for name, client in scene.clients.items()}
    shares = scene.setup.query(
        "SELECT CaseId, UserOrGroupId, CaseAccessLevel FROM CaseShare WHERE RowCause = 'Team'"
    )
    told = sorted(
        (scene.cases.index(row["CaseId"]), ids[row["UserOrGroupId"]], row["CaseAccessLevel"])
        for row in shares
    )
    assert told == sorted(
        (case, user, level)
        for case in CASES
        if case not in truth.gone
        for user, level in truth.team(case)
        if level != "None"
    )


@given(acts=st.lists(ACTS, max_size=9))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_access_is_what_the_teams_say(
    hierarchy: Callable[..., EmbeddedOrg], make_client: Any, acts: list[tuple[Any, ...]]
) -> None:
    scene = Scene(hierarchy, make_client)
    for act in acts:
        scene.do(act)
    compare(scene)
