"""Global and object describe: what an org tells a user of itself.

A describe answers for the user who asks: objects without read are absent, hidden fields are absent, read-only
fields are neither createable nor updateable (Object Reference, Data Access).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.orgs.client import Call, OrgClient, Reply
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.rights import Operation

__all__ = [
    "GLOBAL",
    "FieldFacts",
    "ObjectFacts",
    "describe_calls",
    "describe_objects",
    "governed_objects",
    "told_of_all",
    "told_of_each",
    "user_permissions_of",
]

_NOT_FOUND = frozenset({"NOT_FOUND", "INVALID_TYPE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFacts:
    """What a describe says of one field to the user who asked."""

    name: str
    type: str
    createable: bool
    updateable: bool
    permissionable: bool
    nillable: bool
    defaulted: bool
    compound: str | None
    reference_to: tuple[str, ...]
    raw: Mapping[str, Any]

    @property
    def required(self) -> bool:
        """Whether a create must give the field (createable, not nillable, not defaulted)."""
        return self.createable and not self.nillable and not self.defaulted


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFacts:
    """What a describe says of one object to the user who asked."""

    name: str
    label: str
    operations: frozenset[Operation]
    fields: Mapping[str, FieldFacts]
    raw: Mapping[str, Any]


GLOBAL = Call(method="GET", path="/sobjects")
"""The global describe."""


def told_of_all(client: OrgClient, reply: Reply) -> dict[str, frozenset[Operation]]:
    """Return the operations that the answer to the global describe tells of each object."""
    if not reply.ok:
        raise OrgError(f"GET {GLOBAL.path} as {client.username}: {reply.error()}")
    return {one["name"]: _operations(one) for one in reply.payload["sobjects"]}


def describe_objects(client: OrgClient, names: Sequence[str]) -> dict[str, ObjectFacts | None]:
    """Return the describes of objects, None for those that do not exist for the user; 25 to a call.

    A client that remembers describes is asked for each once.
    """
    calls = describe_calls(client, names)
    return told_of_each(client, names, client.batch(calls, purpose="describe"))


def describe_calls(client: OrgClient, names: Sequence[str]) -> list[Call]:
    """Return the requests for the describes that the client does not remember."""
    return [Call(method="GET", path=f"/sobjects/{name}/describe") for name in _unknown(client, names)]


def told_of_each(
    client: OrgClient, names: Sequence[str], replies: Sequence[Reply]
) -> dict[str, ObjectFacts | None]:
    """Return the describes of objects from the answers to ``describe_calls``, and remember them."""
    known: dict[str, ObjectFacts | None] = {} if client.described is None else client.described
    for name, reply in zip(_unknown(client, names), replies, strict=True):
        if reply.ok:
            known[name] = _facts(reply.payload)
            continue
        error = reply.error()
        if error.code not in _NOT_FOUND:
            raise OrgError(f"describe of {name} as {client.username}: {error}")
        known[name] = None
    return {name: known[name] for name in names}


def _unknown(client: OrgClient, names: Sequence[str]) -> list[str]:
    known = client.described or {}
    return [name for name in dict.fromkeys(names) if name not in known]


def _operations(flags: Mapping[str, Any]) -> frozenset[Operation]:
    """Presence with queryable or retrieveable is read: a describe has no flag of its own for it."""
    held = []
    if flags["queryable"] or flags["retrieveable"]:
        held.append(Operation.READ)
    if flags["createable"]:
        held.append(Operation.CREATE)
    if flags["updateable"]:
        held.append(Operation.EDIT)
    if flags["deletable"]:
        held.append(Operation.DELETE)
    return frozenset(held)


def _facts(payload: Mapping[str, Any]) -> ObjectFacts:
    return ObjectFacts(
        name=payload["name"],
        label=payload["label"],
        operations=_operations(payload),
        fields={one["name"]: _field(one) for one in payload["fields"]},
        raw=payload,
    )


def _field(one: Mapping[str, Any]) -> FieldFacts:
    return FieldFacts(
        name=one["name"],
        type=one["type"],
        createable=one["createable"],
        updateable=one["updateable"],
        permissionable=one["permissionable"],
        nillable=one["nillable"],
        defaulted=one["defaultedOnCreate"],
        compound=one["compoundFieldName"],
        reference_to=tuple(one["referenceTo"]),
        raw=one,
    )


def governed_objects(details: ObjectFacts) -> frozenset[str]:
    """Return the objects that object permissions can name: the picklist of ObjectPermissions.SobjectType."""
    field = details.fields["SobjectType"].raw
    return frozenset(str(value["value"]) for value in field["picklistValues"])


def user_permissions_of(permission_set: ObjectFacts | None) -> frozenset[str]:
    """Return the user permissions that the org has: the boolean Permissions* columns of PermissionSet."""
    fields = {} if permission_set is None else permission_set.fields
    return frozenset(
        name.removeprefix("Permissions")
        for name, one in fields.items()
        if name.startswith("Permissions") and one.type == "boolean"
    )
