"""Records by REST: what is stored, and how each refusal reads."""

from typing import Any

import pytest


def refused(response: Any) -> tuple[int, str]:
    return response.status, response.payload[0]["errorCode"]


def test_created_record_reads_back_with_system_fields(setup: Any) -> None:
    record_id = setup.create("Property__c", Name="Villa", Price__c="12.345")
    body = setup("GET", f"/sobjects/Property__c/{record_id}").payload
    assert body["attributes"] == {
        "type": "Property__c",
        "url": f"/services/data/v62.0/sobjects/Property__c/{record_id}",
    }
    assert (body["Name"], body["Price__c"], body["OwnerId"]) == ("Villa", 12.35, setup.user_id)
    assert body["CreatedDate"] == "2020-08-14T20:53:02.000+0000"
    assert body["Kind__c"] == "House"


def test_15_character_and_lower_case_18_character_ids_name_the_same_record(setup: Any) -> None:
    record_id = setup.create("Account", Name="A")
    for text in (record_id[:15], record_id.lower(), record_id.upper()):
        assert setup("GET", f"/sobjects/Account/{text}").payload["Id"] == record_id


def test_trailing_slash_is_the_same_resource(setup: Any) -> None:
    assert setup("POST", "/sobjects/Account/", {"Name": "A"}).status == 201
    assert setup("GET", "/sobjects/Account/describe/").status == 200


def test_person_name_is_put_together_and_address_is_a_compound(setup: Any) -> None:
    record_id = setup.create("Contact", FirstName="Ada", LastName="Byron", MailingCity="London")
    body = setup("GET", f"/sobjects/Contact/{record_id}").payload
    assert body["Name"] == "Ada Byron"
    assert body["MailingAddress"]["city"] == "London"
    setup("PATCH", f"/sobjects/Contact/{record_id}", {"FirstName": None})
    assert setup("GET", f"/sobjects/Contact/{record_id}").payload["Name"] == "Byron"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "REQUIRED_FIELD_MISSING"),
        ({"LastName": "x" * 81}, "STRING_TOO_LONG"),
        ({"LastName": "x", "Email": "nowhere"}, "INVALID_EMAIL_ADDRESS"),
        ({"LastName": "x", "HasOptedOutOfEmail": "perhaps"}, "JSON_PARSER_ERROR"),
        ({"LastName": "x", "Birthdate": "2020-13-01"}, "JSON_PARSER_ERROR"),
        ({"LastName": {"a": 1}}, "INVALID_FIELD"),
        ({"LastName": "x", "AccountId": "junk"}, "MALFORMED_ID"),
        ({"LastName": "x", "AccountId": "003000000000000AAA"}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"LastName": "x", "AccountId": "001000000000000AAA"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"LastName": "x", "Nope": 1}, "INVALID_FIELD"),
        ({"LastName": "x", "Id": "003000000000000AAA"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ],
)
def test_bad_value_is_refused_by_its_code(setup: Any, sent: dict[str, Any], code: str) -> None:
    before = setup.org.world.storage.snapshot()
    assert refused(setup("POST", "/sobjects/Contact", sent)) == (400, code)
    assert setup.org.world.storage.snapshot() == before


def test_restricted_picklist_refuses_other_values(setup: Any) -> None:
    response = setup("POST", "/sobjects/Property__c", {"Name": "A", "Kind__c": "Castle"})
    assert refused(response) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    assert response.payload[0]["message"] == "Kind: bad value for restricted picklist field: Castle"


def test_unique_field_refuses_a_second_record_in_any_case(setup: Any) -> None:
    first = setup.create("Property__c", Name="A", Code__c="abc")
    response = setup("POST", "/sobjects/Property__c", {"Name": "B", "Code__c": "ABC"})
    assert refused(response) == (400, "DUPLICATE_VALUE")
    assert first[:15] in response.payload[0]["message"]
    setup("DELETE", f"/sobjects/Property__c/{first}")
    assert setup("POST", "/sobjects/Property__c", {"Name": "B", "Code__c": "ABC"}).status == 201


def test_custom_object_without_a_name_is_named_by_its_id(setup: Any) -> None:
    record_id = setup.create("Property__c")
    assert setup("GET", f"/sobjects/Property__c/{record_id}").payload["Name"] == record_id[:15]


def test_lookup_by_external_id_of_the_parent(setup: Any) -> None:
    parent = setup.create("Property__c", Name="A", Code__c="p1")
    record_id = setup.create("Viewing__c", Property__r={"Code__c": "P1"})
    assert setup("GET", f"/sobjects/Viewing__c/{record_id}").payload["Property__c"] == parent
    response = setup("POST", "/sobjects/Viewing__c", {"Property__r": {"Code__c": "none"}})
    assert refused(response) == (400, "INVALID_FIELD")


def test_delete_takes_details_along_and_undelete_brings_them_back(setup: Any) -> None:
    parent = setup.create("Property__c", Name="A")
    setup.create("Viewing__c", Property__c=parent)
    assert setup("DELETE", f"/sobjects/Property__c/{parent}").status == 204
    assert setup.query("SELECT Id FROM Viewing__c") == []
    assert len(setup("GET", "/queryAll", q="SELECT Id FROM Viewing__c").payload["records"]) == 1
    assert refused(setup("DELETE", f"/sobjects/Property__c/{parent}")) == (404, "ENTITY_IS_DELETED")
    world = setup.org.world
    world.restoring.undelete(world.view(world.people.by_id(setup.user_id)), "Property__c", parent)
    assert len(setup.query("SELECT Id FROM Viewing__c")) == 1


def test_undelete_leaves_the_details_that_had_been_deleted_on_their_own(setup: Any) -> None:
    """Help article 000386040: a detail that is deleted before its master does not come back with it."""
    parent = setup.create("Property__c", Name="A")
    before, along = (setup.create("Viewing__c", Property__c=parent) for _ in range(2))
    for path in (f"Viewing__c/{before}", f"Property__c/{parent}"):
        assert setup("DELETE", f"/sobjects/{path}").status == 204
    world = setup.org.world
    world.restoring.undelete(world.view(world.people.by_id(setup.user_id)), "Property__c", parent)
    assert [each["Id"] for each in setup.query("SELECT Id FROM Viewing__c")] == [along]
    for path in (f"Viewing__c/{along}", f"Property__c/{parent}"):  # deleted on its own this time
        setup("DELETE", f"/sobjects/{path}")
    world.restoring.undelete(world.view(world.people.by_id(setup.user_id)), "Property__c", parent)
    assert setup.query("SELECT Id FROM Viewing__c") == []


def test_upsert_creates_then_updates_then_finds_several(setup: Any) -> None:
    path = "/sobjects/Property__c/Ext__c/k1"
    made = setup("PATCH", path, {"Name": "A"})
    assert (made.status, made.payload["created"]) == (201, True)
    changed = setup("PATCH", path, {"Name": "B"})
    assert (changed.status, changed.payload["created"], changed.payload["id"]) == (
        200,
        False,
        made.payload["id"],
    )
    setup.create("Property__c", Name="C", Ext__c="k1")
    assert setup("PATCH", path, {"Name": "D"}).status == 300
    assert setup("GET", path).status == 300


def test_active_validation_rule_is_never_passed_silently(setup: Any) -> None:
    response = setup("POST", "/sobjects/Guarded__c", {"Name": "A"})
    assert refused(response) == (501, "NOT_SUPPORTED_BY_EMBEDDED_ORG")
    assert "Never" in response.payload[0]["message"]


def test_field_without_read_is_missing_from_the_record_and_unknown_to_writes(
    setup: Any, integration: Any
) -> None:
    record_id = integration.create("Property__c", Name="A", Price__c=1)
    body = integration("GET", f"/sobjects/Property__c/{record_id}").payload
    assert "Secret__c" not in body
    assert "Note__c" in body
    hidden = integration("PATCH", f"/sobjects/Property__c/{record_id}", {"Secret__c": "x"})
    assert refused(hidden) == (400, "INVALID_FIELD")
    readonly = integration("PATCH", f"/sobjects/Property__c/{record_id}", {"Note__c": "x"})
    assert refused(readonly) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert setup("PATCH", f"/sobjects/Property__c/{record_id}", {"Secret__c": "x"}).status == 204


def test_record_of_another_is_not_there_under_a_private_default(setup: Any, integration: Any) -> None:
    record_id = setup.create("Property__c", Name="A")
    for method, body in (("GET", None), ("PATCH", {"Name": "B"}), ("DELETE", None)):
        response = integration(method, f"/sobjects/Property__c/{record_id}", body)
        assert refused(response) == (404, "NOT_FOUND")
    assert integration.query("SELECT Id FROM Property__c") == []


def test_formula_field_is_null_when_read_and_refused_in_a_condition(setup: Any) -> None:
    setup.create("Property__c", Name="A", Price__c=2)
    assert setup.query("SELECT Double__c FROM Property__c")[0]["Double__c"] is None
    for text in (
        "SELECT Id FROM Property__c WHERE Double__c > 1",
        "SELECT Id FROM Property__c ORDER BY Double__c",
        "SELECT SUM(Double__c) FROM Property__c",
        "SELECT Id FROM Viewing__c WHERE Property__r.Double__c = 1",
    ):
        assert refused(setup("GET", "/query", q=text)) == (501, "NOT_SUPPORTED_BY_EMBEDDED_ORG"), text


def test_query_pages_with_a_locator(setup: Any, make_client: Any) -> None:
    for number in range(3):
        records = [{"attributes": {"type": "Account"}, "Name": f"{number}-{each}"} for each in range(150)]
        setup("POST", "/composite/sobjects", {"records": records})
    client = make_client(org=setup.org, headers={"sforce-query-options": "batchSize=200"})
    page = client("GET", "/query", q="SELECT Name FROM Account").payload
    names: list[str] = []
    while True:
        names += [each["Name"] for each in page["records"]]
        if page["done"]:
            break
        page = client("GET", page["nextRecordsUrl"].removeprefix("/services/data/v62.0")).payload
    assert len(set(names)) == page["totalSize"] == 450


def test_manual_share_opens_a_private_record_until_it_is_deleted(setup: Any, integration: Any) -> None:
    record_id = setup.create("Property__c", Name="A")
    assert integration.query("SELECT Id FROM Property__c") == []
    share = setup.create(
        "Property__Share", ParentId=record_id, UserOrGroupId=integration.user_id, AccessLevel="Read"
    )
    assert len(integration.query("SELECT Id FROM Property__c")) == 1
    changed = integration("PATCH", f"/sobjects/Property__c/{record_id}", {"Name": "B"})
    assert refused(changed) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    rows = setup.query(f"SELECT RowCause, UserOrGroupId FROM Property__Share WHERE ParentId = '{record_id}'")
    assert {(row["RowCause"], row["UserOrGroupId"]) for row in rows} == {
        ("Owner", setup.user_id),
        ("Manual", integration.user_id),
    }
    assert setup("DELETE", f"/sobjects/Property__Share/{share}").status == 204
    assert integration.query("SELECT Id FROM Property__c") == []


def test_permission_tables_are_not_written(setup: Any) -> None:
    response = setup("POST", "/sobjects/PermissionSet", {"Name": "Made", "Label": "Made"})
    assert refused(response) == (501, "NOT_SUPPORTED_BY_EMBEDDED_ORG")


def test_denied_delete_says_so_on_the_object_id(setup: Any, integration: Any) -> None:
    record_id = setup.create("Account", Name="A")
    response = integration("DELETE", f"/sobjects/Account/{record_id}")
    assert refused(response) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert response.payload[0]["message"] == "insufficient access rights on object id"


@pytest.mark.parametrize("key", ["Id", "Ext__c", "ext__c"])
def test_upsert_names_its_key_in_the_path_only(integration: Any, key: str) -> None:
    refused = integration("PATCH", "/sobjects/Property__c/Ext__c/one", {"Name": "A", key: "two"})
    named = "Id" if key == "Id" else "Ext__c"
    assert (refused.status, refused.payload[0]["errorCode"], refused.payload[0]["message"]) == (
        400,
        "INVALID_FIELD",
        f"The {named} field should not be specified in the sobject data.",
    )
    assert integration.query("SELECT Id FROM Property__c") == []
