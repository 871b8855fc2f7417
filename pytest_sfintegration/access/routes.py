"""The related routes to the data of a blocked object or field: planned from what the setup user sees."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any
from urllib.parse import quote

from pytest_sfintegration.access.blocked_evidence import LeakNeed
from pytest_sfintegration.orgs.client import Call, Reply, query_path
from pytest_sfintegration.orgs.describe import FieldFacts, ObjectFacts

__all__ = ["MOST_PATHS", "Record", "Route", "RouteKind", "neighbours", "routes", "shows"]

MOST_PATHS = 25
"""Relationship paths to one object or field that are tried; the rest is told."""


class RouteKind(StrEnum):
    """What a route is called."""

    QUERY = "SOQL"
    WHERE = "WHERE"
    ORDER_BY = "ORDER BY"
    PARENT = "parent relationship"
    CHILDREN = "child sub-select"
    DESCRIBE = "describe"
    RECORD = "record GET"
    COLLECTION = "collections GET"
    EXTERNAL_ID = "GET by external id"
    OBJECT_INFO = "UI API object-info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to see an object or a field. ``text`` names it in messages."""

    kind: RouteKind
    need: LeakNeed
    call: Call
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record to look at: its id, and its values as the setup user sees them."""

    id: str
    values: Mapping[str, Any]


def neighbours(facts: ObjectFacts, readable: Collection[str]) -> tuple[str, ...]:
    """Return the objects that the user can read and a relationship joins with this one, both ways."""
    children = (one["childSObject"] for one in facts.raw.get("childRelationships") or ())
    parents = (target for one in facts.fields.values() for target in one.reference_to)
    return tuple(sorted({name for name in (*children, *parents) if name in readable}))


def routes(
    need: LeakNeed, facts: Mapping[str, ObjectFacts], readable: Collection[str], record: Record | None
) -> tuple[tuple[Route, ...], int]:
    """Return the routes to try, and how many relationship paths were left out.

    ``facts`` are the setup user's describes of the object and of its neighbours.
    """
    own = facts[need.object]
    paths = [
        route
        for name in neighbours(own, readable)
        if name in facts
        for route in (*_through_parent(need, own, facts[name]), *_through_children(need, facts[name]))
    ]
    plain = [*_queries(need, own), *_resources(need)]
    if record is not None:
        plain += _record_routes(need, own, record)
    chosen = tuple(islice(paths, MOST_PATHS))
    return (*plain, *chosen), len(paths) - len(chosen)


def _queries(need: LeakNeed, facts: ObjectFacts) -> Iterator[Route]:
    name, field = need.object, need.field
    yield _soql(RouteKind.QUERY, need, f"SELECT {field or 'Id'} FROM {name} LIMIT 1")
    if field is None or field not in facts.fields:
        return
    raw = facts.fields[field].raw
    if raw.get("filterable"):
        yield _soql(RouteKind.WHERE, need, f"SELECT Id FROM {name} WHERE {field} != null LIMIT 1")
    if raw.get("sortable"):
        yield _soql(RouteKind.ORDER_BY, need, f"SELECT Id FROM {name} ORDER BY {field} LIMIT 1")


def _resources(need: LeakNeed) -> Iterator[Route]:
    name = need.object
    yield _get(RouteKind.DESCRIBE, need, f"/sobjects/{name}/describe")
    yield _get(RouteKind.OBJECT_INFO, need, f"/ui-api/object-info/{name}")


def _record_routes(need: LeakNeed, facts: ObjectFacts, record: Record) -> Iterator[Route]:
    name, field = need.object, need.field
    yield _get(RouteKind.RECORD, need, f"/sobjects/{name}/{record.id}")
    if field is not None:
        yield _get(RouteKind.RECORD, need, f"/sobjects/{name}/{record.id}?fields={field}")
    path = f"/composite/sobjects/{name}?ids={record.id}&fields={field or 'Id'}"
    yield _get(RouteKind.COLLECTION, need, path)
    keys = [one for one in facts.fields.values() if one.raw.get("externalId")]
    for one in keys:
        value = record.values.get(one.name)
        if value is not None and field in {None, one.name}:
            path = f"/sobjects/{name}/{one.name}/{quote(str(value), safe='')}"
            text = f"{RouteKind.EXTERNAL_ID} (GET /sobjects/{name}/{one.name}/...)"
            call = Call(method="GET", path=path)
            yield Route(kind=RouteKind.EXTERNAL_ID, need=need, call=call, text=text)


def _through_parent(need: LeakNeed, own: ObjectFacts, child: ObjectFacts) -> Iterator[Route]:
    """Reach up to the object from records of another: SELECT Account.SSN__c FROM Contact."""
    column = need.field or _telling(own)
    for one in child.fields.values():
        relationship = one.raw.get("relationshipName")
        if need.object in one.reference_to and relationship and len(one.reference_to) == 1:
            soql = f"SELECT {relationship}.{column} FROM {child.name} LIMIT 1"
            yield _soql(RouteKind.PARENT, need, soql)


def _through_children(need: LeakNeed, parent: ObjectFacts) -> Iterator[Route]:
    """Reach down to the object from records of another: SELECT (SELECT SSN__c FROM Contacts) FROM Account."""
    for one in parent.raw.get("childRelationships") or ():
        if one["childSObject"] == need.object and one.get("relationshipName"):
            inner = f"SELECT {need.field or 'Id'} FROM {one['relationshipName']}"
            yield _soql(RouteKind.CHILDREN, need, f"SELECT Id, ({inner}) FROM {parent.name} LIMIT 1")


def _telling(facts: ObjectFacts) -> str:
    """Return a field that stands on the object itself: a parent's Id can be read on the child."""
    fields: Iterable[FieldFacts] = facts.fields.values()
    name = next((one.name for one in fields if one.raw.get("nameField")), None)
    return name or ("CreatedDate" if "CreatedDate" in facts.fields else "Id")


def _soql(kind: RouteKind, need: LeakNeed, soql: str) -> Route:
    call = Call(method="GET", path=query_path(soql))
    return Route(kind=kind, need=need, call=call, text=f"{kind} ({soql})")


def _get(kind: RouteKind, need: LeakNeed, path: str) -> Route:
    """Return the route of a GET; the id of a record that is removed again says nothing to a reader."""
    text = f"{kind} (GET {path})" if kind in {RouteKind.DESCRIBE, RouteKind.OBJECT_INFO} else str(kind)
    return Route(kind=kind, need=need, call=Call(method="GET", path=path), text=text)


def shows(route: Route, reply: Reply) -> bool:  # noqa: PLR0911 - one for each kind of answer
    """Tell whether an answer shows what the route looks for.

    An accepted query names the column: that is enough, whatever its rows hold.
    """
    if not reply.ok:
        return False
    field, payload = route.need.field, reply.payload
    if route.kind is RouteKind.COLLECTION:
        return any(item is not None and (field is None or field in item) for item in payload)
    if field is None:
        return True
    if route.kind is RouteKind.DESCRIBE:
        return any(one["name"] == field for one in payload["fields"])
    if route.kind is RouteKind.OBJECT_INFO:
        return field in payload["fields"]
    if route.kind is RouteKind.RECORD:
        return field in payload
    return True
