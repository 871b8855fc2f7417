"""An explanation as a tree of text."""

from collections.abc import Iterable

from pytest_sfintegration.access.explain import Explanation

__all__ = ["render_tree"]

_WORDS = {True: "yes", False: "no"}


def render_tree(explanation: Explanation) -> str:
    """Return one line a statement, what it rests on indented below it."""
    word = "held" if explanation.held else "not held"
    return "\n".join([f"{explanation.text}: {word}", *_branches(explanation.because, "")])


def _branches(parts: tuple[Explanation, ...], indent: str) -> Iterable[str]:
    for index, one in enumerate(parts):
        last = index == len(parts) - 1
        answer = "" if one.held is None else f": {_WORDS[one.held]}"
        yield f"{indent}{'└─' if last else '├─'} {one.text}{answer}"
        yield from _branches(one.because, indent + ("   " if last else "│  "))
