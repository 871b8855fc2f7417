"""The message of a failing row: what is extra or missing, where it was declared, what is the cause."""

from collections.abc import Iterable, Sequence
from textwrap import shorten, wrap

from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.checks.compare import describe_answers
from pytest_sfintegration.checks.verdict import Finding, PracticeResult, RowResult, Verdict
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation

__all__ = ["render_failure"]

_WIDTH = 79
_MARGIN = 12
_TITLE = _WIDTH
_LIMIT = 12
"""Causes that are told in full; what is left is counted."""

_FIELDS = 20
"""Fields of one operation that are named unless everything is asked for."""

_PASTED = 6
"""Lines of YAML, likewise."""

_OPERATIONS = {str(operation): index for index, operation in enumerate(Operation)}

_ORDER = (Verdict.EXTRA, Verdict.MISSING, Verdict.UNKNOWN_TARGET, Verdict.NOT_MET, Verdict.INCONCLUSIVE)


def render_failure(result: RowResult, *, user: str, org: str, rerun: str, full: bool = False) -> str:
    """Return the message of a row that is not as declared; names alone may be wider than 79 characters.

    Long lists of fields are cut short unless it is to be ``full``.
    """
    limit = None if full else _FIELDS
    lines = [_title(result), ""]
    for verdict in _ORDER:
        lines.extend(_section(verdict, [one for one in result.findings if one.verdict is verdict], limit))
    lines.append("")
    places = list(dict.fromkeys(str(one.at) for one in result.findings))
    if len(places) > _LIMIT:
        places[_LIMIT:] = [f"... and {len(places) - _LIMIT} more places"]
    if result.practice is not None:
        lines.extend(_practice(result.practice))
    if result.subject:
        lines.extend(_entry("record", [result.subject]))
    lines.extend(_entry("declared", places))
    lines.extend(_entry("user", [f"{user} on {org}"]))
    if result.levels:
        lines.extend(_entry("evidence", [", ".join(result.levels)]))
    if result.control:
        lines.extend(_entry("control", [result.control]))
    lines.extend(_remedy(result, None if full else _PASTED))
    lines.append(f"  {'rerun':<{_MARGIN - 2}}{rerun}")
    return "\n".join(lines)


def _title(result: RowResult) -> str:
    """Return one line that says it all: the short summary shows its beginning."""
    told = []
    for verdict in _ORDER:
        members = [one for one in result.findings if one.verdict is verdict]
        if members:
            colon = ":" if result.practice is not None else ""
            told.append(f"{verdict}{colon} {_names(members, None) or members[0].note}".rstrip())
    return shorten("; ".join(told), _TITLE, placeholder=" ...")


def _entry(label: str, texts: Iterable[str]) -> Iterable[str]:
    for index, text in enumerate(texts):
        head = f"  {label} ".ljust(_MARGIN) if index == 0 else " " * _MARGIN
        yield from wrap(
            text,
            _WIDTH,
            initial_indent=head,
            subsequent_indent=" " * _MARGIN,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _practice(practice: PracticeResult) -> Iterable[str]:
    """Return what was observed of a practice, what should be, what to change, and who says so."""
    for label, text in (
        ("observed", practice.observed),
        ("expected", practice.expected),
        ("in Setup", practice.setup),
        ("source", practice.source),
        ("severity", practice.severity),
    ):
        if text:
            yield from _entry(label, [text])


def _remedy(result: RowResult, limit: int | None) -> Iterable[str]:
    """Return lines to paste into the matrix, for rights that may be meant after all."""
    if any(one.verdict is not Verdict.EXTRA for one in result.findings) or result.aspect == "blocked":
        return
    paste = list(dict.fromkeys(one.paste for one in result.findings if one.paste))
    if not paste:
        return
    yield "  if it is meant, declare it:"
    for line in paste[:_LIMIT]:
        lines = wrap(
            line,
            _WIDTH,
            initial_indent=" " * 6,
            subsequent_indent=" " * 8,  # YAML goes on in an indented line
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from lines[:limit]
        if limit is not None and len(lines) > limit:
            yield f"        ... and {len(lines) - limit} more lines: pytest -vv prints them"
    if len(paste) > _LIMIT:
        yield f"      ... and {len(paste) - _LIMIT} more"


def _section(verdict: Verdict, findings: Sequence[Finding], limit: int | None) -> Iterable[str]:
    """Return the findings of one verdict, those of one cause together."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        groups.setdefault(tuple(_why(one)), []).append(one)
    label = f"{str(verdict).capitalize()}:"
    for index, (why, members) in enumerate(groups.items()):
        if index == _LIMIT:
            left = sum(len(one) for one in list(groups.values())[_LIMIT:])
            yield f"  ... and {left} more {verdict}, of {len(groups) - _LIMIT} further causes"
            return
        yield from _entry(label, [_names(members, limit) or "this test"])
        for sentence in why:
            yield from _entry("", [sentence])


def _names(findings: Sequence[Finding], limit: int | None) -> str:
    """Return rights in pgTAP's manner: ``delete Contact``, ``edit Contact.Email, Phone``.

    Of the fields of an operation ``limit`` are named, if there is one; the rest is counted.
    """
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in findings:
        right = one.right
        if one.record is not None:
            record = f'{one.record.object} "{one.record.record}"'
            grouped.setdefault((record, ""), []).append(str(one.record.operation))
        elif one.special is not None:
            grouped.setdefault(("", ""), []).append(str(one.special))
        elif isinstance(right, ObjectRight):
            grouped.setdefault((right.object, ""), []).append(str(right.operation))
        elif isinstance(right, FieldRight):
            grouped.setdefault((right.object, str(right.operation)), []).append(right.field)
        elif right is not None:
            grouped.setdefault(("", ""), []).append(right.name)
    parts: dict[str, list[str]] = {}
    for (obj, operation), names in grouped.items():
        if operation:
            shown = names if limit is None or len(names) <= limit + 1 else names[:limit]
            left = f" and {len(names) - len(shown)} more" if len(shown) < len(names) else ""
            parts.setdefault(f"{operation} {obj}.{', '.join(shown)}{left}", [])
        else:
            names.sort(key=lambda name: _OPERATIONS.get(name, len(_OPERATIONS)))
            parts.setdefault(", ".join(names), []).append(obj)
    return "; ".join(f"{rights} {', '.join(objects)}".rstrip() for rights, objects in parts.items())


def _why(one: Finding) -> Iterable[str]:
    notes = [line.strip() for line in one.note.splitlines()]
    granted = [f"granted by {_listed(one.grants)}"] if one.grants else []
    first_the_cause = one.verdict is Verdict.EXTRA and not one.expected
    yield from (*granted, *notes) if first_the_cause else (*notes, *granted)
    yield from one.reasons
    if one.muted:
        groups = ", ".join(sorted({str(grant.group) for grant in one.muted}))
        yield f"granted by {_listed(one.muted)}, but muted in the group {groups}"
    elif one.verdict is Verdict.MISSING and not one.grants and one.record is None:
        if one.nearest:
            yield f"nearest grant that is not assigned: {_listed(one.nearest[:3])}"
        else:
            yield "no permission set of the org grants it"
    if one.observed and one.verdict is not Verdict.INCONCLUSIVE:
        yield f"observed: {describe_answers(one.observed)}"


def _listed(grants: Sequence[Grant]) -> str:
    return ", ".join(str(one) for one in grants)
