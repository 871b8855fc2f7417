"""The project that the tests of record rows start from."""

import importlib
import os
import pkgutil

import pytest
import simple_salesforce  # noqa: F401 - C extensions do not bear a second import in one process
import yaml  # noqa: F401 - the same
from sharing_suite import SharingSuite, Watch

import pytest_sfintegration

# What is imported before the first run of pytester costs the runs nothing.
for _module in pkgutil.walk_packages(pytest_sfintegration.__path__, "pytest_sfintegration."):
    if not _module.name.endswith("__main__") and ".data." not in _module.name:
        importlib.import_module(_module.name)


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> SharingSuite:
    """A small project: accounts are private, the integration user has the role Sales below Boss.

    pytest prints otherwise where CI is set.
    """
    for name in [name for name in os.environ if name.startswith("SF_") or name in {"CI", "BUILD_NUMBER"}]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return SharingSuite(pytester=pytester)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The embedded orgs of the coming runs."""
    return Watch(monkeypatch)
