"""The names of the markers, and whether a session uses any: all that a suite without a matrix pays for."""

import pytest

__all__ = ["MARKERS", "MATRIX_SUFFIX", "any_used", "is_marked", "register", "use"]

MATRIX_SUFFIX = ".matrix.yaml"

MARKERS = {
    "sf_matrix": "sf_matrix(matrix=None, objects=None, operations=None): one test for every row; "
    "on a module or class it only names the matrix that the fixtures use",
    "sf_crud": "sf_crud(matrix=None, objects=None, operations=None): one test for the access to each object",
    "sf_fields": "sf_fields(matrix=None, objects=None, operations=None): one test for each object's fields",
    "sf_blocked": "sf_blocked(matrix=None): one test for each thing that must never be granted",
}

_USED = pytest.StashKey[bool]()


def register(config: pytest.Config) -> None:
    """Declare the markers."""
    for text in MARKERS.values():
        config.addinivalue_line("markers", text)


def is_marked(definition: pytest.Item) -> bool:
    """Tell whether a test function carries one of the markers."""
    return any(mark.name in MARKERS for mark in definition.iter_markers())


def use(config: pytest.Config) -> None:
    """Note that the session has a matrix."""
    config.stash[_USED] = True


def any_used(config: pytest.Config) -> bool:
    """Tell whether the session has a matrix."""
    return config.stash.get(_USED, False)
