"""Many clients at once, and bodies that are no JSON and no XML, against a real org on the port."""

import gc
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from raw_client import Answer, ask, get, request
from server_load import DATA, build_org, drive

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.server import Server, serve
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.sfdx.facts import standard_objects, user_permissions
from pytest_sfintegration.sfdx.model import Source

CLIENTS = 100


@pytest.fixture(scope="module")
def source() -> Source:
    return replace(Source(), objects=standard_objects(), user_permissions=frozenset(user_permissions()))


@pytest.fixture
def org(source: Source) -> EmbeddedOrg:
    return build_org(source, CLIENTS)


@pytest.fixture
def org_server(org: EmbeddedOrg) -> Iterator[Server]:
    with serve(org) as running:
        yield running


def _open_files() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir())) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112


def test_a_hundred_clients_at_once_all_get_right_answers(org: EmbeddedOrg) -> None:
    before = _open_files()
    with serve(org) as server:
        tally = drive(server, org, clients=CLIENTS, seconds=2.0)
        again = drive(server, org, clients=1, seconds=0.1)
    assert tally.wrong == []
    assert again.wrong == []
    assert set(tally.calls) == {"denied", "create", "read", "update", "query", "delete"}
    assert min(tally.calls.values()) >= CLIENTS / 2, "every client came to its turn"
    assert _open_files() <= before


class _OneByOne:
    """An org that notices a request that comes before the last answer was put into bytes."""

    def __init__(self) -> None:
        self.busy = self.overlapped = False

    def handle(self, _request: Request) -> Response:
        self.overlapped |= self.busy
        self.busy = True
        return _SlowResponse(status=200, payload=self)


class _SlowResponse(Response):
    def body(self) -> bytes:
        time.sleep(0.005)
        self.payload.busy = False
        return b"{}"


def test_answers_are_put_into_bytes_before_the_org_changes() -> None:
    """A payload is the org's own: with the next request it may be another."""
    org = _OneByOne()
    with serve(org) as server:
        threads = [threading.Thread(target=ask, args=(server, get("/"))) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not org.overlapped


def _post(server: Server, path: str, kind: str, body: bytes, token: str = "") -> Answer:
    headers = [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    headers += [f"Authorization: Bearer {token}"] if token else []
    return ask(server, request("POST", path, *headers, body=body))


BROKEN_JSON = {
    "empty": b"",
    "cut off": b'{"Name": "x"',
    "no JSON": b"Name=x",
    "not UTF-8": b'{"Name": "\xff\xfe"}',
    "number": b"5",
    "null": b"null",
    "list": b"[1, 2]",
    "list of lists": b"[[[]]]",
    "nested beyond bounds": b"[" * 20_000 + b"]" * 20_000,
    "nested objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "enormous number": b'{"AnnualRevenue": ' + b"9" * 5_000 + b"}",
    "not a number": b'{"AnnualRevenue": NaN}',
    "lone surrogate": rb'{"Name": "\ud800"}',
    "NUL": b'{"Name": "\\u0000"}\x00',
    "object as a value": b'{"Name": {"a": []}}',
    "nothing as a name": b'{"": 1, "attributes": 7}',
}
PATHS = [
    "/sobjects/Account",
    "/composite",
    "/composite/batch",
    "/composite/sobjects",
    "/composite/graph",
    "/composite/tree/Account",
]


@pytest.mark.parametrize("body", BROKEN_JSON.values(), ids=BROKEN_JSON)
def test_broken_json_is_refused_and_the_org_lives_on(
    org: EmbeddedOrg, org_server: Server, body: bytes
) -> None:
    token = org.login_token("user0@load.example")
    for path in PATHS:
        answer = _post(org_server, DATA + path, "application/json", body, token)
        assert answer.status < 500 or answer.status == 501, (path, answer)
        assert answer.json is not None
    sound = _post(org_server, f"{DATA}/sobjects/Account", "application/json", b'{"Name": "x"}', token)
    assert sound.status == 201


BROKEN_XML = {
    "empty": b"",
    "cut off": b"<se:Envelope><se:Body>",
    "no XML": b'{"username": "x"}',
    "not UTF-8": b"<a>\xff</a>",
    "no body": b'<se:Envelope xmlns:se="http://schemas.xmlsoap.org/soap/envelope/"/>',
    "entities": b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "nested beyond bounds": b"<a>" * 50_000 + b"</a>" * 50_000,
    "UTF-16 bomb": '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'.encode("utf-16"),
}


@pytest.mark.parametrize("body", BROKEN_XML.values(), ids=BROKEN_XML)
def test_broken_xml_is_refused_and_the_org_lives_on(org_server: Server, body: bytes) -> None:
    answer = _post(org_server, "/services/Soap/u/59.0", "text/xml", body)
    assert 400 <= answer.status <= 501
    assert b"UNKNOWN_EXCEPTION" not in answer.body
    assert b"root:" not in answer.body
    login = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        b'<login xmlns="urn:partner.soap.sforce.com"><username>user0@load.example</username>'
        b"<password>password-0</password></login></e:Body></e:Envelope>"
    )
    assert b"<sessionId>" in _post(org_server, "/services/Soap/u/59.0", "text/xml", login).body
