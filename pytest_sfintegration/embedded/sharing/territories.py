"""What territories give: the levels on their accounts, and the accounts that assignment rules bring them.

A territory gives its members its levels of access to the accounts assigned to it and to their children, and
to those above it the same levels (Help, "Define Default User Access for Territory Records").
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pytest_sfintegration.embedded.sharing.crowd import Among, Crowd
from pytest_sfintegration.embedded.sharing.model import Record, SharingNotModelled, level
from pytest_sfintegration.embedded.sharing.rules import CompiledRule
from pytest_sfintegration.embedded.sharing.territory_groups import TERRITORY, TerritoryGroups
from pytest_sfintegration.sfdx.model import ObjectDef, SharedWith, SharingRule, Territories, Territory
from pytest_sfintegration.sfdx.territory_model import AssignmentRule

__all__ = ["assignments", "levels_of"]

_ACCOUNT: Final = "Account"
_EXCLUDED: Final = "IsExcludedFromRealign"


def levels_of(territory: Territory) -> dict[str, str]:
    """Return what a territory gives on the children of its accounts, under the keys of a rule's settings."""
    return {
        "caseAccessLevel": territory.case_access or "None",
        "contactAccessLevel": territory.contact_access or "None",
        "opportunityAccessLevel": territory.opportunity_access or "None",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assigned(CompiledRule):
    """An assignment rule for one of its territories."""

    @property
    def cause(self) -> str:
        return f"Territory {self.rule.shared_to.name} (assignment rule {self.rule.name})"

    @property
    def row_cause(self) -> str:
        return "Territory"

    def refusal(self) -> SharingNotModelled:
        return SharingNotModelled(
            f"{self.why}. Assign the record to the territory (ObjectTerritory2Association), judge it on a "
            "live org, or take the assignment rule out of the source."
        )


def assignments(
    obj: ObjectDef,
    territories: Territories,
    groups: TerritoryGroups,
    stored: Callable[[Record], frozenset[str]],
) -> Iterator[CompiledRule]:
    """Yield what the active assignment rules of an object do, one for each territory of the active model.

    A rule of one territory assigns the accounts that it matches, as they are created and edited (Metadata
    API, Territory2Rule and Territory2RuleAssociation). How rules that are inherited combine with others is
    not modelled: an account that one matches, and that is not ``stored`` as assigned, is in doubt. So is
    whatever else than an account a rule matches.
    """
    for name, rules, inherited in _by_territory(obj.name, territories):
        territory = territories.territories[name]
        users = groups.above(name) | groups.direct(TERRITORY, name).users
        for rule in rules:
            matches, why = _matching(rule, obj)
            if obj.name != _ACCOUNT:
                why = f"records of {obj.name} in territories are not modelled"
            elif inherited:
                why = "how inherited rules combine is not modelled"
            covers = _covers(name, stored, matches, unsure=bool(why))
            yield _compiled(territory, rule, covers, users=users, why=why)


def _by_territory(wanted: str, territories: Territories) -> Iterator[tuple[str, list[AssignmentRule], bool]]:
    """Yield territories with their active rules, and whether any of them is inherited."""
    reach: dict[str, list[AssignmentRule]] = {}
    inherited: set[str] = set()
    for territory in territories.within(territories.active_model):
        for one in territory.rules:
            rule = territories.rules.get(one.rule)
            if rule is None or not rule.active or rule.object != wanted:
                continue
            names = [territory.name]
            if one.inherited:
                names += territories.descendants(territory.name)
                inherited.update(names)
            for name in names:
                if rule not in reach.setdefault(name, []):
                    reach[name].append(rule)
    for name, rules in reach.items():
        yield name, rules, name in inherited


def _matching(rule: AssignmentRule, obj: ObjectDef) -> tuple[Callable[[Record], bool] | None, str]:
    from pytest_sfintegration.embedded.sharing.criteria import compile_criteria  # noqa: PLC0415 - on use

    as_criteria = SharingRule(
        name=rule.name,
        label=rule.label,
        object=obj.name,
        type="criteria",
        access_level="Read",
        shared_to=SharedWith(kind=TERRITORY),
        criteria=rule.criteria,
        boolean_filter=rule.boolean_filter,
        path=rule.path,
    )
    try:
        return compile_criteria(as_criteria, obj).holds, ""
    except SharingNotModelled as refusal:
        return None, str(refusal)


def _covers(
    name: str,
    stored: Callable[[Record], frozenset[str]],
    matches: Callable[[Record], bool] | None,
    *,
    unsure: bool,
) -> Callable[[Record], bool | None]:
    def covers(record: Record) -> bool | None:
        if record.get(_EXCLUDED) or (matches is not None and not matches(record)):
            return False
        if name in stored(record):
            return False  # the stored assignment is a share of its own
        return None if unsure else True

    return covers


def _compiled(
    territory: Territory,
    rule: AssignmentRule,
    covers: Callable[[Record], bool | None],
    *,
    users: frozenset[str],
    why: str,
) -> CompiledRule:
    words = f"assignment rule {rule.name} could assign the record to territory {territory.name}: {why}"
    given = SharingRule(
        name=rule.name,
        label=rule.label,
        object=rule.object,
        type="territory assignment",
        access_level=(territory.account_access or "Read") if rule.object == _ACCOUNT else "All",
        shared_to=SharedWith(kind=TERRITORY, name=territory.name),
        account_settings=levels_of(territory),
        path=rule.path,
    )
    crowd = Crowd(doubts=(Among(what=words, external=None, users=users),)) if why else Crowd(users=users)
    return _Assigned(
        rule=given,
        access=level(given.access_level),
        recipients=crowd,
        covers=covers,
        owners=None,
        why=words if why else "",
    )
