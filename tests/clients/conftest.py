"""One served org for all clients."""

from collections.abc import Iterator

import pytest
from served import Served, served


@pytest.fixture(scope="session")
def served_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running
