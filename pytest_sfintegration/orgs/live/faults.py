"""What to do with one answer, or with none: pure decisions, told apart by status and errorCode alone.

A read may be asked again. A write may be asked again only when the org says that it did not do it; where that
is not sure, its outcome stays unknown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pytest_sfintegration.orgs.client import Reply, first_error

__all__ = ["Act", "Answer", "Broken", "Decision", "decide", "is_repeatable"]

_JSON_WRITE_SAFE = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"})
"""Codes that say that nothing was done (SOAP API Developer Guide, ExceptionCode)."""

_EMPTY = frozenset({204, 304})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer as it came."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_json(self) -> bool:
        """Whether the answer says that it is JSON."""
        return "json" in self.headers.get("content-type", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """No whole answer came. ``sent``: the request may have been received. ``fatal``: it will be so again."""

    why: str
    sent: bool
    fatal: bool = False


class Act(StrEnum):
    """What to do next."""

    ACCEPT = "accept"
    REPEAT = "repeat"
    RENEW = "renew"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The next step and why; ``wait`` is what the org asked for, in seconds.

    ``unknown``: it was a write, and it may have been done.
    """

    act: Act
    why: str = ""
    wait: float | None = None
    reply: Reply | None = None
    unknown: bool = False


def is_repeatable(method: str, path: str, body: Any) -> bool:
    """Tell whether doing a request twice does no more than doing it once.

    Reads, many reads in one, and the deletion of records by id: a second one finds them deleted.
    """
    if method in {"GET", "HEAD"}:
        return True
    if method == "POST" and path.endswith(("/composite", "/composite/batch")) and isinstance(body, Mapping):
        parts = body.get("batchRequests") or body.get("compositeRequest") or ()
        return bool(parts) and all(one["method"] == "GET" for one in parts)
    return method == "DELETE" and "/composite/sobjects?ids=" in path


def decide(attempt: Answer | Broken, *, repeatable: bool, json_only: bool = True) -> Decision:
    """Return what to do with an attempt. Without ``json_only`` an answer of any kind will do."""
    if isinstance(attempt, Broken):
        if attempt.fatal or (attempt.sent and not repeatable):
            return _unknown(attempt.why) if attempt.sent and not repeatable else _stop(attempt.why)
        return Decision(act=Act.REPEAT, why=attempt.why)
    if attempt.status in _REDIRECTS:
        why = f"the org has moved (HTTP {attempt.status}): log in again, and give its My Domain as url"
        return _stop(why)
    return _answered(attempt, repeatable=repeatable, json_only=json_only)


def _answered(attempt: Answer, *, repeatable: bool, json_only: bool) -> Decision:
    payload = _payload(attempt)
    reply = Reply(status=attempt.status, payload=payload)
    if attempt.status == 401:  # noqa: PLR2004 - the session is dead: nothing was done
        return Decision(act=Act.RENEW, why=str(reply.error()), reply=reply)
    other = not json_only and attempt.status < 500 and not attempt.is_json  # noqa: PLR2004
    if attempt.status in _EMPTY or (payload is None and other):
        return Decision(act=Act.ACCEPT, reply=reply)
    if payload is None:
        return _not_json(attempt, repeatable=repeatable)
    return (
        Decision(act=Act.ACCEPT, reply=reply) if reply.ok else _refused(attempt, reply, repeatable=repeatable)
    )


def _refused(attempt: Answer, reply: Reply, *, repeatable: bool) -> Decision:
    code = first_error(attempt.status, reply.payload).code
    if code in _JSON_WRITE_SAFE or attempt.status == 429:  # noqa: PLR2004 - too many requests: nothing was done
        return Decision(act=Act.REPEAT, why=str(reply.error()), wait=_wait(attempt), reply=reply)
    if attempt.status >= 500:  # noqa: PLR2004
        if repeatable:
            return Decision(act=Act.REPEAT, why=str(reply.error()), wait=_wait(attempt), reply=reply)
        return _unknown(str(reply.error()))
    return Decision(act=Act.ACCEPT, reply=reply)


def _not_json(attempt: Answer, *, repeatable: bool) -> Decision:
    if not attempt.body:
        why = f"the answer (HTTP {attempt.status}) is empty"
    elif attempt.is_json:
        why = f"the answer (HTTP {attempt.status}) broke off: it is no whole JSON"
    else:
        why = (
            f"a web page (HTTP {attempt.status}) came instead of JSON: the org is in maintenance "
            "(status.salesforce.com), a proxy stands in between, or url is not an org's address"
        )
    if attempt.status == 429:  # noqa: PLR2004 - refused at the door
        return Decision(act=Act.REPEAT, why=why, wait=_wait(attempt))
    if not repeatable and (attempt.status >= 500 or attempt.status < 300):  # noqa: PLR2004 - it may have been done
        return _unknown(why)
    if 300 <= attempt.status < 500:  # noqa: PLR2004 - it will be so again
        return _stop(why)
    return Decision(act=Act.REPEAT, why=why, wait=_wait(attempt))


def _stop(why: str) -> Decision:
    return Decision(act=Act.STOP, why=why)


def _unknown(why: str) -> Decision:
    words = f"{why}. It was a write: whether it was done is unknown, so it is not repeated"
    return Decision(act=Act.STOP, why=words, unknown=True)


def _payload(attempt: Answer) -> Any:
    """Return the JSON value; None for an answer that is none."""
    if not attempt.is_json and attempt.body[:1] not in {b"{", b"["}:
        return None
    try:
        return json.loads(attempt.body)
    except ValueError:
        return None


def _wait(attempt: Answer) -> float | None:
    """Return the seconds of Retry-After; a date in it is not read (no recording has one)."""
    given = attempt.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdigit() else None
