"""Assertions in the words of the interface, shared by the tests of this folder."""

import pytest
from simple_salesforce import format_soql


def assert_only_from(sf_access, container: str, *rights: tuple[str, str]) -> None:
    """Each right, such as ("edit", "Order.ERP_Status__c"), is held and comes from one container alone."""
    __tracebackhide__ = True
    for operation, target in rights:
        found = sorted({grant.name for grant in sf_access.why(operation, target)})
        if found != [container]:
            origin = ", ".join(found) or "nowhere"
            pytest.fail(f"{operation} {target} comes from {origin}, expected {container} alone")


def assert_profile_grants_nothing(sf_setup, profile: str) -> None:
    """The profile holds no object permission and no field permission."""
    __tracebackhide__ = True
    for table, named in (("ObjectPermissions", "SobjectType"), ("FieldPermissions", "Field")):
        soql = f"SELECT {named} FROM {table} WHERE Parent.Profile.Name = {{}}"
        rows = sf_setup.query_all(format_soql(soql, profile))["records"]
        if rows:
            pytest.fail(f"profile {profile} grants {', '.join(row[named] for row in rows)}")


def assert_reads(sf_integration, sobject: str, record: str, **expected: object) -> None:
    """The record, read as the integration user, has these values."""
    __tracebackhide__ = True
    found = getattr(sf_integration, sobject).get(record)
    wrong = {name: found.get(name) for name, value in expected.items() if found.get(name) != value}
    if wrong:
        pytest.fail(f"{sobject} {record} has {wrong}, expected {expected}")
