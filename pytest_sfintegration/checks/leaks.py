"""Judge the related routes to a blocked object or field: a leak by any of them is an extra that names it."""

from dataclasses import replace

from pytest_sfintegration.access.evidence import Evidence, Level
from pytest_sfintegration.checks.verdict import Finding, Verdict
from pytest_sfintegration.matrix.expectations import BlockedRow
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation

__all__ = ["leak_control", "leak_notes", "with_leaks"]


def with_leaks(row: BlockedRow, findings: list[Finding], evidence: Evidence) -> list[Finding]:
    """Add the leaks to the findings of the row: to the one that says that read is held, if it is there."""
    answer = None if evidence.blocked is None else evidence.blocked.leaks.get(row.name)
    if answer is None or not answer.leaks:
        return findings
    name, _, field = row.name.partition(".")
    right: ObjectRight | FieldRight = (
        FieldRight(object=name, field=field, operation=Operation.READ)
        if field
        else ObjectRight(object=name, operation=Operation.READ)
    )
    note = f"shown by {'; '.join(answer.leaks)}"
    for index, one in enumerate(findings):
        if one.right == right and one.verdict is Verdict.EXTRA:
            told = f"{one.note}; {note}" if one.note else note
            return [*findings[:index], replace(one, note=told), *findings[index + 1 :]]
    leak = Finding(
        verdict=Verdict.EXTRA,
        right=right,
        expected=False,
        at=row.at,
        observed={Level.ENFORCED: True},
        note=note,
    )
    return [leak, *findings]


def leak_notes(row: BlockedRow, evidence: Evidence) -> tuple[str, ...]:
    """Return what the routes could not tell; none of it is passed over in silence."""
    if evidence.blocked is None or row.kind == "user permission":
        return ()
    answer = evidence.blocked.leaks.get(row.name)
    if answer is not None:
        return tuple(f"not observed at level enforced: {one}" for one in answer.untold)
    trouble = evidence.blocked.trouble.get("leaks")
    return () if trouble is None else (f"not observed at level enforced because {trouble}",)


def leak_control(row: BlockedRow, evidence: Evidence) -> str:
    """Return the routes that were refused, each of which shows the thing to the setup user."""
    answer = None if evidence.blocked is None else evidence.blocked.leaks.get(row.name)
    if answer is None or not answer.refused:
        return ""
    return f"routes that show it to the setup user and not to the user: {', '.join(answer.refused)}"
