"""Records made to be looked at: owners found, parents first, all of one kind in one call."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.sharing_evidence import Owner, ParentNeed, RecordNeed
from pytest_sfintegration.access.sharing_owners import Candidate, Owners, find_owners
from pytest_sfintegration.access.sharing_places import Placing, in_words, place
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.records import Made, Recipe, RecordMaker

__all__ = ["MadeRecord", "Making"]

_PURPOSE = "records"

# The owner cannot own it: another user of the role may (SOAP API guide, StatusCode).
_WRONG_OWNER = frozenset({"OP_WITH_INVALID_USER_TYPE_EXCEPTION", "TRANSFER_REQUIRES_READ"})

Describe = Callable[[Sequence[str]], Mapping[str, ObjectFacts | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRecord:
    """A record that was made, or why not; see RecordEvidence for ``unknown``, ``trouble`` and ``subject``."""

    id: str | None = None
    unknown: str = ""
    trouble: str = ""
    subject: str = ""


@dataclass(slots=True)
class _Order:
    """A record or a parent to be made: what it needs, and what came of it."""

    object: str
    values: dict[str, Any]
    candidates: tuple[Candidate, ...] = ()
    parents: dict[str, "_Order"] = field(default_factory=dict)
    territories: tuple[str, ...] = ()
    made: Made | None = None
    unknown: str = ""
    trouble: str = ""
    tried: int = 0
    ownerless: bool = False
    nobody: bool = False

    @property
    def stopped(self) -> bool:
        return bool(self.unknown or self.trouble)

    @property
    def owner(self) -> Candidate | None:
        return self.candidates[self.tried] if self.tried < len(self.candidates) else None


class Making:
    """Make records as the setup user; ``maker`` remembers them and removes them."""

    def __init__(
        self, *, setup: OrgClient, maker: RecordMaker, describe: Describe, user_id: str, username: str
    ) -> None:
        self._setup = setup
        self._maker = maker
        self._describe = describe
        self._user_id = user_id
        self._username = username

    def make(self, needs: Sequence[RecordNeed]) -> dict[str, MadeRecord]:
        """Make one record a need; failures come back as words."""
        owners = self._owners(needs)
        facts = self._describe(sorted({one.object for one in needs}))
        orders = {one.key: self._order(one, owners, facts[one.object]) for one in needs}
        try:
            parents = [parent for one in orders.values() for parent in one.parents.values()]
            self._make(parents)
            self._take_parents(orders.values())
            self._make(list(orders.values()))
            self._place([*parents, *orders.values()])
            self._take_troubles(orders.values())
        except OrgError as error:  # production, a lost connection, the call limit
            for order in orders.values():
                order.trouble = order.trouble or ("" if order.made else str(error))
        return {one.key: _result(one, orders[one.key]) for one in needs}

    def controls(self, objects: Sequence[str]) -> dict[str, str]:
        """Make a record of each object that the integration user owns; return the ids of those that exist."""
        try:
            made = self._maker.make(
                [Recipe(object=name, owner_id=self._user_id) for name in objects], purpose=_PURPOSE
            )
        except OrgError:
            return {}
        return {one.recipe.object: one.id for one in made if one.id is not None}

    def _owners(self, needs: Sequence[RecordNeed]) -> Owners:
        wanted = [one.owner for one in needs]
        wanted += [parent.owner for one in needs for parent in one.parents]
        return find_owners(
            self._setup,
            [one for one in wanted if one is not None],
            user_id=self._user_id,
            username=self._username,
        )

    def _order(self, need: RecordNeed, owners: Owners, facts: ObjectFacts | None) -> _Order:
        order = _Order(need.object, dict(need.values), territories=need.territories)
        _check_fields(order, facts)
        _set_owner(order, need.owner, owners)
        for parent in need.parents:
            made = self._parent(parent, need, owners, facts)
            order.parents[parent.lookup] = made
            order.unknown = order.unknown or made.unknown
            order.trouble = order.trouble or made.trouble
        return order

    def _parent(
        self, parent: ParentNeed, need: RecordNeed, owners: Owners, facts: ObjectFacts | None
    ) -> _Order:
        field_facts = None if facts is None else facts.fields.get(parent.lookup)
        targets = () if field_facts is None else field_facts.reference_to
        target = parent.object or (targets[0] if targets else "")
        order = _Order(target, dict(parent.values), territories=parent.territories)
        if target not in targets:
            order.unknown = (
                f"the setup user sees no lookup {need.object}.{parent.lookup} to {target or 'anything'}"
            )
            return order
        _check_fields(order, self._describe([target])[target])
        _set_owner(order, parent.owner or need.owner, owners)
        return order

    def _make(self, orders: Sequence[_Order]) -> None:
        """Make what can be made; a user of a role who cannot own the record gives way to the next one."""
        waiting = [one for one in orders if not one.stopped]
        while waiting:
            recipes = [
                Recipe(
                    object=one.object, values=one.values, owner_id=None if one.owner is None else one.owner.id
                )
                for one in waiting
            ]
            again: list[_Order] = []
            for one, made in zip(waiting, self._maker.make(recipes, purpose=_PURPOSE), strict=True):
                one.made = made
                if made.error is None:
                    continue
                if made.error.code in _WRONG_OWNER and one.tried + 1 < len(one.candidates):
                    one.tried += 1
                    again.append(one)
                else:
                    one.trouble = f"the setup user could not make the {one.object}: {made.error}"
            waiting = again

    def _place(self, orders: Sequence[_Order]) -> None:
        made = [
            (one, Placing(record_id=one.made.id, territories=one.territories))
            for one in orders
            if one.territories and one.made is not None and one.made.id is not None
        ]
        place(self._setup, self._maker, [placing for _, placing in made])
        for one, placing in made:
            one.trouble = one.trouble or placing.trouble

    @staticmethod
    def _take_troubles(orders: Iterable[_Order]) -> None:
        for one in orders:
            for parent in one.parents.values():
                one.trouble = one.trouble or parent.trouble

    @staticmethod
    def _take_parents(orders: "Sequence[_Order] | Any") -> None:
        for one in orders:
            for name, parent in one.parents.items():
                if parent.made is not None and parent.made.id is not None:
                    one.values[name] = parent.made.id
                else:
                    one.trouble = one.trouble or parent.trouble


def _check_fields(order: _Order, facts: ObjectFacts | None) -> None:
    if facts is None:
        order.unknown = f"the setup user does not see {order.object} in this org: it does not exist there"
        return
    order.ownerless = "OwnerId" not in facts.fields
    for name in order.values:
        if name not in facts.fields:
            order.unknown = f"the setup user does not see a field {name} on {order.object} in this org"


def _set_owner(order: _Order, owner: Owner | None, owners: Owners) -> None:
    if owner is None:
        return
    if owner in owners.found:
        order.candidates = owners.found[owner]
    else:
        order.trouble = owners.missing[owner]
        order.nobody = True


def _result(need: RecordNeed, order: _Order) -> MadeRecord:
    made = None if order.made is None else order.made.id
    return MadeRecord(
        id=None if order.stopped else made,
        unknown=order.unknown,
        trouble=order.trouble,
        subject=_subject(need, order),
    )


def _subject(need: RecordNeed, order: _Order) -> str:
    parts = [f"{need.object} made by the setup user"]
    if not order.nobody and not (order.ownerless and need.parents):
        parts[0] += f", {_owned(order)}"
    if need.values:
        parts.append("with " + _listed(need.values))
    if need.territories:
        parts.append(in_words(need.territories))
    for parent in need.parents:
        made = order.parents[parent.lookup]
        values = f" with {_listed(parent.values)}" if parent.values else ""
        places = f", {in_words(parent.territories)}" if parent.territories else ""
        owned = "" if made.nobody else f", {_owned(made)}"
        parts.append(f"{parent.lookup}: {made.object}{values}{owned}{places}")
    return "; ".join(parts)


def _owned(order: _Order) -> str:
    """Return the owner in words; what has no owner of its own gives it to the parents that it needs."""
    owner = "the setup user" if order.owner is None else order.owner.words
    return f"its parent owned by {owner}" if order.ownerless else f"owned by {owner}"


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
