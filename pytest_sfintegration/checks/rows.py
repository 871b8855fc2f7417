"""Judge one row: a pure function of what the matrix expects and what was observed."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.evidence import Answer, Evidence, Level, ObjectEvidence
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.checks.compare import describe_answers, deviations, observed
from pytest_sfintegration.checks.verdict import Finding, Right, Verdict
from pytest_sfintegration.rights import LETTERS, FieldRight, Location, ObjectRight, Operation

__all__ = [
    "compare",
    "control_of",
    "finding",
    "grants_of",
    "letters",
    "muted_of",
    "unknown_target",
    "via_findings",
]

T = TypeVar("T")


def grants_of(right: Right, configured: Configured | None) -> tuple[Grant, ...]:
    """Return the containers that grant a right."""
    if configured is None:
        return ()
    if isinstance(right, ObjectRight):
        return configured.why_object(right.object, right.operation)
    if isinstance(right, FieldRight):
        return configured.why_field(right.object, right.field, right.operation)
    return configured.why_user_permission(right.name)


def muted_of(right: Right, configured: Configured | None) -> tuple[Grant, ...]:
    """Return the members of the user's groups whose grant of the right is muted."""
    if configured is None:
        return ()
    if isinstance(right, ObjectRight):
        return configured.muted_object(right.object, right.operation)
    if isinstance(right, FieldRight):
        return configured.muted_field(right.object, right.field, right.operation)
    return configured.muted_user_permission(right.name)


def finding(
    right: Right,
    *,
    expected: bool,
    at: Location,
    answers: Mapping[Level, bool],
    evidence: Evidence,
    note: str = "",
    secured_as: Right | None = None,
    paste: str = "",
) -> Finding:
    """Turn one deviation into a finding with its verdict and its cause.

    ``secured_as`` is the right whose grants count when it is not the right itself (the compound of a part).
    """
    values = set(answers.values())
    source = secured_as or right
    if not values:
        why = note or evidence.stopped or "no level of evidence could tell"
        return Finding(verdict=Verdict.INCONCLUSIVE, right=right, expected=expected, at=at, note=why)
    if len(values) > 1:
        text = f"the evidence disagrees: {describe_answers(answers)}"
        return Finding(
            verdict=Verdict.INCONCLUSIVE,
            right=right,
            expected=expected,
            at=at,
            observed=answers,
            grants=grants_of(source, evidence.configured),
            note=f"{text} ({note})" if note else text,
        )
    if expected:
        return Finding(
            verdict=Verdict.MISSING,
            right=right,
            expected=True,
            at=at,
            observed=answers,
            muted=muted_of(source, evidence.configured),
            note=note,
        )
    return Finding(
        verdict=Verdict.EXTRA,
        right=right,
        expected=False,
        at=at,
        observed=answers,
        grants=grants_of(source, evidence.configured),
        note=note,
        paste=paste,
    )


def compare(
    yes: frozenset[T],
    no: frozenset[T],
    answers: Mapping[Level, Answer[T]],
    make: Callable[[T, bool, Mapping[Level, bool]], Finding],
) -> list[Finding]:
    """Return a finding for every item that is not as expected, in a stable order."""
    wrong = sorted(deviations(yes, no, answers), key=lambda pair: (not pair[1], _rank(pair[0])))
    return [make(item, expected, observed(item, answers)) for item, expected in wrong]


_ORDER = {operation: index for index, operation in enumerate(Operation)}


def _rank(item: object) -> tuple[int, str]:
    return (_ORDER[item], "") if isinstance(item, Operation) else (0, str(item))


def unknown_target(name: str, obj: ObjectEvidence, at: Location, whole: Evidence) -> Finding:
    """Return the finding for a target that the setup user does not see, or could not be asked about.

    It speaks of no single right: nothing can be said of any.
    """
    if obj.exists is None or (obj.exists and whole.stopped):
        why = whole.stopped or "the org was not asked"
        return Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=at, note=why)
    why = f"the setup user does not see {name} in this org: it does not exist, or is not deployed"
    return Finding(verdict=Verdict.UNKNOWN_TARGET, right=None, expected=False, at=at, note=why)


def via_findings(
    rights: Iterable[tuple[Right, Right, Location]], via: Iterable[str], evidence: Evidence
) -> list[Finding]:
    """Return a finding for each held right that does not come from the declared containers alone.

    ``rights`` are (right, the right whose grants count, where declared).
    """
    allowed = frozenset(via)
    found = []
    for right, secured_as, at in rights:
        grants = grants_of(secured_as, evidence.configured)
        inside = [one for one in grants if one.name in allowed or one.group in allowed]
        outside = tuple(one for one in grants if one not in inside)
        if not inside:
            note = f"held, but not via {', '.join(sorted(allowed))}"
            found.append(
                Finding(verdict=Verdict.MISSING, right=right, expected=True, at=at, note=note, grants=outside)
            )
        elif outside:
            note = f"also granted outside via: {', '.join(sorted(allowed))}"
            found.append(
                Finding(verdict=Verdict.EXTRA, right=right, expected=True, at=at, note=note, grants=outside)
            )
    return found


def control_of(evidence: Evidence, obj: ObjectEvidence | None = None) -> str:
    """Return the sentence that says why denials are believed."""
    parts = []
    if obj is not None and obj.undescribed:
        parts.append(f"the permission tables name {obj.object}, although no describe shows it,")
    elif obj is not None and obj.exists:
        parts.append(f"the setup user sees {obj.object}")
    if evidence.configured is not None:
        parts.append(f"{evidence.username} is logged in")
    return " and ".join(parts)


def letters(operations: Iterable[Operation]) -> str:
    """Return operations as a matrix writes them: CRED, none for an empty set."""
    held = frozenset(operations)
    return "".join(letter for letter, operation in LETTERS.items() if operation in held) or "none"
