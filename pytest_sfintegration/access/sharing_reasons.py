"""Why a record is accessible: defaults, owner, role hierarchy, share rows, View All and Modify All.

A share row (AccountShare, Property__Share) tells its RowCause and whom it was shared with; neither the rule
that made it nor implicit access has to have a row (object reference, AccountShare).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.sharing_contacts import passed_on, private_contacts
from pytest_sfintegration.access.sharing_evidence import SharingReason
from pytest_sfintegration.access.sharing_people import People, RuleName, ask, own_row_query
from pytest_sfintegration.access.sharing_territories import CAUSES
from pytest_sfintegration.access.tables import id_list
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.rights import Operation, RecordOperation

__all__ = ["ReasonReader", "Reasons", "SharingHints", "default_in_words"]

MOST = 50
"""Records of one object whose shares are read: a message names a few of them at most."""

_GENERATIONS = 2
"""Parents of parents that are followed: a detail of a detail has no further one (Help, master-detail)."""

Describe = Callable[[Sequence[str]], Mapping[str, ObjectFacts | None]]

_STANDARD_PARENTS = dict.fromkeys(("Asset", "Case", "Contact", "Opportunity", "Order"), "AccountId")

_OF_ACCOUNT = {
    "Case": "CaseAccessLevel",
    "Contact": "ContactAccessLevel",
    "Opportunity": "OpportunityAccessLevel",
}
"""What a share of the account gives on its children (Object Reference, AccountShare)."""

_EVERYTHING = frozenset(RecordOperation)
_READ = frozenset({RecordOperation.READ})
_EDIT = frozenset({RecordOperation.READ, RecordOperation.EDIT})
_DETAIL = _EDIT | {RecordOperation.DELETE}
_LEVELS = {"Read": _READ, "Edit": _EDIT, "All": _EVERYTHING}

# EntityDefinition.InternalSharingModel (Metadata API, CustomObject) -> the words of Setup, and what it gives.
_DEFAULTS: Mapping[str, tuple[str, frozenset[RecordOperation]]] = {
    "Private": ("Private", frozenset()),
    "Read": ("Public Read Only", _READ),
    "ReadSelect": ("Use", _READ),
    "ReadWrite": ("Public Read/Write", _EDIT),
    "Edit": ("Public Read/Write", _EDIT),
    "ReadWriteTransfer": ("Public Read/Write/Transfer", _EDIT | {RecordOperation.TRANSFER}),
    "FullAccess": ("Public Full Access", _EVERYTHING - {RecordOperation.ALL}),
    "All": ("Public Full Access", _EVERYTHING - {RecordOperation.ALL}),
    "ControlledByParent": ("Controlled by Parent", _EVERYTHING),
    "ControlledByCampaign": ("Controlled by Campaign", _EVERYTHING),
    "ControlledByLeadOrContact": ("Controlled by Lead or Contact", _EVERYTHING),
}
# Where the default leaves something to share, or is not known (object reference, custom object share).
_SHARED = frozenset({"", "Private", "Read", "ReadSelect"})


def default_in_words(model: str | None) -> str | None:
    """Return what Setup calls an organization-wide default, None where the org does not tell it."""
    return _DEFAULTS.get(model, (model,))[0] if model else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingHints:
    """What the source knows and an org does not tell: rules by name, restriction rules by object."""

    rules: tuple[RuleName, ...] = ()
    restriction_rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    field: str
    object: str
    master: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parent:
    object: str
    id: str
    field: str
    master: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What the org said of some records, by object or by record id."""

    people: People
    models: Mapping[str, str]
    shares: Mapping[str, Mapping[str, list[Mapping[str, Any]]]]
    owners: Mapping[str, str | None]
    linked: Mapping[str, _Parent]
    objects: Mapping[str, str]
    refused: frozenset[str]
    lookups: frozenset[str]

    def parents(self) -> dict[str, _Parent]:
        """Return the parents of the records whose access follows them."""
        return {
            record_id: one
            for record_id, one in self.linked.items()
            if self.models.get(self.objects[record_id], "").startswith("Controlled")
        }

    def silent(self, name: str) -> bool:
        """Tell whether the org kept back shares that there must be: other defaults have no share object."""
        return name in self.refused and self.models.get(name, "") in _SHARED

    def defaults(self) -> dict[str, str]:
        """Return the organization-wide defaults in the words of Setup."""
        return {name: _DEFAULTS.get(word, (word, _READ))[0] for name, word in self.models.items() if word}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Reasons by record id, the organization-wide defaults in words by object, and the private contacts."""

    by_record: Mapping[str, tuple[SharingReason, ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()


class ReasonReader:
    """Read why the integration user has access to records, as far as the org tells: two calls or three."""

    def __init__(
        self, *, setup: OrgClient, configured: Configured, hints: SharingHints, describe: Describe
    ) -> None:
        self._setup = setup
        self._configured = configured
        self._hints = hints
        self._describe = describe

    def read(self, ids: Mapping[str, Sequence[str]], *, generation: int = 0) -> Reasons:
        """Return the reasons for records, given by object; those of the parent where access follows it."""
        ids = {name: every[:MOST] for name, every in ids.items() if every}
        if not ids:
            return Reasons()
        rows = self._rows(ids)
        above = Reasons()
        parents = rows.parents()
        if parents and generation < _GENERATIONS:
            wanted: dict[str, list[str]] = {}
            for one in parents.values():
                wanted.setdefault(one.object, []).append(one.id)
            above = self.read(wanted, generation=generation + 1)
        accounts = self._accounts(rows)
        found: dict[str, tuple[SharingReason, ...]] = {}
        private: frozenset[str] = frozenset()
        for name, every in ids.items():
            everywhere = [*_everything(name, self._configured)]
            alone = private_contacts(name, every, lookups=rows.lookups, linked=rows.linked)
            private |= alone
            found |= {one: (*_owned(rows.owners.get(one), rows.people), *everywhere) for one in alone}
            if rows.silent(name):
                continue
            for record_id in (one for one in every if one not in alone):
                own = [*_owner(rows.owners.get(record_id), rows.people)]
                own += _shared(name, rows.shares[name].get(record_id, ()), rows.people, self._hints)
                own += self._through_account(name, rows.linked.get(record_id), accounts, rows.people)
                inherited = [*self._inherited(name, parents.get(record_id), above)]
                default = [] if inherited else [*_default(rows.models.get(name))]
                found[record_id] = tuple(dict.fromkeys([*own, *inherited, *everywhere, *default]))
        return Reasons(by_record=found, defaults=rows.defaults(), private=private)

    def _rows(self, ids: Mapping[str, Sequence[str]]) -> _Rows:
        links = {name: link for name in ids if (link := self._link(name)) is not None}
        entities = "SELECT QualifiedApiName, InternalSharingModel FROM EntityDefinition"
        own = [
            own_row_query(self._configured.user_id),
            "SELECT Id, DeveloperName, ParentRoleId FROM UserRole",
            f"{entities} WHERE QualifiedApiName IN {id_list(list(ids))}",
        ]
        shares = [_shares_query(name, every) for name, every in ids.items()]
        owners = [
            f"SELECT Id, OwnerId FROM {name} WHERE Id IN {id_list(every)}" for name, every in ids.items()
        ]
        parents = [
            f"SELECT Id, {link.field} FROM {name} WHERE Id IN {id_list(ids[name])}"
            for name, link in links.items()
        ]
        told = ask(self._setup, [*own, *shares, *owners, *parents])
        refused = [name for name, rows in zip(ids, told[len(own) :], strict=False) if rows is None]
        answers = iter([rows or [] for rows in told])
        people = People(user_id=self._configured.user_id)
        people.read_own(next(answers), next(answers))
        models = {row["QualifiedApiName"]: row["InternalSharingModel"] or "" for row in next(answers)}
        by_object = {name: _by_record(name, next(answers)) for name in ids}
        owned = {row["Id"]: row.get("OwnerId") for _ in ids for row in next(answers)}
        linked = {
            row["Id"]: _Parent(object=link.object, id=row[link.field], field=link.field, master=link.master)
            for link in links.values()
            for row in next(answers)
            if row[link.field]
        }
        shared = {row["UserOrGroupId"] for one in by_object.values() for rows in one.values() for row in rows}
        people.read(self._setup, {one for one in (*owned.values(), *shared) if one})
        objects = {record_id: name for name, every in ids.items() for record_id in every}
        return _Rows(
            people=people,
            models=models,
            shares=by_object,
            owners=owned,
            linked=linked,
            objects=objects,
            refused=frozenset(refused),
            lookups=frozenset(links),
        )

    def _accounts(self, rows: _Rows) -> Mapping[str, list[Mapping[str, Any]]]:
        """Return the shares of the accounts of children whose access does not follow them, by account."""
        controlled = rows.parents()
        ids = {
            one.id
            for record_id, one in rows.linked.items()
            if rows.objects[record_id] in _OF_ACCOUNT and record_id not in controlled
        }
        if not ids:
            return {}
        columns = ", ".join(
            ("AccountId", "UserOrGroupId", "RowCause", "AccountAccessLevel", *_OF_ACCOUNT.values())
        )
        text = f"SELECT {columns} FROM AccountShare WHERE AccountId IN {id_list(sorted(ids))}"
        (told,) = ask(self._setup, [text])
        rows.people.read(self._setup, {row["UserOrGroupId"] for row in told or ()})
        return _by_record("Account", told or ())

    def _through_account(
        self,
        name: str,
        parent: _Parent | None,
        accounts: Mapping[str, list[Mapping[str, Any]]],
        people: People,
    ) -> Iterable[SharingReason]:
        if parent is None or name not in _OF_ACCOUNT:
            return
        for row in accounts.get(parent.id, ()):
            level = row[_OF_ACCOUNT[name]]
            if level not in _LEVELS or not people.reaches(row["UserOrGroupId"]):
                continue
            to = people.group_words(row["UserOrGroupId"])
            why = _words("Account", row["RowCause"], row["AccountAccessLevel"], to, self._hints)
            text = f"its Account ({parent.field}), {level} on {name} by {why}"
            yield SharingReason(text=text, gives=_LEVELS[level])

    def _inherited(self, name: str, parent: _Parent | None, above: Reasons) -> Iterable[SharingReason]:
        """Pass on what gives access to the parent; whoever edits a master may do anything to its details."""
        if parent is None:
            return
        reasons = above.by_record.get(parent.id, ())
        for reason in passed_on(name, reasons, _everything(parent.object, self._configured)):
            gives = reason.gives
            if parent.master:
                gives = _DETAIL if RecordOperation.EDIT in gives else _READ
            yield SharingReason(text=f"its {parent.object} ({parent.field}): {reason.text}", gives=gives)

    def _link(self, name: str) -> _Link | None:
        """Return the lookup that access may follow: a master-detail field, or a standard object's."""
        facts = self._describe([name])[name]
        fields = {} if facts is None else facts.fields
        masters = [
            one for one in fields.values() if one.raw.get("relationshipOrder") == 0 and one.reference_to
        ]
        if masters:
            return _Link(field=masters[0].name, object=masters[0].reference_to[0], master=True)
        standard = _STANDARD_PARENTS.get(name)
        if standard is None or standard not in fields or not fields[standard].reference_to:
            return None
        return _Link(field=standard, object=fields[standard].reference_to[0], master=False)


def _columns(name: str) -> tuple[str, str, str]:
    """Return the share object, and its columns for the record and the level (object reference)."""
    if name.endswith("__c"):
        return f"{name.removesuffix('__c')}__Share", "ParentId", "AccessLevel"
    return f"{name}Share", f"{name}Id", f"{name}AccessLevel"


def _shares_query(name: str, ids: Sequence[str]) -> str:
    table, record, level = _columns(name)
    return f"SELECT {record}, UserOrGroupId, RowCause, {level} FROM {table} WHERE {record} IN {id_list(ids)}"


def _by_record(name: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    _, record, _ = _columns(name)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[record], []).append(row)
    return found


def _everything(name: str, configured: Configured) -> Iterable[SharingReason]:
    for operation, words, gives in (
        (Operation.MODIFY_ALL, "Modify All", _EVERYTHING),
        (Operation.VIEW_ALL, "View All", _READ),
    ):
        if operation in configured.operations(name):
            grants = ", ".join(str(one) for one in configured.why_object(name, operation))
            yield SharingReason(text=f"{words} on {name}, granted by {grants}", gives=gives)


def _default(model: str | None) -> Iterable[SharingReason]:
    words, gives = _DEFAULTS.get(model or "", ("", frozenset()))
    if gives:
        more = ": access follows the parent record" if words.startswith("Controlled") else ""
        yield SharingReason(text=f"organization-wide default {words}{more}", gives=gives)


def _owned(owner: str | None, people: People) -> Iterable[SharingReason]:
    if owner == people.user_id:
        yield SharingReason(text="ownership: the integration user owns the record", gives=_EVERYTHING)


def _owner(owner: str | None, people: People) -> Iterable[SharingReason]:
    if owner is None or owner == people.user_id:
        yield from _owned(owner, people)
    elif owner in people.groups:
        if people.reaches(owner):
            _, name, _ = people.group_words(owner)
            text = f"membership in the queue {name}, which owns the record"
            yield SharingReason(text=text, gives=_EVERYTHING)
    elif people.above(owner):
        text = f"role hierarchy: above the owner {people.user_words(owner)}"
        yield SharingReason(text=text, gives=_EVERYTHING)


def _shared(
    name: str, rows: Iterable[Mapping[str, Any]], people: People, hints: SharingHints
) -> Iterable[SharingReason]:
    _, _, column = _columns(name)
    for row in rows:
        to, cause, level = row["UserOrGroupId"], row["RowCause"], row[column]
        if cause == "Owner" or level not in _LEVELS or not people.reaches(to):
            continue
        yield SharingReason(
            text=_words(name, cause, level, people.group_words(to), hints), gives=_LEVELS[level]
        )


def _words(name: str, cause: str, level: str, to: tuple[str, str, str], hints: SharingHints) -> str:
    kind, recipient, words = to
    if cause == "Team":
        return f"{name.lower()} team ({level}), member {words}"
    if cause in CAUSES:
        return f"{CAUSES[cause]} ({level}, shared with {words})"
    if cause != "Rule":
        return f"{cause.lower()} share ({level}) with {words}"
    known = [
        one.name
        for one in hints.rules
        if one.object == name
        and one.access_level == level
        and one.kind == kind
        and (one.recipient == recipient or kind == "allInternalUsers")
    ]
    named = f"sharing rule {' or '.join(known)}" if known else "a sharing rule"
    return f"{named} ({level}, shared with {words})"
