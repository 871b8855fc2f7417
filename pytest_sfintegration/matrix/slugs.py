"""Names of people as parts of test ids."""

import re
from collections.abc import Sequence
from hashlib import sha256
from unicodedata import normalize

__all__ = ["slug", "slugs"]

_LONGEST = 60


def slug(name: str) -> str:
    """Return ``customer-in-emea`` for ``Customer in EMEA``: letters and digits of ASCII, accents dropped."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^A-Za-z0-9]+", "-", plain).strip("-").lower()


def slugs(texts: Sequence[str]) -> tuple[str, ...]:
    """Return a slug for each of several different texts, no two of them alike.

    One that is shortened, or would be another text's too, ends in six digits of its text's digest: ids stay
    the same whatever stands before them.
    """
    plain = [slug(text) for text in texts]
    return tuple(
        each if each and len(each) <= _LONGEST and plain.count(each) == 1 else _with_digest(each, text)
        for each, text in zip(plain, texts, strict=True)
    )


def _with_digest(short: str, text: str) -> str:
    digest = sha256(text.encode()).hexdigest()[:6]
    return f"{short[:_LONGEST].strip('-')}-{digest}".strip("-")
