"""The recycle bin: what was deleted, by whom and when, and what it took along."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pytest_sfintegration.embedded.storage import Storage

__all__ = ["Binned", "Emptied", "RecycleBin", "keeps"]

_KEPT: Final = timedelta(days=15)
# AccountTeamMember: SOAP API Developer Guide, undelete(); OpportunityTeamMember: Object Reference, IsDeleted.
# The others have no field IsDeleted (Object Reference; that this means the same is assumed).
_NEVER: Final = frozenset(
    {
        "AccountTeamMember",
        "CaseTeamMember",
        "CaseTeamTemplate",
        "CaseTeamTemplateMember",
        "CaseTeamTemplateRecord",
        "OpportunityTeamMember",
        "UserAccountTeamMember",
        "UserTeamMember",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptied:
    """A lookup that pointed to a deleted record."""

    object: str
    record_id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """A record in the bin; ``parent`` is the record with which it was deleted."""

    deleted_by: str
    deleted: datetime
    parent: str | None = None
    emptied: tuple[Emptied, ...] = ()


def keeps(obj: str) -> bool:
    """Tell whether a deleted record of an object goes into the bin; as a child it does in any case.

    Documented: Object Reference, OpportunityTeamMember: not in the recycle bin unless cascade-deleted.
    """
    return obj not in _NEVER and not obj.endswith("Share")


class RecycleBin:
    """What can be undeleted. The deleted records themselves stay in the storage, for queryAll."""

    def __init__(self, storage: Storage, now: Callable[[], datetime]) -> None:
        self._storage = storage
        self._now = now
        self._binned: dict[str, Binned] = {}

    def put(self, record_id: str, deleted_by: str, *, parent: str | None, emptied: Iterable[Emptied]) -> None:
        """Put a record into the bin."""
        self._note(record_id)
        self._binned[record_id] = Binned(
            deleted_by=deleted_by, deleted=self._now(), parent=parent, emptied=tuple(emptied)
        )

    def get(self, record_id: str) -> Binned | None:
        """Return what the bin knows of a record, None when it is not, or no longer, in it.

        Documented: Help, "Recycle Bin": after 15 days records are deleted for good.
        """
        found = self._binned.get(record_id)
        return None if found is None or self._now() - found.deleted > _KEPT else found

    def take(self, record_id: str) -> Binned | None:
        """Take a record out, and return what was known of it."""
        self._note(record_id)
        return self._binned.pop(record_id, None)

    def restore(self, record_id: str, former: Any) -> None:
        """Undo one write; for the journal only."""
        self._binned.pop(record_id, None)
        if former is not None:
            self._binned[record_id] = former

    def _note(self, record_id: str) -> None:
        self._storage.note(self, record_id, self._binned.get(record_id))
