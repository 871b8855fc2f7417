"""``/composite/tree``: records with their children, all or none."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from typing import Any

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.view import ObjectView, not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["tree"]

_MOST = 200  # documented: resources_composite_sobject_tree
_Refusals = list[dict[str, Any]]


def tree(call: Call) -> Response:
    """Answer ``POST /composite/tree/X``.

    201 with an id per reference, or 400 with the errors and nothing made.
    """
    if len(call.segments) != 3:
        raise not_found()
    if call.method != "POST":
        raise method_not_allowed(call.method, "POST")
    view = call.user.require(call.segments[2])
    records = call.json_of("records").get("records")
    if not isinstance(records, list):
        raise ApiError(400, "INVALID_INPUT", "The body needs a list of records")
    mark = call.world.storage.savepoint()
    made: list[dict[str, Any]] = []
    errors: _Refusals = []
    for each in records:
        _create(call, view, each, parent={}, made=made, errors=errors)
    if len(made) + len(errors) > _MOST:
        call.world.storage.rollback(mark)
        raise ApiError(400, "LIMIT_EXCEEDED", f"Limit of {_MOST} reached for number of records in the tree")
    if errors:
        call.world.storage.rollback(mark)
        return ok({"hasErrors": True, "results": errors}, 400)
    return ok({"hasErrors": False, "results": made}, 201)


def _create(
    call: Call,
    view: ObjectView,
    record: Any,
    *,
    parent: dict[str, str],
    made: list[dict[str, Any]],
    errors: _Refusals,
) -> None:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    reference = attributes.get("referenceId") if isinstance(attributes, dict) else None
    if not isinstance(record, dict) or reference is None:
        raise ApiError(400, "INVALID_INPUT", "Every record needs attributes with type and referenceId")
    nested = {name: value for name, value in record.items() if isinstance(value, dict) and "records" in value}
    fields = {name: value for name, value in record.items() if name not in nested} | parent
    try:
        record_id = call.world.dml.insert(call.user, view.name, fields)
    except ApiError as refused:
        errors.append({"referenceId": reference, "errors": [refused.item()]})
        return
    made.append({"referenceId": reference, "id": record_id})
    queried = call.world.catalog(call.user).object(view.name)
    for name, value in nested.items():
        child = queried.child(name) if queried is not None else None
        if child is None:
            unknown = ApiError(
                400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {view.name}"
            )
            errors.append({"referenceId": reference, "errors": [unknown.item()]})
            continue
        made_of = call.user.require(child.object)
        for each in value["records"]:
            _create(call, made_of, each, parent={child.field: record_id}, made=made, errors=errors)
