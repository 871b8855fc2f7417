"""The records of an owner, kept at every write, are those that a look at all records finds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.storage import Storage

IDS = st.sampled_from(["r1", "r2", "r3", "r4"])
OWNERS = st.sampled_from(["u1", "u2", None])
WRITES = st.one_of(
    st.tuples(st.just("put"), IDS, OWNERS, st.booleans()),
    st.tuples(st.just("remove"), IDS),
    st.tuples(st.sampled_from(["commit", "rollback"])),
)


@given(writes=st.lists(WRITES, max_size=30), without_owner=st.booleans())
def test_owned_are_those_that_a_look_at_all_finds(writes: list[tuple[Any, ...]], without_owner: bool) -> None:
    storage = Storage(IdFactory({}), lambda _: [{"Id": "r0", "IsDeleted": False, "OwnerId": "u1"}])
    table = storage.table("Deal__c")
    for kind, *rest in writes:
        if kind == "put":
            record_id, owner, deleted = rest
            record = {"Id": record_id, "IsDeleted": deleted}
            table.put(record if without_owner and owner is None else {**record, "OwnerId": owner})
        elif kind == "remove":
            table.remove(rest[0])
        elif kind == "commit":
            storage.commit()
        else:
            storage.rollback(0)
        for owner in ("u1", "u2", "u3"):
            kept = sorted(row["Id"] for row in table.owned(owner))
            assert kept == sorted(row["Id"] for row in table.active() if row.get("OwnerId") == owner)
            assert all(table.get(row["Id"]) is row for row in table.owned(owner))
