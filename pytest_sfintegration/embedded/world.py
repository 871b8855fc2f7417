"""Everything that an org consists of, wired together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.embedded.builtin import with_builtin_profiles
from pytest_sfintegration.embedded.catalog import OrgCatalog
from pytest_sfintegration.embedded.cursors import Cursors
from pytest_sfintegration.embedded.custom_metadata import CustomMetadata
from pytest_sfintegration.embedded.expiry import is_over, lapsed, next_expiry
from pytest_sfintegration.embedded.ids import IdFactory, assign_prefixes, canonical_id
from pytest_sfintegration.embedded.login_journal import LoginJournal
from pytest_sfintegration.embedded.people import People, Person
from pytest_sfintegration.embedded.record_gate import RecordGate
from pytest_sfintegration.embedded.rest.describe import Describer
from pytest_sfintegration.embedded.sessions import Sessions
from pytest_sfintegration.embedded.specs import (
    SETUP_USERNAME,
    ConnectedAppSpec,
    OrganizationSpec,
    PublicGroupSpec,
    UserSpec,
)
from pytest_sfintegration.embedded.storage import Record, Storage
from pytest_sfintegration.embedded.tables.app_rows import APP_ROWS
from pytest_sfintegration.embedded.tables.directory import Directory
from pytest_sfintegration.embedded.tables.schema import field_picklist, with_setup_tables
from pytest_sfintegration.embedded.tables.setup_tables import SetupTables
from pytest_sfintegration.embedded.tables.shares import Shares
from pytest_sfintegration.embedded.territories import AssociationRows, first_members
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.embedded.view import UserView
from pytest_sfintegration.embedded.write.assignments import Assignments
from pytest_sfintegration.embedded.write.cascade import Cascade
from pytest_sfintegration.embedded.write.dml import Dml
from pytest_sfintegration.embedded.write.predefined_teams import PredefinedTeams
from pytest_sfintegration.embedded.write.record_types import RecordTypes
from pytest_sfintegration.embedded.write.recycle_bin import RecycleBin
from pytest_sfintegration.embedded.write.references import References
from pytest_sfintegration.embedded.write.restoring import Restoring
from pytest_sfintegration.embedded.write.territories import TerritoryWrites
from pytest_sfintegration.sfdx.model import Source

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.bulk.bulk import Bulk

__all__ = ["World"]


class World:
    """The parts of an org; no HTTP here."""

    def __init__(
        self,
        source: Source,
        users: Iterable[UserSpec],
        *,
        now: Callable[[], datetime],
        org_id: str,
        organization: OrganizationSpec,
        skip_validation_rules: bool,
        public_groups: Iterable[PublicGroupSpec] = (),
    ) -> None:
        """Wire an org; raises OrgError when a user is assigned what the source lacks or cannot tell."""
        self.declared_profiles = frozenset(source.profiles)
        completed, self.setup_profile = with_builtin_profiles(source)
        self.source = with_setup_tables(completed)
        self.organization = organization
        self.org_id = canonical_id(org_id) or org_id
        self.now = now
        self.built = now().replace(microsecond=0)
        self.prefixes: Mapping[str, str] = assign_prefixes(self.source.objects.values())
        self.object_of_prefix: Mapping[str, str] = {
            prefix: name for name, prefix in self.prefixes.items() if name in self.source.objects
        }
        ids = IdFactory(self.prefixes)
        setup = UserSpec(username=SETUP_USERNAME, profile=self.setup_profile, last_name="Setup")
        kept = [setup, *(lapsed(each, self.built) for each in users)]
        self.people = People(self.source, kept, ids, declared_profiles=self.declared_profiles)
        self._next_expiry: datetime | None = None
        self._look_ahead()
        self.directory = Directory(
            self.source,
            self.people,
            ids,
            public_groups,
            licenses=[each.name for each in organization.licenses],
            active_territory_model=organization.active_territory_model,
        )
        metadata = CustomMetadata(self.source, ids, lambda: self.directory.custom_entities)
        self.storage = Storage(ids, lambda name: self._first(name, metadata))
        self.setup = SetupTables(self.directory, ids, organization, self.org_id)
        self.sessions = Sessions(self.org_id, self.people)
        self.journal = LoginJournal(setup=self.setup, people=self.people, now=now, organization=organization)
        self.cursors = Cursors()
        self.calls = 0
        self._by_lower = {name.lower(): name for name in self.source.objects}
        self._views: dict[str, UserView] = {}
        self._skip_validation_rules = skip_validation_rules

    def _first(self, name: str, metadata: CustomMetadata) -> Iterable[Record]:
        """Return the records that an object has from the beginning."""
        if name == "UserTerritory2Association":
            return first_members(self.people, self.directory, self.storage.ids)
        return metadata.rows(name, datetime_text(self.built))

    def register(self, app: ConnectedAppSpec) -> None:
        """Show a registered app, and its pre-authorisation, in the tables."""
        self.directory.register(app)
        self.setup.forget("SetupEntityAccess", *APP_ROWS)

    def expire(self) -> None:
        """Take from every user what his assignments no longer grant, as time goes by."""
        if self._next_expiry is None or self.now() < self._next_expiry:
            return
        now = self.now()
        for person in self.people.all():
            spec = lapsed(person.spec, now)
            if spec is not person.spec:
                self.people.put(replace(person, spec=spec))
                self._views.pop(person.id, None)
        rows = [
            row | {"IsActive": False} if row["IsActive"] and is_over(row["ExpirationDate"], now) else row
            for row in self.setup.rows("PermissionSetAssignment")
        ]
        self.setup.put_rows("PermissionSetAssignment", rows)
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Note when the next assignment expires, so that a request need not look at every user."""
        dates = [date for each in self.people.all() if (date := next_expiry(each.spec)) is not None]
        self._next_expiry = min(dates, default=None)

    def _assigned(self, user_id: str) -> None:
        self._views.pop(user_id, None)
        self._look_ahead()

    @property
    def last_modified(self) -> str:
        """Return the HTTP date of the schema: it never changes after the org was built."""
        return format_datetime(self.built, usegmt=True)

    @property
    def etag(self) -> str:
        """Return the ETag of describes."""
        return f'"{int(self.built.timestamp()) & 0xFFFFFFFF:08x}"'

    @cached_property
    def gate(self) -> RecordGate:
        """Return the judge of record access."""
        return RecordGate(self.source, self.people, self.storage, self.directory)

    @cached_property
    def shares(self) -> Shares:
        """Return the rows of the share objects."""
        return Shares(self.storage, self.gate, self.directory, self.storage.ids)

    @cached_property
    def associations(self) -> AssociationRows:
        """Return the rows of users and records in territories."""
        return AssociationRows(self.storage, self.directory, self.gate)

    @cached_property
    def record_types(self) -> RecordTypes:
        """Return the record types."""
        return RecordTypes(self.directory.record_types)

    @cached_property
    def describer(self) -> Describer:
        """Return the describer."""
        picklists = {"FieldPermissions.Field": lambda: field_picklist(self.source)}
        return Describer(self.prefixes, self.record_types, picklists)

    @cached_property
    def dml(self) -> Dml:
        """Return the writer."""
        references = References(
            source=self.source,
            storage=self.storage,
            gate=self.gate,
            people=self.people,
            object_of_prefix=self.object_of_prefix,
            setup_row=lambda _, name, record_id: self.setup.row(name, record_id),
        )
        return Dml(
            storage=self.storage,
            gate=self.gate,
            references=references,
            record_types=self.record_types,
            cascade=self.cascade,
            share_row=lambda user, name, record_id: (
                None if (found := self.catalog(user).object(name)) is None else found.row(record_id)
            ),
            now=self.now,
            assignments=Assignments(
                people=self.people,
                directory=self.directory,
                setup=self.setup,
                storage=self.storage,
                forget=self._assigned,
                now=self.now,
            ),
            teams=self.teams,
            territories=TerritoryWrites(
                people=self.people,
                directory=self.directory,
                setup=self.setup,
                storage=self.storage,
                object_of_prefix=self.object_of_prefix,
                now=self.now,
            ),
            insufficient_access_status=self.organization.insufficient_access_status,
            skip_validation_rules=self._skip_validation_rules,
        )

    @cached_property
    def recycle_bin(self) -> RecycleBin:
        """Return what can be undeleted."""
        return RecycleBin(self.storage, self.now)

    @cached_property
    def cascade(self) -> Cascade:
        """Return what goes along with deleted records."""
        return Cascade(self.source.objects, self.storage, self.recycle_bin, self.now)

    @cached_property
    def teams(self) -> PredefinedTeams:
        """Return the keeper of predefined case teams."""
        return PredefinedTeams(self.storage, self.source.objects, self.now)

    @cached_property
    def restoring(self) -> Restoring:
        """Return the one who takes records out of the recycle bin."""
        return Restoring(
            storage=self.storage,
            gate=self.gate,
            bin_=self.recycle_bin,
            cascade=self.cascade,
            teams=self.teams,
        )

    @cached_property
    def bulk(self) -> "Bulk":
        """Return the jobs of the bulk APIs."""
        from pytest_sfintegration.embedded.bulk.bulk import Bulk  # noqa: PLC0415 - on first use

        return Bulk()

    def view(self, person: Person) -> UserView:
        """Return what a user sees of the schema."""
        found = self._views.get(person.id)
        if found is None:
            found = self._views[person.id] = UserView(person, self.source.objects, self._by_lower)
        return found

    def catalog(self, user: UserView, given: Mapping[str, list[dict[str, Any]]] | None = None) -> OrgCatalog:
        """Return the org as the SOQL executor sees it."""
        return OrgCatalog(
            user=user,
            storage=self.storage,
            setup=self.setup,
            shares=self.shares,
            associations=self.associations,
            gate=self.gate,
            prefixes=self.prefixes,
            object_of_prefix=self.object_of_prefix,
            given=given,
        )
