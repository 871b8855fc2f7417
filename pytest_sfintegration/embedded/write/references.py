"""Lookup values on their way in: right type, existing, not deleted, accessible."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.gate import Gate
from pytest_sfintegration.embedded.people import People
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.view import ObjectView, UserView
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef, Source

__all__ = ["References", "cross_reference_denied"]

RowOf = Callable[[UserView, str, str], Mapping[str, Any] | None]


def cross_reference_denied(record_id: str) -> ApiError:
    """Return the refusal of a lookup to a record that the user may not use: recorded(rec.xref.denied)."""
    return ApiError(
        400,
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        f"insufficient access rights on cross-reference id: {record_id[:15]}",
        [],
    )


class References:
    """Checks the lookups of a record, and finds parents by external id."""

    def __init__(
        self,
        *,
        source: Source,
        storage: Storage,
        gate: Gate,
        people: People,
        object_of_prefix: Mapping[str, str],
        setup_row: RowOf,
    ) -> None:
        self._source = source
        self._storage = storage
        self._gate = gate
        self._people = people
        self._object_of_prefix = object_of_prefix
        self._setup_row = setup_row

    @property
    def objects(self) -> Mapping[str, ObjectDef]:
        """Return the objects of the org."""
        return self._source.objects

    def check(self, user: UserView, view: ObjectView, values: Mapping[str, Any]) -> None:
        """Raise the refusal of the first lookup that may not be stored."""
        for name, value in values.items():
            field = view.definition.fields[name]
            if field.type != "reference" or value is None or not field.reference_to or name == "RecordTypeId":
                continue
            self._check_one(user, view, field, value)

    def _check_one(self, user: UserView, view: ObjectView, field: FieldDef, value: str) -> None:
        target = self._object_of_prefix.get(value[:3])
        if target is None or target not in field.reference_to:
            raise ApiError(
                400,
                "FIELD_INTEGRITY_EXCEPTION",
                f"{field.label}: id value of incorrect type: {value}",
                [field.name],
            )
        definition = self._source.objects.get(target)
        if definition is None or definition.governance is Governance.NOT_MODELLED:
            raise NotSupportedError(f"a lookup to {target}, whose records are not modelled")
        if definition.governance is Governance.SETUP:
            self._check_setup(user, view, field, target, value)
            return
        row = self._storage.table(target).get(value)
        if row is None:
            raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        if row.get("IsDeleted"):
            raise ApiError(400, "ENTITY_IS_DELETED", "entity is deleted", [])
        needed = Operation.READ
        if field.master_detail and not field.write_requires_master_read:
            needed = Operation.EDIT
        if user.object(target) is None or not self._gate.allows(user.person, target, row, needed):
            raise cross_reference_denied(value)

    def _check_setup(
        self, user: UserView, view: ObjectView, field: FieldDef, target: str, value: str
    ) -> None:
        if self._setup_row(user, target, value) is None:
            raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        if field.name != "OwnerId":
            return
        if target == "User":
            owner = self._people.by_id(value)
            if owner is not None and not owner.spec.is_active:
                raise ApiError(
                    400,
                    "INACTIVE_OWNER_OR_USER",
                    f"operation performed with inactive user [{value}] as owner of {view.label.lower()}",
                    ["OwnerId"],
                )
            return
        row = self._setup_row(user, target, value) or {}
        queue = self._source.queues.get(str(row.get("DeveloperName")))
        if queue is None or view.name not in queue.objects:
            raise ApiError(
                400, "INVALID_OPERATION", "Queue not associated with this SObject type", ["OwnerId"]
            )

    def by_external_id(self, user: UserView, field: FieldDef, sent: Mapping[str, Any]) -> str:
        """Return the id of the parent that ``{"External__c": value}`` names.

        Documented: REST API Developer Guide, Insert or Update (Upsert) a Record Using an External ID.
        """
        asked = {name: value for name, value in sent.items() if name != "attributes"}
        target_name = str(sent.get("attributes", {}).get("type", field.reference_to[0]))
        target = user.object(target_name)
        if len(asked) != 1 or target is None or target.name not in field.reference_to:
            raise ApiError(
                400, "INVALID_FIELD", f"Cannot reference a record of {target_name} by {sorted(asked)}"
            )
        name, value = next(iter(asked.items()))
        key = target.field(name)
        if key is None or not (key.external_id or key.type == "id" or (key.name_field and key.unique)):
            raise ApiError(
                400,
                "INVALID_FIELD",
                f"Field name provided, {name} is not an External ID or indexed field for {target.name}",
            )
        table = self._storage.table(target.name)
        found = [
            each
            for each in table.find(key.name, value, fold=not key.case_sensitive)
            if not _gone(table.get(each))
        ]
        if not found:
            raise ApiError(
                400,
                "INVALID_FIELD",
                f"Foreign key external ID: {value} not found for field {name} in entity {target.name}",
                [],
            )
        if len(found) > 1:
            raise ApiError(
                400,
                "DUPLICATE_EXTERNAL_ID",
                f"{name}: more than one record found for external id field",
                [name],
            )
        return found[0]


def _gone(row: Record | None) -> bool:
    return row is None or bool(row.get("IsDeleted"))
