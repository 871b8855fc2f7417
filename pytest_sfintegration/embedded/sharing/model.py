"""The words of record access: users, levels, reasons, decisions, and what the engine asks of the store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from pytest_sfintegration.sfdx.model import SharedWith

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.blocks.block import Block

__all__ = [
    "CHANGE",
    "CHANGE_AND_TRANSFER",
    "DETAIL",
    "FULL",
    "NO_ACCESS",
    "PUBLIC_FULL",
    "TERRITORY_CAUSES",
    "VIEW",
    "Access",
    "AccessDecision",
    "Reason",
    "Record",
    "RecordSource",
    "ShareEntry",
    "ShareRow",
    "SharingNotModelled",
    "UserFacts",
    "level",
    "united",
]

Record = Mapping[str, Any]
"""One record: API field name -> value."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
# PICKVAL UserType of internal users (object reference, User.UserType); every other one is external.
_INTERNAL: Final = frozenset({"standard", "csnonly", "automatedprocess", "cloudintegrationuser"})


class SharingNotModelled(LookupError):
    """Record access hangs on something that the embedded org does not model: it refuses to guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFacts:
    """What sharing knows of a user.

    ``role`` is the DeveloperName; ``user_type`` as in User.UserType; ``fields`` are further fields of the
    User record, for restriction rules (``$User.Department``).
    """

    id: str
    username: str
    role: str | None = None
    profile: str | None = None
    manager_id: str | None = None
    is_active: bool = True
    user_type: str = "Standard"
    fields: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def external(self) -> bool:
        """Whether external org-wide defaults apply."""
        return self.user_type.lower() not in _INTERNAL

    @property
    def guest(self) -> bool:
        """Whether this is the guest user of a site."""
        return self.user_type.lower() == "guest"


class Access(Flag):
    """What one may do with a record; the Has…Access columns of UserRecordAccess."""

    READ = auto()
    EDIT = auto()
    DELETE = auto()
    TRANSFER = auto()
    ALL = auto()


NO_ACCESS: Final = Access(0)
VIEW: Final = Access.READ
CHANGE: Final = Access.READ | Access.EDIT
CHANGE_AND_TRANSFER: Final = CHANGE | Access.TRANSFER
DETAIL: Final = CHANGE | Access.DELETE
PUBLIC_FULL: Final = DETAIL | Access.TRANSFER
FULL: Final = PUBLIC_FULL | Access.ALL
TERRITORY_CAUSES: Final = frozenset({"Territory", "Territory2AssociationManual"})
"""The RowCauses of an account's shares with its territories (Object Reference, AccountShare)."""

_LEVELS: Final = {
    "none": NO_ACCESS,
    "private": NO_ACCESS,
    "read": VIEW,
    "edit": CHANGE,
    "readwrite": CHANGE,
    "all": FULL,
}


def level(word: str) -> Access:
    """Return the access that a share, a sharing rule or a role setting gives (None, Read, Edit, All)."""
    try:
        return _LEVELS[word.lower()]
    except KeyError:
        raise SharingNotModelled(f"The access level {word!r} is not modelled; use Read or Edit.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a record is accessible: a RowCause-like word and what it gives."""

    cause: str
    access: Access

    def __str__(self) -> str:
        return self.cause


def united(reasons: Iterable[Reason]) -> Access:
    """Return everything that any of the reasons gives."""
    accesses = [reason.access for reason in reasons]
    return reduce(or_, accesses) if accesses else NO_ACCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDecision:
    """What a user may do with one record, and why.

    ``reasons`` is empty exactly when nothing is allowed. ``restricted_by`` names the restriction rule that
    hides the record.
    """

    access: Access
    reasons: tuple[Reason, ...] = ()
    restricted_by: str | None = None

    @property
    def can_read(self) -> bool:
        """HasReadAccess."""
        return Access.READ in self.access

    @property
    def can_edit(self) -> bool:
        """HasEditAccess."""
        return Access.EDIT in self.access

    @property
    def can_delete(self) -> bool:
        """HasDeleteAccess."""
        return Access.DELETE in self.access

    @property
    def can_transfer(self) -> bool:
        """HasTransferAccess."""
        return Access.TRANSFER in self.access

    @property
    def can_share(self) -> bool:
        """HasAllAccess."""
        return Access.ALL in self.access

    @property
    def max_access_level(self) -> str:
        """MaxAccessLevel: None, Read, Edit, Delete, Transfer or All."""
        highest = "None"
        for one in Access:
            if one in self.access:
                highest = (one.name or "").capitalize()
        return highest


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareEntry:
    """A stored share of one record: Manual, or an Apex reason.

    ``account_settings`` holds the ContactAccessLevel, CaseAccessLevel and OpportunityAccessLevel of an
    AccountShare under the keys of the metadata (``contactAccessLevel``, ...).
    """

    shared_with: SharedWith
    access_level: str
    row_cause: str = "Manual"
    account_settings: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @property
    def cause(self) -> str:
        """The reason for access that the share gives: a territory is named."""
        if self.row_cause not in TERRITORY_CAUSES and self.row_cause != "Territory2Forecast":
            return self.row_cause
        return f"{self.row_cause} (territory {self.shared_with.name})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """A row of a share object; ``rule`` names the sharing rule behind a row of RowCause Rule.

    ``account_settings`` are those of ShareEntry.
    """

    shared_with: SharedWith
    access_level: str
    row_cause: str
    rule: str | None = None
    account_settings: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


class RecordSource(Protocol):
    """The records and their stored shares, unfiltered."""

    def get(self, obj: str, record_id: str) -> Record | None:
        """Return one record, or None."""

    def rows(self, obj: str) -> Iterable[Record]:
        """Return every record of an object."""

    def blocks(self, obj: str) -> "Iterable[Block]":
        """Return every record of an object, in blocks; deleted ones are among them."""

    def children(self, obj: str, field: str, parent_id: str) -> Iterable[Record]:
        """Return the records of an object whose lookup points to a record."""

    def shares(self, obj: str) -> Mapping[str, Sequence[ShareEntry]]:
        """Return the stored shares of an object's records by record id."""
