"""Judge the user: one for each integration, no person's login, its licence, its name."""

import re
from datetime import date

from pytest_sfintegration.access.practices.facts import (
    Assignments,
    PracticeFacts,
    ProfileContents,
    SuiteUsers,
    UserFacts,
)
from pytest_sfintegration.access.practices.upkeep_facts import HeldPermissions
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met, undeclared
from pytest_sfintegration.checks.checklist.profile import INTEGRATION_LICENSE
from pytest_sfintegration.checks.checklist.words import listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.checklist.values import Naming

__all__ = ["judge_license", "judge_naming", "judge_not_a_person", "judge_own"]

_ADMINISTRATOR = "System Administrator"

_ADMINISTERS = ("CustomizeApplication", "ManageUsers", "ModifyAllData", "ModifyMetadata", "ViewAllData")
"""Administrative permissions of a profile that make its user an administrator."""


def judge_own(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Look for the user in other matrices of the run, and for another user of the integration."""
    user, others = facts.of(UserFacts), facts.of(SuiteUsers).others
    name = user.username.lower()
    shared = [
        f"{path} ({integration})"
        for username, integration, path in others
        if username.lower() == name and integration != row.integration
    ]
    twice = [
        f"{username} ({path})"
        for username, integration, path in others
        if integration == row.integration and username.lower() != name
    ]
    problems = []
    if shared:
        problems.append(f"the user is also that of {listed(shared)}")
    if twice:
        problems.append(f"{row.integration} is also given to {listed(twice)}")
    looked = f"{len(others)} other matri{'x' if len(others) == 1 else 'ces'} of this run looked at"
    observed = f"{user.username} of {row.integration}; {looked}"
    expected = "one user for one integration"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def judge_not_a_person(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Tell a person's or an administrator's login by its user type, its profile and what the profile lets.

    API Only User may come from a permission set too; what sets let him administer, privileged_rights judges.
    """
    user, held = facts.of(UserFacts), facts.of(ProfileContents).user_permissions
    problems = []
    if user.profile == _ADMINISTRATOR:
        problems.append(f"the profile is {_ADMINISTRATOR}")
    administers = [name for name in _ADMINISTERS if name in held]
    if administers:
        problems.append(f"the profile administers: {listed(administers)}")
    if "ApiUserOnly" not in facts.of(HeldPermissions).held:
        problems.append("nothing grants API Only User: a person can log in to the user interface")
    if user.user_type != "Standard":
        problems.append(f"the user type is {user.user_type}")
    observed = f"profile {user.profile}, user type {user.user_type}"
    expected = "API Only User, no administrative permission"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def judge_license(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Compare the user licence."""
    found = facts.of(UserFacts).license
    if found == INTEGRATION_LICENSE:
        return met(found, expected=INTEGRATION_LICENSE)
    return not_met(found or "none", f"the user licence is {found or 'not set'}", expected=INTEGRATION_LICENSE)


def judge_naming(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the names with the patterns declared."""
    rule: Naming | None = row.value
    if rule is None:
        return undeclared(facts.of(UserFacts).username)
    user = facts.of(UserFacts)
    named: list[tuple[str, str | None, tuple[str, ...]]] = [
        ("username", rule.username, (user.username,)),
        ("profile", rule.profile, (user.profile,)),
    ]
    if rule.permission_sets is not None:
        assigned = facts.of(Assignments)
        sets = (*assigned.of("permission set"), *assigned.of("permission set group"))
        named.append(("permission set", rule.permission_sets, tuple(one.full_name for one in sets)))
    problems = [
        f"{kind} {name} does not match {pattern}"
        for kind, pattern, names in named
        if pattern is not None
        for name in names
        if re.fullmatch(pattern, name) is None
    ]
    observed = f"username {user.username}, profile {user.profile}"
    return not_met(observed, *problems) if problems else met(observed)
