"""A matrix file as a tree of YAML nodes, each with its place; bounded, and never read past the tree.

Nodes, not dictionaries: PyYAML's constructors drop the places and hide duplicate keys.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from pytest_sfintegration.matrix.errors import Kind, MatrixError, MatrixErrors
from pytest_sfintegration.rights import Location

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "compose", "read_text"]

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 500_000

_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The parser's words (libyaml's and PyYAML's own), and what they mean to the person who wrote the file.
_PLAIN_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "there is a ': ' where no key may stand.",
        "Quote the text, or correct the line breaks and the indentation.",
    ),
    (
        "cannot start any token",
        "this character cannot start a value.",
        "Indent with spaces, not tabs; quote texts that begin with @, ` or %.",
    ),
    (
        "undefined alias",
        "this alias (*name) has no anchor (&name) before it.",
        "Define the anchor first, or quote the text.",
    ),
    ("second occurrence", "this anchor (&name) is defined twice.", "Rename one of them."),
    (
        "but found another document",
        "a second document begins here.",
        "Keep one matrix per file: remove the line '---'.",
    ),
    ("unexpected end of stream", "the file ends inside a quoted text.", "Close the quote."),
    (
        "',' or ']'",
        "a list in brackets is not closed, or lacks a comma.",
        "Check the brackets and commas that precede; in brackets, quote texts with '${'.",
    ),
    (
        "',' or '}'",
        "a mapping in braces is not closed, or lacks a comma.",
        "Check the braces and commas that precede; in braces, quote texts with '${'.",
    ),
    (
        "expected '-' indicator",
        "a list goes on with something that is not an item.",
        "Check the indentation; each item begins with '- '.",
    ),
    ("expected key", "a mapping goes on with something that is not a key.", "Check the indentation."),
    (
        "expected <block end>",
        "the indentation does not fit the lines above.",
        "Indent the keys of a mapping alike.",
    ),
    ("could not find expected ':'", "a key has no ':' after it.", "Write 'key: value'."),
    (
        "unknown escape character",
        "this backslash escape does not exist.",
        "Double the backslash, or use single quotes.",
    ),
)
_OTHERWISE = "Correct the YAML syntax here or on the lines just above."


def read_text(path: Path, shown: str) -> str:
    """Return the text of the file; ``shown`` is its path as messages print it. Raise ``MatrixErrors``."""
    try:
        if path.is_dir():
            raise _file_error(
                shown, "this is a folder, not a file.", "Name a file, such as hubspot.matrix.yaml."
            )
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _file_error(shown, "the file does not exist.", "Check the path.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _file_error(
            shown, f"the file cannot be read: {reason}.", "Check the path and its permissions."
        ) from None
    if len(content) > MAX_BYTES:
        raise _file_error(
            shown, f"the file is larger than {MAX_BYTES} bytes.", "Split it by integration, with extends:."
        )
    return _decoded(content, shown)


def compose(text: str, shown: str) -> yaml.Node | None:
    """Return the root node of the only document in ``text``, None when it is empty.

    Raise ``MatrixErrors`` for what is not YAML, for a second document and for a tree out of bounds.
    """
    bad = _NOT_YAML.search(text)
    if bad is not None:
        at = _place(text, bad.start(), shown)
        message = f"the control character U+{ord(bad[0]):04X} cannot stand in YAML."
        raise _syntax_error(at, message, "Remove it, or write it as an escape in double quotes.")
    with _plain_errors(shown):
        loader = _loader_class()(text)
        try:
            node: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    return node


class _Bounds:
    """Stops the composition of a tree that is too deep or too large, before it costs memory.

    The resolver's hooks are called once for each node; the path resolvers that they serve are not used.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)  # type: ignore[call-arg]
        self._depth = 0
        self._nodes = 0
        self._tags: dict[str, Any] = {}

    def descend_resolver(self, parent: yaml.Node | None, _index: Any) -> None:
        self._depth += 1
        self._nodes += 1
        if self._depth <= MAX_DEPTH and self._nodes <= MAX_NODES:
            return
        what = (
            f"deeper than {MAX_DEPTH} levels"
            if self._depth > MAX_DEPTH
            else f"larger than {MAX_NODES} values"
        )
        raise yaml.MarkedYAMLError(
            problem=what, problem_mark=parent.start_mark if parent is not None else None
        )

    def ascend_resolver(self) -> None:
        self._depth -= 1

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is not yaml.ScalarNode or not implicit[0]:
            return super().resolve(kind, value, implicit)  # type: ignore[misc]
        # The same field names recur under many objects.
        tag = self._tags.get(value)
        if tag is None:
            tag = self._tags[value] = super().resolve(kind, value, implicit)  # type: ignore[misc]
        return tag


def _loader_class() -> Any:
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return type("BoundedLoader", (_Bounds, base), {})


@contextmanager
def _plain_errors(shown: str) -> Iterator[None]:
    try:
        yield
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Location(
            path=shown,
            line=1 if mark is None else mark.line + 1,
            column=1 if mark is None else mark.column + 1,
        )
        raise _syntax_error(at, *_in_plain_words(error)) from None
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # PyYAML's own scanner fails so on escapes such as "\UFFFFFFFF"; none of these carries a mark
        at = Location(path=shown, line=1)
        raise _syntax_error(at, f"this is not YAML: {type(error).__name__}.", _OTHERWISE) from None


def _in_plain_words(error: yaml.MarkedYAMLError) -> tuple[str, str]:
    problem = error.problem or "it cannot be parsed"
    if problem.startswith(("deeper", "larger")):
        return (
            f"the file is nested or sized beyond bounds: {problem}.",
            "A matrix needs far less; simplify it.",
        )
    for words, message, remedy in _PLAIN_WORDS:
        if words in problem:
            return f"this is not YAML: {message}", remedy
    return f"this is not YAML: {problem}.", _OTHERWISE


def _decoded(content: bytes, shown: str) -> str:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise _file_error(shown, "the file is UTF-16 text.", "Save it as UTF-8.")
    content = content.removeprefix(BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        at = _place(before, len(before), shown)
        message = f"the byte 0x{content[error.start]:02X} is not UTF-8."
        raise MatrixErrors(
            [MatrixError(at=at, message=message, remedy="Save the file as UTF-8.", kind=Kind.FILE)]
        ) from None


def _place(text: str, offset: int, shown: str) -> Location:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return Location(path=shown, line=before.count("\n") + 1, column=len(before) - before.rfind("\n"))


def _file_error(shown: str, message: str, remedy: str) -> MatrixErrors:
    at = Location(path=shown, line=1)
    return MatrixErrors([MatrixError(at=at, message=message, remedy=remedy, kind=Kind.FILE)])


def _syntax_error(at: Location, message: str, remedy: str) -> MatrixErrors:
    return MatrixErrors([MatrixError(at=at, message=message, remedy=remedy, kind=Kind.SYNTAX)])
