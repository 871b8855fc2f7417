"""Judge privileged permissions, and grants that nobody needs."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pytest_sfintegration.access.practices.facts import PracticeFacts
from pytest_sfintegration.access.practices.upkeep_facts import GrantedObjects, HeldPermissions
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met, undeclared
from pytest_sfintegration.checks.checklist.words import listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.checklist.values import Privilege

__all__ = ["PRIVILEGED", "TIERS", "judge_dormant", "judge_privileged"]

_HIGH = frozenset(
    {
        "AssignPermissionSets",
        "AuthorApex",
        "CustomizeApplication",
        "ManageInternalUsers",
        "ManageProfilesPermissionsets",
        "ManageUsers",
        "ModifyAllData",
        "ModifyMetadata",
        "UseAnyApiClient",
    }
)
"""Permissions to change all data, to run code, or to give oneself more (SBS-ACS-004, -006 and -008)."""

_MEDIUM = frozenset(
    {
        "BulkApiHardDelete",
        "CanApproveUninstalledApps",
        "ManageEncryptionKeys",
        "ManageSharing",
        "PasswordNeverExpires",
        "TransferAnyEntity",
        "ViewAllData",
        "ViewAllFieldsGlobal",
        "ViewEncryptedData",
    }
)
_LOW = frozenset({"ViewAllUsers", "ViewSetup"})
TIERS: Mapping[str, frozenset[str]] = MappingProxyType({"high": _HIGH, "medium": _MEDIUM, "low": _LOW})
"""Privileged permissions by how much they weigh; which tier one belongs to is our own judgement."""

PRIVILEGED = _HIGH | {"ViewAllData"}
"""What makes a user privileged, whose secrets must be newer: administration, and all data past sharing
(SBS-ACS-009)."""

_CONTROLS = 2


def judge_privileged(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Ask of each privileged permission held for a justification and two compensating controls."""
    held = facts.of(HeldPermissions).held
    declared: dict[str, Privilege] = {one.name.lower(): one for one in row.value or ()}
    found = [(tier, name) for tier, names in TIERS.items() for name in sorted(names & held.keys())]
    found += [("declared", name) for name in sorted(held) if name.lower() in declared and not _tiered(name)]
    problems = []
    for tier, name in found:
        reason = declared.get(name.lower())
        if reason is None:
            problems.append(f"{name} ({tier}) is not justified, granted by {listed(held[name])}")
        elif len({one.name.casefold() for one in reason.controls}) < _CONTROLS:
            problems.append(f"{name} ({tier}) has {len(reason.controls)} compensating control, not two")
    known = {name.lower() for name in held}
    problems += [f"{one.name} is justified and not held" for key, one in declared.items() if key not in known]
    observed = listed([f"{name} ({tier})" for tier, name in found]) or "no privileged permission"
    expected = "a justification and two compensating controls for each"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def _tiered(name: str) -> bool:
    return any(name in names for names in TIERS.values())


def judge_dormant(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare what the containers grant with what the integration is declared to use."""
    granted = facts.of(GrantedObjects).by_object
    observed = f"granted: {listed(sorted(granted)) or 'none'}"
    note = "whether a right is exercised no table tells (Event Monitoring would): it is compared with uses"
    if row.value is None:
        return undeclared(observed)
    used = {one.name.lower() for one in row.value}
    idle = [name for name in sorted(granted) if name.lower() not in used]
    containers = sorted({where for names in granted.values() for where in names})
    useless = [
        where
        for where in containers
        if all(name in idle for name, names in granted.items() if where in names)
    ]
    problems = [f"{where} grants nothing that is used" for where in useless]
    problems += [f"granted and not used: {name}, by {listed(granted[name])}" for name in idle]
    expected = f"used: {listed([one.name for one in row.value])}"
    if problems:
        return not_met(observed, *problems, expected=expected, note=note)
    return met(observed, expected=expected, note=note)
