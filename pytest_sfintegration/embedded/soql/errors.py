"""The errors of a query: Salesforce's code, and its message with the place in the query's text.

Shape: *recorded* (case ``fls.soql.hidden``, CumulusCI's cassettes): a line of the query, a caret below it,
``ERROR at Row:r:Column:c``, then the sentence. Errors of the lexer are one line, ``line r:c no viable
alternative at character``: *community* (many threads quote them). How much of a long line is shown:
*assumed* from two captures that show whole items, 30 and 31 characters before the caret, 33 and 42 after it.
"""

import re

__all__ = ["SoqlError", "SoqlNotSupported", "error_at", "lexical_error", "position", "unsupported_type"]

_BEFORE = 45
_AFTER = 45
_SEPARATOR = re.compile(r"[\s,]")


class SoqlError(Exception):
    """A query that the platform would refuse: its error code, message and one-based row and column."""

    def __init__(self, code: str, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.row = row
        self.column = column


class SoqlNotSupported(SoqlError):
    """A query that the platform would run and this executor does not: never answered by a guess."""


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the one-based row and column of an offset."""
    row = text.count("\n", 0, offset) + 1
    return row, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _window(line: str, index: int) -> tuple[str, int]:
    """Return the part of a long line that is shown, and where the caret stands in it."""
    start, end = 0, len(line)
    if index > _BEFORE:
        cut = _SEPARATOR.search(line, index - _BEFORE, index)
        start = cut.end() if cut else index
    if end - index > _AFTER:
        cuts = [found.start() for found in _SEPARATOR.finditer(line, index, index + _AFTER)]
        end = cuts[-1] if cuts else end
    return line[start:end], index - start


def error_at(
    text: str, offset: int, code: str, message: str, *, kind: type[SoqlError] = SoqlError
) -> SoqlError:
    """Build the error for a place in the query, message in the recorded shape."""
    row, column = position(text, offset)
    line = text.split("\n")[row - 1].rstrip("\r")
    shown, caret = _window(line, column - 1)
    body = f"\n{shown}\n{' ' * caret}^\nERROR at Row:{row}:Column:{column}\n{message}"
    return kind(code, body, row, column)


def unsupported_type(name: str) -> str:
    """Return the sentence for an object that does not exist or is hidden (*recorded*: CumulusCI)."""
    return (
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to"
        " append the '__c' after the entity name. Please reference your WSDL or the describe call for the"
        " appropriate names."
    )


def lexical_error(text: str, offset: int, message: str) -> SoqlError:
    """Build the error of a character that starts no token."""
    row, column = position(text, offset)
    return SoqlError("MALFORMED_QUERY", f"line {row}:{column - 1} {message}", row, column)
