"""Permission sets, groups and permission set licences, given to users and taken from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError, OrgError
from pytest_sfintegration.embedded.history_specs import Expiration
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.licenses import group_gap, permission_set_gap
from pytest_sfintegration.embedded.people import People, Person
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.embedded.storage import Storage
from pytest_sfintegration.embedded.tables.directory import Directory, Holder
from pytest_sfintegration.embedded.tables.setup_tables import SetupTables
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.embedded.write.derived import missing

__all__ = ["ASSIGNMENTS", "Assignments", "with_expiry"]

_SETS, _LICENSES = "PermissionSetAssignment", "PermissionSetLicenseAssign"
ASSIGNMENTS = frozenset({_SETS, _LICENSES})
"""The tables that this module writes."""

# The lists of a user that an assignment may stand in, those that grant first.
_LISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Regular": ("permission_sets", "expired_permission_sets"),
        "Group": ("permission_set_groups", "expired_permission_set_groups"),
        "License": ("permission_set_licenses",),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What is assigned: a permission set, a group or a licence."""

    kind: str
    name: str
    label: str
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Former:
    """What stood before a write, to go back to."""

    person: Person
    rows: list[dict[str, Any]]


class Assignments:
    """Writes PermissionSetAssignment and PermissionSetLicenseAssign.

    The user holds more or less from the next request on; a session that is open stays open (assumed).
    """

    def __init__(
        self,
        *,
        people: People,
        directory: Directory,
        setup: SetupTables,
        storage: Storage,
        forget: Callable[[str], object],
        now: Callable[[], datetime],
    ) -> None:
        """``forget`` drops what was computed from a user's rights, by his id."""
        self._people = people
        self._directory = directory
        self._setup = setup
        self._storage = storage
        self._forget = forget
        self._now = now

    def insert(self, table: str, values: Mapping[str, Any], expires: datetime | None = None) -> str:
        """Assign, until ``expires``, and return the id of the row (documented: object reference).

        A second assignment is a DUPLICATE_VALUE (community, as clients handle it).
        """
        person = self._people.by_id(values.get("AssigneeId") or "")
        if person is None:
            raise missing(["AssigneeId"])
        target = self._license(values) if table == _LICENSES else self._target(values)
        if any(_named(person.spec, each, target.name) for each in _LISTS[target.kind]):
            message = "duplicate value found: <unknown> duplicates value on record with id: <unknown>"
            raise ApiError(400, "DUPLICATE_VALUE", message, [])
        spec = _with(person.spec, _LISTS[target.kind][0], target.name)
        if expires is not None:
            if table == _LICENSES or expires <= self._now():
                raise NotSupportedError("ExpirationDate of a licence, or one that has passed")
            until = Expiration(name=target.name, at=expires.isoformat())
            spec = replace(spec, expirations=(*spec.expirations, until))
        self._check(person, spec, target)
        rows = self._setup.rows(table)
        row = {"Id": self._setup.next_id(table), "AssigneeId": person.id, **target.columns}
        if expires is not None:
            row["ExpirationDate"] = datetime_text(expires)
        self._store(table, person, spec, [*rows, row])
        return str(row["Id"])

    def delete(self, table: str, record_id: str) -> None:
        """Take an assignment away.

        That of a profile stays, and so does a licence that something assigned needs (both assumed).
        """
        row = self._setup.row(table, record_id)
        person = None if row is None else self._people.by_id(row["AssigneeId"])
        if row is None or person is None:
            raise ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        target = self._license(row) if table == _LICENSES else self._target(row)
        spec = _without(person.spec, _LISTS[target.kind], target.name)
        if table == _LICENSES:
            self._check_needed(person, spec, target)
        rows = [each for each in self._setup.rows(table) if each["Id"] != record_id]
        self._store(table, person, spec, rows)

    def restore(self, key: str, former: Any) -> None:
        """Undo one write; for the journal only."""
        self._people.put(former.person)
        self._setup.put_rows(key, former.rows)
        self._forget(former.person.id)

    def _store(self, table: str, person: Person, spec: UserSpec, rows: list[dict[str, Any]]) -> None:
        former = _Former(person=person, rows=self._setup.rows(table))
        self._storage.note(self, table, former)
        self._people.put(replace(person, spec=spec))
        self._setup.put_rows(table, rows)
        self._forget(person.id)

    def _target(self, values: Mapping[str, Any]) -> _Target:
        """Return what a PermissionSetAssignment names: a permission set or a group (documented)."""
        group_id = canonical_id(values.get("PermissionSetGroupId") or "")
        set_id = canonical_id(values.get("PermissionSetId") or "")
        if group_id is None and set_id is None:
            raise missing(["PermissionSetId"])
        holder = self._holder(group_id, set_id)
        if holder is None:
            message = "the ids name no permission set and no permission set group that can be assigned"
            raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", message, ["PermissionSetId"])
        return _Target(
            kind="Regular" if group_id is None else "Group",
            name=holder.name,
            label=holder.label,
            columns={
                "PermissionSetId": holder.id,
                "PermissionSetGroupId": group_id,
                "IsActive": True,
                "IsRevoked": False,
                "ExpirationDate": None,
            },
        )

    def _holder(self, group_id: str | None, set_id: str | None) -> Holder | None:
        """Return the group's calculated permission set, or the permission set; never that of a profile."""
        if group_id is None:
            sets = (each for each in self._directory.holders if each.type in {"Regular", "Session"})
            return next((each for each in sets if each.id == set_id), None)
        groups = self._directory.groups
        grouped = (each for each in self._directory.holders if each.group is not None)
        found = next((each for each in grouped if groups[each.name] == group_id), None)
        return found if found is None or set_id in {None, found.id} else None

    def _license(self, values: Mapping[str, Any]) -> _Target:
        license_id = canonical_id(values.get("PermissionSetLicenseId") or "")
        for name, each in self._directory.permission_set_licenses.items():
            if each == license_id:
                columns = {"PermissionSetLicenseId": each}
                return _Target(
                    kind="License", name=name, label=self._directory.license_labels[name], columns=columns
                )
        raise missing(["PermissionSetLicenseId"])

    def _check(self, person: Person, spec: UserSpec, target: _Target) -> None:
        """Refuse what a licence does not allow (recorded: meta.license_gate) and what cannot be known."""
        gap = None
        source = self._directory.source
        if target.kind == "Regular":
            container = source.permission_sets[target.name]
            gap = permission_set_gap(source, spec, _user_license(person), container)
        elif target.kind == "Group":
            gap = group_gap(source, spec, _user_license(person), target.name)
        if gap is not None:
            what = "permission set group" if target.kind == "Group" else "permission set"
            message = f'Can\'t assign {what} "{target.label}" to user "{person.full_name}". {gap}'
            raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, [])
        try:
            self._people.check(spec, person.profile)
        except OrgError as unknown:
            raise NotSupportedError(str(unknown)) from unknown

    def _check_needed(self, person: Person, spec: UserSpec, target: _Target) -> None:
        """Refuse to take a licence that what is assigned needs (assumed code and text)."""
        source, user_license = self._directory.source, _user_license(person)
        sets = [
            name
            for name, each in source.permission_sets.items()
            if _named(spec, "permission_sets", name) and permission_set_gap(source, spec, user_license, each)
        ]
        groups = [
            name
            for name in source.permission_set_groups
            if _named(spec, "permission_set_groups", name) and group_gap(source, spec, user_license, name)
        ]
        if sets or groups:
            message = (
                f'Can\'t remove permission set license "{target.label}" from user "{person.full_name}": '
                f"{', '.join((*sets, *groups))} needs it"
            )
            raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, [])


def with_expiry(sent: Mapping[str, Any]) -> tuple[dict[str, Any], datetime | None]:
    """Return what is sent without ExpirationDate, and that date (documented: PermissionSetAssignment)."""
    dates = [value for name, value in sent.items() if name.lower() == "expirationdate" and value is not None]
    values = {name: value for name, value in sent.items() if name.lower() != "expirationdate"}
    if not dates:
        return values, None
    try:
        date = datetime.fromisoformat(str(dates[-1]))
    except ValueError:
        date = None
    if date is None or date.tzinfo is None:
        raise ApiError(400, "JSON_PARSER_ERROR", f"not a datetime: {str(dates[-1])[:40]}", ["ExpirationDate"])
    return values, date


def _user_license(person: Person) -> str | None:
    """Return the user licence as far as it is told; here that of a built-in profile counts (documented)."""
    return person.spec.license or person.profile.license


def _named(spec: UserSpec, attribute: str, name: str) -> bool:
    return name.lower() in {each.lower() for each in getattr(spec, attribute)}


def _with(spec: UserSpec, attribute: str, name: str) -> UserSpec:
    changed: dict[str, Any] = {attribute: (*getattr(spec, attribute), name)}
    return replace(spec, **changed)


def _without(spec: UserSpec, attributes: tuple[str, ...], name: str) -> UserSpec:
    changed: dict[str, Any] = {
        each: tuple(one for one in getattr(spec, each) if one.lower() != name.lower()) for each in attributes
    }
    changed["expirations"] = tuple(each for each in spec.expirations if each.name.lower() != name.lower())
    return replace(spec, **changed)
