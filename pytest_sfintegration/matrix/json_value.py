"""A value as JSON has them: the body of a request."""

from dataclasses import dataclass
from typing import Any

import yaml

from pytest_sfintegration.matrix.page import Page, found
from pytest_sfintegration.matrix.records import keys_of
from pytest_sfintegration.matrix.shapes import Scalar

__all__ = ["JsonBody"]

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A mapping or a list of whatever JSON can say. What YAML reads in a way of its own must be quoted."""

    words: str = "a mapping or a list, as JSON has them"

    def read(self, node: yaml.Node, page: Page, label: str) -> Any:
        """Return the value."""
        if isinstance(node, yaml.MappingNode | yaml.SequenceNode):
            return _value(node, page, label)
        page.report(node, f"{label} must be {self.words}, not {found(node)}.", "Write {Field: value}.")
        return None

    def schema(self) -> dict[str, Any]:
        """Return the types."""
        return {"type": ["object", "array"]}


def _value(node: yaml.Node, page: Page, label: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {name: _value(value, page, name) for name, _, value in keys_of(node, page, label)}
    if isinstance(node, yaml.SequenceNode):
        page.enter(node)
        return [_value(one, page, label) for one in node.value]
    if node.tag == _NULL:
        return None
    return Scalar().read(node, page, label)
