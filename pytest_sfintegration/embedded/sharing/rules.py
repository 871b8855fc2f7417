"""Sharing rules, compiled: whom they reach, which records they cover, what they give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.embedded.sharing.audience import Audience, Crowd
from pytest_sfintegration.embedded.sharing.model import Access, Record, SharingNotModelled, UserFacts, level
from pytest_sfintegration.sfdx.model import ObjectDef, SharingRule

__all__ = ["CompiledRule", "Covers", "compile_rule"]

Covers = Callable[[Record], bool | None]
"""Whether a rule covers a record; None when that cannot be told."""

# Users who cannot have a role: their records are left out unless the rule says otherwise
# (Metadata API, SharingCriteriaRule.includeRecordsOwnedByAll).
_WITHOUT_ROLES: Final = frozenset({"cspliteportal", "guest", "automatedprocess", "cloudintegrationuser"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A sharing rule ready to be asked.

    ``owners`` are the owner ids of an owner-based rule when they are all known: the fast path. ``why`` is the
    refusal for the cases in which ``covers`` answers None or the recipients are in doubt.
    """

    rule: SharingRule
    access: Access
    recipients: Crowd
    covers: Covers
    owners: frozenset[str] | None
    why: str

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


def compile_rule(
    rule: SharingRule, obj: ObjectDef, audience: Audience, queue_ids: Mapping[str, str]
) -> CompiledRule:
    """Compile a rule; what cannot be evaluated becomes a doubt, never an error here."""
    recipients = audience.recipients(rule.shared_to)
    doubts = [doubt.what for doubt in recipients.doubts]
    owners: frozenset[str] | None = None
    if rule.criteria or rule.shared_from is None:
        covers, why = _criteria(rule, obj, audience)
    else:
        crowd = audience.members(rule.shared_from)
        queues = {
            one for one, name in queue_ids.items() if name.lower() == (rule.shared_from.name or "").lower()
        }
        if rule.shared_from.kind.lower() == "queue":
            # A queue shares the records that it owns itself, not those of its members.
            crowd = Crowd(users=frozenset(queues), doubts=crowd.doubts)
        covers, why = _owned(crowd, audience), "; ".join(doubt.what for doubt in crowd.doubts)
        owners = None if crowd.doubts else crowd.users
    return CompiledRule(
        rule=rule,
        access=level(rule.access_level),
        recipients=recipients,
        covers=covers,
        owners=owners,
        why="; ".join(filter(None, (*doubts, why))),
    )


def _criteria(rule: SharingRule, obj: ObjectDef, audience: Audience) -> tuple[Covers, str]:
    from pytest_sfintegration.embedded.sharing.criteria import (  # noqa: PLC0415 - on use
        compile_criteria,
        uncertain,
    )

    try:
        matches = compile_criteria(rule, obj)
    except SharingNotModelled as refusal:
        return (lambda _record: None), str(refusal)
    why = uncertain(rule, obj)
    covers = _told(matches) if why else matches
    if rule.include_records_owned_by_all:
        return covers, why
    left_out = frozenset(
        user.id for user in audience.users.values() if user.user_type.lower() in _WITHOUT_ROLES
    )
    return (lambda record: record.get("OwnerId") not in left_out and covers(record)), why


def _told(matches: Callable[[Record], bool]) -> Covers:
    """Return whether criteria hold; None for a record of which that is not known."""

    def covers(record: Record) -> bool | None:
        try:
            return matches(record)
        except SharingNotModelled:
            return None

    return covers


def _owned(crowd: Crowd, audience: Audience) -> Covers:
    users, doubts = crowd.users, crowd.doubts

    def covers(record: Record) -> bool | None:
        owner = record.get("OwnerId")
        if owner in users:
            return True
        facts = audience.users.get(owner or "")
        return None if facts is not None and any(doubt.concerns(facts) for doubt in doubts) else False

    return covers
