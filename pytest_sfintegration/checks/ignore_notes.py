"""Entries of ``ignore:`` that leave out nothing: expired, or not needed."""

from collections.abc import Iterable, Sequence
from datetime import date

from pytest_sfintegration.access.evidence import Evidence
from pytest_sfintegration.matrix.expectations import ClosedWorldRow, FieldsRow, Row, UserPermissionsRow
from pytest_sfintegration.matrix.model import Ignore, Matrix, Named

__all__ = ["ignore_notes"]


def ignore_notes(matrix: Matrix, rows: Sequence[Row], evidence: Evidence, today: date) -> tuple[str, ...]:
    """Return a sentence for each entry that has expired, and for each name that there was no need to ignore.

    A name is called unused only where the rows that it would have changed were all judged.
    """
    if evidence.stopped or evidence.configured is None:
        return ()
    notes: list[str] = []
    for entry in matrix.ignore:
        if entry.expires is not None and entry.expires < today:
            notes.append(
                f"{entry.at}: this ignore entry expired on {entry.expires} and leaves out nothing any more: "
                "renew it, or remove it"
            )
            continue
        notes += [
            f"{named.at}: there is no need to ignore {named.name}: {why}; remove it"
            for named, why in _unused(entry, matrix, rows, evidence)
        ]
    return tuple(notes)


def _unused(
    entry: Ignore, matrix: Matrix, rows: Sequence[Row], evidence: Evidence
) -> Iterable[tuple[Named, str]]:
    if any(isinstance(row, ClosedWorldRow) for row in rows):
        for named in entry.objects:
            if named.name not in evidence.others:
                yield named, "the user holds nothing on it that the matrix does not declare"
    if any(isinstance(row, UserPermissionsRow) for row in rows):
        held = frozenset() if evidence.configured is None else evidence.configured.user_permissions
        for named in entry.user_permissions:
            if named.name not in held:
                yield named, "the user does not hold it"
    judged = {row.object for row in rows if isinstance(row, FieldsRow)}
    for named in entry.fields:
        name, _, field = named.name.partition(".")
        rule = matrix.objects.get(name)
        if rule is None or rule.fields is None or rule.fields.others_any:
            yield named, f"fields of {name} that are not listed are not judged"
        elif name in judged and not _shown(evidence, name, field):
            yield named, "the user cannot read it"


def _shown(evidence: Evidence, name: str, field: str) -> bool:
    obj = evidence.objects.get(name)
    return obj is None or any(field in one.read.yes | one.edit.yes for one in obj.fields.values())
