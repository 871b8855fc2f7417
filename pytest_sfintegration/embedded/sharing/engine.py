"""Record access: who may do what with which record, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pytest_sfintegration.embedded.blocks.conditions import Condition, Every, Everything, Except, RowTest
from pytest_sfintegration.embedded.permissions import EffectivePermissions
from pytest_sfintegration.embedded.sharing.contacts import is_private
from pytest_sfintegration.embedded.sharing.context import SharingContext
from pytest_sfintegration.embedded.sharing.judge import Judge
from pytest_sfintegration.embedded.sharing.model import (
    NO_ACCESS,
    AccessDecision,
    Reason,
    Record,
    RecordSource,
    ShareRow,
    UserFacts,
    united,
)
from pytest_sfintegration.sfdx.model import UNREADABLE, ObjectDef, SharedWith, Source

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.sharing.restriction import Restriction

__all__ = ["RecordAccess"]


class RecordAccess:
    """The sharing of one org.

    ``users``: all users. ``group_members``: members of public groups, queues and territories by name, as
    ``SharedWith`` of kind ``user`` (name: the user's id), ``role``, ``roleAndSubordinates``, ``group``, ...
    ``queues``: the DeveloperName of each queue by the id that owns records. ``records``: the store. Users,
    groups and queues are read once: make a new one when they change.
    """

    def __init__(
        self,
        source: Source,
        *,
        users: Iterable[UserFacts],
        group_members: Mapping[str, Sequence[SharedWith]],
        queues: Mapping[str, str],
        records: RecordSource,
    ) -> None:
        self._context = SharingContext(
            source, users=users, group_members=group_members, queues=queues, records=records
        )
        self._judges: dict[tuple[str, int], Judge] = {}

    def decide(
        self,
        user: UserFacts,
        permissions: EffectivePermissions,
        obj: ObjectDef,
        record: Record,
        *,
        restriction_rules: bool = True,
    ) -> AccessDecision:
        """Return what the user may do with a record, and every reason.

        Without ``restriction_rules`` the answer is that of UserRecordAccess, which ignores them (object
        reference). Raise SharingNotModelled when the answer hangs on something that is not modelled.
        """
        judge = self._judge(user, permissions)
        cap = judge.cap(obj)
        if not cap:
            return AccessDecision(access=NO_ACCESS)
        reasons = judge.reasons(obj, record, cap, {})
        access = united(reasons) & cap
        if access and restriction_rules:
            rule = self._restriction(user, permissions, obj)
            if rule is not None and not rule.allows(record):
                return AccessDecision(access=NO_ACCESS, restricted_by=rule.name)
        capped = tuple(
            reason if held is reason.access else Reason(cause=reason.cause, access=held)
            for reason in reasons
            if (held := reason.access & cap)
        )
        return AccessDecision(access=access, reasons=capped)

    def visible(
        self,
        user: UserFacts,
        permissions: EffectivePermissions,
        obj: ObjectDef,
        records: Iterable[Record],
        *,
        restriction_rules: bool = True,
    ) -> Iterator[Record]:
        """Yield the records that ``decide`` lets the user read, in order; made for very many.

        Raise as ``decide`` does, at the first record whose answer cannot be told.
        """
        judge = self._judge(user, permissions)
        if not judge.cap(obj):
            return iter(())
        readable = judge.reader(obj)
        seen = iter(records) if readable is None else filter(readable, records)
        if restriction_rules:
            rule = self._restriction(user, permissions, obj)
            if rule is not None:
                return filter(rule.allows, seen)
        return seen

    def condition(
        self, user: UserFacts, permissions: EffectivePermissions, obj: ObjectDef
    ) -> Condition | None:
        """Return what records hold that ``visible`` yields; None when each has to be judged by itself.

        Raise SharingNotModelled when that hangs on something that is not modelled.
        """
        judge = self._judge(user, permissions)
        if not judge.cap(obj):
            return Except(Everything())
        found = judge.condition(obj)
        rule = self._restriction(user, permissions, obj)
        if found is None or rule is None:
            return found
        return Every((found, RowTest(rule.allows)))

    def above(self, user: UserFacts, other_id: str) -> bool:
        """Return whether a user stands above another one in the role hierarchy."""
        return other_id in self._context.audience.subordinates(user.role)

    def share_rows(self, obj: ObjectDef, record: Record) -> tuple[ShareRow, ...]:
        """Return the rows of the share object for a record: Owner, Rule and the stored ones.

        Implicit shares have no row here ("do not rely on the rows being there", AccountShare page). Objects
        that have no sharing of their own have none at all. Raise SharingNotModelled when it cannot be told
        whether a rule gives one.
        """
        if not self._context.scheme(obj, external=False).shared:
            return ()
        rows: list[ShareRow] = []
        owner = record.get("OwnerId")
        if owner is not None:
            queue = self._context.queues.get(owner)
            kind, name = ("user", owner) if queue is None else ("queue", queue)
            shared_with = SharedWith(kind=kind, name=name)
            rows.append(ShareRow(shared_with=shared_with, access_level="All", row_cause="Owner"))
        if is_private(obj, record):
            return tuple(rows)
        for rule in self._context.rules(obj):
            covered = rule.covers(record)
            if covered is None or (covered and rule.rule.shared_to.kind == UNREADABLE):
                raise rule.refusal()
            if covered:
                to, word = rule.rule.shared_to, rule.rule.access_level
                rows.append(
                    ShareRow(
                        shared_with=to,
                        access_level=word,
                        row_cause=rule.row_cause,
                        rule=rule.rule.name,
                        account_settings=rule.rule.account_settings,
                    )
                )
        stored = self._context.records.shares(obj.name).get(record["Id"], ())
        rows += (
            ShareRow(
                shared_with=one.shared_with,
                access_level=one.access_level,
                row_cause=one.row_cause,
                account_settings=one.account_settings,
            )
            for one in stored
        )
        return tuple(rows)

    def _restriction(
        self, user: UserFacts, permissions: EffectivePermissions, obj: ObjectDef
    ) -> "Restriction | None":
        if not self._context.source.restriction_rules:
            return None
        from pytest_sfintegration.embedded.sharing.restriction import restriction  # noqa: PLC0415 - on use

        return restriction(self._context, user, permissions, obj)

    def _judge(self, user: UserFacts, permissions: EffectivePermissions) -> Judge:
        if user.id not in self._context.audience.users:
            raise ValueError(
                f"{user.username} is not among the org's users; pass every user to RecordAccess."
            )
        key = (user.id, id(permissions))
        if key not in self._judges:
            self._judges[key] = Judge(self._context, user, permissions)
        return self._judges[key]
