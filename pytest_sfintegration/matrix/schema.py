"""The JSON Schema of matrix files, generated from the tables of keys that the loader reads by."""

from typing import Any

from pytest_sfintegration.matrix.keys import MATRIX
from pytest_sfintegration.matrix.records import Record, Required

__all__ = ["json_schema"]


def json_schema(*, partial: bool = False) -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a matrix, or with ``partial`` of a base of others.

    It knows the structure of one file; duplicates, contradictions, rights that depend on others and
    unknown names are the loader's.
    """
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Permission matrix of a Salesforce integration user",
        **MATRIX.schema(),
    }
    if not partial:
        schema["if"] = {"not": {"required": ["extends"]}}
        schema["then"] = _whole(MATRIX)
    return schema


def _whole(record: Record) -> dict[str, Any]:
    """Return what a matrix that extends no other must hold, at every depth."""
    required = [key.name for key in record.table if key.required is Required.WHOLE]
    nested = {key.name: _whole(key.shape) for key in record.table if isinstance(key.shape, Record)}
    properties = {name: demands for name, demands in nested.items() if demands}
    demands: dict[str, Any] = {"required": required} if required else {}
    if properties:
        demands["properties"] = properties
    return demands
