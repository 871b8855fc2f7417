"""What the containers of a user add up to in one org, as its tables say."""

from collections.abc import Iterable

from pytest_sfintegration.comparison.facts import (
    FIELDS,
    OBJECTS,
    RIGHTS,
    USER_PERMISSIONS,
    Fact,
    Facts,
    Key,
    Person,
    Snapshot,
    Subject,
)

__all__ = ["effective_rights"]

_ALL_DATA = ((USER_PERMISSIONS, "ViewAllData"), (USER_PERMISSIONS, "ModifyAllData"))


def effective_rights(snapshot: Snapshot, person: Person) -> tuple[Facts, list[Subject]]:
    """Return the rights that a user's containers add up to, and the groups whose share is not known.

    A field is out of reach without read on its object, as far as object permissions govern that.
    """
    held: dict[Key, Fact] = {}
    unknown = []
    for holder in sorted(person.holds):
        if holder.kind == "permission set group":
            if holder not in snapshot.calculated:
                unknown.append(holder)
            facts = snapshot.calculated.get(holder, {})
        else:
            facts = snapshot.subjects.get(holder, {})
        held.update((key, Fact()) for key in facts if key[0] in RIGHTS)
    if any(key in held for key in _ALL_DATA):
        return held, unknown
    return {key: fact for key, fact in held.items() if _reachable(key, held, snapshot)}, unknown


def _reachable(key: Key, held: Iterable[Key], snapshot: Snapshot) -> bool:
    if key[0] != FIELDS:
        return True
    name = key[1].partition(" ")[2].partition(".")[0]
    return (OBJECTS, f"read {name}") in held or Subject(kind="object", name=name) not in snapshot.things
