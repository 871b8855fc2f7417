"""Restriction rules hide records from queries, and from nothing else."""

from typing import Any

import pytest
from sharing_cases import ME, THEIRS, Org, thing

from pytest_sfintegration.embedded.sharing import SharingNotModelled
from pytest_sfintegration.sfdx.model import FieldDef, RestrictionRule


def restriction(**more: Any) -> RestrictionRule:
    settings: dict[str, Any] = {
        "name": "OnlyEurope",
        "object": "Thing__c",
        "active": True,
        "enforcement_type": "Restrict",
        "user_criteria": "$User.Department = 'Sales'",
        "record_filter": "Region__c = 'EMEA, LATAM'",
    }
    return RestrictionRule(**settings | more)


@pytest.mark.parametrize(
    ("changes", "visible"),
    [
        ({}, ["e"]),
        ({"active": False}, ["e", "a"]),
        ({"enforcement_type": "Scoping"}, ["e", "a"]),
        ({"user_criteria": "$User.Department = 'HR'"}, ["e", "a"]),
        ({"user_criteria": "$User.IsActive=true"}, ["e"]),
        ({"user_criteria": "$Permission.SeeAll = true"}, ["e", "a"]),
        ({"record_filter": "OwnerId = $User.Id"}, ["a"]),
        ({"record_filter": "Owner:User.Department = $User.Department"}, ["a"]),
        ({"record_filter": "Thing__c.Owner:User.Department = 'HR'"}, ["e"]),
    ],
)
def test_restriction_rules_hide_records_from_queries_only(
    changes: dict[str, Any], visible: list[str]
) -> None:
    org = Org(thing("ReadWrite"), restriction_rules=(restriction(**changes),))
    rows = [
        {"Id": "e", "OwnerId": "you", "Region__c": "EMEA"},
        {"Id": "a", "OwnerId": "me", "Region__c": "APAC"},
    ]
    assert org.visible(ME, *rows) == visible
    assert [row["Id"] for row in rows if org.decide(ME, row).can_read] == visible
    assert all(org.decide(ME, row, restriction_rules=False).can_read for row in rows)
    hidden = [org.decide(ME, row).restricted_by for row in rows if row["Id"] not in visible]
    assert hidden == ["OnlyEurope"] * len(hidden)


@pytest.mark.parametrize(
    "changes",
    [
        {"record_filter": "Region__c = 'EMEA' AND OwnerId = $User.Id"},
        {"record_filter": "Gone__c = 'x'"},
        {"record_filter": "Region__c = $Organization.Id"},
        {"user_criteria": "$User.Unknown__c = 'x'"},
        {"user_criteria": "$Profile.Name = 'x'"},
        {"enforcement_type": "FieldRestrict"},
    ],
)
def test_a_restriction_rule_that_cannot_be_evaluated_is_refused(changes: dict[str, Any]) -> None:
    org = Org(thing("ReadWrite"), restriction_rules=(restriction(**changes),))
    with pytest.raises(
        SharingNotModelled, match="Restriction rule OnlyEurope on Thing__c cannot be evaluated"
    ):
        org.visible(ME, THEIRS)


def test_view_all_does_not_feel_restriction_rules() -> None:
    org = Org(thing(), rights=["read", "view_all"], restriction_rules=(restriction(),))
    assert org.visible(ME, THEIRS | {"Region__c": "APAC"}) == ["1"]


def test_restriction_rules_compare_ids_in_either_length() -> None:
    fields = {"Kind__c": FieldDef(name="Kind__c", type="reference", label="Kind", reference_to=("Kind__c",))}
    only = restriction(record_filter="Kind__c = a0B000000000001")
    org = Org(thing("ReadWrite", fields=fields), restriction_rules=(only,))
    rows = [{"Id": one, "Kind__c": one} for one in ("a0B000000000001AAA", "a0B000000000002AAA")]
    assert org.visible(ME, *rows) == ["a0B000000000001AAA"]


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({"record_filter": "Region__c = 'APAC'"}, True),
        ({"enforcement_type": "Scoping"}, True),
        ({"enforcement_type": "Scoping", "user_criteria": "$User.Department = 'HR'"}, False),
        ({"record_filter": "Region__c = 'APAC'", "active": False}, False),
        ({"record_filter": "Region__c = 'APAC'", "user_criteria": "$User.Department = 'HR'"}, False),
    ],
)
def test_of_several_rules_for_one_user_nobody_knows_which_is_observed(
    other: dict[str, Any], refused: bool
) -> None:
    second = restriction(name="Second", path="Second.rule-meta.xml", **other)
    org = Org(thing("ReadWrite"), restriction_rules=(restriction(), second))
    if refused:
        with pytest.raises(
            SharingNotModelled, match=r"OnlyEurope, Second \(Second\.rule-meta\.xml\)\. An org"
        ):
            org.visible(ME, THEIRS)
    else:
        assert org.visible(ME, THEIRS) == ["1"]
    assert org.decide(ME, THEIRS, restriction_rules=False).can_read


def test_scoping_rules_alone_hide_nothing_however_many() -> None:
    every = [restriction(name=name, enforcement_type="Scoping") for name in ("A", "B")]
    org = Org(thing("ReadWrite"), restriction_rules=tuple(every))
    assert org.visible(ME, THEIRS | {"Region__c": "APAC"}) == ["1"]
