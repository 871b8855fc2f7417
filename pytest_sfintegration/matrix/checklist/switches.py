"""Shapes of values that only the checklist has. See ``matrix.shapes`` for ``read`` and ``schema``."""

from dataclasses import dataclass
from typing import Any

import yaml

from pytest_sfintegration.matrix.page import Page, found
from pytest_sfintegration.matrix.shapes import Shape

__all__ = ["On", "OnOr", "Whole"]

_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"


@dataclass(frozen=True, slots=True)
class On:
    """The word ``on`` (or true). What is to be off is waived, with a reason."""

    words: str = "on"

    def read(self, node: yaml.Node, page: Page, label: str) -> bool | None:
        """Return true."""
        if node.tag == _BOOL and isinstance(node, yaml.ScalarNode):
            if node.value.lower() in {"true", "on", "yes"}:
                return True
            remedy = "Remove the key; an item that the preset has on is waived, under waive, with a reason."
            page.report(node, f"{label} cannot be turned off here.", remedy)
            return None
        page.report(node, f"{label} must be {self.words}, not {found(node)}.", "Write on.")
        return None

    def schema(self) -> dict[str, Any]:
        """Return the constant."""
        return {"const": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOr:
    """The word ``on``, or a value of another shape."""

    shape: Shape

    @property
    def words(self) -> str:
        """Both, joined."""
        return f"on, or {self.shape.words}"

    def read(self, node: yaml.Node, page: Page, label: str) -> Any:
        """Read by the shape that fits the kind of node."""
        shape = On() if node.tag == _BOOL else self.shape
        return shape.read(node, page, label)

    def schema(self) -> dict[str, Any]:
        """Return the union."""
        return {"anyOf": [On().schema(), self.shape.schema()]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number of at least one; ``of`` says of what."""

    of: str

    @property
    def words(self) -> str:
        """The number in words."""
        return f"a number of {self.of}, 1 or more"

    def read(self, node: yaml.Node, page: Page, label: str) -> int | None:
        """Return the number."""
        text = node.value if isinstance(node, yaml.ScalarNode) and node.tag == _INT else ""
        if text.isascii() and text.isdigit() and not text.startswith("0"):
            return int(text)
        page.report(node, f"{label} must be {self.words}, not {found(node)}.", "Write it in digits.")
        return None

    def schema(self) -> dict[str, Any]:
        """Return the bound."""
        return {"type": "integer", "minimum": 1}
