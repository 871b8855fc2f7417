"""Judge what the matrix leaves open: objects, operations, fields, and objects that nobody uses."""

from datetime import date

from pytest_sfintegration.access.practices.facts import PracticeFacts
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met, undeclared
from pytest_sfintegration.checks.checklist.words import counted, listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.rights import Operation

__all__ = ["judge_fields", "judge_objects", "judge_uses"]


def judge_objects(_facts: PracticeFacts, row: ChecklistRow, today: date) -> Outcome:
    """Look for what ``ignore`` leaves out: the closed world is the test of all the rest."""
    matrix = row.matrix
    open_ends = [
        f"{named.name} is left out: {entry.reason}"
        for entry in matrix.ignore
        if entry.expires is None or today <= entry.expires
        for named in entry.objects
    ]
    observed = (
        f"{len(matrix.objects)} objects declared, each of {len(Operation)} operations allowed or denied; the "
        "closed world denies every other object"
    )
    expected = "no object is left out"
    if open_ends:
        return not_met(observed, *open_ends, expected=expected)
    note = "no operation can be left open: what a matrix does not allow is denied, and tested"
    return met(observed, expected=expected, note=note)


def judge_fields(_facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Look for objects whose fields are not judged, or not all of them."""
    objects = row.matrix.objects
    readable = [rule for rule in objects.values() if Operation.READ in rule.access]
    bare = [rule.object for rule in readable if rule.fields is None]
    others = [rule.object for rule in readable if rule.fields is not None and rule.fields.others_any]
    problems = []
    if bare:
        problems.append(f"fields are not judged: {listed(bare)}")
    if others:
        problems.append(f"fields that are not listed are not judged (others: any): {listed(others)}")
    observed = (
        f"{len(readable) - len(bare) - len(others)} of {counted([r.object for r in readable], 'object')}"
    )
    return not_met(observed, *problems) if problems else met(observed)


def judge_uses(_facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the objects granted with those that the integration really touches."""
    granted = [rule.object for rule in row.matrix.objects.values() if rule.access]
    if row.value is None:
        return undeclared(f"granted: {listed(granted)}")
    used = [one.name for one in row.value]
    known, held = ({name.casefold() for name in names} for names in (used, granted))
    problems = [f"granted and not used: {name}" for name in granted if name.casefold() not in known]
    problems += [f"used and not granted: {name}" for name in used if name.casefold() not in held]
    observed = f"granted: {listed(granted) or 'none'}"
    expected = f"used: {listed(used)}"
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)
