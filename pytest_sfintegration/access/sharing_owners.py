"""Owners of records to be made: from a role, a queue or a username to ids, as the setup user finds them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_sfintegration.access.sharing_evidence import Owner
from pytest_sfintegration.access.tables import quoted
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path

__all__ = ["CANDIDATES", "Candidate", "Owners", "find_owners"]

CANDIDATES = 3
"""Users of a role that are tried: the first may lack Read on the object, so that the org refuses him."""

_PURPOSE = "owners"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A user or queue that may become the owner; ``words`` name it to the reader."""

    id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """What was found: candidates by owner, best first, and why there are none; the setup user needs none."""

    found: dict[Owner, tuple[Candidate, ...]]
    missing: dict[Owner, str]


def find_owners(setup: OrgClient, owners: Iterable[Owner], *, user_id: str, username: str) -> Owners:
    """Look up every owner; one call for up to 25 of them.

    The integration user itself never stands in for its role: what it owns it may see anyway.
    """
    wanted = list(dict.fromkeys(owners))
    result = Owners(found={}, missing={})
    asked = [one for one in wanted if one.name]
    for one in wanted:
        if one.kind == "integration":
            result.found[one] = (Candidate(id=user_id, words=f"the integration user {username}"),)
        elif one.kind == "setup":
            result.found[one] = ()
    calls = [Call(method="GET", path=query_path(_query(one, user_id))) for one in asked]
    replies: Sequence[Reply] = setup.batch(calls, purpose=_PURPOSE) if calls else []
    for one, reply in zip(asked, replies, strict=True):
        if not reply.ok:
            result.missing[one] = f"the setup user could not look for the owner ({one}): {reply.error()}"
            continue
        candidates = tuple(_candidate(one, row) for row in reply.payload["records"])
        if candidates:
            result.found[one] = candidates
        else:
            result.missing[one] = _none_found(one)
    return result


def _query(owner: Owner, user_id: str) -> str:
    name = quoted(owner.name)
    if owner.kind == "queue":
        return f"SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue' AND DeveloperName = {name}"
    if owner.kind == "role":
        return (
            f"SELECT Id, Username FROM User WHERE IsActive = true AND UserType = 'Standard' "
            f"AND UserRole.DeveloperName = {name} AND Id != {quoted(user_id)} "
            f"ORDER BY Username LIMIT {CANDIDATES}"
        )
    return f"SELECT Id, Username FROM User WHERE IsActive = true AND Username = {name}"


def _candidate(owner: Owner, row: dict[str, str]) -> Candidate:
    if owner.kind == "queue":
        return Candidate(id=row["Id"], words=f"queue {owner.name}")
    role = f" of role {owner.name}" if owner.kind == "role" else ""
    return Candidate(id=row["Id"], words=f"{row['Username']}{role}")


def _none_found(owner: Owner) -> str:
    if owner.kind == "queue":
        return f"the org has no queue {owner.name}: correct owner, or deploy the queue"
    if owner.kind == "role":
        return (
            f"no active user of the org, other than the integration user, has the role {owner.name}: give it "
            "to one, or name another owner"
        )
    return (
        f"the org has no active user {owner.name}: correct owner, or name a role (the embedded org makes a "
        "user for each role)"
    )
