"""The shapes of values that only a users file has; see ``matrix.shapes`` for ``read`` and ``schema``."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from pytest_sfintegration.matrix.nearest import did_you_mean
from pytest_sfintegration.matrix.page import Page, found, quoted
from pytest_sfintegration.matrix.records import Record
from pytest_sfintegration.matrix.shapes import is_text
from pytest_sfintegration.rights import Location

__all__ = ["Flag", "Moment", "Number", "Secret", "SecretText", "Table"]

_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_LONGEST_NUMBER = 12
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretText:
    """A secret and its place. ``written``: it stands in the file itself, not in the environment."""

    at: Location
    written: bool
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that no message may quote."""

    words: str = "a text between quotes, or a variable such as ${PASSWORD}"

    def read(self, node: yaml.Node, page: Page, label: str) -> SecretText | None:
        """Return the secret."""
        if not is_text(node):
            page.report(node, f"{label} must be {self.words}.", "Put it between quotes.")
            return None
        text = page.value(node, label)
        if text == "":
            page.report(node, f"{label} is empty.", "Give it a value, or remove the key.")
        if not text:
            return None
        return SecretText(at=page.at(node), written=bool(_VARIABLE.sub("", node.value)), text=text)

    def schema(self) -> dict[str, Any]:
        """Return a text that is not empty."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    words: str = "true or false"

    def read(self, node: yaml.Node, page: Page, label: str) -> bool | None:
        """Return the flag; YAML 1.1's yes, on and their kin are refused."""
        value = _FLAGS.get(str(node.value)) if node.tag == _BOOL else None
        if value is None:
            page.report(node, f"{label} must be {self.words}, not {found(node)}.", "Write true or false.")
        return value

    def schema(self) -> dict[str, Any]:
        """Return the boolean type."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a date with a time, of ISO 8601."""

    words: str = "a date such as 2026-01-31, or 2026-01-31T08:00:00Z"

    def read(self, node: yaml.Node, page: Page, label: str) -> str | None:
        """Return the text as it stands: YAML's own dates are texts too."""
        text = str(node.value)
        try:
            datetime.fromisoformat(text)
        except ValueError:
            page.report(node, f"{label} must be {self.words}, not {found(node)}.", f"Write {self.words}.")
            return None
        return text

    def schema(self) -> dict[str, Any]:
        """Return a text that begins with a date."""
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number, zero or more; with ``choices``, one of them."""

    choices: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """The choices, or the kind."""
        return " or ".join(map(str, self.choices)) or "a whole number, zero or more"

    def read(self, node: yaml.Node, page: Page, label: str) -> int | None:
        """Return the number."""
        text = str(node.value)
        if node.tag == _INT and re.fullmatch("0|[1-9][0-9]*", text) and len(text) <= _LONGEST_NUMBER:
            number = int(text)
            if not self.choices or number in self.choices:
                return number
        page.report(node, f"{label} must be {self.words}, not {found(node)}.", f"Write {self.words}.")
        return None

    def schema(self) -> dict[str, Any]:
        """Return the choices or the integer type."""
        return {"enum": list(self.choices)} if self.choices else {"type": "integer", "minimum": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Record):
    """A record of a file in which secrets may stand."""

    def _report_unknown(self, key: yaml.Node, page: Page, label: str) -> None:
        remedy = did_you_mean(key.value, self._by_name, f"Its keys are: {self._names()}.")
        page.report(key, f"{label}: unknown key {quoted(key.value)}.", remedy)
