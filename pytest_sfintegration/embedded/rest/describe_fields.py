"""A field of an object describe."""

from typing import Any

from pytest_sfintegration.sfdx.model import FieldDef

__all__ = ["describe_field"]

_SOAP_TYPES = {
    "address": "urn:address",
    "anyType": "xsd:anyType",
    "base64": "xsd:base64Binary",
    "boolean": "xsd:boolean",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "double": "xsd:double",
    "id": "tns:ID",
    "int": "xsd:int",
    "location": "urn:location",
    "long": "xsd:long",
    "percent": "xsd:double",
    "reference": "tns:ID",
    "time": "xsd:time",
}
# What is the same for every field: the keys of a recorded v63 field describe. Empty lists are tuples: a dict
# of nothing but constants is no concern of the garbage collector, which saves it a third of its walks.
_TEMPLATE: dict[str, Any] = {
    "aggregatable": True,
    "aiPredictionField": False,
    "autoNumber": False,
    "byteLength": 0,
    "calculated": False,
    "calculatedFormula": None,
    "cascadeDelete": False,
    "caseSensitive": False,
    "compoundFieldName": None,
    "controllerName": None,
    "createable": False,
    "custom": False,
    "defaultValue": None,
    "defaultValueFormula": None,
    "defaultedOnCreate": False,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "digits": 0,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "externalId": False,
    "extraTypeInfo": None,
    "filterable": True,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "groupable": True,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "idLookup": False,
    "inlineHelpText": None,
    "label": "",
    "length": 0,
    "mask": None,
    "maskType": None,
    "name": "",
    "nameField": False,
    "namePointing": False,
    "nillable": True,
    "permissionable": True,
    "picklistValues": (),
    "polymorphicForeignKey": False,
    "precision": 0,
    "queryByDistance": False,
    "referenceTargetField": None,
    "referenceTo": (),
    "relationshipName": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "restrictedPicklist": False,
    "scale": 0,
    "searchPrefilterable": False,
    "soapType": "xsd:string",
    "sortable": True,
    "type": "string",
    "unique": False,
    "updateable": False,
    "writeRequiresMasterRead": False,
}


def describe_field(field: FieldDef, *, createable: bool, updateable: bool) -> dict[str, Any]:
    """Return the describe of a field for a user who may set (``createable``) or change.

    ``updateable`` it.
    """
    described = dict(_TEMPLATE)
    described["aggregatable"] = field.aggregatable
    described["createable"] = createable
    described["filterable"] = field.filterable
    described["groupable"] = field.groupable
    described["label"] = field.label
    described["length"] = field.length
    described["name"] = field.name
    described["nillable"] = field.nillable
    described["permissionable"] = field.permissionable
    described["sortable"] = field.sortable
    described["type"] = field.type
    described["updateable"] = updateable
    described["custom"] = field.custom
    described["defaultedOnCreate"] = field.defaulted_on_create or field.type == "boolean"
    if field.type in _SOAP_TYPES:
        _describe_type(field, described)
    else:
        described["byteLength"] = field.length * 3
    if field.picklist:
        described["restrictedPicklist"] = field.restricted_picklist
        described["picklistValues"] = [
            {
                "active": each.active,
                "defaultValue": each.default,
                "label": each.label,
                "validFor": None,
                "value": each.value,
            }
            for each in field.picklist
        ]
    if field.unique or field.external_id or field.name_field or field.compound or field.default_value:
        _describe_key(field, described)
    if field.calculated or field.auto_number or field.formula:
        described["calculated"] = field.calculated or field.formula is not None
        described["calculatedFormula"] = field.formula
        described["autoNumber"] = field.auto_number
    return described


def _describe_type(field: FieldDef, described: dict[str, Any]) -> None:
    described["soapType"] = _SOAP_TYPES[field.type]
    described["precision"] = field.precision
    described["scale"] = field.scale
    if field.type == "boolean":
        described["defaultValue"] = (field.default_value or "").strip().lower() == "true"
    elif field.type == "id":
        described["idLookup"] = True
        described["byteLength"] = 18
    elif field.type == "int":
        described["digits"] = field.precision or 8
        described["precision"] = 0
    elif field.type == "reference":
        described["byteLength"] = 18
        described["referenceTo"] = list(field.reference_to)
        described["relationshipName"] = field.relationship_name
        described["relationshipOrder"] = field.relationship_order
        described["cascadeDelete"] = field.master_detail or field.delete_constraint == "Cascade"
        described["restrictedDelete"] = field.delete_constraint == "Restrict"
        described["namePointing"] = len(field.reference_to) > 1
        described["polymorphicForeignKey"] = len(field.reference_to) > 1
        described["writeRequiresMasterRead"] = field.write_requires_master_read


def _describe_key(field: FieldDef, described: dict[str, Any]) -> None:
    described["caseSensitive"] = field.case_sensitive
    described["compoundFieldName"] = field.compound
    described["externalId"] = field.external_id
    described["idLookup"] = field.external_id or field.unique or field.name_field or field.type == "id"
    described["nameField"] = field.name_field
    described["unique"] = field.unique
    if field.default_value and field.type != "boolean":
        described["defaultValueFormula"] = field.default_value
