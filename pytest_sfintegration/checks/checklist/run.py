"""Look up what the selected items need, and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date

from pytest_sfintegration.access.practices.facts import PracticeFacts
from pytest_sfintegration.access.practices.gather import PURPOSE, gather_practices, queries_of
from pytest_sfintegration.checks.checklist.judge import needs_of
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.packing import calls_for

__all__ = ["look_up", "planned"]


def look_up(
    rows: Sequence[ChecklistRow], setup: OrgClient, username: str, *, today: date, given: Iterable[object]
) -> PracticeFacts:
    """Return the facts that some rows are judged on; ``given`` are those that no org is asked for."""
    return gather_practices(setup, username, needs_of(rows), today=today, given=given)


def planned(rows: Sequence[ChecklistRow]) -> dict[str, int]:
    """Return the calls that it takes, by purpose."""
    if not rows:
        return {}
    plain, tooling = queries_of(needs_of(rows))
    return {PURPOSE: calls_for(1) + calls_for(plain) + tooling}
