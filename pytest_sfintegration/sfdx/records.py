"""Read the small metadata types: groups of permission sets, roles, groups, queues, custom metadata.

Sources: Metadata API Developer Guide, the page of each type.
"""

from collections.abc import Callable

from pytest_sfintegration.sfdx.apps import APP_READERS
from pytest_sfintegration.sfdx.entry import Entry
from pytest_sfintegration.sfdx.model import (
    CustomMetadataRecord,
    CustomPermission,
    Group,
    PermissionSetGroup,
    Queue,
    RestrictionRule,
    Role,
    SharedWith,
)
from pytest_sfintegration.sfdx.territories import TERRITORY_READERS
from pytest_sfintegration.sfdx.unreadable import unreadable

__all__ = [
    "READERS",
    "read_custom_metadata",
    "read_custom_permission",
    "read_group",
    "read_permission_set_group",
    "read_queue",
    "read_restriction_rule",
    "read_role",
]

# element of queueMembers -> (element within it, kind of SharedWith)
_QUEUE_MEMBERS = {
    "publicGroups": ("publicGroup", "group"),
    "roles": ("role", "role"),
    "roleAndSubordinates": ("roleAndSubordinate", "roleAndSubordinates"),
    "roleAndSubordinatesInternal": ("roleAndSubordinateInternal", "roleAndSubordinatesInternal"),
}


# Metadata API Developer Guide: the fields of each type, with those of Metadata
_OF_SET_GROUP = frozenset({
    "description", "fullName", "hasActivationRequired", "label", "mutingPermissionSets", "permissionSets",
    "status",
})  # fmt: skip
_OF_ROLE = frozenset({
    "caseAccessLevel", "contactAccessLevel", "description", "fullName", "mayForecastManagerShare", "name",
    "opportunityAccessLevel", "parentRole",
})  # fmt: skip
_OF_GROUP = frozenset({"description", "doesIncludeBosses", "fullName", "name"})
_OF_QUEUE = frozenset({
    "description", "doesIncludeBosses", "doesSendEmailToMembers", "email", "fullName", "name", "queueMembers",
    "queueRoutingConfig", "queueSobject",
})  # fmt: skip
_OF_RESTRICTION = frozenset({
    "active", "description", "enforcementType", "fullName", "masterLabel", "recordFilter", "targetEntity",
    "userCriteria", "version",
})  # fmt: skip


def read_permission_set_group(entry: Entry, name: str) -> PermissionSetGroup:
    """Read a permission set group; whether its members exist is checked when all files are read."""
    entry.refuse_repeated(("permissionSets", "mutingPermissionSets"))
    entry.refuse_unknown(_OF_SET_GROUP)
    own = entry.context.own
    return PermissionSetGroup(
        name=name,
        label=entry.text("label") or name,
        permission_sets=tuple(dict.fromkeys(own(each) for each in entry.texts("permissionSets"))),
        muting_permission_sets=tuple(
            dict.fromkeys(own(each) for each in entry.texts("mutingPermissionSets"))
        ),
        status=entry.text("status") or "Updated",
        has_activation_required=entry.boolean("hasActivationRequired"),
        description=entry.text("description"),
        path=entry.document.path,
    )


def read_role(entry: Entry, name: str) -> Role:
    """Read a role."""
    entry.refuse_repeated()
    entry.refuse_unknown(_OF_ROLE)
    return Role(
        name=name,
        label=entry.text("name") or name,
        parent=entry.text("parentRole") or None,
        case_access=entry.text("caseAccessLevel") or None,
        contact_access=entry.text("contactAccessLevel") or None,
        opportunity_access=entry.text("opportunityAccessLevel") or None,
        path=entry.document.path,
    )


def read_group(entry: Entry, name: str) -> Group:
    """Read a public group."""
    entry.refuse_unknown(_OF_GROUP)
    return Group(
        name=name,
        label=entry.text("name") or name,
        includes_bosses=entry.boolean("doesIncludeBosses", default=True),
        path=entry.document.path,
    )


def read_queue(entry: Entry, name: str) -> Queue:
    """Read a queue with its members."""
    entry.refuse_unknown(_OF_QUEUE)
    members: list[SharedWith] = []
    users: list[str] = []
    for holder in entry.children("queueMembers"):
        for kind in holder.children("users"):
            users.extend(kind.texts("user"))
        for tag, (inner, shared) in _QUEUE_MEMBERS.items():
            for kind in holder.children(tag):
                members.extend(SharedWith(kind=shared, name=each) for each in kind.texts(inner))
        members.extend(
            unreadable(
                holder,
                f"<{tag[:60]}> within <queueMembers> is not modelled, and could change access.",
                f"Use only users, {', '.join(_QUEUE_MEMBERS)}.",
            )
            for tag in holder.values.keys() - _QUEUE_MEMBERS.keys() - {"users"}
        )
    objects = (each.name("sobjectType") for each in entry.children("queueSobject"))
    return Queue(
        name=name,
        label=entry.text("name") or name,
        objects=tuple(each for each in objects if each),
        members=tuple(members),
        users=tuple(users),
        includes_bosses=entry.boolean("doesIncludeBosses", default=True),
        path=entry.document.path,
    )


def read_custom_permission(entry: Entry, name: str) -> CustomPermission:
    """Read a custom permission and those it requires."""
    required = (
        each for each in entry.children("requiredPermission") if each.boolean("dependency", default=True)
    )
    return CustomPermission(
        name=name,
        label=entry.text("label") or name,
        required=tuple(each.name("customPermission") for each in required),
        is_licensed=entry.boolean("isLicensed"),
        path=entry.document.path,
    )


def read_custom_metadata(entry: Entry, name: str) -> CustomMetadataRecord:
    """Read a record of a custom metadata type, named ``Type.Record``; its type is settled with the others."""
    entry.refuse_repeated(("values",))
    type_name, _, record = name.partition(".")
    values: dict[str, str | None] = {}
    for each in entry.children("values"):
        field = each.name("field")
        if field in values:
            each.error(f"the value of {field} stands more than once.", "Keep one of them.")
        values[field] = each.values.get("value")
    return CustomMetadataRecord(
        type=f"{type_name}__mdt",
        name=entry.context.own(record),
        label=entry.text("label") or record,
        protected=entry.boolean("protected"),
        values=values,
        path=entry.document.path,
    )


def read_restriction_rule(entry: Entry, name: str) -> RestrictionRule:
    """Read a restriction or scoping rule; its object's spelling is settled when all files are read."""
    entry.refuse_repeated()
    entry.refuse_unknown(_OF_RESTRICTION)
    if not entry.text("targetEntity"):
        entry.error(f"restriction rule {name} names no object.", "Fill in <targetEntity>.")
    return RestrictionRule(
        name=name,
        object=entry.name("targetEntity"),
        active=entry.boolean("active"),
        enforcement_type=entry.text("enforcementType"),
        user_criteria=entry.text("userCriteria"),
        record_filter=entry.text("recordFilter"),
        path=entry.document.path,
    )


_Reader = Callable[[Entry, str], object]

# metadata suffix -> root element, and the reader
READERS: dict[str, tuple[str, _Reader]] = {
    **APP_READERS,
    **TERRITORY_READERS,
    "customPermission": ("CustomPermission", read_custom_permission),
    "group": ("Group", read_group),
    "md": ("CustomMetadata", read_custom_metadata),
    "permissionsetgroup": ("PermissionSetGroup", read_permission_set_group),
    "queue": ("Queue", read_queue),
    "role": ("Role", read_role),
    "rule": ("RestrictionRule", read_restriction_rule),
}
