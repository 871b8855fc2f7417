"""The certificate of a connected app, read from its file."""

from pathlib import Path

from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.model import Named
from pytest_sfintegration.matrix.page import Page, quoted

__all__ = ["read_certificate"]

_LARGEST = 65_536
_REMEDY = "Name a PEM file with an X.509 certificate or a public key, as uploaded to the connected app."


def read_certificate(folder: Path, name: Named, page: Page) -> str | None:
    """Return the PEM text of the file named, relative to ``folder``; report what is wrong with it."""
    problem: str
    try:
        with (folder / name.name).open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    else:
        if b"PRIVATE KEY" in content:
            problem = "holds a private key, which only the client should have"
        elif len(content) > _LARGEST or not _is_public(content):
            problem = "is neither a certificate nor a public key"
        else:
            return content.decode()
    page.report_at(name.at, f"the certificate {quoted(name.name)} {problem}.", _REMEDY, Kind.FILE)
    return None


def _is_public(content: bytes) -> bool:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 - heavy
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - heavy

    try:
        if b"BEGIN CERTIFICATE" in content:
            load_pem_x509_certificate(content)
        else:
            load_pem_public_key(content)
        content.decode()
    except ValueError:
        return False
    return True
