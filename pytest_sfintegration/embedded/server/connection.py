"""One connection of a client, from its first byte to its last."""

import contextlib
import logging
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

from pytest_sfintegration.embedded.server.answer import encode, refusal
from pytest_sfintegration.embedded.server.body import read_body
from pytest_sfintegration.embedded.server.limits import Limits
from pytest_sfintegration.embedded.server.message import Head, HttpError, parse_head, parse_target
from pytest_sfintegration.embedded.server.stream import ClosedError, Stream
from pytest_sfintegration.embedded.wire import Request, Response

__all__ = ["Connection", "Service"]

_TLS_HANDSHAKE = b"\x16"
_PROCEED = b"HTTP/1.1 100 Continue\r\n\r\n"
_TUNNEL = b"HTTP/1.1 200 Connection Established\r\n\r\n"
_NO_TLS = HttpError(400, "This port speaks no TLS: start the server with --tls, or use http://.")
_LOGIN_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})
_OWN_HOST = "embedded.my.salesforce.com"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the connections of a server share; ``answer`` gives a response and its body."""

    answer: Callable[[Request], tuple[Response, bytes]]
    authority: str
    limits: Limits
    tls: ssl.SSLContext | None
    stopping: Callable[[], bool]


class Connection:
    """Answers the requests of one socket in their order, and closes it."""

    def __init__(self, sock: socket.socket, peer: str, service: Service) -> None:
        self._sock = sock
        self._peer = peer
        self._service = service
        self._limits = service.limits
        self._scheme = "http"
        self._tunnelled = False

    def run(self) -> None:
        """Serve until the client leaves, is refused or is too slow."""
        try:
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while self._serve():
                pass
        except (ClosedError, OSError):
            pass  # the client's going is no error of ours
        finally:
            self._close()

    def interrupt(self) -> None:
        """End a wait for the client; what is being answered still goes out. Called from another thread."""
        with contextlib.suppress(OSError):
            # SSLSocket.shutdown would pull its TLS away under the thread that reads.
            socket.socket.shutdown(self._sock, socket.SHUT_RD)

    def _serve(self) -> bool:
        """Serve the socket as it is; True when a tunnel begins, in which the client speaks anew."""
        self._begin_tls()
        stream = Stream(self._sock)
        while True:
            stream.within(self._limits.idle_time)
            stream.wait()
            stream.within(self._limits.head_time)
            method = ""
            try:
                head = parse_head(stream.head(self._limits.head), self._limits)
                method = head.method
                if method == "CONNECT":
                    self._open_tunnel(head, stream)
                    return True
                request = self._request(head, stream)
            except HttpError as error:
                self._refuse(error, head_only=method == "HEAD")
                return False
            if not self._answer(request, keep_alive=head.keep_alive):
                return False

    def _begin_tls(self) -> None:
        """Wait for the first byte and speak TLS when it begins a handshake: both protocols share the port."""
        if self._scheme == "https":
            return
        self._sock.settimeout(self._limits.idle_time)
        if self._sock.recv(1, socket.MSG_PEEK) != _TLS_HANDSHAKE:
            return
        if self._service.tls is None:
            self._refuse(_NO_TLS)
            raise ClosedError
        self._sock.settimeout(self._limits.handshake_time)
        # The wrapped socket takes the descriptor over; without a handshake yet, so that it is ours to close.
        self._sock = self._service.tls.wrap_socket(
            self._sock, server_side=True, do_handshake_on_connect=False
        )
        self._sock.do_handshake()
        self._scheme = "https"

    def _open_tunnel(self, head: Head, stream: Stream) -> None:
        """Answer CONNECT for any host: the client then speaks TLS with us."""
        if self._service.tls is None:
            raise HttpError(501, "CONNECT needs TLS: start the server with --tls.")
        if self._scheme == "https" or self._tunnelled:
            raise HttpError(501, "A tunnel in a tunnel is not supported.")
        host, _, port = head.target.rpartition(":")
        if not host or not port.isdecimal() or stream.pending:
            raise HttpError(400, "CONNECT must name host:port and wait for the answer.")
        self._send(_TUNNEL)
        self._tunnelled = True

    def _request(self, head: Head, stream: Stream) -> Request:
        target = parse_target(head, self._service.authority)
        expects = head.headers.get("expect", "").lower() == "100-continue" and not head.http10

        def proceed() -> None:
            if expects and not stream.pending:
                self._send(_PROCEED)
            self._acknowledge()

        body = read_body(head, stream, self._limits, proceed)
        return Request(
            method=head.method,
            path=target.path,
            query=target.query,
            headers=head.headers,
            body=body,
            base_url=self._base_url(target.authority),
            source_ip=self._peer,
        )

    def _base_url(self, authority: str) -> str:
        """Return the address that the client used; behind a tunnel to a login host, the org's own My Domain.

        As on the platform, login.salesforce.com logs in and the instance_url names another host.
        """
        host = authority.partition(":")[0].lower()
        if self._tunnelled and host in _LOGIN_HOSTS:
            return f"{self._scheme}://{_OWN_HOST}"
        return f"{self._scheme}://{authority}"

    def _acknowledge(self) -> None:
        """Acknowledge the head at once: a proxied urllib3 holds the body back until then (40 ms by Nagle)."""
        if hasattr(socket, "TCP_QUICKACK"):
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def _answer(self, request: Request, *, keep_alive: bool) -> bool:
        """Answer; tell whether the connection stays open."""
        try:
            response, body = self._service.answer(request)
        except Exception:  # noqa: BLE001 - logged with its traceback
            # A fault of the org's must reach its client as such, and the log; the others are served on.
            _LOG.exception("the embedded org failed on %s %s", request.method, request.path)
            fault = [{"message": "the embedded org failed; see its log", "errorCode": "UNKNOWN_EXCEPTION"}]
            response = Response(status=500, payload=fault)
            body = response.body()
        keep_alive = keep_alive and not self._service.stopping()
        self._send(encode(response, body, close=not keep_alive, head_only=request.method == "HEAD"))
        return keep_alive

    def _refuse(self, error: HttpError, *, head_only: bool = False) -> None:
        """Answer a refusal, and read on for a moment: to close on unread bytes would destroy the answer."""
        self._send(refusal(error, head_only=head_only))
        self._end_tls()
        socket.socket.shutdown(self._sock, socket.SHUT_WR)
        end = time.monotonic() + self._limits.linger_time
        while (left := end - time.monotonic()) > 0:
            self._sock.settimeout(left)
            if not socket.socket.recv(self._sock, 65_536):
                return

    def _send(self, data: bytes) -> None:
        self._sock.settimeout(self._limits.answer_time)
        self._sock.sendall(data)

    def _end_tls(self) -> None:
        """Say good-bye in TLS without waiting for the client's."""
        if isinstance(self._sock, ssl.SSLSocket):
            self._sock.settimeout(0)
            with contextlib.suppress(OSError, ValueError):
                self._sock.unwrap()

    def _close(self) -> None:
        self._end_tls()
        self._sock.close()
