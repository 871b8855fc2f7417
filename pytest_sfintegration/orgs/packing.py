"""How requests are put together into as few calls as the platform allows: pure functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

T = TypeVar("T")

__all__ = [
    "BATCH_SIZE",
    "COLLECTIONS_PER_CALL",
    "COLLECTION_SIZE",
    "COLLECTION_TYPE_RUNS",
    "Call",
    "Pack",
    "calls_for",
    "collection_chunks",
    "creations",
    "packed",
    "parts_of",
]

BATCH_SIZE = 25
"""Sub-requests of one ``/composite/batch`` call (REST API Developer Guide, Batch)."""

COLLECTION_SIZE = 200
"""Records of one ``/composite/sobjects`` call (REST API Developer Guide, sObject Collections)."""

COLLECTION_TYPE_RUNS = 10
"""Runs of records of one type in one ``/composite/sobjects`` call."""

COLLECTIONS_PER_CALL = 5
"""Collections requests in one ``/composite`` call (REST API guide, Composite)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One REST request; ``path`` starts behind ``/services/data/vXX.0``."""

    method: str
    path: str
    body: Any = None


def parts_of(items: Sequence[T], size: int = BATCH_SIZE) -> Iterator[Sequence[T]]:
    """Split what is to be sent into calls, ``size`` to a call."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def calls_for(count: int, size: int = BATCH_SIZE) -> int:
    """Return the calls that ``count`` parts take, as ``parts_of`` splits them."""
    return sum(1 for _ in parts_of(range(count), size))


def collection_chunks(records: Sequence[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    """Split records into requests: at most 200 records and 10 runs of one type (as above)."""
    chunk: list[Mapping[str, Any]] = []
    runs = 0
    for record in records:
        new_run = not chunk or chunk[-1]["attributes"]["type"] != record["attributes"]["type"]
        if chunk and (len(chunk) == COLLECTION_SIZE or (new_run and runs == COLLECTION_TYPE_RUNS)):
            yield chunk
            chunk, runs, new_run = [], 0, True
        chunk.append(record)
        runs += new_run
    if chunk:
        yield chunk


def creations(records: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Split records that are to be made into calls."""
    for part in parts_of(list(collection_chunks(records)), COLLECTIONS_PER_CALL):
        yield [record for chunk in part for record in chunk]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A collections request, and the requests for single records that it stands for."""

    call: Call
    parts: tuple[Call, ...]


def packed(calls: Sequence[Call]) -> list[Pack]:
    """Put PATCH and DELETE requests for single records into collections, keeping their order.

    A record is not in one collection twice. An update takes 200 records and 10 types, a delete 200 ids of any
    types (REST API guide, sObject Collections).
    """
    packs: list[list[Call]] = []
    for call in calls:
        if not packs or not _fits(packs[-1], call):
            packs.append([])
        packs[-1].append(call)
    return [Pack(call=_collection_of(parts), parts=tuple(parts)) for parts in packs]


def _fits(pack: Sequence[Call], call: Call) -> bool:
    if pack[0].method != call.method or len(pack) == COLLECTION_SIZE:
        return False
    if call.method == "DELETE":
        return True
    types = [one.path.split("/")[2] for one in (*pack, call)]
    runs = 1 + sum(one != other for one, other in pairwise(types))
    return runs <= COLLECTION_TYPE_RUNS and all(one.path != call.path for one in pack)


def _collection_of(parts: Sequence[Call]) -> Call:
    places = [one.path.split("/") for one in parts]  # ['', 'sobjects', type, id]
    if parts[0].method == "DELETE":
        ids = ",".join(place[3] for place in places)
        return Call(method="DELETE", path=f"/composite/sobjects?allOrNone=false&ids={ids}")
    records = [
        {"attributes": {"type": place[2]}, "id": place[3], **one.body}
        for place, one in zip(places, parts, strict=True)
    ]
    return Call(method="PATCH", path="/composite/sobjects", body={"allOrNone": False, "records": records})
