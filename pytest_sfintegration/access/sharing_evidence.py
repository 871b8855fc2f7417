"""What must be known of records, and what was observed of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.evidence import Answer, Level
from pytest_sfintegration.rights import RecordOperation

__all__ = ["Owner", "ParentNeed", "RecordEvidence", "RecordNeed", "SeenRecord", "SharingReason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who is to own a record. ``kind``: user, role, queue; integration or setup, which have no name."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.name else f"the {self.kind} user"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentNeed:
    """The record that a lookup is to point to; without ``object`` the first object that it can point to."""

    lookup: str
    object: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    owner: Owner | None = None
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNeed:
    """One record to be made and looked at, or with ``where`` the records to be found.

    ``key`` names the need. ``expected`` tells when the reasons of sharing must be read too. ``owner`` None:
    the setup user. ``territories``: those that the record is assigned to, as Model.Territory.
    """

    key: str
    object: str
    expected: frozenset[RecordOperation]
    judged: frozenset[RecordOperation]
    values: Mapping[str, Any] = field(default_factory=dict)
    where: str | None = None
    owner: Owner | None = None
    parents: tuple[ParentNeed, ...] = ()
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingReason:
    """One thing that gives access to a record, in words, and what it gives."""

    text: str
    gives: frozenset[RecordOperation]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRecord:
    """One record, with the answer of each level. ``notes`` say why a level told nothing.

    ``reasons`` were read only where something is not as expected; None: not read, or the org would not tell.
    ``private``: with them it was seen that this is a contact without an account.
    """

    id: str
    answers: Mapping[Level, Answer[RecordOperation]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reasons: tuple[SharingReason, ...] | None = None
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvidence:
    """All that was observed for one need.

    ``unknown`` says what does not exist in the org, ``trouble`` what else stood in the way of looking.
    ``subject`` tells how the records were made or found. ``control`` is how the user was seen to see a record
    of the object, empty when it was not; ``readable``: the permission tables give it read. ``default`` is the
    organization-wide default in words, if it was asked for. ``restriction_rules`` are the rules on the object
    that the source knows.
    """

    records: tuple[SeenRecord, ...] = ()
    unknown: str = ""
    trouble: str = ""
    subject: str = ""
    control: str = ""
    readable: bool = True
    default: str = ""
    restriction_rules: tuple[str, ...] = ()
