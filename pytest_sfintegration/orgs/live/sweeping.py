"""Remove what a journal says is still in an org: by id, or by the marker of a create that nobody answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytest_sfintegration.orgs.client import Call, OrgClient, query_path
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.live.journal import Pending, Remains, read_remains
from pytest_sfintegration.orgs.live.locks import try_lock

__all__ = ["Swept", "find_pending", "remove", "sweep"]

_GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"})
_SETTLED = timedelta(minutes=10)
"""After this no create is still under way (documented: a request ends after 10 minutes)."""

_PURPOSE = "clean-up"


@dataclass(slots=True, kw_only=True)
class Swept:
    """What a removal came to: ids that are gone, creates that are settled, and sentences on what is not."""

    gone: list[str] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def remove(setup: OrgClient, remains: Remains, *, now: datetime | None = None) -> Swept:
    """Remove what remains, children before parents. Nothing that we did not make is touched."""
    swept = Swept()
    found = find_pending(setup, remains, swept, now or datetime.now(UTC))
    ids = [*reversed(found), *reversed(remains.ids)]
    unsearched = list(swept.left)
    for _ in range(2):  # a parent that would not go may go once its children have
        if not ids:
            break
        replies = setup.delete(ids, purpose=_PURPOSE)
        refused = []
        for one, reply in zip(ids, replies, strict=True):
            if reply.ok or reply.error().code in _GONE:
                swept.gone.append(one)
            else:
                refused.append((one, f"{one}: {reply.error()}"))
        ids = [one for one, _ in refused]
        swept.left = [*unsearched, *(text for _, text in refused)]
    return swept


def find_pending(setup: OrgClient, remains: Remains, swept: Swept, now: datetime) -> list[str]:
    """Return the ids of records whose create was never answered: by marker, maker and time, all three."""
    searchable = {number: one for number, one in remains.pending.items() if one.field is not None}
    for number, one in remains.pending.items():
        if number not in searchable:
            swept.waiting.append(
                f"a {one.object} may have been made about {one.at} by {', '.join(remains.users)}; it has no "
                f"text field "
                "for a marker, so it is not searched for: look for it by hand"
            )
            swept.settled.append(number)
    calls = [Call(method="GET", path=query_path(_query(one, remains.users))) for one in searchable.values()]
    replies = setup.batch(calls, purpose=_PURPOSE, must=True) if calls else []
    found: list[str] = []
    for (number, one), reply in zip(searchable.items(), replies, strict=True):
        if not reply.ok:
            swept.left.append(f"{one.object} {one.marker}: {reply.error()}")
            continue
        ids = [row["Id"] for row in reply.payload["records"]]
        found += ids
        if len(ids) < reply.payload.get("totalSize", 0):
            swept.left.append(f"{one.object} {one.marker}: the answer ended early: sweep again")
            continue
        if ids or now - _time(one) > _SETTLED:
            swept.settled.append(number)
        else:
            swept.waiting.append(
                f"the create of a {one.object} at {one.at} was never answered and left nothing so far: sweep "
                f"again ten "
                "minutes after it"
            )
    return found


def _query(one: Pending, users: Iterable[str]) -> str:
    day = timedelta(days=1)  # clocks differ; the marker alone is one in 10^24
    begin, end = (f"{_time(one) + shift:%Y-%m-%dT%H:%M:%SZ}" for shift in (-day, day))
    return (
        f"SELECT Id FROM {one.object} WHERE {one.field} = '{one.marker}' AND CreatedById IN "
        f"({_listed(users)}) "
        f"AND CreatedDate >= {begin} AND CreatedDate <= {end}"
    )


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(f"'{one}'" for one in ids)


def _time(one: Pending) -> datetime:
    return datetime.strptime(one.at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def sweep(setup: OrgClient, folder: Path, *, org_id: str) -> list[tuple[Path, Swept | str]]:
    """Sweep every journal of an org that no run holds; return what came of each, or why it was left."""
    results: list[tuple[Path, Swept | str]] = []
    for path in sorted(folder.glob(f"{org_id[:15]}*.jsonl")):
        with path.open("r+", encoding="utf-8") as file:
            if not try_lock(file):
                results.append((path, "a run is still using it"))
                continue
            try:
                remains = read_remains(path)
                if remains.org_id and remains.org_id[:15] != org_id[:15]:
                    results.append((path, f"it belongs to the org {remains.org_id}"))
                    continue
                swept = remove(setup, _ours(setup, remains))
            except OrgError as error:
                results.append((path, str(error)))
                continue
        if not swept.left and len(swept.settled) == len(remains.pending):
            path.unlink()
        results.append((path, swept))
    return results


def _ours(setup: OrgClient, remains: Remains) -> Remains:
    """Return what remains without ids that the org says somebody else made: a journal is only a file."""
    if not remains.ids:
        return remains
    prefixes = {one["keyPrefix"]: one["name"] for one in setup.get("/sobjects", purpose=_PURPOSE)["sobjects"]}
    by_object: dict[str, list[str]] = {}
    for one in remains.ids:
        name = prefixes.get(one[:3])
        if name is None:
            raise OrgError(f"{one} is of no object that the setup user sees: it is left alone")
        by_object.setdefault(name, []).append(one)
    queries = [
        f"SELECT Id FROM {name} WHERE CreatedById IN ({_listed(remains.users)}) AND Id IN "
        f"({_listed(ids[i : i + 200])})"
        for name, ids in by_object.items()
        for i in range(0, len(ids), 200)
    ]
    ours = {row["Id"] for rows in setup.queries(queries, purpose=_PURPOSE) for row in rows}
    return Remains(
        org_id=remains.org_id,
        users=remains.users,
        ids=[one for one in remains.ids if one in ours],
        pending=remains.pending,
    )
