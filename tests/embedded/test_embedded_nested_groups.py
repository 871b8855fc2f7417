"""Public groups that hold groups and roles: whoever is in an inner group is in the outer one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import PublicGroupSpec, UserSpec
from pytest_sfintegration.sfdx.model import Group, Role, SharedWith, SharingRule, Source

NAMES = ("A", "B", "C", "D")
ROLES = {"Top": None, "East": "Top", "Far": "East"}
MEMBER = "member@embedded.example"


@pytest.fixture
def build(source: Source, make_client: Any) -> Callable[..., Any]:
    """Build an org whose properties are shared with group A; give its setup user and its member."""
    rule = SharingRule(
        name="WithA",
        label="WithA",
        object="Property__c",
        type="owner",
        access_level="Edit",
        shared_to=SharedWith(kind="group", name="A"),
        shared_from=SharedWith(kind="allInternalUsers"),
    )
    changed = replace(
        source,
        groups={name: Group(name=name, label=name, includes_bosses=False) for name in NAMES},
        roles={name: Role(name=name, label=name, parent=parent) for name, parent in ROLES.items()},
        sharing_rules=(rule,),
    )

    def built(groups: list[PublicGroupSpec], **member: Any) -> tuple[Any, Any]:
        user = UserSpec(username=MEMBER, profile="Office", permission_sets=("Sync",), **member)
        org = EmbeddedOrg(changed, [user], public_groups=groups)
        return make_client(org=org), make_client(org=org, username=MEMBER)

    return built


def reached(groups: list[PublicGroupSpec], direct: tuple[str, ...], role: str | None) -> bool:
    """Tell by going upwards from the user whether he is in A: an independent way round."""
    above = [role] if role else []
    while above and ROLES[above[-1]]:
        above.append(str(ROLES[above[-1]]))
    inside = set(direct)
    inside |= {each.name for each in groups if role in each.roles}
    inside |= {each.name for each in groups if set(above) & set(each.roles_and_subordinates)}
    while True:
        more = {each.name for each in groups if inside & set(each.groups)} - inside
        if not more:
            return "A" in inside
        inside |= more


_some = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
_roles = st.lists(st.sampled_from(sorted(ROLES)), max_size=1).map(tuple)


@given(
    held=st.lists(st.tuples(_some, _roles, _roles), min_size=4, max_size=4),
    direct=_some,
    role=st.sampled_from([None, *ROLES]),
)
@example(held=[(("B",), (), ()), (("C",), (), ()), ((), (), ()), ((), (), ())], direct=("C",), role=None)
@example(held=[(("B",), (), ()), ((), (), ("Top",)), ((), (), ()), ((), (), ())], direct=(), role="Far")
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_member_of_an_inner_group_has_what_is_shared_with_the_outer_one(
    build: Callable[..., Any], held: list[Any], direct: tuple[str, ...], role: str | None
) -> None:
    groups = [
        PublicGroupSpec(name=name, groups=inner, roles=roles, roles_and_subordinates=below)
        for name, (inner, roles, below) in zip(NAMES, held, strict=True)
    ]
    setup, member = build(groups, public_groups=direct, role=role)
    setup.create("Property__c", Name="P")
    assert bool(member.query("SELECT Id FROM Property__c")) == reached(groups, direct, role)


def test_group_members_tell_groups_and_roles(build: Callable[..., Any]) -> None:
    outer = PublicGroupSpec(name="A", groups=("B",), roles=("East",), roles_and_subordinates=("Top",))
    setup, _ = build([outer], public_groups=("B",))
    groups = {
        row["Id"]: f"{row['Type']} {row['DeveloperName']}"
        for row in setup.query("SELECT Id, Type, DeveloperName FROM Group")
    }
    rows = setup.query("SELECT GroupId, UserOrGroupId FROM GroupMember")
    told = [(groups[row["GroupId"]], groups.get(row["UserOrGroupId"], "user")) for row in rows]
    assert sorted(told) == [
        ("Regular A", "Regular B"),
        ("Regular A", "Role East"),
        ("Regular A", "RoleAndSubordinates Top"),
        ("Regular B", "user"),
    ]


@pytest.mark.parametrize(
    ("group", "wrong"),
    [
        (PublicGroupSpec(name="Z"), "no public group 'Z'"),
        (PublicGroupSpec(name="A", groups=("Z",)), "no public group 'Z'"),
        (PublicGroupSpec(name="A", roles=("Z",)), "no role 'Z'"),
        (PublicGroupSpec(name="A", roles_and_subordinates=("Z",)), "no role 'Z'"),
    ],
)
def test_group_that_holds_what_the_source_lacks_is_refused(
    build: Callable[..., Any], group: PublicGroupSpec, wrong: str
) -> None:
    with pytest.raises(OrgError, match=wrong):
        build([group])
