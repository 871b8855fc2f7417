"""Fixtures of the source reader's tests."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sfdx_sources import PROJECT, Loader, write

from pytest_sfintegration.sfdx.model import Source
from pytest_sfintegration.sfdx.project import load


@pytest.fixture
def load_files(tmp_path: Path) -> Loader:
    """Load a project of the given files below force-app."""

    def loader(files: Mapping[str, str | bytes]) -> Source:
        write(tmp_path, {"sfdx-project.json": PROJECT})
        write(tmp_path / "force-app", files)
        return load(tmp_path)

    return loader
