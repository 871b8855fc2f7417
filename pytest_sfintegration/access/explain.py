"""Explain a right: the tree of everything that grants it, mutes it, or would."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pytest_sfintegration.access.blocked_evidence import SetupEntityAccess
from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.effective import security_field, writable
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.access.licenses import Licenses
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.rights import (
    NEEDS,
    FieldRight,
    ObjectRight,
    Operation,
    SetupEntityRight,
    UserPermissionRight,
)

__all__ = ["Explanation", "Right", "explain"]

Right = ObjectRight | FieldRight | UserPermissionRight | SetupEntityRight

_SHARED = frozenset({Operation.CREATE, Operation.VIEW_ALL, Operation.MODIFY_ALL})
"""Operations on an object that sharing has no say in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One statement and what it rests on. ``held`` is None for a remark that is neither yes nor no.

    As text it is a tree: one line a statement, what it rests on indented below it.
    """

    text: str
    held: bool | None = None
    because: tuple["Explanation", ...] = ()

    def __str__(self) -> str:
        word = "held" if self.held else "not held"
        return "\n".join([f"{self.text}: {word}", *_branches(self.because, "")])


def _branches(parts: tuple[Explanation, ...], indent: str) -> Iterable[str]:
    for index, one in enumerate(parts):
        last = index == len(parts) - 1
        answer = "" if one.held is None else f": {'yes' if one.held else 'no'}"
        yield f"{indent}{'└─' if last else '├─'} {one.text}{answer}"
        yield from _branches(one.because, indent + ("   " if last else "│  "))


def explain(
    right: Right,
    configured: Configured,
    facts: ObjectFacts | None,
    nearest: Sequence[Grant],
    *,
    licenses: Licenses | None = None,
    sharing_model: str | None = None,
    entities: SetupEntityAccess | None = None,
) -> Explanation:
    """Return why a right is held, or why not.

    ``facts`` is the setup user's describe of the object; ``nearest`` the unassigned containers that grant the
    right; ``sharing_model`` the organization-wide default of the object, as Setup calls it; ``entities`` the
    user's setup entities, for a right on one.
    """
    if entities is not None and isinstance(right, SetupEntityRight):
        key = right.kind, right.name
        grants, muted = entities.granted.get(key, ()), entities.muted.get(key, ())
    else:
        grants, muted = _grants(right, configured, facts), _muted(right, configured, facts)
    parts = [
        *_containers(grants, muted, configured, licenses),
        *_prerequisites(right, configured, facts),
        *_license(right, configured, licenses),
        *_sharing(right, configured, sharing_model),
    ]
    held = bool(grants) if isinstance(right, SetupEntityRight) else _held(right, configured, facts)
    if not held and nearest:
        names = ", ".join(str(one) for one in nearest[:3])
        parts.append(Explanation(text=f"nearest grant that is not assigned: {names}"))
    elif not held and not any(one.held for one in parts):
        parts.append(Explanation(text="no permission set of the org grants it"))
    return Explanation(text=str(right), held=held, because=tuple(parts))


def _held(right: Right, configured: Configured, facts: ObjectFacts | None) -> bool:
    if not isinstance(right, ObjectRight | FieldRight):
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


def _containers(
    grants: Sequence[Grant], muted: Sequence[Grant], configured: Configured, licenses: Licenses | None
) -> Iterable[Explanation]:
    for one in configured.assigned:
        inside = [grant for grant in grants if one.grant.name in {grant.name, grant.group}]
        taken = [grant for grant in muted if grant.group == one.grant.name]
        members = [
            Explanation(
                text=f"permission set {grant.name}{_because(grant)}",
                held=True,
                because=tuple(_needs_license(grant, configured, licenses)),
            )
            for grant in inside
            if grant.group is not None
        ]
        members += [
            Explanation(text=f"permission set {grant.name} grants it, but the group mutes it", held=False)
            for grant in taken
        ]
        if one.grant.kind == "permission set" and inside:
            members += _needs_license(one.grant, configured, licenses)
        why = "".join(_because(grant) for grant in inside if grant.group is None)
        yield Explanation(text=f"{one.grant}{why}", held=bool(inside), because=tuple(members))


def _needs_license(grant: Grant, configured: Configured, licenses: Licenses | None) -> Iterable[Explanation]:
    """Yield the licence that a permission set of the user is for."""
    license_id = None if licenses is None else configured.license_of(grant)
    if licenses is not None and license_id:
        text, held = licenses.need(license_id)
        yield Explanation(text=text, held=held)


def _license(right: Right, configured: Configured, licenses: Licenses | None) -> Iterable[Explanation]:
    """Yield the user licence, with what it asks for before it lets object permissions be granted."""
    if licenses is None or licenses.user_license is None:
        return
    of_an_object = isinstance(right, ObjectRight | FieldRight) and right.object not in configured.outside
    needed = () if licenses.needed is None or not of_an_object else (licenses.needed,)
    yield Explanation(
        text=f"user licence {licenses.user_license}",
        because=tuple(
            Explanation(text=f"for object permissions it {text}", held=held) for text, held in needed
        ),
    )


def _sharing(right: Right, configured: Configured, model: str | None) -> Iterable[Explanation]:
    """Yield what decides of the records, once the object right is there."""
    if not isinstance(right, ObjectRight) or right.operation in _SHARED or model is None:
        return
    operations = configured.operations(right.object)
    wide = Operation.VIEW_ALL if right.operation is Operation.READ else Operation.MODIFY_ALL
    over = next((one for one in (wide, Operation.MODIFY_ALL) if one in operations), None)
    if over is not None:
        yield Explanation(text=f"of every record: {over} {right.object} passes sharing by")
    else:
        yield Explanation(
            text=f"of which records: organization-wide default {model}; more by owner, role and sharing rule"
        )


def _because(grant: Grant) -> str:
    return f" by {grant.because}" if grant.because else ""


def _grants(right: Right, configured: Configured, facts: ObjectFacts | None) -> tuple[Grant, ...]:
    if isinstance(right, ObjectRight):
        return configured.why_object(right.object, right.operation)
    if isinstance(right, FieldRight):
        return configured.why_field(right.object, _secured(right, facts), right.operation)
    return configured.why_user_permission(right.name) if isinstance(right, UserPermissionRight) else ()


def _muted(right: Right, configured: Configured, facts: ObjectFacts | None) -> tuple[Grant, ...]:
    if isinstance(right, ObjectRight):
        return configured.muted_object(right.object, right.operation)
    if isinstance(right, FieldRight):
        return configured.muted_field(right.object, _secured(right, facts), right.operation)
    return configured.muted_user_permission(right.name) if isinstance(right, UserPermissionRight) else ()


def _prerequisites(right: Right, configured: Configured, facts: ObjectFacts | None) -> Iterable[Explanation]:
    if not isinstance(right, ObjectRight | FieldRight):
        return
    if isinstance(right, ObjectRight) and right.object in configured.outside:
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
