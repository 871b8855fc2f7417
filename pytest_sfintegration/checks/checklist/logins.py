"""Judge the restrictions of logins: IP ranges, hours, sessions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pytest_sfintegration.access.practices.facts import LoginRestrictions, PracticeFacts, UserFacts
from pytest_sfintegration.access.practices.hints import PracticeHints
from pytest_sfintegration.checks.checklist.outcome import Outcome, met, not_met, undeclared, untold
from pytest_sfintegration.checks.checklist.words import listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.checklist.values import DAYS, IpRange, LoginHours, ip_range

__all__ = ["judge_hours", "judge_ip_ranges", "judge_session"]

_HOUR = 60


def judge_ip_ranges(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the ranges of the profile with those declared: each must lie within them."""
    found = [_parsed(one.start, one.end, row) for one in facts.of(LoginRestrictions).ip_ranges]
    declared: tuple[IpRange, ...] | None = row.value
    expected = "" if declared is None else f"within {listed([one.text for one in declared])}"
    if not found:
        return not_met("no login IP range", "the user can log in from anywhere", expected=expected)
    observed = _observed(found)
    if declared is None:
        return undeclared(observed)
    joined = _merged(declared)
    problems = [
        f"wider than declared: {one.text}"
        for one in found
        if not any(_within(one, whole) for whole in joined)
    ]
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def _parsed(start: str, end: str, row: ChecklistRow) -> IpRange:
    return ip_range(f"{start}-{end}", row.at)


def _observed(found: Sequence[IpRange]) -> str:
    """Say which ranges there are, how many addresses they are in all, and how many of them stand twice."""
    total = sum(one.size for one in found)
    once = sum(one.size for one in _merged(found))
    text = f"{listed([one.text for one in found])}: {once} address{'' if once == 1 else 'es'}"
    return text if once == total else f"{text}, {total - once} of them more than once"


def _merged(ranges: Iterable[IpRange]) -> list[IpRange]:
    """Return the same addresses in ranges that neither overlap nor touch."""
    merged: list[IpRange] = []
    for one in sorted(ranges, key=lambda each: (each.first.version, int(each.first))):
        last = merged[-1] if merged else None
        touches = (
            last is not None
            and last.first.version == one.first.version
            and int(one.first) <= int(last.last) + 1
        )
        if last is None or not touches:
            merged.append(one)
        elif int(one.last) > int(last.last):
            merged[-1] = IpRange(text=last.text, first=last.first, last=one.last, at=last.at)
    return merged


def _within(one: IpRange, whole: IpRange) -> bool:
    if one.first.version != whole.first.version:
        return False
    return int(whole.first) <= int(one.first) and int(one.last) <= int(whole.last)


def judge_hours(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the login hours of each day."""
    found = facts.of(LoginRestrictions).hours
    rule: LoginHours | None = row.value
    observed = _hours(found)
    if rule is None:
        return undeclared(observed)
    if rule.any_time:
        note = "" if not found else "the profile restricts login hours, the matrix says any"
        return met(observed, expected="any time", note=note)
    problems = []
    for day in DAYS:
        wanted, there = rule.hours.get(day), found.get(day)
        if wanted != there:
            problems.append(f"{day}: {_span(there)}, not {_span(wanted)}")
    expected = _hours(rule.hours)
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)


def _hours(hours: Mapping[str, tuple[int, int]]) -> str:
    return ", ".join(f"{day} {_span(hours[day])}" for day in DAYS if day in hours) or "at any time"


def _span(span: tuple[int, int] | None) -> str:
    if span is None:
        return "at any time"
    begin, end = span
    if begin == end:
        return "never"
    return f"{begin // _HOUR:02}:{begin % _HOUR:02}-{end // _HOUR:02}:{end % _HOUR:02}"


def judge_session(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the time after which a session ends, which no table of an org's API tells."""
    user, hints = facts.of(UserFacts), facts.of(PracticeHints)
    hint = hints.sessions.get(user.profile.casefold())
    if hint is None:
        why = (
            "there is no source beside the matrix"
            if not hints.source
            else (f"the source has no profileSessionSettings for {user.profile}")
        )
        return untold(f"no table of the API tells session settings, and {why}")
    if not hint.timeout:
        return untold(f"{hint.path} leaves it to the settings of the org, which no table of the API tells")
    observed = f"{hint.timeout} minutes (declared in {hint.path}; the org does not tell)"
    if row.value is None:
        return undeclared(observed)
    expected = f"{row.value} minutes at most"
    if hint.timeout > row.value:
        return not_met(observed, f"sessions last {hint.timeout} minutes without use", expected=expected)
    return met(observed, expected=expected)
