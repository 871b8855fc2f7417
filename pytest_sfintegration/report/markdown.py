"""Text of unknown origin as Markdown that says just that text."""

import re
import unicodedata

from pytest_sfintegration.report.redaction import redacted

__all__ = ["plain", "safe"]

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_SPECIAL = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)|^[#+-]|!(?=\[)")
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto):|\bwww\.")


def plain(text: object) -> str:
    """Return one line of text without secrets and without characters that steer a terminal or an editor."""
    line = " ".join(redacted(str(text)).split())
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(one)[0] == "C" else one for one in line
    )


def safe(text: object) -> str:
    """Return text for a cell or a paragraph: no table, link, emphasis or HTML comes of it."""
    escaped = _SPECIAL.sub(lambda found: "\\" + found[0], plain(text)).translate(_HTML)
    return _LINK.sub(lambda found: found[0].replace(":", "&#58;").replace(".", "&#46;"), escaped)
