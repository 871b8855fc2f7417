"""The rows of the checklist: one an item."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pytest_sfintegration.matrix.aspects import Aspect
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.rights import Location

if TYPE_CHECKING:
    from pytest_sfintegration.matrix.checklist.item import Item
    from pytest_sfintegration.matrix.checklist.model import Waiver

__all__ = ["ChecklistRow", "checklist_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRow:
    """One item that must be met. ``value`` is what is declared for it, None when nothing is.

    ``strict``: what is needed and not declared is not met. ``at`` is where the item, else what it reads, else
    the checklist stands.
    """

    aspect: ClassVar[Aspect] = Aspect.CHECKLIST
    integration: str
    at: Location
    item: "Item"
    value: Any = None
    strict: bool = False
    waiver: "Waiver | None" = None
    matrix: Matrix = field(repr=False)

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return self.item.id


def checklist_rows(matrix: Matrix) -> Iterator[ChecklistRow]:
    """Yield a row for each item that is on."""
    checklist = matrix.checklist
    if checklist is None:
        return
    from pytest_sfintegration.matrix.checklist.rules import items_of  # noqa: PLC0415 - few have one

    waivers = {one.item: one for one in checklist.waive}
    for item in items_of(checklist):
        own = checklist.entries.get(item.key)
        read = checklist.entries.get(item.reads or item.key)
        entry = own or read
        yield ChecklistRow(
            integration=matrix.integration,
            at=checklist.at if entry is None else entry.at,
            item=item,
            value=None if read is None else read.value,
            strict=checklist.strict,
            waiver=waivers.get(item.key),
            matrix=matrix,
        )
