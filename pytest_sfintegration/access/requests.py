"""Send requests that must be refused, and hold each refusal against the setup user's own answer."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from pytest_sfintegration.access.blocked_evidence import Control, RequestAnswer, RequestNeed
from pytest_sfintegration.access.effective import writable
from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.access.outcome import Outcome
from pytest_sfintegration.access.refusals import AMBIGUOUS, NOT_SUPPORTED, errors_of, of_reply
from pytest_sfintegration.access.request_paths import control_paths
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply, query_path
from pytest_sfintegration.orgs.describe import describe_objects
from pytest_sfintegration.orgs.errors import CallLimitError, OrgError
from pytest_sfintegration.orgs.records import RecordMaker

__all__ = ["CONTROLS", "PURPOSE", "Requester", "batchable", "controls_of", "sendable"]

PURPOSE = "blocked requests"
CONTROLS = "controls"

# What a composite batch may hold (REST API Developer Guide, Composite Batch).
_IN_A_BATCH = frozenset({"limits", "query", "queryAll", "search", "sobjects"})

_SOBJECT = re.compile(r"/services/data/v\d+\.\d/sobjects/(?P<object>\w+)(?:/|$)", re.ASCII)

_OF_A_FIELD = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})

_SERVER_ERROR = 500

_TAKES_NO_GET = frozenset({400, 405})
"""Statuses of a resource that is there and takes no GET, or not this one."""


def batchable(path: str, root: str) -> bool:
    """Tell whether a request can share a call with others."""
    if not path.startswith("/services/"):
        return True
    inside = path.removeprefix(root + "/")
    return inside != path and re.split("[/?]", inside, maxsplit=1)[0] in _IN_A_BATCH


def sendable(need: RequestNeed, levels: Collection[Level]) -> bool:
    """Tell whether a request may be sent: one that could change something only for enforced evidence."""
    return Level.ENFORCED in levels or (Level.DESCRIBED in levels and not need.writes)


class Requester:
    """Sends requests for one user. What a request made against expectation is removed again."""

    def __init__(
        self, *, setup: OrgClient, user: OrgClient, levels: Collection[Level], maker: RecordMaker
    ) -> None:
        self._setup = setup
        self._user = user
        self._levels = frozenset(levels)
        self._maker = maker
        self.answers: dict[str, RequestAnswer] = {}
        self.notes: list[str] = []

    def ask(self, needs: Sequence[RequestNeed]) -> None:
        """Send every request into ``answers``."""
        wanted = [one for one in needs if self._may_send(one)]
        replies = self._send_all(self._user, wanted, PURPOSE)
        for need in wanted:
            reply = replies[need.key]
            self.answers[need.key] = _answer(need, reply)
            if isinstance(reply, Reply) and reply.ok and need.writes:
                self._adopt(need, reply.payload)
        self._control([one for one in wanted if _needs_control(self.answers[one.key])])

    def _may_send(self, need: RequestNeed) -> bool:
        if sendable(need, self._levels):
            return True
        needed = Level.ENFORCED if need.writes else Level.DESCRIBED
        why = f"{need.method} requests are sent with evidence {needed} only, which was not gathered"
        self.answers[need.key] = RequestAnswer(outcome=Outcome(allowed=None, note=why))
        return False

    def _send_all(
        self, client: OrgClient, needs: Sequence[RequestNeed], purpose: str
    ) -> Mapping[str, Reply | OrgError]:
        together = [one for one in needs if batchable(_path(one), client.root)]
        found: dict[str, Reply | OrgError] = {}
        calls = [_call(one, client.root) for one in together]
        try:
            replies = client.batch(calls, purpose=purpose) if calls else []
            found.update({one.key: reply for one, reply in zip(together, replies, strict=True)})
        except CallLimitError:
            raise
        except OrgError as error:
            found.update(dict.fromkeys((one.key for one in together), error))
        for one in needs:
            if one.key not in found:
                found[one.key] = _send(client, one.method, _path(one), one.body, purpose)
        return found

    def _control(self, needs: Sequence[RequestNeed]) -> None:
        """Ask as the setup user: the same query or GET; else whether the resource exists."""
        asked = {one.key: controls_of(one) for one in needs}
        every = [one for some in asked.values() for one in some]
        replies = self._send_all(self._setup, every, CONTROLS)
        for need in needs:
            answer = self.answers[need.key]
            found = [_control_of(need, answer, replies[one.key]) for one in asked[need.key]]
            control = _weakest(found)
            if need.writes and answer.outcome.code in _OF_A_FIELD and control.exists:
                control = self._field_control(need)
            self.answers[need.key] = RequestAnswer(outcome=answer.outcome, rows=answer.rows, control=control)

    def _field_control(self, need: RequestNeed) -> Control:
        """Believe the denial of a field of the body when the setup user could write every one of them."""
        place = _SOBJECT.match(need.path)
        facts = None if place is None else describe_objects(self._setup, [place["object"]])[place["object"]]
        if facts is None or not isinstance(need.body, Mapping):
            return Control(exists=None, text="which field was refused, and whether it exists, cannot be told")
        named = [name for name in need.body if name != "attributes"]
        absent = [name for name in named if name not in facts.fields]
        if absent:
            return Control(exists=False, text=f"the setup user sees no {', '.join(absent)} either")
        wrong = [name for name in named if not writable(facts.fields[name])]
        if wrong:
            return Control(exists=None, text=f"the setup user cannot write {', '.join(wrong)} either")
        return Control(exists=True, text="the setup user can write every field of the body")

    def _adopt(self, need: RequestNeed, payload: Any) -> None:
        """Take over the records that a request made which was to be refused."""
        made = [one["id"] for one in _items(payload) if one.get("success") and one.get("id")]
        if need.method == "POST" and made:
            for record_id in made:
                self._maker.adopt(record_id)
            return
        self.notes.append(f"{need.method} {need.path} was not refused: what it changed in the org stays so")


def _items(payload: Any) -> list[Mapping[str, Any]]:
    found = payload if isinstance(payload, list) else [payload]
    return [one for one in found if isinstance(one, Mapping)]


def _path(need: RequestNeed) -> str:
    return need.path if need.soql is None else query_path(need.soql)


def _call(need: RequestNeed, root: str) -> Call:
    return Call(method=need.method, path=_path(need).removeprefix(root), body=need.body)


def _send(client: OrgClient, method: str, path: str, body: Any, purpose: str) -> Reply | OrgError:
    try:
        return client.send(method, path, body, purpose=purpose)
    except CallLimitError:
        raise
    except OrgError as error:
        return error


def _answer(need: RequestNeed, reply: Reply | OrgError) -> RequestAnswer:
    if isinstance(reply, OrgError):
        return RequestAnswer(outcome=Outcome(allowed=None, note=f"no answer came: {reply}"))
    path = need.path if need.soql is None else "/services/data/query"
    outcome = of_reply(reply, method=need.method, path=path, body=need.body, accepted=need.accepted)
    return RequestAnswer(outcome=outcome, rows=_rows(need, reply))


def _rows(need: RequestNeed, reply: Reply) -> int | None:
    """Return the size of a query's answer, also of one that is written as a request, and of a collection."""
    if need.soql is None and not need.writes and reply.ok and isinstance(reply.payload, list):
        return sum(1 for one in reply.payload if one is not None)
    place = unquote(urlsplit(need.path).path).rstrip("/").lower()
    if need.soql is None and not place.endswith(("/query", "/queryall")):
        return None
    if not reply.ok or not isinstance(reply.payload, Mapping):
        return None
    total = reply.payload.get("totalSize")
    return total if isinstance(total, int) else None


def _needs_control(answer: RequestAnswer) -> bool:
    return answer.outcome.allowed is False or answer.rows == 0


def controls_of(need: RequestNeed) -> list[RequestNeed]:
    """Return what the setup user is asked: the same, or a GET of what a request is about."""
    if not need.writes:
        return [need]
    return [RequestNeed(key=f"{need.key} {path}", path=path) for path in control_paths(need)]


def _weakest(found: Sequence[Control]) -> Control:
    """Return the control that proves the least."""
    if not found:
        return Control(exists=None, text="the request does not tell what it is about")
    return min(found, key=lambda one: (one.exists is not False, one.exists is not None))


def _control_of(  # noqa: PLR0911 - one for each thing that the setup user may be answered
    need: RequestNeed, answer: RequestAnswer, reply: Reply | OrgError
) -> Control:
    if isinstance(reply, OrgError):
        return Control(exists=None, text=f"the setup user got no answer: {reply}")
    errors = [one for one in errors_of(reply) if one is not None]
    if not errors:
        if need.writes:
            text = f"the resource exists for the setup user, whose own {need.method} was not sent"
            return Control(exists=True, text=text)
        word = "query" if need.soql is not None else "request"
        return Control(exists=True, text=f"the setup user's same {word} is answered", rows=_rows(need, reply))
    error = errors[0]
    if error.code == NOT_SUPPORTED and answer.outcome.code not in AMBIGUOUS:
        text = f"{answer.outcome.code} is said of what exists alone; the embedded org does not go further"
        return Control(exists=True, text=text)
    if error.status >= _SERVER_ERROR or error.code == NOT_SUPPORTED:
        return Control(exists=None, text=f"the setup user's control failed: {error}")
    outcome = of_reply(reply, method="GET", path=need.path, body=None)
    if need.writes and error.status in _TAKES_NO_GET and outcome.allowed is not False:
        text = f"the resource exists ({error.code} to a GET of the setup user; no {need.method} was sent)"
        return Control(exists=True, text=text)
    if outcome.allowed is False and error.code in AMBIGUOUS:
        return Control(exists=False, text=f"the setup user is refused too: {error}")
    return Control(exists=None, text=f"the setup user's control failed: {error}")
