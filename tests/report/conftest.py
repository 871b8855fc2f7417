"""Snapshots: whole texts beside the tests."""

import importlib
import os
import pkgutil
from collections.abc import Callable
from pathlib import Path

import pytest
import simple_salesforce  # noqa: F401 - see tests/plugin/conftest.py

import pytest_sfintegration

# What is imported before the first run of pytester costs the runs nothing.
for _module in pkgutil.walk_packages(pytest_sfintegration.__path__, "pytest_sfintegration."):
    if not _module.name.endswith("__main__") and ".data." not in _module.name:
        importlib.import_module(_module.name)

SNAPSHOTS = Path(__file__).resolve().parent / "snapshots"


@pytest.fixture
def matches_snapshot() -> Callable[[str, str], None]:
    """Compare a text with the file of a name; with UPDATE_SNAPSHOTS=1 write the file instead."""

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / f"{name}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.write_text(text + "\n", encoding="utf-8")
        assert text + "\n" == path.read_text(encoding="utf-8")

    return compare
