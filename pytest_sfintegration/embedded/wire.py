"""Requests and responses of the embedded org: plain values, no sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["Request", "Response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. ``path`` is percent-decoded without query; header names are lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = "https://embedded.my.salesforce.com"
    source_ip: str = "127.0.0.1"

    def params(self) -> dict[str, str]:
        """Return the query string's parameters; the last one of a name wins."""
        return dict(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Return the names and values of the query string, in order."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP response. ``payload`` is the JSON value (or str/bytes as is); serialised only when asked for.

    In-process callers may read ``payload`` directly: they must treat it as immutable.
    """

    status: int
    payload: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json;charset=UTF-8"

    def body(self) -> bytes:
        """Return the body's bytes; empty for a payload of None with status 204."""
        if self.payload is None and self.status in {204, 304}:
            return b""
        if isinstance(self.payload, bytes):
            return self.payload
        if isinstance(self.payload, str) and not self.content_type.startswith("application/json"):
            return self.payload.encode()
        return json.dumps(self.payload, ensure_ascii=False, separators=(",", ":")).encode()
