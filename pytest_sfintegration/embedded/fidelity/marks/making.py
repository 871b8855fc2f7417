"""Short ways to write many marks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark, Standing

__all__ = ["ASSUMED", "COMMUNITY", "DOCUMENTED", "RECORDED", "Row", "row", "rows"]

RECORDED, DOCUMENTED = Standing.RECORDED, Standing.DOCUMENTED
COMMUNITY, ASSUMED = Standing.COMMUNITY, Standing.ASSUMED


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of several subjects, which are separated by ``|``.

    A subject may carry what the page shows: ``subject => shown``.
    """

    subjects: str
    standing: Standing
    source: str
    note: str


def row(subjects: str, standing: Standing, source: str = "", note: str = "") -> Row:
    """Return a row of a table of marks."""
    return Row(subjects, standing, source, note)


def rows(kind: Kind, table: Iterable[Row]) -> Iterator[Mark]:
    """Yield a mark for each subject of each row."""
    for each in table:
        for text in each.subjects.split("|"):
            subject, _, shown = text.partition("=>")
            yield Mark(
                subject=subject.strip(),
                kind=kind,
                standing=each.standing,
                source=each.source,
                note=each.note,
                shown=shown.strip(),
            )
