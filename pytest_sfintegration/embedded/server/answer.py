"""An answer as the bytes of one write."""

import re
import time
from email.utils import formatdate
from http.client import responses

from pytest_sfintegration.embedded.server.message import HttpError
from pytest_sfintegration.embedded.wire import Response

__all__ = ["encode", "refusal"]

_BODILESS = frozenset({204, 304})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def encode(response: Response, body: bytes, *, close: bool, head_only: bool = False) -> bytes:
    """Return status line, headers and body.

    One write for all: two would meet Nagle and the delayed ACK (45 ms). 204 and 304 have neither body nor
    length; the answer to HEAD has the length of the body that it leaves out.
    """
    lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, 'Unknown')}", f"Date: {_date()}"]
    lines += [f"{name}: {_CONTROL.sub(' ', value)}" for name, value in response.headers.items()]
    if response.status in _BODILESS:
        body = b""
    else:
        lines += [f"Content-Type: {response.content_type}", f"Content-Length: {len(body)}"]
    if close:
        lines.append("Connection: close")
    head = "\r\n".join([*lines, "\r\n"]).encode("latin-1", "replace")
    return head if head_only else head + body


def refusal(error: HttpError, *, head_only: bool = False) -> bytes:
    """Return the answer to a request that is not passed to the org; the connection is closed after it."""
    response = Response(status=error.status, payload=error.payload())
    return encode(response, response.body(), close=True, head_only=head_only)


class _Clock:
    """The text of the current second, made once."""

    second = -1
    text = ""


def _date() -> str:
    now = int(time.time())
    if now != _Clock.second:
        _Clock.text = formatdate(now, usegmt=True)
        _Clock.second = now
    return _Clock.text
