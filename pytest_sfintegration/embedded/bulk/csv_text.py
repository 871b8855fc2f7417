"""CSV in and out: delimiters, line endings, everything quoted on its way out."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

__all__ = [
    "COMMA_LF",
    "DELIMITERS",
    "LINE_ENDINGS",
    "CsvError",
    "Dialect",
    "Table",
    "read_table",
    "write_table",
]

# Documented: Bulk API 2.0, ColumnDelimiterEnum and LineEndingEnum.
DELIMITERS: Mapping[str, str] = MappingProxyType(
    {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
)
LINE_ENDINGS: Mapping[str, str] = MappingProxyType({"LF": "\n", "CRLF": "\r\n"})
_LONE_LF = re.compile(r"(?<!\r)\n")


class CsvError(Exception):
    """Data that the job cannot be run with: the message is that of a failed job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a job's CSV is written; ``line_ending`` None accepts both (Bulk API)."""

    delimiter: str = "COMMA"
    line_ending: str | None = "LF"


COMMA_LF = Dialect()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A header and rows of its width."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_table(data: bytes, dialect: Dialect) -> Table:
    """Return the table of a CSV file; raises CsvError.

    The text about line endings is community knowledge, as many published logs show it; the others are
    assumed.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CsvError("ClientInputError : the data is not UTF-8") from None
    _check_line_endings(text, dialect.line_ending)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[dialect.delimiter], strict=True)
    try:
        lines = [tuple(row) for row in reader if row]
    except csv.Error as error:
        raise CsvError(f"InvalidBatch : Failed to parse CSV: {error}") from error
    if not lines:
        raise CsvError("InvalidBatch : Failed to parse CSV: there is no header")
    header, *rows = lines
    lowered = [name.lower() for name in header]
    if len(set(lowered)) < len(lowered) or "" in lowered:
        raise CsvError("InvalidBatch : Failed to parse CSV: a column is named twice or not at all")
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise CsvError(
                f"InvalidBatch : Failed to parse CSV: row {number} has {len(row)} values, "
                f"the header {len(header)}"
            )
    return Table(header=header, rows=tuple(rows))


def _check_line_endings(text: str, expected: str | None) -> None:
    if expected is None:
        return
    for outside in text.split('"')[::2]:  # what stands between quotes may hold any line ending
        wrong = "\r" in outside if expected == "LF" else _LONE_LF.search(outside) is not None
        if wrong:
            raise CsvError(
                "ClientInputError : LineEnding is invalid on user data. "
                f"Current LineEnding setting is {expected}"
            )


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]], dialect: Dialect) -> bytes:
    """Return a CSV file with every value in quotes, as the documented results are."""
    delimiter, ending = DELIMITERS[dialect.delimiter], LINE_ENDINGS[dialect.line_ending or "LF"]
    lines = (delimiter.join(map(_quoted, row)) for row in (header, *rows))
    return "".join(f"{line}{ending}" for line in lines).encode()


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
