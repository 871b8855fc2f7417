"""Parse a metadata file: bounded, without DTD or entities, with line numbers when somebody asks.

``xml.etree`` (expat in C) parses the many small files of a project as fast as lxml does and needs no further
dependency. It keeps no line numbers: those are counted in a second pass, of the one file that a problem
is about. Many files of a project are a root that holds nothing but texts; one regular expression reads those
(``flat``), and they become a tree only when somebody asks for an element.
"""

import os
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from xml.parsers import expat

from pytest_sfintegration.sfdx.flat import read_flat
from pytest_sfintegration.sfdx.names import without_tokens
from pytest_sfintegration.sfdx.problems import Rejected

__all__ = [
    "MAX_BYTES",
    "NAMESPACE",
    "Document",
    "expect",
    "parse",
    "read_bytes",
    "read_document",
    "text_of",
    "without_namespace_tokens",
]

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
MAX_BYTES = 64 * 1024 * 1024
_DECLARATION = f' xmlns="{NAMESPACE}"'.encode()
_QUALIFIED = "{" + NAMESPACE + "}"
_USUAL_SIZE = 1 << 13  # most files are smaller, and a small buffer is faster to have
_CHUNK = 1 << 16


class Document:
    """A parsed file: its path, its root element, and the line of any of its elements.

    ``tag`` is the root's; ``pairs`` are tag and text of the root's children if the file was read as flat,
    without making elements.
    """

    __slots__ = ("_lines", "_root", "content", "pairs", "path", "tag")

    def __init__(
        self,
        path: str,
        content: bytes,
        tag: str,
        *,
        root: ET.Element | None = None,
        pairs: list[tuple[str, str | None]] | None = None,
    ) -> None:
        self.path = path
        self.tag = tag
        self.pairs = pairs
        self.content = content
        self._root = root
        self._lines: dict[int, int] | None = None

    @property
    def root(self) -> ET.Element:
        """The root element."""
        if self._root is None:
            self._root = _tree(self.content)
        return self._root

    def line(self, element: ET.Element) -> int | None:
        """Return the line on which ``element`` starts."""
        if self._lines is None:
            starts: list[int] = []
            parser = expat.ParserCreate("utf-8")
            parser.StartElementHandler = lambda *_: starts.append(parser.CurrentLineNumber)
            parser.Parse(self.content, True)  # noqa: FBT003 - expat's own signature
            self._lines = {id(each): line for each, line in zip(self.root.iter(), starts, strict=True)}
        return self._lines.get(id(element))


def read_bytes(path: str) -> bytes:
    """Read a file of bounded size; raise ``Rejected`` for what cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            content = os.read(handle, _USUAL_SIZE)
            if len(content) == _USUAL_SIZE:
                content = _read_rest(handle, content)
        finally:
            os.close(handle)
    except OSError as error:
        raise Rejected(
            f"cannot be read: {error.strerror}.", "Check the file and its access rights."
        ) from None
    return content


def _read_rest(handle: int, start: bytes) -> bytes:
    size = os.fstat(handle).st_size
    if size > MAX_BYTES:
        raise Rejected(
            f"is too big: {size} bytes; at most {MAX_BYTES} are read.",
            "Split the file, or name it in .forceignore if it is no metadata.",
        )
    chunks = [start]
    while chunk := os.read(handle, _CHUNK):
        chunks.append(chunk)
    return b"".join(chunks)


def parse(path: str, content: bytes) -> Document:
    """Parse ``content``; element names come without namespace. Raise ``Rejected`` for what is not read."""
    content = without_namespace_tokens(content)
    flat = read_flat(content)
    if flat is not None:
        return Document(path, content, flat[0], pairs=flat[1])
    if b"<!DOCTYPE" in content:
        _refuse_document_type(_decode(content))
    root = _tree(content)
    return Document(path, content, root.tag, root=root)


def without_namespace_tokens(content: bytes) -> bytes:
    """Return a file's content without the tokens that stand for a namespace."""
    if b"NAMESPACE" in content:  # in every token, and found sooner than the underscores of every name
        return without_tokens(_decode(content)).encode()
    return content


def _tree(content: bytes) -> ET.Element:
    # whatever the file declares, it is UTF-8: Salesforce writes nothing else
    parser = ET.XMLParser(encoding="utf-8")  # noqa: S314 - a document type is refused before
    try:
        parser.feed(content.replace(_DECLARATION, b"", 1))
        root = parser.close()
    except ET.ParseError as error:
        _decode(content)
        reason = str(error).partition(": line")[0]
        raise Rejected(
            f"is not well-formed XML: {reason}.", "Repair the markup on this line.", error.position[0]
        ) from None
    if root.tag[0] == "{":
        _strip(root)
    return root


def read_document(path: str, expected: Iterable[str]) -> Document:
    """Read and parse a file whose root element is one of ``expected``."""
    return expect(parse(path, read_bytes(path)), expected)


def expect(document: Document, expected: Iterable[str]) -> Document:
    """Return a document whose root element is one of ``expected``; raise ``Rejected`` for another."""
    if document.tag not in expected:
        wanted = " or ".join(f"<{name}>" for name in expected)
        raise Rejected(
            f"has the root element <{document.tag}> where {wanted} is expected.",
            "Rename the file to match its content, or repair the root element.",
            document.line(document.root),
        )
    return document


def text_of(element: ET.Element | None) -> str:
    """Return the text of an element without surrounding space; empty for an absent one."""
    return (element.text or "").strip() if element is not None else ""


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(
            "is not UTF-8.",
            "Save the file as UTF-8, as Salesforce writes it.",
            content.count(b"\n", 0, error.start) + 1,
        ) from None


def _refuse_document_type(text: str) -> None:
    """Refuse a document type declaration (not one that a comment or CDATA merely shows)."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise Rejected(
            "holds a document type declaration (<!DOCTYPE>), which may define entities; it is not read.",
            "Remove the declaration: metadata files have none.",
            parser.CurrentLineNumber,
        )

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError:
        return


def _strip(root: ET.Element) -> None:
    for element in root.iter():
        element.tag = element.tag.removeprefix(_QUALIFIED)
