"""Verdicts: value objects that a report can render and a worker can send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.rights import (
    FieldRight,
    Location,
    ObjectRight,
    PracticeRight,
    RecordRight,
    RequestRight,
    SetupEntityRight,
    UserPermissionRight,
)

__all__ = ["Finding", "PracticeResult", "Right", "RowResult", "Verdict"]

Right = ObjectRight | FieldRight | UserPermissionRight


class Verdict(StrEnum):
    """What the comparison of one right came to; only ``ok`` passes."""

    OK = "ok"
    MISSING = "missing"
    EXTRA = "extra"
    UNKNOWN_TARGET = "unknown target"
    NOT_MET = "not met"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One right that is not as declared.

    ``right`` is None when the whole row is undecided. ``observed`` has the answer of every level that gave
    one. ``grants`` say where an extra right comes from; ``muted`` and ``nearest`` which container would give
    a missing one. ``note`` is a sentence for the reader, ``paste`` a line of YAML that would declare what was
    found. ``record`` is the right of a finding about records, ``reasons`` what sharing says of it.
    ``special`` is the right of a finding about a request, a setup entity, or a practice of the checklist, of
    which ``reasons`` say what is wrong.
    """

    verdict: Verdict
    right: Right | None
    expected: bool
    at: Location
    observed: Mapping[Level, bool] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    muted: tuple[Grant, ...] = ()
    nearest: tuple[Grant, ...] = ()
    note: str = ""
    paste: str = ""
    record: RecordRight | None = None
    reasons: tuple[str, ...] = ()
    special: RequestRight | SetupEntityRight | PracticeRight | None = None

    @property
    def cause(self) -> str:  # noqa: PLR0911 - one for each kind
        """The one thing to look at first; findings of one cause are told together."""
        if self.record is not None and self.reasons:
            return self.reasons[0]
        if self.verdict is Verdict.NOT_MET:
            return self.reasons[0] if self.reasons else str(self.special)
        if self.verdict is not Verdict.INCONCLUSIVE and self.grants:
            return f"granted by {self.grants[0]}"
        if self.verdict is Verdict.MISSING and self.muted:
            return f"muted in permission set group {self.muted[0].group}"
        if self.verdict is Verdict.MISSING and self.nearest:
            return f"{self.nearest[0]} is not assigned"
        if self.verdict is Verdict.MISSING:
            return "no permission set of the org grants it"
        return self.note or str(self.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeResult:
    """What an item of the checklist came to, whether it is met or not: for messages and reviews.

    ``state``: met, not met, could not be told, not declared, or waived (``waived`` is the reason then).
    ``observed`` is what is there, ``expected`` what should be, ``problems`` what is wrong; ``setup`` what to
    change in Setup, ``source`` where the practice comes from. ``unjudged`` is the reason why nothing was
    compared: nothing is declared, or only a live org can tell.
    """

    item: str
    group: str
    title: str
    severity: str
    state: str
    observed: str = ""
    expected: str = ""
    problems: tuple[str, ...] = ()
    note: str = ""
    setup: str = ""
    source: str = ""
    waived: str = ""
    unjudged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What one row of a matrix came to: ``ok`` without findings.

    ``judged`` counts the rights that were compared. ``control`` says what made the denials believable.
    ``marks`` are the words of the summary's grid, by column. ``subject`` says what a record is, and where it
    comes from. ``notes`` say what was not observed at a level that was asked for, and why.
    ``practice`` is what a row of the checklist came to. ``granted_by`` are the containers that grant what the
    row allows, looked up for reviews alone.
    """

    row: str
    integration: str
    aspect: str
    object: str | None
    judged: int
    findings: tuple[Finding, ...] = ()
    control: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[Level, ...] = ()
    subject: str = ""
    notes: tuple[str, ...] = ()
    practice: PracticeResult | None = None
    granted_by: tuple[Grant, ...] = ()

    @property
    def inconclusive(self) -> bool:
        """Whether it failed, and for nothing but that it could not be told."""
        verdicts = {one.verdict for one in self.findings}
        return verdicts == {Verdict.INCONCLUSIVE}

    @property
    def ok(self) -> bool:
        """Whether everything is as declared."""
        return not self.findings
