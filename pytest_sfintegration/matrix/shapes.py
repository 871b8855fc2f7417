"""The shapes of a matrix's values. Each reads a YAML node and says itself as JSON Schema, so that both agree.

``read`` reports to the page and returns None for a value that is not of the shape. ``label`` is what
messages call the value, e.g. ``access of Account``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import yaml

from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.model import Named
from pytest_sfintegration.matrix.nearest import did_you_mean
from pytest_sfintegration.matrix.page import STR, Page, found, quoted

__all__ = ["Date", "Deferred", "Either", "ListOf", "Scalar", "Shape", "Text", "Word", "is_text"]

_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Shape(Protocol):
    """What a value must look like."""

    @property
    def words(self) -> str:
        """The shape in words, as in "must be a list of names"."""

    def read(self, node: yaml.Node, page: Page, label: str) -> Any:
        """Return the value of ``node``, or None after reporting what is wrong."""

    def schema(self) -> dict[str, Any]:
        """Return the shape as JSON Schema."""


def is_text(node: yaml.Node) -> bool:
    """Return whether ``node`` is a scalar that YAML reads as text."""
    return node.tag == STR and isinstance(node, yaml.ScalarNode)


def _wrong_type(node: yaml.Node, page: Page, label: str, wanted: str) -> None:
    remedy = "Write it in that form."
    if isinstance(node, yaml.ScalarNode) and node.tag != STR:
        remedy = "Put it between quotes if it is meant as text."
        if not node.value:
            remedy = "Give it a value, or remove the key."
    page.report(node, f"{label} must be {wanted}, not {found(node)}.", remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of one form. ``pattern`` is in the dialect that Python and ECMAScript share, without anchors."""

    words: str
    pattern: str
    remedy: str
    _full: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_full", re.compile(self.pattern))

    def fits(self, text: str) -> bool:
        """Return whether ``text`` has the form."""
        return self._full.fullmatch(text) is not None

    def read(self, node: yaml.Node, page: Page, label: str) -> Named | None:
        """Return the text with its place."""
        if not is_text(node):
            _wrong_type(node, page, label, self.words)
            return None
        raw: str = node.value
        text = raw if "$" not in raw else page.value(node, label)
        if text is None:
            return None
        if self._full.fullmatch(text) is None:
            page.report(node, f"{label}: {quoted(node.value)} is not {self.words}.", self.remedy)
            return None
        return Named(name=text, at=page.at(node))

    def schema(self) -> dict[str, Any]:
        """Return the pattern; a text with a variable may become anything."""
        return {"type": "string", "pattern": rf"^(?:{self.pattern})$|\$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a fixed few."""

    choices: tuple[str, ...]

    @property
    def words(self) -> str:
        """The choices."""
        return "the text " + " or ".join(f"'{choice}'" for choice in self.choices)

    def read(self, node: yaml.Node, page: Page, label: str) -> str | None:
        """Return the word."""
        if not is_text(node):
            _wrong_type(node, page, label, self.words)
            return None
        text = page.value(node, label)
        if text is None or text in self.choices:
            return text
        remedy = did_you_mean(text, self.choices, f"Write {self.words}.")
        page.report(node, f"{label} must be {self.words}, not {found(node)}.", remedy)
        return None

    def schema(self) -> dict[str, Any]:
        """Return the choices; a text with a variable may become anything."""
        return {"anyOf": [{"enum": list(self.choices)}, {"type": "string", "pattern": r"\$"}]}


@dataclass(frozen=True, slots=True)
class Date:
    """A day, as YAML's own date or as text."""

    words: str = "a date such as 2026-12-31"

    def read(self, node: yaml.Node, page: Page, label: str) -> date | None:
        """Return the day."""
        is_scalar = isinstance(node, yaml.ScalarNode) and node.tag in (STR, _TIMESTAMP)
        if not is_scalar or re.fullmatch(_ISO_DATE, node.value) is None:
            page.report(node, f"{label} must be {self.words}, not {found(node)}.", "Write year-month-day.")
            return None
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            message = f"{label}: the calendar has no {quoted(node.value)}."
            page.report(node, message, f"Write {self.words}.")
            return None

    def schema(self) -> dict[str, Any]:
        """Return the date format."""
        return {"type": "string", "format": "date", "pattern": f"^{_ISO_DATE}$"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """The value of a field: a text, a number, true or false."""

    words: str = "a text, a number, true or false"

    def read(self, node: yaml.Node, page: Page, label: str) -> str | int | float | bool | None:
        """Return the value; what YAML 1.1 reads in a way of its own (NO, 1:30) must stand between quotes."""
        if is_text(node):
            return page.value(node, label)
        value = _plain(node) if isinstance(node, yaml.ScalarNode) else None
        if value is None:
            _wrong_type(node, page, label, self.words)
        return value

    def schema(self) -> dict[str, Any]:
        """Return the types."""
        return {"type": ["string", "number", "boolean"]}


def _plain(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    kind = node.tag.rpartition(":")[2]
    if kind == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if kind == "int" and re.fullmatch("[-+]?(0|[1-9][0-9]*)", text):
        return int(text)
    if kind == "float" and re.fullmatch(r"[-+]?[0-9]+\.[0-9]*([eE][-+][0-9]+)?", text):
        return float(text)
    if kind == "timestamp" and re.fullmatch(f"{_ISO_DATE}(T[0-9:.]+(Z|[-+][0-9:]+))?", text):
        return text
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list of texts, none of them twice."""

    item: Text
    may_be_empty: bool = False

    @property
    def words(self) -> str:
        """The shape of the items."""
        return f"a list of texts, each {self.item.words}"

    def read(self, node: yaml.Node, page: Page, label: str) -> tuple[Named, ...] | None:
        """Return the texts with their places, without the faulty ones."""
        if not isinstance(node, yaml.SequenceNode):
            page.report(node, f"{label} must be a list, not {found(node)}.", "Write [one, two].")
            return None
        page.enter(node)
        if not node.value and not self.may_be_empty:
            page.report(node, f"{label} is an empty list.", "Name at least one, or remove the key.")
            return None
        read = self.item.read
        seen: dict[str, Named] = {}
        for item in node.value:
            named = read(item, page, label)
            if named is None:
                continue
            first = seen.setdefault(named.name, named)
            if first is not named:
                message = f"{label}: {quoted(item.value)} is listed twice, first on line {first.at.line}."
                page.report(item, message, "Remove one of them.", Kind.DUPLICATE)
        return tuple(seen.values())

    def schema(self) -> dict[str, Any]:
        """Return an array of the items."""
        at_least = {} if self.may_be_empty else {"minItems": 1}
        return {"type": "array", "items": self.item.schema(), **at_least}


@dataclass(frozen=True, slots=True)
class Deferred:
    """A shape that is made when the first value of it is read: most matrices have none."""

    load: Callable[[], Shape]

    @property
    def words(self) -> str:
        """The shape in words."""
        return self.load().words

    def read(self, node: yaml.Node, page: Page, label: str) -> Any:
        """Read by the shape."""
        return self.load().read(node, page, label)

    def schema(self) -> dict[str, Any]:
        """Return the shape's own."""
        return self.load().schema()


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """A shape for a text, another for a list, another for a mapping; each may be absent."""

    text: Shape | None = None
    items: Shape | None = None
    keys: Shape | None = None

    @property
    def words(self) -> str:
        """The shapes, joined."""
        return ", or ".join(shape.words for shape in self._shapes())

    def read(self, node: yaml.Node, page: Page, label: str) -> Any:
        """Read by the shape that fits the kind of node."""
        shape = self._for(node)
        if shape is None:
            _wrong_type(node, page, label, self.words)
            return None
        return shape.read(node, page, label)

    def schema(self) -> dict[str, Any]:
        """Return the union."""
        return {"anyOf": [shape.schema() for shape in self._shapes()]}

    def _for(self, node: yaml.Node) -> Shape | None:
        if isinstance(node, yaml.MappingNode):
            return self.keys
        if isinstance(node, yaml.SequenceNode):
            return self.items
        return self.text if node.tag == STR else None

    def _shapes(self) -> tuple[Shape, ...]:
        return tuple(shape for shape in (self.text, self.items, self.keys) if shape is not None)
