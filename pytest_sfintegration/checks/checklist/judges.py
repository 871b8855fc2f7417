"""The judging functions of the checklist's items, and the facts that each needs.

A judge is a pure function of the facts, the row (what the matrix declares) and the day. Facts that could not
be told raise UntoldError when they are asked for: the item is inconclusive then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from pytest_sfintegration.access.practices.facts import (
    AssignedLicenses,
    Assignments,
    ConnectedApps,
    CustomPermissions,
    ExternalApps,
    LoginRestrictions,
    PracticeFacts,
    Preauthorized,
    ProfileContents,
    ProfileUsers,
    SuiteUsers,
    UserFacts,
)
from pytest_sfintegration.access.practices.hints import PracticeHints
from pytest_sfintegration.access.practices.upkeep_facts import HeldPermissions, OrgOrigin
from pytest_sfintegration.checks.checklist import apps, assignments, logins, profile, scope, user
from pytest_sfintegration.checks.checklist.outcome import Outcome
from pytest_sfintegration.checks.checklist.upkeep_judges import UPKEEP_JUDGES
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow

__all__ = ["JUDGES", "Judge"]

Function = Callable[[PracticeFacts, ChecklistRow, date], Outcome]


@dataclass(frozen=True, slots=True)
class Judge:
    """The function of an item, and the groups of facts that it may ask for."""

    judge: Function
    needs: tuple[type, ...]


_APP = (ConnectedApps, ExternalApps, PracticeHints)

JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "profile_base": Judge(profile.judge_base, (UserFacts, ProfileContents)),
        "profile_empty": Judge(profile.judge_empty, (UserFacts, ProfileContents, LoginRestrictions)),
        "rights_by_permission_sets": Judge(profile.judge_rights, (UserFacts, ProfileContents, Assignments)),
        "own_profile": Judge(profile.judge_own, (UserFacts, ProfileUsers, OrgOrigin)),
        "own_user": Judge(user.judge_own, (UserFacts, SuiteUsers)),
        "not_a_person": Judge(user.judge_not_a_person, (UserFacts, ProfileContents, HeldPermissions)),
        "user_license": Judge(user.judge_license, (UserFacts,)),
        "integration_license": Judge(assignments.judge_integration_license, (AssignedLicenses,)),
        "compatible_licenses": Judge(
            assignments.judge_compatible, (UserFacts, Assignments, AssignedLicenses)
        ),
        "assignments": Judge(assignments.judge_exact, (UserFacts, Assignments, AssignedLicenses, OrgOrigin)),
        "groups_recalculated": Judge(assignments.judge_recalculated, (Assignments,)),
        "login_ip_ranges": Judge(logins.judge_ip_ranges, (LoginRestrictions,)),
        "login_hours": Judge(logins.judge_hours, (LoginRestrictions,)),
        "session": Judge(logins.judge_session, (UserFacts, PracticeHints)),
        "custom_permissions": Judge(assignments.judge_custom_permissions, (CustomPermissions,)),
        "managed_packages": Judge(assignments.judge_packages, (Assignments,)),
        "naming": Judge(user.judge_naming, (UserFacts, Assignments)),
        "app": Judge(apps.judge_app, _APP),
        "app_preauthorization": Judge(apps.judge_preauthorization, (*_APP, Preauthorized)),
        "app_scopes": Judge(apps.judge_scopes, _APP),
        "app_ip_relaxation": Judge(apps.judge_ip_relaxation, _APP),
        "app_refresh_token": Judge(apps.judge_refresh_token, _APP),
        "app_run_as": Judge(apps.judge_run_as, (*_APP, UserFacts)),
        "covered_objects": Judge(scope.judge_objects, ()),
        "covered_fields": Judge(scope.judge_fields, ()),
        "uses": Judge(scope.judge_uses, ()),
        **{key: Judge(*each) for key, each in UPKEEP_JUDGES.items()},
    }
)
"""The judges by key of the item: one for each item of ``matrix.checklist.items``."""
