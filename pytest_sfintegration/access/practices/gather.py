"""Read the facts that some items need, as the setup user: the user's row, then one batch of queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pytest_sfintegration.access.practices.facts import PracticeFacts, Subject, UntoldError, UserFacts
from pytest_sfintegration.access.practices.readers import READERS, Reader, read_user, user_query
from pytest_sfintegration.access.practices.upkeep_readers import OPENED_BY, UPKEEP_READERS
from pytest_sfintegration.orgs.client import OrgClient, query_path
from pytest_sfintegration.orgs.errors import OrgError, RefusedError

__all__ = ["PURPOSE", "gather_practices", "queries_of"]

PURPOSE = "checklist"

Rows = Sequence[Mapping[str, Any]]

_UNREADABLE = frozenset({"INVALID_TYPE", "INVALID_FIELD", "INSUFFICIENT_ACCESS", "FUNCTIONALITY_NOT_ENABLED"})
"""Codes of a table or column that the setup user may not read, or that is not in this org."""

_READERS = {**READERS, **UPKEEP_READERS}
_OPENS_MOST = "View Setup and Configuration"
_NOT_MODELLED = "NOT_SUPPORTED_BY_EMBEDDED_ORG"


def gather_practices(
    setup: OrgClient, username: str, kinds: Iterable[type], *, today: date, given: Iterable[object] = ()
) -> PracticeFacts:
    """Return the groups of facts; what one could not be told for stands in the facts, and ends nothing.

    ``given`` are groups that no org is asked for. Two calls, and one more for each that is the Tooling API's.
    """
    told: dict[type, object] = {type(each): each for each in given}
    wanted = [kind for kind in dict.fromkeys(kinds) if kind not in told]
    if not wanted:
        return PracticeFacts(told=told)
    try:
        rows = setup.query(user_query(username), purpose=PURPOSE)
    except OrgError as error:
        return PracticeFacts(told=told, untold=dict.fromkeys(wanted, _why(error)))
    if not rows:
        why = f"there is no user {username} in the org: check user.username in the matrix"
        return PracticeFacts(told=told, untold=dict.fromkeys(wanted, why))
    user = read_user(rows[0])
    told[UserFacts] = user
    subject = Subject(username=username, user_id=user.id, profile_id=user.profile_id, today=today)
    untold: dict[type, str] = {}
    readers = {kind: _READERS[kind] for kind in wanted if kind in _READERS}
    answers = _ask(setup, readers.values(), subject)
    for kind, reader in readers.items():
        found = [answers[text] for text in reader.queries(subject)]
        refused = [one for one in found if isinstance(one, OrgError)]
        if refused:
            untold[kind] = _why(refused[0])
            continue
        try:
            told[kind] = reader.read([one for one in found if not isinstance(one, OrgError)], subject)
        except (OrgError, UntoldError) as reason:
            untold[kind] = str(reason)
    return PracticeFacts(told=told, untold=untold)


def queries_of(kinds: Iterable[type]) -> tuple[int, int]:
    """Return how many queries, and how many of the Tooling API, some groups of facts take."""
    subject = Subject(username="", user_id="", profile_id="", today=date.min)
    readers = [_READERS[kind] for kind in kinds if kind in _READERS]
    tooling = {text for one in readers if one.tooling for text in one.queries(subject)}
    plain = {text for one in readers if not one.tooling for text in one.queries(subject)}
    return len(plain), len(tooling)


def _ask(setup: OrgClient, readers: Iterable[Reader], subject: Subject) -> dict[str, Rows | OrgError]:
    """Return the rows of every query, or why there are none."""
    readers = list(readers)
    plain = list(dict.fromkeys(text for one in readers if not one.tooling for text in one.queries(subject)))
    answers: dict[str, Rows | OrgError] = {}
    if plain:
        answers.update(_tried(plain, lambda: setup.answers(plain, purpose=PURPOSE)))
    for text in dict.fromkeys(text for one in readers if one.tooling for text in one.queries(subject)):
        answers.update(_tried([text], lambda text=text: [_tooling(setup, text)]))  # type: ignore[misc]
    return answers


def _tried(texts: Sequence[str], ask: Callable[[], Sequence[Rows | OrgError]]) -> dict[str, Rows | OrgError]:
    try:
        return dict(zip(texts, ask(), strict=True))
    except OrgError as error:
        return dict.fromkeys(texts, error)


def _tooling(setup: OrgClient, text: str) -> Rows | OrgError:
    path = "/tooling" + query_path(text)
    reply = setup.send("GET", path, purpose=PURPOSE)
    records = setup.rows(reply, text, purpose=PURPOSE)
    return records or OrgError(f"no row came (query: {text[:200]})")


def _why(error: OrgError) -> str:
    """Return the reason in words: the table, and what its refusal means."""
    if not isinstance(error, RefusedError):
        return str(error)
    table = error.soql.partition(" FROM ")[2].split(" ")[0]
    if error.error.code == _NOT_MODELLED:
        return f"the embedded org does not model {table}"
    if error.error.code in _UNREADABLE:
        return (
            f"the setup user may not read {table}, or a column of it, or this org does not have it "
            f"({error.error.code}): give the setup user {OPENED_BY.get(table, _OPENS_MOST)}"
        )
    return f"{table} could not be read: {error.error}"
