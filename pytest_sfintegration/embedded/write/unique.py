"""Unique fields."""

from collections.abc import Mapping
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.values import TEXT_TYPES
from pytest_sfintegration.embedded.view import ObjectView

__all__ = ["check_unique"]


def check_unique(storage: Storage, view: ObjectView, record: Record, values: Mapping[str, Any]) -> None:
    """Refuse a second record with the value of a unique field; empty values are no values.

    Documented.
    """
    table = storage.table(view.name)
    for name, value in values.items():
        field = view.definition.fields[name]
        if not field.unique or value is None:
            continue
        fold = field.type in TEXT_TYPES and not field.case_sensitive
        for other in table.find(name, value, fold=fold):
            row = table.get(other)
            if other != record.get("Id") and row is not None and not row.get("IsDeleted"):
                raise ApiError(
                    400,
                    "DUPLICATE_VALUE",
                    f"duplicate value found: {name} duplicates value on record with id: {other[:15]}",
                    [],
                )
