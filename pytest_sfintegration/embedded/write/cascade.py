"""What goes along with a deleted record: its details, and the lookups that pointed to it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.embedded.write.undeletable import refuse_deletion
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef

__all__ = ["Cascade"]


class Cascade:
    """Deletes and undeletes a record with all that hangs on it."""

    def __init__(
        self, objects: Mapping[str, ObjectDef], storage: Storage, now: Callable[[], datetime]
    ) -> None:
        self._objects = objects
        self._storage = storage
        self._now = now
        self._deleted_with: dict[str, str] = {}  # a deleted record -> the one whose deletion took it along

    def delete(self, definition: ObjectDef, row: Record, *, along: str | None = None) -> None:
        """Delete a record: details go along, restricted children forbid it, other lookups are emptied.

        Documented: relationships among objects (object reference, overview_relationships). The user needs no
        right on the details. Raises ApiError DELETE_FAILED.
        """
        self._mark(definition, row, deleted=True)
        first = self._deleted_with[row["Id"]] = along or row["Id"]
        for child, field, ids in self._children(definition, row["Id"]):
            table = self._storage.table(child.name)
            living = [each for each in (table.get(one) for one in ids) if each and not each.get("IsDeleted")]
            if not living:
                continue
            refuse_deletion(row, child, field, living)
            if field.master_detail or field.delete_constraint == "Cascade":
                for each in living:
                    self.delete(child, each, along=first)
            else:
                for each in living:
                    table.put({**each, field.name: None})

    def purge(self, definition: ObjectDef, row: Record) -> None:
        """Take a deleted record out of the recycle bin for good, its details too (assumed)."""
        for child, field, ids in self._children(definition, row["Id"]):
            if not (field.master_detail or field.delete_constraint == "Cascade"):
                continue
            table = self._storage.table(child.name)
            for each in [found for one in ids if (found := table.get(one)) is not None]:
                self.purge(child, each)
        self._storage.table(definition.name).remove(row["Id"])

    def undelete(self, definition: ObjectDef, row: Record) -> None:
        """Bring a record back with the details that were deleted with it, not those deleted before.

        Documented: Help article 000386040. Emptied lookups stay empty (assumed).
        """
        first = self._deleted_with.get(row["Id"])
        self._mark(definition, row, deleted=False)
        for child, field, ids in self._children(definition, row["Id"]):
            if not (field.master_detail or field.delete_constraint == "Cascade"):
                continue
            table = self._storage.table(child.name)
            for each in (table.get(one) for one in ids):
                if each and each.get("IsDeleted") and self._deleted_with.get(each["Id"]) == first:
                    self.undelete(child, each)

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
