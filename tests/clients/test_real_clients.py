"""Unmodified clients against ``sfintegration serve``: the reference drivers, step by step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from driver_report import complaints
from served import Served


def _drive(shared: Path, org: Served, driver: str, mode: str = "") -> str:
    environ = {
        name: value
        for name, value in os.environ.items()
        if "proxy" not in name.lower()
        and name not in {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}
    }
    done = subprocess.run(  # noqa: S603 - the drivers
        [sys.executable, shared / "clients" / f"drive_{driver}.py"],
        env={**environ, **org.environ, "MODE": mode, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_wire_is_as_the_clients_rely_on(shared: Path, served_org: Served) -> None:
    output = _drive(shared, served_org, "http")
    assert not complaints("http", output), output


@pytest.mark.parametrize("mode", ["adapter", "tls", "proxy"])
def test_simple_salesforce_works_by_every_way_to_the_port(
    shared: Path, served_org: Served, mode: str
) -> None:
    output = _drive(shared, served_org, "simple_salesforce", mode)
    assert not complaints("simple_salesforce", output), output
