"""The mappings of a matrix: tables of keys, and free names. See ``shapes`` for ``read`` and ``schema``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.nearest import did_you_mean
from pytest_sfintegration.matrix.page import Page, found, quoted
from pytest_sfintegration.matrix.shapes import Shape, Text, is_text
from pytest_sfintegration.rights import Location

__all__ = ["ROOT", "Entries", "Found", "Key", "MapOf", "Record", "Required", "keys_of"]

ROOT = "the matrix"
"""The label of the whole file; its keys are called by their names alone."""

_MERGE = "tag:yaml.org,2002:merge"
_LOGINS = "Remove it: logins are configured with the target org (--sf-org), outside of the matrix."
_SECRET = re.compile(
    "password|passwd|passphrase|secret|token|private_?key|consumer_?key|session_?id|credential", re.IGNORECASE
)


class Found(NamedTuple):
    """A value of a mapping and the place of its key."""

    at: Location
    value: Any


class Required(Enum):
    """When a key must be there."""

    NEVER = "never"
    ALWAYS = "always"
    WHOLE = "in a matrix that extends no other and is no base of another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One row of a table of keys."""

    name: str
    shape: Shape
    description: str
    required: Required = Required.NEVER


def keys_of(node: yaml.MappingNode, page: Page, label: str) -> list[tuple[str, yaml.Node, yaml.Node]]:
    """Return (name, key node, value node) of the sound keys; report those that are no text or there twice."""
    page.enter(node)
    entries: dict[str, tuple[str, yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if not is_text(key):
            _report_key(key, page, label)
        elif key.value in entries:
            line = entries[key.value][1].start_mark.line + 1
            message = f"{label}: the key {quoted(key.value)} is given twice, first on line {line}."
            page.report(key, message, "Remove or merge one of them.", Kind.DUPLICATE)
        else:
            entries[key.value] = (key.value, key, value)
    return list(entries.values())


def _report_key(key: yaml.Node, page: Page, label: str) -> None:
    if key.tag == _MERGE:
        message = f"{label}: merge keys (<<) are not supported."
        page.report(key, message, "Write the keys out, or share them through a base with extends:.")
        return
    page.report(key, f"{label}: a key must be a text, not {found(key)}.", "Put the key between quotes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping with keys from a table.

    ``unsupported``: keys that the format foresees and this version does not read. ``one_of``:
    at least one of these keys must be there.
    """

    words: str
    table: tuple[Key, ...]
    unsupported: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    _by_name: Mapping[str, Key] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", MappingProxyType({key.name: key for key in self.table}))

    def read(self, node: yaml.Node, page: Page, label: str) -> dict[str, Found] | None:
        """Return the sound values by key."""
        if not isinstance(node, yaml.MappingNode):
            page.report(
                node, f"{label} must be {self.words}, not {found(node)}.", f"Its keys are: {self._names()}."
            )
            return None
        if not node.value:
            page.report(node, f"{label} is empty.", f"Its keys are: {self._names()}.")
            return None
        values: dict[str, Found] = {}
        present: set[str] = set()
        for name, key, value_node in keys_of(node, page, label):
            present.add(name)
            row = self._by_name.get(name)
            if row is None:
                self._report_unknown(key, page, label)
                continue
            value = row.shape.read(value_node, page, self._label_of(name, label))
            if value is not None:
                values[name] = Found(page.at(key), value)
        self._report_missing(present, node, page, label)
        return values

    def schema(self) -> dict[str, Any]:
        """Return an object with the keys, and no others."""
        required = [key.name for key in self.table if key.required is Required.ALWAYS]
        properties = {key.name: {"description": key.description, **key.shape.schema()} for key in self.table}
        schema: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            "minProperties": 1,
        }
        if required:
            schema["required"] = required
        if self.one_of:
            schema["anyOf"] = [{"required": [name]} for name in self.one_of]
        return schema

    def _names(self) -> str:
        return ", ".join(self._by_name)

    def _label_of(self, name: str, label: str) -> str:
        return name if label == ROOT else f"{name} of {label}"

    def _report_unknown(self, key: yaml.Node, page: Page, label: str) -> None:
        name: str = key.value
        if name in self.unsupported:
            message = f"{label}: {quoted(name)} is not supported in this version."
            page.report(key, message, "Remove it: it would not be tested.")
            return
        if _looks_secret(name):
            message = f"{label}: unknown key {quoted(name)}; secrets do not stand in a matrix."
            page.report(key, message, _LOGINS)
            return
        remedy = did_you_mean(name, self._by_name, f"Its keys are: {self._names()}.")
        page.report(key, f"{label}: unknown key {quoted(name)}.", remedy)

    def _report_missing(self, present: set[str], node: yaml.Node, page: Page, label: str) -> None:
        needed = (Required.ALWAYS,) if page.partial else (Required.ALWAYS, Required.WHOLE)
        for key in self.table:
            if key.required in needed and key.name not in present:
                page.report(
                    node, f"{label}: the key '{key.name}' is missing.", f"Add {key.name}: {key.shape.words}."
                )
        if self.one_of and not present.intersection(self.one_of):
            page.report(node, f"{label} names nothing.", f"Add one of: {', '.join(self.one_of)}.")


def _looks_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """A mapping from names of one form to values of one shape."""

    key: Text
    value: Shape
    what: str

    @property
    def words(self) -> str:
        """The shape of keys and values."""
        return f"a mapping from {self.key.words} to its {self.what}"

    def read(self, node: yaml.Node, page: Page, label: str) -> dict[str, Found] | None:
        """Return the sound values by name."""
        if not isinstance(node, yaml.MappingNode):
            page.report(node, f"{label} must be {self.words}, not {found(node)}.", "Write name: value.")
            return None
        if not node.value:
            page.report(node, f"{label} is empty.", "Name at least one, or remove the key.")
            return None
        values: dict[str, Found] = {}
        for name, key, value_node in keys_of(node, page, label):
            if not self.key.fits(name):
                page.report(key, f"{label}: {quoted(name)} is not {self.key.words}.", self.key.remedy)
                continue
            value = self.value.read(value_node, page, name)
            if value is not None:
                values[name] = Found(page.at(key), value)
        return values

    def schema(self) -> dict[str, Any]:
        """Return an object with free keys of the form."""
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^(?:{self.key.pattern})$"},
            "additionalProperties": self.value.schema(),
            "minProperties": 1,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A list of mappings of one table."""

    item: Record

    @property
    def words(self) -> str:
        """The shape of the items."""
        return f"a list, each item {self.item.words}"

    def read(self, node: yaml.Node, page: Page, label: str) -> tuple[Found, ...] | None:
        """Return the sound values of each entry, with its place."""
        if not isinstance(node, yaml.SequenceNode):
            page.report(
                node, f"{label} must be {self.words}, not {found(node)}.", "Begin each item with '- '."
            )
            return None
        page.enter(node)
        if not node.value:
            page.report(node, f"{label} is an empty list.", "Name at least one, or remove the key.")
            return None
        read = ((item, self.item.read(item, page, f"an entry of {label}")) for item in node.value)
        return tuple(Found(page.at(item), values) for item, values in read if values is not None)

    def schema(self) -> dict[str, Any]:
        """Return an array of the items."""
        return {"type": "array", "items": self.item.schema(), "minItems": 1}
