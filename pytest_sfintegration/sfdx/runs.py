"""Cut runs of field permissions, the bulk of permission sets and profiles, out before the rest is parsed.

One expression finds them as Salesforce writes them. What is left, with one empty element in place of each
run, goes to the parser: if it finds all of those elements directly within the root, then the runs stood
there, not in a comment or in something else, and the whole is well-formed. Otherwise the file is parsed as
it is. A run leaves its line breaks behind, so that lines stay the same. Measured on the permission sets of a
public project: 400 field permissions are read in a third of the time.
"""

import re
import xml.etree.ElementTree as ET
from typing import NamedTuple

from pytest_sfintegration.sfdx.problems import Rejected
from pytest_sfintegration.sfdx.xml import Document, parse, without_namespace_tokens

__all__ = ["RUN", "CutDocument", "Run", "parse_container"]

RUN = "_"  # the tag of the element in place of a run
_TAG = "fieldPermissions"
_START = f"<{_TAG}>".encode()
_MARK = b"<_/>"
_SPACE = rb"[ \t\r\n]*"
_FIELD_PERMISSIONS = _SPACE.join((
    _START,
    b"<editable>(?:true|false)</editable>",
    rb"<field>[a-zA-Z][\w.]*</field>",
    b"<readable>(?:true|false)</readable>",
    b"</fieldPermissions>",
))  # fmt: skip
_RUN = re.compile(rb"%s(?:%s%s)*" % (_FIELD_PERMISSIONS, _SPACE, _FIELD_PERMISSIONS))
_VALUES = re.compile(r"<editable>(\w+)</editable>\s*<field>([^<]+)</field>\s*<readable>(\w+)<")
_TAGS = ("editable", "field", "readable")
_NO_LINE_BREAKS = bytes(set(range(256)) - set(b"\r\n"))


class Run(NamedTuple):
    """A run: what its entries say (editable, field, readable), its text, and what stands before it."""

    entries: list[tuple[str, str, str]]
    text: bytes
    before: bytes

    def line(self, index: int) -> int:
        """Return the line on which an entry starts, as an XML parser counts lines."""
        start = 0
        for _ in range(index + 1):
            start = self.text.index(_START, start) + 1
        text = self.before + self.text[:start]
        return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n") + 1


class CutDocument(Document):
    """A document with an element ``RUN`` where a run was; ``runs`` are in the order of these."""

    __slots__ = ("runs",)

    def __init__(self, left: Document, runs: list[Run]) -> None:
        """Take what is left, and the runs."""
        super().__init__(left.path, left.content, left.tag, root=left.root)
        self.runs = runs

    def entry(self, run: Run, index: int) -> Document:
        """Return one entry of a run as a document of its own, to be read as any element."""
        return _Entry(self.path, run, index)


class _Entry(Document):
    """One entry of a run: its element is made, and its line counted, when something is to be said of it."""

    __slots__ = ("_index", "_run")

    def __init__(self, path: str, run: Run, index: int) -> None:
        pairs: list[tuple[str, str | None]] = list(zip(_TAGS, run.entries[index], strict=True))
        super().__init__(path, b"", _TAG, pairs=pairs)
        self._run = run
        self._index = index

    @property
    def root(self) -> ET.Element:
        return ET.Element(self.tag)

    def line(self, element: ET.Element) -> int:  # noqa: ARG002 - there is but one
        return self._run.line(self._index)


def parse_container(path: str, content: bytes) -> Document:
    """Parse a permission set or profile; the document is a ``CutDocument`` if it has runs."""
    named = without_namespace_tokens(content)
    runs: list[Run] = []

    def cut(found: re.Match[bytes]) -> bytes:
        text = found[0]
        runs.append(Run(_VALUES.findall(text.decode()), text, named[: found.start()]))
        return _MARK + text.translate(None, _NO_LINE_BREAKS)

    left = _RUN.sub(cut, named)
    if runs and left.count(b"<_") == len(runs) and b"NAMESPACE" not in left:
        try:
            document = parse(path, left)
        except Rejected:
            return parse(path, content)
        if sum(element.tag == RUN for element in document.root) == len(runs):
            return CutDocument(document, runs)
    return parse(path, content)
