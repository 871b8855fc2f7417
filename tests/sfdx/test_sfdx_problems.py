import pytest
from sfdx_sources import (
    DETAIL,
    OBJECT,
    REGION,
    REQUIRED,
    SET,
    Loader,
    field_rights,
    rights,
    the_problem,
    xml,
)

from pytest_sfintegration.sfdx.model import Severity

CONTAINER_ERRORS = {
    "create without read": (
        rights("Account", "allowCreate"),
        "Permission Create Account depends on permission(s): Read Account.",
        "Add Read Account",
    ),
    "edit without read": (
        rights("Account", "allowEdit"),
        "Permission Edit Account depends on permission(s): Read Account.",
        "Add Read Account",
    ),
    "delete without read and edit": (
        rights("Account", "allowDelete"),
        "Permission Delete Account depends on permission(s): Read Account, Edit Account.",
        "remove Delete Account",
    ),
    "view all without read": (
        rights("Account", "viewAllRecords"),
        "Permission View All Account depends on permission(s): Read Account.",
        "Add Read Account",
    ),
    "modify all without delete": (
        rights("Account", "allowRead", "allowEdit", "viewAllRecords", "modifyAllRecords"),
        "Permission Modify All Account depends on permission(s): Delete Account.",
        "Add Delete Account",
    ),
    "field edit without read": (
        field_rights("Account.Website", read="false", edit="true"),
        "Permission Edit Account.Website depends on permission(s): Read Account.Website.",
        "Add Read Account.Website",
    ),
    "name field": (
        field_rights("Account.Name"),
        "You cannot deploy to a required field: Account.Name.",
        "Remove the entry",
    ),
    "boolean that is none": (
        "<objectPermissions><allowRead>yes</allowRead><object>Account</object></objectPermissions>",
        "<allowRead> is 'yes', which is no boolean.",
        "Write true or false.",
    ),
    "empty boolean": (
        "<objectPermissions><allowRead/><object>Account</object></objectPermissions>",
        "<allowRead> is empty.",
        "Write true or false.",
    ),
    "empty object": (
        "<objectPermissions><allowRead>true</allowRead><object> </object></objectPermissions>",
        "<objectPermissions> names nothing: <object> is empty.",
        "Fill it in.",
    ),
    "field without object": (
        field_rights("Website"),
        "'Website' is no field.",
        "Write Object.Field",
    ),
    "unknown element": (
        "<fieldPermission><field>Account.Website</field></fieldPermission>",
        "<fieldPermission> is not modelled, and could change access.",
        "Did you mean <fieldPermissions>?",
    ),
    "unknown element within an entry": (
        "<objectPermissions><allowReed>true</allowReed><object>Account</object></objectPermissions>",
        "<allowReed> within <objectPermissions> is not modelled, and could change access.",
        "Use only allowCreate",
    ),
    "element twice within an entry": (
        "<userPermissions><enabled>true</enabled><enabled>false</enabled><name>ApiEnabled</name></userPermissions>",
        "<enabled> stands more than once.",
        "Keep one of them.",
    ),
    "label twice": (
        "<label>A</label><label>B</label>",
        "<label> stands more than once.",
        "Keep one of them.",
    ),
}


@pytest.mark.parametrize("case", CONTAINER_ERRORS)
def test_error_in_a_container_names_file_line_and_remedy(load_files: Loader, case: str) -> None:
    body, message, remedy = CONTAINER_ERRORS[case]
    line = 2 if case == "label twice" else 4
    problem = the_problem(load_files({SET: xml("PermissionSet", "<description>x</description>\n" + body)}))
    assert problem.message == message
    assert remedy in problem.remedy
    assert problem.path.endswith(SET)
    assert problem.line == line
    assert problem.severity is Severity.ERROR
    assert problem.about == {"Sync"}
    assert str(problem).startswith(f"{problem.path}:{line}: ")


def test_same_right_in_different_words_is_an_error_and_in_the_same_words_a_warning(
    load_files: Loader,
) -> None:
    first, other = field_rights("Account.Website"), field_rights("Account.website", edit="true")
    different = the_problem(load_files({SET: xml("PermissionSet", first + "\n" + other)}))
    assert different.severity is Severity.ERROR
    assert different.message == "the field permission of Account.Website stands twice, in different words."
    assert different.line == 4
    same = the_problem(load_files({SET: xml("PermissionSet", first + "\n" + first)}))
    assert same.severity is Severity.WARNING


def test_field_permission_on_required_or_master_detail_field_is_refused(load_files: Loader) -> None:
    source = load_files(
        {
            OBJECT: REGION,
            "objects/Site__c/Site__c.object-meta.xml": REGION,
            "objects/Site__c/fields/Code__c.field-meta.xml": REQUIRED,
            "objects/Site__c/fields/Region__c.field-meta.xml": DETAIL,
            SET: xml(
                "PermissionSet", field_rights("Site__c.Code__c") + "\n" + field_rights("Site__c.Region__c")
            ),
        }
    )
    assert [(problem.message, problem.line) for problem in source.problems] == [
        ("You cannot deploy to a required field: Site__c.Code__c.", 3),
        ("You cannot deploy to a required field: Site__c.Region__c.", 4),
    ]


def test_read_of_a_detail_needs_read_of_its_master(load_files: Loader) -> None:
    files = {
        OBJECT: REGION,
        "objects/Site__c/Site__c.object-meta.xml": REGION,
        "objects/Site__c/fields/Region__c.field-meta.xml": DETAIL,
    }
    alone = load_files({**files, SET: xml("PermissionSet", rights("Site__c", "allowRead"))})
    assert the_problem(alone).message == "Permission Read Site__c depends on permission(s): Read Region__c."
    assert the_problem(alone).line == 3
    both = rights("Site__c", "allowRead") + rights("Region__c", "allowRead")
    assert load_files({SET: xml("PermissionSet", both)}).problems == ()


def test_muting_set_needs_no_dependencies(load_files: Loader) -> None:
    body = rights("Account", "allowDelete") + field_rights("Account.Website", read="false", edit="true")
    source = load_files(
        {"mutingpermissionsets/M.mutingpermissionset-meta.xml": xml("MutingPermissionSet", body)}
    )
    assert source.problems == ()
    muted = source.muting_permission_sets["M"]
    assert muted.objects["Account"].delete
    assert not muted.objects["Account"].read
    assert muted.fields["Account"]["Website"].edit


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (rights("Acount", "allowRead"), "object Acount is declared neither by the source nor"),
        (field_rights("Account.Websit__c"), "field Account.Websit__c is declared neither by the source nor"),
        (field_rights("npe01__OppPayment__c.X__c"), "object npe01__OppPayment__c is declared neither by"),
        (
            "<userPermissions><enabled>true</enabled><name>FlyToMoon</name></userPermissions>",
            "Unknown user permission: FlyToMoon.",
        ),
        (field_rights("Account.CreatedDate"), "field-level security cannot be set on Account.CreatedDate."),
    ],
)
def test_warning_in_a_container_names_it_and_the_line(load_files: Loader, body: str, message: str) -> None:
    problem = the_problem(load_files({SET: xml("PermissionSet", body)}))
    assert problem.severity is Severity.WARNING
    assert problem.message.startswith(message)
    assert problem.remedy
    assert problem.line == 3
    assert problem.about == {"Sync"}


def test_names_that_only_containers_know_are_kept_as_unknown(load_files: Loader) -> None:
    body = (
        rights("pkg__Trip__c", "allowRead")
        + field_rights("pkg__Trip__c.Fare__c")
        + field_rights("Lead.pkg__X__c")
    )
    source = load_files({SET: xml("PermissionSet", body)})
    trip = source.objects["pkg__Trip__c"]
    assert not trip.known
    assert not trip.fields["Fare__c"].known
    assert "Id" in trip.fields
    assert not source.objects["Lead"].fields["pkg__X__c"].known
    assert source.objects["Lead"].fields["Email"].known
    assert source.permission_sets["Sync"].objects["pkg__Trip__c"].read


def test_every_container_that_names_the_unknown_is_warned_about(load_files: Loader) -> None:
    other = "permissionsets/Other.permissionset-meta.xml"
    content = xml("PermissionSet", field_rights("Lead.pkg__X__c") + field_rights("pkg__Trip__c.Fare__c"))
    source = load_files({SET: content, other: content})
    assert sorted(next(iter(problem.about)) for problem in source.problems) == [
        "Other",
        "Other",
        "Sync",
        "Sync",
    ]
