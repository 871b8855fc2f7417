"""Secrets in text: told by their shape, whoever put them there."""

import re

__all__ = ["redacted"]

# A session id or access token is the organization's id, an exclamation mark and the key
# (developer.salesforce.com, REST API Developer Guide); newer ones are JSON web tokens, as are the assertions
# of the JWT bearer flow.
_TOKENS = re.compile(r"\b00D[A-Za-z0-9]{12,15}![\w.]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")

_SHOWN = "(secret)"


def redacted(text: str) -> str:
    """Return the text with every token replaced."""
    return _TOKENS.sub(_SHOWN, text)
