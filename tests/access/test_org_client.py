"""The client: few calls, whole answers, a budget that stops."""

from typing import Any
from urllib.parse import quote, unquote

import pytest
from access_fakes import ROOT, client, ok
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.orgs.client import Call, Reply
from pytest_sfintegration.orgs.errors import CallLimitError, OrgError, UnknownOutcomeError
from pytest_sfintegration.orgs.packing import packed


def echo_batch(method: str, path: str, body: Any) -> Reply:
    """Answer each part of a batch with the address that it asked for."""
    if path == f"{ROOT}/composite/batch":
        assert method == "POST"
        parts = body["batchRequests"]
        return ok(
            {"hasErrors": False, "results": [{"statusCode": 200, "result": one["url"]} for one in parts]}
        )
    return ok(path.removeprefix("/services/data/"))


@given(count=st.integers(0, 130))
def test_batches_hold_at_most_25_and_answers_come_in_order(count: int) -> None:
    org, transport = client(echo_batch)
    calls = [Call(method="GET", path=f"/sobjects/Object{number}__c/describe") for number in range(count)]
    replies = org.batch(calls, purpose="test")
    assert [one.payload for one in replies] == [f"v62.0{call.path}" for call in calls]
    assert len(transport.sent) == -(-count // 25)
    for _, path, body in transport.sent:
        if path.endswith("/composite/batch"):
            assert 2 <= len(body["batchRequests"]) <= 25


def test_single_call_needs_no_batch_and_bodies_travel_as_rich_input() -> None:
    org, transport = client(echo_batch)
    org.batch([Call(method="PATCH", path="/sobjects/Account/001", body={"Phone": "1"})], purpose="test")
    org.batch(
        [Call(method="PATCH", path="/a", body={"Phone": "1"}), Call(method="GET", path="/b")], purpose="test"
    )
    assert transport.sent == [
        ("PATCH", f"{ROOT}/sobjects/Account/001", {"Phone": "1"}),
        (
            "POST",
            f"{ROOT}/composite/batch",
            {
                "batchRequests": [
                    {"method": "PATCH", "url": "v62.0/a", "richInput": {"Phone": "1"}},
                    {"method": "GET", "url": "v62.0/b"},
                ]
            },
        ),
    ]


def test_part_of_a_batch_that_fails_is_a_value_and_a_batch_that_fails_an_error() -> None:
    org, _ = client(
        lambda *_: ok(
            {
                "hasErrors": True,
                "results": [
                    {"statusCode": 404, "result": [{"errorCode": "NOT_FOUND", "message": "no"}]},
                    {"statusCode": 200, "result": 1},
                ],
            }
        )
    )
    refused, fine = org.batch([Call(method="GET", path="/a"), Call(method="GET", path="/b")], purpose="test")
    assert (refused.ok, refused.error().code, fine.payload) == (False, "NOT_FOUND", 1)

    broken, _ = client(lambda *_: Reply(status=503, payload="Service Unavailable"))
    with pytest.raises(OrgError, match="HTTP_503"):
        broken.batch([Call(method="GET", path="/a"), Call(method="GET", path="/b")], purpose="test")


def test_batch_with_fewer_answers_than_requests_is_an_error() -> None:
    org, _ = client(lambda *_: ok({"hasErrors": False, "results": [{"statusCode": 200, "result": 1}]}))
    with pytest.raises((OrgError, ValueError)):
        org.queries(["SELECT Id FROM A", "SELECT Id FROM B"], purpose="test")


def making(method: str, path: str, body: Any) -> Reply:
    """Answer collections, alone or in composites, with the given numbers as ids; odd ones are refused."""
    assert method == "POST"
    assert body["allOrNone"] is False
    if path == f"{ROOT}/composite":
        assert 1 < len(body["compositeRequest"]) <= 5
        assert body["collateSubrequests"] is False
        parts = [
            {
                "referenceId": one["referenceId"],
                "httpStatusCode": 200,
                "body": making(one["method"], one["url"], one["body"]).payload,
            }
            for one in body["compositeRequest"]
        ]
        return ok({"compositeResponse": parts})
    assert path == f"{ROOT}/composite/sobjects"
    return ok(
        [
            {"id": str(one["n"]), "success": True, "errors": []}
            if one["n"] % 2 == 0
            else {
                "success": False,
                "errors": [{"statusCode": "DUPLICATE_VALUE", "message": "", "fields": []}],
            }
            for one in body["records"]
        ]
    )


def collections_in(body: Any) -> list[Any]:
    if "compositeRequest" not in body:
        return [body["records"]]
    return [one["body"]["records"] for one in body["compositeRequest"]]


def runs_of(types: list[str]) -> int:
    return sum(1 for index, one in enumerate(types) if index == 0 or types[index - 1] != one)


@given(
    blocks=st.lists(
        st.tuples(st.sampled_from(["Account", "Contact", "Lead"]), st.integers(1, 3) | st.integers(150, 260)),
        max_size=40,
    )
)
@example(blocks=[("Account", 1), ("Contact", 2)] * 12)
@settings(deadline=None)  # thousands of records an example
def test_collections_split_at_200_records_and_10_runs_of_one_type(blocks: list[tuple[str, int]]) -> None:
    types = [name for name, count in blocks for _ in range(count)]
    records = [{"attributes": {"type": name}, "n": number} for number, name in enumerate(types)]
    org, transport = client(making)
    replies = org.create(records, purpose="test")
    sent = [part for _, _, body in transport.sent for part in collections_in(body)]
    assert len(transport.sent) == -(-len(sent) // 5)
    assert [one for part in sent for one in part] == records
    for part, following in zip(sent, [*sent[1:], None], strict=False):
        names = [one["attributes"]["type"] for one in part]
        assert len(part) <= 200
        assert runs_of(names) <= 10
        if following is not None:  # no part ends early
            assert len(part) == 200 or runs_of([*names, following[0]["attributes"]["type"]]) == 11
    assert [one.ok for one in replies] == [number % 2 == 0 for number in range(len(types))]
    assert all(one.error().code == "DUPLICATE_VALUE" for one in replies if not one.ok)


@given(count=st.integers(0, 450))
def test_deletes_go_200_to_a_call(count: int) -> None:
    def removing(method: str, path: str, _body: Any) -> Reply:
        assert method == "DELETE"
        ids = path.partition("?ids=")[2].partition("&")[0].split(",")
        assert path.endswith("&allOrNone=false")
        return ok([{"id": one, "success": True, "errors": []} for one in ids])

    org, transport = client(removing)
    replies = org.delete([str(number) for number in range(count)], purpose="test")
    assert [one.payload["id"] for one in replies] == [str(number) for number in range(count)]
    assert len(transport.sent) == -(-count // 200)


def paged(total: int, size: int, *, ends_after: int | None = None) -> Any:
    """Answer a query in pages; ``ends_after``: the org says done after so many records."""

    def answer(method: str, path: str, _body: Any) -> Reply:
        assert method == "GET"
        start = int(path.rpartition("-")[2]) if "/query/" in path else 0
        until = min(start + size, total)
        last = until >= (total if ends_after is None else ends_after)
        page: dict[str, Any] = {
            "totalSize": total,
            "done": last,
            "records": [{"n": number} for number in range(start, until)],
        }
        if not last:
            page["nextRecordsUrl"] = f"{ROOT}/query/01gxx-{until}"
        return ok(page)

    return answer


@given(total=st.integers(0, 60), size=st.integers(1, 20))
def test_pages_are_followed_to_the_end(total: int, size: int) -> None:
    org, transport = client(paged(total, size))
    rows = org.query("SELECT Id FROM Account", purpose="test")
    assert [one["n"] for one in rows] == list(range(total))
    assert len(transport.sent) == max(1, -(-total // size))


@given(total=st.integers(11, 60), ends=st.integers(1, 10))
def test_pages_that_end_early_are_an_error(total: int, ends: int) -> None:
    org, _ = client(paged(total, 10, ends_after=ends))
    with pytest.raises(OrgError, match=f"10 of {total} records came although the org said done"):
        org.query("SELECT Id FROM FieldPermissions", purpose="test")


def test_query_is_quoted_and_its_refusal_tells_the_query() -> None:
    soql = "SELECT Id FROM User WHERE Username = 'a+b@example.com & co/%'"
    refusal = [{"errorCode": "MALFORMED_QUERY", "message": "unexpected token"}]
    org, transport = client(lambda *_: Reply(status=400, payload=refusal))
    with pytest.raises(OrgError, match=r"MALFORMED_QUERY.*unexpected token.*Username"):
        org.query(soql, purpose="test")
    (_, path, _) = transport.sent[0]
    assert path == f"{ROOT}/query?q={quote(soql, safe='')}"
    assert unquote(path).endswith(soql)


@given(limit=st.integers(1, 8), wanted=st.integers(1, 12))
def test_budget_stops_before_the_call_that_is_too_many(limit: int, wanted: int) -> None:
    org, transport = client(lambda *_: ok({}), limit=limit)

    def spend() -> None:
        for _ in range(wanted):
            org.get("/limits", purpose="test")

    if wanted > limit:
        with pytest.raises(CallLimitError, match=f"limit of {limit} API calls"):
            spend()
    else:
        spend()
    assert len(transport.sent) == min(limit, wanted)


def test_one_budget_counts_all_sessions_by_purpose() -> None:
    org, _ = client(paged(30, 10))
    budget = org._budget
    other, _ = client(lambda *_: ok({}))
    other._budget = budget
    org.query("SELECT Id FROM Account", purpose="tables")
    other.get("/sobjects", purpose="describe")
    assert (budget.used, budget.by_purpose) == (4, {"tables": 3, "describe": 1})


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ([{"errorCode": "NOT_FOUND", "message": "gone"}], "NOT_FOUND"),
        ([{"statusCode": "STRING_TOO_LONG", "message": "", "fields": ["Name"]}], "STRING_TOO_LONG"),
        ({"errorCode": "INVALID_SESSION_ID"}, "INVALID_SESSION_ID"),
        ("<html>gateway</html>", "HTTP_502"),
        ([], "HTTP_502"),
        (None, "HTTP_502"),
        ({"error": "invalid_grant"}, "HTTP_502"),
    ],
)
def test_error_of_any_shape_has_a_code(payload: Any, code: str) -> None:
    assert Reply(status=502, payload=payload).error().code == code


CHANGES = st.lists(
    st.builds(
        lambda method, name, number: Call(
            method=method,
            path=f"/sobjects/{name}/{number:03}",
            body={"Name": "x"} if method == "PATCH" else None,
        ),
        st.sampled_from(["PATCH", "DELETE"]),
        st.sampled_from([f"Thing{n}__c" for n in range(14)]),
        st.integers(0, 20),
    ),
    max_size=450,
)


@settings(deadline=None)  # the same
@given(changes=CHANGES)
@example(changes=[Call(method="PATCH", path=f"/sobjects/T{n}__c/1", body={}) for n in range(25)])
@example(changes=[Call(method="PATCH", path="/sobjects/T__c/1", body={})] * 3)
def test_changes_in_collections_are_those_that_were_given_in_their_order(changes: list[Call]) -> None:
    packs = packed(changes)
    assert [part for pack in packs for part in pack.parts] == changes
    for pack in packs:
        paths = [one.path for one in pack.parts]
        assert {one.method for one in pack.parts} == {pack.call.method}
        assert len(paths) <= 200
        if pack.call.method == "PATCH":
            records = pack.call.body["records"]
            assert [f"/sobjects/{one['attributes']['type']}/{one['id']}" for one in records] == paths
            assert runs_of([one["attributes"]["type"] for one in records]) <= 10
            assert len(set(paths)) == len(paths)
        else:
            assert pack.call.path.partition("ids=")[2].split(",") == [one.rpartition("/")[2] for one in paths]


def test_collection_that_is_refused_as_a_whole_is_sent_one_by_one() -> None:
    changes = [Call(method="PATCH", path=f"/sobjects/T{n}__c/{n}", body={"Name": "x"}) for n in range(15)]

    def answer(method: str, path: str, body: Any) -> Reply:
        assert method == "POST"
        if path.endswith("/composite/batch"):
            return ok({"results": [{"statusCode": 204, "result": None} for _ in body["batchRequests"]]})
        first, second = body["compositeRequest"]
        done = [{"id": "1", "success": True, "errors": []} for _ in first["body"]["records"]]
        refused = [{"errorCode": "INVALID_TYPE", "message": "sObject type 'T12__c' is not supported."}]
        return ok(
            {
                "compositeResponse": [  # in another order: the reference tells which is which
                    {"referenceId": second["referenceId"], "httpStatusCode": 400, "body": refused},
                    {"referenceId": first["referenceId"], "httpStatusCode": 200, "body": done},
                ]
            }
        )

    org, transport = client(answer)
    replies = org.change(changes, purpose="test")
    assert [one.status for one in replies] == [200] * 10 + [204] * 5
    assert [path.removeprefix(ROOT) for _, path, _ in transport.sent] == ["/composite", "/composite/batch"]
    assert len(transport.sent[1][2]["batchRequests"]) == 5


def test_create_of_which_a_part_failed_on_the_server_has_an_unknown_outcome() -> None:
    def answer(_method: str, _path: str, body: Any) -> Reply:
        parts = [
            {
                "referenceId": one["referenceId"],
                "httpStatusCode": 500,
                "body": [{"errorCode": "UNKNOWN_EXCEPTION"}],
            }
            for one in body["compositeRequest"]
        ]
        return ok({"compositeResponse": parts})

    org, _ = client(answer)
    with pytest.raises(UnknownOutcomeError, match="UNKNOWN_EXCEPTION"):
        org.create([{"attributes": {"type": f"T{n}__c"}} for n in range(11)], purpose="test")
