"""Whether the user sees the records made for probes: to be refused one out of sight proves nothing."""

from collections.abc import Callable, Mapping, Sequence

from pytest_sfintegration.access.tables import quoted
from pytest_sfintegration.orgs.client import OrgClient, query_path
from pytest_sfintegration.orgs.packing import Call

__all__ = ["Restricting", "out_of_sight"]

Restricting = Callable[[str], Sequence[str]]
"""Return the names of the active restriction rules on an object, as far as they are known."""


def out_of_sight(
    user: OrgClient, records: Mapping[str, str], restricting: Restricting, *, purpose: str
) -> dict[str, str]:
    """Query one record an object as the user; return by object why a refusal of it proves nothing.

    ``records`` are ids by object. Sharing may hide a record, and so may a restriction rule, even from its
    owner: then it can be neither edited nor deleted, whatever the object permissions are.
    """
    texts = [f"SELECT Id FROM {name} WHERE Id = {quoted(one)}" for name, one in records.items()]
    calls = [Call(method="GET", path=query_path(text)) for text in texts]
    replies = user.batch(calls, purpose=purpose) if calls else []
    why: dict[str, str] = {}
    for name, reply in zip(records, replies, strict=True):
        if not reply.ok:
            why[name] = f"whether {user.username} sees the record made for it was not told: {reply.error()}"
        elif not reply.payload["records"]:
            rules = " or ".join(restricting(name))
            hider = f"restriction rule {rules}, most likely" if rules else "sharing or a restriction rule"
            why[name] = f"the record made for it is hidden from {user.username}, by {hider}"
    return why
