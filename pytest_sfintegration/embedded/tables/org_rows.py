"""Rows of the org's own tables.

Organization, User, roles, groups, record types, setup entities, EntityDefinition.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.history_specs import moment
from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.sharing.defaults import internal_default
from pytest_sfintegration.embedded.specs import OrganizationSpec, UserSpec
from pytest_sfintegration.embedded.tables.directory import GROUP_TYPES, TERRITORY_GROUPS, Directory
from pytest_sfintegration.embedded.tables.manager_groups import MANAGER_GROUPS
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.sfdx.model import SharedWith

__all__ = ["ORG_ROWS", "organization"]

Rows = list[dict[str, Any]]

# Organization spells the sharing models otherwise than the metadata: recorded(desc.org_owd).
_ORGANIZATION_WORDS = {
    "Private": "None",
    "Read": "Read",
    "ReadWrite": "Edit",
    "ReadWriteTransfer": "ReadEditTransfer",
    "FullAccess": "All",
    "ControlledByParent": "ControlledByParent",
}
# The objects whose defaults Organization tells.
_TOLD = frozenset({"Account", "Campaign", "Case", "Contact", "Lead", "Opportunity"})
_FIRST_YEAR = "2020-01-01T00:00:00.000+0000"


def organization(directory: Directory, spec: OrganizationSpec, org_id: str) -> Rows:
    """Return the one row of Organization."""
    row: dict[str, Any] = {
        "Id": org_id,
        "Name": spec.name,
        "InstanceName": spec.instance_name,
        "IsSandbox": spec.is_sandbox,
        "OrganizationType": spec.organization_type,
        "NamespacePrefix": directory.source.namespace or None,
        "TrialExpirationDate": None,
        "LanguageLocaleKey": "en_US",
        "DefaultLocaleSidKey": "en_US",
        "TimeZoneSidKey": "GMT",
        "DefaultCalendarAccess": "HideDetailsInsert",
        "DefaultPricebookAccess": "ReadSelect",
        "CreatedDate": _FIRST_YEAR,
    }
    for name in sorted(_TOLD):
        definition = directory.source.objects.get(name)
        model = None if definition is None else internal_default(definition)
        row[f"Default{name}Access"] = _ORGANIZATION_WORDS.get(model or "", model)
    return [row]


def users(directory: Directory, _ids: IdFactory) -> Rows:
    """Return User."""
    return [
        {
            "Id": person.id,
            "Username": person.spec.username,
            "FirstName": person.spec.first_name,
            "LastName": person.last_name,
            "Name": person.full_name,
            "Email": person.spec.email or person.spec.username,
            "Alias": person.last_name[:8],
            "IsActive": person.spec.is_active,
            "UserType": person.spec.user_type,
            "ProfileId": directory.profiles[person.profile.name],
            "UserRoleId": directory.roles.get(person.spec.role or ""),
            "ManagerId": _user_id(directory, person.spec.manager),
            "TimeZoneSidKey": "GMT",
            "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "EmailEncodingKey": "UTF-8",
            "CreatedDate": _date(person.spec, "created", _FIRST_YEAR),
            "LastModifiedDate": _FIRST_YEAR,
            "SystemModstamp": _FIRST_YEAR,
            "LastLoginDate": None,
            "LastPasswordChangeDate": _date(person.spec, "last_password_change", None),
        }
        for person in directory.people.all()
    ]


def _date(spec: UserSpec, attribute: str, default: str | None) -> str | None:
    text = getattr(spec, attribute)
    what = f"user {spec.username}, {attribute}"
    return default if text is None else datetime_text(moment(text, what))


def user_logins(directory: Directory, ids: IdFactory) -> Rows:
    """Return UserLogin (Object Reference); nobody is locked out by failed log-ins here."""
    return [
        {
            "Id": ids.nth("UserLogin", number),
            "UserId": person.id,
            "IsFrozen": person.spec.frozen,
            "IsPasswordLocked": False,
            "LastModifiedDate": _FIRST_YEAR,
            "LastModifiedById": None,
        }
        for number, person in enumerate(directory.people.all(), 1)
    ]


def _user_id(directory: Directory, username: str | None) -> str | None:
    person = directory.people.by_username(username) if username else None
    return person.id if person else None


def roles(directory: Directory, _ids: IdFactory) -> Rows:
    """Return UserRole."""
    return [
        {
            "Id": directory.roles[name],
            "Name": role.label,
            "DeveloperName": name,
            "ParentRoleId": directory.roles.get(role.parent or ""),
            "CaseAccessForAccountOwner": role.case_access,
            "ContactAccessForAccountOwner": role.contact_access,
            "OpportunityAccessForAccountOwner": role.opportunity_access,
        }
        for name, role in sorted(directory.source.roles.items())
    ]


def groups(directory: Directory, _ids: IdFactory) -> Rows:
    """Return Group: public groups and queues by name; roles, managers, territories by RelatedId (Group)."""
    source = directory.source
    rows = []
    for (kind, name), record_id in directory.public_groups.items():
        label = name
        bosses = True
        if kind in TERRITORY_GROUPS:
            rows += _territory_group(directory, kind, name, record_id)
            continue
        if kind == "Regular":
            label, bosses = source.groups[name].label, source.groups[name].includes_bosses
        elif kind == "Queue":
            label, bosses = source.queues[name].label, source.queues[name].includes_bosses
        named = kind in {"Regular", "Queue", "Organization"}
        managers = kind in MANAGER_GROUPS
        related = _user_id(directory, name) if managers else directory.roles.get(name)
        rows.append(
            {
                "Id": record_id,
                "Name": label if named else None,
                "DeveloperName": None if managers else name,
                "Type": kind,
                "RelatedId": None if named else related,
                "DoesIncludeBosses": bosses,
            }
        )
    return rows


def _territory_group(directory: Directory, kind: str, name: str, record_id: str) -> Rows:
    ids = directory.territory_ids
    territory = ids.source.territories[name]
    if territory.model != ids.active_model:
        return []
    return [
        {
            "Id": record_id,
            "Name": None,
            "DeveloperName": territory.developer_name,
            "Type": kind,
            "RelatedId": ids.territories[name],
            "DoesIncludeBosses": True,
        }
    ]


def group_members(directory: Directory, ids: IdFactory) -> Rows:
    """Return GroupMember: users of public groups and queues, and what else groups and queues hold."""
    pairs = []
    for name, queue in sorted(directory.source.queues.items()):
        members = (
            *(_user_id(directory, each) for each in queue.users),
            *_groups_of(directory, queue.members),
        )
        pairs += [(directory.public_groups["Queue", name], each) for each in members if each is not None]
    for name, nested in sorted(directory.nested.items()):
        group = directory.public_groups["Regular", name]
        pairs += [(group, each) for each in _groups_of(directory, nested) if each is not None]
    for person in directory.people.all():
        pairs += [(directory.public_groups["Regular", name], person.id) for name in person.spec.public_groups]
        pairs += [(directory.public_groups["Queue", name], person.id) for name in person.spec.queues]
    return [
        {"Id": ids.nth("GroupMember", number), "GroupId": group, "UserOrGroupId": member}
        for number, (group, member) in enumerate(pairs, 1)
    ]


def _groups_of(directory: Directory, members: Iterable[SharedWith]) -> Iterator[str | None]:
    """Yield the ids of the groups that stand for members, None for one that the org does not have."""
    for each in members:
        kind = GROUP_TYPES.get(each.kind.lower())
        name = "AllInternalUsers" if kind == "Organization" else each.name or ""
        yield directory.public_groups.get((kind or "", name))


def queue_objects(directory: Directory, ids: IdFactory) -> Rows:
    """Return QueueSobject."""
    pairs = [
        (directory.public_groups["Queue", name], each)
        for name, queue in sorted(directory.source.queues.items())
        for each in queue.objects
    ]
    return [
        {"Id": ids.nth("QueueSobject", number), "QueueId": queue, "SobjectType": name}
        for number, (queue, name) in enumerate(pairs, 1)
    ]


def record_types(directory: Directory, _ids: IdFactory) -> Rows:
    """Return RecordType."""
    rows = []
    for (object_name, name), record_id in directory.record_types.items():
        each = directory.source.objects[object_name].record_types[name]
        rows.append(
            {
                "Id": record_id,
                "Name": each.label,
                "DeveloperName": name,
                "SobjectType": object_name,
                "IsActive": each.active,
                "NamespacePrefix": None,
            }
        )
    return rows


def _entities(kind: str, name_column: str) -> Callable[[Directory, IdFactory], Rows]:
    def rows(directory: Directory, _ids: IdFactory) -> Rows:
        return [
            {"Id": record_id, name_column: name, "Language": "en_US"}
            for (each, name), record_id in directory.setup_entities.items()
            if each == kind
        ]

    return rows


def custom_permissions(directory: Directory, _ids: IdFactory) -> Rows:
    """Return CustomPermission: those of the source, and those that a container grants."""
    known = directory.source.custom_permissions
    return [
        {
            "Id": record_id,
            "DeveloperName": name,
            "MasterLabel": known[name].label if name in known else name,
            "Language": "en_US",
            "IsLicensed": known[name].is_licensed if name in known else False,
        }
        for (kind, name), record_id in directory.setup_entities.items()
        if kind == "CustomPermission"
    ]


ORG_ROWS: Mapping[str, Callable[[Directory, IdFactory], Rows]] = MappingProxyType(
    {
        "ApexClass": _entities("ApexClass", "Name"),
        "ApexPage": _entities("ApexPage", "Name"),
        "CustomPermission": custom_permissions,
        "FlowDefinition": _entities("FlowDefinition", "DeveloperName"),
        "Group": groups,
        "GroupMember": group_members,
        "QueueSobject": queue_objects,
        "RecordType": record_types,
        "User": users,
        "UserLogin": user_logins,
        "UserRole": roles,
    }
)
