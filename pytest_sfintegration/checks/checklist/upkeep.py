"""Judge what must stay true of the account: review, secrets, state, last log-in, tokens."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from pytest_sfintegration.access.practices.facts import PracticeFacts, UntoldError, UserFacts
from pytest_sfintegration.access.practices.upkeep_facts import (
    AccountLock,
    HeldPermissions,
    LoginRows,
    OrgOrigin,
    PasswordAge,
    TokenRows,
)
from pytest_sfintegration.checks.checklist.outcome import (
    Outcome,
    elsewhere,
    met,
    not_met,
    undeclared,
    untold,
)
from pytest_sfintegration.checks.checklist.privileges import PRIVILEGED
from pytest_sfintegration.checks.checklist.words import listed
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.checklist.values import EVERY, Review, Rotation

__all__ = [
    "judge_active",
    "judge_last_login",
    "judge_review",
    "judge_rotation",
    "judge_tokens",
    "made_here",
]

_MADE = "the org was made by this run, and has no past and no users but its own: run it on a live org"

_AHEAD = 14
"""Days before a review is due from which on it is said."""

_LATELY = 90
"""Days within which it must have logged in, if the matrix does not say."""

_MONTHS = 12


def made_here(facts: PracticeFacts) -> Outcome | None:
    """Return what an item comes to that an org made by the run cannot tell of; None on any other org."""
    try:
        made = facts.of(OrgOrigin).made
    except UntoldError:
        return None
    return elsewhere(_MADE) if made else None


def judge_review(_facts: PracticeFacts, row: ChecklistRow, today: date) -> Outcome:
    """Compare the day of the last review with how often one is due."""
    review: Review | None = row.value
    if review is None:
        return undeclared("no review is recorded")
    due = _later(review.reviewed, EVERY[review.every])
    observed = f"{review.owner} answers for it; reviewed on {review.reviewed}"
    expected = f"{review.every}: the next is due on {due}"
    if review.reviewed > today:
        return not_met(
            observed, f"the review of {review.reviewed} has not taken place yet", expected=expected
        )
    if due < today:
        days = (today - due).days
        return not_met(observed, f"the review is overdue by {_days(days)}", expected=expected)
    left = (due - today).days
    warning = f"the review is due in {_days(left)}, on {due}" if left <= _AHEAD else ""
    return met(observed, expected=expected, warning=warning)


def _later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month."""
    number = day.month - 1 + months
    year, month = day.year + number // _MONTHS, number % _MONTHS + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def judge_rotation(facts: PracticeFacts, row: ChecklistRow, today: date) -> Outcome:
    """Compare the age of the password; that of consumer secrets and certificates no table tells.

    What the apps that the matrix declares log in with is then left open, and said so.
    """
    rule: Rotation = row.value or Rotation()
    privileged = sorted(PRIVILEGED & facts.of(HeldPermissions).held.keys())
    most = rule.privileged_days if privileged else rule.days
    expected = f"at most {_days(most)}" + (f", for it holds {listed(privileged)}" if privileged else "")
    changed = facts.of(PasswordAge).changed
    observed = "no password was ever set, or the org does not know when"
    if changed is not None:
        age = (today - changed.astimezone(UTC).date()).days
        observed = f"the password was last changed on {changed:%Y-%m-%d}, {_days(age)} ago"
        if age > most:
            return not_met(observed, f"the password is older than {_days(most)}", expected=expected)
    here = made_here(facts)
    if here is not None:
        return here
    checklist = row.matrix.checklist
    apps = checklist.entries.get("apps") if checklist is not None else None
    if apps is not None and apps.value:
        names = listed([one.name for one in apps.value])
        return untold(
            f"no table tells the age of the consumer secret or certificate of {names}: look in App Manager, "
            "and waive this item until it must be replaced",
            observed=observed,
        )
    if changed is None:
        why = "what it logs in with is not declared: name its app under apps, and see how old its secret is"
        return untold(why, observed=observed)
    return met(observed, expected=expected, note="secrets of apps are not looked at: none is declared")


def judge_active(facts: PracticeFacts, _row: ChecklistRow, _today: date) -> Outcome:
    """Look at IsActive and IsFrozen."""
    if not facts.of(UserFacts).active:
        return not_met("not active", "the user is not active")
    if facts.of(AccountLock).frozen:
        return not_met("active, and frozen", "the user is frozen, and cannot log in")
    return met("active, not frozen")


def judge_last_login(facts: PracticeFacts, row: ChecklistRow, today: date) -> Outcome:
    """Compare the newest log-in that succeeded, the sessions of this library left out."""
    here = made_here(facts)
    if here is not None:
        return here
    most = _LATELY if row.value is None else row.value
    user, logins = facts.of(UserFacts), facts.of(LoginRows)
    times = [one.at for one in logins.rows if one.succeeded]
    if user.last_login is not None and not logins.own:
        times.append(user.last_login)
    expected = f"within {_days(most)}"
    if not times:
        facts.of(AccountLock)  # who may not manage users does not see the history of others
        return not_met("no log-in is known", "the user has never logged in", expected=expected)
    last = max(times)
    start = datetime.combine(today, time(), tzinfo=UTC)
    observed = f"last log-in on {last:%Y-%m-%d}"
    note = "tests that log in through the integration's own app count as its log-ins"
    if last < start - timedelta(days=most):
        days = (start.date() - last.astimezone(UTC).date()).days
        return not_met(observed, f"the last log-in is {_days(days)} old", expected=expected, note=note)
    return met(observed, expected=expected, note=note)


def judge_tokens(facts: PracticeFacts, row: ChecklistRow, _today: date) -> Outcome:
    """Compare the apps that hold tokens of the user with those declared under apps and logins."""
    here = made_here(facts)
    if here is not None:
        return here
    tokens = facts.of(TokenRows)
    found = sorted({one.app for one in tokens.rows})
    observed = f"tokens of {listed(found)}" if found else "no token"
    if not tokens.seen:
        return untold("the setup user sees his own tokens only: give him Customize Application")
    if row.value is None:
        return undeclared(observed)
    known = {one.name.lower() for one in row.value}
    extra = [name for name in found if name.lower() not in known]
    expected = f"declared: {listed([one.name for one in row.value])}"
    uses = {one.app: one.uses for one in tokens.rows}
    problems = [f"not declared: {name}, whose token was used {uses[name]} times" for name in extra]
    return not_met(observed, *problems, expected=expected) if problems else met(observed, expected=expected)
