"""Names of people as parts of test ids."""

import re
from unicodedata import normalize

__all__ = ["slug"]


def slug(name: str) -> str:
    """Return ``customer-in-emea`` for ``Customer in EMEA``: letters and digits of ASCII, accents dropped."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^A-Za-z0-9]+", "-", plain).strip("-").lower()
