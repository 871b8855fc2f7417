"""The review of a run for auditors, as a document: every row, what was observed, who grants it.

Two runs of the same suite on the same org make the same document but for its ``date``: rows stand in the
order of their matrices, nothing tells a run time, a number of calls or the host of an org.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_sfintegration.report.markdown import plain
from pytest_sfintegration.report.review_record import REVIEW

__all__ = ["Entry", "review_document"]

Record = Mapping[str, Any]

_ADDRESS = re.compile(r"https?://[^/\s]+")
_MET = "met"
_STATES = (
    "ok",
    "not as declared",
    "could not be told",
    "waived",
    "not declared",
    "needs a live org",
    "test failed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A judged test: its node id, pytest's word for its outcome, and the record that it left."""

    test: str
    outcome: str
    record: Record


def review_document(
    entries: Iterable[Entry],
    matrices: Sequence[Mapping[str, Any]],
    *,
    org: Mapping[str, Any],
    date: str,
    version: str,
    complete: bool,
) -> Mapping[str, Any]:
    """Return the document, ready for JSON.

    ``{"version": 1, "date", "tool", "org": {"name", "kind", "id"}, "complete": bool, "summary": {state: n},
    "integrations": [{"integration", "matrix", "users": [...], "practices": [row], "rows": [row],
    "left_out": [waiver], "not_run": [{"row", "at"}]}]}``.

    A row: ``row``, ``test``, ``user``, ``aspect``, ``state`` (ok, not as declared, could not be told, waived,
    not declared: there is nothing to compare a practice with, needs a live org, test failed), ``declared``,
    ``observed``, ``evidence`` (levels), ``control``, ``granted_by``, ``at`` (file:line), ``subject``,
    ``findings``, ``notes``; a practice has ``title``, ``severity``, ``expected``, ``problems``, ``setup``,
    ``source``, ``waived`` and ``note`` too. A waiver: ``names``, ``reason``, ``expires`` (or null), ``at``.
    ``complete`` is false when the run was stopped, or rows of its matrices were not judged.
    """
    known = sorted(entries, key=lambda one: (one.record[REVIEW]["matrix"], one.record["order"], one.test))
    parts = [_integration(one, known) for one in sorted(matrices, key=lambda one: str(one["path"]))]
    rows = [row for part in parts for row in (*part["practices"], *part["rows"])]
    left = any(part["not_run"] for part in parts)
    summary = {state: sum(row["state"] == state for row in rows) for state in _STATES}
    summary["not run"] = sum(len(part["not_run"]) for part in parts)
    document: Mapping[str, Any] = _clean(
        {
            "version": 1,
            "date": date,
            "tool": f"pytest-sfintegration {version}",
            "org": org,
            "complete": complete and not left and bool(rows),
            "summary": summary,
            "integrations": parts,
        }
    )
    return document


def _integration(matrix: Mapping[str, Any], entries: Sequence[Entry]) -> Mapping[str, Any]:
    own = [one for one in entries if one.record[REVIEW]["matrix"] == matrix["path"]]
    seen = {one.record["row"] for one in own}
    seen |= {one.record[REVIEW]["row"] for one in own if matrix["granularity"] == "row"}
    return {
        "integration": matrix["integration"],
        "matrix": matrix["path"],
        "users": sorted({one.record["user"] for one in own} | {matrix["user"]}),
        "practices": [_row(one) for one in own if "practice" in one.record],
        "rows": [_row(one) for one in own if "practice" not in one.record],
        "left_out": matrix["left_out"],
        "not_run": [one for one in matrix["rows"] if one["row"] not in seen],
    }


def _row(entry: Entry) -> Mapping[str, Any]:
    record, part = entry.record, entry.record[REVIEW]
    row = {
        "row": record["row"],
        "test": entry.test,
        "user": record["user"],
        "aspect": record["aspect"],
        "state": _state(entry),
        "declared": part["declared"],
        "observed": _observed(part["findings"]),
        "evidence": part["evidence"],
        "control": part["control"],
        "granted_by": part["granted_by"],
        "at": part["at"],
        "subject": part["subject"],
        "findings": part["findings"],
        "notes": part["notes"],
    }
    practice = record.get("practice")
    if practice is not None:
        names = ("title", "severity", "expected", "problems", "setup", "source", "waived", "note")
        row |= {name: practice[name] for name in names}
        row["observed"] = practice["observed"]
    return row


def _state(entry: Entry) -> str:
    verdicts = {one["verdict"] for one in entry.record["findings"]}
    if verdicts == {"inconclusive"}:
        return "could not be told"
    if verdicts:
        return "not as declared"
    if entry.outcome == "failed":
        return "test failed"  # the row is as declared; what the test itself asserts beyond it is not
    state = str(entry.record.get("practice", {}).get("state", _MET))
    return "ok" if state == _MET else state


def _observed(findings: Sequence[Mapping[str, Any]]) -> str:
    if not findings:
        return "as declared"
    told: dict[str, list[str]] = {}
    for one in findings:
        told.setdefault(one["verdict"], []).append(one["right"] or one["note"])
    return "; ".join(f"{verdict}: {', '.join(names)}" for verdict, names in told.items())


_OPEN = frozenset({"source", "setup", "test", "at", "matrix"})
"""Keys whose text is the project's or ours: no address of an org stands there."""


def _clean(value: Any, key: str = "") -> Any:
    """Return a value without secrets, control characters and addresses of orgs."""
    if isinstance(value, Mapping):
        return {name: _clean(one, str(name)) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one, key) for one in value]
    if not isinstance(value, str):
        return value
    text = plain(value)
    return text if key in _OPEN else _ADDRESS.sub("https://(host)", text)
