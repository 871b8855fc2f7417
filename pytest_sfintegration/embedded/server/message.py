"""The head of an HTTP/1.1 request, read strictly: what two readers could read in two ways is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from pytest_sfintegration.embedded.server.limits import Limits

__all__ = ["Head", "HttpError", "Target", "parse_head", "parse_target"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_REQUEST_LINE = re.compile(
    rf"(?P<method>{_TOKEN.pattern}) (?P<target>[\x21-\x7e]+) HTTP/(?P<major>[0-9])\.(?P<minor>[0-9])"
)
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_ABSOLUTE = re.compile(r"https?://([^/?#]*)(.*)", re.IGNORECASE)
_TWICE = frozenset({"content-length", "content-type", "host", "authorization", "transfer-encoding"})


class HttpError(Exception):
    """A request that is refused before the org sees it; the connection is closed after the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def payload(self) -> list[dict[str, str]]:
        """Return the error array that Salesforce's clients expect; the codes are ours."""
        return [{"message": self.message, "errorCode": f"HTTP_{self.status}"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Request line and headers. Header names are lower-case, repeated headers joined by commas."""

    method: str
    target: str
    headers: Mapping[str, str]
    http10: bool = False

    @property
    def keep_alive(self) -> bool:
        """Tell whether the connection stays open after the answer; HTTP/1.0 clients get none."""
        options = {each.strip().lower() for each in self.headers.get("connection", "").split(",")}
        return not self.http10 and "close" not in options


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a request asks for: decoded path, raw query, ``host[:port]``."""

    path: str
    query: str
    authority: str


def parse_head(raw: bytes, limits: Limits) -> Head:
    """Return the head of ``raw``, which ends before the empty line; raise HttpError."""
    lines = raw.decode("latin-1").split("\r\n")
    if len(lines) - 1 > limits.header_count:
        raise HttpError(431, f"The request has more than {limits.header_count} headers.")
    method, target, http10 = _request_line(lines[0])
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, value = _header(line)
        if name not in headers:
            headers[name] = value
        elif name in _TWICE:
            raise HttpError(400, f"The header {name} is given twice.")
        else:
            headers[name] = f"{headers[name]}, {value}"
    if "host" not in headers and not http10:
        raise HttpError(400, "The header Host is missing.")
    return Head(method=method, target=target, headers=headers, http10=http10)


def parse_target(head: Head, default_authority: str) -> Target:
    """Return what the target names; an absolute one wins over the Host header (RFC 9112, section 3.2.2)."""
    authority, rest = head.headers.get("host", default_authority), head.target
    absolute = _ABSOLUTE.fullmatch(rest)
    if absolute is not None:
        authority, rest = absolute[1], absolute[2]
        rest = rest if rest.startswith("/") else f"/{rest}"
    if not rest.startswith("/") or "#" in rest:
        raise HttpError(400, "The request target is neither a path nor an http address.")
    if _AUTHORITY.fullmatch(authority) is None:
        raise HttpError(400, "The header Host is not a host with an optional port.")
    path, _, query = rest.partition("?")
    return Target(path=unquote(path), query=query, authority=authority)


def _request_line(line: str) -> tuple[str, str, bool]:
    parts = _REQUEST_LINE.fullmatch(line)
    if parts is None:
        raise HttpError(400, "The request line is not 'method target version'.")
    if parts["major"] != "1":
        raise HttpError(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.")
    return parts["method"], parts["target"], parts["minor"] == "0"


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or _TOKEN.fullmatch(name) is None:
        raise HttpError(400, "A header line is not 'name: value'.")
    if _VALUE.fullmatch(value) is None:
        raise HttpError(400, f"The header {name.lower()} holds a control character.")
    return name.lower(), value.strip(" \t")
