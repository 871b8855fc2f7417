"""Tables that exist only under a filter: the access views and the schema views."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.rest.describe_fields import describe_field
from pytest_sfintegration.embedded.share_objects import is_share
from pytest_sfintegration.embedded.sharing.defaults import internal_default
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.embedded.soql.errors import SoqlError
from pytest_sfintegration.embedded.soql.functions import is_aggregate
from pytest_sfintegration.embedded.view import ObjectView, UserView
from pytest_sfintegration.sfdx.model import Governance, ObjectDef, ObjectKind

__all__ = [
    "PARTICLE_FLAGS",
    "REIFIED",
    "Filters",
    "equality_filters",
    "refuse_operations",
    "reified_rows",
    "require_filter",
]

Rows = list[dict[str, Any]]

# The filters that a table needs, in the recorded words (cases desc.reified.*).
REIFIED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "UserEntityAccess": ("UserId", "DurableId"),
        "UserFieldAccess": ("DurableId",),
        "FieldDefinition": ("EntityDefinitionId", "DurableId"),
        "EntityParticle": ("EntityDefinitionId", "FieldDefinitionId", "DurableId"),
        "RelationshipInfo": ("ChildSobjectId", "FieldId", "DurableId"),
    }
)
# Column of EntityParticle -> key of a described field.
PARTICLE_FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "IsApiFilterable": "filterable",
        "IsApiGroupable": "groupable",
        "IsApiSortable": "sortable",
        "IsAutonumber": "autoNumber",
        "IsCalculated": "calculated",
        "IsCaseSensitive": "caseSensitive",
        "IsCreatable": "createable",
        "IsDefaultedOnCreate": "defaultedOnCreate",
        "IsIdLookup": "idLookup",
        "IsNillable": "nillable",
        "IsPermissionable": "permissionable",
        "IsUnique": "unique",
        "IsUpdatable": "updateable",
        "Label": "label",
        "Length": "length",
        "Precision": "precision",
        "Scale": "scale",
    }
)
_ENTITY_NAME = "entitydefinition.qualifiedapiname"
_ENTITIES = "EntityDefinition"
_NOT_YET = (
    "The requested operation is not yet supported by this SObject storage type, contact "
    "salesforce.com support for more information."
)


@dataclass(slots=True)
class Filters:
    """Values that a query's WHERE demands, by lower-case path."""

    values: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def get(self, *paths: str) -> tuple[Any, ...] | None:
        """Return the values of the first of the paths that is filtered."""
        return next((self.values[path.lower()] for path in paths if path.lower() in self.values), None)


def equality_filters(where: ast.Condition | None, *, strict: bool) -> Filters:
    """Return the equality filters of a conjunction.

    ``strict`` refuses what these tables refuse: other comparisons and disjunctions (documented,
    UserFieldAccess).
    """
    found = Filters()
    _collect(where, found, strict=strict)
    return found


def refuse_operations(name: str, query: ast.Query) -> None:
    """Refuse what a query of a reified table may not ask.

    Documented, with three of the sentences: Tooling API, SOQL Operation Limitations (COUNT(), GROUP BY, OR,
    NOT and INCLUDES). EntityDefinition is asked with LIKE by public tools, which is recorded by use.
    """
    if name not in REIFIED and name != _ENTITIES:
        return
    aggregates = any(
        isinstance(item, ast.FieldItem) and is_aggregate(item.expression) for item in query.select
    )
    if query.count_only or query.group_by or aggregates:
        raise SoqlError("MALFORMED_QUERY", _NOT_YET)
    _collect(query.where, Filters(), strict=True, like=name == _ENTITIES)


def _collect(where: ast.Condition | None, found: Filters, *, strict: bool, like: bool = False) -> None:
    match where:
        case ast.And(parts=parts):
            for part in parts:
                _collect(part, found, strict=strict, like=like)
        case ast.Comparison(operator="LIKE") if like:
            return
        case ast.Comparison(left=ast.Path() as path, operator="=", value=literal):
            found.values[str(path).lower()] = (literal.value,)
        case ast.InList(left=ast.Path() as path, negated=False, values=literals):
            found.values[str(path).lower()] = tuple(each.value for each in literals)
        case ast.Or() if strict:
            raise SoqlError("MALFORMED_QUERY", "Disjunctions not supported")
        case ast.Includes() if strict:
            raise SoqlError("MALFORMED_QUERY", "Unsupported filter type")
        case ast.Comparison() | ast.Not() | ast.InList(negated=True) if strict:
            raise SoqlError("MALFORMED_QUERY", "Only equals comparisons permitted")
        case _:
            return


def require_filter(name: str, filters: Filters) -> None:
    """Refuse a query without a filter on a reified column: recorded(desc.reified.*)."""
    columns = REIFIED[name]
    accepted = [*columns, *([_ENTITY_NAME] if {"EntityDefinitionId", "UserId"} & set(columns) else [])]
    if filters.get(*accepted) is None:
        raise SoqlError(
            "MALFORMED_QUERY", f"{name}: a filter on a reified column is required [{','.join(columns)}]"
        )


def entity_definitions(user: UserView, prefixes: Mapping[str, str], durable: Mapping[str, str]) -> Rows:
    """Return EntityDefinition.

    What the user sees; IsEver* speak of the schema, not of his rights (recorded by use). ``durable``: the ids
    of custom objects, settings and metadata types by name; the first 15 characters of those are the DurableId
    (recorded by use, public tools that join it with SetupEntityAccess.SetupEntityId).
    """
    return [_entity(view.definition, prefixes, durable) for view in user.visible()]


def _entity(definition: ObjectDef, prefixes: Mapping[str, str], durable: Mapping[str, str]) -> dict[str, Any]:
    setup = definition.governance is Governance.SETUP
    return {
        "Id": definition.name,
        "DurableId": durable.get(definition.name, definition.name)[:15],
        "QualifiedApiName": definition.name,
        "DeveloperName": definition.name.removesuffix("__c"),
        "Label": definition.label,
        "MasterLabel": definition.label,
        "PluralLabel": definition.plural_label,
        "KeyPrefix": prefixes.get(definition.name),
        "NamespacePrefix": None,
        "InternalSharingModel": internal_default(definition),
        "ExternalSharingModel": definition.external_sharing_model,
        "IsQueryable": definition.queryable,
        "IsEverCreatable": definition.createable and not setup,
        "IsEverUpdatable": definition.updateable and not setup,
        "IsEverDeletable": definition.deletable and not setup,
        "IsDeprecatedAndHidden": False,
        "IsCustomSetting": definition.kind is ObjectKind.CUSTOM_SETTING,
        "IsCustomizable": not setup,
    }


def field_definitions(user: UserView, filters: Filters) -> Rows:
    """Return FieldDefinition of the filtered entities: the fields that the user may read."""
    rows: Rows = []
    for view in _entities(user, filters, 0):
        rows += [
            {
                "Id": f"{view.name}.{each.name}",
                "DurableId": f"{view.name}.{each.name}",
                "EntityDefinitionId": view.name,
                "QualifiedApiName": each.name,
                "DeveloperName": each.name.removesuffix("__c"),
                "Label": each.label,
                "MasterLabel": each.label,
                "DataType": each.type,
                "Length": each.length,
                "IsFieldHistoryTracked": False,
                "IsNillable": each.nillable,
            }
            for each in view.readable.values()
        ]
    return rows


def entity_particles(user: UserView, filters: Filters) -> Rows:
    """Return EntityParticle of the filtered entities: what a describe tells the user, field by field.

    Documented (Tooling API, EntityParticle): it "has parity with describe"; the ids are assumed.
    """
    rows: Rows = []
    for view in _entities(user, filters, 0):
        for name, access in view.access.items():
            each = view.definition.fields[name]
            described = describe_field(
                each,
                createable=access.createable and view.permission.create,
                updateable=access.editable and view.permission.edit,
            )
            rows.append(
                {
                    "Id": f"{view.name}.{name}",
                    "DurableId": f"{view.name}.{name}",
                    "EntityDefinitionId": view.name,
                    "FieldDefinitionId": f"{view.name}.{each.compound or name}",
                    "QualifiedApiName": name,
                    "DeveloperName": name.removesuffix("__c"),
                    "MasterLabel": each.label,
                    "DataType": each.type,
                    "IsComponent": each.compound is not None,
                    **{column: described[key] for column, key in PARTICLE_FLAGS.items()},
                }
            )
    return rows


def _entities(user: UserView, filters: Filters, part: int) -> Iterator[ObjectView]:
    names = filters.get("EntityDefinitionId", _ENTITY_NAME)
    if names is None:
        durable = filters.get("DurableId", "FieldDefinitionId") or ()
        names = tuple(str(each).split(".")[part] for each in durable)
    if not names:
        yield from user.visible()
    for name in dict.fromkeys(str(each) for each in names):
        view = user.object(name)
        if view is not None:
            yield view


def user_entity_access(user: UserView, filters: Filters) -> Rows:
    """Return UserEntityAccess of the running user.

    Documented: Object Reference, UserEntityAccess: "access that the user has".
    """
    rows: Rows = []
    person_id = user.person.id
    for view in _entities(user, filters, 0):
        definition, permission = view.definition, view.permission
        stored = definition.governance is not Governance.SETUP or is_share(definition)
        edit = stored and permission.edit and definition.updateable
        delete = stored and permission.delete and definition.deletable
        rows.append(
            {
                "Id": f"{view.name}.{person_id}",
                "DurableId": f"{view.name}.{person_id}",
                "EntityDefinitionId": view.name,
                "UserId": person_id,
                "IsActivateable": False,
                "IsCreatable": stored and permission.create and definition.createable,
                "IsDeletable": delete,
                "IsEditable": edit,
                "IsFlsUpdatable": edit,
                "IsMergeable": False,
                "IsReadable": True,
                "IsUndeletable": delete,
                "IsUpdatable": edit,
            }
        )
    return rows


def user_field_access(user: UserView, filters: Filters) -> Rows:
    """Return UserFieldAccess of the running user: ``DurableId`` is ``Object.Field.UserId`` (assumed)."""
    rows: Rows = []
    for durable in filters.get("DurableId") or ():
        parts = str(durable).split(".")
        view = user.object(parts[0])
        if view is None or len(parts) < 2:
            continue
        for name, access in view.access.items():
            if name.lower() != parts[1].lower():
                continue
            rows.append(
                {
                    "Id": durable,
                    "DurableId": durable,
                    "EntityDefinitionId": view.name,
                    "FieldDefinitionId": f"{view.name}.{name}",
                    "UserId": user.person.id,
                    "IsAccessible": True,
                    "IsCreatable": access.createable and view.permission.create,
                    "IsUpdatable": access.editable and view.permission.edit,
                }
            )
    return rows


_MAKERS: Mapping[str, Callable[[UserView, Filters], Rows]] = MappingProxyType(
    {
        "EntityParticle": entity_particles,
        "FieldDefinition": field_definitions,
        "UserEntityAccess": user_entity_access,
        "UserFieldAccess": user_field_access,
    }
)


def reified_rows(name: str, user: UserView, filters: Filters) -> Rows | None:
    """Return the rows of a table under its filters; None when its rows are not modelled."""
    maker = _MAKERS.get(name)
    return None if maker is None else maker(user, filters)
