"""The tokens of a query text, and a cursor over them.

There are no comments in SOQL; keywords are words that the parser gives a meaning by their place.
"""

import re
from typing import NoReturn

from pytest_sfintegration.embedded.soql.errors import SoqlError, error_at, lexical_error

__all__ = ["RESERVED", "Tokens"]

RESERVED = frozenset(
    {
        "AND",
        "ASC",
        "BIND",
        "BY",
        "DESC",
        "EXCLUDES",
        "FALSE",
        "FOR",
        "FROM",
        "GROUP",
        "HAVING",
        "IN",
        "INCLUDES",
        "LIKE",
        "LIMIT",
        "NOT",
        "NULL",
        "NULLS",
        "OR",
        "ORDER",
        "SELECT",
        "TRUE",
        "UPDATE",
        "USING",
        "WHERE",
        "WITH",
    }
)
"""Words that never name a field, an object or an alias."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<currency>[A-Za-z]{3}\d+\.\d+)
  | (?P<range>[A-Za-z]+_[A-Za-z_]*[A-Za-z]\s*:\s*\d+)
  | (?P<word>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)
  | (?P<datetime>\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<time>\d\d:\d\d:\d\d(?:\.\d+)?[Zz]?)
  | (?P<decimal>\d+\.\d*|\.\d+)
  | (?P<integer>\d+)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<symbol><=|>=|!=|<>|[(),:=<>+\-/*])
  | (?P<other>.)
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_LITERALS = frozenset({"currency", "range", "datetime", "date", "time", "decimal", "integer", "string"})
_NO_NAME = RESERVED | _LITERALS | frozenset({"<eof>"}) | frozenset("(),:=<>+-/*") | {"<=", ">=", "!=", "<>"}

_DEEPEST = 64


class Tokens:
    """A cursor over the tokens of one query.

    ``kind`` of a token is the symbol itself, the kind of a literal, ``path`` for a dotted name, and for any
    other word the word in capitals: the parser compares it with a keyword, or takes it as a name.
    """

    __slots__ = ("ats", "depth", "index", "kind", "kinds", "text", "texts")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.ats: list[int] = []
        self._scan()
        self.index = 0
        self.depth = 0
        self.kind = self.kinds[0]

    def _scan(self) -> None:
        kinds, texts, ats = self.kinds, self.texts, self.ats
        for found in _TOKEN.finditer(self.text):
            kind = found.lastgroup
            if kind == "space":
                continue
            token = found.group()
            if kind == "word":
                kinds.append("path" if "." in token else token.upper())
            elif kind == "symbol":
                kinds.append(token)
            elif kind == "other":
                raise _bad_character(self.text, found.start(), token)
            else:
                kinds.append(kind or "")
            texts.append(token)
            ats.append(found.start())
        kinds.append("<eof>")
        texts.append("<EOF>")
        ats.append(len(self.text))

    @property
    def at(self) -> int:
        """The offset of the current token."""
        return self.ats[self.index]

    @property
    def token(self) -> str:
        """The text of the current token."""
        return self.texts[self.index]

    def peek(self, ahead: int = 1) -> str:
        """Return the kind of a later token."""
        index = self.index + ahead
        return self.kinds[index] if index < len(self.kinds) else "<eof>"

    def advance(self) -> str:
        """Step over the current token and return its text."""
        token = self.texts[self.index]
        if self.index < len(self.kinds) - 1:
            self.index += 1
            self.kind = self.kinds[self.index]
        return token

    def accept(self, kind: str) -> bool:
        """Step over the current token when it is of that kind."""
        if self.kind != kind:
            return False
        self.advance()
        return True

    def expect(self, kind: str) -> None:
        """Step over the token of that kind, or refuse the query."""
        if self.kind != kind:
            if kind == ")":
                self.fail(f"expecting a right parentheses, found '{self.token}'")
            if kind == "(":
                self.fail(f"expecting a left parentheses, found '{self.token}'")
            self.unexpected()
        self.advance()

    def enter(self) -> None:
        """Go one level down: into parentheses, a function or a nested query.

        How deep the platform goes is not documented; the bound keeps any query within the stack.
        """
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail("Query is too complex")

    def leave(self) -> None:
        """Come one level up."""
        self.depth -= 1

    def names(self) -> bool:
        """Tell whether the current token can be a name or a path."""
        return self.kind not in _NO_NAME

    def name(self) -> str:
        """Take a name without dots."""
        if self.kind in _NO_NAME or self.kind == "path":
            self.unexpected()
        return self.advance()

    def dotted(self) -> tuple[str, ...]:
        """Take a name or a path."""
        if self.kind == "path":
            return tuple(part.strip() for part in self.advance().split("."))
        return (self.name(),)

    def object_name(self) -> tuple[str, ...]:
        """Take the name of an object: Group and Order are objects although their names are keywords."""
        return (self.advance(),) if self.kind in {"GROUP", "ORDER"} else self.dotted()

    def unexpected(self) -> NoReturn:
        """Refuse the current token: ``unexpected token: 'FORM'`` (*community*: quoted in many threads)."""
        self.fail(f"unexpected token: '{self.token}'")

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        """Refuse the query as malformed, at the current token or the given offset."""
        raise error_at(self.text, self.at if at is None else at, "MALFORMED_QUERY", message)


def _bad_character(text: str, offset: int, character: str) -> SoqlError:
    """Build the error of a character outside the grammar; an opening quote means an unclosed string."""
    if character == "'":
        return lexical_error(text, len(text), "mismatched character '<EOF>' expecting '''")
    return lexical_error(text, offset, f"no viable alternative at character '{character}'")
