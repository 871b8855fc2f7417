"""A served HubSpot org, and a clean environment."""

import os
import tempfile
from collections.abc import Iterator

import pytest
import simple_salesforce  # noqa: F401 - see tests/plugin/conftest.py: C extensions are imported once
import yaml  # noqa: F401 - the same
from live_server import LiveServer, serving
from live_suite import hubspot_org


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv(
        "TMPDIR", str(tmp_path_factory.mktemp("tmp"))
    )  # the folders of other runs are not ours
    monkeypatch.setattr(tempfile, "tempdir", None)
    for name in [name for name in os.environ if name.startswith("SF_")]:
        monkeypatch.delenv(name)
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def served() -> Iterator[LiveServer]:
    with serving(hubspot_org()) as live:
        yield live
