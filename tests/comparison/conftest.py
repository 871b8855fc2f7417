"""A clean environment for orgs that are named."""

import os

import pytest
import simple_salesforce  # noqa: F401 - see tests/plugin/conftest.py: C extensions are imported once
import yaml  # noqa: F401 - the same


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SF_")]:
        monkeypatch.delenv(name)
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
