"""The journal: every record that is made in a live org, on disk before it is made.

One file a process, one JSON object a line: a head, then ``begin`` (object, marker) flushed to disk before the
create is sent, ``made`` (id), ``refused``, ``removed``; ``user`` names one more who makes records. A file
without live entries is deleted.
"""

import json
import os
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pytest_sfintegration.orgs.describe import FieldFacts, ObjectFacts
from pytest_sfintegration.orgs.errors import OrgError, TargetError
from pytest_sfintegration.orgs.live.locks import try_lock

__all__ = ["Forbidden", "Journal", "Pending", "Remains", "read_remains"]

_MARK = "sfintegration "
_LENGTH = len(_MARK) + 20
_NAME = re.compile(r"[\w ]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A create whose answer never came. ``field`` None: the object has no text field for a marker."""

    object: str
    field: str | None
    marker: str
    at: str


@dataclass(slots=True, kw_only=True)
class Remains:
    """What a journal says is still in the org, oldest first."""

    org_id: str
    users: tuple[str, ...]
    ids: list[str] = field(default_factory=list)
    pending: dict[int, Pending] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.ids or self.pending)

    def take(self, line: Mapping[str, Any]) -> None:
        """Take one line into account."""
        if "begin" in line:
            self.pending[line["begin"]] = Pending(
                object=line["object"], field=line["field"], marker=line["marker"], at=line["at"]
            )
        elif "made" in line:
            self.pending.pop(line["made"], None)
            self.ids.append(line["id"])
        elif "refused" in line:
            self.pending.pop(line["refused"], None)
        elif "user" in line:
            self.users = tuple(dict.fromkeys((*self.users, line["user"])))
        elif "removed" in line:
            gone = frozenset(line["removed"])
            self.ids = [one for one in self.ids if one not in gone]


class Journal:
    """The Keeper of a live org: notes what is made, marks it as ours."""

    def __init__(self, *, folder: Path, name: str, org_id: str, users: Sequence[str]) -> None:
        self._folder = folder
        self._name = name
        self._file: IO[str] | None = None
        self._path: Path | None = None
        self._number = 0
        self._numbers: dict[int, int] = {}
        self.remains = Remains(org_id=org_id, users=tuple(users))

    def knows(self, user_id: str) -> None:
        """Take over another user who makes records for us: the integration user, by its create probes."""
        if user_id not in self.remains.users:
            self.remains.users = (*self.remains.users, user_id)
            if self._file is not None:
                self._write([{"user": user_id}])

    def begin(
        self,
        records: Sequence[Mapping[str, Any]],
        *,
        given: Sequence[Collection[str]],
        facts: Mapping[str, ObjectFacts | None],
    ) -> list[Mapping[str, Any]]:
        """Note records that are about to be made, and return them marked; on disk when this returns."""
        marked, lines = [], []
        for record, kept in zip(records, given, strict=True):
            self._number += 1
            name = record["attributes"]["type"]
            place, marker = _place(facts.get(name), kept), _MARK + secrets.token_hex(10)
            one = {**record, place: marker} if place is not None else dict(record)
            self._numbers[id(one)] = self._number
            marked.append(one)
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            lines.append({"begin": self._number, "object": name, "field": place, "marker": marker, "at": at})
        self._write(lines)
        return list(marked)

    def made(self, record: Mapping[str, Any], record_id: str) -> None:
        """Note the id of a record."""
        self._write([{"made": self._numbers.pop(id(record)), "id": record_id}])

    def refused(self, record: Mapping[str, Any]) -> None:
        """Note that a record was not made."""
        self._write([{"refused": self._numbers.pop(id(record))}])

    def adopted(self, record_id: str) -> None:
        """Note a record of ours that was made some other way."""
        self._write([{"made": 0, "id": record_id}])

    def removed(self, record_ids: Sequence[str]) -> None:
        """Note that records are gone."""
        if record_ids:
            self._write([{"removed": list(record_ids)}])

    def settled(self, numbers: Sequence[int]) -> None:
        """Note that creates without an answer left nothing behind that is not known by id."""
        self._write([{"refused": one} for one in numbers])

    def left_behind(self, count: int) -> str:
        """Return a sentence on records that could not be removed now, with the remedy."""
        return (
            f"{count} records of ours are still in the org: they are removed at the end of the run, or by "
            f"`sfintegration sweep {self._name}` (journal {self._path})"
        )

    def close(self) -> None:
        """End the journal; its file is deleted when nothing is left."""
        if self._file is None or self._path is None:
            return
        if not self.remains:
            self._path.unlink(missing_ok=True)
        self._file.close()
        self._file = None

    def _write(self, lines: Sequence[Mapping[str, Any]]) -> None:
        file = self._open() if self._file is None else self._file
        for line in lines:
            self.remains.take(line)
        file.write("".join(json.dumps(line) + "\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())

    def _open(self) -> IO[str]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            name = f"{self.remains.org_id}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
            self._path = self._folder / name
            self._file = self._path.open("x", encoding="utf-8")
        except OSError as error:
            raise OrgError(
                f"no record is made without its journal, and {self._folder} cannot be written: "
                f"{error.strerror}"
            ) from None
        try_lock(self._file)
        head = {"journal": 1, "org": self.remains.org_id, "users": self.remains.users}
        self._file.write(json.dumps(head) + "\n")
        return self._file


class Forbidden:
    """The Keeper of an org in which nothing may be made."""

    def __init__(self, why: str) -> None:
        self._why = why

    def begin(
        self,
        records: Sequence[Mapping[str, Any]],
        *,
        given: Sequence[Collection[str]],
        facts: Mapping[str, Any],
    ) -> list[Mapping[str, Any]]:
        """Raise OrgError."""
        del records, given, facts
        raise OrgError(self._why)

    def made(self, _record: Mapping[str, Any], _record_id: str) -> None:
        """Do nothing: nothing is made."""

    def refused(self, _record: Mapping[str, Any]) -> None:
        """Do nothing: nothing is made."""

    def adopted(self, _record_id: str) -> None:
        """Do nothing: nothing is made."""

    def removed(self, _record_ids: Sequence[str]) -> None:
        """Do nothing: nothing is made."""

    def left_behind(self, _count: int) -> str:
        """Return the reason."""
        return self._why


def _place(facts: ObjectFacts | None, kept: Collection[str]) -> str | None:
    """Return the text field that takes the marker: the record's name, a required text, or any other text.

    The object's own name field comes first, so that whoever meets the record sees what it is.
    """
    fitting = [] if facts is None else [one for one in facts.fields.values() if _fits(one)]
    fitting.sort(key=lambda one: (not one.raw.get("nameField"), not one.required, one.name))
    return next((one.name for one in fitting if one.name not in kept), None)


def _fits(field: FieldFacts) -> bool:
    raw = field.raw
    length = raw.get("length") or 0
    plain = not raw.get("externalId") and not raw.get("unique") and raw.get("filterable", True)
    return field.type == "string" and field.createable and length >= _LENGTH and bool(plain)


def read_remains(path: Path) -> Remains:
    """Return what a journal says is still in the org; a last line that was cut off was never acted on."""
    remains: Remains | None = None
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            break
        if remains is None:
            if line.get("journal") != 1:
                raise TargetError(f"{path} is no journal of this version: remove it by hand")
            users = tuple(one for one in line["users"] if _NAME.fullmatch(one))
            remains = Remains(org_id=line["org"], users=users)
            continue
        if not all(_NAME.fullmatch(str(one)) for one in _names(line)):
            raise TargetError(f"{path}: {text[:80]} is no line of a journal: nothing of it is removed")
        remains.take(line)
    return remains or Remains(org_id="", users=())


def _names(line: Mapping[str, Any]) -> list[Any]:
    """Return what of a line will stand in a query: a journal is only a file."""
    found = [line[key] for key in ("object", "field", "marker", "id", "user") if line.get(key) is not None]
    return [*found, *line.get("removed", ())]
