"""An embedded org behind a real port, with faults on demand: a fault sees each request first."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.wire import Request, Response

Process = Callable[[], Response]
Fault = Callable[[Request, Process], "Response | bytes | None"]
"""Return a response, raw bytes to send as they are, or None to drop the connection."""


@dataclass
class LiveServer:
    """A served org: its address, the requests so far, and the fault of the moment."""

    org: EmbeddedOrg
    url: str = ""
    log: list[Request] = field(default_factory=list)
    fault: Fault | None = None
    delay: float = 0.0
    source_ip: str = "192.0.2.7"

    def answer(self, request: Request) -> "Response | bytes | None":
        self.log.append(request)
        if self.delay:
            time.sleep(self.delay)
        if self.fault is None:
            return self.org.handle(request)
        return self.fault(request, lambda: self.org.handle(request))

    def records(self) -> dict[str, int]:
        """Count the records of the org, by object."""
        tables = self.org.world.storage._tables
        return {name: n for name, one in tables.items() if (n := len(one.rows) - one.deleted)}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "_Server"

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        path, _, query = self.path.partition("?")
        request = Request(
            method=self.command,
            path=unquote(path),
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            base_url=self.server.live.url,
            source_ip=self.server.live.source_ip,
        )
        answer = self.server.live.answer(request)
        if answer is None:
            self._drop()
        elif isinstance(answer, bytes):
            self.wfile.write(answer)
            self.wfile.flush()
            self._drop()
        else:
            self._send(answer)

    def _send(self, answer: Response) -> None:
        body = answer.body()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if body:
            self.send_header("Content-Type", answer.content_type)
        if answer.status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = do_PUT = _serve  # noqa: N815 - names of the base class

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class says so
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    live: LiveServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients of these tests hang up."""


@contextmanager
def serving(org: EmbeddedOrg) -> Iterator[LiveServer]:
    """Serve an org on a free port of this machine."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        live = LiveServer(org=org, url=f"http://127.0.0.1:{server.server_address[1]}")
        server.live = live
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
        thread.start()
        try:
            yield live
        finally:
            server.shutdown()
            thread.join()
