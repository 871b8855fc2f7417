"""Custom metadata types and custom settings: part of the closed world of setup entities."""

import pytest
from blocked_org import BASE, Project, Reply, metadata

TYPE = (
    "<customMetadataTypeAccesses><enabled>true</enabled><name>Rate__mdt</name></customMetadataTypeAccesses>"
)
SETTING = "<customSettingAccesses><enabled>true</enabled><name>Limits__c</name></customSettingAccesses>"
CUSTOMIZE = "<userPermissions><enabled>true</enabled><name>CustomizeApplication</name></userPermissions>"
VIEW_ALL = "<userPermissions><enabled>true</enabled><name>ViewAllCustomSettings</name></userPermissions>"
NONE = "setup_entities: none\n"
BOTH = "setup_entities: {custom_metadata_types: [Rate__mdt], custom_settings: [Limits__c]}\n"
ROW = "setup-entities"


@pytest.fixture
def typed(project: Project) -> Project:
    """A project with a custom metadata type and a custom setting."""
    kinds = {
        "Rate__mdt": "<label>Rate</label><pluralLabel>Rates</pluralLabel><visibility>Public</visibility>",
        "Limits__c": "<customSettingsType>Hierarchy</customSettingsType><label>Limits</label>"
        "<visibility>Protected</visibility>",
    }
    for name, text in kinds.items():
        path = project.folder / BASE / "objects" / name / f"{name}.object-meta.xml"
        path.parent.mkdir(parents=True)
        path.write_text(metadata("CustomObject", text), encoding="utf-8")
    return project


def verdicts(project: Project, matrix: str) -> dict[str, tuple[str, list[str]]]:
    found = project.having(matrix=matrix).run(only=ROW).results[ROW].findings
    return {str(one.special): (str(one.verdict), [str(grant) for grant in one.grants]) for one in found}


def test_types_that_nobody_granted_are_closed(typed: Project) -> None:
    result = typed.having(matrix=NONE).run(only=ROW).results[ROW]
    assert result.ok
    assert [str(level) for level in result.levels] == ["configured", "described"]


def test_a_type_that_is_granted_is_extra_with_its_container_and_the_line_to_paste(typed: Project) -> None:
    typed = typed.granting(TYPE, SETTING)
    assert verdicts(typed, NONE) == {
        "custom metadata type Rate__mdt": ("extra", ["permission set Sync"]),
        "custom setting Limits__c": ("extra", ["permission set Sync"]),
    }
    assert verdicts(typed, BOTH) == {}
    (found, _) = typed.having(matrix=NONE).run(only=ROW).results[ROW].findings
    assert found.paste == BOTH.strip()


def test_a_type_that_is_allowed_and_not_granted_is_missing_with_the_nearest_grant(typed: Project) -> None:
    project = typed.having(others={"Spare": (TYPE,)}, matrix=BOTH)
    found = {str(one.special): one for one in project.run(only=ROW).results[ROW].findings}
    assert {name: str(one.verdict) for name, one in found.items()} == {
        "custom metadata type Rate__mdt": "missing",
        "custom setting Limits__c": "missing",
    }
    assert found["custom metadata type Rate__mdt"].nearest[0].name == "Spare"


def test_user_permissions_that_stand_for_all_types_grant_them(typed: Project) -> None:
    assert verdicts(typed.granting(VIEW_ALL), NONE) == {
        "custom setting Limits__c": ("extra", ["permission set Sync by ViewAllCustomSettings"])
    }
    wide = "permission set Sync by CustomizeApplication"
    assert verdicts(typed.granting(CUSTOMIZE), NONE) == {
        "custom metadata type Rate__mdt": ("extra", [wide]),
        "custom setting Limits__c": ("extra", [wide]),
    }


def test_a_blocked_type_has_a_row_of_its_own(typed: Project) -> None:
    never = "blocked:\n  setup_entities: {custom_metadata_types: [Rate__mdt], custom_settings: [Limits__c]}\n"
    typed = typed.having(matrix=never)
    assert all(one.ok for one in typed.run(only="blocked-custom").results.values())
    ran = typed.granting(TYPE).run(only="blocked-custom")
    assert [name for name, one in ran.results.items() if not one.ok] == [
        "blocked-custom-metadata-type-Rate__mdt"
    ]


def test_a_member_of_a_group_is_named_and_muting_counts(typed: Project) -> None:
    grouped = typed.having(member=(TYPE,))
    through = "permission set Member (through group Team)"
    assert verdicts(grouped, NONE) == {"custom metadata type Rate__mdt": ("extra", [through])}
    assert verdicts(grouped.having(muted=(TYPE,)), NONE) == {}


def test_a_custom_object_is_no_custom_setting(typed: Project) -> None:
    project = typed.having(matrix="setup_entities: {custom_settings: [Payroll__c]}\n")
    assert project.run(only=ROW).verdicts(ROW) == ["unknown target"]


def test_a_type_that_every_user_reads_is_no_green(typed: Project) -> None:
    """Schema Settings may leave the types open: then no container grants them, and the describe tells."""

    def open_to_all(request: str, reply: Reply) -> Reply:
        if not request.endswith("/sobjects"):
            return reply
        told = {"name": "Rate__mdt", "queryable": True, "createable": False, "updateable": False}
        rows = [*reply.payload["sobjects"], {**told, "deletable": False}]
        return Reply(status=200, payload={**reply.payload, "sobjects": rows})

    ran = typed.having(matrix=NONE).run(tamper=open_to_all, only=ROW)
    assert ran.verdicts(ROW) == ["inconclusive"]
    assert "described: held; configured: not held" in ran.told(ROW)
    assert "Schema Settings" in ran.told(ROW)


@pytest.mark.parametrize(("name", "remedy"), [("Rate", "__mdt"), ("Limits__c", "__mdt")])
def test_a_name_that_is_no_type_is_refused(typed: Project, name: str, remedy: str) -> None:
    project = typed.having(matrix=f"setup_entities: {{custom_metadata_types: [{name}]}}\n")
    with pytest.raises(Exception, match=f"It ends in {remedy}"):
        project.run(only=ROW)


def rights(project: Project, line: str) -> dict[str, tuple[str, list[str]]]:
    """Return what is wrong with the operations that a matrix declares, by right."""
    name = line.partition(":")[0]
    found = project.having(matrix=f"  {line}\n").run(only=f"{name}-crud").results[f"{name}-crud"].findings
    return {
        str(one.right): (str(one.verdict), [str(grant) for grant in one.grants or one.nearest])
        for one in found
    }


def test_a_type_that_may_be_read_is_green_under_objects(typed: Project) -> None:
    typed = typed.granting(TYPE, SETTING)
    assert rights(typed, "Rate__mdt: R") == {}
    assert rights(typed, "Limits__c: R") == {}
    assert rights(typed, "Rate__mdt: none") == {"read Rate__mdt": ("extra", ["permission set Sync"])}


def test_a_type_that_may_not_be_read_is_missing_with_the_nearest_grant(typed: Project) -> None:
    typed = typed.having(others={"Spare": (TYPE, SETTING)})
    nearest = ("missing", ["permission set Spare"])
    assert rights(typed, "Rate__mdt: R") == {"read Rate__mdt": nearest}
    assert rights(typed, "Limits__c: R") == {"read Limits__c": nearest}
    assert rights(typed, "Rate__mdt: none") == {}


def test_nobody_writes_records_of_a_custom_metadata_type(typed: Project) -> None:
    found = rights(typed.granting(TYPE, CUSTOMIZE), "Rate__mdt: CREDV")
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        f"{operation} Rate__mdt": "missing" for operation in ("create", "edit", "delete", "view all")
    }


def test_writing_a_custom_setting_takes_customize_application(typed: Project) -> None:
    wide = ("extra", ["permission set Sync by CustomizeApplication"])
    assert rights(typed.granting(SETTING, CUSTOMIZE), "Limits__c: R") == {
        f"{operation} Limits__c": wide for operation in ("create", "edit", "delete")
    }
    assert rights(typed.granting(SETTING, CUSTOMIZE), "Limits__c: CRED") == {}


def test_a_type_under_objects_is_granted_to_the_closed_world_too(typed: Project) -> None:
    assert verdicts(typed.granting(TYPE), f"  Rate__mdt: R\n{NONE}") == {}
    assert list(verdicts(typed.granting(TYPE), f"  Rate__mdt: none\n{NONE}")) == [
        "custom metadata type Rate__mdt"
    ]


def test_writing_users_takes_manage_users(typed: Project) -> None:
    manage = "<userPermissions><enabled>true</enabled><name>ManageUsers</name></userPermissions>"
    assert rights(typed, "User: R") == {}
    wide = ("extra", ["permission set Sync by ManageUsers"])
    assert {
        name: found
        for name, found in rights(typed.granting(manage), "User: R").items()
        if found[0] == "extra"
    } == {"create User": wide, "edit User": wide}


def test_that_everyone_may_edit_their_own_user_record_is_no_right_on_users(typed: Project) -> None:
    def own_record(request: str, reply: Reply) -> Reply:
        if not request.endswith("/sobjects"):
            return reply
        rows = [
            {**row, "updateable": True} if row["name"] == "User" else row for row in reply.payload["sobjects"]
        ]
        return Reply(status=200, payload={**reply.payload, "sobjects": rows})

    ran = typed.having(matrix="  User: R\n").run(tamper=own_record, only="User-crud")
    assert ran.results["User-crud"].ok


def test_a_type_that_is_open_to_all_is_no_green_under_objects(typed: Project) -> None:
    def open_to_all(request: str, reply: Reply) -> Reply:
        if not request.endswith("/sobjects"):
            return reply
        told = {"name": "Rate__mdt", "queryable": True, "retrieveable": True, "createable": False}
        rows = [*reply.payload["sobjects"], {**told, "updateable": False, "deletable": False}]
        return Reply(status=200, payload={**reply.payload, "sobjects": rows})

    ran = typed.having(matrix="  Rate__mdt: none\n").run(tamper=open_to_all, only="Rate__mdt-crud")
    assert ran.verdicts("Rate__mdt-crud") == ["inconclusive"]
