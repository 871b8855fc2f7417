"""What all judgements of one org share: the source, the people, the records and the compiled rules."""

from collections.abc import Iterable, Mapping, Sequence

from pytest_sfintegration.embedded.sharing.audience import Audience
from pytest_sfintegration.embedded.sharing.defaults import Scheme, scheme
from pytest_sfintegration.embedded.sharing.model import (
    TERRITORY_CAUSES,
    Record,
    RecordSource,
    SharingNotModelled,
    UserFacts,
)
from pytest_sfintegration.embedded.sharing.open_ends import OpenEnds
from pytest_sfintegration.embedded.sharing.rules import CompiledRule, Places, compile_rule
from pytest_sfintegration.sfdx.model import ObjectDef, SharedWith, Source

__all__ = ["SharingContext"]


class SharingContext:
    """The org as sharing sees it. Users, groups and queues are fixed; records and shares are live."""

    def __init__(
        self,
        source: Source,
        *,
        users: Iterable[UserFacts],
        group_members: Mapping[str, Sequence[SharedWith]],
        queues: Mapping[str, str],
        records: RecordSource,
    ) -> None:
        self.source = source
        self.records = records
        self.queues = dict(queues)
        self.audience = Audience(source, users, group_members)
        self._objects = {name.lower(): obj for name, obj in source.objects.items()}
        self._rules: dict[str, tuple[CompiledRule, ...]] = {}
        self._assigned: dict[str, tuple[CompiledRule, ...]] = {}
        self._schemes: dict[tuple[str, bool], Scheme] = {}
        self._open_ends = OpenEnds(source.problems)

    def object(self, name: str) -> ObjectDef | None:
        """Return an object by name in any case."""
        return self._objects.get(name.lower())

    def scheme(self, obj: ObjectDef, *, external: bool) -> Scheme:
        """Return the organization-wide default of an object.

        Raise SharingNotModelled when it cannot be known.
        """
        key = (obj.name, external)
        if key not in self._schemes:
            if (unknown := self.unknown(obj)) is not None:
                raise unknown
            self._schemes[key] = scheme(obj, external=external)
        return self._schemes[key]

    def unknown(self, obj: ObjectDef) -> SharingNotModelled | None:
        """Return the refusal for an object of which the source cannot tell who reaches its records."""
        return self._open_ends.of(obj)

    def rules(self, obj: ObjectDef) -> tuple[CompiledRule, ...]:
        """Return the compiled sharing rules of an object."""
        if obj.name not in self._rules:
            rules = [
                compile_rule(rule, obj, self.audience, self.queues, self._places)
                for rule in self.source.sharing_rules
                if rule.object.lower() == obj.name.lower()
            ]
            self._rules[obj.name] = (*rules, *self._assignments(obj))
        return self._rules[obj.name]

    @property
    def _places(self) -> Places:
        return Places(stored=self._stored_territories, rules=self._account_assignments)

    def _account_assignments(self) -> tuple[CompiledRule, ...]:
        obj = self.object("Account")
        return () if obj is None else self._assignments(obj)

    def _stored_territories(self, account: Record) -> frozenset[str]:
        entries = self.records.shares("Account").get(account["Id"], ())
        return frozenset(
            entry.shared_with.name or "" for entry in entries if entry.row_cause in TERRITORY_CAUSES
        )

    def _assignments(self, obj: ObjectDef) -> tuple[CompiledRule, ...]:
        if not self.source.territories.rules:
            return ()
        if obj.name not in self._assigned:
            from pytest_sfintegration.embedded.sharing.territories import (  # noqa: PLC0415 - on use
                assignments,
            )

            self._assigned[obj.name] = tuple(
                assignments(obj, self.source.territories, self.audience.territories, self._stored_territories)
            )
        return self._assigned[obj.name]
