"""The end of a run: causes first, then a grid of objects and operations for each integration."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any

__all__ = ["counted", "markup_of", "render_causes", "render_grid", "wrapped"]

Record = Mapping[str, Any]

_COLUMNS = ("create", "read", "edit", "delete", "view all", "modify all", "fields")
_WRAPPED: Mapping[str, Any] = {
    "width": 80,
    "initial_indent": "  ",
    "subsequent_indent": "      ",
    "break_long_words": False,
    "break_on_hyphens": False,
}
_CAUSES = 8
_EXAMPLES = 3


def render_causes(records: Sequence[Record]) -> list[str]:
    """Return the first causes of wrong rights, each with a count and the first few; the rest is counted."""
    causes: dict[str, list[str]] = {}
    for record in records:
        for one in record["findings"]:
            causes.setdefault(one["cause"], []).append(f"{one['verdict']}: {one['right'] or record['row']}")
    if not causes:
        return []
    verdicts = [one["verdict"] for record in records if "practice" in record for one in record["findings"]]
    open_ones = verdicts.count("inconclusive")
    rights = sum(len(found) for found in causes.values()) - len(verdicts)
    told = [f"{counted(rights, 'right')} not as declared"] if rights or not verdicts else []
    if open_ones < len(verdicts):
        told.append(f"{counted(len(verdicts) - open_ones, 'practice')} not met")
    if open_ones:
        told.append(f"{counted(open_ones, 'practice')} could not be told")
    lines = [f"{', '.join(told)}, {counted(len(causes), 'cause')}:"]
    ranked = sorted(causes.items(), key=lambda pair: -len(pair[1]))
    for cause, found in ranked[:_CAUSES]:
        lines.extend(wrap(f"{len(found)} x {' '.join(cause.split())}", **_WRAPPED))
        shown = found if len(found) <= _EXAMPLES + 1 else found[:_EXAMPLES]
        lines.extend(f"      {one}" for one in shown)
        if len(shown) < len(found):
            lines.append(f"      ... and {len(found) - len(shown)} more")
    if len(ranked) > _CAUSES:
        rest = sum(len(found) for _, found in ranked[_CAUSES:])
        lines.append(f"  ... and {rest} more of {len(ranked) - _CAUSES} further causes")
    return lines


def counted(count: int, noun: str) -> str:
    """Return a count of a noun: ``2 rights``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def wrapped(text: str, width: int) -> str:
    """Return a text in lines of a width, with paths and ids left whole."""
    return "\n".join(wrap(" ".join(text.split()), **{**_WRAPPED, "width": width, "initial_indent": ""}))


def markup_of(line: str) -> dict[str, bool]:
    """Return the markup of a line: causes bold, what is wrong red, what is open yellow."""
    words = set(line.replace(":", " ").split())
    if line.startswith("  ") and line.lstrip()[:1].isdigit() and "x" in words:
        return {"bold": True}
    if words & {"extra", "missing", "EXTRA", "MISSING", "WRONG", "OBJECTS", "NOT"}:
        return {"red": True}
    if "?" in words or words & {"inconclusive", "unknown"}:
        return {"yellow": True}
    return {}


def render_grid(records: Sequence[Record]) -> list[str]:
    """Return one grid an integration: a line an object, a column an operation."""
    lines: list[str] = []
    groups: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["integration"], record["user"], record["org"]), []).append(record)
    for (integration, user, org), members in groups.items():
        if lines:
            lines.append("")
        lines.append(f"{integration} as {user} on {org}")
        lines.extend(_objects(members))
        lines.extend(_others(members))
    return lines


def _objects(records: Iterable[Record]) -> list[str]:
    rows: dict[str, dict[str, str]] = {}
    for record in records:
        if record["object"]:
            rows.setdefault(record["object"], {}).update(record["marks"])
    if not rows:
        return []
    table: list[tuple[str, ...]] = [("object", *_COLUMNS)]
    table += [(name, *(marks.get(column, "") for column in _COLUMNS)) for name, marks in rows.items()]
    widths = [max(len(line[index]) for line in table) for index in range(len(table[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]


def _others(records: Iterable[Record]) -> list[str]:
    """Return the marks of the rows that are no object: user permissions, blocked, closed world, checklist."""
    marks: dict[str, list[str]] = {}
    for record in records:
        if not record["object"]:
            for kind, mark in record["marks"].items():
                marks.setdefault(kind, []).append(mark)
    lines = []
    for kind, found in marks.items():
        if kind == "blocked":
            text = _counts(found, ok="blocked", word="refused")
        elif kind == "checklist":
            text = _counts(found, ok="ok", word="met")
        elif kind == "records":
            text = f"{found.count('ok')} of {len(found)}"
        else:
            text = ", ".join(dict.fromkeys(found))
        lines.append(f"  {kind}: {text}")
    return lines


def _counts(marks: Sequence[str], *, ok: str, word: str) -> str:
    """Return how many are well, and what the others are: ``20 of 23 met, 1 NOT MET, 2 waived``."""
    others = Counter(mark for mark in marks if mark != ok)
    words = {"?": "not told"}
    parts = [f"{marks.count(ok)} of {len(marks)} {word}"]
    return ", ".join([*parts, *(f"{count} {words.get(mark, mark)}" for mark, count in others.items())])
