"""Graphs, composites, collections and trees are all or nothing where they say so."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.org import EmbeddedOrg

BASE = "/services/data/v62.0/sobjects"
Node = dict[str, Any]


def node(method: str, url: str, reference: str, body: Any = None) -> Node:
    return {"method": method, "url": f"{BASE}/{url}", "referenceId": reference, "body": body}


_WRITES = st.lists(
    st.tuples(
        st.sampled_from(["create", "child", "rename", "code", "delete", "upsert"]),
        st.integers(0, 4),
        st.sampled_from(["a", "b", "c"]),
    ),
    max_size=8,
)


def _nodes(writes: list[tuple[str, int, str]], existing: list[str]) -> list[Node]:
    nodes = []
    for number, (kind, at, word) in enumerate(writes):
        target = existing[at]
        nodes.append(
            {
                "create": node("POST", "Property__c", f"n{number}", {"Name": word}),
                "child": node("POST", "Viewing__c", f"n{number}", {"Property__c": target}),
                "rename": node("PATCH", f"Property__c/{target}", f"n{number}", {"Name": word}),
                "code": node("PATCH", f"Property__c/{target}", f"n{number}", {"Code__c": word}),
                "delete": node("DELETE", f"Property__c/{target}", f"n{number}"),
                "upsert": node("PATCH", f"Property__c/Code__c/{word}", f"n{number}", {"Name": word}),
            }[kind]
        )
    return nodes


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=_WRITES)
def test_failing_graph_leaves_the_storage_as_it_was(
    source: Any, make_client: Any, writes: list[tuple[str, int, str]]
) -> None:
    client = make_client(org=EmbeddedOrg(source))
    existing = [client.create("Property__c", Name=f"P{number}") for number in range(5)]
    for each in existing[:3]:
        client.create("Viewing__c", Property__c=each)
    client.query("SELECT Id, (SELECT Id FROM Viewings__r) FROM Property__c")
    before = client.org.world.storage.snapshot()
    failing = node("POST", "Property__c", "last", {"Name": "x" * 100})
    graph = {"graphId": "g", "compositeRequest": [*_nodes(writes, existing), failing]}
    answer = client("POST", "/composite/graph", {"graphs": [graph]}).payload["graphs"][0]
    assert answer["isSuccessful"] is False
    bodies = [each["body"] for each in answer["graphResponse"]["compositeResponse"]]
    assert len(bodies) == len(writes) + 1
    assert all(each == bodies[0] for each in bodies)
    assert client.org.world.storage.snapshot() == before
    for each in existing:
        assert len(client.query(f"SELECT Id FROM Viewing__c WHERE Property__c = '{each}'")) == (
            1 if each in existing[:3] else 0
        )


def test_graph_follows_references_in_any_order(setup: Any) -> None:
    nodes = [
        node("POST", "Viewing__c", "child", {"Property__c": "@{parent.id}"}),
        node("POST", "Property__c", "parent", {"Name": "A"}),
    ]
    answer = setup(
        "POST", "/composite/graph", {"graphs": [{"graphId": "g", "compositeRequest": nodes}]}
    ).payload["graphs"][0]
    assert answer["isSuccessful"]
    assert [each["referenceId"] for each in answer["graphResponse"]["compositeResponse"]] == [
        "child",
        "parent",
    ]
    assert len(setup.query("SELECT Id FROM Viewing__c WHERE Property__r.Name = 'A'")) == 1


def test_after_14_failed_graphs_the_rest_is_halted(setup: Any) -> None:
    graphs = [
        {"graphId": f"g{number}", "compositeRequest": [node("POST", "Property__c", "n", {"Nope": 1})]}
        for number in range(20)
    ]
    answers = setup("POST", "/composite/graph", {"graphs": graphs}).payload["graphs"]
    codes = [each["graphResponse"]["compositeResponse"][0]["body"][0]["errorCode"] for each in answers]
    assert codes == ["INVALID_FIELD"] * 14 + ["PROCESSING_HALTED"] * 6


def test_15_different_nodes_are_counted_over_the_whole_payload(setup: Any) -> None:
    graphs = [
        {
            "graphId": f"g{number}",
            "compositeRequest": [
                node("POST", f"Kind{number}__c", "a"),
                node("GET", f"Kind{number}__c/x", "b"),
            ],
        }
        for number in range(8)
    ]
    (answer,) = setup("POST", "/composite/graph", {"graphs": graphs}).payload["graphs"]
    (refused,) = answer["graphResponse"]["compositeResponse"]
    assert refused["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
    assert len(setup("POST", "/composite/graph", {"graphs": graphs[:7]}).payload["graphs"]) == 7


def test_composite_takes_5_queries_and_collections(setup: Any) -> None:
    root = "/services/data/v62.0"
    parts = [
        {"method": "GET", "url": f"{root}/query?q=SELECT+Id+FROM+User", "referenceId": f"r{number}"}
        for number in range(6)
    ]
    assert setup("POST", "/composite", {"compositeRequest": parts}).status == 400
    assert setup("POST", "/composite", {"compositeRequest": parts[:5]}).status == 200


def test_composite_all_or_none_rolls_back_and_halts_the_others(setup: Any) -> None:
    requests = [
        node("POST", "Property__c", "good", {"Name": "A"}),
        node("POST", "Viewing__c", "child", {"Property__c": "@{good.id}"}),
        node("POST", "Property__c", "bad", {"Nope": 1}),
    ]
    answer = setup("POST", "/composite", {"allOrNone": True, "compositeRequest": requests})
    codes = [each["body"][0]["errorCode"] for each in answer.payload["compositeResponse"]]
    assert codes == ["PROCESSING_HALTED", "PROCESSING_HALTED", "INVALID_FIELD"]
    assert setup.query("SELECT Id FROM Property__c") == []
    kept = setup("POST", "/composite", {"allOrNone": False, "compositeRequest": requests})
    assert [each["httpStatusCode"] for each in kept.payload["compositeResponse"]] == [201, 201, 400]


def test_collections_keep_the_good_ones_unless_all_or_none(setup: Any) -> None:
    kind = {"type": "Property__c"}
    records = [{"attributes": kind, "Name": "A"}, {"attributes": kind, "Nope": 1}]
    items = setup("POST", "/composite/sobjects", {"records": records}).payload
    assert [each["success"] for each in items] == [True, False]
    ids = [items[0]["id"], setup.create("Property__c", Name="B")]
    changed = setup(
        "PATCH",
        "/composite/sobjects",
        {"allOrNone": True, "records": [{"attributes": kind, "id": each, "Name": "Z"} for each in ids]},
    ).payload
    assert [each["id"] for each in changed] == ids
    deleted = setup(
        "DELETE", "/composite/sobjects", ids=",".join([*ids, "a0zzz0000000000AAA"]), allOrNone="true"
    )
    assert [each["success"] for each in deleted.payload] == [False, False, False]
    assert len(setup.query("SELECT Id FROM Property__c WHERE Name = 'Z'")) == 2


def test_tree_makes_parents_with_children_or_nothing(setup: Any) -> None:
    def tree(child: dict[str, Any]) -> Any:
        record = {
            "attributes": {"type": "Property__c", "referenceId": "p"},
            "Name": "A",
            "Viewings__r": {"records": [{"attributes": {"type": "Viewing__c", "referenceId": "v"}, **child}]},
        }
        return setup("POST", "/composite/tree/Property__c", {"records": [record]})

    assert tree({"Nope": 1}).status == 400
    assert setup.query("SELECT Id FROM Property__c") == []
    made = tree({})
    assert (made.status, [each["referenceId"] for each in made.payload["results"]]) == (201, ["p", "v"])
    assert len(setup.query("SELECT Id FROM Viewing__c WHERE Property__r.Name = 'A'")) == 1


def test_batch_halts_on_error_when_asked(setup: Any) -> None:
    requests = [
        {"method": "GET", "url": f"v62.0/sobjects/{name}"} for name in ("Account", "Nope__c", "Contact")
    ]
    halted = setup("POST", "/composite/batch", {"haltOnError": True, "batchRequests": requests}).payload
    assert [each["statusCode"] for each in halted["results"]] == [200, 404, 412]
    going = setup("POST", "/composite/batch", {"batchRequests": requests}).payload
    assert [each["statusCode"] for each in going["results"]] == [200, 404, 200]
