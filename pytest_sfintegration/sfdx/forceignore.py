"""``.forceignore``: which files a project does not deploy.

The syntax is gitignore's (developer.salesforce.com, "How to Exclude Source When Syncing"): our own matcher of
about a hundred lines keeps a dependency (``pathspec``) out of every user's installation, and sorts the
patterns by shape so that a file costs a set lookup, not one regular expression per pattern.
"""

import re
from collections.abc import Iterable

__all__ = ["Ignore"]

# source-deploy-retrieve ignores these in every project (ForceIgnore.DEFAULT_IGNORE).
_DEFAULTS = ("**/*.dup", "**/.*", "**/package2-descriptor.json", "**/package2-manifest.json")
_GLOB = frozenset("*?[\\")
_REPEATED = re.compile(r"(?:\*\*/){2,}")
_REPEATED_END = re.compile(r"(?:/\*\*){2,}$")
_EVERYTHING = frozenset("*/")
_RUN = re.compile(r"[^*?\[\\]+")
_NEVER = re.compile(r"(?!)")


class Ignore:
    """Decide whether a path, relative to the folder of the ``.forceignore``, is ignored."""

    __slots__ = (
        "_base_names",
        "_base_pattern",
        "_folder_names",
        "_folder_pattern",
        "_ordered",
        "_path_pattern",
    )

    def __init__(self, lines: Iterable[str] = ()) -> None:
        patterns = [*_DEFAULTS, *lines]
        # with a negation the order of the rules matters; without one they can be sorted by shape
        ordered = any(pattern.startswith("!") for pattern in patterns)
        rules = [rule for pattern in patterns if (rule := _Rule.read(pattern, whole=not ordered)) is not None]
        self._ordered = [(rule, re.compile(rule.expression)) for rule in rules] if ordered else None
        names = [rule for rule in rules if rule.base is not None and not rule.glob]
        self._base_names = {str(rule.base) for rule in names if not rule.folders_only}
        self._folder_names = {str(rule.base) for rule in names if rule.folders_only}
        globs = [rule for rule in rules if rule.base is not None and rule.glob and not rule.folders_only]
        self._base_pattern = _any_of(_translate(str(rule.base)) for rule in globs)
        paths = [rule for rule in rules if rule not in names and rule not in globs]
        self._path_pattern = _any_of(rule.expression for rule in paths if not rule.folders_only)
        self._folder_pattern = _any_of(rule.expression for rule in paths if rule.folders_only)

    def ignores(self, path: str, name: str, *, folder: bool) -> bool:
        """Tell whether ``path`` (slashes, no leading one), whose last part is ``name``, is ignored.

        The caller walks from the top and does not enter ignored folders, as git does.
        """
        if self._ordered is not None:
            return self._last_word(path, folder=folder)
        if name in self._base_names or self._base_pattern.fullmatch(name) is not None:
            return True
        if self._path_pattern.fullmatch(path) is not None:
            return True
        return folder and (name in self._folder_names or self._folder_pattern.fullmatch(path) is not None)

    def _last_word(self, path: str, *, folder: bool) -> bool:
        verdict = False
        for rule, expression in self._ordered or ():
            applies = rule.negated is verdict and (folder or not rule.folders_only)
            if applies and expression.fullmatch(path) is not None:
                verdict = not rule.negated
        return verdict


class _Rule:
    """One line of the file; ``base`` is what the last part of a path must be, if nothing else counts."""

    __slots__ = ("_pattern", "base", "folders_only", "glob", "negated")

    def __init__(self, pattern: str, *, negated: bool, whole: bool) -> None:
        self.negated = negated
        pattern = _REPEATED_END.sub("/**", _REPEATED.sub("**/", pattern))
        # everything inside a folder ignored is the folder ignored: nothing but files is ever read
        if whole and pattern.endswith("/**") and not _EVERYTHING.issuperset(pattern):
            pattern = "/" * (pattern.count("/") == 1) + pattern[:-2]
        self.folders_only = pattern.endswith("/")
        pattern = pattern.rstrip("/")
        anchored = "/" in pattern
        pattern = pattern.lstrip("/")
        bare = pattern.removeprefix("**/")
        self.base = bare if "/" not in bare and (not anchored or pattern.startswith("**/")) else None
        self.glob = self.base is not None and not _GLOB.isdisjoint(self.base)
        self._pattern = pattern if anchored else "**/" + pattern
        if "[" in pattern:
            re.compile(self.expression)  # raises ``re.error`` for a range that is none

    @property
    def expression(self) -> str:
        """The regular expression of the whole path."""
        return _translate(self._pattern)

    @classmethod
    def read(cls, line: str, *, whole: bool) -> "_Rule | None":
        """Read a line; blank ones, comments and patterns that match nothing give ``None``."""
        pattern = line.rstrip("\r\n")
        if not pattern.endswith("\\ "):
            pattern = pattern.rstrip()
        negated = pattern.startswith("!")
        if negated:
            pattern = pattern[1:]
        elif pattern.startswith("#"):
            return None
        pattern = pattern.removeprefix("\\") if pattern.startswith(("\\!", "\\#")) else pattern
        if not pattern.strip("/"):
            return None
        try:
            return cls(pattern, negated=negated, whole=whole)
        except re.error:
            return None


def _any_of(expressions: Iterable[str]) -> re.Pattern[str]:
    joined = "|".join(f"(?:{expression})" for expression in expressions)
    return re.compile(joined) if joined else _NEVER


def _translate(pattern: str) -> str:
    """Turn a gitignore pattern without leading or trailing slash into a regular expression."""
    parts: list[str] = []
    rest = pattern
    while rest:
        for glob, expression in (("**/", "(?:.*/)?"), ("**", ".+"), ("*", "[^/]*"), ("?", "[^/]")):
            if rest.startswith(glob) and (glob[:2] != "**" or _is_whole_part(pattern, rest, glob)):
                parts.append(expression)
                rest = rest[len(glob) :]
                break
        else:
            taken, expression = _literal(rest)
            parts.append(expression)
            rest = rest[taken:]
    return "".join(parts)


def _is_whole_part(pattern: str, rest: str, glob: str) -> bool:
    """Tell whether two asterisks stand alone between slashes; elsewhere they are as good as one."""
    start = len(pattern) - len(rest)
    before = start == 0 or pattern[start - 1] == "/"
    return before and (glob == "**/" or len(rest) == len(glob))


def _literal(rest: str) -> tuple[int, str]:
    if rest[0] == "[" and (end := rest.find("]", 2)) > 0:
        inner = rest[1:end].replace("\\", "\\\\").replace("[", "\\[")
        return end + 1, "[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]"
    if rest[0] == "\\" and len(rest) > 1:
        return 2, re.escape(rest[1])
    run = _RUN.match(rest)
    return (run.end(), re.escape(run[0])) if run is not None else (1, re.escape(rest[0]))
