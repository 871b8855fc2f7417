"""The names of the markers, and whether a session uses any: all that a suite without a matrix pays for."""

import sys
from collections.abc import Iterable

import pytest

__all__ = [
    "MARKERS",
    "MATRIX_SUFFIX",
    "METADATA_FOLDERS",
    "any_used",
    "generates",
    "is_marked",
    "refuse_unittest",
    "register",
    "use",
]

MATRIX_SUFFIX = ".matrix.yaml"

METADATA_FOLDERS = frozenset({"customMetadata", "layouts", "objectTranslations", "objects", "permissionsets"})
"""Folders of an SFDX project that may hold thousands of files, and no tests."""

MARKERS = {
    "sf_matrix": "sf_matrix(matrix=None, objects=None, operations=None): one test for every row; "
    "on a module or class it only names the matrix that the fixtures use",
    "sf_crud": "sf_crud(matrix=None, objects=None, operations=None): one test for the access to each object",
    "sf_fields": "sf_fields(matrix=None, objects=None, operations=None): one test for each object's fields",
    "sf_sharing": "sf_sharing(matrix=None, objects=None): one test for the access to each record",
    "sf_blocked": "sf_blocked(matrix=None): one test for each thing that must never be granted",
    "sf_checklist": "sf_checklist(matrix=None): one test for each item of the integration-user checklist",
}

_USED = pytest.StashKey[bool]()


def register(config: pytest.Config) -> None:
    """Declare the markers."""
    for text in MARKERS.values():
        config.addinivalue_line("markers", text)


def is_marked(definition: pytest.Item) -> bool:
    """Tell whether a test function carries one of the markers."""
    return any(mark.name in MARKERS for mark in definition.iter_markers())


def generates(mark: pytest.Mark, item: pytest.Item) -> bool:
    """Tell whether a mark makes tests of a function: ``sf_matrix`` does so only on the function itself."""
    if mark.name == "sf_matrix":
        return mark in item.own_markers
    return mark.name in MARKERS


def refuse_unittest(items: Iterable[pytest.Item]) -> None:
    """Raise UsageError for a marker on a unittest method: no tests are made of it, it would just be green."""
    unittest = sys.modules.get("unittest")
    if unittest is None:
        return
    for item in items:
        cls = getattr(item, "cls", None)
        if cls is None or not issubclass(cls, unittest.TestCase):
            continue
        for mark in item.iter_markers():
            if generates(mark, item):
                raise pytest.UsageError(
                    f"{item.nodeid}: {mark.name} makes no tests of the methods of a unittest.TestCase: "
                    "put it on a function, or on a method of a plain class"
                )


def use(config: pytest.Config) -> None:
    """Note that the session has a matrix."""
    config.stash[_USED] = True


def any_used(config: pytest.Config) -> bool:
    """Tell whether the session has a matrix."""
    return config.stash.get(_USED, False)
