"""COUNT() keeps what a user reaches, and never for longer than it holds."""

from typing import Any

import pytest

COUNT = "SELECT COUNT() FROM Property__c WHERE Note__c != 'x'"


def count(client: Any, text: str = COUNT) -> int:
    response = client("GET", "/query", q=text)
    assert response.status == 200, response.payload
    return int(response.payload["totalSize"])


@pytest.mark.parametrize("text", [COUNT, "SELECT COUNT() FROM Property__c"])
def test_a_count_follows_every_write(setup: Any, integration: Any, text: str) -> None:
    mine = {"OwnerId": integration.user_id}
    assert count(integration, text) == 0
    first = setup.create("Property__c", Name="a", **mine)
    assert count(integration, text) == 1
    other = setup.create("Property__c", Name="b")
    assert (count(integration, text), count(setup, text)) == (1, 2)
    assert setup("PATCH", f"/sobjects/Property__c/{other}", mine).status == 204
    assert count(integration, text) == 2
    assert setup("DELETE", f"/sobjects/Property__c/{first}").status == 204
    assert count(integration, text) == 1


def test_a_count_follows_values_and_shares(setup: Any, integration: Any) -> None:
    record = setup.create("Property__c", Name="a", Note__c="x")
    assert count(setup) == 0
    assert setup("PATCH", f"/sobjects/Property__c/{record}", {"Note__c": "y"}).status == 204
    assert (count(setup), count(integration)) == (1, 0)
    setup.create("Property__Share", ParentId=record, UserOrGroupId=integration.user_id, AccessLevel="Read")
    assert count(integration) == 1
