"""``/composite/sobjects``: up to 200 records in one call."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from collections.abc import Callable
from itertools import groupby
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.rest.call import Call, flag, method_not_allowed, ok
from pytest_sfintegration.embedded.rest.records import (
    SeveralRecordsError,
    find_row,
    record_body,
    upsert,
)
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["collections"]

_MOST = 200
_MOST_CHUNKS = 10
_MOST_RETRIEVED = 2000
_Item = dict[str, Any]
_ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using "
    "AllOrNone header",
    "fields": [],
}


def collections(call: Call) -> Response:
    """Answer ``/composite/sobjects``: recorded(comp.collections.ok, comp.collections.rollback)."""
    rest = call.segments[2:]
    if not rest:
        if call.method == "POST":
            return _each_record(call, _insert)
        if call.method == "PATCH":
            return _each_record(call, _update)
        if call.method == "DELETE":
            return _delete(call)
        raise method_not_allowed(call.method, "POST,PATCH,DELETE")
    if len(rest) == 1:
        return _retrieve(call, rest[0])
    if len(rest) == 2 and call.method == "PATCH":
        object_name, field_name = rest
        return _each_record(call, lambda sub, record: _upsert(sub, object_name, field_name, record))
    raise not_found()


def _each_record(call: Call, act: Callable[[Call, _Item], _Item]) -> Response:
    body = call.json_of("allOrNone", "records")
    records = body.get("records")
    if not isinstance(records, list):
        raise ApiError(400, "INVALID_INPUT", "The body needs a list of records")
    _check_size(len(records))
    kinds = [_type_of(each) for each in records]
    chunks = sum(1 for _ in groupby(kinds))
    if chunks > _MOST_CHUNKS:
        raise ApiError(
            400, "LIMIT_EXCEEDED", f"Cannot have more than {_MOST_CHUNKS} chunks in a single operation"
        )
    return ok(_run(call, records, act, all_or_none=flag(body.get("allOrNone"), "allOrNone")))


def _check_size(number: int) -> None:
    """Refuse more than 200 records.

    The limit is documented, code and text are assumed (comp.collections.limit).
    """
    if number > _MOST:
        raise ApiError(
            400,
            "EXCEEDED_ID_LIMIT",
            f"record limit reached. cannot submit more than {_MOST} records into this call",
        )


def _run(
    call: Call, records: list[Any], act: Callable[[Call, Any], _Item], *, all_or_none: bool
) -> list[_Item]:
    mark = call.world.storage.savepoint()
    items: list[_Item] = []
    for each in records:
        try:
            items.append({**act(call, each), "success": True, "errors": []})
        except ApiError as refused:
            items.append({"success": False, "errors": [refused.item()]})
        except SeveralRecordsError as several:
            error = {"statusCode": "DUPLICATE_EXTERNAL_ID", "message": str(several), "fields": []}
            items.append({"success": False, "errors": [error]})
    if all_or_none and not all(each["success"] for each in items):
        call.world.storage.rollback(mark)
        items = [
            {"success": False, "errors": [dict(_ROLLED_BACK)]} if each["success"] else each for each in items
        ]
    return items


def _type_of(record: Any) -> str:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    return str(attributes.get("type", "")) if isinstance(attributes, dict) else ""


def _known_type(call: Call, record: _Item) -> str:
    name = _type_of(record)
    if not name:
        raise ApiError(400, "INVALID_INPUT", "The record needs attributes with a type")
    if call.user.object(name) is None:
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return name


def _insert(call: Call, record: _Item) -> _Item:
    return {"id": call.world.dml.insert(call.user, _known_type(call, record), record)}


def _update(call: Call, record: _Item) -> _Item:
    name = _known_type(call, record)
    text = next((value for key, value in record.items() if key.lower() == "id"), None)
    record_id = canonical_id(text) if isinstance(text, str) else None
    if record_id is None:
        raise ApiError(400, "MISSING_ARGUMENT", "Id not specified in an update call", ["Id"])
    rest = {key: value for key, value in record.items() if key.lower() != "id"}
    call.world.dml.update(call.user, name, record_id, rest)
    return {"id": record_id}


def _upsert(call: Call, object_name: str, field_name: str, record: _Item) -> _Item:
    view = call.user.require(object_name)
    key = next((name for name in record if name.lower() == field_name.lower()), None)
    value = record.get(key) if key is not None else None
    rest = {name: each for name, each in record.items() if name != key}
    if field_name.lower() == "id" and not value:
        return {"id": call.world.dml.insert(call.user, view.name, rest), "created": True}
    if value is None:
        raise ApiError(400, "MISSING_ARGUMENT", f"{field_name} not specified", [field_name])
    record_id, created = upsert(call, view, field_name, str(value), rest)
    return {"id": record_id, "created": created}


def _delete(call: Call) -> Response:
    ids = [each for each in call.params.get("ids", "").split(",") if each]
    if not ids:
        raise ApiError(400, "MISSING_ARGUMENT", "The parameter ids is required")
    _check_size(len(ids))
    told = call.params.get("allOrNone")
    switches = {"true": True, "false": False}
    all_or_none = flag(told if told is None else switches.get(told.lower(), told), "allOrNone")
    return ok(_run(call, ids, _delete_one, all_or_none=all_or_none))


def _delete_one(call: Call, text: str) -> _Item:
    record_id = canonical_id(text)
    name = call.world.object_of_prefix.get(text[:3])
    if record_id is None or name is None:
        raise ApiError(400, "MALFORMED_ID", f"malformed id {text}")
    if call.user.object(name) is None:
        raise ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    call.world.dml.delete(call.user, name, record_id)
    return {"id": record_id}


def _retrieve(call: Call, object_name: str) -> Response:
    """Return the records in order, null for each that is gone or hidden.

    Recorded(rec.collections.get.missing).
    """
    view = call.user.require(object_name)
    if call.method == "POST":
        body = call.json_of("fields", "ids")
        ids, fields = body.get("ids"), body.get("fields")
    elif call.method in {"GET", "HEAD"}:
        ids = [each for each in call.params.get("ids", "").split(",") if each]
        fields = [each.strip() for each in call.params.get("fields", "").split(",") if each.strip()]
    else:
        raise method_not_allowed(call.method, "HEAD,GET,POST")
    if not isinstance(ids, list) or not isinstance(fields, list) or not ids or not fields:
        raise ApiError(400, "MISSING_ARGUMENT", "ids and fields are required")
    if len(ids) > _MOST_RETRIEVED:
        raise ApiError(
            400,
            "EXCEEDED_ID_LIMIT",
            f"record limit reached. cannot retrieve more than {_MOST_RETRIEVED} records",
        )
    record_body(call, view, {"Id": ""}, fields)
    records: list[_Item | None] = []
    for each in ids:
        record_id = canonical_id(str(each))
        try:
            row = find_row(call, view, record_id or "")
        except NotSupportedError:
            raise  # not "not there": the whole answer would be a guess
        except ApiError:
            records.append(None)
        else:
            records.append(record_body(call, view, row, fields))
    return ok(records)
