"""A served org as its clients see it: another process on a port, and what they need to log in."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running ``sfintegration serve``; ``environ`` is what the drivers read."""

    process: subprocess.Popen[str]
    base_url: str
    environ: Mapping[str, str]


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve the project beside this file; secrets, keys and certificates are made in ``folder``."""
    key, certificate = _key_pair(folder)
    secret = {name: secrets.token_hex(8) for name in ("ADMIN", "READER", "TOKEN", "KEY", "SECRET")}
    users = {
        "ADMIN_PASSWORD": secret["ADMIN"],
        "ADMIN_TOKEN": secret["TOKEN"],
        "READER_PASSWORD": secret["READER"],
        "DRIVERS_KEY": secret["KEY"],
        "DRIVERS_SECRET": secret["SECRET"],
        "DRIVERS_CERTIFICATE": str(certificate),
    }
    command = [sys.executable, "-m", "pytest_sfintegration.cli", "serve"]
    command += [f"--source={HERE / 'project'}", f"--users={HERE / 'users.yaml'}", f"--tls-dir={folder}"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env={**os.environ, **users}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield _ready(process, secret, key)
        finally:
            process.terminate()
            process.communicate(timeout=20)
    assert process.returncode == 0, "a served org ends well on SIGTERM"


def _ready(process: subprocess.Popen[str], secret: Mapping[str, str], key: Path) -> Served:
    assert process.stdout is not None
    said = {}
    while "serving on" not in said:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        word, _, value = line.strip().replace("serving on ", "serving on: ").partition(": ")
        said[word] = value
    environ = {
        "BASE_URL": said["serving on"],
        "CA_BUNDLE": said["certificate authority"],
        "USERNAME": "admin@clients.example",
        "PASSWORD": secret["ADMIN"],
        "SECURITY_TOKEN": secret["TOKEN"],
        "CLIENT_ID": secret["KEY"],
        "CLIENT_SECRET": secret["SECRET"],
        "JWT_KEY_FILE": str(key),
        "DENIED_USERNAME": "reader@clients.example",
        "DENIED_PASSWORD": secret["READER"],
        "EXT_ID_FIELD": "Customer_Number__c",
        "PERMSET": "Account_Reader",
    }
    return Served(process=process, base_url=said["serving on"], environ=environ)


def _key_pair(folder: Path) -> tuple[Path, Path]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private, public = folder / "client.key", folder / "client.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public
