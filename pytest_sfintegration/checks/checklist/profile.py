"""Judge the profile: what it was made from, what it grants by itself, who else has it."""

from collections.abc import Iterable
from datetime import date

from pytest_sfintegration.access.practices.facts import (
    Assignments,
    LoginRestrictions,
    PracticeFacts,
    ProfileContents,
    ProfileUsers,
    UserFacts,
)
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met, untold
from pytest_sfintegration.checks.checklist.upkeep import made_here
from pytest_sfintegration.checks.checklist.words import counted, listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow

__all__ = ["API_ONLY", "INTEGRATION_LICENSE", "judge_base", "judge_empty", "judge_own", "judge_rights"]

INTEGRATION_LICENSE = "Salesforce Integration"

BASE = "Minimum Access - API Only Integrations"
OLD_BASE = "Salesforce API Only System Integrations"
"""Help, "Give Integration Users API Only Access": the first replaces the second, which is deprecated."""

API_ONLY = frozenset({"ApiEnabled", "ApiUserOnly"})
"""What makes a profile API-only (the same page)."""

_SHIPPED = API_ONLY | {"ChatterInternalUser"}
"""What the API-only profile holds as it is shipped where Chatter is on (community: exports of it, such as
GSA/SF_WorkSpace; that it holds no more is assumed)."""

_JUDGED_ELSEWHERE = frozenset({"ConnectedApplication", "ExternalClientApplication"})

_SHOWN = "TabSet"
"""An app of the App Launcher. The API-only profile shows some as it is shipped: standard__AllTabSet and
standard__FlowsApp (community: exports of it, such as DnzA1/orderProcessDns). No right comes from an app."""

_WORDS = {
    "ApexClass": "Apex classes",
    "ApexPage": "Visualforce pages",
    "CustomEntityDefinition": "custom settings or metadata types",
    "CustomPermission": "custom permissions",
    "ExternalDataSource": "external data sources",
    "FlowDefinition": "flows",
}


def judge_base(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Compare the profile with the one that is meant for integrations.

    No org says what a profile was cloned from. A profile of the licence Salesforce Integration can only come
    from one of its two standard ones; API Only User tells it from a profile that was opened.
    """
    user = facts.of(UserFacts)
    observed = f"profile {user.profile}, of the licence {user.license or 'unknown'}"
    expected = f"{BASE}, or a clone of it"
    if user.profile == OLD_BASE:
        return not_met(
            observed,
            f"{OLD_BASE} is deprecated: it comes with read access to the fields of every object "
            f"({_field_count(facts.of(ProfileContents))} here)",
            expected=expected,
        )
    if user.license != INTEGRATION_LICENSE:
        return not_met(observed, "no profile of this licence is a clone of it", expected=expected)
    held = facts.of(ProfileContents).user_permissions
    lacking = sorted(API_ONLY - held)
    if lacking:
        return not_met(observed, f"the profile lacks {listed(lacking)}", expected=expected)
    note = (
        "" if user.profile == BASE else "told by its licence and API Only User: no org names a clone's base"
    )
    return met(observed, expected=expected, note=note)


def judge_empty(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look for permissions in the profile itself; tabs are judged where the org tells of them."""
    user = facts.of(UserFacts)
    tabs = facts.of(LoginRestrictions).tabs
    problems = list(_granted(facts.of(ProfileContents)))
    if tabs:
        problems.append(counted(tabs, "tab"))
    expected = "API Enabled and API Only User, and nothing else"
    if problems:
        return not_met(f"profile {user.profile} grants more", *problems, expected=expected)
    if tabs is None:
        return untold(
            "the org does not tell which tabs the profile shows", observed="nothing else is granted"
        )
    return met(f"profile {user.profile} grants API access alone", expected=expected, note=_shipped(facts))


def _shipped(facts: PracticeFacts) -> str:
    """Return what the profile has beyond what is expected, and may have."""
    contents = facts.of(ProfileContents)
    parts = [f"{one} comes with {BASE}" for one in sorted((_SHIPPED - API_ONLY) & contents.user_permissions)]
    if apps := contents.setup_entities.get(_SHOWN, 0):
        parts.append(f"{apps} app{'s' if apps > 1 else ''} shown, from which no right comes")
    return "; ".join(parts)


def judge_rights(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look for objects and fields that the profile grants, and for sets and groups that could instead."""
    contents, assigned = facts.of(ProfileContents), facts.of(Assignments)
    sets = [*assigned.of("permission set"), *assigned.of("permission set group")]
    names = listed([one.full_name for one in sets]) if sets else "none"
    observed = f"permission sets and groups assigned: {names}"
    problems = []
    if contents.objects:
        problems.append(f"the profile grants {counted(contents.objects, 'object')}")
    if contents.fields:
        problems.append(f"the profile grants {_field_count(contents)}")
    if not sets:
        problems.append("no permission set and no group is assigned")
    expected = "every object and field from a permission set or group"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def judge_own(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look for others with the same profile; an org of the run's own has none."""
    here = made_here(facts)
    if here is not None:
        return here
    user, others = facts.of(UserFacts), facts.of(ProfileUsers).usernames
    expected = "this user alone"
    if others:
        return not_met(
            f"profile {user.profile} has {len(others) + 1} active users",
            f"it is also the profile of {listed(others)}",
            expected=expected,
        )
    return met(f"profile {user.profile} has no other active user", expected=expected)


def _granted(contents: ProfileContents) -> Iterable[str]:
    if contents.objects:
        yield counted(contents.objects, "object")
    if contents.fields:
        yield _field_count(contents)
    more = sorted(contents.user_permissions - _SHIPPED)
    if more:
        yield counted(more, "user permission")
    for kind, count in sorted(contents.setup_entities.items()):
        if kind in _JUDGED_ELSEWHERE or kind == _SHOWN:
            continue
        yield f"{_WORDS.get(kind, kind)}: {count}"


def _field_count(contents: ProfileContents) -> str:
    total = sum(contents.fields.values())
    objects = len(contents.fields)
    return f"{total} field{'' if total == 1 else 's'} of {objects} object{'' if objects == 1 else 's'}"
