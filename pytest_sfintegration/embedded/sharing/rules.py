"""Sharing rules, compiled: whom they reach, which records they cover, what they give."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.embedded.blocks.conditions import ColumnTest, Condition, Every, Except
from pytest_sfintegration.embedded.sharing.audience import Audience
from pytest_sfintegration.embedded.sharing.crowd import Crowd
from pytest_sfintegration.embedded.sharing.model import Access, Record, SharingNotModelled, UserFacts, level
from pytest_sfintegration.embedded.sharing.territory_groups import TERRITORY_KINDS
from pytest_sfintegration.sfdx.model import UNREADABLE, ObjectDef, SharedWith, SharingRule

__all__ = ["CompiledRule", "Covers", "Places", "compile_rule"]

Covers = Callable[[Record], bool | None]
"""Whether a rule covers a record; None when that cannot be told."""

# Users who cannot have a role: their records are left out unless the rule says otherwise
# (Metadata API, SharingCriteriaRule.includeRecordsOwnedByAll).
_WITHOUT_ROLES: Final = frozenset({"cspliteportal", "guest", "automatedprocess", "cloudintegrationuser"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A sharing rule ready to be asked.

    ``owners`` are the owner ids of an owner-based rule when they are all known: the fast path. ``why`` is the
    refusal for the cases in which ``covers`` answers None or the recipients are in doubt. ``condition`` says
    what ``covers`` says, where that is always sure.
    """

    rule: SharingRule
    access: Access
    recipients: Crowd
    covers: Covers
    owners: frozenset[str] | None
    why: str
    condition: Condition | None = None

    @property
    def cause(self) -> str:
        """The reason for access that the rule gives."""
        return f"Rule {self.rule.name}"

    @property
    def row_cause(self) -> str:
        """The RowCause of its rows in the share object (Object Reference, AccountShare and others)."""
        return "TerritoryRule" if self.rule.type == "territory" else "Rule"

    def reaches(self, user: UserFacts) -> bool | None:
        """Return whether the user gets what the rule shares; None when that cannot be told."""
        if user.id in self.recipients.users:
            return True
        return None if any(doubt.concerns(user) for doubt in self.recipients.doubts) else False

    def refusal(self) -> SharingNotModelled:
        """Return the refusal to be raised when the rule could matter."""
        where = f" ({self.rule.path})" if self.rule.path else ""
        return SharingNotModelled(
            f"Sharing rule {self.rule.name} on {self.rule.object}{where} could decide, and cannot be judged: "
            f"{self.why}. Judge this object on a live org, or take the rule out of the source."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Which territories accounts are assigned to: as stored, and by the assignment rules of accounts."""

    stored: Callable[[Record], frozenset[str]]
    rules: Callable[[], tuple[CompiledRule, ...]]

    def covers(self, account: Record, names: frozenset[str]) -> bool | None:
        """Return whether an account is in one of the territories; None where a rule cannot tell."""
        if not names.isdisjoint(self.stored(account)):
            return True
        answers = {rule.covers(account) for rule in self._into(names)}
        return True if True in answers else None if None in answers else False

    def doubt(self, names: frozenset[str]) -> str:
        """Return why some account may not be told of; empty when each can."""
        return "; ".join(rule.why for rule in self._into(names) if rule.why)

    def _into(self, names: frozenset[str]) -> Iterator[CompiledRule]:
        return (rule for rule in self.rules() if rule.rule.shared_to.name in names)


def compile_rule(
    rule: SharingRule,
    obj: ObjectDef,
    audience: Audience,
    queue_ids: Mapping[str, str],
    places: Places,
) -> CompiledRule:
    """Compile a rule; what cannot be evaluated becomes a doubt, never an error here."""
    recipients = audience.recipients(rule.shared_to)
    doubts = [doubt.what for doubt in recipients.doubts]
    owners: frozenset[str] | None = None
    condition: Condition | None = None
    if rule.criteria or rule.shared_from is None:
        covers, condition, why = _criteria(rule, obj, audience)
    elif rule.type == "territory":
        covers, why = _assigned(rule.shared_from, audience, places)
    else:
        crowd = audience.members(rule.shared_from)
        queues = {
            one for one, name in queue_ids.items() if name.lower() == (rule.shared_from.name or "").lower()
        }
        if rule.shared_from.kind.lower() == "queue":
            # A queue shares the records that it owns itself, not those of its members.
            crowd = Crowd(users=frozenset(queues), doubts=crowd.doubts)
        covers, why = _owned(crowd, audience), "; ".join(doubt.what for doubt in crowd.doubts)
        if rule.shared_from.kind == UNREADABLE:
            covers = _untold  # a queue may be meant, too
        owners = None if crowd.doubts else crowd.users
    return CompiledRule(
        rule=rule,
        access=level(rule.access_level),
        recipients=recipients,
        covers=covers,
        owners=owners,
        why="; ".join(filter(None, (*doubts, why))),
        condition=condition,
    )


def _criteria(rule: SharingRule, obj: ObjectDef, audience: Audience) -> tuple[Covers, Condition | None, str]:
    from pytest_sfintegration.embedded.sharing.criteria import (  # noqa: PLC0415 - on use
        compile_criteria,
        uncertain,
    )

    try:
        found = compile_criteria(rule, obj)
    except SharingNotModelled as refusal:
        return _untold, None, str(refusal)
    why = uncertain(rule, obj)
    covers = _told(found.holds) if why else found.holds
    condition = None if why else found.condition
    left_out = frozenset(
        user.id for user in audience.users.values() if user.user_type.lower() in _WITHOUT_ROLES
    )
    if rule.include_records_owned_by_all or not left_out:
        return covers, condition, why
    by_others = Except(ColumnTest(name="OwnerId", test=left_out.__contains__))
    return (
        (lambda record: record.get("OwnerId") not in left_out and covers(record)),
        None if condition is None else Every((by_others, condition)),
        why,
    )


def _told(matches: Callable[[Record], bool]) -> Covers:
    """Return whether criteria hold; None for a record of which that is not known."""

    def covers(record: Record) -> bool | None:
        try:
            return matches(record)
        except SharingNotModelled:
            return None

    return covers


def _assigned(shared_from: SharedWith, audience: Audience, places: Places) -> tuple[Covers, str]:
    """Cover the accounts assigned to a territory (Metadata API, SharingTerritoryRule).

    Help speaks of these rules for the original territory management only; that they go by the assignments of
    Sales Territories where they name one is assumed.
    """
    kind, name = shared_from.kind.lower(), shared_from.name or ""
    within = audience.territories.within(kind, name) if kind in TERRITORY_KINDS else None
    if within is None:
        crowd = audience.members(shared_from)
        why = "; ".join(doubt.what for doubt in crowd.doubts) or f"accounts of {kind} {name} are not modelled"
        return _untold, why
    return (lambda record: places.covers(record, within)), places.doubt(within)


def _untold(_record: Record) -> None:
    """Answer what a rule covers when nobody knows."""


def _owned(crowd: Crowd, audience: Audience) -> Covers:
    users, doubts = crowd.users, crowd.doubts

    def covers(record: Record) -> bool | None:
        owner = record.get("OwnerId")
        if owner in users:
            return True
        facts = audience.users.get(owner or "")
        return None if facts is not None and any(doubt.concerns(facts) for doubt in doubts) else False

    return covers
