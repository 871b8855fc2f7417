"""What can be wrong with a matrix, and the exception that carries all of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pytest_sfintegration.rights import Location

__all__ = ["Kind", "MatrixError", "MatrixErrors"]


class Kind(StrEnum):
    """What sort of rule a matrix breaks. A JSON Schema can say STRUCTURE and no other."""

    FILE = "file"  # missing, too large, not UTF-8
    SYNTAX = "syntax"  # not YAML, or YAML outside of the bounds
    STRUCTURE = "structure"  # unknown or missing key, wrong type, a text of the wrong form, an empty list
    VARIABLE = "variable"  # ${VAR} that cannot be replaced
    DUPLICATE = "duplicate"
    IMPLICATION = "implication"  # a right without the right that it depends on
    CONTRADICTION = "contradiction"
    BASE = "base"  # extends: that cannot be followed
    INCOMPLETE = "incomplete"  # nothing to expect, or no integration user, once the bases are merged in
    UNKNOWN_NAME = "unknown name"
    VALUE = "value"  # a text of the right form that stands for nothing: an address, a pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixError:
    """One thing that is wrong, where, and what to do about it."""

    at: Location
    message: str
    remedy: str
    kind: Kind = Kind.STRUCTURE

    def __str__(self) -> str:
        return f"{self.at}: {self.message} {self.remedy}".rstrip()


class MatrixErrors(Exception):
    """Everything that is wrong with a matrix, by place; ``str()`` prints one line each."""

    def __init__(self, errors: Iterable[MatrixError]) -> None:
        # A faulty list that is aliased many times is still one fault.
        self.errors = tuple(sorted(dict.fromkeys(errors), key=lambda error: error.at))
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)
