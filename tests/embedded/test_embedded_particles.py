"""EntityParticle "has parity with describe" (Tooling API, EntityParticle): the describe is the oracle."""

from typing import Any

import pytest

# Column -> key of a field in an object describe, by the labels of the Field Reference Guide.
SAME = {
    "DataType": "type",
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
    "QualifiedApiName": "name",
    "Scale": "scale",
}


@pytest.mark.parametrize("name", ["Property__c", "Account", "Contact", "Viewing__c"])
@pytest.mark.parametrize("who", ["integration", "setup"])
@pytest.mark.parametrize("door", ["/query", "/tooling/query"])
def test_particles_are_what_a_describe_tells(
    request: pytest.FixtureRequest, name: str, who: str, door: str
) -> None:
    client: Any = request.getfixturevalue(who)
    described = client("GET", f"/sobjects/{name}/describe").payload["fields"]
    query = f"SELECT {', '.join(SAME)} FROM EntityParticle WHERE EntityDefinition.QualifiedApiName = '{name}'"
    answer = client("GET", door, q=query)
    assert answer.status == 200, answer.payload
    told = [{column: row[column] for column in SAME} for row in answer.payload["records"]]
    assert told == [{column: field[key] for column, key in SAME.items()} for field in described]
    assert len(told) > 5


def test_components_name_their_compound_field(setup: Any) -> None:
    rows = setup.query(
        "SELECT QualifiedApiName, FieldDefinitionId, IsComponent FROM EntityParticle "
        "WHERE EntityDefinitionId = 'Account' AND QualifiedApiName IN ('BillingCity', 'Name')"
    )
    assert {row["QualifiedApiName"]: (row["FieldDefinitionId"], row["IsComponent"]) for row in rows} == {
        "BillingCity": ("Account.BillingAddress", True),
        "Name": ("Account.Name", False),
    }


def test_one_field_is_asked_for_by_its_definition(integration: Any) -> None:
    for column in ("DurableId", "FieldDefinitionId"):
        rows = integration.query(
            f"SELECT QualifiedApiName FROM EntityParticle WHERE {column} = 'Property__c.Price__c'"
        )
        assert [row["QualifiedApiName"] for row in rows] == ["Price__c"]
    hidden = "SELECT QualifiedApiName FROM EntityParticle WHERE DurableId = 'Property__c.Secret__c'"
    assert integration.query(hidden) == []


@pytest.mark.parametrize("table", ["EntityParticle", "FieldDefinition", "UserEntityAccess"])
@pytest.mark.parametrize("name", ["Account", "Property__c"])
def test_entity_is_named_by_its_definition_or_by_its_name(setup: Any, table: str, name: str) -> None:
    user = f" AND UserId = '{setup.user_id}'" if table == "UserEntityAccess" else ""
    select = f"SELECT DurableId, EntityDefinition.QualifiedApiName FROM {table} WHERE "
    by_id = setup.query(f"{select}EntityDefinitionId = '{name}'{user}")
    by_name = setup.query(f"{select}EntityDefinition.QualifiedApiName = '{name}'{user}")
    assert by_id == by_name
    assert {row["EntityDefinition"]["QualifiedApiName"] for row in by_id} == {name}
