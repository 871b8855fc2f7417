"""One element of a metadata file, read with suspicion: texts, booleans, numbers, problems."""

import xml.etree.ElementTree as ET
from collections.abc import Collection
from dataclasses import dataclass

from pytest_sfintegration.sfdx.model import Open
from pytest_sfintegration.sfdx.names import unnamespaced
from pytest_sfintegration.sfdx.problems import Problems
from pytest_sfintegration.sfdx.xml import Document

__all__ = ["Context", "Entry", "Values"]

# the lexical space of xsd:boolean, which the Metadata API's schema uses
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_INTEGER_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Context:
    """What every reader needs: where to report, and the namespace prefixes that are the source's own."""

    problems: Problems
    prefixes: tuple[str, ...] = ()

    def own(self, name: str) -> str:
        """Return ``name`` without the source's own namespace."""
        return unnamespaced(name, self.prefixes) if self.prefixes else name


class Values:
    """The texts of an element's children, after they were checked: what is wrong is not said again."""

    __slots__ = ("values",)

    def __init__(self, values: dict[str, str | None]) -> None:
        self.values = values

    def text(self, tag: str) -> str:
        """Return the stripped text of a child; empty if there is none."""
        value = self.values.get(tag)
        return value.strip() if value else ""

    def boolean(self, tag: str, *, default: bool = False) -> bool:
        """Return a boolean; what is neither true nor false is an error, and read as ``default``."""
        value = self.values.get(tag)
        if value is None:
            if tag in self.values:
                self.error(f"<{tag}> is empty.", "Write true or false.")
            return default
        known = _BOOLEANS.get(value)
        if known is None:
            known = _BOOLEANS.get(value.strip())
        if known is None:
            self.error(f"<{tag}> is {value.strip()[:40]!r}, which is no boolean.", "Write true or false.")
            return default
        return known

    def integer(self, tag: str, *, default: int = 0) -> int:
        """Return a number; anything but a few digits is an error, and read as ``default``."""
        written = self.values.get(tag)
        value = written.strip() if written else ""
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= _INTEGER_DIGITS):
            self.error(f"<{tag}> is {value[:40]!r}, which is no number.", "Write a whole number.")
            return default
        return int(value)

    def error(self, message: str, remedy: str) -> None:
        """Report an error; here it was reported before."""


class Entry(Values):
    """An element whose children hold plain values.

    ``about`` names what a problem in it taints, ``leaves_open`` is what cannot be told of it then.
    """

    __slots__ = ("_element", "_size", "about", "context", "document", "leaves_open")

    def __init__(
        self,
        document: Document,
        element: ET.Element | None,
        context: Context,
        about: str,
        leaves_open: Open = Open.NOTHING,
    ) -> None:
        """Read ``element`` of the document; ``None`` is its root, which need not be made an element."""
        self.document = document
        self.context = context
        self.about = about
        self.leaves_open = leaves_open
        pairs = document.pairs if element is None else None
        if pairs is None:
            element = document.root if element is None else element
            super().__init__({child.tag: child.text for child in element})
            self._size = len(element)
        else:
            super().__init__(dict(pairs))
            self._size = len(pairs)
        self._element = element

    @property
    def element(self) -> ET.Element:
        """The element itself."""
        return self.document.root if self._element is None else self._element

    def texts(self, tag: str) -> tuple[str, ...]:
        """Return the texts of all children of one name."""
        return tuple((text or "").strip() for name, text in self._pairs() if name == tag)

    def _pairs(self) -> list[tuple[str, str | None]]:
        if self._element is None and self.document.pairs is not None:
            return self.document.pairs
        return [(child.tag, child.text) for child in self.element]

    def name(self, tag: str) -> str:
        """Return a name, without the source's own namespace."""
        value = self.values.get(tag)
        return self.context.own(value.strip()) if value else ""

    def child(self, tag: str) -> "Entry | None":
        """Return a child that holds values itself."""
        element = self.element.find(tag)
        return None if element is None else self._within(element)

    def children(self, tag: str) -> list["Entry"]:
        """Return all children of one name that hold values themselves."""
        found = self.element.findall(tag)
        return [self._within(element) for element in found]

    def _within(self, element: ET.Element) -> "Entry":
        return Entry(self.document, element, self.context, self.about, self.leaves_open)

    def repeated(self, several: Collection[str] = ()) -> list[str]:
        """Return the children that stand more than once, except those of which ``several`` may."""
        if len(self.values) == self._size:
            return []
        tags = [tag for tag, _ in self._pairs()]
        return sorted({tag for tag in tags if tag not in several and tags.count(tag) > 1})

    def refuse_repeated(self, several: Collection[str] = ()) -> None:
        """Report children that stand more than once: which one counts cannot be known."""
        for tag in self.repeated(several):
            self.error(f"<{tag}> stands more than once.", "Keep one of them.")

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Report children that are none of the ``known``: what they say of access cannot be known."""
        for tag in sorted(self.values.keys() - known):
            self.error(
                f"<{tag[:60]}> is not modelled, and could change access.",
                "Take it out of a copy of the source, or judge what hangs on it on a live org.",
            )

    def error(self, message: str, remedy: str) -> None:
        """Report an error on this element's line."""
        line = self.document.line(self.element)
        self.context.problems.error(
            self.document.path, line, message, remedy, (self.about,), leaves_open=self.leaves_open
        )

    def warn(self, message: str, remedy: str) -> None:
        """Report a warning on this element's line."""
        line = self.document.line(self.element)
        self.context.problems.warn(self.document.path, line, message, remedy, (self.about,))
