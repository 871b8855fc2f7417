"""Types, strategies and a writer of matrices that the tests of the matrix share."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from pytest_sfintegration.matrix.model import (
    ALL_FIELDS,
    Blocked,
    FieldRule,
    Ignore,
    Matrix,
    Named,
    ObjectRule,
    UserBlock,
)
from pytest_sfintegration.rights import LETTERS, Location, Operation

Load = Callable[..., Matrix]
Draw = Callable[[st.SearchStrategy[Any]], Any]

PATH = "a.matrix.yaml"
# Names that YAML does not read as something else, and one that it does unless it is quoted.
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
ACCESS = st.sampled_from(["", "R", "CR", "RE", "CRED", "VR", "MVDER", "CREDVM"])
CONTAINERS = ("permission_set_licenses", "permission_sets", "permission_set_groups")
KINDS = ("objects", "fields", "user_permissions")


class Writer:
    """Writes YAML in one of several styles and tells where each piece stands."""

    def __init__(self, draw: Draw) -> None:
        self.text = ""
        self._draw = draw

    def put(self, text: str) -> Location:
        line = self.text.count("\n") + 1
        at = Location(path=PATH, line=line, column=len(self.text) - self.text.rfind("\n"))
        self.text += text
        return at

    def scalar(self, text: str) -> Location:
        escaped = text.replace("$", "$$")
        single = "'" + escaped.replace("'", "''") + "'"
        return self.put(self._draw(st.sampled_from([single, json.dumps(escaped, ensure_ascii=False)])))

    def named(self, text: str) -> Named:
        return Named(name=text, at=self.scalar(text))

    def names(self, key: str, names: Sequence[str], indent: int) -> tuple[Named, ...]:
        """Write ``key: [..]`` in flow or block style."""
        self.put(f"{' ' * indent}{key}:")
        found = []
        if names and self._draw(st.booleans()):
            for name in names:
                self.put(f"\n{' ' * indent}- ")
                found.append(self.named(name))
        else:
            self.put(" [")
            for name in names:
                self.put("" if name is names[0] else ", ")
                found.append(self.named(name))
            self.put("]")
        self.put("\n")
        return tuple(found)


def _unique(of: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(of, min_size=least, max_size=4, unique=True)


def _access(writer: Writer, draw: Draw, indent: int) -> dict[Operation, Location]:
    letters: str = draw(ACCESS)
    if letters and draw(st.booleans()):
        start = writer.put(letters)
        writer.put("\n")
        return {
            LETTERS[letter]: Location(path=PATH, line=start.line, column=start.column + index)
            for index, letter in enumerate(letters)
        }
    access = {}
    writer.put("[")
    for letter in letters:
        writer.put("" if letter == letters[0] else f",\n{' ' * (indent + 4)}")
        operation = LETTERS[letter]
        spelling = draw(st.sampled_from([letter, operation.value, operation.value.replace(" ", "_")]))
        access[operation] = writer.scalar(spelling)
    writer.put("]\n")
    return access


def _fields(writer: Writer, draw: Draw) -> FieldRule:
    writer.put("    ")
    at = writer.put("fields:\n")
    pool = draw(_unique(NAMES, 2))
    cut = draw(st.integers(0, len(pool)))
    words = draw(st.sampled_from(["lists", "read all", "edit all"]))
    read: tuple[Named, ...] = ()
    edit: tuple[Named, ...] = ()
    if words == "edit all":
        writer.put(f"      edit: {ALL_FIELDS}\n")
    elif cut < len(pool):
        edit = writer.names("edit", pool[cut:], 6)
    if words == "read all":
        writer.put(f"      read: {ALL_FIELDS}\n")
    elif words == "lists" and cut:
        read = writer.names("read", pool[:cut], 6)
    others = words == "lists" and draw(st.booleans())
    if others:
        writer.put("      others: any\n")
    return FieldRule(
        at=at,
        read={each.name: each.at for each in (*read, *edit)},
        edit={each.name: each.at for each in edit},
        all_read=words != "lists",
        all_edit=words == "edit all",
        others_any=others,
    )


def _object(writer: Writer, draw: Draw, name: str, via: list[str]) -> ObjectRule:
    writer.put("  ")
    at = writer.scalar(name)
    writer.put(": ")
    if draw(st.booleans()):
        return ObjectRule(object=name, at=at, access=_access(writer, draw, 2))
    writer.put("\n    access: ")
    access = _access(writer, draw, 4)
    fields = _fields(writer, draw) if Operation.READ in access and draw(st.booleans()) else None
    named = writer.names("via", via, 4) if access and via and draw(st.booleans()) else ()
    return ObjectRule(object=name, at=at, access=access, fields=fields, via=named)


def _user(writer: Writer, draw: Draw) -> UserBlock:
    at = writer.put("user:\n")
    writer.put("  username: ")
    username = draw(TEXTS)
    writer.scalar(username)
    writer.put("\n")
    keys: dict[str, Any] = {}
    for key, names in (("profile", TEXTS), ("role", NAMES), ("license", TEXTS)):
        if draw(st.booleans()):
            writer.put(f"  {key}: ")
            keys[key] = writer.named(draw(names))
            writer.put("\n")
    for key in CONTAINERS:
        if draw(st.booleans()):
            keys[key] = writer.names(key, draw(_unique(NAMES, 0)), 2)
    return UserBlock(username=username, at=at, **keys)


def _sections(draw: Draw, prefix: str) -> dict[str, list[str]]:
    """Draw names for some of the three kinds; a prefix of their own keeps sections from contradicting."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
    names = {kind: [f"{prefix}{kind}_{name}" for name in draw(_unique(NAMES))] for kind in kinds}
    return {
        kind: [f"{name}.{name}" for name in each] if kind == "fields" else each
        for kind, each in names.items()
    }


@st.composite
def matrices(draw: Draw) -> tuple[str, Matrix]:
    """A valid matrix as text, and the model that it must load to, places included."""
    writer = Writer(draw)
    writer.put(draw(st.sampled_from(["", "---\n", "# a comment: [\n\n"])))
    writer.put("integration: ")
    integration = draw(st.from_regex(r"[A-Za-z0-9_-]{1,5}( [A-Za-z0-9_-]{1,5})?", fullmatch=True))
    writer.scalar(integration)
    writer.put("\n")
    user = _user(writer, draw)
    assigned = (user.profile, *user.permission_sets)
    via = list(dict.fromkeys(each.name for each in assigned if each is not None))
    writer.put("objects:\n")
    objects = {name: _object(writer, draw, name, via) for name in draw(_unique(NAMES))}
    blocked = Blocked()
    if draw(st.booleans()):
        writer.put("blocked:\n")
        blocked = Blocked(
            **{k: writer.names(k, v, 2) for k, v in _sections(draw, "blocked_of_a_test_").items()}
        )
    permissions: tuple[Named, ...] = ()
    if draw(st.booleans()):
        permissions = writer.names("user_permissions", draw(_unique(NAMES, 0)), 0)
    ignore = _ignore(writer, draw) if draw(st.booleans()) else ()
    matrix = Matrix(
        path=PATH,
        integration=integration,
        user=user,
        objects=objects,
        blocked=blocked,
        user_permissions=permissions,
        ignore=ignore,
    )
    return writer.text, matrix


def _ignore(writer: Writer, draw: Draw) -> tuple[Ignore, ...]:
    writer.put("ignore:\n")
    entries = []
    for number in range(draw(st.integers(1, 2))):
        writer.put("  - ")
        at = writer.put("reason: ")
        reason = draw(TEXTS)
        writer.scalar(reason)
        writer.put("\n")
        expires = draw(st.none() | st.dates(min_value=date(1000, 1, 1)))
        if expires is not None:
            quote = draw(st.sampled_from(["", "'"]))
            writer.put(f"    expires: {quote}{expires.isoformat()}{quote}\n")
        names = _sections(draw, f"ignored_{number}_of_a_test_")
        lists = {kind: writer.names(kind, each, 4) for kind, each in names.items()}
        entries.append(Ignore(at=at, reason=reason, expires=expires, **lists))
    return tuple(entries)
