"""The resources that a request is about: what the setup user must see for its refusal to mean something."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pytest_sfintegration.access.blocked_evidence import RequestNeed

__all__ = ["control_paths"]

_ROOT = re.compile(r"(?P<root>/services/data/v\d+\.\d)(?P<rest>/.*)?", re.ASCII)
_REFERENCE = "@{"


def control_paths(need: RequestNeed) -> tuple[str, ...]:
    """Return the paths that the setup user is to GET for a request that is no GET itself.

    One that wraps others is about what those name: that ``/composite`` exists says nothing of them. None are
    returned where a wrapper does not tell what it is about.
    """
    place = _ROOT.fullmatch(urlsplit(need.path).path)
    if place is None:
        return (need.path,)
    root, rest = place["root"], (place["rest"] or "").strip("/").split("/")
    body: Any = need.body if isinstance(need.body, Mapping) else {}
    if rest[0] == "composite":
        return tuple(dict.fromkeys(_wrapped(root, rest, body)))
    if rest[0] == "jobs" and isinstance(body.get("object"), str):
        return need.path, f"{root}/sobjects/{body['object']}"
    return (need.path,)


def _wrapped(root: str, rest: list[str], body: Mapping[str, Any]) -> Iterable[str]:
    kind = rest[1] if len(rest) > 1 else ""
    if kind in {"sobjects", "tree"}:
        names = [rest[2]] if len(rest) > 2 else [*_types(body)]  # noqa: PLR2004 - composite/sobjects/X
        yield from (f"{root}/sobjects/{name}" for name in names)
        return
    requests = list(body.get("batchRequests") or body.get("compositeRequest") or ())
    for graph in body.get("graphs") or ():
        requests += graph.get("compositeRequest") or ()
    yield from (_absolute(str(one["url"])) for one in requests if one.get("url"))


def _types(body: Mapping[str, Any]) -> Iterable[str]:
    for record in body.get("records") or ():
        name = (record.get("attributes") or {}).get("type")
        if name:
            yield str(name)


def _absolute(url: str) -> str:
    """Return the whole path; one that refers to an earlier answer is followed up to there."""
    path = url if url.startswith("/services/") else f"/services/data/{url.lstrip('/')}"
    return path.partition(_REFERENCE)[0].rstrip("/")
