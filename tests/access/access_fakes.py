"""A transport that answers from a function and records what was asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.orgs.client import Budget, OrgClient, Reply

ROOT = "/services/data/v62.0"


@dataclass(slots=True, kw_only=True)
class FakeTransport:
    """Records every request; ``answer`` gets method, path and body."""

    answer: Callable[[str, str, Any], Reply]
    sent: list[tuple[str, str, Any]] = field(default_factory=list)

    def send(self, method: str, path: str, body: Any) -> Reply:
        self.sent.append((method, path, body))
        return self.answer(method, path, body)


def client(
    answer: Callable[[str, str, Any], Reply], *, limit: int | None = None
) -> tuple[OrgClient, FakeTransport]:
    """Return a client over a fake transport."""
    transport = FakeTransport(answer=answer)
    org = OrgClient(
        transport=transport, budget=Budget(limit=limit), api_version="62.0", username="acme@example.com"
    )
    return org, transport


def ok(payload: Any) -> Reply:
    return Reply(status=200, payload=payload)
