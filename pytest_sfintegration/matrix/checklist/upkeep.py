"""The items of upkeep: what must stay true after go-live."""

from pytest_sfintegration.matrix.checklist.item import Item

__all__ = ["UPKEEP"]

UPKEEP: tuple[Item, ...] = ()
