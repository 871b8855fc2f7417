from pathlib import Path

import pytest
from sfdx_sources import (
    GROUP,
    OBJECT,
    PROJECT,
    REGION,
    REQUIRED,
    SET,
    Loader,
    field_rights,
    rights,
    the_problem,
    write,
    xml,
)

from pytest_sfintegration.sfdx.model import Governance, Severity
from pytest_sfintegration.sfdx.project import SourceError, load, load_many


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


def test_two_labels_of_an_object_are_no_error(load_files: Loader) -> None:
    other = "more/objects/Region__c/Region__c.object-meta.xml"
    source = load_files({OBJECT: REGION, other: xml("CustomObject", "<label>Area</label>")})
    assert source.problems == ()


def test_record_declared_twice_is_an_error_about_it(load_files: Loader) -> None:
    role = xml("Role", "<name>R</name>")
    source = load_files({"a/roles/R.role-meta.xml": role, "b/roles/R.role-meta.xml": role})
    problem = the_problem(source)
    assert problem.message.startswith("Role R is declared twice; first in ")
    assert problem.path.endswith("b/roles/R.role-meta.xml")
    assert problem.about == {"R"}


def test_sharing_rules_declared_twice_are_one_error_about_the_object(load_files: Loader) -> None:
    rule = (
        "<sharingOwnerRules><fullName>X</fullName><accessLevel>Read</accessLevel>"
        "<sharedTo><role>R</role></sharedTo></sharingOwnerRules>"
    )
    content = xml("SharingRules", rule)
    source = load_files(
        {
            "a/sharingRules/account.sharingRules-meta.xml": content,
            "b/sharingRules/Account.sharingRules-meta.xml": content,
        }
    )
    assert len(source.sharing_rules) == 1
    assert the_problem(source).message.startswith("1 sharing rules of Account, such as X, are declared twice")
    assert "Account" in the_problem(source).about


def test_sharing_set_taints_its_profiles_and_field_restriction_rule_its_object(load_files: Loader) -> None:
    source = load_files(
        {
            "profiles/Partner.profile-meta.xml": xml("Profile", "<custom>true</custom>"),
            "sharingSets/S.sharingSet-meta.xml": xml(
                "SharingSet", "<name>S</name><profiles>partner</profiles>"
            ),
            "fieldRestrictionRules/F.rule-meta.xml": xml("FieldRestrictionRule", ""),
        }
    )
    rule, sharing_set = source.problems
    assert "field restriction rule, which is not modelled" in rule.message
    assert "sharing set S is not modelled" in sharing_set.message
    assert sharing_set.line == 2
    assert "Partner" in sharing_set.about


def test_object_permissions_on_an_unknown_standard_object_prove_that_it_has_them(load_files: Loader) -> None:
    body = rights("AssetAction", "allowRead") + field_rights("QuickText.Message")
    objects = load_files({SET: xml("PermissionSet", body)}).objects
    assert objects["AssetAction"].governance is Governance.OBJECT_PERMISSIONS
    assert objects["QuickText"].governance is Governance.NOT_MODELLED


def test_api_version_is_the_projects_or_the_manifests(load_files: Loader, tmp_path: Path) -> None:
    assert load_files({SET: xml("PermissionSet", "")}).api_version == "62.0"
    manifest = xml("Package", "<version>61.0</version>")
    write(
        tmp_path / "api",
        {"package.xml": manifest, "permissionsets/S.permissionset": xml("PermissionSet", "")},
    )
    assert load(tmp_path / "api").api_version == "61.0"


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
