"""Sockets without a library between, and an org that says what it was asked."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.embedded.server import Limits, Server
from pytest_sfintegration.embedded.wire import Request, Response

TIMEOUT = 10


def small_limits(**changes: Any) -> Limits:
    settings = {
        "head": 2_000,
        "header_count": 20,
        "body": 10_000,
        "idle_time": 3.0,
        "head_time": 0.3,
        "body_time": 0.3,
        "handshake_time": 0.3,
        "linger_time": 0.2,
    }
    return Limits(**{**settings, **changes})


@dataclass
class EchoOrg:
    """Answers with the request it got; paths name what else to answer."""

    requests: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        if request.path == "/fail":
            raise RuntimeError("a fault of the org's")
        if request.path == "/empty":
            return Response(status=204)
        if request.path == "/unchanged":
            return Response(status=304, headers={"ETag": '"1"'})
        if request.path == "/header":
            return Response(status=200, payload={}, headers={"Location": "/a\r\nInjected: yes"})
        if request.path == "/large":
            return Response(status=200, payload="x" * 5_000_000, content_type="text/plain")
        return Response(
            status=200,
            payload={
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "body": request.body.decode("latin-1"),
                "base_url": request.base_url,
                "source_ip": request.source_ip,
            },
        )


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    closes: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The errorCode of an error array."""
        (error,) = self.json
        assert error["message"]
        return str(error["errorCode"])


class RawClient:
    """Sends bytes and reads answers with http.client's parser."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._reader = _Reader(sock)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def read(self, method: str = "GET") -> Answer:
        response = http.client.HTTPResponse(self._reader, method=method)  # type: ignore[arg-type]
        response.begin()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, body, headers.get("connection") == "close")

    def ask(self, data: bytes, method: str = "GET") -> Answer:
        self.send(data)
        return self.read(method)

    def is_closed(self) -> bool:
        """Whether the server has closed, with nothing left to read."""
        try:
            return self._reader.file.read(1) == b""
        except ConnectionError:
            return True


class _Reader:
    """Lets one buffered file serve many HTTPResponses: pipelined answers may arrive in one piece."""

    def __init__(self, sock: socket.socket) -> None:
        self.file = sock.makefile("rb")

    def makefile(self, _mode: str) -> Any:
        return _Unclosed(self.file)


class _Unclosed:
    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def close(self) -> None:
        """Stay open for the next answer."""


@contextmanager
def connected(server: Server) -> Iterator[RawClient]:
    with socket.create_connection((server.host, server.port), timeout=TIMEOUT) as sock:
        client = RawClient(sock)
        try:
            yield client
        finally:
            client._reader.file.close()


def ask(server: Server, data: bytes, method: str = "GET") -> Answer:
    """Ask over a connection of its own."""
    with connected(server) as client:
        return client.ask(data, method)


def assert_answers(server: Server) -> None:
    assert ask(server, get("/alive")).json["path"] == "/alive"


def get(target: str, *headers: str) -> bytes:
    return request("GET", target, *headers)


def request(method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1:80", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
