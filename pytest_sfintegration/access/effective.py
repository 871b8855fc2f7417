"""From field permissions to what they amount to for one object.

A field is readable when its object is, and field-level security shows it or does not apply to it; editable
when the object may be created or edited, the field can be written at all, and field-level security allows
it. Field-level security of an address stands on the compound field, not on its parts
(salesforce.stackexchange.com/questions/97912).
"""

from collections.abc import Iterable

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.evidence import Answer, FieldAnswers
from pytest_sfintegration.orgs.describe import FieldFacts, ObjectFacts
from pytest_sfintegration.rights import Operation

__all__ = [
    "configured_fields",
    "described_fields",
    "parts_of",
    "secured_fields",
    "security_field",
    "undescribed",
    "writable",
]

_COMPOUND_TYPES = frozenset({"address", "location"})


def undescribed(name: str, fields: Iterable[str]) -> ObjectFacts:
    """Return stand-in facts for an object that only the permission tables know, and its fields there."""
    return ObjectFacts(
        name=name,
        label=name,
        operations=frozenset(),
        fields={
            one: FieldFacts(
                name=one,
                type="",
                createable=True,
                updateable=True,
                permissionable=True,
                nillable=True,
                defaulted=False,
                compound=None,
                reference_to=(),
                raw={},
            )
            for one in fields
        },
        raw={},
    )


def parts_of(facts: ObjectFacts, field: str) -> tuple[str, ...]:
    """Return the parts of a compound address or location field; none for any other field."""
    if facts.fields[field].type not in _COMPOUND_TYPES:
        return ()
    return tuple(name for name, one in facts.fields.items() if one.compound == field and name != field)


def security_field(facts: ObjectFacts, one: FieldFacts) -> str:
    """Return the field whose field-level security counts for ``one``: itself, or its compound."""
    compound = facts.fields.get(one.compound or "")
    return compound.name if compound is not None and compound.type in _COMPOUND_TYPES else one.name


def writable(one: FieldFacts) -> bool:
    """Whether the field can be written by anyone (the setup user's describe says so)."""
    return one.createable or one.updateable


def secured_fields(facts: ObjectFacts) -> Iterable[FieldFacts]:
    """Return the fields that field-level security can hide."""
    return (one for one in facts.fields.values() if one.permissionable)


def configured_fields(configured: Configured, facts: ObjectFacts) -> FieldAnswers:
    """Fold object and field permissions into what the user can read and edit of the secured fields."""
    operations = configured.operations(facts.name)
    readable = Operation.READ in operations
    changeable = not operations.isdisjoint({Operation.CREATE, Operation.EDIT})
    read: set[str] = set()
    edit: set[str] = set()
    names: set[str] = set()
    for one in secured_fields(facts):
        names.add(one.name)
        if not readable:
            continue
        held = configured.field_operations(facts.name, security_field(facts, one))
        if Operation.READ in held:
            read.add(one.name)
        if Operation.EDIT in held and changeable and writable(one):
            edit.add(one.name)
    return FieldAnswers(
        read=Answer(yes=frozenset(read), no=frozenset(names - read)),
        edit=Answer(yes=frozenset(edit), no=frozenset(names - edit)),
    )


def described_fields(seen: ObjectFacts | None, facts: ObjectFacts) -> FieldAnswers:
    """Read the user's describe next to the setup user's: what only the latter shows is hidden."""
    shown = {} if seen is None else seen.fields
    read = frozenset(name for name in facts.fields if name in shown)
    edit = frozenset(name for name in read if writable(shown[name]))
    names = frozenset(facts.fields)
    return FieldAnswers(read=Answer(yes=read, no=names - read), edit=Answer(yes=edit, no=names - edit))
