"""The signed assertion of the JWT bearer flow."""

from datetime import datetime
from typing import Any

from pytest_sfintegration.embedded.specs import ConnectedAppSpec

__all__ = ["AssertionRefusedError", "subject_of", "verified"]


class AssertionRefusedError(Exception):
    """An assertion that is malformed, unsigned, expired or meant for somebody else."""


def subject_of(assertion: str) -> dict[str, Any]:
    """Return the claims of an assertion without looking at its signature: to find the app that signed it."""
    import jwt  # noqa: PLC0415 - on first use

    try:
        claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise AssertionRefusedError("invalid assertion") from None
    return claims


def verified(assertion: str, app: ConnectedAppSpec, audiences: list[str], now: datetime) -> dict[str, Any]:
    """Return the claims, signature checked with the app's certificate.

    ``exp`` may be text (simple-salesforce) or milliseconds (sf CLI): Salesforce accepts both (documented: the
    clients' source). Text of the audience refusal: recorded(login.oauth.audience).
    """
    import jwt  # noqa: PLC0415 - on first use

    if app.certificate is None:
        raise AssertionRefusedError("invalid assertion")
    options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion, _public_key(app.certificate), algorithms=["RS256", "RS384", "RS512"], options=options
        )
    except (jwt.PyJWTError, ValueError):
        raise AssertionRefusedError("invalid assertion") from None
    asked = claims.get("aud")
    if not set(asked if isinstance(asked, list) else [asked]) & set(audiences):
        raise AssertionRefusedError("audience is invalid")
    try:
        expires = float(claims.get("exp", 0))
    except (TypeError, ValueError):
        raise AssertionRefusedError("invalid assertion") from None
    if expires < now.timestamp():
        raise AssertionRefusedError("expired authorization code")
    return claims


def _public_key(pem: str) -> Any:
    if "BEGIN CERTIFICATE" not in pem:
        return pem
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - on first use

    return load_pem_x509_certificate(pem.encode()).public_key()
