"""Real projects load, with the problems that they have and no others; what is read equals a recount."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pytest_sfintegration.sfdx.model import ContainerKind, PermissionContainer, Severity, Source
from pytest_sfintegration.sfdx.project import SourceError, load, load_many

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CORPORA = SHARED / "corpora"
SNAPSHOTS = CORPORA / "sdr-snapshots" / "test" / "snapshot" / "sampleProjects"
pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the reference material (../shared) is not at hand"
)

# the errors: unresolved group members, and sharing sets (about their profiles only)
# project -> (permission sets, profiles, errors, warnings by their first words)
PROJECTS: dict[str, tuple[int, int, int, dict[str, int]]] = {
    "apex-recipes": (9, 0, 0, {}),
    "desnz-prs": (4, 10, 1, {"field": 14, "object": 3, "Unknown": 2, "the": 1}),
    "easy-spaces-lwc": (2, 0, 0, {"the": 1}),
    "ebikes-lwc": (1, 0, 0, {}),
    "ebikes-lwc/guest-profile-metadata": (0, 1, 0, {"field": 4, "object": 3}),
    "muting-handmade": (3, 1, 2, {}),
    "nebula-logger": (7, 0, 0, {"the": 1}),
    "pmm": (6, 0, 1, {"the": 2}),
    "sf-decomposer/fixtures": (2, 1, 0, {"object": 3}),
}
RECOUNTED = [*PROJECTS, *(
    f"sdr-snapshots/test/snapshot/sampleProjects/{name}/originalMdapi"
    for name in ("preset-PermSet", "variant-raw-PermSet", "preset-decomposedPS2", "forceignore")
)]  # fmt: skip
FLAGS = (
    "allowCreate",
    "allowRead",
    "allowEdit",
    "allowDelete",
    "viewAllRecords",
    "modifyAllRecords",
    "viewAllFields",
)


@pytest.mark.parametrize("name", PROJECTS)
def test_project_loads_with_its_own_problems_and_no_others(name: str) -> None:
    sets, profiles, errors, warnings = PROJECTS[name]
    source = load(CORPORA / name)
    assert (len(source.permission_sets), len(source.profiles)) == (sets, profiles)
    assert sum(problem.severity is Severity.ERROR for problem in source.problems) == errors
    found = Counter(p.message.split()[0] for p in source.problems if p.severity is Severity.WARNING)
    assert found == warnings


def test_every_snapshot_loads_or_holds_no_metadata() -> None:
    folders = [
        path for path in SNAPSHOTS.rglob("*") if path.is_dir() and path.name.endswith((".expected", "Mdapi"))
    ]
    errors: Counter[str] = Counter()
    for folder in folders:
        try:
            source = load(folder)
        except SourceError:
            continue
        found = [problem for problem in source.problems if problem.severity is Severity.ERROR]
        errors.update({folder.relative_to(SNAPSHOTS).parts[0]: len(found)} if found else {})
    # two snapshots hold the whole file beside the decomposed folder: both formats, said so
    assert errors == {"preset-PermSet": 1, "preset-sharingRules": 1}


def recount(path: Path) -> dict[str, Any]:
    """Count the rights of one file by XPath, with nothing of the reader."""
    root = etree.parse(str(path)).getroot()
    text = "string(*[local-name()='{}'])"

    def entries(tag: str) -> Iterator[Any]:
        return iter(root.xpath(f"*[local-name()='{tag}']"))

    def value(entry: Any, tag: str) -> str:
        return re.sub("%%%.*?%%%", "", str(entry.xpath(text.format(tag))))

    objects = {
        value(entry, "object").casefold(): tuple(value(entry, flag) == "true" for flag in FLAGS)
        for entry in entries("objectPermissions")
    }
    fields = {
        value(entry, "field").casefold(): (
            value(entry, "readable") == "true",
            value(entry, "editable") == "true",
        )
        for entry in entries("fieldPermissions")
    }
    users = {value(e, "name").casefold() for e in entries("userPermissions") if value(e, "enabled") == "true"}
    classes = {value(e, "apexClass") for e in entries("classAccesses") if value(e, "enabled") == "true"}
    return {
        "objects": {name: flags for name, flags in objects.items() if any(flags)},
        "fields": {name: flags for name, flags in fields.items() if any(flags)},
        "users": users,
        "classes": classes,
    }


def counted(container: PermissionContainer) -> dict[str, Any]:
    return {
        "objects": {
            name.casefold(): (p.create, p.read, p.edit, p.delete, p.view_all, p.modify_all, p.view_all_fields)
            for name, p in container.objects.items()
        },
        "fields": {
            f"{name}.{field}".casefold(): (permission.read, permission.edit)
            for name, fields in container.fields.items()
            for field, permission in fields.items()
        },
        "users": {name.casefold() for name in container.user_permissions},
        "classes": set(container.setup_entities.get("ApexClass", ())),
    }


@pytest.mark.parametrize("name", RECOUNTED)
def test_rights_of_every_container_equal_an_independent_recount(name: str) -> None:
    source = load(CORPORA / name)
    containers = [
        *source.profiles.values(),
        *source.permission_sets.values(),
        *source.muting_permission_sets.values(),
    ]
    assert containers
    for container in containers:
        assert counted(container) == recount(Path(str(container.path))), container.name


def rights_of(source: Source) -> dict[str, PermissionContainer]:
    return {name: replace(each, path=None) for name, each in source.permission_sets.items()}


@pytest.mark.parametrize("preset", ["preset-PermSet", "variant-raw-PermSet", "preset-decomposedPS2"])
def test_decomposed_permission_sets_equal_whole_ones(preset: str) -> None:
    whole = rights_of(load(SNAPSHOTS / preset / "originalMdapi"))
    assert whole
    assert whole["dreamhouse"].objects
    snapshots = SNAPSHOTS / preset / "__snapshots__"
    assert rights_of(load(snapshots / "verify-md-files.expected")) == whole
    assert rights_of(load(snapshots / "verify-source-files.expected")) == whole


def test_decomposed_folder_alone_equals_the_whole_set(tmp_path: Path) -> None:
    decomposed = SNAPSHOTS / "preset-PermSet/__snapshots__/verify-source-files.expected/force-app"
    folder = next(path for path in decomposed.rglob("dreamhouse") if path.is_dir())
    (tmp_path / "permissionsets").mkdir()
    (tmp_path / "permissionsets" / "dreamhouse").symlink_to(folder)
    assert rights_of(load(tmp_path)) == rights_of(load(SNAPSHOTS / "preset-PermSet" / "originalMdapi"))


def test_decomposed_sharing_rules_equal_whole_ones(tmp_path: Path) -> None:
    def rules(source: Source) -> list[object]:
        return sorted(
            (replace(rule, path=None) for rule in source.sharing_rules), key=lambda r: (r.type, r.name)
        )

    whole = rules(load(SNAPSHOTS / "preset-sharingRules" / "originalMdapi"))
    assert len(whole) == 57
    expected = SNAPSHOTS / "preset-sharingRules/__snapshots__/verify-source-files.expected"
    (tmp_path / "sharingRules").mkdir()
    folder = next(path for path in expected.rglob("account") if path.is_dir())
    (tmp_path / "sharingRules" / "account").symlink_to(folder)
    assert rules(load(tmp_path)) == whole
    assert {rule.object for rule in load(tmp_path).sharing_rules} == {"Account"}


@pytest.mark.parametrize("project", ["customObjects-and-children", "xmlComments", "legacySuffixSupport"])
def test_metadata_api_format_equals_source_format(project: str) -> None:
    snapshots = SNAPSHOTS / project / "__snapshots__"
    source = snapshots / "verify-source-files.expected"
    if not source.is_dir():
        source = SNAPSHOTS / project / "force-app"

    def objects(root: Path) -> dict[str, object]:
        return {
            each.name: (
                replace(each, path=None, fields={}, children=()),
                {field.name: replace(field, path=None) for field in each.fields.values()},
                set(each.children),
            )
            for each in load(root, facts=False).objects.values()
        }

    assert objects(source)
    assert objects(snapshots / "verify-md-files.expected") == objects(source)


def test_namespace_tokens_stand_for_the_project_itself() -> None:
    pmm = CORPORA / "pmm"
    source = load_many([pmm, pmm / "unpackaged" / "config" / "customer_profiles"])
    assert source.namespace == "pmdm"
    profile = source.profiles["Program Management Standard User"]
    assert "Program_Management" in profile.setup_entities["TabSet"]
    assert source.permission_sets["PMDM_Community_View"].objects["Program__c"].read
    assert {rule.object for rule in source.sharing_rules} >= {"Program__c", "ServiceSession__c", "Contact"}
    assert not any(
        token in text
        for text in (*source.objects, *source.permission_sets, *profile.fields, *profile.objects)
        for token in ("%%%", "___")
    )
    errors = [problem for problem in source.problems if problem.severity is Severity.ERROR]
    assert [problem.about for problem in errors] == [{"customer community plus user"}]  # a sharing set


def test_muting_set_mutes_only_what_is_true_and_names_are_the_models() -> None:
    source = load(CORPORA / "muting-handmade")
    muting = source.muting_permission_sets["No_Restore"]
    assert muting.kind is ContainerKind.MUTING
    assert set(muting.objects) == {"Account", "Case", "Pricebook2"}
    assert not muting.objects["Pricebook2"].read
    assert muting.fields["Account"]["AnnualRevenue"].edit
    assert not muting.fields["Account"]["AnnualRevenue"].read
    assert muting.user_permissions == {"ModifyAllData"}
    profile = source.profiles["Integration Base"]
    assert profile.license == "Salesforce Integration"
    assert profile.custom
    group = source.permission_set_groups["Backup_Only"]
    assert (group.permission_sets, group.muting_permission_sets) == (("Backup", "Reader"), ("No_Restore",))
    assert {name for problem in source.problems for name in problem.about} == {"Missing_Members"}


def test_custom_objects_of_a_large_project_are_described_whole() -> None:
    source = load(CORPORA / "nebula-logger")
    log, entry = source.objects["Log__c"], source.objects["LogEntry__c"]
    assert log.sharing_model == "Private"
    assert ("LogEntry__c", "Log__c", "LogEntries__r") in log.children
    master = entry.fields["Log__c"]
    assert (master.master_detail, master.nillable, master.permissionable) == (True, False, False)
    assert (master.relationship_name, master.child_relationship_name) == ("Log__r", "LogEntries__r")
    assert "OwnerId" in log.fields
    assert "OwnerId" not in entry.fields
    assert "Log__Share" in source.objects
    assert "LogEntry__Share" not in source.objects
    total = log.fields["TotalLogEntries__c"]
    assert (total.calculated, total.createable, total.updateable, total.permissionable) == (
        True,
        False,
        False,
        True,
    )


def test_every_name_a_container_uses_is_in_the_model() -> None:
    for name in PROJECTS:
        source = load(CORPORA / name)
        for container in (*source.profiles.values(), *source.permission_sets.values()):
            assert container.objects.keys() <= source.objects.keys()
            for object_name, fields in container.fields.items():
                assert fields.keys() <= source.objects[object_name].fields.keys()
            assert container.user_permissions <= source.user_permissions


def test_recorded_dependency_texts_are_ours() -> None:
    cases = json.loads((SHARED / "wire" / "cases.json").read_text())
    texts = {
        case["id"]: case["response"]["body"]["problem"] for case in cases if case["id"].startswith("deploy.")
    }
    assert texts["deploy.dep.create_read"] == (
        "Permission Create Chain_Anchor__b depends on permission(s): Read Chain_Anchor__b"
    )
    assert texts["deploy.required_field"] == "You cannot deploy to a required field: X__c.Req__c"
    assert texts["deploy.unknown_perm"] == "Unknown user permission: CreateAuditFields"
