"""``/ui-api/object-info``: what the user interface knows of an object, as the running user."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.view import ObjectView
from pytest_sfintegration.embedded.wire import Response
from pytest_sfintegration.sfdx.model import Governance, ObjectKind

__all__ = ["ui_api"]

# Recorded: case desc.uiapi.unsupported, and captured answers of various years.
_UNSUPPORTED = frozenset({"Task", "Event", "Dashboard", "UserRole", "EmailTemplate", "ProductRequest"})
_MOST = 2000
_RECORD_TYPE = ("available", "defaultRecordTypeMapping", "master", "name", "recordTypeId")


def ui_api(call: Call) -> Response:
    """Answer ``object-info/X`` and ``object-info/batch/X,Y``; the rest of the UI API is not modelled."""
    rest = call.segments[1:]
    if len(rest) < 2 or rest[0].lower() != "object-info" or len(rest) > 3:
        raise NotSupportedError(f"{call.method} /{'/'.join(call.segments)}")
    if call.method not in {"GET", "HEAD"}:
        raise method_not_allowed(call.method, "HEAD,GET")
    if len(rest) == 3:
        if rest[1].lower() != "batch":
            raise NotSupportedError(f"{call.method} /{'/'.join(call.segments)}")
        return ok(_batch(call, rest[2].split(",")))
    return ok(_info(call, rest[1]))


def _batch(call: Call, names: list[str]) -> dict[str, Any]:
    """Return an item per object: recorded(desc.uiapi.unsupported)."""
    if len(names) > _MOST:
        raise ApiError(400, "LIMIT_EXCEEDED", f"Limit of {_MOST} reached for number of objects")
    results: list[dict[str, Any]] = []
    for name in names:
        try:
            results.append({"result": _info(call, name.strip()), "statusCode": 200})
        except ApiError as refused:
            results.append({"result": refused.body(), "statusCode": refused.status})
    return {"hasErrors": any(each["statusCode"] >= 400 for each in results), "results": results}


def _info(call: Call, name: str) -> dict[str, Any]:
    view = call.user.object(name)
    supported = view is not None and view.name not in _UNSUPPORTED
    if view is None or not supported or view.definition.governance is Governance.SETUP:
        raise ApiError(400, "INVALID_TYPE", f"Object {name} is not supported in UI API")
    described = call.world.describer.full(call.user, view, call.base)
    return {
        "apiName": view.name,
        "childRelationships": [_child(each) for each in described["childRelationships"]],
        "createable": described["createable"],
        "custom": view.definition.kind is not ObjectKind.STANDARD,
        "defaultRecordTypeId": _default_record_type(described),
        "deleteable": described["deletable"],
        "dependentFields": {},
        "feedEnabled": False,
        "fields": {each["name"]: _field(each) for each in described["fields"]},
        "keyPrefix": described["keyPrefix"],
        "label": described["label"],
        "labelPlural": described["labelPlural"],
        "layoutable": described["layoutable"],
        "mruEnabled": described["mruEnabled"],
        "nameFields": _name_fields(view),
        "queryable": described["queryable"],
        "recordTypeInfos": {
            each["recordTypeId"]: {name: each[name] for name in _RECORD_TYPE}
            for each in described["recordTypeInfos"]
        },
        "searchable": described["searchable"],
        "updateable": described["updateable"],
    }


def _child(described: dict[str, Any]) -> dict[str, Any]:
    return {
        "childObjectApiName": described["childSObject"],
        "fieldName": described["field"],
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": described["relationshipName"],
    }


def _default_record_type(described: dict[str, Any]) -> str | None:
    infos = described["recordTypeInfos"]
    return next((each["recordTypeId"] for each in infos if each["defaultRecordTypeMapping"]), None)


def _name_fields(view: ObjectView) -> list[str]:
    if "LastName" in view.access and "FirstName" in view.access:
        return ["FirstName", "LastName", "Name"]
    return [name for name in view.access if view.definition.fields[name].name_field]


def _field(described: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiName": described["name"],
        "calculated": described["calculated"],
        "compound": described["type"] in {"address", "location"},
        "compoundFieldName": described["compoundFieldName"],
        "createable": described["createable"],
        "custom": described["custom"],
        "dataType": described["type"].capitalize(),
        "externalId": described["externalId"],
        "filterable": described["filterable"],
        "label": described["label"],
        "length": described["length"],
        "nameField": described["nameField"],
        "precision": described["precision"],
        "reference": described["type"] == "reference",
        "referenceToInfos": [{"apiName": each, "nameFields": ["Name"]} for each in described["referenceTo"]],
        "relationshipName": described["relationshipName"],
        "required": described["createable"]
        and not described["nillable"]
        and not described["defaultedOnCreate"],
        "scale": described["scale"],
        "sortable": described["sortable"],
        "unique": described["unique"],
        "updateable": described["updateable"],
    }
