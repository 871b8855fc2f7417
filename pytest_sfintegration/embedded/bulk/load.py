"""One record of a job: written as the running user, refused as REST would refuse it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.rest.records import SeveralRecordsError, upsert

__all__ = ["OPERATIONS", "Outcome", "Plan", "load", "only_ids", "record_of"]

OPERATIONS = frozenset({"insert", "update", "upsert", "delete", "hardDelete"})
_NULL = "#N/A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a job does with each record. ``external_id``: the field of an upsert."""

    operation: str
    object_name: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a record."""

    id: str = ""
    created: bool = False
    refused: ApiError | None = None

    @property
    def error(self) -> str:
        """Return ``CODE:message:fields --``, as the result files print it (documented); empty if none."""
        if self.refused is None:
            return ""
        return f"{self.refused.code}:{self.refused.message}:{' '.join(self.refused.fields or ())} --"


def record_of(header: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
    """Return the record of a CSV row.

    Documented: an empty value is left out, ``#N/A`` is null, ``Parent__r.External__c`` names a parent by
    external id, ``Type:Parent.External__c`` one of several types.
    """
    record: dict[str, Any] = {}
    for name, text in zip(header, row, strict=True):
        if not text:
            continue
        value = None if text == _NULL else text
        if "." not in name:
            record[name] = value
            continue
        if value is None:
            raise NotSupportedError(f"{_NULL} in the column {name}; empty the lookup field itself")
        path, _, field = name.rpartition(".")
        kind, _, relationship = path.rpartition(":")
        record[relationship] = {**({"attributes": {"type": kind}} if kind else {}), field: value}
    return record


def only_ids(header: Sequence[str]) -> bool:
    """Tell whether rows hold nothing but ids, as deleting asks for."""
    return [name.lower() for name in header] == ["id"]


def load(call: Call, plan: Plan, record: Mapping[str, Any]) -> Outcome:
    """Write one record; a refusal is an outcome, and leaves the storage as it was."""
    try:
        return _write(call, plan, record)
    except ApiError as refused:
        return Outcome(refused=refused)
    except SeveralRecordsError as several:
        message = f"{plan.external_id}: more than one record found for external id field: [{several}]"
        return Outcome(refused=ApiError(400, "DUPLICATE_EXTERNAL_ID", message, [str(plan.external_id)]))


def _write(call: Call, plan: Plan, record: Mapping[str, Any]) -> Outcome:
    dml, name = call.world.dml, plan.object_name
    if plan.operation == "insert":
        return Outcome(id=dml.insert(call.user, name, record), created=True)
    if plan.operation == "upsert":
        return _upsert(call, plan, record)
    record_id, rest = _identified(record)
    if plan.operation == "update":
        dml.update(call.user, name, record_id, rest)
    elif plan.operation == "delete":
        dml.delete(call.user, name, record_id)
    else:
        dml.hard_delete(call.user, name, record_id)
    return Outcome(id=record_id)


def _upsert(call: Call, plan: Plan, record: Mapping[str, Any]) -> Outcome:
    field = plan.external_id or ""
    key = next((each for each in record if each.lower() == field.lower()), None)
    value = record.get(key) if key is not None else None
    rest = {each: given for each, given in record.items() if each != key}
    if value in (None, ""):
        if field.lower() == "id":
            return Outcome(id=call.world.dml.insert(call.user, plan.object_name, rest), created=True)
        raise ApiError(400, "MISSING_ARGUMENT", f"{field} not specified", [field])
    view = call.user.require(plan.object_name)
    record_id, created = upsert(call, view, field, str(value), rest)
    return Outcome(id=record_id, created=created)


def _identified(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    text = next((value for name, value in record.items() if name.lower() == "id"), None)
    rest = {name: value for name, value in record.items() if name.lower() != "id"}
    if not text:
        raise ApiError(400, "MISSING_ARGUMENT", "Id not specified", ["Id"])
    record_id = canonical_id(text) if isinstance(text, str) else None
    if record_id is None:
        raise ApiError(400, "MALFORMED_ID", f"bad id {text}", ["Id"])
    return record_id, rest
