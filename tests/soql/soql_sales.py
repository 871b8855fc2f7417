"""A small sales org for the examples: accounts, contacts, opportunities, cases owned by users or queues."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from soql_memory import Child, Choice, Field, Memory, Parent, entity, memory, record_id

from pytest_sfintegration.embedded.soql.context import QueryContext, QueryResult
from pytest_sfintegration.embedded.soql.executor import execute
from pytest_sfintegration.embedded.soql.parser import parse

ADA, BOB, QUEUE = record_id("005", 1), record_id("005", 2), record_id("00G", 1)
ACME, GLOBEX, EMPTY = (record_id("001", number) for number in (1, 2, 3))
CONTEXT = QueryContext(user_id=ADA, now=datetime(2024, 5, 15, 12, 30, tzinfo=UTC))
RATINGS = tuple(Choice(value=value, label=f"{value}!") for value in ("Hot", "Warm", "Cold"))
REGIONS = tuple(Choice(value=value, label=value.upper()) for value in ("emea", "apac", "amer"))


def _accounts() -> list[dict[str, Any]]:
    common = {"IsDeleted": False}
    return [
        {
            "Id": ACME,
            "Name": "Acme",
            "Rating": "Cold",
            "AnnualRevenue": 1000,
            "OwnerId": ADA,
            "Regions__c": "emea;apac",
            "CreatedDate": "2024-05-15T00:00:00.000+0000",
            "Founded__c": "1999-12-31",
            "Active__c": True,
            **common,
        },
        {
            "Id": GLOBEX,
            "Name": "globex 100%",
            "Rating": "Hot",
            "AnnualRevenue": 250.5,
            "OwnerId": BOB,
            "Regions__c": "amer",
            "CreatedDate": "2024-05-14T23:59:59.000+0000",
            "Founded__c": "2024-05-12",
            "Active__c": False,
            **common,
        },
        {
            "Id": EMPTY,
            "Name": "Void",
            "OwnerId": ADA,
            "CreatedDate": "2023-01-01T10:00:00.000+0000",
            **common,
        },
        {"Id": record_id("001", 4), "Name": "Gone", "OwnerId": ADA, "IsDeleted": True},
    ]


def sales() -> Memory:
    user = entity(
        "User",
        "005",
        Field(name="Name"),
        Field(name="Username"),
        Field(name="Title"),
        Field(name="Badge__c"),
        data=[{"Id": ADA, "Name": "Ada", "Username": "ada@example.com"}, {"Id": BOB, "Name": "Bob"}],
    )
    queue = entity(
        "Group", "00G", Field(name="Name"), data=[{"Id": QUEUE, "Name": "Support", "Type": "Queue"}]
    )
    account = entity(
        "Account",
        "001",
        Field(name="Name"),
        Field(name="Rating", type="picklist", picklist=RATINGS),
        Field(name="AnnualRevenue", type="currency"),
        Field(name="OwnerId", type="reference", reference_to=("User",)),
        Field(name="Regions__c", type="multipicklist", picklist=REGIONS, sortable=False, groupable=False),
        Field(name="CreatedDate", type="datetime"),
        Field(name="Founded__c", type="date"),
        Field(name="Active__c", type="boolean"),
        Field(name="Notes__c", type="textarea", filterable=False, sortable=False, groupable=False),
        Field(name="BillingAddress", type="address"),
        Field(name="IsDeleted", type="boolean"),
        parents={"owner": Parent(field="OwnerId", targets=("User",))},
        below={
            "contacts": Child(object="Contact", field="AccountId"),
            "cases": Child(object="Case", field="AccountId"),
            "secrets__r": Child(object="Secret__c", field="Account__c"),
        },
        data=_accounts(),
    )
    contact = entity(
        "Contact",
        "003",
        Field(name="LastName"),
        Field(name="AccountId", type="reference", reference_to=("Account",)),
        Field(name="Score__c", type="double"),
        parents={
            "account": Parent(field="AccountId", targets=("Account",)),
            "secret__r": Parent(field="Secret__c", targets=("Secret__c",)),
        },
        data=[
            {"Id": record_id("003", 1), "LastName": "Lovelace", "AccountId": ACME, "Score__c": 1.5},
            {"Id": record_id("003", 2), "LastName": "Byron", "AccountId": ACME, "Score__c": 3.0},
            {"Id": record_id("003", 3), "LastName": "Simpson", "AccountId": GLOBEX, "Score__c": None},
            {"Id": record_id("003", 4), "LastName": "Alone", "AccountId": None},
        ],
    )
    case = entity(
        "Case",
        "500",
        Field(name="Subject"),
        Field(name="OwnerId", type="reference", reference_to=("User", "Group")),
        Field(name="AccountId", type="reference", reference_to=("Account",)),
        parents={
            "owner": Parent(field="OwnerId", targets=("Group", "User")),
            "account": Parent(field="AccountId", targets=("Account",)),
        },
        data=[
            {"Id": record_id("500", 1), "Subject": "Broken", "OwnerId": ADA, "AccountId": ACME},
            {"Id": record_id("500", 2), "Subject": "Lost", "OwnerId": QUEUE, "AccountId": None},
        ],
    )
    return memory(user, queue, account, contact, case)


def run(text: str, org: Memory | None = None, context: QueryContext = CONTEXT) -> QueryResult:
    return execute(parse(text), text, org or sales(), context=context)


def names(text: str, key: str = "Name") -> list[Any]:
    return [record[key] for record in run(text).records]
