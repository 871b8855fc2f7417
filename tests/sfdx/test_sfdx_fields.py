import pytest
from sfdx_sources import Loader, xml

from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectKind
from pytest_sfintegration.sfdx.project import load

OBJECT = xml(
    "CustomObject", "<label>Site</label><pluralLabel>Sites</pluralLabel><sharingModel>Read</sharingModel>"
)


def field(load_files: Loader, body: str, object_name: str = "Site__c") -> FieldDef:
    source = load_files(
        {
            f"objects/{object_name}/{object_name}.object-meta.xml": OBJECT,
            f"objects/{object_name}/fields/X__c.field-meta.xml": xml(
                "CustomField", f"<fullName>X__c</fullName>{body}"
            ),
        }
    )
    assert source.problems == ()
    return source.objects[object_name].fields["X__c"]


@pytest.mark.parametrize(
    ("declared", "type_", "length"),
    [
        ("<length>40</length><type>Text</type>", "string", 40),
        ("<length>9000</length><type>LongTextArea</type>", "textarea", 9000),
        ("<type>Html</type>", "textarea", 32768),
        ("<type>TextArea</type>", "textarea", 255),
        ("<type>Checkbox</type>", "boolean", 0),
        ("<type>Currency</type>", "currency", 0),
        ("<type>Date</type>", "date", 0),
        ("<type>DateTime</type>", "datetime", 0),
        ("<type>Time</type>", "time", 0),
        ("<type>Email</type>", "email", 80),
        ("<type>Number</type>", "double", 0),
        ("<type>Percent</type>", "percent", 0),
        ("<type>Phone</type>", "phone", 40),
        ("<type>Url</type>", "url", 255),
        ("<type>Picklist</type>", "picklist", 255),
        ("<type>MultiselectPicklist</type>", "multipicklist", 4099),
        ("<length>100</length><type>EncryptedText</type>", "encryptedstring", 100),
        ("<type>AutoNumber</type>", "string", 30),
        ("<type>Location</type>", "location", 0),
        ("<type>Lookup</type><referenceTo>Account</referenceTo>", "reference", 18),
        ("<type>Hierarchy</type>", "reference", 18),
        ("<type>MetadataRelationship</type><referenceTo>EntityDefinition</referenceTo>", "reference", 18),
    ],
)
def test_metadata_type_becomes_the_describe_type(
    load_files: Loader, declared: str, type_: str, length: int
) -> None:
    found = field(load_files, declared)
    assert (found.type, found.length, found.custom, found.known) == (type_, length, True, True)


@pytest.mark.parametrize(
    ("declared", "createable", "updateable", "nillable", "defaulted", "permissionable"),
    [
        ("<type>Text</type>", True, True, True, False, True),
        ("<required>true</required><type>Text</type>", True, True, False, False, False),
        ("<type>Checkbox</type><defaultValue>false</defaultValue>", True, True, False, True, True),
        ("<type>Text</type><formula>Name</formula>", False, False, True, False, True),
        ("<type>AutoNumber</type>", False, False, False, True, True),
        ("<type>Location</type>", False, False, True, False, True),
        ("<type>Lookup</type><referenceTo>Account</referenceTo>", True, True, True, False, True),
        ("<type>MasterDetail</type><referenceTo>Account</referenceTo>", True, False, False, False, False),
        (
            "<type>MasterDetail</type><referenceTo>A__c</referenceTo><reparentableMasterDetail>1</reparentableMasterDetail>",
            True, True, False, False, False,
        ),
    ],
)  # fmt: skip
def test_flags_follow_the_describe(  # noqa: PLR0917
    load_files: Loader,
    declared: str,
    createable: bool,
    updateable: bool,
    nillable: bool,
    defaulted: bool,
    permissionable: bool,
) -> None:
    found = field(load_files, declared)
    assert (found.createable, found.updateable) == (createable, updateable)
    assert (found.nillable, found.defaulted_on_create) == (nillable, defaulted)
    assert found.permissionable is permissionable


def test_location_has_parts_of_its_compound(load_files: Loader) -> None:
    source = load_files(
        {
            "objects/Site__c/fields/Place__c.field-meta.xml": xml(
                "CustomField",
                "<fullName>Place__c</fullName><label>Place</label><scale>6</scale><type>Location</type>",
            )
        }
    )
    fields = source.objects["Site__c"].fields
    for part in ("Place__Latitude__s", "Place__Longitude__s"):
        assert (fields[part].type, fields[part].compound, fields[part].scale) == ("double", "Place__c", 6)
        assert fields[part].createable


def test_picklist_values_are_read_with_their_state(load_files: Loader) -> None:
    found = field(
        load_files,
        "<type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition>"
        "<value><fullName>a</fullName><default>true</default><label>A</label></value>"
        "<value><fullName>b</fullName><default>false</default><isActive>false</isActive></value>"
        "</valueSetDefinition></valueSet>",
    )
    assert [(v.value, v.label, v.default, v.active) for v in found.picklist] == [
        ("a", "A", True, True),
        ("b", "b", False, False),
    ]
    assert found.restricted_picklist
    assert found.defaulted_on_create


def test_picklist_takes_the_values_of_its_global_value_set(load_files: Loader) -> None:
    source = load_files(
        {
            "objects/Site__c/fields/X__c.field-meta.xml": xml(
                "CustomField",
                "<fullName>X__c</fullName><type>Picklist</type><valueSet><valueSetName>Sizes</valueSetName></valueSet>",
            ),
            "globalValueSets/Sizes.globalValueSet-meta.xml": xml(
                "GlobalValueSet", "<customValue><fullName>S</fullName><default>true</default></customValue>"
            ),
        }
    )
    assert source.problems == ()
    assert [value.value for value in source.objects["Site__c"].fields["X__c"].picklist] == ["S"]


def test_roll_up_has_the_type_of_what_it_sums(load_files: Loader) -> None:
    source = load_files(
        {
            "objects/Site__c/fields/Total__c.field-meta.xml": xml(
                "CustomField",
                "<fullName>Total__c</fullName><summarizedField>Visit__c.Cost__c</summarizedField>"
                "<summaryForeignKey>Visit__c.Site__c</summaryForeignKey><summaryOperation>sum</summaryOperation>"
                "<type>Summary</type>",
            ),
            "objects/Site__c/fields/Visits__c.field-meta.xml": xml(
                "CustomField",
                "<fullName>Visits__c</fullName><summaryOperation>count</summaryOperation><type>Summary</type>",
            ),
            "objects/Visit__c/fields/Cost__c.field-meta.xml": xml(
                "CustomField",
                "<fullName>Cost__c</fullName><precision>8</precision><scale>2</scale><type>Currency</type>",
            ),
        }
    )
    total, visits = (source.objects["Site__c"].fields[name] for name in ("Total__c", "Visits__c"))
    assert (total.type, total.precision, total.scale, total.calculated) == ("currency", 8, 2, True)
    assert (visits.type, visits.calculated, visits.updateable) == ("double", True, False)


@pytest.mark.parametrize(
    ("name", "kind", "governance", "has", "lacks"),
    [
        (
            "Site__c",
            ObjectKind.CUSTOM,
            Governance.OBJECT_PERMISSIONS,
            ["OwnerId", "Name", "LastViewedDate"],
            ["ReplayId"],
        ),
        ("Site__mdt", ObjectKind.CUSTOM_METADATA, Governance.CUSTOM_METADATA, ["DeveloperName"], ["OwnerId"]),
        (
            "Site__e",
            ObjectKind.PLATFORM_EVENT,
            Governance.OBJECT_PERMISSIONS,
            ["ReplayId"],
            ["OwnerId", "Name"],
        ),
        (
            "Site__b",
            ObjectKind.BIG_OBJECT,
            Governance.OBJECT_PERMISSIONS,
            ["CreatedDate"],
            ["OwnerId", "Name"],
        ),
        ("Site__x", ObjectKind.EXTERNAL, Governance.OBJECT_PERMISSIONS, ["ExternalId"], ["OwnerId"]),
    ],
)
def test_suffix_tells_kind_and_system_fields(  # noqa: PLR0917
    load_files: Loader, name: str, kind: ObjectKind, governance: Governance, has: list[str], lacks: list[str]
) -> None:
    known = load_files({f"objects/{name}/{name}.object-meta.xml": OBJECT}).objects[name]
    assert (known.kind, known.governance, known.known, known.sharing_model) == (
        kind,
        governance,
        True,
        "Read",
    )
    assert set(has) <= known.fields.keys()
    assert not set(lacks) & known.fields.keys()
    assert "CurrencyIsoCode" not in known.fields


def test_custom_setting_is_told_by_its_file(load_files: Loader) -> None:
    body = "<label>S</label><customSettingsType>Hierarchy</customSettingsType>"
    known = load_files({"objects/Site__c/Site__c.object-meta.xml": xml("CustomObject", body)}).objects[
        "Site__c"
    ]
    assert (known.kind, known.governance) == (ObjectKind.CUSTOM_SETTING, Governance.CUSTOM_SETTING)
    assert "SetupOwnerId" in known.fields


def test_detail_has_no_owner_and_record_types_bring_their_field(load_files: Loader) -> None:
    source = load_files(
        {
            "objects/Site__c.object": xml(
                "CustomObject",
                "<label>Site</label><nameField><label>Site No.</label><type>AutoNumber</type></nameField>"
                "<fields><fullName>Account__c</fullName><type>MasterDetail</type><referenceTo>account</referenceTo>"
                "<relationshipName>Sites</relationshipName></fields>"
                "<recordTypes><fullName>Main</fullName><active>true</active>"
                "<label>Main one</label></recordTypes>"
                "<validationRules><fullName>V</fullName><active>true</active><errorConditionFormula>TRUE"
                "</errorConditionFormula><errorDisplayField>Account__c</errorDisplayField><errorMessage>No.</errorMessage>"
                "</validationRules>",
            )
        }
    )
    assert source.problems == ()
    site = source.objects["Site__c"]
    assert "OwnerId" not in site.fields
    assert "RecordTypeId" in site.fields
    name = site.fields["Name"]
    assert (name.label, name.auto_number, name.createable, name.permissionable) == (
        "Site No.",
        True,
        False,
        False,
    )
    assert site.record_types["Main"].label == "Main one"
    assert site.validation_rules["V"].error_field == "Account__c"
    assert site.fields["Account__c"].reference_to == ("Account",)
    assert ("Site__c", "Account__c", "Sites__r") in source.objects["Account"].children
    assert "Site__Share" not in source.objects


def test_fields_of_activity_go_to_task_and_event(load_files: Loader) -> None:
    source = load_files(
        {
            "objects/Activity/fields/X__c.field-meta.xml": xml(
                "CustomField", "<fullName>X__c</fullName><type>Date</type>"
            )
        }
    )
    assert source.objects["Task"].fields["X__c"].type == "date"
    assert source.objects["Event"].fields["X__c"].type == "date"
    assert "Activity" not in source.objects


def test_custom_field_extends_the_standard_object(load_files: Loader) -> None:
    source = load_files(
        {
            "objects/account/fields/X__c.field-meta.xml": xml(
                "CustomField",
                "<fullName>X__c</fullName><type>Lookup</type><referenceTo>Contact</referenceTo>"
                "<relationshipName>Xs</relationshipName>",
            ),
            "objects/Account/fields/Name.field-meta.xml": xml(
                "CustomField", "<fullName>Name</fullName><trackHistory>true</trackHistory>"
            ),
            "objects/Account/Account.object-meta.xml": xml(
                "CustomObject", "<sharingModel>Private</sharingModel>"
            ),
        }
    )
    assert source.problems == ()
    account = source.objects["Account"]
    assert account.fields["X__c"].relationship_name == "X__r"
    assert account.fields["Name"].type == "string"
    assert str(account.fields["Name"].path).endswith("Name.field-meta.xml")
    assert "Website" in account.fields
    assert account.sharing_model == "Private"
    assert ("Account", "X__c", "Xs__r") in source.objects["Contact"].children
    assert source.objects["Contact"].sharing_model is None


def test_without_facts_only_the_source_speaks(load_files: Loader, tmp_path: object) -> None:
    load_files({"objects/Site__c/Site__c.object-meta.xml": OBJECT})
    source = load(str(tmp_path), facts=False)
    assert set(source.objects) == {"Site__c", "Site__Share"}
    assert source.user_permissions == frozenset()
