"""What is not HTTP, too large or too slow: refused with the right status, and the next client is served."""

import contextlib
import random
import re
import socket
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_client import EchoOrg, RawClient, ask, assert_answers, connected, get, request, small_limits

from pytest_sfintegration.embedded.server import Server, serve
from pytest_sfintegration.embedded.server.limits import Limits
from pytest_sfintegration.embedded.server.message import HttpError, parse_head, parse_target

HOST = b"Host: x\r\n"
MALFORMED = {
    "no version": b"GET /\r\n" + HOST + b"\r\n",
    "four words": b"GET / / HTTP/1.1\r\n" + HOST + b"\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n",
    "tab": b"GET\t/\tHTTP/1.1\r\n" + HOST + b"\r\n",
    "no method": b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "method with a colon": b"GE:T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "not HTTP": b"\x00\x01\x02\x03\r\n\r\n",
    "wrong protocol": b"GET / HTTQ/1.1\r\n" + HOST + b"\r\n",
    "version of letters": b"GET / HTTP/one\r\n" + HOST + b"\r\n",
    "target without a slash": b"GET x HTTP/1.1\r\n" + HOST + b"\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "fragment": b"GET /a#b HTTP/1.1\r\n" + HOST + b"\r\n",
    "other scheme": b"GET ftp://x/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "target not ASCII": b"GET /\xfc HTTP/1.1\r\n" + HOST + b"\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two sessions": get("/", "Authorization: Bearer a", "Authorization: Bearer b"),
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "empty host": b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "host with a path": b"GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
    "host with a user": b"GET / HTTP/1.1\r\nHost: me@x\r\n\r\n",
    "host with markup": b"GET / HTTP/1.1\r\nHost: x<y>\r\n\r\n",
    "header without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"oops\r\n\r\n",
    "header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n",
    "space before the colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"A: b\x00c\r\n\r\n",
    "CR in a header": b"GET / HTTP/1.1\r\n" + HOST + b"A: b\rc\r\n\r\n",
    "lines ended by LF": b"GET / HTTP/1.1\nHost: x\n\n",
    "one line ended by LF": b"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
    "length of letters": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: ten\r\n\r\n",
    "length with a sign": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +3\r\n\r\nabc",
    "negative length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -3\r\n\r\nabc",
    "empty length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length:\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "list of lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3, 3\r\n\r\nabc",
    "length and chunks": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}
CHUNKED = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
MALFORMED |= {
    f"chunks {chunks!r}": CHUNKED + chunks
    for chunks in (
        b"x\r\n",
        b"\r\n",
        b"-1\r\n",
        b"0x3\r\nabc\r\n",
        b"3\r\nabcd\r\n",
        b"3 3\r\nabc\r\n",
        b"3" * 2000,
        b"00000000000000003\r\nabc\r\n0\r\n\r\n",
    )
}
REFUSED = {
    "HTTP/2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/0.9": (505, b"GET / HTTP/0.9\r\n\r\n"),
    "other coding": (501, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
    "other expectation": (417, get("/", "Expect: miracles")),
    "other content coding": (
        415,
        request("POST", "/", "Content-Encoding: br", "Content-Length: 1", body=b"x"),
    ),
    "CONNECT without TLS": (
        501,
        b"CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: login.salesforce.com\r\n\r\n",
    ),
    "long target": (414, get("/" + "a" * 2_000)),
    "endless target": (414, b"GET /" + b"a" * 4_000),
    "long headers": (431, get("/", "A: " + "b" * 2_000)),
    "endless headers": (431, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 400),
    "many headers": (431, get("/", *(f"A{number}: b" for number in range(30)))),
    "long body": (413, request("POST", "/", "Content-Length: 10001")),
    "enormous body": (413, request("POST", "/", "Content-Length: " + "9" * 1_000)),
    "long chunk": (413, CHUNKED + b"ffff\r\n"),
    "many chunks": (413, CHUNKED + (b"800\r\n" + b"x" * 0x800 + b"\r\n") * 5),
    "many trailers": (431, CHUNKED + b"0\r\n" + b"A: b\r\n" * 60),
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_malformed_http_is_a_400_and_ends_the_connection(server: Server, echo: EchoOrg, sent: bytes) -> None:
    with connected(server) as client:
        answer = client.ask(sent)
        assert (answer.status, answer.code, answer.closes) == (400, "HTTP_400", True)
        assert client.is_closed()
    assert echo.requests == []
    assert_answers(server)


@pytest.mark.parametrize(("status", "sent"), REFUSED.values(), ids=REFUSED)
def test_refusals_have_their_status(server: Server, echo: EchoOrg, status: int, sent: bytes) -> None:
    with connected(server) as client:
        answer = client.ask(sent)
        assert (answer.status, answer.code, answer.closes) == (status, f"HTTP_{status}", True)
        assert client.is_closed()
    assert echo.requests == []
    assert_answers(server)


def test_bounds_are_the_last_size_that_is_served(server: Server) -> None:
    body = b"x" * 10_000
    assert ask(server, request("POST", "/", "Content-Length: 10000", body=body)).status == 200
    head = get("/", "A: ")
    exact = get("/", "A: " + "b" * (2_000 - len(head) + len(b"\r\n\r\n")))
    assert ask(server, exact).status == 200
    assert ask(server, exact.replace(b"A: ", b"A: b")).status == 431


def test_refusal_is_read_by_a_client_that_still_sends(echo: EchoOrg) -> None:
    """Closing on unread bytes would reset the connection, and the client would see a broken pipe, no 413."""
    body = b"x" * 30_000_000
    with serve(echo, limits=small_limits(linger_time=5)) as server, connected(server) as client:
        client.send(request("POST", "/", f"Content-Length: {len(body)}", body=body))
        assert client.read().status == 413


def test_compressed_bombs_are_refused(server: Server) -> None:
    bomb = zlib.compress(bytes(5_000_000))
    sent = request("POST", "/", "Content-Encoding: deflate", f"Content-Length: {len(bomb)}", body=bomb)
    assert ask(server, sent).status == 413


@pytest.mark.parametrize("body", [b"plain", zlib.compress(b"x")[:-2], zlib.compress(b"x") + b"more"])
def test_broken_compression_is_a_400(server: Server, body: bytes) -> None:
    sent = request("POST", "/", "Content-Encoding: deflate", f"Content-Length: {len(body)}", body=body)
    assert ask(server, sent).status == 400


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        request("POST", "/", "Content-Length: 10", body=b"abc"),
        CHUNKED + b"5\r\nab",
    ],
)
def test_slow_clients_are_timed_out(server: Server, sent: bytes) -> None:
    begin = time.monotonic()
    with connected(server) as client:
        assert client.ask(sent).status == 408
        assert client.is_closed()
    assert time.monotonic() - begin < 3
    assert_answers(server)


def test_dripping_clients_are_timed_out(server: Server) -> None:
    """Every byte arrives in time, the request does not."""
    begin = time.monotonic()
    with connected(server) as client, contextlib.suppress(ConnectionError):
        client.send(b"GET /")
        while time.monotonic() - begin < 2:
            time.sleep(0.02)
            client.send(b"a")
    assert time.monotonic() - begin < 1.9
    assert_answers(server)


def test_idle_connections_end_without_a_word(echo: EchoOrg) -> None:
    with serve(echo, limits=small_limits(idle_time=0.1)) as server:
        for sent in (b"", get("/")):
            with connected(server) as client:
                if sent:
                    assert client.ask(sent).status == 200
                assert client.is_closed()


def test_client_that_takes_no_answer_is_let_go(echo: EchoOrg) -> None:
    with serve(echo, limits=small_limits(answer_time=0.2)) as server:
        with connected(server) as client:
            client.send(get("/large") * 3)
            time.sleep(0.5)
            assert_answers(server)
        assert_answers(server)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HT",
        request("POST", "/", "Content-Length: 10", body=b"abc"),
        CHUNKED + b"5\r\nab",
    ],
)
def test_request_cut_off_by_the_client_is_a_400(server: Server, echo: EchoOrg, sent: bytes) -> None:
    with connected(server) as client:
        client.send(sent)
        client.sock.shutdown(socket.SHUT_WR)
        assert client.read().status == 400
    assert echo.requests == []


def test_clients_that_vanish_do_no_harm(server: Server) -> None:
    for sent in (b"", b"G", get("/"), get("/large"), request("POST", "/", "Content-Length: 9"), b"\x16\x03"):
        for reset in (False, True):
            sock = socket.create_connection((server.host, server.port), timeout=5)
            if reset:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            sock.sendall(sent)
            sock.close()
    assert_answers(server)


def test_tls_without_tls_is_told_so(server: Server) -> None:
    with connected(server) as client:
        answer = client.ask(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert answer.status == 400
        assert b"--tls" in answer.body


def test_more_connections_than_allowed_get_a_503(echo: EchoOrg) -> None:
    with serve(echo, limits=small_limits(connections=3)) as server, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(3)]
        assert all(client.ask(get("/")).status == 200 for client in clients)
        with connected(server) as fourth:
            assert fourth.read().status == 503
            assert fourth.is_closed()
        clients[0].send(get("/", "Connection: close"))
        assert clients[0].read().status == 200
        assert clients[0].is_closed()
        assert_answers_soon(server)


def assert_answers_soon(server: Server) -> None:
    end = time.monotonic() + 2
    while time.monotonic() < end:
        with contextlib.suppress(OSError), connected(server) as client:
            if client.ask(get("/alive")).status == 200:
                return
        time.sleep(0.01)
    pytest.fail("the freed place is not given to anybody")


def test_mutilated_requests_never_hang_nor_harm(echo: EchoOrg) -> None:
    """Sound requests with bytes changed, dropped and doubled: each gets an answer or an end, soon."""
    dice = random.Random(20)  # noqa: S311 - chosen, not secret
    sound = [
        get("/a?b=c", "A: b", "Connection: keep-alive"),
        request("POST", "/", "Content-Length: 5", body=b"abcde"),
        CHUNKED + b"3\r\nabc\r\n0\r\n\r\n",
    ]
    limits = small_limits(head_time=0.02, body_time=0.02, idle_time=0.05, linger_time=0.01)
    with serve(echo, limits=limits) as server:
        for _ in range(80):
            sent = bytearray(dice.choice(sound))
            for _ in range(dice.randrange(1, 4)):
                at = dice.randrange(len(sent))
                sent[at : at + dice.randrange(2)] = dice.randbytes(dice.randrange(3))
            with connected(server) as client, contextlib.suppress(ConnectionError):
                client.send(bytes(sent))
                _read_all(client)
        assert_answers(server)


def _read_all(client: RawClient) -> None:
    data = bytearray()
    while piece := client.sock.recv(65_536):
        data += piece
    for found in re.finditer(rb"HTTP/1\.1 (\d+)", data):
        assert int(found[1]) in {100, 200, 400, 408, 411, 413, 414, 415, 417, 431, 501, 505}


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_head_or_an_http_error(raw: bytes) -> None:
    _head_or_error(raw)


@given(st.text(alphabet="GET /:\r\nHosthp1.\t #?[]@%", max_size=60))
@settings(max_examples=300, deadline=None)
def test_nearly_http_is_a_head_or_an_http_error(text: str) -> None:
    _head_or_error(f"GET /{text} HTTP/1.1\r\nHost: {text}".encode())


def _head_or_error(raw: bytes) -> None:
    try:
        head = parse_head(raw, Limits())
        target = parse_target(head, "127.0.0.1:1")
    except HttpError:
        return
    assert target.path.startswith("/")
    assert re.fullmatch(r"[\w.:~\[\]-]+", target.authority)
    assert all(name == name.lower() for name in head.headers)
