"""GroupMember holds whom the source makes a member of a queue."""

from dataclasses import replace
from typing import Any

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import Group, Queue, Role, SharedWith, Source


def test_members_of_a_queue_in_the_source_are_group_members(source: Source, make_client: Any) -> None:
    """Metadata API Developer Guide, Queue: queueMembers; Object Reference, GroupMember: UserOrGroupId."""
    members = (
        SharedWith(kind="group", name="Partners"),
        SharedWith(kind="role", name="East"),
        SharedWith(kind="roleAndSubordinates", name="East"),
    )
    users = ("integration@embedded.example", "gone@embedded.example")
    desk = Queue(name="Desk", label="Desk", members=members, users=users)
    changed = replace(
        source,
        queues={"Desk": desk},
        groups={"Partners": Group(name="Partners", label="Partners")},
        roles={"East": Role(name="East", label="East")},
    )
    user = UserSpec(
        username="integration@embedded.example", profile="Office", public_groups=("Partners",), role="East"
    )
    setup = make_client(org=EmbeddedOrg(changed, [user]))
    rows = setup.query("SELECT Id, Type, DeveloperName FROM Group")
    groups = {each["Id"]: (each["Type"], each["DeveloperName"]) for each in rows}
    people = {each["Id"]: each["Username"] for each in setup.query("SELECT Id, Username FROM User")}
    named = {**groups, **people}
    rows = setup.query("SELECT GroupId, UserOrGroupId FROM GroupMember")
    assert sorted((named[each["GroupId"]], str(named[each["UserOrGroupId"]])) for each in rows) == [
        (("Queue", "Desk"), "('Regular', 'Partners')"),
        (("Queue", "Desk"), "('Role', 'East')"),
        (("Queue", "Desk"), "('RoleAndSubordinates', 'East')"),
        (("Queue", "Desk"), "integration@embedded.example"),
        (("Regular", "Partners"), "integration@embedded.example"),
    ]
