"""Explain a right: the tree of everything that grants it, mutes it, or would."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.effective import security_field, writable
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.rights import NEEDS, FieldRight, ObjectRight, Operation, UserPermissionRight

__all__ = ["Explanation", "explain"]

Right = ObjectRight | FieldRight | UserPermissionRight


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One statement and what it rests on. ``held`` is None for a remark that is neither yes nor no."""

    text: str
    held: bool | None = None
    because: tuple["Explanation", ...] = ()


def explain(
    right: Right, configured: Configured, facts: ObjectFacts | None, nearest: Sequence[Grant]
) -> Explanation:
    """Return why a right is held, or why not.

    ``facts`` is the setup user's describe of the object; ``nearest`` the unassigned containers that grant the
    right.
    """
    parts = [*_containers(right, configured, facts), *_prerequisites(right, configured, facts)]
    held = _held(right, configured, facts)
    if not held and nearest:
        names = ", ".join(str(one) for one in nearest[:3])
        parts.append(Explanation(text=f"nearest grant that is not assigned: {names}"))
    elif not held and not any(one.held for one in parts):
        parts.append(Explanation(text="no permission set or profile of the org grants it"))
    return Explanation(text=str(right), held=held, because=tuple(parts))


def _held(right: Right, configured: Configured, facts: ObjectFacts | None) -> bool:
    if isinstance(right, UserPermissionRight):
        return right.name in configured.user_permissions
    operations = configured.operations(right.object)
    if isinstance(right, ObjectRight):
        return right.operation in operations
    field = None if facts is None else facts.fields.get(right.field)
    if field is None or Operation.READ not in operations:
        return False
    if right.operation is Operation.EDIT:
        if not writable(field) or operations.isdisjoint({Operation.CREATE, Operation.EDIT}):
            return False
        return not field.permissionable or right.operation in _field_operations(right, configured, facts)
    return not field.permissionable or right.operation in _field_operations(right, configured, facts)


def _field_operations(
    right: FieldRight, configured: Configured, facts: ObjectFacts | None
) -> frozenset[Operation]:
    return configured.field_operations(right.object, _secured(right, facts))


def _secured(right: FieldRight, facts: ObjectFacts | None) -> str:
    """Return the field whose field-level security counts: the compound of a part."""
    if facts is None or right.field not in facts.fields:
        return right.field
    return security_field(facts, facts.fields[right.field])


def _containers(right: Right, configured: Configured, facts: ObjectFacts | None) -> Iterable[Explanation]:
    grants = _grants(right, configured, facts)
    muted = _muted(right, configured, facts)
    for one in configured.assigned:
        inside = [grant for grant in grants if one.grant.name in {grant.name, grant.group}]
        taken = [grant for grant in muted if grant.group == one.grant.name]
        members = [
            Explanation(text=f"permission set {grant.name}{_because(grant)}", held=True)
            for grant in inside
            if grant.group is not None
        ]
        members += [
            Explanation(text=f"permission set {grant.name} grants it, but the group mutes it", held=False)
            for grant in taken
        ]
        why = "".join(_because(grant) for grant in inside if grant.group is None)
        yield Explanation(text=f"{one.grant}{why}", held=bool(inside), because=tuple(members))


def _because(grant: Grant) -> str:
    return f" by {grant.because}" if grant.because else ""


def _grants(right: Right, configured: Configured, facts: ObjectFacts | None) -> tuple[Grant, ...]:
    if isinstance(right, ObjectRight):
        return configured.why_object(right.object, right.operation)
    if isinstance(right, FieldRight):
        return configured.why_field(right.object, _secured(right, facts), right.operation)
    return configured.why_user_permission(right.name)


def _muted(right: Right, configured: Configured, facts: ObjectFacts | None) -> tuple[Grant, ...]:
    if isinstance(right, ObjectRight):
        return configured.muted_object(right.object, right.operation)
    if isinstance(right, FieldRight):
        return configured.muted_field(right.object, _secured(right, facts), right.operation)
    return configured.muted_user_permission(right.name)


def _prerequisites(right: Right, configured: Configured, facts: ObjectFacts | None) -> Iterable[Explanation]:
    if isinstance(right, UserPermissionRight):
        return
    operations = configured.operations(right.object)
    need: Callable[[Operation], Explanation] = lambda one: Explanation(  # noqa: E731 - one expression
        text=f"needs {one} {right.object}", held=one in operations
    )
    if isinstance(right, ObjectRight):
        yield from (need(one) for one in NEEDS[right.operation])
        return
    field = None if facts is None else facts.fields.get(right.field)
    yield need(Operation.READ)
    if right.operation is Operation.EDIT:
        either = not operations.isdisjoint({Operation.CREATE, Operation.EDIT})
        yield Explanation(text=f"needs create or edit {right.object}", held=either)
    if field is None:
        yield Explanation(text=f"there is no field {right.field} on {right.object}", held=False)
    elif not field.permissionable:
        yield Explanation(text="field-level security does not apply to it: it follows the object")
    elif _secured(right, facts) != right.field:
        yield Explanation(text=f"field-level security stands on {_secured(right, facts)}")
    if field is not None and right.operation is Operation.EDIT and not writable(field):
        yield Explanation(text="nobody can edit it (formula, auto-number or system field)", held=False)
