"""A comparison as text of 80 columns, in pgTAP's words: Extra, Missing, per container."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import wrap

from pytest_sfintegration.comparison.differences import Comparison, Difference, Follows
from pytest_sfintegration.comparison.facts import (
    EFFECTIVE,
    FIELDS,
    MUTED,
    NAMED_KINDS,
    OBJECTS,
    USER_PERMISSIONS,
)
from pytest_sfintegration.comparison.rows import JudgedTwice
from pytest_sfintegration.rights import Operation

__all__ = ["NEVER_COMPARED", "render_comparison", "render_orgs", "render_rows", "render_untold"]

NEVER_COMPARED = (
    "sharing rules and the rows that they make",
    "login IP ranges and login hours, but for what a checklist declares",
    "record type and page layout assignments",
    "code, and the existence of what no right names",
)
"""What no table of an org tells in few calls, or what is not access."""

_WIDTH = 80
_MOST = 40
"""Names of one line that are told; the rest is counted."""

_WHOLE = "the whole of it"
_OPERATIONS = {str(operation): place for place, operation in enumerate(Operation)}
_HEADS = {"extra": "Extra in B:", "missing": "Missing in B:", "changed": "Changed in B:"}
_MARGIN = 17


def render_orgs(orgs: Mapping[str, str]) -> list[str]:
    """Return a line for each of the two orgs."""
    return [line for letter, about in orgs.items() for line in _wrapped(f"{letter}: {about}", 4)]


def render_comparison(found: Comparison) -> list[str]:
    """Return a block a container, and the sum; nothing but the sum when all is the same."""
    lines: list[str] = []
    for _, same in groupby(found.differences, key=_block):
        members = list(same)
        lines += [*_render(members), ""]
    return [*lines, *_wrapped(_sum(found), 0)]


def _block(one: Difference) -> tuple[str, ...]:
    """Things that are wholly in one org, and nothing follows from it, are told together."""
    if not one.what and not one.follows and one.subject.kind in NAMED_KINDS:
        return one.subject.kind, ""
    return one.subject.kind, "named", one.subject.name


def _render(members: Sequence[Difference]) -> Iterator[str]:
    whole = [one for one in members if not one.what]
    if whole and len(_block(whole[0])) == 2:  # noqa: PLR2004 - a kind without a name
        yield f"{whole[0].subject.kind}s" if len(whole) > 1 else f"{whole[0].subject}"
        for word, head in _HEADS.items():
            names = [one.subject.name for one in whole if one.word == word]
            if names:
                yield from _line(head, names if len(whole) > 1 else [_WHOLE])
        return
    yield str(members[0].subject)
    for word, head in _HEADS.items():
        some = [one for one in members if one.word == word]
        if some:
            yield from _line(head, _phrases(some))
    yield from _consequences([each for one in members for each in one.follows])


def _consequences(follows: Sequence[Follows]) -> Iterator[str]:
    for subject in sorted({one.subject for one in follows}):
        own = [
            Difference(subject=subject, section=one.section, what=one.what, a=one.a, b=one.b)
            for one in dict.fromkeys(follows)
            if one.subject == subject
        ]
        own.sort(key=lambda one: one.rank)
        parts = []
        for word in _HEADS:
            some = [one for one in own if one.word == word]
            if some:
                parts.append(f"{word} {'; '.join(_cut(_phrases(some)))}")
        yield from _line("and so", [f"{subject}: {' / '.join(parts)}"])


def _phrases(some: Sequence[Difference]) -> list[str]:
    """Return what differs: operations of one object, and fields of one object, in one phrase."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for one in some:
        start, section = _start(one.section)
        if not one.what:
            whole = _WHOLE if one.subject.kind in NAMED_KINDS | {"user"} else f"the {one.subject.kind} itself"
            grouped[start, "", whole] = []
        elif section == OBJECTS:
            operation, _, name = one.what.rpartition(" ")
            grouped.setdefault((start, OBJECTS, name), []).append(operation)
        elif section == FIELDS:
            operation, _, field = one.what.partition(" ")
            name, _, field = field.partition(".")
            grouped.setdefault((start, operation, name), []).append(field)
        else:
            grouped.setdefault((start, section, _fact(one, section)), [])
    return [_phrase(key, names) for key, names in grouped.items()]


def _start(section: str) -> tuple[str, str]:
    """Return the word before what is said, and the section without it."""
    for start in (MUTED, EFFECTIVE):
        if section.startswith(start):
            return start, section.removeprefix(start)
    return "", section


def _phrase(key: tuple[str, str, str], names: Sequence[str]) -> str:
    start, section, what = key
    if section == OBJECTS:
        return f"{start}{', '.join(sorted(names, key=_rank))} {what}"
    if names:
        return f"{start}{section} {what}.{', '.join(names)}"
    return f"{start}{what}"


def _rank(operation: str) -> int:
    """Return the place of an operation; those that are no Operation (view all fields) come last."""
    return _OPERATIONS.get(operation, len(_OPERATIONS))


def _fact(one: Difference, section: str) -> str:
    if section == USER_PERMISSIONS:
        return f"user permission {one.what}"
    if one.word == "changed":
        return f"{one.what}: {one.a or 'without end'} -> {one.b or 'without end'}"
    value = one.a if one.b is None else one.b
    return f"{one.what} ({value})" if value else one.what


def _line(head: str, names: Iterable[str]) -> list[str]:
    return wrap(
        "; ".join(_cut(list(names))),
        _WIDTH,
        initial_indent=f"  {head} ".ljust(_MARGIN),
        subsequent_indent=" " * _MARGIN,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cut(names: Sequence[str]) -> list[str]:
    if len(names) <= _MOST:
        return list(names)
    return [*names[:_MOST], f"and {len(names) - _MOST} more, see --json"]


def _sum(found: Comparison) -> str:
    total = len(found.differences)
    counts = [
        f"{number} {kind if number == 1 else f'{kind}s'}" for kind, number in found.counts.items() if number
    ]
    compared = f"compared: {', '.join(counts)}"
    if not total:
        return f"No difference; {compared}"
    words = [one.word for one in found.differences]
    told = [f"{words.count(word)} {word}" for word in _HEADS if word in words]
    places = len({one.subject for one in found.differences})
    return (
        f"{total} difference{'' if total == 1 else 's'} in {places} "
        f"{'place' if places == 1 else 'places'} ({', '.join(told)} in B); {compared}"
    )


def render_rows(found: JudgedTwice) -> list[str]:
    """Return the rows of a matrix that do not come to the same in both orgs, and their sum."""
    lines: list[str] = []
    for one in found.differences:
        lines += [f"{one.row}  ({one.at})"]
        lines += _verdict("A", ok=one.a_ok, findings=one.only_a)
        lines += [*_verdict("B", ok=one.b_ok, findings=one.only_b), ""]
    count = len(found.differences)
    rows = f"{found.judged} row{'' if found.judged == 1 else 's'}"
    told = "the same in both" if not count and not found.undecided else f"{count} not the same"
    untold = f", {found.undecided} could not be told" if found.undecided else ""
    return [*lines, *_wrapped(f"{found.matrix}: {rows} judged in each org: {told}{untold}", 0)]


def _verdict(letter: str, *, ok: bool, findings: Sequence[str]) -> list[str]:
    return _line(f"{letter}:", findings or ["ok" if ok else "nothing but what is wrong in both"])


def render_untold(untold: Sequence[str], passed: Sequence[str]) -> list[str]:
    """Return what could not be compared, and what never is."""
    lines: list[str] = []
    for one in untold:
        lines += _wrapped(f"could not be told: {one}", 4)
    return [*lines, *_wrapped(f"Not compared: {'; '.join(passed)}.", 4)]


def _wrapped(text: str, indent: int) -> list[str]:
    return wrap(text, _WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)
