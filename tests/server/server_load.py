"""Many clients at once on one served org: each knows what every answer must be."""

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.server import Server
from pytest_sfintegration.embedded.specs import OrganizationSpec, UserSpec
from pytest_sfintegration.sfdx.model import Source

PROFILE = "Minimum Access - API Only Integrations"
DATA = "/services/data/v60.0"

_ENOUGH = 10**9
"""Calls a day: that the allocation runs out is no matter of these tests."""


@dataclass
class Tally:
    """What happened; ``wrong`` must stay empty."""

    calls: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


def build_org(source: Source, clients: int) -> EmbeddedOrg:
    """Return an org with one administrator and a powerless user for each pair of clients."""
    users = [
        UserSpec(
            username=f"user{number}@load.example",
            profile="System Administrator" if number % 2 == 0 else PROFILE,
            password=f"password-{number}",
        )
        for number in range(clients)
    ]
    return EmbeddedOrg(source, users, organization=OrganizationSpec(api_limit=_ENOUGH))


def drive(server: Server, org: EmbeddedOrg, *, clients: int, seconds: float) -> Tally:
    """Run the clients for a while, each on a connection that stays open; return what they saw."""
    tally, lock = Tally(), threading.Lock()
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_run, args=(_Client(server, org, number), end, tally, lock))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _run(client: "_Client", end: float, tally: Tally, lock: threading.Lock) -> None:
    try:
        while time.monotonic() < end:
            begin = time.perf_counter()
            for name in client.round():
                with lock:
                    tally.calls[name] += 1
            with lock:
                tally.slowest = max(tally.slowest, time.perf_counter() - begin)
    except Exception as error:  # noqa: BLE001 - every failure counts
        with lock:
            tally.wrong.append(f"client {client.number}: {type(error).__name__}: {error}")
    finally:
        client.connection.close()


class _Client:
    """One user on one connection; even ones may do everything, odd ones nothing."""

    def __init__(self, server: Server, org: EmbeddedOrg, number: int) -> None:
        self.number = number
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        self._token = org.login_token(f"user{number}@load.example")
        self._count = 0

    def round(self) -> list[str]:
        """Make a few calls, check each answer; raise AssertionError for a wrong one."""
        self._count += 1
        name = f"Client {self.number} round {self._count}"
        if self.number % 2:
            status, body = self._call("POST", "/sobjects/Account", {"Name": name})
            assert (status, body[0]["errorCode"]) == (404, "NOT_FOUND"), (status, body)
            return ["denied"]
        status, made = self._call("POST", "/sobjects/Account/", {"Name": name})
        assert (status, made["success"]) == (201, True), made
        path = f"/sobjects/Account/{made['id']}"
        status, record = self._call("GET", f"{path}?fields=Name")
        assert (status, record["Name"]) == (200, name), record
        status, body = self._call("PATCH", path, {"Name": f"{name}!"})
        assert (status, body) == (204, None), body
        query = f"/query?q=SELECT+Name+FROM+Account+WHERE+Id='{made['id']}'"
        status, found = self._call("GET", query)
        assert [row["Name"] for row in found["records"]] == [f"{name}!"], found
        status, body = self._call("DELETE", path)
        assert (status, body) == (204, None), body
        return ["create", "read", "update", "query", "delete"]

    def _call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        payload = None if body is None else json.dumps(body)
        self.connection.request(method, DATA + path, body=payload, headers=headers)
        response = self.connection.getresponse()
        data = response.read()
        return response.status, json.loads(data) if data else None
