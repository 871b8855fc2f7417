from pathlib import Path

import pytest
from sfdx_sources import PROJECT, Loader, the_problem, write, xml

from pytest_sfintegration.sfdx.model import Severity
from pytest_sfintegration.sfdx.project import SourceError, load, load_many

SET = "permissionsets/Sync.permissionset-meta.xml"
GROUP = "permissionsetgroups/All.permissionsetgroup-meta.xml"
OBJECT = "objects/Region__c/Region__c.object-meta.xml"
REGION = xml("CustomObject", "<label>Region</label><pluralLabel>Regions</pluralLabel>")
REQUIRED = xml(
    "CustomField", "<fullName>Code__c</fullName><label>Code</label><required>true</required><type>Text</type>"
)
DETAIL = xml(
    "CustomField",
    "<fullName>Region__c</fullName><label>R</label><referenceTo>Region__c</referenceTo>"
    "<relationshipName>Sites</relationshipName><type>MasterDetail</type>",
)


def rights(name: str, *flags: str) -> str:
    granted = "".join(f"<{flag}>true</{flag}>" for flag in flags)
    return f"<objectPermissions>{granted}<object>{name}</object></objectPermissions>"


def field_rights(name: str, *, read: str = "true", edit: str = "false") -> str:
    return (
        f"<fieldPermissions><editable>{edit}</editable><field>{name}</field>"
        f"<readable>{read}</readable></fieldPermissions>"
    )


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
        ("<loginHours><mondayStart>480</mondayStart></loginHours>", "<loginHours> are not modelled"),
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


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ("<PermissionSet>\n<label>x</PermissionSet>", "is not well-formed XML: mismatched tag.", 2),
        ("", "is not well-formed XML: no element found.", 1),
        ("<Profile/>", "has the root element <Profile> where <PermissionSet> is expected.", 1),
        ('<PermissionSet xmlns="urn:x"/>', "has the root element <{urn:x}PermissionSet> where", 1),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<PermissionSet/>',
            "holds a document type",
            2,
        ),
        ("<PermissionSet>&a;</PermissionSet>", "is not well-formed XML: undefined entity.", 1),
        (b"<PermissionSet>\n\xff</PermissionSet>", "is not UTF-8.", 2),
    ],
)
def test_file_that_is_not_read_taints_what_it_would_declare(
    load_files: Loader, content: str | bytes, message: str, line: int
) -> None:
    problem = the_problem(load_files({SET: content}))
    assert problem.message.startswith(message)
    assert problem.remedy
    assert problem.line == line
    assert problem.path.endswith(SET)
    assert problem.about == {"Sync"}


def test_document_type_in_a_comment_is_no_document_type(load_files: Loader) -> None:
    source = load_files({SET: xml("PermissionSet", "<!-- <!DOCTYPE x> --><label>Sync</label>")})
    assert source.problems == ()


def test_entities_of_any_sort_are_refused(load_files: Loader, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("s3cr3t", encoding="utf-8")
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    for subset, text in (
        (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;"),
        ('<!ENTITY l0 "ha">' + laughs, "&l9;"),
        ('<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;', ""),
    ):
        content = f"<!DOCTYPE PermissionSet [{subset}]><PermissionSet><label>{text}</label></PermissionSet>"
        source = load_files({SET: content})
        assert "document type declaration" in the_problem(source).message
        assert "s3cr3t" not in repr(source)


def test_declared_encoding_cannot_hide_a_document_type(load_files: Loader) -> None:
    head = '<?xml version="1.0" encoding="cp037"?>'
    hidden = '<!DOCTYPE x [<!ENTITY a "b">]><PermissionSet><label>&a;</label></PermissionSet>'
    source = load_files({SET: head.encode() + hidden.encode("cp037")})
    assert the_problem(source).severity is Severity.ERROR
    assert source.permission_sets["Sync"].label == "Sync"


def test_too_big_a_file_is_refused(load_files: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_sfintegration.sfdx.xml.MAX_BYTES", 100_000)
    problem = the_problem(load_files({SET: xml("PermissionSet", "<label>" + "x" * 100_000 + "</label>")}))
    assert "is too big" in problem.message
    assert ".forceignore" in problem.remedy
    assert problem.about == {"Sync"}


def test_unresolved_members_are_about_the_group(load_files: Loader) -> None:
    body = (
        "<label>All</label>\n<permissionSets>Sync</permissionSets>\n<permissionSets>Synk</permissionSets>\n"
        "<mutingPermissionSets>None</mutingPermissionSets>"
    )
    source = load_files(
        {GROUP: xml("PermissionSetGroup", body), SET: xml("PermissionSet", "<label>S</label>")}
    )
    first, second = source.problems
    assert first.message == (
        "permission set group All names the permission set Synk, which the source does not hold."
    )
    assert first.remedy.startswith("Did you mean Sync?")
    assert (first.line, second.line) == (5, 6)
    assert first.about == second.about == {"All"}


def test_container_in_both_formats_or_two_packages_is_an_error(tmp_path: Path) -> None:
    project = PROJECT.replace("]", ', {"path": "more"}]')
    content = xml("PermissionSet", "<label>S</label>")
    write(
        tmp_path,
        {
            "sfdx-project.json": project,
            f"force-app/{SET}": content,
            f"more/{SET}": content,
            "more/permissionsets/Sync.permissionset": content,
        },
    )
    source = load(tmp_path)
    assert [problem.about for problem in source.problems] == [{"Sync"}, {"Sync"}]
    for problem in source.problems:
        assert "permission set Sync is declared twice; first in" in problem.message
        assert problem.remedy


@pytest.mark.parametrize(
    ("name", "content", "message", "about"),
    [
        (
            "objects/Region__c/fields/X__c.field-meta.xml",
            xml("CustomField", "<fullName>X__c</fullName><type>Txt</type>"),
            "field X__c has the type 'Txt', which is not modelled.",
            "Region__c",
        ),
        (
            "objects/Region__c/fields/X__c.field-meta.xml",
            xml("CustomField", "<fullName>Y__c</fullName><type>Text</type>"),
            "the file is named X__c, but holds Y__c.",
            "Region__c",
        ),
        (
            "objects/Region__c/fields/X__c.field-meta.xml",
            xml("CustomField", "<fullName>X__c</fullName><length>many</length><type>Text</type>"),
            "<length> is 'many', which is no number.",
            "Region__c",
        ),
        (
            "objects/Region__c/fields/X__c.field-meta.xml",
            xml("CustomField", "<fullName>X__c</fullName><required>ja</required><type>Text</type>"),
            "<required> is 'ja', which is no boolean.",
            "Region__c",
        ),
        (
            "objects/Region__c/fields/X__c.field-meta.xml",
            xml("CustomField", "<fullName>X__c</fullName><type>Lookup</type>"),
            "field X__c refers to no object.",
            "Region__c",
        ),
        (
            OBJECT,
            xml("CustomObject", "<sharingModel>Secret</sharingModel>"),
            "<sharingModel> is 'Secret', which is not modelled.",
            "Region__c",
        ),
        (
            "objects/Region__c.object",
            xml("CustomObject", "<fields><type>Text</type></fields>"),
            "<fields> of Region__c has no name.",
            "Region__c",
        ),
        (
            "sharingRules/Region__c.sharingRules-meta.xml",
            xml("SharingRules", "<sharingMoonRules><fullName>X</fullName></sharingMoonRules>"),
            "<sharingMoonRules> is not modelled, and could change access.",
            "Region__c",
        ),
        (
            "permissionsets/Sync/Sync.moonAccess-meta.xml",
            xml("PermissionSet", ""),
            "is a part of a permission set of a kind (moonAccess) that is not modelled.",
            "Sync.moonAccess",
        ),
    ],
)
def test_error_outside_containers_names_file_and_what_it_taints(
    load_files: Loader, name: str, content: str, message: str, about: str
) -> None:
    problem = the_problem(load_files({name: content}))
    assert problem.message == message
    assert problem.remedy
    assert problem.path.endswith(name)
    assert problem.about == {about.removesuffix(".moonAccess")}


def test_object_declared_with_two_sharing_models_is_an_error(load_files: Loader) -> None:
    source = load_files(
        {
            OBJECT: xml("CustomObject", "<sharingModel>Private</sharingModel>"),
            "more/objects/Region__c/Region__c.object-meta.xml": xml(
                "CustomObject", "<sharingModel>Read</sharingModel>"
            ),
        }
    )
    problem = the_problem(source)
    assert "Region__c has the sharingModel" in problem.message
    assert problem.about == {"Region__c"}


def test_field_declared_twice_is_an_error(load_files: Loader) -> None:
    source = load_files(
        {
            "objects/Region__c/fields/Code__c.field-meta.xml": REQUIRED,
            "more/objects/Region__c/fields/Code__c.field-meta.xml": REQUIRED,
        }
    )
    assert the_problem(source).message.startswith("Region__c.Code__c is declared twice; first in ")
    assert the_problem(source).about == {"Region__c"}


def test_package_directory_outside_the_project_is_not_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/sfdx-project.json": (
                '{"packageDirectories": [{"path": "../b"}, {"path": "gone"}, {"path": "in"}]}'
            ),
            "a/in/" + SET: xml("PermissionSet", ""),
            "b/permissionsets/Other.permissionset-meta.xml": xml("PermissionSet", ""),
        },
    )
    source = load(tmp_path / "a")
    assert list(source.permission_sets) == ["Sync"]
    outside, gone = source.problems
    assert "lies outside the project" in outside.message
    assert "does not exist" in gone.message
    assert gone.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no metadata that is read"),
        ({"sfdx-project.json": "{"}, "cannot be read as JSON"),
        ({"sfdx-project.json": "[" * 100_000}, "cannot be read as JSON"),
        ({"sfdx-project.json": "[]"}, "has no usable packageDirectories"),
        ({"sfdx-project.json": '{"packageDirectories": [{"path": 1}]}'}, "has no usable packageDirectories"),
        ({"readme.md": "hello"}, "no metadata that is read"),
    ],
)
def test_no_source_at_all_is_a_source_error(tmp_path: Path, files: dict[str, str], message: str) -> None:
    write(tmp_path, files)
    with pytest.raises(SourceError, match=message):
        load(tmp_path)


def test_missing_folder_and_no_folder_are_source_errors(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="No source is named"):
        load_many(())
