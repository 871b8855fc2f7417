"""One session with an org: REST calls, batched, counted and bounded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
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
from pytest_sfintegration.orgs.packing import (
    COLLECTION_SIZE,
    COLLECTIONS_PER_CALL,
    Call,
    collection_chunks,
    creations,
    packed,
    parts_of,
)

T = TypeVar("T")

__all__ = ["Budget", "Call", "OrgClient", "Reply", "Transport", "first_error", "query_path"]

_SERVER_ERROR = 500

_PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"})
"""Codes of a part of an answer that was not done and may be asked again (by their own texts)."""


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
    """Return the first error of a payload: REST arrays and collection items alike."""
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


class Transport(Protocol):
    """The way to an org for one logged-in user."""

    def send(self, method: str, path: str, body: Any) -> Reply:
        """Send one request; ``path`` is absolute and quoted. Raise OrgError when no answer came."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """Calls spent on an org by all sessions of a run, and the hard stop.

    ``watch`` is told the purpose of each call before it is made. ``tally`` admits one call more under the
    limit, counted over all processes of the run (None: this is the only one).
    """

    limit: int | None = None
    used: int = 0
    by_purpose: dict[str, int] = field(default_factory=dict)
    watch: Callable[[str], None] | None = None
    tally: Callable[[int, bool], bool] | None = None
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def spend(self, purpose: str, *, must: bool = False) -> None:
        """Count one call, or raise CallLimitError before it is made, unless it ``must`` be made."""
        with self._lock:  # the two sessions of a run may ask at the same time
            if self.limit is not None and not self._admits(self.limit, must):
                raise CallLimitError(self.limit)
            self.used += 1
            self.by_purpose[purpose] = self.by_purpose.get(purpose, 0) + 1
            if self.watch is not None:
                self.watch(purpose)

    def _admits(self, limit: int, must: bool) -> bool:
        if self.tally is not None:
            return self.tally(limit, must)
        return must or self.used < limit


class OrgClient:
    """REST as one user. Every method that talks to the org spends the shared budget.

    ``keeper`` keeps track of the records that are made (None: nothing outlives the org anyway). ``described``
    remembers describes for the whole run (None: ask each time). ``distant``: answers take their time on a
    network, so that another user's calls are worth making meanwhile.
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
        distant: bool = False,
    ) -> None:
        self._transport = transport
        self._budget = budget
        self.root = f"/services/data/v{api_version}"
        self.username = username
        self.keeper = keeper
        self.patience = patience or Patience()
        self.described = described
        self.distant = distant

    @property
    def calls_used(self) -> int:
        """The calls spent on the org by all sessions that share the budget."""
        return self._budget.used

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
        return self.rows(self.send("GET", query_path(soql), purpose=purpose), soql, purpose=purpose)

    def queries(self, texts: Sequence[str], *, purpose: str) -> list[list[Mapping[str, Any]]]:
        """Return the records of many queries, 25 to a call."""
        replies = self.batch([Call(method="GET", path=query_path(text)) for text in texts], purpose=purpose)
        return [self.rows(reply, text, purpose=purpose) for reply, text in zip(replies, texts, strict=True)]

    def answers(self, texts: Sequence[str], *, purpose: str) -> "list[list[Mapping[str, Any]] | OrgError]":
        """Return the records of many queries, 25 to a call; in the place of one that failed, its error."""
        replies = self.batch([Call(method="GET", path=query_path(text)) for text in texts], purpose=purpose)
        found: list[list[Mapping[str, Any]] | OrgError] = []
        for reply, text in zip(replies, texts, strict=True):
            try:
                found.append(self.rows(reply, text, purpose=purpose))
            except OrgError as error:
                found.append(error)
        return found

    def rows(self, reply: Reply, soql: str, *, purpose: str) -> list[Mapping[str, Any]]:
        """Return all records of a query that was answered, the further pages asked for one by one."""
        records: list[Mapping[str, Any]] = []
        while True:
            if not reply.ok:
                raise RefusedError(reply.error(), soql, self.username)
            page = reply.payload
            records.extend(page["records"])
            if page.get("done", True):
                break
            reply = self.send("GET", page["nextRecordsUrl"], purpose=purpose)
        if len(records) < page["totalSize"]:  # FieldPermissions pages may end early (recorded)
            raise OrgError(
                f"query as {self.username}: {len(records)} of {page['totalSize']} records came although the "
                f"org said done (query: {soql[:200]})"
            )
        return records

    def composite(self, calls: Sequence[Call], *, purpose: str) -> list[Reply]:
        """Send collections requests, 5 to a call and in their order; return their answers.

        Collections are in no batch: the composite resource takes them (REST API guide, Composite). One that
        fails leaves the others alone.
        """
        replies: list[Reply] = []
        for part in parts_of(calls, COLLECTIONS_PER_CALL):
            replies.extend(self._one_composite(part, purpose))
        return replies

    def _one_composite(self, calls: Sequence[Call], purpose: str) -> list[Reply]:
        if len(calls) == 1:
            return [self.send(calls[0].method, calls[0].path, calls[0].body, purpose=purpose)]
        requests = []
        for index, call in enumerate(calls):
            request = {"method": call.method, "url": self.root + call.path, "referenceId": f"part{index}"}
            requests.append(request if call.body is None else {**request, "body": call.body})
        body = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": requests}
        reply = self.send("POST", "/composite", body, purpose=purpose)
        if not reply.ok:
            raise OrgError(f"composite as {self.username}: {reply.error()}")
        found = {one["referenceId"]: one for one in reply.payload["compositeResponse"]}
        answers = [found[name] for index in range(len(calls)) if (name := f"part{index}") in found]
        replies = [Reply(status=one["httpStatusCode"], payload=one["body"]) for one in answers]
        return self._complete(replies, len(calls), "composite")

    def create(self, records: Iterable[Mapping[str, Any]], *, purpose: str) -> list[Reply]:
        """Create records (each with ``attributes.type``); one reply each, in order.

        A call takes 5 collections of up to 200 records and 10 types.
        """
        replies: list[Reply] = []
        for part in creations(list(records)):
            replies.extend(self._settled(part, lambda some: self._create_some(some, purpose)))
        return replies

    def _create_some(self, records: Sequence[Mapping[str, Any]], purpose: str) -> list[Reply]:
        chunks = list(collection_chunks(records))
        calls = [
            Call(method="POST", path="/composite/sobjects", body={"allOrNone": False, "records": chunk})
            for chunk in chunks
        ]
        answers = self.composite(calls, purpose=purpose)
        if len(calls) == 1:
            return self._collection(answers[0], len(records))
        return [
            reply
            for chunk, answer in zip(chunks, answers, strict=True)
            for reply in self._each(answer, len(chunk))
        ]

    def change(self, calls: Sequence[Call], *, purpose: str) -> list[Reply]:
        """Send updates and deletes of single records in collections; one reply each, as a batch gives them.

        Where a collection is refused as a whole, its parts are sent again one by one: nothing of it was done.
        """
        return self._settled(calls, lambda some: self._change_some(some, purpose))

    def _change_some(self, calls: Sequence[Call], purpose: str) -> list[Reply]:
        packs = packed(calls)
        answers = self.composite([pack.call for pack in packs], purpose=purpose)
        replies: list[Reply] = []
        for pack, answer in zip(packs, answers, strict=True):
            refused = not answer.ok and answer.status < _SERVER_ERROR
            replies.extend(
                self.batch(pack.parts, purpose=purpose) if refused else self._each(answer, len(pack.parts))
            )
        return replies

    def _each(self, reply: Reply, wanted: int) -> list[Reply]:
        """Return the answers of a collection that came with others: what one did stands."""
        if reply.status >= _SERVER_ERROR:
            raise UnknownOutcomeError(f"composite/sobjects as {self.username}: {reply.error()}")
        return self._collection(reply, wanted) if reply.ok else [reply] * wanted

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


def _collection_reply(item: Mapping[str, Any]) -> Reply:
    if item.get("success"):
        return Reply(status=200, payload=item)
    return Reply(status=400, payload=item.get("errors") or item)


def query_path(soql: str) -> str:
    """Return the path of a query."""
    return "/query?q=" + quote(soql, safe="")
