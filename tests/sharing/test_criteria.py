"""Criteria-based sharing rules: how values compare, how filter logic joins them, what is refused."""

import pytest
from sharing_cases import ME, THEIRS, YOU, Org, rule, thing

from pytest_sfintegration.embedded.sharing import SharingNotModelled, UserFacts
from pytest_sfintegration.sfdx.model import CriteriaItem, FieldDef, SharedWith

TYPES = {
    "Number__c": "double",
    "Flag__c": "boolean",
    "Day__c": "date",
    "Many__c": "multipicklist",
    "Region__c": "string",
}


@pytest.mark.parametrize(
    ("field", "operation", "value", "matching", "other"),
    [
        ("Region__c", "equals", "EMEA", "emea", "APAC"),
        ("Region__c", "equals", "EMEA,APAC", "APAC", "LATAM"),
        ("Region__c", "equals", "", None, "APAC"),
        ("Region__c", "notEqual", "EMEA", None, "EMEA"),
        ("Region__c", "contains", "me", "EMEA", None),
        ("Region__c", "notContain", "me", None, "EMEA"),
        ("Region__c", "startsWith", "em", "EMEA", "NEMEA"),
        ("Number__c", "greaterThan", "200", 200.5, 200),
        ("Number__c", "lessThan", "200", -1, None),
        ("Number__c", "lessOrEqual", "200", 200, 201),
        ("Number__c", "greaterOrEqual", "200", 200, 199),
        ("Number__c", "equals", "200", 200.0, 201),
        ("Flag__c", "equals", "True", True, False),
        ("Flag__c", "notEqual", "1", False, True),
        ("Day__c", "lessThan", "2024-03-01", "2024-02-29", "2024-03-01"),
        ("Many__c", "includes", "a;b", "c;B", "c"),
        ("Many__c", "excludes", "a", "b", "a;b"),
    ],
)
def test_criteria_compare_as_the_type_of_the_field_does(
    field: str, operation: str, value: str, matching: object, other: object
) -> None:
    fields = {name: FieldDef(name=name, type=kind, label=name) for name, kind in TYPES.items()}
    criteria = (CriteriaItem(field=field.lower(), operation=operation, value=value),)
    org = Org(thing(fields=fields), sharing_rules=(rule(criteria=criteria),))
    rows = [{"Id": "yes", "OwnerId": "you", field: matching}, {"Id": "no", "OwnerId": "you", field: other}]
    assert [row["Id"] for row in rows if org.decide(ME, row).can_read] == ["yes"]
    assert org.visible(ME, *rows) == ["yes"]


@pytest.mark.parametrize(
    ("logic", "matching"),
    [
        ("1 AND 2", "ab"),
        ("1 OR 2", "a b ab"),
        ("(1 AND 2) OR 3", "ab c ac bc abc"),
        ("1 and not 3", "a ab"),
        ("1 OR 2 AND 3", "a ab ac abc bc"),
        (None, "abc"),
    ],
)
def test_filter_logic_joins_the_criteria(logic: str | None, matching: str) -> None:
    fields = {name: FieldDef(name=name, type="boolean", label=name) for name in "abc"}
    items = tuple(CriteriaItem(field=name, operation="equals", value="true") for name in "abc")
    org = Org(thing(fields=fields), sharing_rules=(rule(criteria=items, boolean_filter=logic),))
    every = ["", "a", "b", "c", "ab", "ac", "bc", "abc"]
    rows = [{"Id": one, "OwnerId": "you"} | {name: name in one for name in "abc"} for one in every]
    if logic == "1 AND 2":
        matching = "ab abc"
    if logic == "1 OR 2":
        matching = "a b ab ac bc abc"
    assert set(org.visible(ME, *rows)) == set(matching.split())


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ({"field": "Gone__c", "operation": "equals", "value": "x"}, "no field 'Gone__c'"),
        ({"field": "Region__c", "operation": "within", "value": "x"}, "operation 'within' is not modelled"),
        (
            {"field": "Day__c", "operation": "equals", "value": "TODAY"},
            "'TODAY' does not suit the date field",
        ),
    ],
)
def test_criteria_that_cannot_be_evaluated_are_refused_for_those_they_could_reach(
    criteria: dict[str, str], said: str
) -> None:
    fields = {name: FieldDef(name=name, type=kind, label=name) for name, kind in TYPES.items()}
    doubtful = rule(criteria=(CriteriaItem(**criteria),), shared_to=SharedWith(kind="role", name="East"))
    stranger = UserFacts(id="x", username="x@example.com")
    org = Org(thing(fields=fields), sharing_rules=(doubtful,), users=(ME, YOU, stranger))
    with pytest.raises(SharingNotModelled, match=said):
        org.decide(ME, THEIRS)
    assert not org.decide(stranger, THEIRS).can_read


def test_broken_filter_logic_is_refused() -> None:
    org = Org(thing(), sharing_rules=(rule(boolean_filter="1 AND (2"),))
    with pytest.raises(SharingNotModelled, match=r"filter logic '1 AND \(2' cannot be read"):
        org.decide(ME, THEIRS)


def test_criteria_leave_out_records_of_users_who_cannot_have_a_role_unless_told_otherwise() -> None:
    system = UserFacts(id="bot", username="bot@example.com", user_type="AutomatedProcess")
    record = THEIRS | {"OwnerId": "bot"}
    for included in (True, False):
        org = Org(thing(), users=(ME, system), sharing_rules=(rule(include_records_owned_by_all=included),))
        assert org.decide(ME, record).can_read is included
        assert org.visible(ME, record) == (["1"] if included else [])
