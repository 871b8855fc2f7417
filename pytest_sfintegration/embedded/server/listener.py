"""The port: accepts connections, one thread each, and ends them all."""

import contextlib
import selectors
import socket
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Protocol, Self

from pytest_sfintegration.embedded.server.answer import refusal
from pytest_sfintegration.embedded.server.certificates import make_authority
from pytest_sfintegration.embedded.server.connection import Connection, Service
from pytest_sfintegration.embedded.server.limits import Limits
from pytest_sfintegration.embedded.server.message import HttpError
from pytest_sfintegration.embedded.wire import Request, Response

__all__ = ["Org", "Server", "ServerError", "serve"]

_LOOPBACK = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}
_BUSY = HttpError(503, "The server has as many connections as it may have.")
_BACKLOG = 128
_PATIENCE = 5.0
_OUT_OF_FILES_PAUSE = 0.05


class ServerError(Exception):
    """The server cannot listen as it is told; the message gives the remedy."""


class Org(Protocol):
    """What answers the requests."""

    def handle(self, request: Request) -> Response:
        """Answer one request."""


def serve(
    org: Org,
    *,
    port: int = 0,
    tls: bool = False,
    host: str = "127.0.0.1",
    tls_folder: Path | None = None,
    limits: Limits | None = None,
) -> "Server":
    """Start a server of the org, to be used in a ``with``; its address is ``base_url``. Port 0 is a free one.

    With ``tls`` the port speaks HTTPS as well and accepts CONNECT; the certificates go to ``tls_folder``, or
    to a temporary one. Raise ServerError for another host than 127.0.0.1 or ::1 and for a port that is taken.
    """
    return Server(org, port=port, tls=tls, host=host, tls_folder=tls_folder, limits=limits or Limits())


class Server:
    """A listening server; ``close()``, or the end of a ``with``, ends its connections and threads."""

    def __init__(
        self, org: Org, *, port: int, tls: bool, host: str, tls_folder: Path | None, limits: Limits
    ) -> None:
        self._org = org
        self._org_lock = threading.Lock()
        self._limits = limits
        self._lock = threading.Lock()
        self._live: dict[Connection, threading.Thread] = {}
        self._stopping = threading.Event()
        with contextlib.ExitStack() as stack:
            self._listener = stack.enter_context(_listen(host, port))
            self.host = host
            self.port: int = self._listener.getsockname()[1]
            self.ca_path: Path | None = None
            context = None
            if tls:
                folder = tls_folder or Path(
                    stack.enter_context(TemporaryDirectory(prefix="sfintegration-tls-"))
                )
                authority = make_authority(folder)
                context, self.ca_path = authority.context(), authority.ca
            self._service = Service(
                answer=self._answer,
                authority=self.authority,
                limits=limits,
                tls=context,
                stopping=self._stopping.is_set,
            )
            self._wake, self._waker = socket.socketpair()
            stack.enter_context(self._wake)
            stack.enter_context(self._waker)
            self._thread = threading.Thread(target=self._accept, name="sfintegration-port", daemon=True)
            self._thread.start()
            self._resources = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def authority(self) -> str:
        """Return ``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """Return the address in plain HTTP."""
        return f"http://{self.authority}"

    def close(self) -> None:
        """Stop accepting, let answers in progress go out, end all connections. Harmless when called again."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._waker.send(b"x")
        self._thread.join()
        with self._lock:
            live = dict(self._live)
        for connection in live:
            connection.interrupt()
        end = time.monotonic() + _PATIENCE
        for thread in live.values():
            thread.join(max(0.0, end - time.monotonic()))
        self._resources.close()

    def _answer(self, request: Request) -> tuple[Response, bytes]:
        """Answer and serialise in one go: a payload is the org's own and may change with the next request."""
        with self._org_lock:
            response = self._org.handle(request)
            return response, response.body()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while not self._stopping.is_set():
                selector.select()
                if self._stopping.is_set():
                    return
                try:
                    sock, address = self._listener.accept()
                except BlockingIOError:
                    continue  # the client was gone before it was met
                except OSError:
                    time.sleep(_OUT_OF_FILES_PAUSE)
                    continue
                self._start(sock, address[0])

    def _start(self, sock: socket.socket, peer: str) -> None:
        sock.settimeout(None)
        with self._lock:
            if len(self._live) >= self._limits.connections:
                _turn_away(sock)
                return
            connection = Connection(sock, peer, self._service)
            thread = threading.Thread(
                target=self._run, args=(connection,), name="sfintegration-client", daemon=True
            )
            self._live[connection] = thread
        try:
            thread.start()
        except RuntimeError:  # the system grants no more threads
            with self._lock:
                del self._live[connection]
            _turn_away(sock)

    def _run(self, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            with self._lock:
                del self._live[connection]


def _listen(host: str, port: int) -> socket.socket:
    family = _LOOPBACK.get(host)
    if family is None:
        raise ServerError(
            f"the embedded org is not served on {host}: it holds test users and knows no attackers. "
            "Use 127.0.0.1 or ::1."
        )
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.settimeout(0)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ServerError(
            f"cannot listen on {host}, port {port}: {reason}. Name a free port, or 0 for any free one."
        ) from error
    return listener


def _turn_away(sock: socket.socket) -> None:
    with sock, contextlib.suppress(OSError):
        sock.settimeout(0)
        sock.send(refusal(_BUSY))
