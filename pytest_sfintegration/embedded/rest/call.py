"""One REST call on its way through the resources: who asks, for what, with what."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.view import UserView
from pytest_sfintegration.embedded.wire import Response

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.world import World

__all__ = ["Call", "Dispatch", "flag", "method_not_allowed", "no_content", "ok"]

_UNREAD: Any = object()
Dispatch = Callable[["Call"], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call below ``/services/data/vXX.0``. ``segments`` is what follows the version, without empty ones."""

    world: "World"
    user: UserView
    dispatch: Dispatch
    version: str
    method: str
    segments: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    given: Any = _UNREAD
    base_url: str = ""

    @property
    def base(self) -> str:
        """Return ``/services/data/vXX.0``."""
        return f"/services/data/v{self.version}"

    def sub(self, method: str, segments: tuple[str, ...], **more: Any) -> "Call":
        """Return a sub-request of a composite call."""
        return replace(
            self, method=method, segments=segments, **{"params": {}, "body": b"", "given": None, **more}
        )

    def json(self) -> Any:
        """Return the JSON body; raises ApiError JSON_PARSER_ERROR when it is none (text assumed)."""
        if self.given is not _UNREAD:
            return self.given
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise ApiError(
                400,
                "JSON_PARSER_ERROR",
                "Unexpected character or end of input: the body is no valid JSON at [line:1, column:1]",
            ) from None

    def json_object(self) -> dict[str, Any]:
        """Return the JSON body, which must be an object."""
        found = self.json()
        if not isinstance(found, dict):
            raise ApiError(
                400,
                "JSON_PARSER_ERROR",
                "The HTTP entity body is required, but this request has no JSON object.",
            )
        return found

    def json_of(self, *known: str) -> dict[str, Any]:
        """Return the JSON object of the body; raise NotSupportedError for a key beside the known ones."""
        found = self.json_object()
        unknown = sorted(set(found) - set(known))
        if unknown:
            raise NotSupportedError(f"the key {unknown[0]!r} in the body of {'/'.join(self.segments)}")
        return found

    def refuse_params(self, *known: str) -> None:
        """Raise NotSupportedError for a query parameter that the resource does not model."""
        unknown = sorted(set(self.params) - set(known))
        if unknown:
            raise NotSupportedError(f"the parameter {unknown[0]!r} of {'/'.join(self.segments)}")


def flag(told: Any, name: str) -> bool:
    """Return a switch of a request, which is off where nothing is told.

    Raises NotSupportedError for what is neither true nor false: what an org makes of it is not known.
    """
    if told is None or isinstance(told, bool):
        return bool(told)
    raise NotSupportedError(f"{name}: {told!r:.40}, which is neither true nor false")


def ok(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    return Response(status=status, payload=payload, headers=dict(headers or {}))


def no_content() -> Response:
    """Return the empty answer of update and delete: recorded(update.ok, delete.ok)."""
    return Response(status=204)


def method_not_allowed(method: str, allowed: str) -> ApiError:
    """Return the 405 of a resource: recorded(crud.method_not_allowed)."""
    return ApiError(
        405,
        "METHOD_NOT_ALLOWED",
        f"HTTP Method '{method}' not allowed. Allowed are {allowed}",
        headers={"Allow": allowed},
    )
