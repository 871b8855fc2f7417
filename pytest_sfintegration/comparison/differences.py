"""Lay two snapshots beside each other: what differs, and what merely follows from a difference."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_sfintegration.comparison.causes import Causes, Root
from pytest_sfintegration.comparison.effective import effective_rights
from pytest_sfintegration.comparison.facts import (
    EFFECTIVE,
    KINDS,
    NAMED_KINDS,
    OPTIONAL,
    Fact,
    Facts,
    Key,
    Person,
    Snapshot,
    Subject,
)

__all__ = ["Comparison", "Difference", "Follows", "Pair", "compare", "of_facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One user in two orgs, where its username may differ."""

    a: str
    b: str

    @property
    def name(self) -> str:
        """The username, or both."""
        return self.a if self.a == self.b else f"{self.a} = {self.b}"

    @property
    def subject(self) -> Subject:
        """The user as a thing that is compared."""
        return Subject(kind="user", name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """What is different because something else is: for a user, in a group, in what refers to a lost thing."""

    subject: Subject
    section: str
    what: str
    a: str | None
    b: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact that is not the same in both orgs; ``a`` and ``b`` are its values, None where it is absent.

    Without section and ``what``, the subject itself is in one of the orgs only.
    """

    subject: Subject
    section: str = ""
    what: str = ""
    a: str | None
    b: str | None
    follows: tuple[Follows, ...] = ()

    @property
    def word(self) -> str:
        """``extra`` or ``missing`` as seen from B, or ``changed``."""
        if self.a is None:
            return "extra"
        return "missing" if self.b is None else "changed"

    @property
    def rank(self) -> tuple[int, Subject, str, str]:
        """The place in a report."""
        kinds = [*KINDS, self.subject.kind]
        return kinds.index(self.subject.kind), self.subject, self.section, self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two orgs come to. ``untold`` is what could not be compared although it should have been."""

    differences: tuple[Difference, ...] = ()
    untold: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def of_facts(a: Facts, b: Facts) -> Iterator[tuple[Key, Fact | None, Fact | None]]:
    """Yield the keys of facts that are in one only, or have another value in the other."""
    for key in sorted({*a, *b}):
        ours, theirs = a.get(key), b.get(key)
        if ours is None or theirs is None or ours.value != theirs.value:
            yield key, ours, theirs


def compare(a: Snapshot, b: Snapshot, pairs: Sequence[Pair]) -> Comparison:
    """Return every difference once, with what follows from it; a pure function."""
    ledger = _Ledger(a, b)
    for subject in sorted({*a.subjects, *b.subjects}):
        ledger.lay(subject, a.subjects.get(subject), b.subjects.get(subject))
    people = {pair: (a.people.get(pair.a), b.people.get(pair.b)) for pair in pairs}
    for pair, (ours, theirs) in people.items():
        ledger.lay(
            pair.subject, None if ours is None else ours.facts, None if theirs is None else theirs.facts
        )
    causes = Causes(a, b, ledger.direct)
    for subject in sorted({*a.calculated} & {*b.calculated}):
        for key, first, second in of_facts(a.calculated[subject], b.calculated[subject]):
            ledger.follow(causes.of_group(subject, key), subject, key, first, second)
    untold = [f"in A: {one}" for one in a.untold] + [f"in B: {one}" for one in b.untold]
    for pair, (ours, theirs) in people.items():
        if ours is not None and theirs is not None:
            untold += ledger.user(causes, pair, ours, theirs)
    return Comparison(
        differences=tuple(ledger.differences()),
        untold=tuple(untold),
        passed=tuple(words for section, words in OPTIONAL.items() if section in a.passed | b.passed),
        counts={kind: max(a.counts.get(kind, 0), b.counts.get(kind, 0)) for kind in KINDS},
    )


class _Ledger:
    """The differences by where they are, and what follows from each."""

    def __init__(self, a: Snapshot, b: Snapshot) -> None:
        self._a = a
        self._b = b
        self._passed = a.passed | b.passed
        self.direct: dict[Root, Root] = {}
        self._found: dict[Root, tuple[str | None, str | None]] = {}
        self._follows: dict[Root, dict[Follows, None]] = {}

    def lay(self, subject: Subject, a: Facts | None, b: Facts | None) -> None:
        """Enter what differs between the facts of a thing in both orgs, or that one org does not have it."""
        if a is None and b is None:
            return
        if a is None or b is None:
            if subject.kind in NAMED_KINDS or subject.kind == "user":
                self._enter(Root(subject=subject), "" if b is None else None, "" if a is None else None)
            return
        for key, ours, theirs in of_facts(a, b):
            if key[0] in self._passed:
                continue
            lost = self._lost(ours, theirs)
            if lost is None:
                root = Root(subject=subject, key=key)
                self._enter(root, *_values(ours, theirs))
            else:
                self._enter(lost, *self._sides(lost.subject))
                self._add(lost, subject, key, ours, theirs)
                self.direct[Root(subject=subject, key=key)] = lost

    def _lost(self, ours: Fact | None, theirs: Fact | None) -> Root | None:
        """Return the thing without which one of the orgs cannot say the same."""
        for fact, things in ((ours, self._b.things), (theirs, self._a.things)):
            if fact is not None and fact.refers is not None and fact.refers not in things:
                return Root(subject=fact.refers)
        return None

    def _sides(self, subject: Subject) -> tuple[str | None, str | None]:
        there = [subject in side.things for side in (self._a, self._b)]
        return ("" if there[0] else None), ("" if there[1] else None)

    def _enter(self, root: Root, a: str | None, b: str | None) -> None:
        self._found.setdefault(root, (a, b))
        self.direct.setdefault(root, root)

    def _add(self, root: Root, subject: Subject, key: Key, ours: Fact | None, theirs: Fact | None) -> None:
        a, b = _values(ours, theirs)
        entry = Follows(subject=subject, section=key[0], what=key[1], a=a, b=b)
        self._follows.setdefault(root, {})[entry] = None

    def follow(
        self, roots: Iterable[Root], subject: Subject, key: Key, ours: Fact | None, theirs: Fact | None
    ) -> None:
        """Enter a difference under its causes; as a difference of its own when it has none."""
        known = list(roots)
        for root in known:
            self._add(root, subject, key, ours, theirs)
        if not known:
            section, what = key
            self._enter(Root(subject=subject, key=(EFFECTIVE + section, what)), *_values(ours, theirs))

    def user(self, causes: Causes, pair: Pair, ours: Person, theirs: Person) -> Iterator[str]:
        """Enter the effective rights of a user; yield what they cannot be told for."""
        sides = [(self._a, ours, "A"), (self._b, theirs, "B")]
        held = []
        for snapshot, person, letter in sides:
            rights, unknown = effective_rights(snapshot, person)
            held.append(rights)
            for group in unknown:
                yield f"in {letter}: effective rights of {pair.name}: the org has not calculated {group}"
        for key, a, b in of_facts(*held):
            self.follow(causes.of_user(pair.subject, ours, theirs, key), pair.subject, key, a, b)

    def differences(self) -> Iterator[Difference]:
        """Yield the differences in the order of a report."""
        found = [
            Difference(
                subject=root.subject,
                section=root.key[0],
                what=root.key[1],
                a=a,
                b=b,
                follows=tuple(self._follows.get(root, ())),
            )
            for root, (a, b) in self._found.items()
        ]
        yield from sorted(found, key=lambda one: one.rank)


def _values(ours: Fact | None, theirs: Fact | None) -> tuple[str | None, str | None]:
    return (None if ours is None else ours.value), (None if theirs is None else theirs.value)
