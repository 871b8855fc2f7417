"""Judge the org's other integration users, and the licences that are left."""

import re
from collections import Counter
from datetime import date

from pytest_sfintegration.access.practices.facts import PracticeFacts, SuiteUsers, UserFacts
from pytest_sfintegration.access.practices.upkeep_facts import IntegrationUsers, LicenseSeats, Seats
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met, untold
from pytest_sfintegration.checks.checklist.upkeep import made_here
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.checklist.values import Naming

__all__ = ["judge_inventory", "judge_seats"]

_FREE = 5
_USER_LICENSE = "Salesforce Integration"


def judge_inventory(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the users that look like integration users with those of the matrices of this run.

    The control: the user of the matrix itself must be found by what others are looked for by.
    """
    here = made_here(facts)
    if here is not None:
        return here
    users, suite = facts.of(IntegrationUsers), facts.of(SuiteUsers)
    own = row.matrix.user.username
    matrices = Counter([own.lower(), *(username.lower() for username, _, _ in suite.others)])
    found = _found(users, _pattern(row))
    problems = []
    for username, why in sorted(found.items()):
        number = matrices[username.lower()]
        if number == 0:
            problems.append(f"in no matrix: {username} ({why})")
        elif number > 1:
            problems.append(f"in {number} matrices: {username} ({why})")
    looked = len(suite.others) + 1
    told = f"{looked} matri{'x' if looked == 1 else 'ces'} in this run"
    observed = f"{len(found)} integration users in the org, {told}"
    expected = "each in exactly one matrix"
    if not users.complete and not problems:
        return untold(
            "the org has more than 2,000 active users: not all of them were read", observed=observed
        )
    if problems:
        return not_met(observed, *problems, expected=expected)
    if facts.of(UserFacts).active and own.lower() not in {name.lower() for name in found}:
        return untold(
            f"not even the user of this matrix is found: it has neither the licence {_USER_LICENSE} nor API "
            "Only User, and no naming pattern fits it; declare naming, so that users like it are found",
            observed=observed,
        )
    return met(observed, expected=expected)


def _pattern(row: ChecklistRow) -> str | None:
    checklist = row.matrix.checklist
    entry = None if checklist is None else checklist.entries.get("naming")
    naming: Naming | None = None if entry is None else entry.value
    return None if naming is None else naming.username


def _found(users: IntegrationUsers, pattern: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if pattern is not None:
        found |= {one: "its name" for one in users.usernames if re.fullmatch(pattern, one)}
    found |= dict.fromkeys(users.api_only, "API Only User")
    found |= dict.fromkeys(users.licensed, f"licence {_USER_LICENSE}")
    return found


def judge_seats(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look at the seats of the user licence and of the permission set licence of integrations."""
    here = made_here(facts)
    if here is not None:
        return here
    rows = facts.of(LicenseSeats).rows
    if not rows:
        return not_met("no licence for integrations", "the org has no licence for integrations")
    problems = [text for one in rows for text in _wrong(one)]
    observed = "; ".join(f"{one.name}: {one.used} of {one.total} taken" for one in rows)
    seats = next((one for one in rows if one.name == _USER_LICENSE), None)
    note = ""
    if seats is not None:
        paid = max(0, seats.total - _FREE)
        note = f"{min(seats.total, _FREE)} come with most editions, paid for: {paid}"
    expected = "active, one left at least"
    if problems:
        return not_met(observed, *problems, expected=expected, note=note)
    return met(observed, expected=expected, note=note)


def _wrong(one: Seats) -> list[str]:
    problems = []
    if one.status != "Active":
        problems.append(f"{one.name} is {one.status}")
    if one.used > one.total:
        problems.append(f"{one.name}: {one.used} taken of {one.total}")
    elif one.used == one.total:
        problems.append(f"{one.name}: none is left of {one.total}")
    return problems
