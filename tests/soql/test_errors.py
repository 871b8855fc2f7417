"""Error codes, sentences and places."""

import json
from pathlib import Path
from typing import Any

import pytest
from soql_memory import Field, entity, memory
from soql_sales import run

from pytest_sfintegration.embedded.soql.errors import SoqlError, SoqlNotSupported

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "wire" / "cases.json"


def refusal(text: str, org: Any = None) -> SoqlError:
    with pytest.raises(SoqlError) as caught:
        run(text, org)
    return caught.value


def recorded(case_id: str) -> dict[str, Any]:
    if not CASES.exists():
        pytest.skip(f"the recorded cases are not at {CASES}")
    found: dict[str, Any] = next(case for case in json.loads(CASES.read_text()) if case["id"] == case_id)
    return found


def test_hidden_field_answers_as_recorded() -> None:
    case = recorded("fls.soql.hidden")
    query = case["request"]["path"].partition("q=")[2]
    error = refusal(query, memory(entity("npe5__Affiliation__c", "a01")))
    (expected,) = case["response"]["body"]
    assert (error.code, error.message) == (expected["errorCode"], expected["message"])


def test_hidden_object_points_to_its_name() -> None:
    error = refusal("SELECT COUNT(Id) FROM Test__c")
    assert error.code == "INVALID_TYPE"
    assert error.message == (
        "\nSELECT COUNT(Id) FROM Test__c\n                      ^\nERROR at Row:1:Column:23\n"
        "sObject type 'Test__c' is not supported. If you are attempting to use a custom object, be sure to "
        "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
        "appropriate names."
    )


def test_long_lines_show_whole_items_around_the_place() -> None:
    """Two public captures show 30 and 31 characters before the caret, cut between items."""
    fields = ["Id", *(f"Some_Long_Custom_Field_{number}__c" for number in range(20))]
    org = memory(entity("Plan__c", "a02", *(Field(name=name) for name in fields)))
    query = f"SELECT {','.join(fields[:10])},Hidden__c,{','.join(fields[10:])} FROM Plan__c"
    error = refusal(query, org)
    _, shown, caret, where, _ = error.message.split("\n")
    assert shown[len(caret) - 1 :].startswith("Hidden__c,")
    assert shown.startswith("Some_Long_Custom_Field_")
    assert len(shown) < 100
    assert where == f"ERROR at Row:1:Column:{query.index('Hidden__c') + 1}"


def test_the_row_counts_lines() -> None:
    error = refusal("SELECT Id\nFROM Account\nWHERE Nope__c = 1")
    assert (error.row, error.column) == (3, 7)
    assert error.message.startswith("\nWHERE Nope__c = 1\n      ^\nERROR at Row:3:Column:7\n")


THREE = f"SELECT Id FROM Account WHERE {' AND '.join(['Id IN (SELECT AccountId FROM Contact)'] * 3)}"
NESTED = (
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE AccountId IN "
    "(SELECT Id FROM Account))"
)


IDS = "Id IN (SELECT AccountId FROM Contact)"
AT_TOP = (
    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE "
    "expressions."
)
SEMI_JOINS = [
    *(
        (f"SELECT Id FROM Account WHERE {where}", AT_TOP)
        for where in (
            f"(Name = 'a' AND {IDS}) AND Rating = 'b'",
            f"(Name = 'a' AND {IDS}) OR Rating = 'b'",
            f"Name = 'a' AND (Rating = 'b' OR {IDS})",
        )
    ),
    (f"SELECT Id FROM Account WHERE NOT {IDS}", "not allowed with the 'NOT' operator"),
    (f"SELECT Id FROM Account WHERE Name = 'a' AND (NOT {IDS})", "not allowed with the 'NOT' operator"),
    ("SELECT Id, (SELECT Id FROM Contacts WHERE AccountId IN (SELECT Id FROM Account)) FROM Account", AT_TOP),
    (
        f"SELECT Rating FROM Account GROUP BY Rating HAVING {IDS}",
        "Semi-joins are only supported in WHERE clauses",
    ),
    (
        "SELECT Id FROM Contact WHERE AccountId IN (SELECT AccountId FROM Contact)",
        "The inner and outer selects should not be on the same object type",
    ),
    (
        "SELECT Id FROM Contact WHERE Account.Id IN (SELECT Id FROM Account)",
        "The left operand 'Account.Id' cannot have more than one level of relationships",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT Account.Id FROM Contact)",
        "The inner select field 'Account.Id' cannot have more than one level of relationships",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact ORDER BY LastName)",
        "ORDER BY is not supported in semi join sub-selects",
    ),
    (
        "SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact LIMIT 5)",
        "LIMIT is not supported in semi join sub-selects",
    ),
]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT Id FORM Account", "unexpected token: 'Account'"),
        ("SELECT Id, FROM Account", "unexpected token: 'FROM'"),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "unexpected token: 'OR'"),
        ("SELECT Id FROM Account WHERE (Name = 'a' OR Name = 'b' AND Name = 'c')", "unexpected token: 'AND'"),
        ("SELECT Id FROM Account WHERE (Name = 'a'", "expecting a right parentheses, found '<EOF>'"),
        ("SELECT Id FROM Account WHERE Regions__c INCLUDES 'a'", "expecting a left parentheses, found ''a''"),
        ("SELECT Id FROM Account WHERE Name = :name", "Bind variables only allowed in Apex code"),
        ("SELECT Id FROM Account WHERE Name = Site", "Bind variables only allowed in Apex code"),
        ("SELECT Id FROM Account WHERE Name = 'a", "mismatched character '<EOF>' expecting '''"),
        ("SELECT Id FROM Account WHERE Name = \u2018a\u2019", "no viable alternative at character '\u2018'"),
        ("SELECT Id FROM Account FOR UPDATE", "unexpected token: 'UPDATE'"),
        ("SELECT Name n FROM Account", "only aggregate expressions use field aliasing"),
        ("SELECT Name, COUNT(Id) FROM Account", "Field must be grouped or aggregated: Name"),
        ("SELECT Name FROM Account GROUP BY Rating", "Field must be grouped or aggregated: Name"),
        (
            "SELECT Notes__c FROM Account GROUP BY Notes__c",
            "field 'Notes__c' can not be grouped in a query call",
        ),
        ("SELECT Id FROM Account ORDER BY Notes__c", "field 'Notes__c' can not be sorted in a query call"),
        ("SELECT SUM(Name) FROM Account", "field Name does not support aggregate operator SUM"),
        ("SELECT FIELDS(ALL) FROM Account", "The SOQL FIELDS function must have a LIMIT of at most 200"),
        (
            "SELECT FIELDS(ALL) FROM Account LIMIT 201",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        (
            "SELECT Id FROM Account WHERE Name = 'a' OR Id IN (SELECT AccountId FROM Contact)",
            "Semi join sub-selects are not allowed with the 'OR' operator",
        ),
        (
            THREE,
            "Maximum 2 semi join sub-selects are allowed",
        ),
        (
            NESTED,
            "Nesting of semi join sub-selects is not supported",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)",
            "in the where expression in the outer query 'Id' should point to the same object type",
        ),
        *SEMI_JOINS,
        (
            "SELECT MAX(AnnualRevenue) FROM Account LIMIT 1",
            "Non-grouped query that uses overall aggregate functions cannot also use LIMIT",
        ),
        (
            "SELECT COUNT(Id) FROM Account LIMIT 0",
            "Non-grouped query that uses overall aggregate functions cannot also use LIMIT",
        ),
        (
            "SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account",
            "only root queries support aggregate expressions",
        ),
    ],
)
def test_malformed_queries_say_why(query: str, message: str) -> None:
    error = refusal(query)
    assert error.code == "MALFORMED_QUERY"
    assert error.message.endswith(message)
    assert not isinstance(error, SoqlNotSupported)


FILTER = "value of filter criterion for field"


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        (
            "SELECT Id FROM Account WHERE CreatedDate = '2024-01-01'",
            "INVALID_FIELD",
            f"{FILTER} 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE Founded__c = 2024-01-01T00:00:00Z",
            "INVALID_FIELD",
            f"{FILTER} 'Founded__c' must be of type date and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE AnnualRevenue = '5'",
            "INVALID_FIELD",
            f"{FILTER} 'AnnualRevenue' must be of type double and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE Name = 5",
            "INVALID_FIELD",
            f"{FILTER} 'Name' must be of type string and should be enclosed in quotes",
        ),
        ("SELECT Id FROM Account WHERE Id = '-'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: -"),
        (
            "SELECT Id FROM Account WHERE Id LIKE '001%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on id field",
        ),
        (
            "SELECT Id FROM Account WHERE Notes__c = 'a'",
            "INVALID_FIELD",
            "field 'Notes__c' can not be filtered in a query call",
        ),
        (
            "SELECT Id FROM Account WHERE BillingAddress = 'a'",
            "INVALID_FIELD",
            "Address fields can only be filtered using Distance or GeoLocation functions",
        ),
        (
            "SELECT Id FROM Account WHERE HOUR_IN_DAY(Founded__c) = 1",
            "INVALID_FIELD",
            "field Founded__c does not support date function HOUR_IN_DAY",
        ),
        (
            "SELECT Id FROM Account WHERE CALENDAR_YEAR(Name) = 1",
            "INVALID_FIELD",
            "field Name does not support date function CALENDAR_YEAR",
        ),
        ("SELECT Id, Name, Id FROM Account", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Id, FIELDS(ALL) FROM Account LIMIT 1", "INVALID_FIELD", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Account OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
    ],
)
def test_filters_and_fields_answer_with_their_code(query: str, code: str, message: str) -> None:
    error = refusal(query)
    assert (error.code, error.message.rpartition("\n")[2]) == (code, message)


def test_an_error_of_a_filter_points_to_its_field() -> None:
    error = refusal("SELECT AccountId FROM Contact where Id= '-'")
    assert (error.row, error.column) == (1, 37)


@pytest.mark.parametrize(
    "clause",
    [
        "SELECT Hidden__c FROM Contact",
        "SELECT Id FROM Contact WHERE Hidden__c = 'a'",
        "SELECT Id FROM Contact WHERE Hidden__c IN ('a')",
        "SELECT Id FROM Contact WHERE NOT (LastName = 'a' OR Hidden__c = 'a')",
        "SELECT Id FROM Contact ORDER BY Hidden__c",
        "SELECT COUNT(Id) FROM Contact GROUP BY Hidden__c",
        "SELECT COUNT(Hidden__c) FROM Contact",
        "SELECT MAX(Hidden__c) FROM Contact",
        "SELECT LastName FROM Contact GROUP BY LastName HAVING MIN(Hidden__c) = 'a'",
        "SELECT LastName FROM Contact GROUP BY LastName ORDER BY MIN(Hidden__c)",
        "SELECT toLabel(Hidden__c) FROM Contact",
        "SELECT FORMAT(Hidden__c) f FROM Contact",
        "SELECT Id FROM Contact WHERE CALENDAR_YEAR(Hidden__c) = 2020",
        "SELECT Account.Hidden__c FROM Contact",
        "SELECT FORMAT(Account.Hidden__c) f FROM Contact",
        "SELECT Id FROM Contact WHERE Account.Owner.Hidden__c = 'a'",
        "SELECT COUNT() FROM Contact WHERE Account.Hidden__c = 'a'",
        "SELECT Id FROM Contact ORDER BY Account.Hidden__c",
        "SELECT Id, (SELECT Hidden__c FROM Contacts) FROM Account",
        "SELECT Id, (SELECT Id FROM Contacts WHERE Hidden__c = 'a') FROM Account",
        "SELECT Id, (SELECT Id FROM Contacts ORDER BY Hidden__c) FROM Account",
        "SELECT Id FROM Account WHERE Id IN (SELECT Hidden__c FROM Contact)",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Hidden__c = 'a')",
        "SELECT TYPEOF Owner WHEN User THEN Hidden__c END FROM Case",
        "SELECT TYPEOF Owner WHEN User THEN Id ELSE Hidden__c END FROM Case",
        "SELECT Owner.Hidden__c FROM Case",
        "SELECT Id FROM Case WHERE Owner.Hidden__c = 'a'",
    ],
)
def test_a_hidden_field_is_refused_in_every_clause(clause: str) -> None:
    error = refusal(clause)
    assert error.code == "INVALID_FIELD"
    assert "No such column 'Hidden__c' on entity" in error.message
    assert not isinstance(error, SoqlNotSupported)


@pytest.mark.parametrize(
    "query", ["SELECT Owner.Badge__c FROM Case", "SELECT Id FROM Case WHERE Owner.Badge__c = 'a'"]
)
def test_a_polymorphic_step_knows_the_fields_of_name_only(query: str) -> None:
    assert "No such column 'Badge__c' on entity 'Name'" in refusal(query).message
    assert run("SELECT Owner.Badge__c FROM Account").total_size == 3


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Secret__r.Name FROM Contact",
        "SELECT Id FROM Contact WHERE Secret__r.Name = 'a'",
        "SELECT Id FROM Contact ORDER BY Secret__r.Name",
        "SELECT COUNT(Secret__r.Name) FROM Contact",
        "SELECT Nope.Name FROM Contact",
    ],
)
def test_a_path_to_an_unreadable_object_is_refused(query: str) -> None:
    error = refusal(query)
    assert error.code == "INVALID_FIELD"
    assert "Didn't understand relationship '" in error.message
    assert "in field path. If you are attempting to use a custom relationship" in error.message


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id, (SELECT Id FROM Secrets__r) FROM Account",
        "SELECT Id FROM Account WHERE Id IN (SELECT Account__c FROM Secret__c)",
        "SELECT TYPEOF Owner WHEN Secret__c THEN Id END FROM Case",
        "SELECT Id FROM Secret__c",
        "SELECT COUNT() FROM Secret__c",
    ],
)
def test_an_unreadable_object_is_refused_wherever_it_is_queried(query: str) -> None:
    assert refusal(query).code == "INVALID_TYPE"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Account WITH SYSTEM_MODE",
        "SELECT Id FROM Account WITH DATA CATEGORY Geography__c ABOVE usa__c",
        "SELECT Id FROM Account WITH UserId = '005000000000001AAA'",
        "SELECT Id FROM Account USING SCOPE team",
        "SELECT Id FROM Account USING LOOKUP Contact.AccountId",
        "SELECT Id FROM Account UPDATE TRACKING",
        "SELECT convertCurrency(AnnualRevenue) FROM Account",
        "SELECT Id FROM Account WHERE AnnualRevenue > USD5000",
        "SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') < 20",
        "SELECT Id FROM Account ORDER BY DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi')",
        "SELECT Id, (SELECT Id FROM Contacts USING SCOPE team) FROM Account",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WITH SYSTEM_MODE)",
        "SELECT Id FROM Account a, a.Contacts c",
        "SELECT Id, (SELECT Id FROM Contacts FOR VIEW) FROM Account",
    ],
)
def test_what_is_not_executed_is_refused_loudly(query: str) -> None:
    error = refusal(query)
    assert isinstance(error, SoqlNotSupported)
    assert "not supported" in error.message
