"""The items of testing: what the matrix itself leaves open."""

from pytest_sfintegration.matrix.checklist.item import Group, Item, Preset, Severity

__all__ = ["TESTING"]

_LEAST = 'Salesforce Help, "Give Integration Users API Only Access"'

TESTING = (
    Item(
        key="covered_objects",
        group=Group.TESTING,
        title="every object granted is declared, with each of its operations",
        setup="Nothing in Setup: declare in the matrix the objects that its ignore leaves out, or take the "
        "grants away.",
        source=f"{_LEAST}; Security Benchmark for Salesforce, SBS-FDNS-001",
        severity=Severity.MEDIUM,
    ),
    Item(
        key="covered_fields",
        group=Group.TESTING,
        title="the fields of every object granted are declared",
        setup="Nothing in Setup: give each object of the matrix its fields, or the word none.",
        source=_LEAST,
        severity=Severity.LOW,
        preset=Preset.STRICT,
    ),
    Item(
        key="uses",
        group=Group.TESTING,
        title="no object is granted that the integration does not use",
        setup="Permission Sets: take the object's permissions away; then remove it from the matrix.",
        source=f"{_LEAST} (least privilege)",
        severity=Severity.MEDIUM,
        reads="uses",
    ),
)
