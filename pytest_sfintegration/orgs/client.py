"""One session with an org: REST calls, batched, counted and bounded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from pytest_sfintegration.orgs.errors import (
    ApiError,
    CallLimitError,
    OrgError,
    RefusedError,
    UnknownOutcomeError,
)
from pytest_sfintegration.orgs.keeper import Keeper, Patience

T = TypeVar("T")

__all__ = [
    "BATCH_SIZE",
    "COLLECTION_SIZE",
    "Budget",
    "Call",
    "OrgClient",
    "Reply",
    "Transport",
    "calls_for",
    "collection_chunks",
    "query_path",
]

BATCH_SIZE = 25
"""Sub-requests of one ``/composite/batch`` call (wire facts, section 7)."""

COLLECTION_SIZE = 200
"""Records of one ``/composite/sobjects`` call (wire facts, section 7)."""

COLLECTION_TYPE_RUNS = 10
"""Runs of records of one type in one ``/composite/sobjects`` call."""

_PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"})
"""Codes of a part of an answer that was not done and may be asked again (wire facts, section 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. ``payload`` is the parsed JSON value (or text); treat it as immutable."""

    status: int
    payload: Any

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of HTTP statuses

    def error(self) -> ApiError:
        """Return the first error of a refused answer; an answer of unknown shape keeps its status as code."""
        return first_error(self.status, self.payload)


def first_error(status: int, payload: Any) -> ApiError:
    """Return the first error of a payload: REST arrays and collection items alike (wire facts, section 0)."""
    item = payload[0] if isinstance(payload, list) and payload else payload
    if not isinstance(item, Mapping):
        return ApiError(status=status, code=f"HTTP_{status}", message=str(payload)[:200])
    code = item.get("errorCode") or item.get("statusCode") or f"HTTP_{status}"
    return ApiError(
        status=status,
        code=str(code),
        message=str(item.get("message", "")).strip(),
        fields=tuple(item.get("fields") or ()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One REST request; ``path`` starts behind ``/services/data/vXX.0``."""

    method: str
    path: str
    body: Any = None


class Transport(Protocol):
    """The way to an org for one logged-in user."""

    def send(self, method: str, path: str, body: Any) -> Reply:
        """Send one request; ``path`` is absolute and quoted. Raise OrgError when no answer came."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """Calls spent on an org by all sessions of a run, and the hard stop."""

    limit: int | None = None
    used: int = 0
    by_purpose: dict[str, int] = field(default_factory=dict)

    def spend(self, purpose: str, *, must: bool = False) -> None:
        """Count one call, or raise CallLimitError before it is made, unless it ``must`` be made."""
        if self.limit is not None and self.used >= self.limit and not must:
            raise CallLimitError(self.limit)
        self.used += 1
        self.by_purpose[purpose] = self.by_purpose.get(purpose, 0) + 1


class OrgClient:
    """REST as one user. Every method that talks to the org spends the shared budget.

    ``keeper`` keeps track of the records that are made (None: nothing outlives the org anyway). ``described``
    remembers describes for the whole run (None: ask each time).
    """

    def __init__(
        self,
        *,
        transport: Transport,
        budget: Budget,
        api_version: str,
        username: str,
        keeper: Keeper | None = None,
        patience: Patience | None = None,
        described: dict[str, Any] | None = None,
    ) -> None:
        self._transport = transport
        self._budget = budget
        self.root = f"/services/data/v{api_version}"
        self.username = username
        self.keeper = keeper
        self.patience = patience or Patience()
        self.described = described

    def send(self, method: str, path: str, body: Any = None, *, purpose: str, must: bool = False) -> Reply:
        """Send one request; ``path`` is relative to the versioned root unless it starts with /services."""
        self._budget.spend(purpose, must=must)
        absolute = path if path.startswith("/services/") else self.root + path
        return self._transport.send(method, absolute, body)

    def get(self, path: str, *, purpose: str) -> Any:
        """Return the payload of a GET, or raise OrgError with the org's own words."""
        reply = self.send("GET", path, purpose=purpose)
        if not reply.ok:
            raise OrgError(f"GET {path} as {self.username}: {reply.error()}")
        return reply.payload

    def batch(self, calls: Sequence[Call], *, purpose: str, must: bool = False) -> list[Reply]:
        """Send many independent requests, 25 to a call, and return their answers in order."""
        replies: list[Reply] = []
        for part in parts_of(calls):
            replies.extend(self._settled(part, lambda some: self._one_batch(some, purpose, must)))
        return replies

    def _settled(self, parts: Sequence[T], ask: Callable[[Sequence[T]], list[Reply]]) -> list[Reply]:
        """Ask again for the parts that were locked out for the moment, as often as patience allows."""
        replies = ask(parts)
        for pause in self.patience.pauses:
            passing = [i for i, one in enumerate(replies) if not one.ok and one.error().code in _PASSING]
            if not passing:
                break
            self.patience.sleep(pause)
            try:
                again = ask([parts[i] for i in passing])
            except OrgError as error:  # what the first answer told of the other parts is lost with it
                raise UnknownOutcomeError(str(error)) from None
            for index, reply in zip(passing, again, strict=True):
                replies[index] = reply
        return replies

    def _one_batch(self, calls: Sequence[Call], purpose: str, must: bool) -> list[Reply]:
        if len(calls) == 1:
            return [self.send(calls[0].method, calls[0].path, calls[0].body, purpose=purpose, must=must)]
        root = self.root.removeprefix("/services/data/")
        requests = []
        for call in calls:
            request: dict[str, Any] = {"method": call.method, "url": root + call.path}
            if call.body is not None:
                request["richInput"] = call.body
            requests.append(request)
        body = {"batchRequests": requests}
        reply = self.send("POST", "/composite/batch", body, purpose=purpose, must=must)
        if not reply.ok:
            raise OrgError(f"composite/batch as {self.username}: {reply.error()}")
        replies = [Reply(status=one["statusCode"], payload=one["result"]) for one in reply.payload["results"]]
        return self._complete(replies, len(calls), "composite/batch")

    def _complete(self, replies: list[Reply], wanted: int, what: str) -> list[Reply]:
        if len(replies) != wanted:
            words = f"{what} as {self.username}: {len(replies)} answers came to {wanted} requests"
            raise UnknownOutcomeError(words)
        return replies

    def query(self, soql: str, *, purpose: str) -> list[Mapping[str, Any]]:
        """Return all records of a query, page by page; raise OrgError when it is refused or ends early."""
        return self._all_pages(self.send("GET", query_path(soql), purpose=purpose), soql, purpose)

    def queries(self, texts: Sequence[str], *, purpose: str) -> list[list[Mapping[str, Any]]]:
        """Return the records of many queries, 25 to a call."""
        replies = self.batch([Call(method="GET", path=query_path(text)) for text in texts], purpose=purpose)
        return [self._all_pages(reply, text, purpose) for reply, text in zip(replies, texts, strict=True)]

    def answers(self, texts: Sequence[str], *, purpose: str) -> "list[list[Mapping[str, Any]] | OrgError]":
        """Return the records of many queries, 25 to a call; in the place of one that failed, its error."""
        replies = self.batch([Call(method="GET", path=query_path(text)) for text in texts], purpose=purpose)
        found: list[list[Mapping[str, Any]] | OrgError] = []
        for reply, text in zip(replies, texts, strict=True):
            try:
                found.append(self._all_pages(reply, text, purpose))
            except OrgError as error:
                found.append(error)
        return found

    def _all_pages(self, reply: Reply, soql: str, purpose: str) -> list[Mapping[str, Any]]:
        records: list[Mapping[str, Any]] = []
        while True:
            if not reply.ok:
                raise RefusedError(reply.error(), soql, self.username)
            page = reply.payload
            records.extend(page["records"])
            if page.get("done", True):
                break
            reply = self.send("GET", page["nextRecordsUrl"], purpose=purpose)
        if len(records) < page["totalSize"]:  # FieldPermissions pages may end early (wire facts, section 6)
            raise OrgError(
                f"query as {self.username}: {len(records)} of {page['totalSize']} records came although the "
                f"org said done (query: {soql[:200]})"
            )
        return records

    def create(self, records: Iterable[Mapping[str, Any]], *, purpose: str) -> list[Reply]:
        """Create records (each with ``attributes.type``), up to 200 to a call; one reply each, in order."""
        replies: list[Reply] = []
        for chunk in collection_chunks(list(records)):
            replies.extend(self._settled(chunk, lambda some: self._create_chunk(some, purpose)))
        return replies

    def _create_chunk(self, chunk: Sequence[Mapping[str, Any]], purpose: str) -> list[Reply]:
        body = {"allOrNone": False, "records": list(chunk)}
        return self._collection(self.send("POST", "/composite/sobjects", body, purpose=purpose), len(chunk))

    def _collection(self, reply: Reply, wanted: int) -> list[Reply]:
        if not reply.ok:
            raise OrgError(f"composite/sobjects as {self.username}: {reply.error()}")
        return self._complete(
            [_collection_reply(item) for item in reply.payload], wanted, "composite/sobjects"
        )

    def delete(self, ids: Sequence[str], *, purpose: str) -> list[Reply]:
        """Delete records of ours by id, up to 200 to a call; one reply each, in order.

        What was made is removed whatever the budget says.
        """
        replies: list[Reply] = []
        for part in parts_of(ids, COLLECTION_SIZE):
            replies.extend(self._settled(part, lambda some: self._delete_chunk(some, purpose)))
        return replies

    def _delete_chunk(self, ids: Sequence[str], purpose: str) -> list[Reply]:
        path = f"/composite/sobjects?ids={','.join(ids)}&allOrNone=false"
        return self._collection(self.send("DELETE", path, purpose=purpose, must=True), len(ids))


def parts_of(items: Sequence[T], size: int = BATCH_SIZE) -> Iterator[Sequence[T]]:
    """Split what is to be sent into calls, ``size`` to a call."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def calls_for(count: int, size: int = BATCH_SIZE) -> int:
    """Return the calls that ``count`` parts take, as ``parts_of`` splits them."""
    return sum(1 for _ in parts_of(range(count), size))


def collection_chunks(records: Sequence[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    """Split records into requests: at most 200 records and 10 runs of one type (wire facts, section 7)."""
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


def _collection_reply(item: Mapping[str, Any]) -> Reply:
    if item.get("success"):
        return Reply(status=200, payload=item)
    return Reply(status=400, payload=item.get("errors") or item)


def query_path(soql: str) -> str:
    """Return the path of a query."""
    return "/query?q=" + quote(soql, safe="")
