"""Undelete and emptyRecycleBin by SOAP: who may, what comes back, and what each record gets for an answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import OrganizationSpec
from pytest_sfintegration.embedded.wire import Request, Response

SETUP = "setup@embedded.example"
ONE, OTHER, BOSS = "one@embedded.example", "other@embedded.example", "boss@embedded.example"
NAMESPACES = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}
ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
    '<SessionHeader xmlns="{ns}"><sessionId>{token}</sessionId></SessionHeader>'
    '<AllOrNoneHeader xmlns="{ns}"><allOrNone>{all}</allOrNone></AllOrNoneHeader></e:Header>'
    '<e:Body><{name} xmlns="{ns}">{ids}</{name}></e:Body></e:Envelope>'
)


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Bin:
    """An org with its clock, and its recycle bin by SOAP."""

    org: EmbeddedOrg
    clock: Clock
    client: Callable[..., Any]

    def send(
        self, name: str, ids: Sequence[str], who: str = SETUP, *, service: str = "u", **more: Any
    ) -> Response:
        body = ENVELOPE.format(
            ns=NAMESPACES[service],
            token=more.get("token") or self.org.login_token(who),
            all=str(more.get("all_or_none", False)).lower(),
            name=name,
            ids="".join(f"<ids>{each}</ids>" for each in ids),
        )
        path = f"/services/Soap/{service}/62.0/00DEm0000000001"
        return self.org.handle(Request(method="POST", path=path, body=body.encode()))

    def call(self, name: str, ids: Sequence[str], who: str = SETUP, **more: Any) -> list[str]:
        """Return for each record ``ok`` or the code of its refusal."""
        response = self.send(name, ids, who, **more)
        assert response.status == 200, response.payload
        space = f"{{{NAMESPACES[more.get('service', 'u')]}}}"
        results = list(ET.fromstring(response.payload).iter(f"{space}result"))  # noqa: S314 - our own answer
        assert len(results) == len(ids)
        told = []
        for record, each in zip(ids, results, strict=True):
            done = each.findtext(f"{space}success") == "true"
            assert not done or each.findtext(f"{space}id") == record
            told.append("ok" if done else str(each.findtext(f"{space}errors/{space}statusCode")))
        return told

    def undelete(self, *ids: str, who: str = SETUP, **more: Any) -> list[str]:
        return self.call("undelete", ids, who, **more)


@pytest.fixture
def recycling(hierarchy: Callable[..., EmbeddedOrg], make_client: Any) -> Bin:
    clock = Clock()
    users = {ONE: "East", OTHER: "West", BOSS: "Boss"}
    sharing = dict.fromkeys(("Account", "Property__c"), "Private")
    org = hierarchy(users, sharing, now=clock, organization=OrganizationSpec(api_limit=200))
    return Bin(org=org, clock=clock, client=lambda who=SETUP: make_client(org=org, username=who))


def delete(client: Any, name: str, record: str) -> None:
    assert client("DELETE", f"/sobjects/{name}/{record}").status == 204


def names(client: Any, table: str = "Property__c", resource: str = "/query") -> set[str]:
    answer = client("GET", resource, q=f"SELECT Id, IsDeleted FROM {table}")
    assert answer.status == 200, answer.payload
    return {row["Id"] for row in answer.payload["records"]}


@pytest.mark.parametrize("service", NAMESPACES)
def test_undelete_brings_a_record_back_with_its_details(recycling: Bin, service: str) -> None:
    setup = recycling.client()
    parent = setup.create("Property__c", Name="A")
    detail, gone = (setup.create("Viewing__c", Property__c=parent) for _ in range(2))
    delete(setup, "Viewing__c", gone)
    delete(setup, "Property__c", parent)
    assert names(setup) == names(setup, "Viewing__c") == set()
    assert names(setup, resource="/queryAll") == {parent}
    (row,) = setup("GET", "/queryAll", q="SELECT IsDeleted FROM Property__c").payload["records"]
    assert row["IsDeleted"] is True
    assert recycling.undelete(parent, service=service) == ["ok"]
    assert names(setup) == {parent}
    assert names(setup, "Viewing__c") == {detail}  # what was deleted before stays in the bin
    assert recycling.undelete(gone) == ["ok"]
    assert names(setup, "Viewing__c") == {detail, gone}


def test_shares_of_a_record_come_back(recycling: Bin) -> None:
    setup, other = recycling.client(), recycling.client(OTHER)
    record = setup.create("Property__c", Name="A")
    account = setup.create("Account", Name="A")
    setup.create("Property__Share", ParentId=record, UserOrGroupId=other.user_id, AccessLevel="Read")
    setup.create("AccountTeamMember", AccountId=account, UserId=other.user_id, AccountAccessLevel="Read")
    shares = "SELECT Id FROM Property__Share WHERE RowCause = 'Manual'"
    for name, each in (("Property__c", record), ("Account", account)):
        assert names(other, name) == {each}
        delete(setup, name, each)
        assert names(other, name) == set()
    assert setup.query(shares) == setup.query("SELECT Id FROM AccountTeamMember") == []
    assert recycling.undelete(record, account) == ["ok", "ok"]
    assert (names(other), names(other, "Account")) == ({record}, {account})
    assert len(setup.query(shares)) == len(setup.query("SELECT Id FROM AccountTeamMember")) == 1


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        (ONE, "ok"),
        (BOSS, "ok"),
        (SETUP, "ok"),
        (OTHER, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ],
)
@pytest.mark.parametrize("call", ["undelete", "emptyRecycleBin"])
def test_bin_is_that_of_the_one_who_deleted(recycling: Bin, call: str, who: str, answer: str) -> None:
    setup, other = recycling.client(), recycling.client(OTHER)
    one = recycling.client(ONE)
    record = one.create("Property__c", Name="A")
    setup.create("Property__Share", ParentId=record, UserOrGroupId=other.user_id, AccessLevel="Edit")
    delete(one, "Property__c", record)
    assert recycling.call(call, [record], who) == [answer]
    assert names(setup) == ({record} if (call, answer) == ("undelete", "ok") else set())


def test_owner_does_not_undelete_what_another_deleted(recycling: Bin) -> None:
    one = recycling.client(ONE)
    record = one.create("Property__c", Name="A")
    delete(recycling.client(), "Property__c", record)
    assert recycling.undelete(record, who=ONE) == ["INSUFFICIENT_ACCESS_OR_READONLY"]


def test_record_that_the_user_does_not_see_is_none(recycling: Bin) -> None:
    setup = recycling.client()
    record, account = setup.create("Property__c", Name="A"), setup.create("Account", Name="A")
    delete(setup, "Property__c", record)
    delete(setup, "Account", account)
    assert recycling.undelete(record, account, who=OTHER) == ["INVALID_CROSS_REFERENCE_KEY"] * 2


def test_each_record_has_a_result_of_its_own(recycling: Bin) -> None:
    setup = recycling.client()
    binned, living = (setup.create("Property__c", Name=each) for each in "AB")
    delete(setup, "Property__c", binned)
    unknown = binned[:14] + "z"
    ids = (living, binned, "none", unknown)
    expected = ["UNDELETE_FAILED", "ok", "MALFORMED_ID", "INVALID_CROSS_REFERENCE_KEY"]
    assert recycling.undelete(*ids) == expected
    assert names(setup) == {binned, living}
    assert recycling.undelete(binned) == ["UNDELETE_FAILED"]  # it is back already


def test_all_or_none_undoes_what_was_undeleted(recycling: Bin) -> None:
    setup = recycling.client()
    binned, living = (setup.create("Property__c", Name=each) for each in "AB")
    delete(setup, "Property__c", binned)
    told = recycling.undelete(binned, living, all_or_none=True)
    assert told == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "UNDELETE_FAILED"]
    assert names(setup) == {living}
    assert recycling.undelete(binned, all_or_none=True) == ["ok"]


def test_lookups_that_were_emptied_point_again_unless_they_have_another_value(recycling: Bin) -> None:
    setup = recycling.client()
    account, new = setup.create("Account", Name="A"), setup.create("Account", Name="N")
    kept, moved = (setup.create("Property__c", Name=each, Account__c=account) for each in "AB")
    delete(setup, "Account", account)
    lookup = "SELECT Account__c FROM Property__c WHERE Id = '{}'"
    assert setup.query(lookup.format(kept))[0]["Account__c"] is None
    setup("PATCH", f"/sobjects/Property__c/{moved}", {"Account__c": new})
    assert recycling.undelete(account) == ["ok"]
    assert [setup.query(lookup.format(each))[0]["Account__c"] for each in (kept, moved)] == [account, new]


def test_emptied_bin_gives_nothing_back_and_query_all_shows_the_records(recycling: Bin) -> None:
    setup = recycling.client()
    parent = setup.create("Property__c", Name="A")
    detail = setup.create("Viewing__c", Property__c=parent)
    delete(setup, "Property__c", parent)
    # what went along with another record is no record of the bin (SOAP API Developer Guide)
    assert recycling.call("emptyRecycleBin", [detail, parent]) == ["DELETE_FAILED", "ok"]
    assert recycling.undelete(parent, detail) == ["UNDELETE_FAILED"] * 2
    assert recycling.call("emptyRecycleBin", [parent]) == ["DELETE_FAILED"]
    assert names(setup) == set()
    assert names(setup, resource="/queryAll") == {parent}


def test_detail_does_not_come_back_without_its_master(recycling: Bin) -> None:
    setup = recycling.client()
    parent = setup.create("Property__c", Name="A")
    detail = setup.create("Viewing__c", Property__c=parent)
    delete(setup, "Viewing__c", detail)
    delete(setup, "Property__c", parent)
    assert recycling.undelete(detail) == ["UNDELETE_FAILED"]
    assert recycling.undelete(parent, detail) == ["ok", "ok"]


def test_value_that_has_to_be_unique_keeps_a_record_in_the_bin(recycling: Bin) -> None:
    setup = recycling.client()
    old = setup.create("Property__c", Name="A", Code__c="k")
    delete(setup, "Property__c", old)
    setup.create("Property__c", Name="B", Code__c="K")
    assert recycling.undelete(old) == ["DUPLICATE_VALUE"]


def test_team_member_who_was_taken_off_does_not_come_back(recycling: Bin) -> None:
    setup = recycling.client()
    account = setup.create("Account", Name="A")
    who = recycling.client(OTHER).user_id
    made = setup.create("AccountTeamMember", AccountId=account, UserId=who, AccountAccessLevel="Read")
    delete(setup, "AccountTeamMember", made)
    assert recycling.undelete(made) == ["UNDELETE_FAILED"]
    assert setup("GET", "/sobjects/AccountTeamMember/describe").payload["undeletable"] is False
    assert setup("GET", "/sobjects/Account/describe").payload["undeletable"] is True


@pytest.mark.parametrize(("days", "answer"), [(15, "ok"), (16, "UNDELETE_FAILED")])
def test_bin_keeps_records_for_fifteen_days(recycling: Bin, days: int, answer: str) -> None:
    setup = recycling.client()
    record = setup.create("Property__c", Name="A")
    delete(setup, "Property__c", record)
    recycling.clock.at += timedelta(days=days)
    assert recycling.undelete(record) == [answer]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"token": "00Dxx!no"}, "INVALID_SESSION_ID"),
        ({"ids": ["a01Em0000000001AAA"] * 201}, "EXCEEDED_ID_LIMIT"),
        ({"name": "merge"}, "NOT_SUPPORTED_BY_EMBEDDED_ORG"),
    ],
)
@pytest.mark.parametrize("service", NAMESPACES)
def test_call_that_is_refused_as_a_whole_is_a_fault(
    recycling: Bin, service: str, ask: dict[str, Any], code: str
) -> None:
    response = recycling.send(**{"name": "undelete", "ids": [], "service": service} | ask)
    assert response.status == 500
    assert f"<sf:exceptionCode>{code}</sf:exceptionCode>" in response.payload


def test_user_without_api_enabled_is_refused(org: EmbeddedOrg, make_client: Any) -> None:
    stranger = Bin(org=org, clock=Clock(), client=make_client)
    response = stranger.send("undelete", [], "stranger@embedded.example")
    assert "<sf:exceptionCode>API_DISABLED_FOR_ORG</sf:exceptionCode>" in response.payload


def test_calls_are_counted_up_to_the_limit(recycling: Bin) -> None:
    recycling.org.world.calls = 199
    assert recycling.undelete() == []
    assert "REQUEST_LIMIT_EXCEEDED" in recycling.send("undelete", []).payload


def test_record_deleted_past_the_bin_is_not_in_it(recycling: Bin) -> None:
    setup = recycling.client()
    record = setup.create("Property__c", Name="A")
    world = recycling.org.world
    world.dml.hard_delete(world.view(world.people.by_id(setup.user_id)), "Property__c", record)
    assert recycling.undelete(record) == ["INVALID_CROSS_REFERENCE_KEY"]
    assert world.recycle_bin.get(record) is None


def test_rolled_back_delete_leaves_the_bin_as_it_was(recycling: Bin) -> None:
    setup = recycling.client()
    record = setup.create("Property__c", Name="A")
    base = "/services/data/v62.0/sobjects"
    steps = [
        {"method": "DELETE", "url": f"{base}/Property__c/{record}", "referenceId": "a"},
        {"method": "GET", "url": f"{base}/Nope__c/1", "referenceId": "b"},
    ]
    setup("POST", "/composite", {"allOrNone": True, "compositeRequest": steps})
    assert names(setup) == {record}
    assert recycling.org.world.recycle_bin.get(record) is None
