"""What is known of assigning permission sets, groups and licences."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    COMMUNITY,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["assignment_marks"]

_OBJECTS = "Object Reference"

_CODES = (
    row(
        "write.assignments 400 FIELD_INTEGRITY_EXCEPTION",
        RECORDED,
        "case meta.license_gate",
        "for object permissions under Salesforce Integration; other texts are assumed",
    ),
    row(
        "write.assignments 400 DUPLICATE_VALUE",
        COMMUNITY,
        "clients of the object that take it for done",
        "a second assignment",
    ),
    row(
        "write.assignments 400 INVALID_CROSS_REFERENCE_KEY|write.assignments 404 INVALID_CROSS_REFERENCE_KEY",
        ASSUMED,
        "",
        "what cannot be assigned, and an assignment that is not there",
    ),
)

_PERMISSIONS = (
    row(
        "view AssignPermissionSets",
        DOCUMENTED,
        f"{_OBJECTS}, PermissionSetAssignment",
        "to write PermissionSetAssignment and PermissionSetLicenseAssign; View Setup to see them",
    ),
)

_ENGINE = (
    row(
        "people.People._check_licenses => licences of the users that the org is built with",
        RECORDED,
        "case meta.license_gate",
        "by a message of our own; the licence of a built-in profile is not counted (assumed)",
    ),
)

_RULES = (
    row(
        "write.assignments.Assignments._check => what licences allow",
        RECORDED,
        "case meta.license_gate",
    ),
    row(
        "write.assignments.Assignments.insert => assigning",
        COMMUNITY,
        "case meta.psa_create",
        "counts from the next request on",
    ),
    row(
        "write.assignments.Assignments._target => a permission set or a group|"
        "write.assignments.Assignments._license => a permission set licence|"
        "write.assignments._user_license => the user licence",
        DOCUMENTED,
        f"{_OBJECTS}, PermissionSetAssignment, PermissionSetLicenseAssign",
        "texts assumed",
    ),
    row(
        "write.assignments.Assignments.delete => taking away|"
        "write.assignments.Assignments._check_needed => a licence that is needed stays|"
        "write.cascade.Cascade.purge => deleting past the recycle bin",
        ASSUMED,
    ),
)


def assignment_marks() -> Iterator[Mark]:
    """Yield the marks of assignments."""
    yield from rows(Kind.ERROR, _CODES)
    yield from rows(Kind.USER_PERMISSION, _PERMISSIONS)
    yield from rows(Kind.PERMISSION_RULE, _ENGINE)
    yield from rows(Kind.WRITE_RULE, _RULES)
