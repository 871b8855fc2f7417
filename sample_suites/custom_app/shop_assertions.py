"""Assertions on what the shop sees and holds, shared by the tests of this folder."""

from collections.abc import Iterable

import pytest
from simple_salesforce import format_soql

_TABLES = {"ApexClass": "Name", "CustomPermission": "DeveloperName"}
"""The tables of setup entities, and the column that names them."""


def visible(client, sobject: str, records: Iterable[str]) -> set[str]:
    """Return those of the records that the client's user sees."""
    soql = f"SELECT Id FROM {sobject} WHERE Id IN {{}}"
    return {row["Id"] for row in client.query_all(format_soql(soql, list(records)))["records"]}


def assert_sees_only(
    sf_integration, sf_setup, sobject: str, seen: Iterable[str], hidden: Iterable[str]
) -> None:
    """The shop sees the first records and not the second, all of which exist for the setup user."""
    __tracebackhide__ = True
    seen, hidden = set(seen), set(hidden)
    if gone := (seen | hidden) - visible(sf_setup, sobject, seen | hidden):
        pytest.fail(f"{sobject}: the setup user does not see {sorted(gone)}: that nobody does proves nothing")
    found = visible(sf_integration, sobject, seen | hidden)
    if missing := seen - found:
        pytest.fail(f"{sobject}: the shop does not see {sorted(missing)}")
    if extra := found - seen:
        pytest.fail(f"{sobject}: the shop sees {sorted(extra)}")


def assert_setup_entities(sf_setup, user: str, kind: str, expected: Iterable[str]) -> None:
    """The containers of the user open exactly these Apex classes or custom permissions."""
    __tracebackhide__ = True
    held = format_soql(
        "SELECT SetupEntityId FROM SetupEntityAccess WHERE SetupEntityType = {} AND ParentId IN "
        "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = {})",
        kind,
        user,
    )
    ids = {row["SetupEntityId"] for row in sf_setup.query_all(held)["records"]}
    rows = sf_setup.query_all(f"SELECT Id, {_TABLES[kind]} FROM {kind}")["records"]
    names = {row[_TABLES[kind]] for row in rows if row["Id"] in ids}
    if names != set(expected):
        pytest.fail(f"{kind}: the shop holds {sorted(names)}, expected {sorted(expected)}")
