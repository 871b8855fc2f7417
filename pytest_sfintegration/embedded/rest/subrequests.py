"""Sub-requests of the composite resources: their URLs, their references, their answers."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.rest.meaning import single
from pytest_sfintegration.embedded.wire import Response

__all__ = ["answer", "parse_url", "payload_of", "references", "resolve"]

_VERSION = re.compile(r"v(\d{2}\.0)")
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")


def parse_url(url: Any) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Return version, segments and parameters of ``/services/data/vXX.0/...`` or ``vXX.0/...``."""
    if not isinstance(url, str):
        raise ApiError(400, "INVALID_INPUT", "Every subrequest needs a url")
    version, segments, params = _parsed(url)
    return version, segments, dict(params)


# A batch parses each URL twice, and both users ask for the same ones: 2.5 % of a run of 40,000 rights.
@lru_cache(maxsize=64)
def _parsed(url: str) -> tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]:
    split = urlsplit(url)
    if split.scheme or split.netloc:
        raise NotSupportedError("a sub-request whose url names a host: begin it with /services/data")
    path = split.path.removeprefix("/services/data").lstrip("/")
    first, *rest = [unquote(each) for each in path.split("/") if each] or [""]
    found = _VERSION.fullmatch(first)
    if found is None:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    version = found.group(1)
    if not 31 <= float(version) <= 67:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    params = single(parse_qsl(split.query, keep_blank_values=True))
    return version, tuple(rest), tuple(params.items())


def answer(
    call: Call, method: Any, url: Any, body: Any = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Run a sub-request; refusals become answers."""
    try:
        version, segments, params = parse_url(url)
        sub = call.sub(
            str(method or "GET").upper(),
            segments,
            version=version,
            params=params,
            given=body,
            headers={name.lower(): str(value) for name, value in (headers or {}).items()},
        )
        return call.dispatch(sub)
    except ApiError as refused:
        payload = None if refused.status == 304 else refused.body()
        return Response(status=refused.status, payload=payload, headers=refused.headers)


def payload_of(response: Response) -> Any:
    """Return the JSON value of an answer."""
    if isinstance(response.payload, bytes):
        return json.loads(response.payload)
    return response.payload


def references(value: Any) -> set[str]:
    """Return the reference ids that ``@{ref.path}`` in a JSON value names."""
    if isinstance(value, str):
        return {found.group(1) for found in _REFERENCE.finditer(value)}
    if isinstance(value, Mapping):
        return set().union(*(references(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(references(each) for each in value))
    return set()


def resolve(value: Any, results: Mapping[str, Any]) -> Any:
    """Return a JSON value with its references filled in.

    Raises ApiError PROCESSING_HALTED for one without a value: recorded(comp.badref).
    """
    if isinstance(value, str):
        whole = _REFERENCE.fullmatch(value)
        if whole is not None:
            return _value(whole, results)
        return _REFERENCE.sub(lambda found: str(_value(found, results)), value)
    if isinstance(value, Mapping):
        return {name: resolve(each, results) for name, each in value.items()}
    if isinstance(value, list):
        return [resolve(each, results) for each in value]
    return value


def _value(found: re.Match[str], results: Mapping[str, Any]) -> Any:
    name, path = found.group(1), found.group(2)
    current = results.get(name)
    for step in _STEP.finditer(path):
        key, index = step.groups()
        if key is not None and isinstance(current, Mapping):
            current = current.get(key)
        elif index is not None and isinstance(current, list) and int(index) < len(current):
            current = current[int(index)]
        else:
            current = None
    if current is None or isinstance(current, Mapping | list):
        raise ApiError(
            400,
            "PROCESSING_HALTED",
            f"Invalid reference specified. No value for {name}{path} found in {name}",
        )
    return current
