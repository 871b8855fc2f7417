"""What ``records:`` may not say beside ``objects:`` and ``user_permissions:``."""

from collections.abc import Iterator

from pytest_sfintegration.matrix.errors import Kind, MatrixError
from pytest_sfintegration.matrix.model import (
    LISTED,
    NEEDED_ON_OBJECT,
    NO_RECORD_ACCESS,
    ObjectRule,
    RecordRule,
    listed_operations,
)
from pytest_sfintegration.matrix.page import quoted
from pytest_sfintegration.matrix.parts import Part
from pytest_sfintegration.rights import Operation, RecordOperation

__all__ = ["record_contradictions"]


def record_contradictions(part: Part) -> Iterator[MatrixError]:
    """Yield accesses to records that the declared rights on the object, or on all data, cannot go with."""
    for name, rules in part.records.items():
        for rule in rules:
            found = _contradiction(part, part.objects.get(name), rule)
            if found is not None:
                yield found
            twice = _parent_given_twice(rule)
            if twice is not None:
                yield twice


def _contradiction(part: Part, obj: ObjectRule | None, rule: RecordRule) -> MatrixError | None:
    wide = _all_records(part, obj)
    if rule.access == NO_RECORD_ACCESS:
        return None if not wide else _error(rule, f"{wide[0]}, so that no record is hidden", "Correct one.")
    held = set() if obj is None else set(obj.access)
    listed = listed_operations(rule.access)
    for access in (RecordOperation(rule.access),) if listed is None else sorted(listed):
        needed = NEEDED_ON_OBJECT[access]
        if needed not in held and not (wide and wide[1]):
            where = "objects does not name it" if obj is None else f"objects gives no {needed} on it"
            return _error(rule, where, f"Allow {needed} in objects, or correct access.")
    if wide and wide[1] and rule.access != RecordOperation.ALL:
        return _error(rule, f"{wide[0]}, so that every record gives all", "Correct one.")
    return None


def _all_records(part: Part, obj: ObjectRule | None) -> tuple[str, bool] | None:
    """Return what opens every record of the object, and whether for writing too."""
    held = {named.name: named.at for named in part.user_permissions}
    operations = {} if obj is None else obj.access
    for operation, permission, writes in (
        (Operation.MODIFY_ALL, "ModifyAllData", True),
        (Operation.VIEW_ALL, "ViewAllData", False),
    ):
        if operation in operations:
            return f"{operation} is allowed at {operations[operation]}", writes
        if permission in held:
            return f"{permission} is allowed at {held[permission]}", writes
    return None


def _parent_given_twice(rule: RecordRule) -> MatrixError | None:
    for parent in rule.parents:
        if parent.lookup in rule.values:
            message = (
                f"records of {rule.object}: {quoted(rule.name)}: {parent.lookup} is in with and in parent."
            )
            return MatrixError(
                at=parent.at, message=message, remedy="Remove one of them.", kind=Kind.CONTRADICTION
            )
    return None


def _error(rule: RecordRule, why: str, remedy: str) -> MatrixError:
    access = rule.access.strip(LISTED).replace(LISTED, ", ")
    message = f"records of {rule.object}: {quoted(rule.name)} has access {access}, but {why}."
    return MatrixError(at=rule.access_at, message=message, remedy=remedy, kind=Kind.CONTRADICTION)
