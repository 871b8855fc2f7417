"""The one table of the checklist's items; keys, ids, JSON Schema and the README's table come from it."""

from collections.abc import Mapping
from types import MappingProxyType

from pytest_sfintegration.matrix.checklist.apps import APPS
from pytest_sfintegration.matrix.checklist.item import Item
from pytest_sfintegration.matrix.checklist.planning import PLANNING
from pytest_sfintegration.matrix.checklist.testing import TESTING
from pytest_sfintegration.matrix.checklist.upkeep import UPKEEP

__all__ = ["ITEMS"]

ITEMS: Mapping[str, Item] = MappingProxyType(
    {item.key: item for item in (*PLANNING, *APPS, *TESTING, *UPKEEP)}
)
"""Items by key, in the order of their tests."""
