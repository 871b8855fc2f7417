"""The ``access:`` of an object: letters (``CRE``), one word (``read``, ``none``) or a list of operations."""

from dataclasses import dataclass
from typing import Any

import yaml

from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.nearest import did_you_mean
from pytest_sfintegration.matrix.page import Page, quoted
from pytest_sfintegration.matrix.shapes import Text, is_text
from pytest_sfintegration.rights import LETTERS, NEEDS, Location, Operation

__all__ = ["NO_ACCESS", "AccessList", "AccessText", "Operations", "report_implied"]

Operations = dict[Operation, Location]

NO_ACCESS = "none"
"""The word for no access at all."""

_BY_NAME = {
    **{operation.value: operation for operation in Operation},
    **{operation.value.replace(" ", "_"): operation for operation in Operation},
}
_LETTER_OF = {operation: letter for letter, operation in LETTERS.items()}
_LETTERS = "".join(LETTERS)
_NAMES = ", ".join(Operation)
_ACCESS = Text(
    words="a text of the letters CREDVM, an operation, or 'none'",
    pattern="|".join([NO_ACCESS, *_BY_NAME, f"[{_LETTERS}]+"]),
    remedy="",
)
_OPERATION = Text(words="an operation", pattern="|".join([*_BY_NAME, f"[{_LETTERS}]"]), remedy="")


@dataclass(frozen=True, slots=True)
class AccessText:
    """Letters, one operation, or ``none``."""

    words: str = _ACCESS.words

    def read(self, node: yaml.Node, page: Page, label: str) -> Operations | None:
        """Return the operations with their places; each letter has its own."""
        text = page.value(node, label)
        if text is None:
            return None
        if text == NO_ACCESS:
            return {}
        if text in _BY_NAME:
            return {_BY_NAME[text]: page.at(node)}
        if not _ACCESS.fits(text):
            _report_access(node, text, page, label)
            return None
        return _letters(node, text, page, label)

    def schema(self) -> dict[str, Any]:
        """Return the pattern."""
        return _ACCESS.schema()


@dataclass(frozen=True, slots=True)
class AccessList:
    """A list of operations, by name or letter; the empty list is no access."""

    words: str = "a list of operations"

    def read(self, node: yaml.Node, page: Page, label: str) -> Operations | None:
        """Return the operations with their places."""
        page.enter(node)
        operations: Operations = {}
        sound = True
        for item in node.value:
            named = _read_operation(item, page, label)
            if named is None:
                sound = False
            else:
                operation, at = named
                if operations.setdefault(operation, at) is not at:
                    _report_twice(operation, at, page, label)
        # Half a list would be blamed for implied rights that may only be misspelled.
        return operations if sound else None

    def schema(self) -> dict[str, Any]:
        """Return an array of operations."""
        return {"type": "array", "items": _OPERATION.schema()}


def report_implied(operations: Operations, page: Page, label: str) -> None:
    """Report each operation without those that it depends on: nothing is added silently."""
    for operation, at in operations.items():
        lacking = [implied for implied in NEEDS.get(operation, ()) if implied not in operations]
        if lacking:
            names = " and ".join(lacking)
            letters = "".join(_LETTER_OF[each] for each in lacking)
            page.report_at(
                at,
                f"{label}: {operation} depends on {names}.",
                f"Add {names} ({letters}), or remove {operation}.",
                Kind.IMPLICATION,
            )


def _read_operation(item: yaml.Node, page: Page, label: str) -> tuple[Operation, Location] | None:
    if not is_text(item):
        _OPERATION.read(item, page, label)
        return None
    text = page.value(item, label)
    if text is None:
        return None
    operation = _BY_NAME.get(text) or LETTERS.get(text)
    if operation is None:
        remedy = did_you_mean(text, _BY_NAME, f"The operations are: {_NAMES} (or {', '.join(LETTERS)}).")
        page.report(item, f"{label}: unknown operation {quoted(item.value)}.", remedy)
        return None
    return operation, page.at(item)


def _letters(node: yaml.Node, text: str, page: Page, label: str) -> Operations:
    start = page.at(node)
    first = _offset_of_text(node, text)
    operations: Operations = {}
    for index, letter in enumerate(text):
        column = start.column if first is None else start.column + first + index
        at = Location(path=start.path, line=start.line, column=column)
        operation = LETTERS[letter]
        if operations.setdefault(operation, at) is not at:
            _report_twice(operation, at, page, label)
    return operations


def _offset_of_text(node: yaml.Node, text: str) -> int | None:
    """Return how far after the node's start (an anchor may stand there) its text begins, None if unknown."""
    if node.value != text or node.start_mark.line != node.end_mark.line:
        return None
    closing_quote = 1 if getattr(node, "style", None) else 0
    return max(0, node.end_mark.column - closing_quote - len(text) - node.start_mark.column)


def _report_twice(operation: Operation, at: Location, page: Page, label: str) -> None:
    page.report_at(at, f"{label}: {operation} is listed twice.", "Remove one of them.", Kind.DUPLICATE)


def _report_access(node: yaml.Node, text: str, page: Page, label: str) -> None:
    known = f"Write letters of {_LETTERS}, one of {_NAMES}, a list of them, or none."
    strangers = [char for char in text if char not in LETTERS]
    if node.value != text:  # never show what a variable holds
        page.report(node, f"{label}: {quoted(node.value)} is no access.", known)
        return
    if strangers and text.upper() == text:
        message = f"{label}: unknown operation letter {quoted(strangers[0])} in {quoted(node.value)}."
        page.report(node, message, known)
        return
    if text and all(char in LETTERS for char in text.upper()):
        page.report(node, f"{label}: {quoted(node.value)} is no access.", f"Did you mean '{text.upper()}'?")
        return
    remedy = did_you_mean(text, [*_BY_NAME, NO_ACCESS], known)
    page.report(node, f"{label}: {quoted(node.value)} is no access.", remedy)
