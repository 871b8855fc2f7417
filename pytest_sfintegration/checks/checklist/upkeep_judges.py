"""The judging functions of the items of upkeep, and the facts that each needs."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from pytest_sfintegration.access.practices.facts import PracticeFacts, SuiteUsers, UserFacts
from pytest_sfintegration.access.practices.upkeep_facts import (
    AccountLock,
    GrantedObjects,
    HeldPermissions,
    IntegrationUsers,
    LicenseSeats,
    LoginRows,
    OrgOrigin,
    PasswordAge,
    TokenRows,
)
from pytest_sfintegration.checks.checklist import history, inventory, privileges, upkeep
from pytest_sfintegration.checks.checklist.outcome import Outcome
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow

__all__ = ["UPKEEP_JUDGES"]

_Function = Callable[[PracticeFacts, ChecklistRow, date], Outcome]
_HISTORY = (OrgOrigin, LoginRows, AccountLock)

UPKEEP_JUDGES: Mapping[str, tuple[_Function, tuple[type, ...]]] = MappingProxyType(
    {
        "review": (upkeep.judge_review, ()),
        "rotation": (upkeep.judge_rotation, (OrgOrigin, PasswordAge, HeldPermissions)),
        "active": (upkeep.judge_active, (UserFacts, AccountLock)),
        "last_login": (upkeep.judge_last_login, (UserFacts, *_HISTORY)),
        "login_sources": (history.judge_sources, _HISTORY),
        "login_clients": (history.judge_clients, _HISTORY),
        "failed_logins": (history.judge_failed, _HISTORY),
        "no_ui_login": (history.judge_no_ui, _HISTORY),
        "oauth_tokens": (upkeep.judge_tokens, (OrgOrigin, TokenRows)),
        "dormant_grants": (privileges.judge_dormant, (GrantedObjects,)),
        "inventory": (inventory.judge_inventory, (UserFacts, OrgOrigin, IntegrationUsers, SuiteUsers)),
        "licenses_left": (inventory.judge_seats, (OrgOrigin, LicenseSeats)),
        "privileged_rights": (privileges.judge_privileged, (HeldPermissions,)),
    }
)
"""Function and facts by key of the item."""
