"""What was observed of a user's rights, at three levels, ready to be compared as sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.outcome import Outcome
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation

if TYPE_CHECKING:
    from pytest_sfintegration.access.blocked_evidence import BlockedEvidence
    from pytest_sfintegration.access.practices.facts import PracticeFacts
    from pytest_sfintegration.access.sharing_evidence import RecordEvidence

__all__ = ["Answer", "Evidence", "FieldAnswers", "Level", "ObjectEvidence"]

T = TypeVar("T")


class Level(StrEnum):
    """How a right was observed; the later, the stronger."""

    CONFIGURED = "configured"
    DESCRIBED = "described"
    ENFORCED = "enforced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """What one level says: held, not held; what is in neither was not told."""

    yes: frozenset[T] = frozenset()
    no: frozenset[T] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAnswers:
    """What one level says of an object's fields, by name."""

    read: Answer[str] = Answer()
    edit: Answer[str] = Answer()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvidence:
    """All that was observed of one object. ``facts`` is the setup user's describe: the control.

    ``exists`` is None when the setup user could not be asked. ``undescribed``: the permission tables can name
    the object but no describe shows it, so that configured evidence is all there is. ``notes`` tell why a
    probe proved nothing.
    """

    object: str
    exists: bool | None
    undescribed: bool = False
    facts: ObjectFacts | None = None
    operations: Mapping[Level, Answer[Operation]] = field(default_factory=dict)
    fields: Mapping[Level, FieldAnswers] = field(default_factory=dict)
    notes: Mapping[ObjectRight | FieldRight, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that was observed of one user in one org.

    ``others`` maps every further governed object that the user holds anything on to what each level says.
    ``known_permissions`` are the user permissions that the org has. ``governed`` counts
    the objects that object permissions can name. ``alive``: the user can do something in the org at all.
    ``stopped`` says why gathering ended
    early; what was not observed by then is inconclusive. ``records`` maps the key of a need to what was
    observed of its records. ``blocked`` is what was observed of queries, requests, setup entities and the
    related routes to what is blocked. ``practices`` are the facts that the checklist is judged on.
    """

    username: str
    levels: tuple[Level, ...]
    objects: Mapping[str, ObjectEvidence] = field(default_factory=dict)
    others: Mapping[str, Mapping[Level, Answer[Operation]]] = field(default_factory=dict)
    configured: Configured | None = None
    known_permissions: frozenset[str] = frozenset()
    governed: int = 0
    alive: bool = True
    stopped: str | None = None
    notes: tuple[str, ...] = ()
    records: Mapping[str, "RecordEvidence"] = field(default_factory=dict)
    blocked: "BlockedEvidence | None" = None
    practices: "PracticeFacts | None" = None
