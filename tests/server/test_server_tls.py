"""HTTPS on the port of HTTP, and the tunnel of CONNECT."""

import contextlib
import http.client
import socket
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from raw_client import TIMEOUT, EchoOrg, RawClient, assert_answers, connected, get, small_limits

from pytest_sfintegration.embedded.server import Server, serve

CONNECT = b"CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: login.salesforce.com:443\r\n\r\n"
ESTABLISHED = b"HTTP/1.1 200 Connection Established\r\n\r\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls") / "made"


@pytest.fixture
def tls_server(echo: EchoOrg, folder: Path) -> Iterator[Server]:
    with serve(echo, tls=True, tls_folder=folder, limits=small_limits()) as running:
        yield running


def _trusting(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.ca_path)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@contextlib.contextmanager
def _spoken_to(
    server: Server, name: str = "127.0.0.1", *, tunnel: bytes = b"", context: ssl.SSLContext | None = None
) -> Iterator[RawClient]:
    with socket.create_connection((server.host, server.port), timeout=TIMEOUT) as sock:
        if tunnel:
            sock.sendall(tunnel)
            assert sock.recv(1000) == ESTABLISHED
        with (context or _trusting(server)).wrap_socket(sock, server_hostname=name) as secure:
            client = RawClient(secure)
            yield client
            client._reader.file.close()


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "::1",
        "localhost",
        "login.salesforce.com",
        "emulator.my.salesforce.com",
        "emulator--dev.sandbox.my.salesforce.com",
    ],
)
def test_certificate_holds_for_the_names_that_clients_use(tls_server: Server, name: str) -> None:
    with _spoken_to(tls_server, name) as client:
        assert client.ask(get("/x")).json["base_url"] == "https://127.0.0.1:80"


def test_certificate_holds_for_nobody_else(tls_server: Server) -> None:
    with pytest.raises(ssl.SSLCertVerificationError), _spoken_to(tls_server, "example.com"):
        pass
    with (
        pytest.raises(ssl.SSLCertVerificationError),
        _spoken_to(tls_server, context=ssl.create_default_context()),
    ):
        pass
    assert_answers(tls_server)


def test_both_protocols_share_the_port(tls_server: Server) -> None:
    assert_answers(tls_server)
    client = http.client.HTTPSConnection(
        tls_server.host, tls_server.port, timeout=TIMEOUT, context=_trusting(tls_server)
    )
    for _ in range(3):
        client.request("POST", "/", body=b"abc")
        assert b'"abc"' in client.getresponse().read()
    client.close()
    assert_answers(tls_server)


def test_tunnel_leads_to_the_org_itself(tls_server: Server) -> None:
    """As on the platform, the login host logs in and the answers name the org's own My Domain."""
    with _spoken_to(tls_server, "login.salesforce.com", tunnel=CONNECT) as client:
        client.send(b"GET /x HTTP/1.1\r\nHost: login.salesforce.com\r\n\r\n")
        assert client.read().json["base_url"] == "https://embedded.my.salesforce.com"
        client.send(b"GET /x HTTP/1.1\r\nHost: emulator.my.salesforce.com\r\n\r\n")
        assert client.read().json["base_url"] == "https://emulator.my.salesforce.com"


def test_tunnel_in_a_tunnel_is_refused(tls_server: Server) -> None:
    with _spoken_to(tls_server, "login.salesforce.com", tunnel=CONNECT) as client:
        assert client.ask(CONNECT).status == 501


@pytest.mark.parametrize("target", ["login.salesforce.com", ":443", "x:y", "/"])
def test_tunnel_to_nowhere_is_a_400(tls_server: Server, target: str) -> None:
    with connected(tls_server) as client:
        assert client.ask(f"CONNECT {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()).status == 400


def test_tunnel_does_not_swallow_what_came_too_early(tls_server: Server) -> None:
    with connected(tls_server) as client:
        assert client.ask(CONNECT + b"\x16\x03\x01").status == 400


@pytest.mark.parametrize("sent", [b"\x16", b"\x16\x03\x01\x02\x00", b"\x16" + b"garbage" * 50])
def test_broken_handshakes_end_the_connection_only(tls_server: Server, sent: bytes) -> None:
    with connected(tls_server) as client:
        client.send(sent)
        with contextlib.suppress(ConnectionError):
            while client.sock.recv(1000):
                pass
    assert_answers(tls_server)


def test_refusals_and_ends_are_readable_over_tls(tls_server: Server) -> None:
    with _spoken_to(tls_server) as client:
        answer = client.ask(b"oops\r\n\r\n")
        assert (answer.status, answer.closes) == (400, True)
        assert client.is_closed()
    with _spoken_to(tls_server) as client:
        assert client.ask(get("/", "Connection: close")).status == 200
        assert client.is_closed()
    with _spoken_to(tls_server) as client:
        assert client.ask(b"GET / HT").status == 408


def test_end_of_the_server_ends_idle_tls_connections(echo: EchoOrg, folder: Path) -> None:
    with serve(echo, tls=True, tls_folder=folder) as server, _spoken_to(server) as client:
        assert client.ask(get("/")).status == 200
        server.close()
        assert client.is_closed()


def test_private_keys_are_private(tls_server: Server, folder: Path) -> None:
    assert tls_server.ca_path == folder / "ca.pem"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    private = [path for path in folder.iterdir() if b"PRIVATE" in path.read_bytes()]
    assert private == [folder / "server.key"]
    assert stat.S_IMODE(private[0].stat().st_mode) == 0o600


def test_temporary_certificates_go_with_the_server(echo: EchoOrg) -> None:
    with serve(echo, tls=True) as server:
        assert server.ca_path is not None
        assert server.ca_path.is_file()
    assert not server.ca_path.parent.exists()


def test_without_tls_there_is_no_authority(server: Server) -> None:
    assert server.ca_path is None
