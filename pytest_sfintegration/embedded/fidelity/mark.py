"""What is known of one behaviour of the embedded org, and how."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Kind", "Mark", "Standing"]


class Standing(StrEnum):
    """How a behaviour is known, best first."""

    RECORDED = "recorded"
    DOCUMENTED = "documented"
    COMMUNITY = "community"
    ASSUMED = "assumed"


class Kind(StrEnum):
    """Which part of the code a mark speaks of; each kind has an inventory that the code itself gives."""

    ENDPOINT = "endpoint"
    PATH = "path"
    LOGIN = "login"
    METADATA = "metadata type"
    ERROR = "error code"
    KEYWORD = "SOQL keyword"
    FUNCTION = "SOQL function"
    DATE_LITERAL = "SOQL date literal"
    OPERATOR = "SOQL operator"
    LITERAL = "SOQL value"
    SOQL_RULE = "SOQL rule"
    GOVERNANCE = "governance of objects"
    IMPLICATION = "implication"
    USER_PERMISSION = "user permission asked for"
    PERMISSION_RULE = "rule of the permission engine"
    DEFAULT = "org-wide default"
    MEMBER = "member of a sharing rule"
    CRITERION = "operation of a criterion"
    CAUSE = "reason for record access"
    RECORD_RULE = "rule of record access"
    TABLE = "setup table"
    COLUMNS = "family of columns"
    VALUE = "value of a field"
    WRITE_RULE = "rule of writing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One behaviour: ``subject`` as the inventory of its kind names it, ``shown`` as the page does.

    ``source``: ``case ID`` of a recorded answer that a test of the embedded org repeats, or a public
    source by name; empty only for what is assumed. Several are separated by semicolons.
    """

    subject: str
    kind: Kind
    standing: Standing
    source: str = ""
    note: str = ""
    shown: str = ""

    @property
    def title(self) -> str:
        """Return what the page calls the subject."""
        return self.shown or self.subject
