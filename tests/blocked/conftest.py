"""The project that the tests of blocked access start from."""

import importlib
import os
import pkgutil
from pathlib import Path

import pytest
import simple_salesforce  # noqa: F401 - C extensions do not bear a second import in one process
import yaml  # noqa: F401 - the same
from blocked_org import Project

import pytest_sfintegration

# What is imported before the first run of pytester costs the runs nothing.
for _module in pkgutil.walk_packages(pytest_sfintegration.__path__, "pytest_sfintegration."):
    if not _module.name.endswith("__main__") and ".data." not in _module.name:
        importlib.import_module(_module.name)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose user reads accounts, contacts and slips, and nothing of payrolls."""
    return Project(folder=tmp_path)


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The same project where pytester runs pytest, with nothing of ours in the environment."""
    for name in [name for name in os.environ if name.startswith("SF_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return Project(folder=pytester.path)
