"""One file while it is read: where its nodes stand, its variables, and what is wrong with it so far."""

from collections.abc import Mapping

import yaml

from pytest_sfintegration.matrix.document import MAX_NODES
from pytest_sfintegration.matrix.errors import Kind, MatrixError, MatrixErrors
from pytest_sfintegration.matrix.variables import VariableProblem, substitute
from pytest_sfintegration.rights import Location

__all__ = ["STR", "Page", "found", "quoted"]

STR = "tag:yaml.org,2002:str"
_PLAIN = ("tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")
_LONGEST_QUOTE = 60
_FOUND = {
    "tag:yaml.org,2002:int": "the number {}",
    "tag:yaml.org,2002:float": "the number {}",
    "tag:yaml.org,2002:bool": "{}, which YAML reads as true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "the date {}",
    "tag:yaml.org,2002:merge": "the merge key <<",
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:map": "a mapping",
    STR: "the text {}",
}


class Page:
    """Collects the errors of one file; its readers ask it for places and for the value of texts.

    ``partial``: the file is a base, or extends one, so that what a whole matrix requires may be missing.
    """

    def __init__(self, path: str, environ: Mapping[str, str], *, partial: bool = False) -> None:
        self.path = path
        self.partial = partial
        self.errors: list[MatrixError] = []
        self._environ = environ
        self._budget = MAX_NODES

    def at(self, node: yaml.Node) -> Location:
        """Return the place where ``node`` begins."""
        mark = node.start_mark
        return Location(path=self.path, line=mark.line + 1, column=mark.column + 1)

    def report(self, node: yaml.Node, message: str, remedy: str, kind: Kind = Kind.STRUCTURE) -> None:
        """Keep an error that stands at ``node``."""
        self.report_at(self.at(node), message, remedy, kind)

    def report_at(self, at: Location, message: str, remedy: str, kind: Kind) -> None:
        """Keep an error that stands at ``at``."""
        self.errors.append(MatrixError(at=at, message=message, remedy=remedy, kind=kind))

    def enter(self, node: yaml.Node) -> None:
        """Count the entries of a collection; raise when aliases multiply them beyond bounds."""
        if node.tag not in _PLAIN:
            message = f"the tag {quoted(node.tag)} is not supported."
            self.report(node, message, "Remove the tag.")
        self._budget -= len(node.value) + 1
        if self._budget < 0:
            message = f"aliases multiply the file's values beyond {MAX_NODES}."
            self.report(node, message, "Use fewer aliases.", Kind.SYNTAX)
            raise MatrixErrors(self.errors)

    def value(self, node: yaml.Node, label: str) -> str | None:
        """Return the text of ``node``, its variables replaced; report and return None if they cannot be."""
        raw: str = node.value
        if "$" not in raw:
            return raw
        try:
            return substitute(raw, self._environ)
        except VariableProblem as problem:
            self.report(node, f"{label}: {problem.message}", problem.remedy, Kind.VARIABLE)
            return None


def found(node: yaml.Node) -> str:
    """Return what ``node`` is, in words. Texts are quoted as written, with variables not replaced."""
    if isinstance(node, yaml.ScalarNode):
        words = _FOUND.get(node.tag, f"a value of the type {quoted(node.tag)}")
        return words.format(quoted(node.value))
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def quoted(text: str) -> str:
    """Return ``text`` on one line between quotes, shortened."""
    short = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
    escaped = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in short
    )
    return f"'{escaped}'"
