"""The names in a users file, held against the source."""

from collections.abc import Iterable, Iterator, Mapping

from pytest_sfintegration.cli.users import UsersFile
from pytest_sfintegration.embedded.builtin import with_builtin_profiles
from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.matrix.errors import Kind, MatrixError, MatrixErrors
from pytest_sfintegration.matrix.model import Named
from pytest_sfintegration.matrix.nearest import did_you_mean
from pytest_sfintegration.sfdx.model import Source

__all__ = ["check_names"]


def check_names(file: UsersFile, source: Source) -> None:
    """Raise MatrixErrors for every name that the source, or for usernames the file itself, does not have."""
    profiles = with_builtin_profiles(source)[0].profiles.values()
    kinds: Mapping[str, Iterable[str]] = {
        "profile": [name for each in profiles for name in (each.name, each.label)],
        "permission set": source.permission_sets,
        "permission set group": source.permission_set_groups,
        "role": source.roles,
        "public group": source.groups,
        "queue": source.queues,
        "territory": source.territories.territories,
        "user": [SETUP_USERNAME, *(name.name for entry in file.users for name in entry.names("username"))],
    }
    known = {kind: {name.casefold(): name for name in names} for kind, names in kinds.items()}
    errors = [
        _unknown(name, kind, known[kind].values())
        for kind, name in _used(file)
        if name.name.casefold() not in known[kind]
    ]
    if errors:
        raise MatrixErrors(errors)


_USER_KEYS = {
    "profile": "profile",
    "permission_sets": "permission set",
    "expired_permission_sets": "permission set",
    "permission_set_groups": "permission set group",
    "expired_permission_set_groups": "permission set group",
    "role": "role",
    "public_groups": "public group",
    "queues": "queue",
    "territories": "territory",
    "manager": "user",
}
_APP_KEYS = {
    "run_as": "user",
    "approved_users": "user",
    "profiles": "profile",
    "permission_sets": "permission set",
}

_GROUP_KEYS = {
    "name": "public group",
    "groups": "public group",
    "roles": "role",
    "roles_and_subordinates": "role",
}


def _used(file: UsersFile) -> Iterator[tuple[str, Named]]:
    for entries, keys in (
        (file.users, _USER_KEYS),
        (file.apps, _APP_KEYS),
        (file.public_groups, _GROUP_KEYS),
    ):
        for entry in entries:
            for key, kind in keys.items():
                for name in entry.names(key):
                    yield kind, name


def _unknown(name: Named, kind: str, known: Iterable[str]) -> MatrixError:
    where = "the file" if kind == "user" else "the source"
    remedy = did_you_mean(name.name, known, f"Add the {kind} to {where}, or correct the name.")
    return MatrixError(
        at=name.at,
        message=f"{where} has no {kind} '{name.name}'.",
        remedy=remedy,
        kind=Kind.UNKNOWN_NAME,
    )
