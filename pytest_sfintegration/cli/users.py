"""A users file, read: the users, connected apps and switches of an org that is served."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.cli.certificate import read_certificate
from pytest_sfintegration.cli.users_keys import FILE
from pytest_sfintegration.cli.values import SecretText
from pytest_sfintegration.embedded.history_specs import Expiration, LicenseSpec, LoginSpec, TokenSpec
from pytest_sfintegration.embedded.specs import ConnectedAppSpec, OrganizationSpec, PublicGroupSpec, UserSpec
from pytest_sfintegration.matrix.document import compose, read_text
from pytest_sfintegration.matrix.errors import Kind, MatrixError, MatrixErrors
from pytest_sfintegration.matrix.model import Named
from pytest_sfintegration.matrix.page import Page
from pytest_sfintegration.matrix.records import Found
from pytest_sfintegration.rights import Location

__all__ = ["Entry", "UsersFile", "load_users"]

_LABEL = "the file"
# key -> what the organization holds before it is served
_HELD: Mapping[str, type[LicenseSpec] | type[LoginSpec] | type[TokenSpec]] = MappingProxyType(
    {"licenses": LicenseSpec, "logins": LoginSpec, "tokens": TokenSpec}
)
_OPEN_TO_OTHERS = stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A user or an app as it stands in the file: values by key, each with its place."""

    at: Location
    values: Mapping[str, Found]

    def names(self, key: str) -> tuple[Named, ...]:
        """Return the texts of a key with their places; none when it is left out."""
        value = self.values[key].value if key in self.values else ()
        return (value,) if isinstance(value, Named) else tuple(value)

    def plain(self) -> dict[str, Any]:
        """Return the values without places."""
        return {key: _plain(found.value) for key, found in self.values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersFile:
    """All that a users file says; the entries keep the places, for what only the source can tell."""

    path: str
    users: tuple[Entry, ...]
    apps: tuple[Entry, ...]
    organization: OrganizationSpec
    public_groups: tuple[Entry, ...] = ()
    certificates: Mapping[str, str] = field(default_factory=dict)  # consumer key -> PEM text

    def user_specs(self) -> tuple[UserSpec, ...]:
        """Return the users for the org."""
        return tuple(_user(entry.plain()) for entry in self.users)

    def public_group_specs(self) -> tuple[PublicGroupSpec, ...]:
        """Return what the public groups hold, for the org."""
        return tuple(PublicGroupSpec(**entry.plain()) for entry in self.public_groups)

    def app_specs(self) -> tuple[ConnectedAppSpec, ...]:
        """Return the apps for the org, with the text of their certificates."""
        return tuple(self._app(entry.plain()) for entry in self.apps)

    def _app(self, values: dict[str, Any]) -> ConnectedAppSpec:
        values["approved_users"] = frozenset(values.get("approved_users", ()))
        values["certificate"] = self.certificates.get(values["consumer_key"])
        return ConnectedAppSpec(**values)


def load_users(path: Path, *, environ: Mapping[str, str] | None = None) -> UsersFile:
    """Return the users file at ``path``; raise MatrixErrors with all that is wrong in it.

    ``environ`` replaces ``${VAR}``. A file in which a secret is written out is refused when others can read
    or change it; one with variables only may lie in a repository.
    """
    shown = path.as_posix()
    page = Page(shown, os.environ if environ is None else environ)
    node = compose(read_text(path, shown), shown)
    if node is None:
        page.report_at(
            Location(path=shown, line=1), "the file is empty.", "Begin with users:.", Kind.STRUCTURE
        )
        raise MatrixErrors(page.errors)
    values = FILE.read(node, page, _LABEL) or {}
    users = _entries(values.get("users"))
    apps = _entries(values.get("connected_apps"))
    groups = _entries(values.get("public_groups"))
    certificates = {
        entry.values["consumer_key"].value.name: text
        for entry in apps
        for name in entry.names("certificate")
        if (text := read_certificate(path.parent, name, page)) is not None and "consumer_key" in entry.values
    }
    page.errors.extend(_twice(users, "username"))
    page.errors.extend(_twice(apps, "consumer_key"))
    page.errors.extend(_twice(groups, "name"))
    page.errors.extend(_exposed(path, (*users, *apps)))
    if page.errors:
        raise MatrixErrors(page.errors)
    settings = _plain(values["organization"]) if "organization" in values else {}
    for key, spec in _HELD.items():
        if key in values:
            settings[key] = tuple(spec(**each) for each in _plain(values[key]))
    return UsersFile(
        path=shown,
        users=users,
        apps=apps,
        organization=OrganizationSpec(**settings),
        public_groups=groups,
        certificates=certificates,
    )


def _entries(found: Found | None) -> tuple[Entry, ...]:
    return () if found is None else tuple(Entry(at=each.at, values=each.value) for each in found.value)


def _user(values: dict[str, Any]) -> UserSpec:
    dates = values.pop("expirations", ())
    return UserSpec(**values, expirations=tuple(Expiration(**each) for each in dates))


def _plain(value: Any) -> Any:
    if isinstance(value, Named):
        return value.name
    if isinstance(value, SecretText):
        return value.text
    if isinstance(value, Found):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return tuple(_plain(each) for each in value) if isinstance(value, tuple) else value


def _twice(entries: Iterable[Entry], key: str) -> Iterator[MatrixError]:
    seen: dict[str, Named] = {}
    for entry in entries:
        for name in entry.names(key):
            first = seen.setdefault(name.name.casefold(), name)
            if first is not name:
                message = f"the {key} '{name.name}' is given twice, first on line {first.at.line}."
                yield MatrixError(
                    at=name.at, message=message, remedy="Remove one of them.", kind=Kind.DUPLICATE
                )


def _exposed(path: Path, entries: Iterable[Entry]) -> Iterator[MatrixError]:
    if os.name != "posix":
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & _OPEN_TO_OTHERS:
        return
    for entry in entries:
        for key, found in entry.values.items():
            if isinstance(found.value, SecretText) and found.value.written:
                message = f"the {key} is written in a file that others can read or change (mode {mode:03o})."
                remedy = f"Run 'chmod 600 {path}', or take it from the environment: {key}: ${{NAME}}."
                yield MatrixError(at=found.value.at, message=message, remedy=remedy, kind=Kind.FILE)
                return
