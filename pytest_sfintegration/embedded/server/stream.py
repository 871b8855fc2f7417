"""The bytes of a connection, read against the clock."""

import re
import socket
import time
from typing import NoReturn

from pytest_sfintegration.embedded.server.message import HttpError

__all__ = ["ClosedError", "Stream"]

_LONE_NEWLINE = re.compile(rb"(?:^|[^\r])\n")
_END = b"\r\n\r\n"
_PIECE = 256 * 1024


class ClosedError(Exception):
    """The client has gone, or says nothing more; there is nobody to answer."""


class Stream:
    """Reads a socket through a buffer, each time with a deadline: slow clients cannot hold a thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self._deadline = 0.0

    @property
    def pending(self) -> bool:
        """Tell whether bytes have arrived that were not asked for yet."""
        return bool(self._buffer)

    def within(self, seconds: float) -> None:
        """Set the deadline of the reads that follow."""
        self._deadline = time.monotonic() + seconds

    def wait(self) -> None:
        """Wait for the first byte of a request; raise ClosedError when none comes in time."""
        while not self._buffer:
            try:
                self._fill()
            except HttpError:
                raise ClosedError from None
            # RFC 9112, section 2.2: empty lines before a request line are ignored.
            while self._buffer.startswith(b"\r\n"):
                del self._buffer[:2]

    def head(self, bound: int) -> bytes:
        """Return the bytes up to the next empty line; 414 or 431 when they are more than ``bound``."""
        searched = 0
        while True:
            end = self._buffer.find(_END, max(0, searched - len(_END)))
            size = end if end >= 0 else len(self._buffer)
            if _LONE_NEWLINE.search(self._buffer, max(0, searched - 1), size):
                raise HttpError(400, "The lines of a request must end with CR LF.")
            if size > bound:
                self._refuse_head(bound)
            if end >= 0:
                raw = bytes(self._buffer[:end])
                del self._buffer[: end + len(_END)]
                return raw
            searched = len(self._buffer)
            self._fill()

    def _refuse_head(self, bound: int) -> NoReturn:
        if 0 <= self._buffer.find(b"\r\n") <= bound:
            raise HttpError(431, f"The request line and the headers are longer than {bound} bytes.")
        raise HttpError(414, f"The request line is longer than {bound} bytes.")

    def line(self, bound: int) -> bytes:
        """Return the next line without its CR LF; 400 when it is longer than ``bound``."""
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > bound + 1:
                break
            self._fill()
        if not 0 <= end <= bound:
            raise HttpError(400, "A line of a chunked body is too long.")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes."""
        while len(self._buffer) < size:
            self._fill()
        taken = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return taken

    def _fill(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise HttpError(408, "The request took too long to arrive.")
        self._sock.settimeout(left)
        try:
            piece = self._sock.recv(_PIECE)
        except TimeoutError:
            raise HttpError(408, "The request took too long to arrive.") from None
        except OSError:
            raise ClosedError from None
        if not piece:
            if self._buffer:
                raise HttpError(400, "The request ends before it is complete.")
            raise ClosedError
        self._buffer += piece
