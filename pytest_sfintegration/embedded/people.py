"""The users of the org: who they are, what is assigned to them, what it adds up to."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.licenses import INTEGRATION_PSL, group_gap, permission_set_gap
from pytest_sfintegration.embedded.permissions import EffectivePermissions, effective
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import Open, PermissionContainer, Problem, Source

__all__ = ["People", "Person"]

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Person:
    """A user of the org."""

    id: str
    spec: UserSpec
    profile: PermissionContainer
    source: Source

    @cached_property
    def permissions(self) -> EffectivePermissions:
        """Return what the user's profile, permission sets and groups add up to."""
        return effective(
            self.source,
            profile=self.profile.name,
            permission_sets=self.spec.permission_sets,
            permission_set_groups=self.spec.permission_set_groups,
        )

    def holds(self, permission: str) -> bool:
        """Tell whether the user has a user permission."""
        return permission in self.permissions.user_permissions

    @property
    def license(self) -> str:
        """Return the user licence: the spec's, else the profile's, else Salesforce."""
        return self.spec.license or self.profile.license or "Salesforce"

    @property
    def last_name(self) -> str:
        """Return the last name; the username's first part when the spec gives none."""
        return self.spec.last_name or self.spec.username.partition("@")[0]

    @property
    def full_name(self) -> str:
        """Return Name: first and last name."""
        return " ".join(part for part in (self.spec.first_name, self.last_name) if part)


class People:
    """All users, by id and by username (in any case)."""

    def __init__(
        self, source: Source, specs: Iterable[UserSpec], ids: IdFactory, *, declared_profiles: Container[str]
    ) -> None:
        """Create the users; ``declared_profiles`` are those that no built-in one stands in for.

        Raises OrgError when one is assigned what the org does not have or cannot know.
        """
        self._source = source
        self._declared = declared_profiles
        self._by_id: dict[str, Person] = {}
        self._by_username: dict[str, Person] = {}
        self._problems = _problems_by_container(source)
        for spec in specs:
            self._add(spec, ids)
        self._check_managers()

    def all(self) -> list[Person]:
        """Return every user, the setup user first."""
        return list(self._by_id.values())

    def by_id(self, user_id: str) -> Person | None:
        """Return the user of an 18-character id."""
        return self._by_id.get(user_id)

    def by_username(self, username: str) -> Person | None:
        """Return the user of that name, in any case."""
        return self._by_username.get(username.lower())

    def put(self, person: Person) -> None:
        """Store a user anew, with what is assigned to him now."""
        self._by_id[person.id] = person
        self._by_username[person.spec.username.lower()] = person

    def check(self, spec: UserSpec, profile: PermissionContainer) -> None:
        """Raise OrgError when what is assigned to a user is not there or cannot be known."""
        self._check_assignments(spec)
        self._check_known(spec, profile)

    def check_territories(self, names: Iterable[str]) -> None:
        """Raise OrgError for a territory of which, or of one below it, the source is in error."""
        territories = self._source.territories
        found = [one for name in names if (one := territories.find(name)) is not None]
        for each in found:
            problems = [*self._taints((each.name, *territories.descendants(each.name)))]
            if problems:
                raise OrgError(
                    f"territory {each.name}: what it gives cannot be known:\n  "
                    + "\n  ".join(str(one) for one in problems)
                )

    def _add(self, spec: UserSpec, ids: IdFactory) -> None:
        key = spec.username.lower()
        if key in self._by_username:
            raise OrgError(
                f"user {spec.username}: the username is given twice. Give every user one of his own."
            )
        profile = self._profile(spec)
        self.check(spec, profile)
        self._check_licenses(spec, profile)
        self.put(Person(id=ids.next("User"), spec=spec, profile=profile, source=self._source))

    def _check_managers(self) -> None:
        for person in self.all():
            manager = person.spec.manager
            if manager is not None and self.by_username(manager) is None:
                raise OrgError(
                    f"user {person.spec.username}: the org has no user {manager!r}, his manager. "
                    "Add that one to the users, or correct the name."
                )

    def _profile(self, spec: UserSpec) -> PermissionContainer:
        profile = _lookup(self._source.profiles, spec.profile) or next(
            (each for each in self._source.profiles.values() if each.label.lower() == spec.profile.lower()),
            None,
        )
        if profile is None:
            known = ", ".join(sorted(self._source.profiles)) or "none"
            raise OrgError(
                f"user {spec.username}: the source has no profile {spec.profile!r} (it has: {known}). "
                "Add its file to the source or correct the name."
            )
        return profile

    def _check_assignments(self, spec: UserSpec) -> None:
        source = self._source
        wrong: list[str] = []
        sets = (*spec.permission_sets, *spec.expired_permission_sets)
        groups = (*spec.permission_set_groups, *spec.expired_permission_set_groups)
        wrong += [f"no permission set {name!r}" for name in sets if not _lookup(source.permission_sets, name)]
        wrong += [
            f"no permission set group {name!r}"
            for name in groups
            if not _lookup(source.permission_set_groups, name)
        ]
        if spec.role is not None and spec.role not in source.roles:
            wrong.append(f"no role {spec.role!r}")
        wrong += [f"no public group {name!r}" for name in spec.public_groups if name not in source.groups]
        wrong += [f"no queue {name!r}" for name in spec.queues if name not in source.queues]
        wrong += [
            f"no territory {name!r} (they are named MODEL.TERRITORY)"
            for name in spec.territories
            if source.territories.find(name) is None
        ]
        if wrong:
            raise OrgError(
                f"user {spec.username}: the source has {'; '.join(wrong)}. "
                "Add their files to the source or correct the names."
            )

    def _check_known(self, spec: UserSpec, profile: PermissionContainer) -> None:
        tainted = [*self._taints((profile.name, *spec.permission_sets, *spec.permission_set_groups))]
        self.check_territories(spec.territories)
        if tainted:
            raise OrgError(
                f"user {spec.username}: what is assigned to him cannot be known:\n  "
                + "\n  ".join(str(each) for each in tainted)
            )

    def _check_licenses(self, spec: UserSpec, profile: PermissionContainer) -> None:
        """Refuse assignments that a real org would: recorded(meta.license_gate); expired ones are none.

        The user licence counts where the source or the user's entry tells it; that of a built-in profile does
        not (assumed: who leaves the profile out of the source leaves the licences out too).
        """
        source, user_license = self._source, spec.license
        if user_license is None and profile.name in self._declared:
            user_license = profile.license
        gaps = [
            (f"permission set {each.name}", permission_set_gap(source, spec, user_license, each))
            for each in _named(source.permission_sets, spec.permission_sets)
        ]
        gaps += [
            (f"permission set group {each.name}", group_gap(source, spec, user_license, each.name))
            for each in _named(source.permission_set_groups, spec.permission_set_groups)
        ]
        wrong = [f"{what}: {gap}" for what, gap in gaps if gap is not None]
        if wrong:
            raise OrgError(
                f"user {spec.username}: his licences (user licence: {user_license or 'unknown'}; permission "
                f"set licences: {', '.join(spec.permission_set_licenses) or 'none'}) do not allow what is "
                "assigned to him:\n  "
                + "\n  ".join(f"{each}." for each in wrong)
                + "\nGive him the permission set licence (permission_set_licenses; for the user licence "
                f"Salesforce Integration {INTEGRATION_PSL[0]}), or take the assignment away."
            )

    def _taints(self, names: Iterable[str]) -> Iterable[Problem]:
        related: dict[str, None] = {}
        for name in names:
            related[name.lower()] = None
            group = _lookup(self._source.permission_set_groups, name)
            if group is not None:
                members = (*group.permission_sets, *group.muting_permission_sets)
                related.update((member.lower(), None) for member in members)
        found: dict[int, Problem] = {}
        for name in related:
            found.update((id(each), each) for each in self._problems.get(name, ()))
        return found.values()


def _problems_by_container(source: Source) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for problem in source.problems:
        if Open.RIGHTS in problem.leaves_open:
            for name in problem.about:
                found.setdefault(name.lower(), []).append(problem)
    return found


def _named(named: Mapping[str, _T], names: Iterable[str]) -> list[_T]:
    return [found for name in names if (found := _lookup(named, name)) is not None]


def _lookup(named: Mapping[str, _T], name: str) -> _T | None:
    found = named.get(name)
    if found is not None:
        return found
    return next((value for key, value in named.items() if key.lower() == name.lower()), None)
