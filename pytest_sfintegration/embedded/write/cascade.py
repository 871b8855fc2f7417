"""What goes along with a deleted record: its details, and the lookups that pointed to it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from pytest_sfintegration.embedded.share_objects import is_share
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.embedded.write.recycle_bin import Emptied, RecycleBin, keeps
from pytest_sfintegration.embedded.write.undeletable import refuse_deletion
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef

__all__ = ["Cascade"]

# Apex Developer Guide, "Deleting Records": the associations that undelete restores, beside custom lookups.
_RESTORED: Final = frozenset(
    {
        ("Account", "ParentId"),
        ("Asset", "Product2Id"),
        ("Case", "ParentId"),
        ("Contact", "ReportsToId"),
        ("Quote", "OpportunityId"),
    }
)


class Cascade:
    """Deletes and undeletes a record with all that hangs on it."""

    def __init__(
        self,
        objects: Mapping[str, ObjectDef],
        storage: Storage,
        bin_: RecycleBin,
        now: Callable[[], datetime],
    ) -> None:
        self._objects = objects
        self._storage = storage
        self._bin = bin_
        self._now = now

    def delete(self, definition: ObjectDef, row: Record, user_id: str, *, parent: str | None = None) -> None:
        """Delete a record: details go along, restricted children forbid it, other lookups are emptied.

        Documented: relationships among objects (object reference, overview_relationships). The user needs no
        right on the details. Raises ApiError DELETE_FAILED.
        """
        self._mark(definition, row, deleted=True)
        emptied: list[Emptied] = []
        for child, field, ids in self._children(definition, row["Id"]):
            table = self._storage.table(child.name)
            living = [each for each in (table.get(one) for one in ids) if each and not each.get("IsDeleted")]
            if not living or is_share(child):  # the shares of a deleted record wait for it
                continue
            refuse_deletion(row, child, field, living)
            if field.master_detail or field.delete_constraint == "Cascade":
                for each in living:
                    self.delete(child, each, user_id, parent=row["Id"])
            else:
                for each in living:
                    table.put({**each, field.name: None})
                    emptied.append(Emptied(object=child.name, record_id=each["Id"], field=field.name))
        if parent is not None or keeps(definition.name):
            self._bin.put(row["Id"], user_id, parent=parent, emptied=emptied)

    def purge(self, definition: ObjectDef, row: Record) -> None:
        """Take a deleted record out of the recycle bin for good, its details too (assumed)."""
        for child, field, ids in self._children(definition, row["Id"]):
            if not (field.master_detail or field.delete_constraint == "Cascade" or is_share(child)):
                continue
            table = self._storage.table(child.name)
            for each in [found for one in ids if (found := table.get(one)) is not None]:
                self.purge(child, each)
        self._bin.take(row["Id"])
        self._storage.table(definition.name).remove(row["Id"])

    def undelete(self, definition: ObjectDef, row: Record) -> None:
        """Bring a record back with the details that were deleted with it.

        Documented: Apex Developer Guide, "Deleting Records": custom lookups and a few standard ones point
        to it again, where they have not been given another value.
        """
        self._mark(definition, row, deleted=False)
        known = self._bin.take(row["Id"])
        for lookup in () if known is None else known.emptied:
            self._point_again(lookup, row["Id"])
        for child, each in self._gone_with(definition, row["Id"]):
            self.undelete(child, each)

    def empty(self, definition: ObjectDef, record_id: str) -> None:
        """Take a record out of the bin, with its details, so that it cannot be undeleted."""
        self._bin.take(record_id)
        for child, each in self._gone_with(definition, record_id):
            self.empty(child, each["Id"])

    def _gone_with(self, definition: ObjectDef, record_id: str) -> list[tuple[ObjectDef, Record]]:
        """Return the details that were deleted with a record and are still in the bin."""
        found = []
        for child, _, ids in self._children(definition, record_id):
            table = self._storage.table(child.name)
            for one in ids:
                known, row = self._bin.get(one), table.get(one)
                if known is not None and row is not None and known.parent == record_id:
                    found.append((child, row))
        return found

    def _point_again(self, emptied: Emptied, record_id: str) -> None:
        restored = emptied.field.endswith("__c") or (emptied.object, emptied.field) in _RESTORED
        table = self._storage.table(emptied.object)
        row = table.get(emptied.record_id)
        if restored and row is not None and row.get(emptied.field) is None:
            table.put({**row, emptied.field: record_id})

    def _mark(self, definition: ObjectDef, row: Record, *, deleted: bool) -> None:
        changed = {**row, "IsDeleted": deleted}
        if "SystemModstamp" in definition.fields:
            changed["SystemModstamp"] = datetime_text(self._now())
        self._storage.table(definition.name).put(changed)

    def _children(self, definition: ObjectDef, record_id: str) -> list[tuple[ObjectDef, FieldDef, list[str]]]:
        found = []
        for child_name, field_name, _ in definition.children:
            child = self._objects.get(child_name)
            field = None if child is None else child.fields.get(field_name)
            if child is None or field is None or not self._storage.table(child_name).rows:
                continue
            found.append((child, field, self._storage.table(child_name).find(field_name, record_id)))
        return found
