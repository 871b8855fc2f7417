"""What every read and write of a record asks: may this user do that with this record."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from pytest_sfintegration.embedded.storage import Record
from pytest_sfintegration.rights import Operation

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.blocks.block import Block
    from pytest_sfintegration.embedded.people import Person

__all__ = ["Gate"]


class Gate(Protocol):
    """Record access: object rights, ownership, hierarchy, sharing."""

    def visible(self, person: "Person", object_name: str, rows: Iterable[Record]) -> Iterable[Record]:
        """Return those of the stored records that the user may read."""

    def reached(self, person: "Person", object_name: str) -> "Iterable[tuple[Block, int]] | None":
        """Return the undeleted records that the user may read, block by block with the mask of them.

        None when each has to be judged by itself.
        """

    def allows(self, person: "Person", object_name: str, row: Record, operation: Operation) -> bool:
        """Tell whether the user may read, edit or delete the record."""

    def above(self, person: "Person", user_id: str) -> bool:
        """Tell whether the user stands above another one in the role hierarchy."""

    def may_transfer(self, person: "Person", object_name: str, row: Record) -> bool:
        """Tell whether the user may give the record another owner."""
