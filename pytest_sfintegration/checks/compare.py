"""The comparison at the heart of every verdict: expected sets against what each level observed."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pytest_sfintegration.access.evidence import Answer, Level

__all__ = ["describe_answers", "deviations", "observed"]

T = TypeVar("T")


def deviations(
    expected_yes: frozenset[T], expected_no: frozenset[T], answers: Mapping[Level, Answer[T]]
) -> Iterable[tuple[T, bool]]:
    """Return each item that some level contradicts, or that no level speaks of, with what was expected."""
    told_yes = frozenset[T]().union(*(answer.yes for answer in answers.values()))
    told_no = frozenset[T]().union(*(answer.no for answer in answers.values()))
    told = told_yes | told_no
    for item in (expected_yes & told_no) | (expected_yes - told):
        yield item, True
    for item in (expected_no & told_yes) | (expected_no - told):
        yield item, False


def observed(item: T, answers: Mapping[Level, Answer[T]]) -> dict[Level, bool]:
    """Return the answer of every level that speaks of the item."""
    found = {}
    for level, answer in answers.items():
        if item in answer.yes:
            found[level] = True
        elif item in answer.no:
            found[level] = False
    return found


def describe_answers(found: Mapping[Level, bool]) -> str:
    """Return the levels' answers as a phrase: ``configured and described: held; enforced: not held``."""
    parts = []
    for answer, word in ((True, "held"), (False, "not held")):
        levels = [str(level) for level, value in found.items() if value is answer]
        if levels:
            told = ", ".join(levels[:-1]) + " and " + levels[-1] if len(levels) > 1 else levels[0]
            parts.append(f"{told}: {word}")
    return "; ".join(parts)
