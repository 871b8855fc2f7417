"""The body of a request: by length, in chunks, compressed; always bounded."""

import re
import zlib
from collections.abc import Callable

from pytest_sfintegration.embedded.server.limits import Limits
from pytest_sfintegration.embedded.server.message import Head, HttpError
from pytest_sfintegration.embedded.server.stream import ClosedError, Stream

__all__ = ["read_body"]

_LONGEST_LINE = 1024
_MOST_TRAILERS = 50
_LONGEST_NUMBER = 18  # digits: int() of any more would cost time
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?")
# Documented: REST API guide, "Compression Headers".
_CODINGS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def read_body(head: Head, stream: Stream, limits: Limits, proceed: Callable[[], None]) -> bytes:
    """Return the body; call ``proceed`` before waiting for one (100-continue). Raise HttpError.

    A body that is cut off is answered with 400: a client may close its sending half and still read.
    """
    chunked = _is_chunked(head)
    length = 0 if chunked else _length(head, limits)
    expected = head.headers.get("expect", "").lower()
    if expected not in {"", "100-continue"}:
        raise HttpError(417, "The only expectation that is met is 100-continue.")
    if not chunked and not length:
        return b""
    proceed()
    stream.within(limits.body_time)
    try:
        body = _chunks(stream, limits) if chunked else stream.take(length)
    except ClosedError:
        raise HttpError(400, "The request ends before it is complete.") from None
    return _decoded(head, body, limits)


def _is_chunked(head: Head) -> bool:
    coding = head.headers.get("transfer-encoding")
    if coding is None:
        return False
    if "content-length" in head.headers or head.http10:
        raise HttpError(400, "Transfer-Encoding and Content-Length contradict each other.")
    if coding.lower() != "chunked":
        raise HttpError(501, "The only transfer coding that is read is chunked.")
    return True


def _length(head: Head, limits: Limits) -> int:
    text = head.headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise HttpError(400, "Content-Length is not a number.")
    if len(text) > _LONGEST_NUMBER or int(text) > limits.body:
        raise _too_large(limits)
    return int(text)


def _chunks(stream: Stream, limits: Limits) -> bytes:
    body = bytearray()
    while True:
        size = _CHUNK_SIZE.fullmatch(stream.line(_LONGEST_LINE))
        if size is None:
            raise HttpError(400, "The size of a chunk is not a hexadecimal number.")
        count = int(size[1], 16)
        if len(body) + count > limits.body:
            raise _too_large(limits)
        if count == 0:
            break
        body += stream.take(count)
        if stream.take(2) != b"\r\n":
            raise HttpError(400, "A chunk is longer than its size says.")
    for _ in range(_MOST_TRAILERS):
        if not stream.line(_LONGEST_LINE):
            return bytes(body)
    raise HttpError(431, "The chunked body has too many trailers.")


def _decoded(head: Head, body: bytes, limits: Limits) -> bytes:
    coding = head.headers.get("content-encoding", "identity").lower()
    if coding == "identity":
        return body
    if coding not in _CODINGS:
        raise HttpError(415, "The only content codings that are read are gzip and deflate.")
    unpack = zlib.decompressobj(_CODINGS[coding])
    try:
        plain = unpack.decompress(body, limits.body + 1)
    except zlib.error:
        raise HttpError(400, f"The body is not {coding}, although its header says so.") from None
    if len(plain) > limits.body:
        raise _too_large(limits)
    if not unpack.eof or unpack.unused_data:
        raise HttpError(400, "The body is not one complete stream of its content coding.")
    return plain


def _too_large(limits: Limits) -> HttpError:
    return HttpError(413, f"The body is larger than {limits.body} bytes.")
