"""Read sharing rules, whole or decomposed: by owner, by criteria, for guests, by territory.

Sources: Metadata API Developer Guide, "SharingRules", "SharingBaseRule", "SharedTo". The plural spellings of
members (``roles`` for ``role``) are those of API versions before 33; they mean the same.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from pytest_sfintegration.sfdx.entry import Context, Entry
from pytest_sfintegration.sfdx.model import CriteriaItem, Open, SharedWith, SharingRule
from pytest_sfintegration.sfdx.unreadable import unreadable
from pytest_sfintegration.sfdx.xml import Document

__all__ = ["RULE_ROOTS", "read_sharing_rules"]

_TYPES = {
    "sharingOwnerRules": "owner",
    "sharingCriteriaRules": "criteria",
    "sharingGuestRules": "guest",
    "sharingTerritoryRules": "territory",
}
# root element of a decomposed rule -> its element in the whole file
RULE_ROOTS = {
    "SharingOwnerRule": "sharingOwnerRules",
    "SharingCriteriaRule": "sharingCriteriaRules",
    "SharingGuestRule": "sharingGuestRules",
    "SharingTerritoryRule": "sharingTerritoryRules",
}
_KEYS = frozenset({
    "fullName", "accessLevel", "accountSettings", "description", "label", "sharedTo", "sharedFrom",
    "criteriaItems", "booleanFilter", "includeRecordsOwnedByAll", "includeHVUOwnedRecords",
})  # fmt: skip
_EVERYBODY = frozenset({"allCustomerPortalUsers", "allInternalUsers", "allPartnerUsers"})
_SINGULAR = {
    "groups": "group",
    "roles": "role",
    "rolesAndSubordinates": "roleAndSubordinates",
    "territories": "territory",
    "territoriesAndSubordinates": "territoryAndSubordinates",
}
_MEMBERS = frozenset({
    "channelProgramGroup", "channelProgramGroups", "group", "guestUser", "managerSubordinates", "managers",
    "portalRole", "portalRoleAndSubordinates", "queue", "role", "roleAndSubordinates",
    "roleAndSubordinatesInternal", "territory", "territoryAndSubordinates",
})  # fmt: skip
_LEVELS = frozenset({"Read", "Edit", "All"})


def read_sharing_rules(document: Document, object_name: str, context: Context) -> Iterator[SharingRule]:
    """Yield the rules of a file.

    One whose members cannot be read is kept: with whom it shares is then left open. One that cannot be
    understood at all is left out: who reaches the object's records is then left open.
    """
    tag = RULE_ROOTS.get(document.root.tag)
    elements = [document.root] if tag else list(document.root)
    for element in elements:
        entry = Entry(document, element, context, object_name, Open.RECORDS)
        type_ = _TYPES.get(tag or element.tag)
        if type_ is None:
            entry.error(
                f"<{element.tag[:60]}> is not modelled, and could change access.",
                f"Use only {', '.join(_TYPES)}.",
            )
            continue
        rule = _rule(entry, object_name, type_)
        if rule is not None:
            yield rule


def _rule(entry: Entry, object_name: str, type_: str) -> SharingRule | None:
    name = entry.text("fullName")
    if not name:
        entry.error(f"a sharing rule of {object_name} has no name.", "Add <fullName>.")
        return None
    entry.refuse_repeated(("criteriaItems",))
    for tag in entry.values.keys() - _KEYS:
        entry.error(
            f"<{tag[:60]}> within sharing rule {name} is not modelled, and could change access.",
            "Remove it, or leave the object out of the matrix.",
        )
    shared_to = _member(entry, "sharedTo", name)
    if shared_to is None:
        message = f"sharing rule {name} shares with nobody that is modelled."
        shared_to = unreadable(entry, message, "Repair <sharedTo>.")
    level = entry.text("accessLevel")
    if level not in _LEVELS:
        entry.error(f"sharing rule {name} has the access level {level[:40]!r}.", "Write Read or Edit.")
        return None
    settings = entry.child("accountSettings")
    return SharingRule(
        name=name,
        label=entry.text("label") or name,
        object=object_name,
        type=type_,
        access_level=level,
        shared_to=shared_to,
        shared_from=_member(entry, "sharedFrom", name),
        criteria=tuple(_criterion(each) for each in entry.children("criteriaItems")),
        boolean_filter=entry.text("booleanFilter") or None,
        include_records_owned_by_all=entry.boolean("includeRecordsOwnedByAll", default=True),
        account_settings={tag: settings.text(tag) for tag in settings.values} if settings else {},
        path=entry.document.path,
    )


def _member(entry: Entry, tag: str, rule: str) -> SharedWith | None:
    holder = entry.element.find(tag)
    if holder is None:
        return None
    if len(holder) != 1:
        message = f"<{tag}> of sharing rule {rule} names {len(holder)} members."
        return unreadable(entry, message, "Name exactly one.")
    return _shared_with(entry, holder[0], rule)


def _shared_with(entry: Entry, member: ET.Element, rule: str) -> SharedWith:
    kind = _SINGULAR.get(member.tag, member.tag)
    name = entry.context.own((member.text or "").strip())
    if kind in _EVERYBODY:
        return SharedWith(kind=kind)
    if kind not in _MEMBERS:
        return unreadable(
            entry,
            f"<{kind[:60]}> in sharing rule {rule} is not modelled, and could change access.",
            "Remove it, or leave the object's records out of the matrix.",
        )
    if not name:
        return unreadable(entry, f"<{kind}> in sharing rule {rule} is empty.", "Name the member.")
    return SharedWith(kind=kind, name=name)


def _criterion(item: Entry) -> CriteriaItem:
    return CriteriaItem(
        field=item.name("field"),
        operation=item.text("operation"),
        value=item.text("value"),
        value_field=item.name("valueField") or None,
    )
