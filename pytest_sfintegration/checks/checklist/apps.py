"""Judge the connected or external client apps that the integration logs in through.

ConnectedApplication tells of no scopes, IP relaxation or run-as user, and no table tells the scopes of an
external client app: there the source beside the matrix is believed, and named.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pytest_sfintegration.access.practices.facts import (
    ConnectedApp,
    ConnectedApps,
    ExternalApp,
    ExternalApps,
    PracticeFacts,
    Preauthorized,
    UserFacts,
)
from pytest_sfintegration.access.practices.hints import AppHints, PracticeHints
from pytest_sfintegration.checks.checklist.outcome import Outcome, State, met, not_met, undeclared, untold
from pytest_sfintegration.checks.checklist.words import listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.checklist.values import App
from pytest_sfintegration.matrix.model import Named

__all__ = [
    "judge_app",
    "judge_ip_relaxation",
    "judge_preauthorization",
    "judge_refresh_token",
    "judge_run_as",
    "judge_scopes",
]

_CONNECTED, _EXTERNAL = "connected app", "external client app"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An app that is declared, as the org and the source have it."""

    rule: App
    connected: ConnectedApp | None = None
    external: ExternalApp | None = None
    hints: AppHints | None = None
    source: bool = False

    @property
    def id(self) -> str:
        """The id of the app, as SetupEntityAccess has it, in 15 characters."""
        row = self.connected or self.external
        return "" if row is None else row.id[:15]

    def from_source(self, what: str, given: object) -> str:
        """Return why the source does not tell either."""
        if not self.source:
            return f"no table of the API tells {what} of {self.rule.name}, and no source is beside the matrix"
        if self.hints is None:
            return f"no table of the API tells {what} of {self.rule.name}, and the source does not hold it"
        assert given is None  # noqa: S101 - else it is told
        return f"no table of the API tells {what} of {self.rule.name}, nor does {self.hints.path}"


_Told = tuple[str, tuple[str, ...]]
"""What is observed of one app, and what is wrong with it."""

_Judge = Callable[[_Seen, PracticeFacts], "_Told | Outcome | None"]
"""Judge one app; None: nothing is declared of it."""


def judge_app(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Look for the app in the org, and whether admin approved users alone may use it."""

    def judge(seen: _Seen, _facts: PracticeFacts) -> "_Told | Outcome | None":
        name = seen.rule.name
        if seen.connected is not None:
            approved: bool | None = seen.connected.admin_approved_only
        elif seen.external is not None:
            approved = seen.external.admin_approved_only
        else:
            return f"{name}: not there", (f"the org has no {seen.rule.kind or 'app'} {name}",)
        if approved is None:
            return untold(f"the org has no OAuth policies of {name}: who may use it is not told")
        problem = f"{name}: all users may authorise themselves"
        return (f"{name}: admin approved users", ()) if approved else (problem, (problem,))

    return _each(facts, row, judge, "installed, for admin approved users alone")


def judge_preauthorization(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the permission sets and profiles that are pre-authorised, both ways."""

    def judge(seen: _Seen, facts: PracticeFacts) -> "_Told | Outcome | None":
        rule = seen.rule
        if rule.permission_sets is None and rule.profiles is None:
            return None
        if not seen.id:
            return f"{rule.name}: not there", (f"the org has no {rule.kind or 'app'} {rule.name}",)
        found = facts.of(Preauthorized).by_app.get(seen.id, ())
        problems: list[str] = []
        for kind, asked in (("permission set", rule.permission_sets), ("profile", rule.profiles)):
            there = [name for each, name in found if each == kind]
            problems += _differences(f"{kind} ", asked or (), there, f" for {rule.name}")
        names = listed([f"{kind} {name}" for kind, name in found]) or "nobody"
        return f"{rule.name}: {names}", tuple(problems)

    return _each(facts, row, judge, "exactly the permission sets and profiles declared")


def judge_scopes(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the OAuth scopes, both ways, as the source declares them."""

    def judge(seen: _Seen, _facts: PracticeFacts) -> "_Told | Outcome | None":
        if seen.rule.scopes is None:
            return None
        found = None if seen.hints is None else seen.hints.scopes
        if found is None or seen.hints is None:
            return untold(seen.from_source("the scopes", found))
        problems = _differences("scope ", seen.rule.scopes, found, f" of {seen.rule.name}")
        observed = f"{seen.rule.name}: {listed(found) or 'no scope'} (declared in {seen.hints.path})"
        return observed, tuple(problems)

    return _each(facts, row, judge, "exactly the scopes declared")


def judge_ip_relaxation(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the IP relaxation of the app."""
    return _each(
        facts,
        row,
        lambda seen, _: _compared(
            seen,
            "IP relaxation",
            seen.rule.ip_relaxation,
            None if seen.external is None else seen.external.ip_relaxation,
            None if seen.hints is None else seen.hints.ip_relaxation,
        ),
        "as declared",
    )


def judge_refresh_token(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the refresh token policy of the app."""
    return _each(
        facts,
        row,
        lambda seen, _: _compared(
            seen,
            "refresh token policy",
            seen.rule.refresh_token,
            None if seen.external is None else seen.external.refresh_token,
            None if seen.hints is None else seen.hints.refresh_token,
        ),
        "as declared",
    )


def judge_run_as(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the user of the client credentials flow; an id of the integration user is its username."""

    def judge(seen: _Seen, facts: PracticeFacts) -> "_Told | Outcome | None":
        user = facts.of(UserFacts)
        told = None if seen.external is None else seen.external.run_as
        if told is not None and told[:15] == user.id[:15]:
            told = user.username
        hint = None if seen.hints is None else seen.hints.run_as
        known = seen.hints is not None or (seen.external is not None and seen.external.ip_relaxation)
        if seen.rule.run_as is None and told is None and hint is None and known:
            return f"{seen.rule.name}: no run-as user", ()
        return _compared(seen, "run-as user", seen.rule.run_as, told, hint)

    return _each(facts, row, judge, "the user declared")


def _compared(
    seen: _Seen, what: str, wanted: str | None, told: str | None, hint: str | None
) -> "_Told | Outcome | None":
    if wanted is None:
        return None
    found = told if told is not None else hint
    if found is None:
        return untold(seen.from_source(f"the {what}", None))
    where = "" if told is not None or seen.hints is None else f" (declared in {seen.hints.path})"
    observed = f"{seen.rule.name}: {found}{where}"
    if found.casefold() == wanted.casefold():
        return observed, ()
    return observed, (f"the {what} of {seen.rule.name} is {found}, not {wanted}",)


def _each(facts: PracticeFacts, row: ChecklistRow, judge: _Judge, expected: str) -> Outcome:
    """Judge every app declared; what is wrong with one outweighs what could not be told of another."""
    apps: tuple[App, ...] | None = row.value
    if not apps:
        return undeclared("no app is declared")
    told = [judge(_seen(app, facts), facts) for app in apps]
    found = [one for one in told if one is not None]
    if not found:
        return undeclared("the apps declare nothing of it")
    observed = "; ".join(one[0] for one in found if isinstance(one, tuple))
    problems = [text for one in found if isinstance(one, tuple) for text in one[1]]
    if problems:
        return not_met(observed, *problems, expected=expected)
    for one in found:
        if isinstance(one, Outcome) and one.state is State.UNTOLD:
            return untold(one.note, observed=observed)
    return met(observed, expected=expected)


def _seen(rule: App, facts: PracticeFacts) -> _Seen:
    hints = facts.of(PracticeHints)
    connected = next(
        (one for one in facts.of(ConnectedApps).rows if one.name == rule.name)
        if rule.kind != _EXTERNAL
        else iter(()),
        None,
    )
    external = None
    if rule.kind != _CONNECTED and connected is None:
        rows = facts.of(ExternalApps).rows
        external = next((one for one in rows if rule.name in {one.name, one.label}), None)
    kind = _EXTERNAL if external is not None else _CONNECTED if connected is not None else rule.kind
    matching = (one for one in hints.apps if rule.name in one.names and kind in {None, one.kind})
    return _Seen(
        rule=rule,
        connected=connected,
        external=external,
        hints=next(matching, None),
        source=hints.source,
    )


def _differences(kind: str, wanted: Iterable[Named], found: Iterable[str], of: str) -> Iterable[str]:
    there, asked = list(found), [one.name for one in wanted]
    yield from (f"extra: {kind}{name}{of}" for name in there if name not in asked)
    yield from (f"missing: {kind}{name}{of}" for name in asked if name not in there)
