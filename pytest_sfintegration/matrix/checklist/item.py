"""What one item of the checklist is."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Group", "Item", "Preset", "Severity"]


class Group(StrEnum):
    """The phase of an integration's life that an item belongs to."""

    PLANNING = "Planning and configuration"
    TESTING = "Testing"
    UPKEEP = "Upkeep"


class Preset(StrEnum):
    """Which items are on without being named; ``strict`` has all of them."""

    STANDARD = "standard"
    STRICT = "strict"


class Severity(StrEnum):
    """How much it weighs that an item is not met."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One practice. ``key`` is its name in a matrix, ``title`` what must be so, ``setup`` what to change.

    ``source`` is a title of Salesforce Help or of its blog for admins, or an id of the Security Benchmark for
    Salesforce (docs.securitybenchmark.org). ``preset`` is the mildest that has it on. ``reads`` is the key of
    what it compares with, when something must be declared for it; a matrix that declares it has the item on.
    ``part`` is the attribute of it that counts, where several items read one key; ``example`` a line to
    declare it by, if not that of the key.
    """

    key: str
    group: Group
    title: str
    setup: str
    source: str
    severity: Severity
    preset: Preset = Preset.STANDARD
    reads: str | None = None
    part: str | None = None
    example: str = ""

    @property
    def id(self) -> str:
        """The id of its row: ``checklist-login-ip-ranges``."""
        return f"checklist-{self.key.replace('_', '-')}"
