"""The message of a failing row: what is extra or missing, where it was declared, what is the cause."""

from collections.abc import Iterable, Sequence
from textwrap import wrap

from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.checks.compare import describe_answers
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.rights import FieldRight, ObjectRight

__all__ = ["render_failure"]

_WIDTH = 79
_HEAD = {
    Verdict.EXTRA: "Extra",
    Verdict.MISSING: "Missing",
    Verdict.UNKNOWN_TARGET: "Unknown target",
    Verdict.INCONCLUSIVE: "Inconclusive",
}
_LIMIT = 12
"""Findings that are told in full; the rest is counted by cause."""


def render_failure(result: RowResult, *, user: str, org: str, rerun: str) -> str:
    """Return the message of a row that is not as declared; no line is wider than 79 characters but names."""
    lines = [_title(result), ""]
    for verdict in (Verdict.EXTRA, Verdict.MISSING, Verdict.UNKNOWN_TARGET, Verdict.INCONCLUSIVE):
        lines.extend(_section(verdict, [one for one in result.findings if one.verdict is verdict]))
    lines.append("")
    places = dict.fromkeys(one.at for one in result.findings[:_LIMIT])
    lines.extend(f"  declared  {at}" for at in places)
    lines.append(f"  user      {user} on {org}")
    if result.levels:
        lines.append(f"  evidence  {', '.join(result.levels)}")
    if result.control:
        lines.append(f"  control   {result.control}")
    paste = list(dict.fromkeys(one.paste for one in result.findings if one.paste))
    if paste and all(one.verdict is Verdict.EXTRA for one in result.findings):
        lines.append("  if it is meant, declare it:")
        lines.extend(f"      {line}" for line in paste[:_LIMIT])
        if len(paste) > _LIMIT:
            lines.append(f"      ... and {len(paste) - _LIMIT} more")
    lines.append(f"  rerun     {rerun}")
    return "\n".join(lines)


def _title(result: RowResult) -> str:
    about = {
        "crud": f"access to {result.object}",
        "fields": f"fields of {result.object}",
        "blocked": f"{result.row.removeprefix('blocked-')} (blocked)",
        "user permissions": "user permissions",
        "closed world": "objects that the matrix does not name",
    }[result.aspect]
    count = len(result.findings)
    return (
        f"{result.integration}: {about}: {count} {'right is' if count == 1 else 'rights are'} not as declared"
    )


def _section(verdict: Verdict, findings: Sequence[Finding]) -> Iterable[str]:
    """Return the findings of one verdict, those of one cause on one line."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        groups.setdefault(tuple(_why(one)), []).append(one)
    head = _HEAD[verdict]
    for index, (why, members) in enumerate(groups.items()):
        if index == _LIMIT:
            left = sum(len(one) for one in list(groups.values())[_LIMIT:])
            yield f"  ... and {left} more {verdict}"
            return
        label = f"  {head + ':':<9}"
        names = _names(members)
        text = wrap(names, _WIDTH - len(label) - 1, break_long_words=False, break_on_hyphens=False)
        for line_index, line in enumerate(text or [""]):
            yield f"{label if line_index == 0 else ' ' * len(label)} {line}".rstrip()
        for sentence in why:
            yield from _indented(sentence, len(label) + 3)


def _indented(sentence: str, by: int) -> Iterable[str]:
    for line in wrap(sentence, _WIDTH - by, break_long_words=False, break_on_hyphens=False):
        yield " " * by + line


def _names(findings: Sequence[Finding]) -> str:
    """Return rights in pgTAP's manner: ``delete Contact``, ``edit Contact.Email, Phone``."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in findings:
        right = one.right
        if isinstance(right, ObjectRight):
            grouped.setdefault((right.object, ""), []).append(str(right.operation))
        elif isinstance(right, FieldRight):
            grouped.setdefault((right.object, str(right.operation)), []).append(right.field)
        elif right is not None:
            grouped.setdefault(("", ""), []).append(str(right))
    parts = []
    for (obj, operation), names in grouped.items():
        if operation:
            parts.append(f"{operation} {obj}.{', '.join(names)}")
        elif obj:
            parts.append(f"{', '.join(names)} {obj}")
        else:
            parts.append(", ".join(names))
    return "; ".join(parts)


def _why(one: Finding) -> Iterable[str]:
    if one.note:
        yield one.note
    if one.grants:
        yield f"granted by {_listed(one.grants)}"
    if one.muted:
        groups = sorted({f"{grant.group}" for grant in one.muted})
        yield f"granted by {_listed(one.muted)}, but muted there (muting set of group {', '.join(groups)})"
    elif one.verdict is Verdict.MISSING and not one.grants:
        if one.nearest:
            yield f"nearest grant that is not assigned: {_listed(one.nearest[:3])}"
        else:
            yield "no permission set or profile of the org grants it"
    if one.observed and one.verdict is not Verdict.INCONCLUSIVE:
        yield f"observed: {describe_answers(one.observed)}"


def _listed(grants: Sequence[Grant]) -> str:
    return ", ".join(str(one) for one in grants)
