"""From the rows of the tables to facts: ids become names, and nothing else of an id is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from pytest_sfintegration.access.configured import OBJECT_COLUMNS, VIEW_ALL_FIELDS
from pytest_sfintegration.comparison.facts import (
    APPS,
    FIELDS,
    MEMBERS,
    MUTED,
    OBJECTS,
    PROPERTIES,
    SETUP_ENTITIES,
    TABS,
    USER_PERMISSIONS,
    Fact,
    Facts,
    Key,
    Snapshot,
    Subject,
)
from pytest_sfintegration.comparison.people import read_people
from pytest_sfintegration.comparison.reading import Tables, read_tables
from pytest_sfintegration.orgs.client import OrgClient

__all__ = ["Names", "take_snapshot"]

UPDATED = "Updated"
"""The Status of a permission set group whose rights are those of its members (object reference)."""

_ROLES = {"Role": "role", "RoleAndSubordinates": "role and subordinates"}
_OBJECT_RIGHTS = {
    **{str(operation): column for operation, column in OBJECT_COLUMNS.items()},
    "view all fields": VIEW_ALL_FIELDS,
}
_FIELD_RIGHTS = {"read": "PermissionsRead", "edit": "PermissionsEdit"}


def take_snapshot(setup: OrgClient, usernames: Iterable[str]) -> Snapshot:
    """Return what the org says of its containers and of some users; raise OrgError when it cannot be read."""
    names = tuple(usernames)
    return _Builder(read_tables(setup, names)).build(names)


class Names:
    """The names behind the ids of an org's rows."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def profiles(self) -> Mapping[str, str]:
        """Return profile id -> name."""
        return {row["Id"]: str(row["Name"]) for row in self._tables.rows["Profile"]}

    @cached_property
    def licenses(self) -> Mapping[str, str]:
        """Return the id of a licence, of users or of permission sets -> name."""
        users = {row["Id"]: str(row["Name"]) for row in self._tables.rows["UserLicense"]}
        sets = {row["Id"]: str(row["DeveloperName"]) for row in self._tables.rows["PermissionSetLicense"]}
        return users | sets

    @cached_property
    def groups(self) -> Mapping[str, Subject]:
        """Return permission set group id -> group."""
        rows = self._tables.rows["PermissionSetGroup"]
        return {row["Id"]: Subject(kind="permission set group", name=_named(row)) for row in rows}

    @cached_property
    def containers(self) -> Mapping[str, Subject]:
        """Return the id of a row of PermissionSet -> profile, permission set or permission set group."""
        return {row["Id"]: self._container(row) for row in self._tables.rows["PermissionSet"]}

    def _container(self, row: Mapping[str, Any]) -> Subject:
        if row["IsOwnedByProfile"]:
            name = self.profiles.get(row["ProfileId"], str(row["Name"]))
            return Subject(kind="profile", name=name)
        if row.get("PermissionSetGroupId") in self.groups:
            return self.groups[row["PermissionSetGroupId"]]
        return Subject(kind="permission set", name=_named(row))

    @cached_property
    def roles(self) -> Mapping[str, Subject]:
        """Return role id -> role."""
        rows = self._tables.rows["UserRole"]
        return {row["Id"]: Subject(kind="role", name=str(row["DeveloperName"])) for row in rows}

    @cached_property
    def public_groups(self) -> Mapping[str, Subject]:
        """Return the id of a public group or queue -> group or queue."""
        kinds = {"Regular": "public group", "Queue": "queue"}
        rows = self._tables.rows["Group"]
        return {
            row["Id"]: Subject(kind=kinds[row["Type"]], name=str(row["DeveloperName"]))
            for row in rows
            if row["Type"] in kinds
        }


def _named(row: Mapping[str, Any]) -> str:
    name = str(row.get("DeveloperName") or row["Name"])
    namespace = row.get("NamespacePrefix")
    return f"{namespace}__{name}" if namespace else name


class _Builder:
    """Sorts the rows of one org into facts."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._names = Names(tables)
        self._untold: list[str] = []
        self._facts: dict[str, dict[Key, Fact]] = {}

    def build(self, usernames: Iterable[str]) -> Snapshot:
        """Return the snapshot."""
        for parent, key, fact in self._rights():
            self._facts.setdefault(parent, {})[key] = fact
        subjects = dict(self._containers())
        subjects.update(self._groups())
        subjects.update(self._records())
        calculated = {
            subject: self._facts.get(key, {})
            for key, subject in self._names.containers.items()
            if subject.kind == "permission set group"
            and subjects[subject][PROPERTIES, "status"].value == UPDATED
        }
        things = frozenset([*subjects, *self._things()])
        return Snapshot(
            subjects=subjects,
            things=things,
            calculated=calculated,
            people=read_people(self._tables, self._names, usernames),
            untold=tuple(self._untold),
            passed=self._tables.absent,
            counts=Counter(subject.kind for subject in subjects),
        )

    def _things(self) -> Iterator[Subject]:
        yield from (Subject(kind="object", name=name) for name in self._tables.objects)
        yield from (Subject(kind="user permission", name=one) for one in self._tables.known_permissions)
        yield from (Subject(kind=kind, name=name) for kind, name in self._tables.entities.values())
        licenses = self._tables.rows["PermissionSetLicense"]
        yield from (Subject(kind="licence", name=str(row["DeveloperName"])) for row in licenses)

    def _object(self, name: str) -> Subject | None:
        return Subject(kind="object", name=name) if name in self._tables.objects else None

    def _rights(self) -> Iterator[tuple[str, Key, Fact]]:
        """Yield every right with the id of what holds it: also those that a muting set takes away."""
        for row in self._tables.rows["ObjectPermissions"]:
            name = str(row["SobjectType"])
            fact = Fact(refers=self._object(name))
            for word, column in _OBJECT_RIGHTS.items():
                if row.get(column):
                    yield row["ParentId"], (OBJECTS, f"{word} {name}"), fact
        for row in self._tables.rows["FieldPermissions"]:
            field = str(row["Field"])
            fact = Fact(refers=self._object(field.partition(".")[0]))
            for word, column in _FIELD_RIGHTS.items():
                if row[column]:
                    yield row["ParentId"], (FIELDS, f"{word} {field}"), fact
        for parent, permissions in self._tables.permissions.items():
            for name in permissions:
                thing = Subject(kind="user permission", name=name)
                yield parent, (USER_PERMISSIONS, name), Fact(refers=thing)
        yield from self._entities()
        for row in self._tables.rows.get(TABS, ()):
            yield row["ParentId"], (TABS, f"tab {row['Name']}"), Fact(value=str(row["Visibility"]))

    def _entities(self) -> Iterator[tuple[str, Key, Fact]]:
        apps = {str(row["ApplicationId"])[:15]: str(row["Name"]) for row in self._tables.rows.get(APPS, ())}
        nameless: Counter[str] = Counter()
        for row in self._tables.rows["SetupEntityAccess"]:
            short = str(row["SetupEntityId"])[:15]
            kind = str(row["SetupEntityType"])
            if short in self._tables.entities:
                thing = Subject(kind=self._tables.entities[short][0], name=self._tables.entities[short][1])
                yield row["ParentId"], (SETUP_ENTITIES, str(thing)), Fact(refers=thing)
            elif short in apps:
                yield row["ParentId"], (APPS, f"app {apps[short]}"), Fact()
            elif kind != "TabSet" or APPS not in self._tables.absent:
                nameless[kind] += 1
        for kind, count in sorted(nameless.items()):
            self._untold.append(f"{count} x access to a setup entity of the type {kind}: it has no name here")

    def _containers(self) -> Iterator[tuple[Subject, Facts]]:
        licenses = {row["Id"]: row.get("UserLicenseId") for row in self._tables.rows["Profile"]}
        for row in self._tables.rows["PermissionSet"]:
            subject = self._names.containers[row["Id"]]
            if subject.kind == "permission set group":
                continue
            license_id = licenses.get(row["ProfileId"]) if subject.kind == "profile" else row["LicenseId"]
            facts = dict(self._facts.get(row["Id"], {}))
            facts[PROPERTIES, "licence"] = Fact(value=self._names.licenses.get(str(license_id), "none"))
            facts[PROPERTIES, "needs activation"] = Fact(value=_word(row.get("HasActivationRequired")))
            yield subject, facts

    def _groups(self) -> Iterator[tuple[Subject, Facts]]:
        """Yield permission set groups: what they mute stands with them, whatever the muting set is called."""
        inside: dict[str, list[str]] = {}
        for row in self._tables.rows["PermissionSetGroupComponent"]:
            inside.setdefault(row["PermissionSetGroupId"], []).append(row["PermissionSetId"])
        for row in self._tables.rows["PermissionSetGroup"]:
            facts: dict[Key, Fact] = {
                (PROPERTIES, "status"): Fact(value=str(row["Status"])),
                (PROPERTIES, "needs activation"): Fact(value=_word(row.get("HasActivationRequired"))),
            }
            for part in inside.get(row["Id"], ()):
                member = self._names.containers.get(part)
                if member is not None:
                    facts[MEMBERS, str(member)] = Fact(refers=member)
                    continue
                for (section, what), fact in self._facts.get(part, {}).items():
                    facts[MUTED + section, what] = fact
            yield self._names.groups[row["Id"]], facts

    def _records(self) -> Iterator[tuple[Subject, Facts]]:
        """Yield what access to records rests on: roles, public groups, queues, org-wide defaults."""
        for row in self._tables.rows["UserRole"]:
            parent = self._names.roles.get(row.get("ParentRoleId") or "")
            facts = {(PROPERTIES, "parent"): Fact(value=parent.name if parent else "none", refers=parent)}
            for name in ("Case", "Contact", "Opportunity"):
                value = str(row.get(f"{name}AccessForAccountOwner") or "none")
                facts[PROPERTIES, f"{name} access of account owners"] = Fact(value=value)
            yield self._names.roles[row["Id"]], facts
        yield from self._public_groups()
        for row in self._tables.rows["EntityDefinition"]:
            yield (
                Subject(kind="object", name=str(row["QualifiedApiName"])),
                {
                    (PROPERTIES, "internal default"): Fact(value=str(row["InternalSharingModel"] or "none")),
                    (PROPERTIES, "external default"): Fact(value=str(row["ExternalSharingModel"] or "none")),
                },
            )

    def _public_groups(self) -> Iterator[tuple[Subject, Facts]]:
        found: dict[str, dict[Key, Fact]] = {}
        members: dict[str, Subject] = {}
        for row in self._tables.rows["Group"]:
            if row["Id"] in self._names.public_groups:
                word = _word(row.get("DoesIncludeBosses"))
                found[row["Id"]] = {(PROPERTIES, "grants access using hierarchies"): Fact(value=word)}
                members[row["Id"]] = self._names.public_groups[row["Id"]]
            elif row.get("RelatedId") in self._names.roles:
                role = self._names.roles[row["RelatedId"]]
                kind = _ROLES.get(row["Type"], "role and internal subordinates")
                members[row["Id"]] = Subject(kind=kind, name=role.name)
            elif row["Type"] == "Organization":
                members[row["Id"]] = Subject(kind="group", name="of all internal users")
        for row in self._tables.rows["GroupMember"]:
            member = members.get(row["UserOrGroupId"])
            if member is not None and row["GroupId"] in found:
                refers = member if member.kind in {"public group", "queue"} else None
                found[row["GroupId"]][MEMBERS, str(member)] = Fact(refers=refers)
        for row in self._tables.rows["QueueSobject"]:
            if row["QueueId"] in found:
                found[row["QueueId"]][MEMBERS, f"object {row['SobjectType']}"] = Fact()
        yield from ((self._names.public_groups[key], facts) for key, facts in found.items())


def _word(value: object) -> str:
    return "yes" if value else "no"
