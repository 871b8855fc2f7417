"""A certificate authority made for one run, and a certificate of the names that clients ask for."""

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, KeyUsage, Name

__all__ = ["Authority", "make_authority"]

# simple-salesforce, tap-salesforce and aiosalesforce insist on salesforce.com (seen of
# the clients themselves); a wildcard stands for one label, so that each kind of My Domain needs its own.
_HOSTS = (
    "localhost",
    "*.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.develop.my.salesforce.com",
    "*.scratch.my.salesforce.com",
)
_ADDRESSES = ("127.0.0.1", "::1")
_VALID = timedelta(days=30)
_CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Where the files lie: ``ca`` for clients to trust, certificate and key of the server."""

    ca: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Return the server's TLS settings."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols(["http/1.1"])
        # HTTP tells itself where a request ends; OpenSSL 3 would answer a client's plain going with an alert.
        context.options |= getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
        return context


def make_authority(folder: Path) -> Authority:
    """Write ca.pem, server.pem and server.key (mode 600) to ``folder``, which is made when it is missing.

    The authority's own key is thrown away: nobody can sign anything else with it, so ca.pem is safe to trust.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only with TLS
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - only with TLS

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _ca(ca_key)
    certificate = _server(ca.subject, ca_key, server_key)
    authority = Authority(ca=folder / "ca.pem", certificate=folder / "server.pem", key=folder / "server.key")
    pem = serialization.Encoding.PEM
    private = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    authority.ca.write_bytes(ca.public_bytes(pem))
    authority.certificate.write_bytes(certificate.public_bytes(pem))
    _write_private(authority.key, private)
    return authority


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # an older file would keep its mode
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _ca(key: "EllipticCurvePrivateKey") -> "Certificate":
    from cryptography import x509  # noqa: PLC0415 - only with TLS
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - only with TLS

    name = _name("pytest-sfintegration embedded org CA")
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    issuer: "Name", ca_key: "EllipticCurvePrivateKey", key: "EllipticCurvePrivateKey"
) -> "Certificate":
    from cryptography import x509  # noqa: PLC0415 - only with TLS
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - only with TLS
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - only with TLS

    names: list[x509.GeneralName] = [x509.DNSName(host) for host in _HOSTS]
    names += [x509.IPAddress(ip_address(address)) for address in _ADDRESSES]
    now = datetime.now(UTC)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(_name("pytest-sfintegration embedded org"))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _name(common_name: str) -> "Name":
    from cryptography import x509  # noqa: PLC0415 - only with TLS

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def _usage(*, ca: bool) -> "KeyUsage":
    from cryptography import x509  # noqa: PLC0415 - only with TLS

    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
