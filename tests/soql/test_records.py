"""What a query of records gives: shapes, paths, children, scopes, bounds."""

import json
from dataclasses import replace

import pytest
from soql_sales import ACME, ADA, BOB, CONTEXT, EMPTY, GLOBEX, names, run, sales

from pytest_sfintegration.embedded.soql.columns import column_answer, column_metadata
from pytest_sfintegration.embedded.soql.parser import parse


def account(record: str) -> dict[str, str]:
    return {"type": "Account", "url": f"/services/data/v59.0/sobjects/Account/{record}"}


def test_records_carry_attributes_and_the_names_of_the_schema() -> None:
    result = run(f"select id, name, ANNUALREVENUE, active__C, createddate from account where id = '{ACME}'")
    assert result.total_size == 1
    (record,) = result.records
    assert list(record) == ["attributes", "Id", "Name", "AnnualRevenue", "Active__c", "CreatedDate"]
    assert record == {
        "attributes": account(ACME),
        "Id": ACME,
        "Name": "Acme",
        "AnnualRevenue": 1000.0,
        "Active__c": True,
        "CreatedDate": "2024-05-15T00:00:00.000+0000",
    }
    assert json.loads(json.dumps(record)) == record


def test_a_checkbox_without_a_value_reads_false() -> None:
    assert names("SELECT Active__c FROM Account", "Active__c") == [True, False, False]


def test_count_gives_the_size_and_no_records() -> None:
    result = run("SELECT COUNT() FROM Account WHERE OwnerId != null LIMIT 2")
    assert (result.total_size, result.records) == (2, [])
    assert run("SELECT COUNT() FROM Contact").total_size == 4
    assert run("SELECT COUNT() FROM Contact OFFSET 3").total_size == 1
    assert run("SELECT COUNT() FROM Contact LIMIT 5 OFFSET 9").total_size == 0


def test_parents_nest_and_empty_lookups_are_null() -> None:
    result = run(
        "SELECT LastName, Account.Name, Account.Owner.Name, Account.Id FROM Contact ORDER BY LastName"
    )
    alone, byron = result.records[0], result.records[1]
    assert alone["Account"] is None
    assert byron["Account"] == {
        "attributes": account(ACME),
        "Name": "Acme",
        "Owner": {
            "attributes": {"type": "User", "url": f"/services/data/v59.0/sobjects/User/{ADA}"},
            "Name": "Ada",
        },
        "Id": ACME,
    }


def test_a_parent_that_the_user_may_not_see_is_null() -> None:
    org = sales()
    accounts = org.entities["account"]
    accounts.data = [row for row in accounts.data if row["Id"] != GLOBEX]
    result = run("SELECT Account.Name FROM Contact WHERE LastName = 'simpson'", org)
    assert result.records[0]["Account"] is None


def test_children_nest_with_their_own_order_and_limit_and_null_when_there_are_none() -> None:
    query = (
        "SELECT Name, (SELECT LastName FROM Contacts WHERE Score__c > 0 ORDER BY LastName LIMIT 1) "
        "FROM Account"
    )
    by_name = {record["Name"]: record["Contacts"] for record in run(query).records}
    assert by_name["Void"] is None
    assert by_name["globex 100%"] is None
    contacts = by_name["Acme"]
    assert {key: contacts[key] for key in ("totalSize", "done")} == {"totalSize": 1, "done": True}
    assert contacts["records"][0]["LastName"] == "Byron"
    assert contacts["records"][0]["attributes"]["type"] == "Contact"


def test_a_polymorphic_owner_is_a_name() -> None:
    result = run("SELECT Subject, Owner.Name, Owner.Type, Owner.Username FROM Case ORDER BY Subject")
    broken, lost = (record["Owner"] for record in result.records)
    assert broken["attributes"]["type"] == "Name"
    assert (broken["Name"], broken["Type"], broken["Username"]) == ("Ada", "User", "ada@example.com")
    assert (lost["Name"], lost["Type"], lost["Username"]) == ("Support", "Queue", None)
    for kind, number in (("User", 1), ("Queue", 1), ("Group", 0)):
        assert run(f"SELECT Id FROM Case WHERE Owner.Type = '{kind}'").total_size == number
    typed = run("SELECT TYPEOF Owner WHEN Group THEN Name END FROM Case WHERE Owner.Type = 'Queue'")
    assert typed.records[0]["Owner"] == {
        "attributes": typed.records[0]["Owner"]["attributes"],
        "Name": "Support",
    }


def test_typeof_takes_the_branch_of_the_record() -> None:
    query = "SELECT TYPEOF Owner WHEN User THEN Username, Name ELSE Name END FROM Case ORDER BY Subject"
    broken, lost = (record["Owner"] for record in run(query).records)
    assert (broken["attributes"]["type"], broken["Username"]) == ("User", "ada@example.com")
    assert "Username" not in lost
    assert lost["Name"] == "Support"


def test_aliases_and_object_names_may_stand_before_fields() -> None:
    assert names("SELECT a.Name FROM Account a WHERE a.Owner.Name = 'Bob'") == ["globex 100%"]
    assert names("SELECT Account.Name FROM Account WHERE Account.Name = 'ACME'") == ["Acme"]
    found = run("SELECT c.LastName FROM Contact c, c.Account a WHERE a.Name = 'globex 100%'").records
    assert [record["LastName"] for record in found] == ["Simpson"]


def test_fields_of_an_object() -> None:
    (record,) = run(f"SELECT FIELDS(CUSTOM) FROM Account WHERE Id = '{ACME}' LIMIT 1").records
    assert set(record) == {"attributes", "Regions__c", "Founded__c", "Active__c", "Notes__c"}
    (everything,) = run(f"SELECT FIELDS(ALL) FROM Account WHERE Id = '{ACME}' LIMIT 1").records
    standard = run(f"SELECT FIELDS(STANDARD) FROM Account WHERE Id = '{ACME}'").records[0]
    assert set(record) | set(standard) == set(everything)


def test_labels_and_formats() -> None:
    query = (
        "SELECT toLabel(Rating), toLabel(Regions__c), FORMAT(AnnualRevenue) money, FORMAT(CreatedDate) made,"
        f" FORMAT(Founded__c) day FROM Account WHERE Id = '{ACME}'"
    )
    (record,) = run(query).records
    assert record["Rating"] == "Cold!"
    assert record["Regions__c"] == "EMEA;APAC"
    assert record["money"] == "$1,000.00"
    assert record["made"] == "5/15/2024, 12:00 AM"
    assert record["day"] == "12/31/1999"
    assert names("SELECT Name FROM Account WHERE toLabel(Rating) = 'hot!'") == ["globex 100%"]


def test_scope_mine_is_what_the_user_owns() -> None:
    assert names("SELECT Name FROM Account USING SCOPE mine") == ["Acme", "Void"]
    assert names("SELECT Name FROM Account USING SCOPE mine WHERE Name LIKE 'v%'") == ["Void"]
    assert run("SELECT Id FROM Account USING SCOPE everything").total_size == 3
    bob = replace(CONTEXT, user_id=BOB[:15])
    assert run("SELECT COUNT() FROM Account USING SCOPE Mine", context=bob).total_size == 1


@pytest.mark.parametrize("field", ["Id", "OwnerId"])
def test_deleted_records_are_left_out_unless_asked_for(field: str) -> None:
    value = {"Id": "001000000000004AAA", "OwnerId": ADA}[field]
    query = f"SELECT COUNT() FROM Account WHERE {field} = '{value}' AND Name = 'Gone'"
    assert run(query).total_size == 0
    assert run(query, context=replace(CONTEXT, include_deleted=True)).total_size == 1


def test_nulls_come_first_in_both_directions_unless_told() -> None:
    base = "SELECT Name FROM Account ORDER BY AnnualRevenue"
    assert names(base) == ["Void", "globex 100%", "Acme"]
    assert names(f"{base} DESC") == ["Void", "Acme", "globex 100%"]
    assert names(f"{base} NULLS LAST") == ["globex 100%", "Acme", "Void"]
    assert names(f"{base} DESC NULLS LAST") == ["Acme", "globex 100%", "Void"]


def test_picklists_sort_as_in_setup() -> None:
    assert names("SELECT Name FROM Account ORDER BY Rating NULLS LAST") == ["globex 100%", "Acme", "Void"]


def test_sorting_is_stable_over_several_keys_and_bounds_cut_after_it() -> None:
    query = "SELECT Name FROM Account ORDER BY OwnerId DESC, Name DESC LIMIT 2 OFFSET 1"
    assert names(query) == ["Void", "Acme"]


def test_what_touches_recently_viewed_is_handed_on() -> None:
    result = run("SELECT Id FROM Account ORDER BY CreatedDate DESC LIMIT 1000 FOR VIEW")
    assert (result.total_size, result.touched) == (3, ("VIEW",))


@pytest.mark.parametrize("mode", ["SECURITY_ENFORCED", "USER_MODE"])
def test_user_modes_change_nothing_through_the_api(mode: str) -> None:
    assert run(f"SELECT Id FROM Account WITH {mode}").total_size == 3


def test_semi_and_anti_joins() -> None:
    semi = "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Score__c > 0)"
    anti = "SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)"
    assert names(semi) == ["Acme"]
    assert names(anti) == ["Void"]
    assert run("SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Account)").total_size == 3
    assert names(f"{semi} AND Name != 'x' AND Id IN (SELECT AccountId FROM Contact)") == ["Acme"]
    assert names(f"{semi.replace('WHERE Id', 'WHERE (Id', 1)}) AND (Name = 'Acme' OR Name = 'x')") == ["Acme"]


def test_ids_of_both_lengths_find_the_record() -> None:
    assert names(f"SELECT Name FROM Account WHERE Id = '{EMPTY[:15]}'") == ["Void"]
    assert names(f"SELECT Name FROM Account WHERE Id IN ('{EMPTY}', '{EMPTY[:15]}')") == ["Void"]
    assert run(f"SELECT Id FROM Contact WHERE AccountId = '{ACME[:15]}'").total_size == 2
    assert run(f"SELECT Id FROM Contact WHERE AccountId = '{ACME}' AND LastName != 'Byron'").total_size == 1


def test_an_id_in_a_condition_does_not_hide_the_rest() -> None:
    assert names(f"SELECT Name FROM Account WHERE Id NOT IN ('{ACME}')") == ["globex 100%", "Void"]
    assert names(f"SELECT Name FROM Account WHERE Id != '{ACME}'") == ["globex 100%", "Void"]
    assert names(f"SELECT Name FROM Account WHERE Id = '{ACME}' OR Name = 'void'") == ["Acme", "Void"]
    assert names(f"SELECT Name FROM Account WHERE NOT Id = '{ACME}'") == ["globex 100%", "Void"]
    assert names(f"SELECT Name FROM Account WHERE OwnerId IN ('{ADA}', '{BOB}')") == [
        "Acme",
        "globex 100%",
        "Void",
    ]


def test_columns_describe_the_answer() -> None:
    query = parse("SELECT Id, Owner.Name, (SELECT LastName FROM Contacts) FROM Account")
    answer = column_answer(query, sales())
    record_id, owner, contacts = answer["columnMetadata"]
    assert (record_id["columnName"], record_id["aggregate"]) == ("Id", False)
    assert (owner["columnName"], owner["foreignKeyName"]) == ("Owner", "OwnerId")
    assert [column["columnName"] for column in owner["joinColumns"]] == ["Name"]
    assert (contacts["columnName"], contacts["aggregate"]) == ("Contacts", True)
    assert [column["columnName"] for column in contacts["joinColumns"]] == ["LastName"]
    assert (answer["entityName"], answer["idSelected"], answer["groupBy"]) == ("Account", True, False)


def test_columns_of_functions_bear_the_names_of_the_records() -> None:
    query = "SELECT Rating, AVG(AnnualRevenue), COUNT(Id) many, MAX(Name) FROM Account GROUP BY Rating"
    columns = column_metadata(parse(query), sales())
    assert [column["columnName"] for column in columns] == ["Rating", "expr0", "many", "expr1"]
    assert columns[1]["displayName"] == "avg(AnnualRevenue)"
    assert [column["columnName"] for column in columns] == list(run(query).records[0])[1:]
    assert column_metadata(parse("SELECT COUNT() FROM Account"), sales()) == []
