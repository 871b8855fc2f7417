"""A served org, and what every test of the server leaves behind: no thread."""

import threading
import time
from collections.abc import Iterator

import pytest
from raw_client import EchoOrg, small_limits

from pytest_sfintegration.embedded.server import Server, serve


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + 2
    while (left := set(threading.enumerate()) - before) and time.monotonic() < end:
        time.sleep(0.01)
    assert not left


@pytest.fixture
def echo() -> EchoOrg:
    return EchoOrg()


@pytest.fixture
def server(echo: EchoOrg) -> Iterator[Server]:
    """A server with narrow bounds, so that they are met soon."""
    with serve(echo, limits=small_limits()) as running:
        yield running
