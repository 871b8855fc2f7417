"""What an org says of its containers and users, by name: ready to be laid beside another org's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "APPS",
    "ASSIGNMENTS",
    "EFFECTIVE",
    "FIELDS",
    "FROZEN",
    "KINDS",
    "MEMBERS",
    "MUTED",
    "NAMED_KINDS",
    "OBJECTS",
    "OPTIONAL",
    "PROPERTIES",
    "RIGHTS",
    "SETUP_ENTITIES",
    "TABS",
    "USER_PERMISSIONS",
    "Fact",
    "Facts",
    "Key",
    "Person",
    "Snapshot",
    "Subject",
]

OBJECTS = "object permissions"
FIELDS = "field permissions"
USER_PERMISSIONS = "user permissions"
SETUP_ENTITIES = "setup entities"
RIGHTS = (OBJECTS, FIELDS, USER_PERMISSIONS, SETUP_ENTITIES)
"""The sections whose facts are rights."""

MUTED = "muted "
"""Stands before the section of a right that a group mutes."""

EFFECTIVE = "effective "
"""Stands before the section of a right that is added up, where no difference explains it."""

MEMBERS = "members"
ASSIGNMENTS = "assignments"
PROPERTIES = "properties"

TABS = "tabs"
APPS = "apps"
FROZEN = "frozen"
OPTIONAL = {TABS: "visibility of tabs", APPS: "visibility of apps", FROZEN: "whether a user is frozen"}
"""Sections that not every org tells, and the words for them."""

KINDS = (
    "profile",
    "permission set",
    "permission set group",
    "role",
    "public group",
    "queue",
    "object",
    "user",
)
"""The kinds of things that are compared, in the order in which they are told."""

NAMED_KINDS = frozenset(
    {"profile", "permission set", "permission set group", "role", "public group", "queue"}
)
"""The kinds that must be there in both orgs. Anything else that is in one org only is told where a right
names it, as the cause that it then is."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Subject:
    """A thing with a name: a container, a user, an object, an Apex class."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


Key = tuple[str, str]
"""The section of a fact, and what is said: ("object permissions", "delete Contact")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is said with a key: nothing more, or a value. ``refers`` is the thing that it needs to be true."""

    value: str = ""
    refers: Subject | None = None


Facts = Mapping[Key, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user: facts, and the containers whose rights count (assignments that have not expired)."""

    facts: Facts
    holds: frozenset[Subject]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one org said.

    ``things`` exist, whether or not they are compared. ``calculated`` are the rights of permission set groups
    as the org has calculated them; a group that it has not is left out. ``people`` are the users that were
    asked for, by the username that was asked. ``untold`` are sentences on what could not be read, ``passed``
    are the optional sections that the org has no table for.
    """

    subjects: Mapping[Subject, Facts]
    things: frozenset[Subject]
    calculated: Mapping[Subject, Facts]
    people: Mapping[str, Person]
    untold: tuple[str, ...] = ()
    passed: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
