"""Where a difference of calculated or effective rights comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_sfintegration.comparison.facts import (
    ASSIGNMENTS,
    EFFECTIVE,
    FIELDS,
    MEMBERS,
    MUTED,
    OBJECTS,
    PROPERTIES,
    USER_PERMISSIONS,
    Key,
    Person,
    Snapshot,
    Subject,
)

__all__ = ["Causes", "Root"]

_READS = ("read", "view all", "modify all")
_ALL_DATA = ("ViewAllData", "ModifyAllData")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A difference by its place: a fact of a thing, or (with an empty key) the thing itself."""

    subject: Subject
    key: Key = ("", "")


class Causes:
    """Follows rights back through groups and assignments to the differences that were found directly.

    ``direct`` maps each difference that was found to the one that it comes from, often itself.
    """

    def __init__(self, a: Snapshot, b: Snapshot, direct: Mapping[Root, Root]) -> None:
        self._sides = (a, b)
        self._direct = direct

    def of_group(self, group: Subject, key: Key) -> tuple[Root, ...]:
        """Return what makes a group's calculated right differ."""
        section, what = key
        found = [*self._at(group, (MUTED + section, what))]
        for member in self._members(group):
            changed = [*self._at(group, (MEMBERS, str(member)))]
            if not changed:
                found += self._at(member, key)
            elif self._says(member, key):
                found += changed
        return tuple(dict.fromkeys(found or self._of_section(group, (MEMBERS, MUTED))))

    def of_user(self, user: Subject, a: Person, b: Person, key: Key) -> tuple[Root, ...]:
        """Return what makes an effective right of a user differ."""
        found = [*self._through(user, a, b, key)]
        if not found and key[0] == FIELDS:  # the field is granted as before, but its object is out of reach
            name = key[1].partition(" ")[2].partition(".")[0]
            for other in (
                *((OBJECTS, f"{one} {name}") for one in _READS),
                *((USER_PERMISSIONS, one) for one in _ALL_DATA),
            ):
                found += self._through(user, a, b, other)
        return tuple(dict.fromkeys(found))

    def _through(self, user: Subject, a: Person, b: Person, key: Key) -> Iterator[Root]:
        for holder in sorted(a.holds | b.holds):
            if (holder in a.holds) != (holder in b.holds):
                if self._says(holder, key):
                    place = (
                        (PROPERTIES, "profile") if holder.kind == "profile" else (ASSIGNMENTS, str(holder))
                    )
                    yield from self._at(user, place)
            elif holder.kind == "permission set group":
                if self._calculated(holder, key):
                    unexplained = Root(subject=holder, key=(EFFECTIVE + key[0], key[1]))
                    yield from self.of_group(holder, key) or (unexplained,)
            else:
                yield from self._at(holder, key)

    def _at(self, subject: Subject, key: Key) -> Iterator[Root]:
        root = self._direct.get(Root(subject=subject, key=key)) or self._direct.get(Root(subject=subject))
        if root is not None:
            yield root

    def _of_section(self, subject: Subject, starts: tuple[str, ...]) -> Iterator[Root]:
        for place, root in self._direct.items():
            if place.subject == subject and place.key[0].startswith(starts):
                yield root

    def _members(self, group: Subject) -> list[Subject]:
        found = {
            fact.refers
            for side in self._sides
            for (section, _), fact in side.subjects.get(group, {}).items()
            if section == MEMBERS and fact.refers is not None
        }
        return sorted(found)

    def _says(self, subject: Subject, key: Key) -> bool:
        """Whether a container grants a right in either org."""
        return any(
            key in side.calculated.get(subject, {}) or key in side.subjects.get(subject, {})
            for side in self._sides
        )

    def _calculated(self, group: Subject, key: Key) -> bool:
        """Whether the calculated right of a group differs."""
        return len({key in side.calculated.get(group, {}) for side in self._sides}) > 1
