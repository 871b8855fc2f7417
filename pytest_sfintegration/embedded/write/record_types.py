"""Record types of a record: exists, active, granted to the user, and the default."""

from collections.abc import Mapping

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.storage import Record
from pytest_sfintegration.embedded.view import ObjectView, UserView

__all__ = ["RecordTypes"]


class RecordTypes:
    """The record types of every object, by id and by name."""

    def __init__(self, ids: Mapping[tuple[str, str], str]) -> None:
        """Take the id of every (object, DeveloperName)."""
        self.ids = ids
        self._names = {record_type_id: key for key, record_type_id in ids.items()}

    def available(self, user: UserView, view: ObjectView) -> frozenset[str]:
        """Return the DeveloperNames that the user may give to records: the active ones that are granted."""
        granted = {name.lower() for name in user.person.permissions.record_types(view.name)}
        return frozenset(
            name
            for name, each in view.definition.record_types.items()
            if each.active and name.lower() in granted
        )

    def default(self, user: UserView, view: ObjectView) -> str | None:
        """Return the id of the user's default record type; None is the master record type."""
        name = user.person.permissions.default_record_type(view.name)
        if name is None:
            return None
        return self.ids.get((view.name, name.rpartition(".")[2]))

    def check(self, user: UserView, view: ObjectView, record: Record) -> None:
        """Refuse a record type that is not granted: recorded(crud.record_type_not_available)."""
        value = record.get("RecordTypeId")
        if value is None or value == self.default(user, view):
            return
        found = self._names.get(value)
        if found is None or found[0] != view.name or found[1] not in self.available(user, view):
            raise ApiError(
                400,
                "INVALID_CROSS_REFERENCE_KEY",
                f"Record Type ID: this ID value isn't valid for the user: {value}",
                ["RecordTypeId"],
            )
