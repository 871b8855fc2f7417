"""What judging one item came to."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Outcome", "State", "elsewhere", "met", "not_met", "undeclared", "untold"]


class State(StrEnum):
    """Whether an item is met.

    ``undeclared``: the matrix does not say what to compare with. ``elsewhere``: an org that the run makes
    cannot tell. Neither is judged then: the test is skipped, and says why.
    """

    MET = "met"
    NOT_MET = "not met"
    UNTOLD = "could not be told"
    UNDECLARED = "not declared"
    ELSEWHERE = "needs a live org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one item came to. ``observed`` is what is there, ``expected`` what should be, in words.

    ``problems`` are what is wrong, a sentence each; ``note`` is what the reader should know beside it.
    ``warning`` is said in the summary.
    """

    state: State
    observed: str = ""
    expected: str = ""
    problems: tuple[str, ...] = ()
    note: str = ""
    warning: str = ""


def met(observed: str, *, expected: str = "", note: str = "", warning: str = "") -> Outcome:
    """Return that an item is met; ``warning`` says what will soon make it fail."""
    return Outcome(state=State.MET, observed=observed, expected=expected, note=note, warning=warning)


def not_met(observed: str, *problems: str, expected: str = "", note: str = "") -> Outcome:
    """Return that an item is not met, and why."""
    return Outcome(state=State.NOT_MET, observed=observed, problems=problems, expected=expected, note=note)


def untold(why: str, *, observed: str = "") -> Outcome:
    """Return that it could not be told, and why."""
    return Outcome(state=State.UNTOLD, observed=observed, note=why)


def undeclared(observed: str = "") -> Outcome:
    """Return that nothing is declared to compare with: not met under strict, a note under standard."""
    return Outcome(state=State.UNDECLARED, observed=observed)


def elsewhere(why: str) -> Outcome:
    """Return that an org which this run made cannot tell, and why."""
    return Outcome(state=State.ELSEWHERE, note=why)
