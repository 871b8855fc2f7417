"""Look at records: UserRecordAccess as the setup user, queries and writes as the integration user."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.outcome import Outcome, of_error
from pytest_sfintegration.access.tables import id_list, quoted
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path
from pytest_sfintegration.orgs.describe import ObjectFacts, describe_objects
from pytest_sfintegration.orgs.errors import ApiError, OrgError, RefusedError
from pytest_sfintegration.orgs.packing import collection_chunks
from pytest_sfintegration.rights import RecordOperation

__all__ = ["RecordProber", "Told"]

IDS = 200
"""Record ids of one query on UserRecordAccess (Object Reference, UserRecordAccess)."""

COLUMNS: Mapping[str, RecordOperation] = {
    "HasReadAccess": RecordOperation.READ,
    "HasEditAccess": RecordOperation.EDIT,
    "HasDeleteAccess": RecordOperation.DELETE,
    "HasTransferAccess": RecordOperation.TRANSFER,
    "HasAllAccess": RecordOperation.ALL,
}

_PURPOSE = "record access"

# The record exists, as the setup user proved: for the user there is none, or none to be written
# (recorded: rec.xref.denied, rec.delete.nonexistent).
_OUT_OF_REACH = frozenset({"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "INVALID_CROSS_REFERENCE_KEY"})
_OF_A_FIELD = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})
_NOT_WRITTEN = frozenset({"OwnerId", "RecordTypeId"})
_NO_VALUE_OF_ITS_OWN = frozenset({"address", "location", "base64"})


@dataclass(slots=True, kw_only=True)
class Told:
    """What one level told, by record id and operation; ``notes`` say what it first failed to tell."""

    answers: dict[str, dict[RecordOperation, bool]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def tell(self, record_id: str, operation: RecordOperation, outcome: Outcome) -> None:
        """Note what a probe proved; one that proved nothing leaves its reason."""
        if outcome.allowed is None:
            self.notes.setdefault(record_id, f"{operation} was not told: {outcome.note}")
        else:
            self.answers.setdefault(record_id, {})[operation] = outcome.allowed


class RecordProber:
    """Ask about many records at once; ``ids`` are given by object."""

    def __init__(self, *, setup: OrgClient, user: OrgClient, user_id: str) -> None:
        self._setup = setup
        self._user = user
        self._user_id = user_id
        self.described = Told()
        self.enforced = Told()

    def describe(self, ids: Mapping[str, Sequence[str]]) -> None:
        """Read UserRecordAccess, which knows nothing of restriction rules (object reference)."""
        chunks = [(chunk, self._access_query(chunk)) for _, chunk in _chunks(ids)]
        answers = self._setup.answers([text for _, text in chunks], purpose=_PURPOSE)
        for (chunk, _), rows in zip(chunks, answers, strict=True):
            if isinstance(rows, OrgError):
                self.described.notes |= dict.fromkeys(chunk, f"UserRecordAccess was not told: {_why(rows)}")
                continue
            for row in rows:
                told = self.described.answers.setdefault(row["RecordId"], {})
                told.update({operation: bool(row[name]) for name, operation in COLUMNS.items()})

    def query(self, ids: Mapping[str, Sequence[str]]) -> None:
        """Query the records as the integration user: who is not in the answer cannot be read."""
        chunks = list(_chunks(ids))
        texts = [f"SELECT Id FROM {name} WHERE Id IN {id_list(chunk)}" for name, chunk in chunks]
        answers = self._user.answers(texts, purpose=_PURPOSE)
        for (_, chunk), rows in zip(chunks, answers, strict=True):
            refused = _refusal(rows) if isinstance(rows, OrgError) else None
            seen = set() if isinstance(rows, OrgError) else {row["Id"] for row in rows}
            for one in chunk:
                outcome = Outcome(allowed=one in seen) if refused is None else refused
                self.enforced.tell(one, RecordOperation.READ, outcome)

    def sees_any(self, objects: Sequence[str]) -> frozenset[str]:
        """Return the objects of which the integration user sees a record, whichever it is."""
        replies = self._queries(self._user, [f"SELECT Id FROM {name} LIMIT 1" for name in objects])
        return frozenset(
            name
            for name, reply in zip(objects, replies, strict=True)
            if reply.ok and reply.payload["records"]
        )

    def edit(self, ids: Mapping[str, Sequence[str]], facts: Mapping[str, ObjectFacts | None]) -> None:
        """Write a value that each record has already, as the integration user: nothing changes."""
        told = describe_objects(self._user, list(ids))
        fields = {name: _field_to_write(told[name], facts[name]) for name in ids}
        chunks = [(name, chunk) for name, chunk in _chunks(ids) if fields[name]]
        texts = [
            f"SELECT Id, {fields[name]} FROM {name} WHERE Id IN {id_list(chunk)}" for name, chunk in chunks
        ]
        replies = self._queries(self._setup, texts)
        records = [
            {"attributes": {"type": name}, "id": row["Id"], str(fields[name]): row[str(fields[name])]}
            for (name, _), reply in zip(chunks, replies, strict=True)
            if reply.ok
            for row in reply.payload["records"]
        ]
        for record, reply in self._update(records):
            self.enforced.tell(record["id"], RecordOperation.EDIT, _outcome(reply))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete records of ours as the integration user."""
        replies = self._user.delete(ids, purpose=_PURPOSE) if ids else []
        for record_id, reply in zip(ids, replies, strict=True):
            self.enforced.tell(record_id, RecordOperation.DELETE, _outcome(reply))

    def _update(self, records: Sequence[Mapping[str, Any]]) -> Iterable[tuple[Mapping[str, Any], Reply]]:
        for chunk in collection_chunks(records):
            body = {"allOrNone": False, "records": chunk}
            reply = self._user.send("PATCH", "/composite/sobjects", body, purpose=_PURPOSE)
            for index, record in enumerate(chunk):
                yield record, _item(reply, index)

    def _access_query(self, ids: Sequence[str]) -> str:
        return (
            f"SELECT RecordId, {', '.join(COLUMNS)}, MaxAccessLevel FROM UserRecordAccess "
            f"WHERE UserId = {quoted(self._user_id)} AND RecordId IN {id_list(ids)}"
        )

    @staticmethod
    def _queries(client: OrgClient, texts: Sequence[str]) -> list[Reply]:
        calls = [Call(method="GET", path=query_path(text)) for text in texts]
        return client.batch(calls, purpose=_PURPOSE) if calls else []


def _chunks(ids: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, Sequence[str]]]:
    """One object a query: an answer that fails for one object leaves the others."""
    for name, every in ids.items():
        for start in range(0, len(every), IDS):
            yield name, every[start : start + IDS]


def _item(reply: Reply, index: int) -> Reply:
    if not reply.ok:
        return reply
    item = reply.payload[index]
    return Reply(status=200 if item["success"] else 400, payload=item["errors"])


def _why(error: OrgError) -> str:
    return str(error.error if isinstance(error, RefusedError) else error)


def _refusal(error: OrgError) -> Outcome:
    """Read the failure of a query: an answer that ended early says nothing of what it lacks."""
    if isinstance(error, RefusedError):
        return of_error(error.error)
    return Outcome(allowed=None, note=str(error))


def _outcome(reply: Reply) -> Outcome:
    return Outcome(allowed=True) if reply.ok else _of_record(reply.error())


def _of_record(error: ApiError) -> Outcome:
    """Read the refusal of a write: one that speaks of a field proves nothing of the record."""
    if error.code in _OUT_OF_REACH:
        return Outcome(allowed=False, code=error.code)
    if error.code in _OF_A_FIELD:
        return Outcome(allowed=None, code=error.code, note=str(error))
    return of_error(error)


def _field_to_write(told: ObjectFacts | None, facts: ObjectFacts | None) -> str | None:
    """Return a field that the user may write; else one that field-level security cannot take from him."""
    if facts is None:
        return None
    mine = {} if told is None else told.fields
    allowed = [one for one in mine.values() if one.updateable]
    neutral = [one for one in facts.fields.values() if one.updateable and not one.permissionable]
    for one in (*allowed, *neutral):
        if one.name not in _NOT_WRITTEN and one.type not in _NO_VALUE_OF_ITS_OWN:
            return one.name
    return None
