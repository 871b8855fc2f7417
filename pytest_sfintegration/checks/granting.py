"""The containers that grant what a row allows, whether or not anything is wrong with it."""

from collections.abc import Iterable

from pytest_sfintegration.access.effective import security_field
from pytest_sfintegration.access.evidence import Evidence
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.matrix.expectations import FieldsRow, ObjectRow, Row, UserPermissionsRow
from pytest_sfintegration.rights import Operation

__all__ = ["granting"]


def granting(row: Row, evidence: Evidence) -> tuple[Grant, ...]:
    """Return the containers in a stable order; none for a row that allows nothing."""
    configured = evidence.configured
    if configured is None:
        return ()
    found: set[Grant] = set()
    if isinstance(row, ObjectRow):
        for operation in row.allowed:
            found.update(configured.why_object(row.object, operation))
    elif isinstance(row, UserPermissionsRow):
        for named in row.allowed:
            found.update(configured.why_user_permission(named.name))
    elif isinstance(row, FieldsRow):
        for name in _secured(row, evidence):
            found.update(configured.why_field(row.object, name, Operation.READ))
    return tuple(sorted(found, key=str))


def _secured(row: FieldsRow, evidence: Evidence) -> Iterable[str]:
    """Return the names that field-level security goes by: the compound of a part of an address."""
    observed = evidence.objects.get(row.object)
    facts = None if observed is None else observed.facts
    if facts is None:
        return ()
    return {security_field(facts, facts.fields[name]) for name in row.rule.read if name in facts.fields}
