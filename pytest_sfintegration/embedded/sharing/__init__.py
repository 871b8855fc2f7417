"""Record access: org-wide defaults, ownership, hierarchy, sharing rules, shares, restriction rules."""

from pytest_sfintegration.embedded.sharing.engine import RecordAccess
from pytest_sfintegration.embedded.sharing.model import (
    Access,
    AccessDecision,
    Reason,
    Record,
    RecordSource,
    ShareEntry,
    ShareRow,
    SharingNotModelled,
    UserFacts,
)

__all__ = [
    "Access",
    "AccessDecision",
    "Reason",
    "Record",
    "RecordAccess",
    "RecordSource",
    "ShareEntry",
    "ShareRow",
    "SharingNotModelled",
    "UserFacts",
]
