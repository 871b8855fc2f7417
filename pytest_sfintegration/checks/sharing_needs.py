"""What must be known to judge record rows, in the words of the room that looks."""

from collections.abc import Iterable, Mapping

from pytest_sfintegration.access.sharing_evidence import Owner, ParentNeed, RecordNeed
from pytest_sfintegration.matrix.expectations import RecordRow
from pytest_sfintegration.matrix.model import FieldValue, Matrix, OwnerRule

__all__ = ["owner_roles", "record_needs"]


def record_needs(rows: Iterable[object]) -> list[RecordNeed]:
    """Return one need for each record row among the rows."""
    return [_need(row) for row in rows if isinstance(row, RecordRow)]


def owner_roles(matrix: Matrix) -> tuple[str, ...]:
    """Return the roles whose users are to own records: an embedded org makes one user for each."""
    owners = [owner for rules in matrix.records.values() for rule in rules for owner in rule.owners]
    return tuple(sorted({owner.name for owner in owners if owner.kind == "role"}))


def _need(row: RecordRow) -> RecordNeed:
    rule = row.rule
    return RecordNeed(
        key=row.id,
        object=row.object,
        expected=row.expected,
        judged=row.judged,
        values=_values(rule.values),
        where=None if rule.where is None else rule.where.name,
        owner=_owner(rule.owner),
        parents=tuple(
            ParentNeed(
                lookup=parent.lookup,
                object=None if parent.object is None else parent.object.name,
                values=_values(parent.values),
                owner=_owner(parent.owner),
                territories=tuple(one.name for one in parent.territories),
            )
            for parent in rule.parents
        ),
        territories=tuple(one.name for one in rule.territories),
    )


def _values(given: Mapping[str, FieldValue]) -> dict[str, str | int | float | bool]:
    return {name: each.value for name, each in given.items()}


def _owner(rule: OwnerRule | None) -> Owner | None:
    return None if rule is None else Owner(kind=rule.kind, name=rule.name)
