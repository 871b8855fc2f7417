"""What makes one record accessible to one user by itself: owner, hierarchy, queues, rules, shares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.embedded.blocks.conditions import ColumnTest, Condition, Ids, Some
from pytest_sfintegration.embedded.sharing.context import SharingContext
from pytest_sfintegration.embedded.sharing.model import (
    FULL,
    Access,
    Reason,
    Record,
    SharingNotModelled,
    UserFacts,
    level,
)
from pytest_sfintegration.embedded.sharing.rules import CompiledRule
from pytest_sfintegration.sfdx.model import ObjectDef

__all__ = ["Doubtful", "RecordGrants"]

_EXTERNAL: Final = (
    "Access of external users also hangs on sharing sets and portal roles, which the embedded org does not "
    "model. Judge {username} on a live org."
)
_REPAIR: Final = "Repair the queue in the source, or judge this object on a live org."


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """Access that something not modelled might give, and the refusal in case it matters."""

    access: Access
    refusal: SharingNotModelled


class RecordGrants:
    """Record-level grants of one user on one object. Only for objects that have owners and shares."""

    def __init__(self, context: SharingContext, user: UserFacts, obj: ObjectDef) -> None:
        self._context = context
        self._user = user
        self._name = obj.name
        audience = context.audience
        self._subordinates = audience.subordinates(user.role)
        queues = {one: (name, audience.queue_members(name)) for one, name in context.queues.items()}
        self._queues = {one: name for one, (name, crowd) in queues.items() if user.id in crowd.users}
        self._unsure_queues = {
            one: f"Queue {name}: {crowd.doubts[0].what}"
            for one, (name, crowd) in queues.items()
            if user.id not in crowd.users and any(doubt.concerns(user) for doubt in crowd.doubts)
        }
        self._unknown = context.unknown(obj)
        reached = [(rule, rule.reaches(user)) for rule in context.rules(obj)]
        self.rules = tuple(rule for rule, sure in reached if sure)
        self._unsure = tuple(rule for rule, sure in reached if sure is None)

    def reasons(self, record: Record) -> Iterator[Reason]:
        """Yield every certain grant."""
        owner = record.get("OwnerId")
        if owner is not None:
            if owner == self._user.id:
                yield Reason(cause="Owner", access=FULL)
            if owner in self._subordinates:
                yield Reason(cause=f"Role hierarchy (above the owner {self._called(owner)})", access=FULL)
            if owner in self._queues:
                yield Reason(cause=f"Owner (queue {self._queues[owner]})", access=FULL)
        for rule in self.rules:
            if rule.covers(record):
                yield Reason(cause=rule.cause, access=rule.access)
        for entry in self._context.records.shares(self._name).get(record["Id"], ()):
            given = level(entry.access_level)
            if given and self._user.id in self._context.audience.recipients(entry.shared_with).users:
                yield Reason(cause=entry.cause, access=given)

    def doubts(self, record: Record) -> Iterator[Doubtful]:
        """Yield what might grant more, but cannot be told."""
        if self._unknown is not None:
            yield Doubtful(access=FULL, refusal=self._unknown)
        if (queue := self._unsure_queues.get(record.get("OwnerId") or "")) is not None:
            yield Doubtful(access=FULL, refusal=SharingNotModelled(f"{queue}. {_REPAIR}"))
        for rule in self.doubtful_rules(record):
            yield Doubtful(access=rule.access, refusal=rule.refusal())
        if self._user.external and not self._user.guest:
            refusal = SharingNotModelled(_EXTERNAL.format(username=self._user.username))
            yield Doubtful(access=FULL, refusal=refusal)

    def doubtful_rules(self, record: Record) -> Iterator[CompiledRule]:
        """Yield the rules that might cover the record and reach the user, but cannot be told to."""
        yield from (rule for rule in self.rules if rule.covers(record) is None)
        yield from (rule for rule in self._unsure if rule.covers(record) is not False)

    def reader(self) -> Callable[[Record], bool]:
        """Return the test whether any certain grant makes a record readable; made for very many records."""
        owners, covering = self._owners_and_rules()
        shared = self._shared_ids()
        tests = [rule.covers for rule in covering]

        def readable(record: Record) -> bool:
            if record.get("OwnerId") in owners or record["Id"] in shared:
                return True
            return any(covers(record) for covers in tests)

        return readable

    def condition(self) -> Condition | None:
        """Return what records hold that certain grants make readable; no record may be in doubt.

        None when a rule can only be asked record by record.
        """
        owners, covering = self._owners_and_rules()
        conditions = [rule.condition for rule in covering if rule.condition is not None]
        if len(conditions) < len(covering):
            return None
        parts: list[Condition] = [ColumnTest(name="OwnerId", test=frozenset(owners).__contains__)]
        shared = self._shared_ids()
        if shared:
            parts.append(Ids(frozenset(shared)))
        parts += conditions
        return Some(tuple(parts)) if len(parts) > 1 else parts[0]

    def _owners_and_rules(self) -> tuple[set[str], list[CompiledRule]]:
        """Return whose records are readable, and the rules that look at other fields."""
        owners = {self._user.id, *self._subordinates, *self._queues}
        covering = []
        for rule in self.rules:
            if rule.owners is None:
                covering.append(rule)
            elif rule.access:
                owners |= rule.owners
        return owners, covering

    def may_doubt(self) -> bool:
        """Return whether any record could raise a doubt."""
        certain = all(rule.owners is not None or not rule.why for rule in self.rules)
        unsure = bool(self._unsure or self._unsure_queues) or self._unknown is not None
        return unsure or not certain or (self._user.external and not self._user.guest)

    def _shared_ids(self) -> set[str]:
        recipients = self._context.audience.recipients
        return {
            record_id
            for record_id, entries in self._context.records.shares(self._name).items()
            if any(
                level(entry.access_level) and self._user.id in recipients(entry.shared_with).users
                for entry in entries
            )
        }

    def _called(self, user_id: str) -> str:
        return self._context.audience.users[user_id].username
