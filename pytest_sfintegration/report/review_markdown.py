"""The review of a run as Markdown: what an auditor reads, and what a diff of two runs shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pytest_sfintegration.report.markdown import safe

__all__ = ["render_review"]

Row = Mapping[str, Any]


def render_review(document: Mapping[str, Any]) -> str:
    """Return the document as text; every cell is escaped."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    org = document["org"]
    yield "# Review of integration users"
    yield ""
    yield f"- Date: {safe(document['date'])}"
    yield f"- Org: {safe(', '.join(str(one) for one in (org['name'], org['id'], org['kind']) if one))}"
    yield f"- Tool: {safe(document['tool'])}"
    told = [f"{count} {state}" for state, count in document["summary"].items() if count]
    yield f"- Rows: {safe(', '.join(told) or 'none was judged')}"
    if not document["complete"]:
        yield "- **Not complete: the run was stopped, or not all rows of its matrices were judged.**"
    for part in document["integrations"]:
        yield from _integration(part)


def _integration(part: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"## {safe(part['integration'])}"
    yield ""
    yield f"- Matrix: {safe(part['matrix'])}"
    yield f"- User: {safe(', '.join(part['users']))}"
    if part["practices"]:
        yield from _section("Checklist")
        yield from _table(
            ("practice", "state", "observed", "expected", "severity", "evidence", "declared at", "source"),
            (
                (
                    one["title"], one["state"], one["observed"], one["expected"], one["severity"],
                    _listed(one["evidence"]), one["at"], one["source"],
                )
                for one in part["practices"]
            ),
        )  # fmt: skip
    if part["rows"]:
        yield from _section("Rights")
        yield from _table(
            ("row", "state", "declared", "observed", "evidence", "granted by", "declared at"),
            (
                (
                    one["row"], one["state"], one["declared"], one["observed"], _listed(one["evidence"]),
                    _listed(one["granted_by"]), one["at"],
                )
                for one in part["rows"]
            ),
        )  # fmt: skip
    yield from _details([*part["practices"], *part["rows"]])
    if part["left_out"]:
        yield from _section("Waived and ignored")
        yield from _table(
            ("what", "reason", "expires", "declared at"),
            (
                (_listed(one["names"]), one["reason"], one["expires"] or "never", one["at"])
                for one in part["left_out"]
            ),
        )
    if part["not_run"]:
        yield from _section("Not run")
        yield from _table(("row", "declared at"), ((one["row"], one["at"]) for one in part["not_run"]))


def _details(rows: Sequence[Row]) -> Iterator[str]:
    """Return a list for each row with something to explain: findings, problems, a waiver, notes."""
    told = [(row, list(_detail(row))) for row in rows]
    if not any(lines for _, lines in told):
        return
    yield from _section("Details")
    for row, lines in told:
        if lines:
            yield f"- {safe(row['row'])} ({safe(row['at'])})"
            yield from (f"  - {safe(line)}" for line in lines)


def _detail(row: Row) -> Iterator[str]:
    for one in row["findings"]:
        yield from _finding(one, ":" if "title" in row else "")
    if row.get("waived"):
        yield f"waived: {row['waived']}"
    elif row["findings"] and row.get("setup"):
        yield f"in Setup: {row['setup']}"
    if row["findings"] and row["control"]:
        yield f"control: {row['control']}"
    if row["findings"] and row["subject"]:
        yield f"record: {row['subject']}"
    yield from (f"note: {note}" for note in row["notes"])


def _finding(one: Mapping[str, Any], colon: str) -> Iterator[str]:
    words = [f"{one['verdict']}{colon} {one['right']}".strip()]
    words += [one["note"]] if one["note"] else []
    words += [f"granted by {_listed(one['granted_by'])}"] if one["granted_by"] else []
    words += [f"granted by {_listed(one['muted_by'])}, but muted"] if one["muted_by"] else []
    words += [f"not assigned: {_listed(one['nearest'])}"] if one["nearest"] else []
    words += list(one["reasons"])
    yield "; ".join(words)


def _section(title: str) -> Iterator[str]:
    yield from ("", f"### {title}", "")


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(safe(one) for one in row)} |"


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(str(one) for one in names)
