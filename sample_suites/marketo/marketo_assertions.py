"""Assertions in the words of the synchronisation, shared by the tests of this folder."""

from collections.abc import Iterable

import pytest
from simple_salesforce import format_soql


def assert_read_only(sf_access, sobject: str, fields: Iterable[str]) -> None:
    """Each field can be read, and neither it nor the object can be written."""
    __tracebackhide__ = True
    hidden = [field for field in fields if not sf_access.can("read", f"{sobject}.{field}")]
    if hidden:
        pytest.fail(f"{sobject}: the synchronisation cannot read {', '.join(hidden)}")
    writable = [field for field in fields if sf_access.can("edit", f"{sobject}.{field}")]
    held = [one for one in ("create", "edit", "delete") if sf_access.can(one, sobject)]
    if writable or held:
        pytest.fail(f"{sobject} is to be read only, but there is {', '.join([*held, *writable])}")


def assert_comes_back(sf_integration, sobject: str, record: str, **expected: object) -> None:
    """The record, read as the integration user, has these values."""
    __tracebackhide__ = True
    soql = f"SELECT {', '.join(expected)} FROM {sobject} WHERE Id = {{}}"
    found = sf_integration.query(format_soql(soql, record))["records"]
    if not found:
        pytest.fail(f"{sobject} {record} is not there for the integration user")
    wrong = {name: found[0][name] for name, value in expected.items() if found[0][name] != value}
    if wrong:
        pytest.fail(f"{sobject} {record} came back with {wrong}, expected {expected}")
