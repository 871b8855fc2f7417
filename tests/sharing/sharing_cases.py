"""A small org to ask one question of, and the users and rules in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sharing_orgs import Store, definition, permission_set

from pytest_sfintegration.embedded.blocks import columns
from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.permissions import EffectivePermissions, effective
from pytest_sfintegration.embedded.sharing import AccessDecision, RecordAccess, ShareEntry, UserFacts
from pytest_sfintegration.sfdx.model import CriteriaItem, ObjectDef, Role, SharedWith, SharingRule, Source

ME = UserFacts(id="me", username="me@example.com", role="East", fields={"Department": "Sales"})
YOU = UserFacts(id="you", username="you@example.com", role="East", fields={"Department": "HR"})
BOSS = UserFacts(id="boss", username="boss@example.com", role="Boss", fields={"Department": "HR"})
ALL_RIGHTS = ("create", "read", "edit", "delete")
ROLES = {"Boss": Role(name="Boss", label="b"), "East": Role(name="East", label="e", parent="Boss")}
THEIRS = {"Id": "1", "OwnerId": "you", "Region__c": "EMEA"}


class Org:
    """A small org to ask one question of."""

    def __init__(
        self,
        *objects: ObjectDef,
        rows: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
        shares: Mapping[str, Sequence[ShareEntry]] | None = None,
        rights: Sequence[str] = ALL_RIGHTS,
        users: Sequence[UserFacts] = (ME, YOU, BOSS),
        user_permissions: frozenset[str] = frozenset(),
        **metadata: Any,
    ) -> None:
        self.objects = {obj.name: obj for obj in objects}
        container = permission_set("All", dict.fromkeys(self.objects, rights))
        container = replace(container, user_permissions=user_permissions)
        self.source = Source(
            objects=self.objects, permission_sets={"All": container}, roles=ROLES, **metadata
        )
        self.permissions: EffectivePermissions = effective(
            self.source, profile=None, permission_sets=["All"], permission_set_groups=[]
        )
        self.access = RecordAccess(
            self.source, users=users, group_members={}, queues={}, records=Store(rows or {}, shares or {})
        )

    def decide(
        self, user: UserFacts, record: Mapping[str, Any], obj: str = "Thing__c", **more: bool
    ) -> AccessDecision:
        return self.access.decide(user, self.permissions, self.objects[obj], record, **more)

    def visible(self, user: UserFacts, *records: Mapping[str, Any], obj: str = "Thing__c") -> list[str]:
        rows = [row["Id"] for row in self.access.visible(user, self.permissions, self.objects[obj], records)]
        condition = self.access.condition(user, self.permissions, self.objects[obj])
        for few in (0, 256):
            # One by one, by the few values of a column, or by a sorted column: it is the same.
            for block in (Block(list(records)), sealed(records, few)):
                asked = () if condition is None else block.chosen(condition.narrow(block, block.full))
                assert condition is None or [row["Id"] for row in asked] == rows
        return rows


def sealed(records: Iterable[Mapping[str, Any]], few: int) -> Block:
    block = Block(list(records))
    with patch.object(columns, "_FEW", few):
        if block.rows:
            block.seal()
    return block


def thing(sharing_model: str | None = "Private", **more: Any) -> ObjectDef:
    return definition("Thing__c", sharing_model=sharing_model, **more)


def rule(**more: Any) -> SharingRule:
    settings: dict[str, Any] = {
        "name": "Europe",
        "label": "Europe",
        "object": "Thing__c",
        "type": "criteria",
        "access_level": "Read",
        "shared_to": SharedWith(kind="role", name="East"),
        "criteria": (CriteriaItem(field="Region__c", operation="equals", value="EMEA"),),
    }
    return SharingRule(**settings | more)
