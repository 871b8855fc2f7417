"""Judge the login history: from where, through what, how often in vain, and never by a person."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date
from ipaddress import ip_address

from pytest_sfintegration.access.practices.facts import PracticeFacts
from pytest_sfintegration.access.practices.upkeep_facts import AccountLock, Login, LoginRows
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met, undeclared
from pytest_sfintegration.checks.checklist.upkeep import made_here
from pytest_sfintegration.checks.checklist.words import listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.checklist.values import IpRange, Logins
from pytest_sfintegration.matrix.model import Named

__all__ = ["judge_clients", "judge_failed", "judge_no_ui", "judge_sources"]

_FAILED = 10
"""Failed log-ins a day at most, if the matrix does not say."""

_BY_PERSON = frozenset(
    {
        "Application",
        "Lightning Login",
        "SAML Idp Initiated SSO",
        "SAML Sfdc Initiated SSO",
        "Third Party SSO",
    }
)
"""Login types of the user interface (Help, Monitor Login History; that there are no more is assumed)."""


def judge_sources(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the address of each log-in that succeeded with those declared."""
    here = made_here(facts)
    if here is not None:
        return here
    logins = [one for one in _history(facts).rows if one.succeeded]
    rule: Logins | None = row.value
    observed = _observed("from", (one.source_ip for one in logins))
    if rule is None or rule.sources is None:
        return undeclared(observed)
    outside = Counter(one.source_ip for one in logins if not _within(one.source_ip, rule.sources))
    expected = f"from {listed([one.text for one in rule.sources])}"
    return _compared(observed, outside, "from", logins, expected, facts)


def _within(address: str, ranges: Iterable[IpRange]) -> bool:
    """Tell whether an address lies in a range; what is no address (``Salesforce.com IP``) lies in none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(
        parsed.version == one.first.version and int(one.first) <= int(parsed) <= int(one.last)
        for one in ranges
    )


def judge_clients(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare application, login type and API type of each log-in that succeeded with those declared."""
    here = made_here(facts)
    if here is not None:
        return here
    logins = [one for one in _history(facts).rows if one.succeeded]
    rule: Logins | None = row.value
    observed = _observed("through", (f"{one.application} ({one.login_type})" for one in logins))
    parts = [] if rule is None else _parts(rule)
    if not parts:
        return undeclared(observed)
    problems: Counter[str] = Counter()
    for attribute, words, names in parts:
        known = {each.name.lower() for each in names}
        for one in logins:
            value = getattr(one, attribute)
            if value.lower() not in known:
                problems[f"{words} {value or 'none'}"] += 1
    expected = "; ".join(f"{words} {listed([each.name for each in names])}" for _, words, names in parts)
    return _compared(observed, problems, "with", logins, expected, facts)


def _parts(rule: Logins) -> list[tuple[str, str, tuple[Named, ...]]]:
    declared = [
        ("application", "application", rule.applications),
        ("login_type", "login type", rule.login_types),
        ("api_type", "API type", rule.api_types),
    ]
    return [(attribute, words, names) for attribute, words, names in declared if names is not None]


def judge_failed(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Count the log-ins that failed, day by day in UTC."""
    here = made_here(facts)
    if here is not None:
        return here
    rule: Logins | None = row.value
    most = _FAILED if rule is None or rule.failed_per_day is None else rule.failed_per_day
    logins = _history(facts).rows
    failed = [one for one in logins if not one.succeeded]
    by_day = Counter(one.at.astimezone(UTC).date() for one in failed)
    observed = f"{len(failed)} of {_count(len(logins))} failed"
    if by_day:
        reasons = Counter(one.status for one in failed).most_common(3)
        observed += f": {', '.join(f'{reason} ({number})' for reason, number in reasons)}"
    problems = [
        f"{number} failed on {day}" for day, number in sorted(by_day.items(), reverse=True) if number > most
    ]
    expected = f"at most {most} a day"
    if problems:
        return not_met(observed, *problems[:5], expected=expected, note=_scope(facts))
    return met(observed, expected=expected, note=_scope(facts))


def judge_no_ui(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look for login types of the user interface, tried in vain or not, and for browsers."""
    here = made_here(facts)
    if here is not None:
        return here
    logins = _history(facts).rows
    found = Counter(
        f"{one.at.astimezone(UTC):%Y-%m-%d}, {one.login_type}, {one.application or 'no application'}, "
        f"from {one.source_ip}: {one.status}"
        for one in logins
        if one.login_type in _BY_PERSON or one.application == "Browser"
    )
    observed = f"{_count(len(logins))}, {sum(found.values())} of them to the user interface"
    problems = tuple(list(found)[:5])
    if problems:
        return not_met(observed, *problems, expected="none", note=_scope(facts))
    return met(observed, expected="none", note=_scope(facts))


def _history(facts: PracticeFacts) -> LoginRows:
    """Return the history; an empty one is believed of a setup user who sees that of others (the control)."""
    history = facts.of(LoginRows)
    if not history.rows and not history.own:
        facts.of(AccountLock)
    return history


def _observed(word: str, values: Iterable[str]) -> str:
    counted = Counter(values)
    if not counted:
        return "no log-in that succeeded"
    return f"{_count(sum(counted.values()))} {word} {listed([name for name, _ in counted.most_common()])}"


def _count(number: int) -> str:
    return f"{number} log-in{'' if number == 1 else 's'}"


def _compared(  # noqa: PLR0917 - all that a sentence needs
    observed: str,
    wrong: Counter[str],
    word: str,
    logins: list[Login],
    expected: str,
    facts: PracticeFacts,
) -> Outcome:
    if not wrong:
        return met(observed, expected=expected, note=_scope(facts))
    problems = [f"{_count(number)} {word} {what}" for what, number in wrong.most_common(5)]
    last = max(one.at for one in logins)
    note = f"{_scope(facts)}; the newest is of {last:%Y-%m-%d}"
    return not_met(observed, *problems, expected=expected, note=note)


def _scope(facts: PracticeFacts) -> str:
    """Say how far back the history goes (Help, Monitor Login History: six months)."""
    history = facts.of(LoginRows)
    text = "the org keeps six months" if history.complete else "the newest 2,000 log-ins were read"
    return f"{text}; {_count(history.own)} of this library left out" if history.own else text
