"""Where the reader writes down what is wrong, and the error for a source that is not there at all."""

from collections.abc import Iterable, Iterator

from pytest_sfintegration.sfdx.model import Open, Problem, Severity

__all__ = ["Problems", "Rejected", "SourceError"]


class SourceError(ValueError):
    """The path holds no source that could be read; the message says what was looked for."""


class Rejected(Exception):
    """A file that is not read: what is wrong, on which line, and the remedy."""

    def __init__(self, message: str, remedy: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.line = line


class Problems:
    """Collect problems in the order they are met, each once."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def error(
        self,
        path: str,
        line: int | None,
        message: str,
        remedy: str,
        about: Iterable[str] = (),
        *,
        leaves_open: Open = Open.NOTHING,
    ) -> None:
        """Note what the platform would refuse, or what cannot be known."""
        problem = Problem(
            path=path,
            line=line,
            message=message,
            remedy=remedy,
            about=frozenset(about),
            leaves_open=leaves_open,
        )
        self._found[problem] = None

    def warn(self, path: str, line: int | None, message: str, remedy: str, about: Iterable[str] = ()) -> None:
        """Note what the source speaks of but does not contain."""
        problem = Problem(
            path=path,
            line=line,
            message=message,
            remedy=remedy,
            severity=Severity.WARNING,
            about=frozenset(about),
            leaves_open=Open.NOTHING,
        )
        self._found[problem] = None
