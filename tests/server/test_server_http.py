"""HTTP/1.1 as clients speak it: framing, keep-alive, pipelining, HEAD, 100-continue, absolute targets."""

import gzip
import http.client
import socket
import time
import zlib

import pytest
from raw_client import EchoOrg, ask, assert_answers, connected, get, request, small_limits

from pytest_sfintegration.embedded.server import Server, ServerError, serve


def test_request_reaches_the_org_as_it_was_sent(server: Server, echo: EchoOrg) -> None:
    body = b'{"Name": "x"}'
    answer = ask(
        server,
        request("POST", "/a%20b/%C3%BC?q=a+b%20c", "X-Two: 1", "x-two: 2", "Content-Length: 13", body=body),
    )
    assert answer.json == {
        "method": "POST",
        "path": "/a b/ü",
        "query": "q=a+b%20c",
        "body": body.decode(),
        "base_url": "http://127.0.0.1:80",
        "source_ip": "127.0.0.1",
    }
    assert echo.requests[0].headers["x-two"] == "1, 2"


def test_connection_stays_open_with_exact_lengths(server: Server) -> None:
    with connected(server) as client:
        for number in range(50):
            answer = client.ask(get(f"/{number}"))
            assert answer.json["path"] == f"/{number}"
            assert int(answer.headers["content-length"]) == len(answer.body)
            assert not answer.closes


@pytest.mark.parametrize("path", ["/empty", "/unchanged"])
def test_204_and_304_have_neither_body_nor_length(server: Server, path: str) -> None:
    with connected(server) as client:
        client.send(get(path) + get("/next"))
        answer = client.read()
        assert answer.body == b""
        assert not {"content-length", "content-type", "transfer-encoding"} & set(answer.headers)
        assert client.read().json["path"] == "/next"


def test_head_has_the_length_of_the_body_that_it_leaves_out(server: Server) -> None:
    with connected(server) as client:
        head = client.ask(request("HEAD", "/x"), "HEAD")
        whole = client.ask(request("GOT_", "/x"))
        assert head.body == b""
        assert int(head.headers["content-length"]) == len(whole.body)


def test_pipelined_requests_are_answered_in_their_order(server: Server) -> None:
    piece = b"".join(
        request("PUT", f"/{number}", "Content-Length: 2", body=b"%02d" % number) for number in range(40)
    )
    with connected(server) as client:
        client.send(piece)
        for number in range(40):
            assert client.read().json["body"] == f"{number:02}"


def test_request_in_single_bytes_is_understood(server: Server) -> None:
    with connected(server) as client:
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request("POST", "/slow", "Content-Length: 3", body=b"abc"):
            client.send(bytes([byte]))
        assert client.read().json["body"] == "abc"


@pytest.mark.parametrize(
    "chunks",
    [
        b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        b"003;name=value\r\nabc\r\n2 ; x\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
        b"5\r\nabcde\r\n000\r\n\r\n",
    ],
)
def test_chunked_bodies_are_put_together(server: Server, chunks: bytes) -> None:
    with connected(server) as client:
        for _ in range(2):
            answer = client.ask(request("POST", "/", "Transfer-Encoding: chunked", body=chunks))
            assert answer.json["body"] == "abcde"


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_bodies_are_unpacked(server: Server, coding: str, pack: object) -> None:
    assert callable(pack)
    body = pack(b"abc" * 100)
    sent = request("POST", "/", f"Content-Encoding: {coding}", f"Content-Length: {len(body)}", body=body)
    assert ask(server, sent).json["body"] == "abc" * 100


def test_body_is_asked_for_when_the_client_waits(server: Server) -> None:
    with connected(server) as client:
        client.send(request("POST", "/", "Expect: 100-continue", "Content-Length: 3"))
        assert client.sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert client.ask(b"abc").json["body"] == "abc"


def test_body_that_comes_at_once_is_not_asked_for(server: Server) -> None:
    with connected(server) as client:
        client.send(request("POST", "/", "Expect: 100-continue", "Content-Length: 3", body=b"abc"))
        assert client.sock.recv(12) == b"HTTP/1.1 200"


def test_refused_length_spares_the_client_the_body(server: Server) -> None:
    answer = ask(server, request("POST", "/", "Expect: 100-continue", "Content-Length: 10001"))
    assert (answer.status, answer.closes) == (413, True)


def test_absolute_target_wins_over_the_host_header(server: Server) -> None:
    answer = ask(server, get("http://emulator.my.salesforce.com:81/path?a=b"))
    assert answer.json["base_url"] == "http://emulator.my.salesforce.com:81"
    assert (answer.json["path"], answer.json["query"]) == ("/path", "a=b")
    assert ask(server, get("http://localhost?a=b")).json["path"] == "/"


@pytest.mark.parametrize(
    "host", ["localhost", "[::1]:99", "x--y.sandbox.my.salesforce.com", "login.salesforce.com"]
)
def test_base_url_is_the_address_that_the_client_used(server: Server, host: str) -> None:
    sent = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    assert ask(server, sent).json["base_url"] == f"http://{host}"


def test_close_and_http10_end_the_connection(server: Server) -> None:
    for sent in (get("/", "Connection: Close"), b"GET / HTTP/1.0\r\n\r\n"):
        with connected(server) as client:
            answer = client.ask(sent)
            assert (answer.status, answer.closes) == (200, True)
            assert answer.json["base_url"].startswith("http://127.0.0.1")
            assert client.is_closed()


def test_half_closed_client_still_gets_its_answers(server: Server) -> None:
    with connected(server) as client:
        client.send(get("/1") + get("/2"))
        client.sock.shutdown(socket.SHUT_WR)
        assert client.read().json["path"] == "/1"
        assert client.read().json["path"] == "/2"
        assert client.is_closed()


def test_empty_lines_before_a_request_are_ignored(server: Server) -> None:
    assert ask(server, b"\r\n\r\n" + get("/x")).json["path"] == "/x"


def test_header_values_cannot_inject_headers(server: Server) -> None:
    answer = ask(server, get("/header"))
    assert answer.headers["location"] == "/a Injected: yes"
    assert "injected" not in answer.headers


def test_fault_of_the_org_is_a_500_and_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with connected(server) as client:
        answer = client.ask(get("/fail?token=secret"))
        assert (answer.status, answer.code) == (500, "UNKNOWN_EXCEPTION")
        assert client.ask(get("/next")).status == 200
    assert "a fault of the org's" in caplog.text
    assert "secret" not in caplog.text


def test_large_answers_arrive_whole(server: Server) -> None:
    assert len(ask(server, get("/large")).body) == 5_000_000


def test_calls_do_not_wait_for_acknowledgements(echo: EchoOrg) -> None:
    """http.client writes head and body apart: with Nagle, or two writes of ours, a call would take 40 ms."""
    with serve(echo) as server:
        client = http.client.HTTPConnection(server.host, server.port, timeout=10)
        begin = time.perf_counter()
        for _ in range(50):
            client.request("POST", "/", body=b"x" * 100, headers={"Content-Type": "text/plain"})
            assert client.getresponse().read()
        client.close()
    assert (time.perf_counter() - begin) / 50 < 0.02


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="only Linux acknowledges on demand")
def test_body_that_waits_for_the_heads_acknowledgement_is_not_kept_waiting(server: Server) -> None:
    """urllib3 leaves Nagle on for proxied sockets: a small body waits until the head is acknowledged."""
    with connected(server) as client:
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        begin = time.perf_counter()
        for _ in range(30):
            client.send(request("POST", "/", "Content-Length: 3"))
            assert client.ask(b"abc").json["body"] == "abc"
    assert (time.perf_counter() - begin) / 30 < 0.02


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.0.2.1", "localhost", "example.com", ""],  # noqa: S104 - to be refused
)
def test_other_addresses_than_loopback_are_refused(echo: EchoOrg, host: str) -> None:
    with pytest.raises(ServerError, match=r"Use 127\.0\.0\.1 or ::1"):
        serve(echo, host=host)


def test_ipv6_loopback_is_served(echo: EchoOrg) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with serve(echo, host="::1") as server:
        assert server.base_url == f"http://[::1]:{server.port}"
        assert_answers(server)


@pytest.mark.parametrize("port", [-1, 65_536])
def test_impossible_ports_are_refused(echo: EchoOrg, port: int) -> None:
    with pytest.raises(ServerError, match="Name a free port"):
        serve(echo, port=port)


def test_port_that_is_taken_is_refused(server: Server, echo: EchoOrg) -> None:
    with pytest.raises(ServerError, match=r"cannot listen on 127\.0\.0\.1, port \d+"):
        serve(echo, port=server.port)


def test_end_waits_for_answers_and_ends_idle_connections(echo: EchoOrg) -> None:
    with serve(echo, limits=small_limits(idle_time=60)) as server, connected(server) as client:
        assert client.ask(get("/")).status == 200
        begin = time.monotonic()
        server.close()
        assert time.monotonic() - begin < 2
        assert client.is_closed()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((server.host, server.port), timeout=5)
        server.close()
