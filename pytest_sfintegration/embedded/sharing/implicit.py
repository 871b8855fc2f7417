"""Implicit sharing between an account and its contacts, cases and opportunities.

Parent: whoever holds one of them by ownership, hierarchy, rule or share reads its account, and so does the
owner of a contract or an order; object permissions and public defaults do not count. Where contacts are
Controlled by Parent, their owners read the account, and those above them (assumed). Child: the account's
owner, and those above, get what the owner's role says; who gets the account by a rule or a share gets what
that says.
Sources: Help, "Built-in Sharing Behavior" and "Considerations for Sharing and Accessing Contacts"; community
for contract and order.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache
from typing import Final

from pytest_sfintegration.embedded.blocks.conditions import ColumnTest, Condition
from pytest_sfintegration.embedded.sharing.contacts import CONTACT
from pytest_sfintegration.embedded.sharing.context import SharingContext
from pytest_sfintegration.embedded.sharing.grants import Doubtful, RecordGrants
from pytest_sfintegration.embedded.sharing.model import VIEW, Access, Reason, Record, UserFacts, level
from pytest_sfintegration.sfdx.model import ObjectDef, Role

__all__ = ["ACCOUNT", "ImplicitSharing", "has_implicit_child", "has_implicit_parent"]

ACCOUNT: Final = "Account"
_LOOKUP: Final = "AccountId"
_CHILDREN: Final = ("Contact", "Case", "Opportunity")
_OWNED_CHILDREN: Final = ("Contract", "Order")
_SETTINGS: Final = {
    "Contact": "contactAccessLevel",
    "Case": "caseAccessLevel",
    "Opportunity": "opportunityAccessLevel",
}
_ROLE_SETTINGS: Final[Mapping[str, Callable[[Role], str | None]]] = {
    "Contact": lambda role: role.contact_access,
    "Case": lambda role: role.case_access,
    "Opportunity": lambda role: role.opportunity_access,
}


def has_implicit_parent(obj: ObjectDef) -> bool:
    """Return whether children of an object can make its records readable."""
    return obj.name == ACCOUNT


def has_implicit_child(obj: ObjectDef) -> bool:
    """Return whether the account of an object's records can make them accessible."""
    return obj.name in _CHILDREN and _LOOKUP in obj.fields


class ImplicitSharing:
    """Implicit access of one user; ``grants`` returns his record-level grants on an object."""

    def __init__(
        self, context: SharingContext, user: UserFacts, grants: Callable[[ObjectDef], RecordGrants]
    ) -> None:
        self._context = context
        self._user = user
        self._grants = grants
        self._roles = {name.lower(): role for name, role in context.source.roles.items()}

    def parent(self, account: Record) -> Iterator[Reason]:
        """Yield the reason that a child gives to read an account, once."""
        for obj in self._shared_children():
            grants = self._grants(obj)
            for child in self._context.records.children(obj.name, _LOOKUP, account["Id"]):
                if any(reason.access for reason in grants.reasons(child)):
                    yield Reason(cause=f"ImplicitParent ({obj.name})", access=VIEW)
                    return
        for name, owners in self._owned_children():
            children = self._context.records.children(name, _LOOKUP, account["Id"])
            if any(child.get("OwnerId") in owners for child in children):
                yield Reason(cause=f"ImplicitParent ({name})", access=VIEW)
                return

    def parent_doubts(self, account: Record) -> Iterator[Doubtful]:
        """Yield what might make a child, and so the account, readable."""
        for obj in self._shared_children():
            grants = self._grants(obj)
            for child in self._context.records.children(obj.name, _LOOKUP, account["Id"]):
                for doubt in grants.doubts(child):
                    yield Doubtful(access=VIEW, refusal=doubt.refusal)

    def accounts(self) -> set[str]:
        """Return the ids of all accounts that a child makes readable."""
        found: set[str] = set()
        for obj in self._shared_children():
            readable = self._grants(obj).reader()
            rows = self._context.records.rows(obj.name)
            found |= {row[_LOOKUP] for row in rows if row.get(_LOOKUP) and readable(row)}
        for name, owners in self._owned_children():
            rows = self._context.records.rows(name)
            found |= {row[_LOOKUP] for row in rows if row.get(_LOOKUP) and row.get("OwnerId") in owners}
        return found

    def children_may_doubt(self) -> bool:
        """Return whether any child could raise a doubt about its account."""
        return any(self._grants(obj).may_doubt() for obj in self._shared_children())

    def child(self, obj: ObjectDef, record: Record) -> Iterator[Reason]:
        """Yield what the account of a contact, case or opportunity gives."""
        account = self._account(record)
        definition = self._context.object(ACCOUNT)
        if account is None or definition is None:
            return
        access = self._by_owner(obj, account)
        if access:
            yield Reason(cause="ImplicitChild (owner of the account, or above)", access=access)
        setting = _SETTINGS[obj.name]
        for rule in self._grants(definition).rules:
            given = level(rule.rule.account_settings.get(setting, "None"))
            if given and rule.covers(account):
                yield Reason(cause=f"ImplicitChild ({rule.cause} on Account)", access=given)
        audience = self._context.audience
        for entry in self._context.records.shares(ACCOUNT).get(account["Id"], ()):
            given = level(entry.account_settings.get(setting, "None"))
            if given and self._user.id in audience.recipients(entry.shared_with).users:
                yield Reason(cause=f"ImplicitChild ({entry.cause} on Account)", access=given)

    def child_condition(self, obj: ObjectDef) -> Condition:
        """Say what ``child`` says, once for each account."""

        @cache
        def gives(account_id: str | None) -> bool:
            return any(reason.access for reason in self.child(obj, {_LOOKUP: account_id}))

        return ColumnTest(name=_LOOKUP, test=gives)

    def child_doubts(self, obj: ObjectDef, record: Record) -> Iterator[Doubtful]:
        """Yield what might give more through the account."""
        account = self._account(record)
        definition = self._context.object(ACCOUNT)
        if account is None or definition is None:
            return
        for rule in self._grants(definition).doubtful_rules(account):
            access = level(rule.rule.account_settings.get(_SETTINGS[obj.name], "None"))
            yield Doubtful(access=access, refusal=rule.refusal())

    def _by_owner(self, obj: ObjectDef, account: Record) -> Access:
        owner = self._context.audience.users.get(account.get("OwnerId") or "")
        if owner is None or owner.role is None:
            return Access(0)
        if owner.id != self._user.id and owner.id not in self._context.audience.subordinates(self._user.role):
            return Access(0)
        role = self._roles.get(owner.role.lower())
        setting = None if role is None else _ROLE_SETTINGS[obj.name](role)
        return level(setting or "None")

    def _account(self, record: Record) -> Record | None:
        account_id = record.get(_LOOKUP)
        return None if account_id is None else self._context.records.get(ACCOUNT, account_id)

    def _owned_children(self) -> Iterator[tuple[str, Container[str]]]:
        """Yield the objects whose records show their account to some owners only, and those owners.

        A contact that is Controlled by Parent: "if you own a contact on an account, you can view other
        contacts on the same account" (Help, "Considerations for Sharing and Accessing Contacts"; the guide
        "Designing Record Access for Enterprise Scale" says otherwise, in general).
        """
        for name in _OWNED_CHILDREN:
            if self._context.object(name) is not None:
                yield name, {self._user.id}
        contact = self._context.object(CONTACT)
        if contact is not None and has_implicit_child(contact):
            scheme = self._context.scheme(contact, external=self._user.external)
            if any(link.by_sharing for link in scheme.links):
                yield CONTACT, {self._user.id, *self._context.audience.subordinates(self._user.role)}

    def _shared_children(self) -> Iterator[ObjectDef]:
        for name in _CHILDREN:
            obj = self._context.object(name)
            if obj is None or not has_implicit_child(obj):
                continue
            # what is unknown of a child is a doubt of its grants
            if self._context.unknown(obj) or self._context.scheme(obj, external=self._user.external).shared:
                yield obj
