"""The tables of Sales Territories: their columns, their rows, and who reads and writes them.

Columns and calls: Object Reference, Territory2Type, Territory2Model, Territory2, UserTerritory2Association
and ObjectTerritory2Association. Standard and partner users read them; those without Manage Territories only
what belongs to the active model, and of the assigned records those that they may read (special access rules
of each page). Without Sales Territories there are no such tables. The levels of access stand in the words of
the metadata (assumed: the page of Territory2 gives labels).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.sfdx.model import (
    FieldDef,
    Governance,
    ObjectDef,
    ObjectKind,
    ObjectPermission,
    PicklistValue,
    Source,
)

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.people import Person
    from pytest_sfintegration.embedded.tables.directory import Directory

__all__ = [
    "ASSOCIATIONS",
    "BY_HAND",
    "BY_RULE",
    "TERRITORY_ROWS",
    "TERRITORY_TABLES",
    "territory_permission",
    "with_territory_tables",
]

BY_HAND, BY_RULE = "Territory2Manual", "Territory2AssignmentRule"
"""The values of AssociationCause; only the first can be written."""

ASSOCIATIONS = frozenset({"ObjectTerritory2Association", "UserTerritory2Association"})
"""The tables whose rows are data: they are stored, created and deleted."""

_MODIFIED = "LastModifiedDate:datetime:d LastModifiedById:reference:d:User SystemModstamp:datetime:d"
_AUDIT = f"CreatedDate:datetime:d CreatedById:reference:d:User {_MODIFIED}"
_LEVELS = ["AccountAccessLevel", "CaseAccessLevel", "ContactAccessLevel", "OpportunityAccessLevel"]
# Per table, columns as "Name:type:flags:Target|Target"; flags: c createable, u updateable, n nillable,
# d defaulted on create, N the name.
_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "Territory2Type": f"""Id:id:d DeveloperName:string: MasterLabel:string:N Language:picklist:n
            Description:textarea:n Priority:int: IsDeleted:boolean:d {_AUDIT}""",
        "Territory2Model": f"""Id:id:d DeveloperName:string: Name:string:N Description:textarea:n
            State:picklist:und ActivatedDate:datetime:n DeactivatedDate:datetime:n
            LastRunRulesEndDate:datetime:n LastOppTerrAssignEndDate:datetime:n {_AUDIT}""",
        "Territory2": f"""Id:id:d DeveloperName:string: Name:string:N Description:string:n
            Territory2TypeId:reference::Territory2Type Territory2ModelId:reference::Territory2Model
            ParentTerritory2Id:reference:n:Territory2 ForecastUserId:reference:n:User
            {" ".join(f"{each}:picklist:" for each in _LEVELS)} {_MODIFIED}""",
        "UserTerritory2Association": f"""Id:id:d UserId:reference:c:User Territory2Id:reference:c:Territory2
            RoleInTerritory2:picklist:cn IsActive:boolean:d {_MODIFIED}""",
        "ObjectTerritory2Association": f"""Id:id:d ObjectId:reference:c:Account|Lead
            Territory2Id:reference:c:Territory2 AssociationCause:picklist:c SobjectType:picklist:n
            IsDeleted:boolean:d {_MODIFIED}""",
    }
)
TERRITORY_TABLES = frozenset(_COLUMNS)
_PICKLISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AssociationCause": (BY_RULE, BY_HAND),
        "RoleInTerritory2": ("Owner", "Administrator", "Sales Rep"),
        "SobjectType": ("Account", "Lead"),
        "State": (
            "Planning",
            "Activating",
            "Activation Failed",
            "Active",
            "Archiving",
            "Archiving Failed",
            "Archived",
            "Deleting",
            "Deletion Failed",
        ),
    }
)
_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Territory2": ("Territory", "Territories"),
        "Territory2Model": ("Territory Model", "Territory Models"),
        "Territory2Type": ("Territory Type", "Territory Types"),
    }
)
_OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "Territory2Model": "u",
        "UserTerritory2Association": "cd",
        "ObjectTerritory2Association": "cd",
    }
)
# Who reads the tables: standard and partner users (special access rules).
_READERS = frozenset({"standard", "powerpartner"})
_FIRST_YEAR = "2020-01-01T00:00:00.000+0000"


def with_territory_tables(objects: dict[str, ObjectDef], source: Source) -> None:
    """Give an org with Sales Territories its tables, and take what is known of them from any other."""
    for name in TERRITORY_TABLES:
        objects.pop(name, None)
    if not source.territories.enabled:
        return
    known = source.objects
    for name, columns in _COLUMNS.items():
        fields = {field.name: field for field in map(_field, columns.split())}
        given = known.get(name)
        own = {} if given is None else {each.name: each for each in given.fields.values() if each.custom}
        label, plural = _LABELS.get(name, (name, f"{name}s"))
        operations = _OPERATIONS.get(name, "")
        objects[name] = ObjectDef(
            name=name,
            label=label,
            plural_label=plural,
            kind=ObjectKind.STANDARD,
            governance=Governance.SETUP,
            key_prefix=None if given is None else given.key_prefix,
            fields=MappingProxyType(fields | own),
            children=_children(name),
            createable="c" in operations,
            updateable="u" in operations,
            deletable="d" in operations,
        )
    account = objects.get("Account")
    if account is not None:
        child = ("ObjectTerritory2Association", "ObjectId", "ObjectTerritory2Associations")
        objects["Account"] = replace(account, children=(*account.children, child))


def _children(name: str) -> tuple[tuple[str, str, str | None], ...]:
    if name != "Territory2":
        return ()
    return tuple((each, "Territory2Id", f"{each}s") for each in sorted(ASSOCIATIONS))


def _field(text: str) -> FieldDef:
    name, kind, flags, *rest = text.split(":")
    targets = tuple(rest[0].split("|")) if rest else ()
    return FieldDef(
        name=name,
        type=kind,
        label=name,
        length=18
        if kind in {"id", "reference"}
        else 255
        if kind in {"string", "picklist", "textarea"}
        else 0,
        createable="c" in flags,
        updateable="u" in flags,
        nillable="n" in flags,
        defaulted_on_create="d" in flags,
        permissionable=False,
        name_field="N" in flags,
        reference_to=targets,
        relationship_name=name.removesuffix("Id") if targets else None,
        delete_constraint="Cascade" if name == "ObjectId" else None,
        picklist=tuple(PicklistValue(value=each, label=each) for each in _PICKLISTS.get(name, ())),
    )


def territory_permission(person: "Person", name: str) -> ObjectPermission:
    """Return what a user may do with a table: read it, and with Manage Territories write what is data.

    Object Reference, special access rules; who writes the associations is assumed from that of Territory.
    """
    if person.spec.user_type.lower() not in _READERS:
        return ObjectPermission()
    manages = person.holds("ManageTerritories")
    operations = _OPERATIONS.get(name, "") if manages else ""
    return ObjectPermission(
        create="c" in operations,
        read=True,
        edit="u" in operations,
        delete="d" in operations,
        view_all=True,
    )


def _types(directory: "Directory", _ids: IdFactory) -> list[dict[str, Any]]:
    return [
        {
            "Id": directory.territory_ids.types[name],
            "DeveloperName": name,
            "MasterLabel": each.label,
            "Language": "en_US",
            "Description": each.description or None,
            "Priority": each.priority,
            "IsDeleted": False,
            **_stamps(),
        }
        for name, each in sorted(directory.territory_ids.source.types.items())
    ]


def _models(directory: "Directory", _ids: IdFactory) -> list[dict[str, Any]]:
    return [
        {
            "Id": directory.territory_ids.models[name],
            "DeveloperName": name,
            "Name": each.label,
            "Description": each.description or None,
            "State": directory.territory_ids.states[name],
            **_stamps(),
        }
        for name, each in sorted(directory.territory_ids.source.models.items())
    ]


def _territories(directory: "Directory", _ids: IdFactory) -> list[dict[str, Any]]:
    return [
        {
            "Id": directory.territory_ids.territories[name],
            "DeveloperName": each.developer_name,
            "Name": each.label,
            "Description": each.description or None,
            "Territory2TypeId": directory.territory_ids.types.get(each.type),
            "Territory2ModelId": directory.territory_ids.models.get(each.model),
            "ParentTerritory2Id": directory.territory_ids.territories.get(each.parent or ""),
            "ForecastUserId": None,
            "AccountAccessLevel": each.account_access,
            "CaseAccessLevel": each.case_access or "None",
            "ContactAccessLevel": each.contact_access or "None",
            "OpportunityAccessLevel": each.opportunity_access or "None",
            **_stamps(),
        }
        for name, each in sorted(directory.territory_ids.source.territories.items())
    ]


def _stamps() -> dict[str, Any]:
    return {"CreatedDate": _FIRST_YEAR, "LastModifiedDate": _FIRST_YEAR, "SystemModstamp": _FIRST_YEAR}


TERRITORY_ROWS: Mapping[str, Callable[["Directory", IdFactory], list[dict[str, Any]]]] = MappingProxyType(
    {"Territory2": _territories, "Territory2Model": _models, "Territory2Type": _types}
)
"""The tables whose rows are what the source says."""
