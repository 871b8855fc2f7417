"""Try the related routes to blocked objects and fields: those by which the setup user sees them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.blocked_evidence import LeakAnswer, LeakNeed
from pytest_sfintegration.access.outcome import of_error
from pytest_sfintegration.access.refusals import NOT_SUPPORTED
from pytest_sfintegration.access.routes import Record, Route, RouteKind, neighbours, routes, shows
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.orgs.fake import fake_value
from pytest_sfintegration.orgs.packing import parts_of
from pytest_sfintegration.orgs.records import Recipe, RecordMaker
from pytest_sfintegration.rights import Operation

__all__ = ["OBJECT_INFOS_PER_CALL", "PURPOSE", "LeakSeeker"]

PURPOSE = "related routes"

OBJECT_INFOS_PER_CALL = 100
"""Objects of one object-info batch: the guide allows 2,000 since v66, and names no number before."""

Describe = Callable[[Sequence[str]], Mapping[str, ObjectFacts | None]]


@dataclass(slots=True, kw_only=True)
class _Told:
    """What the routes to one need told so far."""

    refused: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


class LeakSeeker:
    """Tries routes for one user, in as few calls as the platform allows.

    ``describe`` gives the setup user's describes; ``readable`` are the objects that the user is told of.
    """

    def __init__(
        self,
        *,
        setup: OrgClient,
        user: OrgClient,
        user_id: str,
        describe: Describe,
        readable: Collection[str],
        maker: RecordMaker,
    ) -> None:
        self._setup = setup
        self._user = user
        self._user_id = user_id
        self._describe = describe
        self._readable = readable
        self._maker = maker

    def seek(self, needs: Sequence[LeakNeed]) -> dict[str, LeakAnswer]:
        """Try every route to every need that exists for the setup user."""
        facts = self._facts(needs)
        needs = [one for one in needs if one.object in facts and _exists(one, facts[one.object])]
        told = {one.key: _Told() for one in needs}
        records = self._records(needs, facts)
        planned: list[Route] = []
        for need in needs:
            record = records.get(need.key)
            if record is None:
                told[need.key].untold.append(f"routes to a record: there is none of {need.object} to look at")
            found, left_out = routes(need, facts, self._readable, record)
            planned += found
            if left_out:
                told[need.key].untold.append(f"{left_out} further relationship paths were not tried")
        self._try([one for one, seen in self._controls(planned, told) if seen], told)
        return {
            key: LeakAnswer(
                refused=tuple(dict.fromkeys(one.refused)),
                leaks=tuple(dict.fromkeys(one.leaks)),
                untold=tuple(dict.fromkeys(one.untold)),
            )
            for key, one in told.items()
        }

    def _facts(self, needs: Sequence[LeakNeed]) -> dict[str, ObjectFacts]:
        own = {
            name: facts
            for name, facts in self._describe(sorted({one.object for one in needs})).items()
            if facts is not None
        }
        joined = {name for facts in own.values() for name in neighbours(facts, self._readable)}
        others = self._describe(sorted(joined - own.keys()))
        return {**own, **{name: facts for name, facts in others.items() if facts is not None}}

    def _records(self, needs: Sequence[LeakNeed], facts: Mapping[str, ObjectFacts]) -> dict[str, Record]:
        """Return a record for each need: one that is there, or one that is made and removed again.

        For a field it must be one that the user sees; for an object the setup user's sight is enough.
        """
        queries = [
            Call(method="GET", path=query_path(f"SELECT Id FROM {one.object} LIMIT 1")) for one in needs
        ]
        ids: dict[str, str] = {}
        for client, of_fields in ((self._user, True), (self._setup, False)):
            pairs = [
                (need, call)
                for need, call in zip(needs, queries, strict=True)
                if (need.field is not None) is of_fields
            ]
            replies = client.batch([call for _, call in pairs], purpose=PURPOSE) if pairs else []
            for (need, _), reply in zip(pairs, replies, strict=True):
                if reply.ok and reply.payload["records"]:
                    ids[need.key] = reply.payload["records"][0]["Id"]
        ids.update(self._made([one for one in needs if one.key not in ids], facts))
        calls = [
            Call(method="GET", path=f"/sobjects/{one.object}/{ids[one.key]}")
            for one in needs
            if one.key in ids
        ]
        seen = self._setup.batch(calls, purpose=PURPOSE) if calls else []
        held = [one for one in needs if one.key in ids]
        return {
            need.key: Record(id=ids[need.key], values=reply.payload)
            for need, reply in zip(held, seen, strict=True)
            if reply.ok
        }

    def _made(self, needs: Sequence[LeakNeed], facts: Mapping[str, ObjectFacts]) -> dict[str, str]:
        objects = [
            name
            for name in dict.fromkeys(one.object for one in needs)
            if {Operation.CREATE, Operation.DELETE} <= facts[name].operations
        ]
        recipes = [
            Recipe(object=name, values=_key_values(facts[name]), owner_id=self._user_id) for name in objects
        ]
        made = self._maker.make(recipes, purpose=PURPOSE) if recipes else []
        ids = {one.recipe.object: one.id for one in made if one.id is not None}
        return {one.key: ids[one.object] for one in needs if one.object in ids}

    def _controls(self, planned: Sequence[Route], told: Mapping[str, _Told]) -> list[tuple[Route, bool]]:
        """Walk each route as the setup user: one that shows nothing to it proves nothing of the user."""
        found = []
        for route, reply in zip(planned, self._walk(self._setup, planned), strict=True):
            seen = shows(route, reply)
            if not seen and not reply.ok and reply.error().code == NOT_SUPPORTED:
                told[route.need.key].untold.append(f"{route.text}: {reply.error().message}")
            found.append((route, seen))
        return found

    def _try(self, planned: Sequence[Route], told: Mapping[str, _Told]) -> None:
        for route, reply in zip(planned, self._walk(self._user, planned), strict=True):
            mine = told[route.need.key]
            if shows(route, reply):
                mine.leaks.append(route.text)
            elif reply.ok or of_error(reply.error()).allowed is False:
                mine.refused.append(str(route.kind))
            else:
                mine.untold.append(f"{route.text}: {reply.error()}")

    def _walk(self, client: OrgClient, planned: Sequence[Route]) -> list[Reply]:
        """Walk routes, each by its own resource, many to a call; the same request is sent once."""
        by_path = {one.call.path: one for one in planned}
        infos = {path: one for path, one in by_path.items() if one.kind is RouteKind.OBJECT_INFO}
        collections = {path: one for path, one in by_path.items() if one.kind is RouteKind.COLLECTION}
        others = [one.call for path, one in by_path.items() if path not in infos and path not in collections]
        found = self._object_infos(client, infos)
        calls = [one.call for one in collections.values()]
        found.update(zip(collections, client.composite(calls, purpose=PURPOSE), strict=True))
        replies = client.batch(others, purpose=PURPOSE)
        found.update(zip((one.path for one in others), replies, strict=True))
        return [found[one.call.path] for one in planned]

    @staticmethod
    def _object_infos(client: OrgClient, wanted: Mapping[str, Route]) -> dict[str, Reply]:
        """Ask for object-info: it has a batch of its own (UI API guide, Get a Batch of Object Metadata)."""
        found: dict[str, Reply] = {}
        for paths in parts_of(list(wanted), OBJECT_INFOS_PER_CALL):
            names = ",".join(wanted[path].need.object for path in paths)
            path = paths[0] if len(paths) == 1 else f"/ui-api/object-info/batch/{names}"
            reply = client.send("GET", path, purpose=PURPOSE)
            if len(paths) == 1 or not reply.ok:
                found.update(dict.fromkeys(paths, reply))
                continue
            for one, item in zip(paths, reply.payload["results"], strict=True):
                found[one] = Reply(status=item["statusCode"], payload=item["result"])
        return found


def _exists(need: LeakNeed, facts: ObjectFacts) -> bool:
    return need.field is None or need.field in facts.fields


def _key_values(facts: ObjectFacts) -> dict[str, Any]:
    """Return values for the external ids, which a record need not have."""
    keys = (one for one in facts.fields.values() if one.raw.get("externalId") and one.createable)
    return {one.name: value for one in keys if (value := fake_value(one)) is not None}
