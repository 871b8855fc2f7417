"""Records that exist, found by a condition as the setup user."""

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_sfintegration.access.sharing_evidence import RecordNeed
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path

__all__ = ["MOST", "Search", "search"]

MOST = 2000
"""Records of one condition that are looked at; more are never taken for all."""

_PURPOSE = "search"
_UNKNOWN = frozenset({"INVALID_FIELD", "INVALID_TYPE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What one condition came to; see RecordEvidence for ``unknown``, ``trouble`` and ``subject``."""

    ids: tuple[str, ...] = ()
    unknown: str = ""
    trouble: str = ""
    subject: str = ""


def search(setup: OrgClient, needs: Sequence[RecordNeed]) -> dict[str, Search]:
    """Return what each need's condition finds, 25 conditions a call.

    The condition stands in brackets, so that it cannot bring a LIMIT of its own.
    """
    texts = [f"SELECT Id FROM {one.object} WHERE ({one.where}) LIMIT {MOST + 1}" for one in needs]
    calls = [Call(method="GET", path=query_path(text)) for text in texts]
    replies = setup.batch(calls, purpose=_PURPOSE) if calls else []
    return {one.key: _result(setup, one, reply) for one, reply in zip(needs, replies, strict=True)}


def _result(setup: OrgClient, need: RecordNeed, reply: Reply) -> Search:
    subject = f"{need.object} where {need.where}"
    ids: list[str] = []
    while True:
        if not reply.ok:
            error = reply.error()
            first, _, _ = error.message.strip().partition("\n")
            words = f"the setup user cannot look for {subject}: {error.code}"
            detail = error.message.strip().rpartition("\n")[2] or first
            text = f"{words}: {detail}"
            unknown = error.code in _UNKNOWN
            return Search(unknown=text if unknown else "", trouble="" if unknown else text, subject=subject)
        ids += [row["Id"] for row in reply.payload["records"]]
        if reply.payload.get("done", True) or len(ids) > MOST:
            break
        reply = setup.send("GET", reply.payload["nextRecordsUrl"], purpose=_PURPOSE)
    if len(ids) > MOST or reply.payload.get("totalSize", 0) > MOST:
        trouble = f"more than {MOST} records match: narrow the condition, so that all of them can be judged"
        return Search(trouble=trouble, subject=subject)
    if len(ids) < (total := reply.payload.get("totalSize", 0)):
        trouble = f"{len(ids)} of {total} records came although the org said done: {subject}"
        return Search(trouble=trouble, subject=subject)
    if not ids:
        return Search(unknown=f"the setup user finds no {subject}", subject=subject)
    found = f"{len(ids)} record{'' if len(ids) == 1 else 's'} found"
    return Search(ids=tuple(ids), subject=f"{found}: {subject}")
