"""What changed in a span of time."""

from datetime import timedelta
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.values import datetime_text


@pytest.fixture
def span(org: EmbeddedOrg) -> dict[str, str]:
    now = org.world.now()
    return {
        "start": (now - timedelta(days=1)).isoformat(),
        "end": (now + timedelta(minutes=1)).isoformat(),
    }


def test_created_and_deleted_records_are_told_apart(integration: Any, span: dict[str, str]) -> None:
    kept, gone = (integration.create("Property__c", Name=name) for name in "AB")
    integration("DELETE", f"/sobjects/Property__c/{gone}")
    updated = integration("GET", "/sobjects/Property__c/updated/", **span).payload
    assert updated == {"ids": [kept], "latestDateCovered": "2020-08-14T20:54:00.000+0000"}
    deleted = integration("GET", "/sobjects/Property__c/deleted/", **span).payload
    assert [each["id"] for each in deleted["deletedRecords"]] == [gone]
    assert deleted["deletedRecords"][0]["deletedDate"] == datetime_text(integration.org.world.now())
    assert set(deleted) == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}


def test_records_of_others_are_not_told(integration: Any, setup: Any, span: dict[str, str]) -> None:
    gone = setup.create("Property__c", Name="A")
    setup.create("Property__c", Name="B")
    setup("DELETE", f"/sobjects/Property__c/{gone}")
    assert integration("GET", "/sobjects/Property__c/updated", **span).payload["ids"] == []
    assert integration("GET", "/sobjects/Property__c/deleted", **span).payload["deletedRecords"] == []
    assert len(setup("GET", "/sobjects/Property__c/updated", **span).payload["ids"]) == 1


def test_what_lies_outside_of_the_span_is_left_out(integration: Any, span: dict[str, str]) -> None:
    integration.create("Property__c", Name="A")
    earlier = {**span, "end": (integration.org.world.now() - timedelta(minutes=1)).isoformat()}
    assert integration("GET", "/sobjects/Property__c/updated", **earlier).payload["ids"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": "2020-08-15T00:00:00Z"}, "INVALID_REPLICATION_DATE"),
        ({"start": "2020-07-01T00:00:00Z"}, "INVALID_REPLICATION_DATE"),
        ({"start": "yesterday"}, "INVALID_REPLICATION_DATE"),
        ({"end": ""}, "MISSING_ARGUMENT"),
    ],
)
def test_span_that_is_none_is_refused(
    integration: Any, span: dict[str, str], change: dict[str, str], code: str
) -> None:
    refused = integration("GET", "/sobjects/Property__c/updated", **(span | change))
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, code)


def test_invisible_object_is_not_there_and_setup_tables_are_refused(
    integration: Any, setup: Any, span: dict[str, str]
) -> None:
    assert integration("GET", "/sobjects/Hidden__c/updated", **span).status == 404
    assert setup("GET", "/sobjects/User/updated", **span).status == 501
    assert setup("POST", "/sobjects/Account/updated", {}).status == 405
