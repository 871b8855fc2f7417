"""Names: the nearest known one, namespace tokens and prefixes, and names that file names carry."""

import difflib
import re
from collections.abc import Iterable
from urllib.parse import unquote

__all__ = ["from_file_name", "nearest", "unnamespaced", "without_tokens"]

_CLOSE_ENOUGH = 0.6

# CumulusCI replaces these on deployment (cumulusci.core.utils.inject_namespace); a source that is read as
# itself has no namespace, so they stand for nothing, or for Lightning's own "c".
_EMPTY_TOKENS = (
    "%%%NAMESPACE%%%",
    "%%%NAMESPACED_ORG%%%",
    "%%%NAMESPACE_DOT%%%",
    "%%%NAMESPACED_RT%%%",
    "%%%MANAGED_OR_NAMESPACED_ORG%%%",
    "___NAMESPACE___",
    "___NAMESPACED_ORG___",
)
_C_TOKENS = ("%%%NAMESPACE_OR_C%%%", "%%%NAMESPACED_ORG_OR_C%%%")
_TOKEN = re.compile("|".join((*_EMPTY_TOKENS, *_C_TOKENS)))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` was most likely meant to be; ``None`` if none is like it.

    >>> nearest("acount", ["Account", "Contact"])
    'Account'
    """
    by_fold = {candidate.casefold(): candidate for candidate in known}
    folded = name.casefold()
    if folded in by_fold:
        return by_fold[folded]
    close = difflib.get_close_matches(folded, by_fold, n=1, cutoff=_CLOSE_ENOUGH)
    return by_fold[close[0]] if close else None


def without_tokens(text: str) -> str:
    """Replace CumulusCI's namespace tokens by what they are in an org without namespace.

    >>> without_tokens("%%%NAMESPACE%%%Program__c.___NAMESPACE___X %%%NAMESPACE_OR_C%%%:card")
    'Program__c.X c:card'
    """
    return _TOKEN.sub(lambda found: "c" if found.group() in _C_TOKENS else "", text)


def unnamespaced(name: str, prefixes: tuple[str, ...]) -> str:
    """Strip the project's own namespace from each part of a dotted name.

    >>> unnamespaced("pmdm__Program__c.pmdm__Stage__c", ("pmdm__",))
    'Program__c.Stage__c'
    """
    if not prefixes:
        return name
    parts = name.split(".")
    for index, part in enumerate(parts):
        for prefix in prefixes:
            if part.casefold().startswith(prefix.casefold()):
                parts[index] = part[len(prefix) :]
                break
    return ".".join(parts)


def from_file_name(stem: str) -> str:
    """Decode a file name: Metadata API percent-encodes what file systems dislike (``%28`` for a bracket)."""
    if "___" in stem:
        stem = without_tokens(stem)
    return unquote(stem) if "%" in stem else stem
