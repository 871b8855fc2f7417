"""``/sobjects``: describes, and the records of an object by id or external id."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from collections.abc import Mapping
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, no_content, ok
from pytest_sfintegration.embedded.rest.conditional import check_unmodified, not_modified
from pytest_sfintegration.embedded.rest.records import (
    SeveralRecordsError,
    find_row,
    ids_by_external_id,
    record_body,
    record_id_of,
    upsert,
)
from pytest_sfintegration.embedded.view import ObjectView, not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["sobjects"]

_NOT_MODELLED = frozenset(
    {
        "defaultvalues",
        "eventschema",
        "layouts",
        "listviews",
        "namedlayouts",
        "quickactions",
        "relevantitems",
        "suggested",
    }
)


def sobjects(call: Call) -> Response:
    """Answer a call below ``/sobjects``."""
    _, *rest = call.segments
    if not rest:
        _only(call, "GET", "HEAD")
        return not_modified(call) or ok(
            call.world.describer.everything(call.user, call.base), headers=_stamp(call)
        )
    view = call.user.require(rest[0])
    if len(rest) == 1:
        return _object(call, view)
    if len(rest) == 2 and rest[1].lower() == "describe":
        _only(call, "GET", "HEAD")
        return not_modified(call) or ok(
            call.world.describer.full(call.user, view, call.base), headers=_stamp(call)
        )
    if len(rest) == 2 and rest[1].lower() in {"updated", "deleted"}:
        from pytest_sfintegration.embedded.rest.replication import replication  # noqa: PLC0415 - on first use

        return replication(call, view, rest[1].lower())
    if rest[1].lower() in _NOT_MODELLED or (len(rest) > 2 and rest[1].lower() == "describe"):
        raise NotSupportedError(f"{call.method} /{'/'.join(call.segments)}")
    if len(rest) == 2:
        return _record(call, view, rest[1])
    if len(rest) == 3:
        return _by_external_id(call, view, rest[1], rest[2])
    raise not_found()


def _stamp(call: Call) -> dict[str, str]:
    return {"Last-Modified": call.world.last_modified, "ETag": call.world.etag}


def _only(call: Call, *methods: str) -> None:
    if call.method not in methods:
        raise method_not_allowed(call.method, ",".join(sorted(methods, reverse=True)))


def _object(call: Call, view: ObjectView) -> Response:
    if call.method == "POST":
        call.refuse_params()
        record_id = call.world.dml.insert(call.user, view.name, call.json_object())
        return ok(
            {"id": record_id, "success": True, "errors": []},
            201,
            {"Location": f"{call.base}/sobjects/{view.name}/{record_id}"},
        )
    if call.method not in {"GET", "HEAD"}:
        raise method_not_allowed(call.method, "HEAD,GET,POST")
    return ok({"objectDescribe": call.world.describer.brief(view, call.base), "recentItems": []})


def _record(call: Call, view: ObjectView, text: str) -> Response:
    record_id = record_id_of(text)
    if call.method in {"GET", "HEAD"}:
        call.refuse_params("fields")
        names = (
            [each.strip() for each in call.params["fields"].split(",")] if call.params.get("fields") else None
        )
        row = find_row(call, view, record_id)
        check_unmodified(call, row)
        return ok(record_body(call, view, row, names))
    if call.method == "PATCH":
        call.refuse_params()
        sent = call.json_object()
        _refuse_keys(sent, "Id")
        _check_precondition(call, view, record_id)
        call.world.dml.update(call.user, view.name, record_id, sent)
        return no_content()
    if call.method == "DELETE":
        call.refuse_params()
        _check_precondition(call, view, record_id)
        call.world.dml.delete(call.user, view.name, record_id)
        return no_content()
    raise method_not_allowed(call.method, "HEAD,GET,PATCH,DELETE")


def _refuse_keys(sent: Mapping[str, Any], *keys: str) -> None:
    """Refuse a body that repeats what the path says (recorded for Id; community for an external id)."""
    for key in keys:
        if any(name.lower() == key.lower() for name in sent):
            message = f"The {key} field should not be specified in the sobject data."
            raise ApiError(400, "INVALID_FIELD", message, [])


def _check_precondition(call: Call, view: ObjectView, record_id: str) -> None:
    if "if-unmodified-since" in call.headers or "if-modified-since" in call.headers:
        check_unmodified(call, find_row(call, view, record_id))


def _by_external_id(call: Call, view: ObjectView, field_name: str, text: str) -> Response:
    if canonical_id(field_name) is not None:
        raise NotSupportedError(f"{text!r} of one record: its related records, blob or password")
    try:
        return _one_by_external_id(call, view, field_name, text)
    except SeveralRecordsError as several:
        return ok([f"{call.base}/sobjects/{view.name}/{each}" for each in several.ids], 300)


def _one_by_external_id(call: Call, view: ObjectView, field_name: str, text: str) -> Response:
    if call.method == "POST" and field_name.lower() == "id":
        return _object(call, view)
    if call.method == "PATCH":
        call.refuse_params()  # updateOnly would forbid the create
        sent = call.json_object()
        _refuse_keys(sent, "Id", field_name)
        record_id, created = upsert(call, view, field_name, text, sent)
        if not created and float(call.version) < 46:
            return no_content()
        return ok(
            {"id": record_id, "success": True, "errors": [], "created": created},
            201 if created else 200,
            {"Location": f"{call.base}/sobjects/{view.name}/{record_id}"} if created else None,
        )
    if call.method not in {"GET", "HEAD", "DELETE"}:
        raise method_not_allowed(call.method, "HEAD,GET,PATCH,DELETE")
    if view.field(field_name) is None and view.parents.get(text.lower()) is not None:
        raise NotSupportedError(f"the relationship path {view.name}/{field_name}/{text}; use a query")
    _, ids = ids_by_external_id(call, view, field_name, text)
    if not ids:
        raise not_found()
    if len(ids) > 1:
        raise SeveralRecordsError(ids)
    if call.method == "DELETE":
        call.world.dml.delete(call.user, view.name, ids[0])
        return no_content()
    return ok(record_body(call, view, find_row(call, view, ids[0])))
