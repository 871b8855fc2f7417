"""Find Apex classes by name, and the URLs that REST classes are mapped to."""

import re

__all__ = ["rest_mapping"]

_ANNOTATION = re.compile(rb"@RestResource\s*\(\s*urlMapping\s*=\s*'([^'\n]*)'", re.IGNORECASE)
_STRING_OR_COMMENT = re.compile(rb"('(?:\\.|[^'\\\n])*')|//[^\n]*|/\*.*?\*/", re.DOTALL)


def rest_mapping(code: bytes) -> str | None:
    """Return the ``urlMapping`` of a class annotated with ``@RestResource``; comments do not count.

    Source: Apex Developer Guide, "RestResource Annotation": the mapping is relative to
    ``/services/apexrest/``, case-sensitive, and ``*`` stands at its end only.
    """
    if _ANNOTATION.search(code) is None:
        return None
    bare = _STRING_OR_COMMENT.sub(lambda found: found.group(1) or b" ", code)
    found = _ANNOTATION.search(bare)
    return found.group(1).decode("utf-8", "replace") if found else None
