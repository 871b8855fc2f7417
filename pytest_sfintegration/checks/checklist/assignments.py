"""Judge what is assigned: permission sets, groups, licences, custom permissions and what packages bring."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from pytest_sfintegration.access.practices.facts import (
    Assigned,
    AssignedLicenses,
    Assignments,
    CustomPermissions,
    PracticeFacts,
    UserFacts,
)
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met
from pytest_sfintegration.checks.checklist.profile import INTEGRATION_LICENSE
from pytest_sfintegration.checks.checklist.upkeep import made_here
from pytest_sfintegration.checks.checklist.words import listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow

__all__ = [
    "judge_compatible",
    "judge_custom_permissions",
    "judge_exact",
    "judge_integration_license",
    "judge_packages",
    "judge_recalculated",
]

_PSL = "SalesforceAPIIntegrationPsl"
_PSL_LABEL = "Salesforce API Integration"
"""DeveloperName and label (Help, "Give Integration Users API Only Access")."""

_SOON = 30
"""Days within which no assignment may expire, if the matrix does not say."""

_SETS = ("permission set", "permission set group")


def judge_integration_license(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look for the permission set licence of integrations."""
    licenses = facts.of(AssignedLicenses)
    observed = f"permission set licences: {listed(sorted(licenses.names)) or 'none'}"
    if licenses.hold(_PSL) or licenses.hold(_PSL_LABEL):
        return met(observed, expected=_PSL)
    return not_met(observed, f"{_PSL} is not assigned", expected=_PSL)


def judge_compatible(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Compare the licence of each permission set, in a group too, with the licences of the user."""
    user, licenses = facts.of(UserFacts), facts.of(AssignedLicenses)
    assigned = facts.of(Assignments)
    sets = (*assigned.of("permission set"), *assigned.members)
    problems = [text for one in sets if (text := _license_gap(one, user, licenses))]
    observed = (
        listed([f"{one.full_name}: {one.license or 'no licence'}" for one in sets]) or "no set assigned"
    )
    return not_met(observed, *problems) if problems else met(observed)


def _license_gap(one: Assigned, user: UserFacts, licenses: AssignedLicenses) -> str:
    if one.license is None or licenses.hold(one.license):
        return ""
    if one.license != user.license:
        return f"{one.full_name} is for the licence {one.license}, which the user does not hold"
    if one.license == INTEGRATION_LICENSE:
        return (
            f"{one.full_name} is for the user licence {INTEGRATION_LICENSE}, which allows no object: it must "
            f"be {_PSL_LABEL}"
        )
    return ""


def judge_exact(facts: PracticeFacts, row: ChecklistRow, today: date) -> Outcome:
    """Compare what is assigned with what the user block declares, both ways, and look at expiry.

    An org of the run's own assigns what is declared: there is nothing to compare.
    """
    here = made_here(facts)
    if here is not None:
        return here
    user, assigned, licenses = facts.of(UserFacts), facts.of(Assignments), facts.of(AssignedLicenses)
    declared = row.matrix.user
    problems: list[str] = []
    if declared.profile is not None and declared.profile.name != user.profile:
        problems.append(f"the profile is {user.profile}, not {declared.profile.name}")
    for kind, names in (
        ("permission set", declared.permission_sets),
        ("permission set group", declared.permission_set_groups),
    ):
        wanted = [one.name for one in names]
        problems += _differences(kind, wanted, [one.full_name for one in assigned.of(kind)])
    wanted_licenses = [one.name for one in declared.permission_set_licenses]
    held = {name.lower() for name in licenses.names}
    lacking = [name for name in wanted_licenses if name.lower() not in held]
    extra = [name for name in licenses.names if name.lower() not in {one.lower() for one in wanted_licenses}]
    problems += [f"missing: permission set licence {name}" for name in lacking]
    problems += [f"extra: permission set licence {name}" for name in extra]
    days = _SOON if row.value is None else row.value
    problems += _expiring(assigned.rows, today, days)
    observed = ", ".join(
        [
            _count(assigned.of("permission set"), "permission set"),
            _count(assigned.of("permission set group"), "group"),
            _count(tuple(licenses.names), "permission set licence"),
        ]
    )
    expected = f"what user declares, and no expiry within {days} days"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def _count(found: tuple[object, ...], noun: str) -> str:
    return f"{len(found)} {noun}{'' if len(found) == 1 else 's'}"


def _differences(kind: str, wanted: list[str], found: list[str]) -> Iterable[str]:
    known = {name.lower() for name in found}
    asked = {name.lower() for name in wanted}
    yield from (f"missing: {kind} {name}" for name in wanted if name.lower() not in known)
    yield from (f"extra: {kind} {name}" for name in found if name.lower() not in asked)


def _expiring(rows: Iterable[Assigned], today: date, days: int) -> Iterable[str]:
    now = datetime.combine(today, time(), tzinfo=UTC)
    for one in rows:
        if one.expires is None:
            continue
        if one.expires < now:
            yield f"expired on {one.expires:%Y-%m-%d}: {one.kind} {one.full_name}"
        elif one.expires <= now + timedelta(days=days):
            yield f"expires on {one.expires:%Y-%m-%d}: {one.kind} {one.full_name}"


def judge_recalculated(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look at the status of each group."""
    groups = facts.of(Assignments).of("permission set group")
    problems = [f"{one.full_name} is {one.status}" for one in groups if one.status != "Updated"]
    observed = listed([f"{one.full_name}: {one.status}" for one in groups]) or "no group is assigned"
    expected = "Updated"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def judge_custom_permissions(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the custom permissions held with those declared, here or under setup_entities."""
    held = facts.of(CustomPermissions).held
    entities = row.matrix.setup_entities
    declared = {one.name for one in row.value or ()}
    if entities is not None:
        declared |= {one.name for one in entities.custom_permissions}
    extra = sorted(held.keys() - declared)
    missing = sorted({one.name for one in row.value or ()} - held.keys())
    problems = [f"not declared: {name}, granted by {listed(held[name])}" for name in extra]
    problems += [f"declared and not held: {name}" for name in missing]
    observed = f"held: {listed(sorted(held)) or 'none'}"
    expected = f"declared: {listed(sorted(declared)) or 'none'}"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def judge_packages(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the sets and groups of managed packages that are assigned with those declared."""
    assigned = facts.of(Assignments)
    found = sorted(one.full_name for kind in _SETS for one in assigned.of(kind) if one.namespace)
    declared = [one.name for one in row.value or ()]
    problems = [f"not declared: {name}" for name in found if name not in declared]
    problems += [f"declared and not assigned: {name}" for name in declared if name not in found]
    observed = f"assigned: {listed(found) or 'none'}"
    expected = f"declared: {listed(declared) or 'none'}"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)
