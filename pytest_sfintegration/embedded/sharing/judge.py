"""The judgement of one user: every reason for access to a record, and the fast test for very many."""

from collections.abc import Callable, Iterator
from typing import Final

from pytest_sfintegration.embedded.blocks.conditions import (
    ColumnTest,
    Condition,
    Every,
    Everything,
    Except,
    Ids,
    Some,
)
from pytest_sfintegration.embedded.permissions import EffectivePermissions
from pytest_sfintegration.embedded.sharing.contacts import (
    ACCOUNT_LOOKUP,
    MODIFY_ALL_UNKNOWN,
    is_private,
    may_be_private,
)
from pytest_sfintegration.embedded.sharing.context import SharingContext
from pytest_sfintegration.embedded.sharing.defaults import ParentLink, Scheme
from pytest_sfintegration.embedded.sharing.grants import Doubtful, RecordGrants
from pytest_sfintegration.embedded.sharing.implicit import (
    ACCOUNT,
    ImplicitSharing,
    has_implicit_child,
    has_implicit_parent,
)
from pytest_sfintegration.embedded.sharing.model import (
    DETAIL,
    FULL,
    NO_ACCESS,
    VIEW,
    Access,
    Reason,
    Record,
    SharingNotModelled,
    UserFacts,
    united,
)
from pytest_sfintegration.sfdx.model import Governance, ObjectDef

__all__ = ["Judge", "Memo"]

Memo = dict[tuple[str, str, Access, bool], Access]
"""Access to parent records, remembered during one call: (object, record id, access asked for, by sharing)."""

# Help, "Transfer Records": with Edit on the object (assumed: and at least read access to the record).
_TRANSFER: Final = {"Lead": "TransferAnyLead", "Case": "TransferAnyCase"}


class Judge:
    """One user with his permissions; what depends on neither records nor shares is remembered."""

    def __init__(self, context: SharingContext, user: UserFacts, permissions: EffectivePermissions) -> None:
        self.user = user
        self.permissions = permissions
        self._context = context
        self._grants: dict[str, RecordGrants] = {}
        self._caps: dict[str, Access] = {}
        self._implicit = ImplicitSharing(context, user, self._grants_on)

    def cap(self, obj: ObjectDef) -> Access:
        """Return what the object permissions allow on any record.

        Delete needs Delete, Edit, transfer and sharing need Edit (assumed for the last two). For a setup
        object the org decides before it asks.
        """
        if obj.name not in self._caps:
            self._caps[obj.name] = self._cap(obj)
        return self._caps[obj.name]

    def _cap(self, obj: ObjectDef) -> Access:
        if obj.governance is Governance.SETUP:
            return FULL
        held = self.permissions.object_permission(obj.name)
        if not held.read:
            return NO_ACCESS
        cap = VIEW
        if held.edit:
            cap |= Access.EDIT | Access.TRANSFER | Access.ALL
        return cap | Access.DELETE if held.delete else cap

    def reasons(self, obj: ObjectDef, record: Record, wanted: Access, memo: Memo) -> list[Reason]:
        """Return every reason for access, object permissions aside.

        Raise SharingNotModelled when something not modelled could give more of what is ``wanted``.
        """
        return self._add_sharing(obj, record, wanted, memo, list(self._everything(obj)))

    def _add_sharing(
        self, obj: ObjectDef, record: Record, wanted: Access, memo: Memo, found: list[Reason]
    ) -> list[Reason]:
        if is_private(obj, record):
            found += self._parentless(record)
            return [*found, *self._transfer(obj, Scheme(), found)]
        try:
            scheme = self._scheme(obj)
        except SharingNotModelled:
            if wanted & ~united(found):
                raise
            return found  # View All or Modify All beat sharing, whatever it is
        if scheme.links:
            found += self._through_parents(scheme, record, wanted & ~united(found), memo)
        elif scheme.public:
            word = f"OWD {scheme.word}" if scheme.shared else scheme.word
            found.append(Reason(cause=word, access=scheme.public))
        if scheme.shared:
            found += self._grants_on(obj).reasons(record)
            found += self._implied(obj, record)
            self._refuse(self._doubts(obj, record), wanted & ~united(found))
        return [*found, *self._transfer(obj, scheme, found)]

    def reader(self, obj: ObjectDef) -> Callable[[Record], bool] | None:
        """Return the test whether a record is readable by sharing; None when every record is."""
        if any(reason.access for reason in self._everything(obj)):
            return None
        scheme = self._scheme(obj)
        if scheme.links:
            return self._linked_reader(scheme)
        if Access.READ not in scheme.public:
            return self._own_reader(obj)
        return self._unless_private(obj, lambda _: True) if may_be_private(obj) else None

    def condition(self, obj: ObjectDef) -> Condition | None:
        """Return what records hold that are readable by sharing; None when a record may be in doubt."""
        if any(reason.access for reason in self._everything(obj)):
            return Everything()
        scheme = self._scheme(obj)
        if any(link.by_sharing for link in scheme.links):
            return None
        found = self._shared_condition(obj, scheme)
        if found is None or not may_be_private(obj):
            return found
        alone = ColumnTest(name=ACCOUNT_LOOKUP, test=_missing)
        own = ColumnTest(name="OwnerId", test=self.user.id.__eq__)
        return Some((Every((alone, own)), Every((Except(alone), found))))

    def _shared_condition(self, obj: ObjectDef, scheme: Scheme) -> Condition | None:
        if scheme.links:
            try:
                return self._linked_condition(scheme)
            except SharingNotModelled:
                return None  # it may be that no record asks for that parent
        if Access.READ in scheme.public:
            return Everything()
        return self._own_condition(obj)

    def _own_condition(self, obj: ObjectDef) -> Condition | None:
        grants = self._grants_on(obj)
        if self._may_doubt(obj):
            return None
        certain = grants.condition()
        if certain is None:
            return None
        parts = [certain]
        if has_implicit_parent(obj):
            parts.append(Ids(frozenset(self._implicit.accounts())))
        if has_implicit_child(obj):
            parts.append(self._implicit.child_condition(obj))
        return Some(tuple(parts))

    def _linked_condition(self, scheme: Scheme) -> Condition | None:
        """Say by the records that the user may read of each parent what ``_through_parents`` says."""
        readable: list[Condition] = []
        for link in scheme.links:
            ids: set[str] = set()
            for parent in filter(None, map(self._context.object, link.objects)):
                condition = self.condition(parent)
                if condition is None:
                    return None
                for block in self._context.records.blocks(parent.name):
                    ids.update(row["Id"] for row in block.chosen(condition.narrow(block, block.full)))
            readable.append(ColumnTest(name=link.field, test=ids.__contains__))
        empty = tuple(ColumnTest(name=link.field, test=_missing) for link in scheme.links)
        parentless: Condition = Every(empty) if scheme.any_of else Some(empty)
        owned = ColumnTest(name="OwnerId", test=self.user.id.__eq__)
        linked = Some(tuple(readable)) if scheme.any_of else Every(tuple(readable))
        return Some((linked, Every((parentless, owned))))

    def _everything(self, obj: ObjectDef) -> Iterator[Reason]:
        """Yield View All and Modify All, which beat sharing (Help, "View All" and "Modify All")."""
        held = self.permissions.object_permission(obj.name)
        modify = self.permissions.has_user_permission("ModifyAllData")
        if held.modify_all:
            yield Reason(cause="Modify All Data" if modify else "Modify All", access=FULL)
        elif held.view_all:
            view = self.permissions.has_user_permission("ViewAllData")
            yield Reason(cause="View All Data" if view else "View All", access=VIEW)

    def _implied(self, obj: ObjectDef, record: Record) -> Iterator[Reason]:
        if has_implicit_parent(obj):
            yield from self._implicit.parent(record)
        if has_implicit_child(obj):
            yield from self._implicit.child(obj, record)

    def _doubts(self, obj: ObjectDef, record: Record) -> Iterator[Doubtful]:
        yield from self._grants_on(obj).doubts(record)
        if has_implicit_parent(obj):
            yield from self._implicit.parent_doubts(record)
        if has_implicit_child(obj):
            yield from self._implicit.child_doubts(obj, record)

    def _refuse(self, doubts: Iterator[Doubtful], missing: Access) -> None:
        if not missing:
            return
        for doubt in doubts:
            if doubt.access & missing:
                raise doubt.refusal

    def _transfer(self, obj: ObjectDef, scheme: Scheme, found: list[Reason]) -> list[Reason]:
        if not scheme.shared or Access.READ not in united(found):
            return []
        asked = ("TransferAnyEntity", _TRANSFER.get(obj.name, "TransferAnyEntity"))
        if any(self.permissions.has_user_permission(name) for name in asked):
            return [Reason(cause="Transfer Record", access=Access.TRANSFER)]
        return []

    def _through_parents(self, scheme: Scheme, record: Record, wanted: Access, memo: Memo) -> list[Reason]:
        filled = [link for link in scheme.links if record.get(link.field) is not None]
        if not filled or (len(filled) < len(scheme.links) and not scheme.any_of):
            return self._parentless(record)
        accesses = [self._through(link, record, wanted, memo) for link in filled]
        total = accesses[0]
        for access in accesses[1:]:
            total = total | access if scheme.any_of else total & access
        words = ", ".join(f"{link.field}" for link in filled)
        return [Reason(cause=f"Controlled by Parent ({words})", access=total)] if total else []

    def _parentless(self, record: Record) -> list[Reason]:
        """Leave a record without its parent to its owner.

        Documented for contacts: Help, "Considerations for Sharing and Accessing Contacts"; assumed for the
        rest.
        """
        owned = record.get("OwnerId") == self.user.id
        return [Reason(cause="Owner", access=FULL)] if owned else []

    def _through(self, link: ParentLink, record: Record, wanted: Access, memo: Memo) -> Access:
        writes = wanted & ~VIEW
        asked = wanted if link.write is None else (VIEW | link.write if writes else VIEW)
        held = self._held(link, record[link.field], asked, memo)
        if link.write is None:
            return held
        if link.write in held:
            return DETAIL
        return held & VIEW

    def _held(self, link: ParentLink, parent_id: str, asked: Access, memo: Memo) -> Access:
        for name in link.objects:
            key = (name, parent_id, asked, link.by_sharing)
            if key in memo:
                return memo[key]
            parent = self._context.object(name)
            record = None if parent is None else self._context.records.get(name, parent_id)
            if parent is not None and record is not None:
                memo[key] = self._held_on(parent, record, link, asked, memo)
                return memo[key]
        return NO_ACCESS

    def _held_on(
        self, parent: ObjectDef, record: Record, link: ParentLink, asked: Access, memo: Memo
    ) -> Access:
        """Return the access to a parent that counts for a child.

        Documented: View All on accounts does not show contacts that are Controlled by Parent (Help,
        "Considerations for Sharing and Accessing Contacts").
        """
        if not link.by_sharing:
            return united(self.reasons(parent, record, asked, memo))
        held = united(self._add_sharing(parent, record, asked, memo, []))
        if asked & ~held and self.permissions.object_permission(parent.name).modify_all:
            raise SharingNotModelled(MODIFY_ALL_UNKNOWN.format(username=self.user.username))
        return held

    def _linked_reader(self, scheme: Scheme) -> Callable[[Record], bool]:
        fields = tuple(link.field for link in scheme.links)
        memo: Memo = {}
        verdicts: dict[tuple[str | None, ...], bool] = {}

        def readable(record: Record) -> bool:
            parents = tuple(record.get(field) for field in fields)
            if None in parents:
                return bool(united(self._through_parents(scheme, record, VIEW, memo)))
            if parents not in verdicts:
                verdicts[parents] = bool(united(self._through_parents(scheme, record, VIEW, memo)))
            return verdicts[parents]

        return readable

    def _own_reader(self, obj: ObjectDef) -> Callable[[Record], bool]:
        grants = self._grants_on(obj)
        tests = [grants.reader()]
        doubtful = self._may_doubt(obj)
        if has_implicit_parent(obj):
            accounts = self._implicit.accounts()
            tests.append(lambda record: record["Id"] in accounts)
        if has_implicit_child(obj):
            tests.append(lambda record: any(reason.access for reason in self._implicit.child(obj, record)))
        if not doubtful and len(tests) == 1:
            return self._unless_private(obj, tests[0])

        def readable(record: Record) -> bool:
            if any(test(record) for test in tests):
                return True
            if doubtful:
                self._refuse(self._doubts(obj, record), VIEW)
            return False

        return self._unless_private(obj, readable)

    def _unless_private(self, obj: ObjectDef, readable: Callable[[Record], bool]) -> Callable[[Record], bool]:
        if not may_be_private(obj):
            return readable
        owner = self.user.id
        return lambda record: record.get("OwnerId") == owner if is_private(obj, record) else readable(record)

    def _may_doubt(self, obj: ObjectDef) -> bool:
        """Return whether any record of an object that has shares could raise a doubt."""
        account = self._context.object(ACCOUNT)
        return (
            self._grants_on(obj).may_doubt()
            or (has_implicit_parent(obj) and self._implicit.children_may_doubt())
            or (has_implicit_child(obj) and account is not None and self._grants_on(account).may_doubt())
        )

    def _grants_on(self, obj: ObjectDef) -> RecordGrants:
        if obj.name not in self._grants:
            self._grants[obj.name] = RecordGrants(self._context, self.user, obj)
        return self._grants[obj.name]

    def _scheme(self, obj: ObjectDef) -> Scheme:
        return self._context.scheme(obj, external=self.user.external)


def _missing(value: object) -> bool:
    return value is None
