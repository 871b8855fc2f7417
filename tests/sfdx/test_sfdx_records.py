import pytest
from sfdx_sources import Loader, xml

from pytest_sfintegration.sfdx.apex import rest_mapping
from pytest_sfintegration.sfdx.model import IpRange, SharedWith


def test_profile_keeps_ip_ranges_record_types_and_its_decoded_name(load_files: Loader) -> None:
    body = """
    <custom>true</custom>
    <applicationVisibilities><application>Sales</application><default>true</default><visible>true</visible></applicationVisibilities>
    <classAccesses><apexClass>Api</apexClass><enabled>true</enabled></classAccesses>
    <classAccesses><apexClass>Off</apexClass><enabled>false</enabled></classAccesses>
    <customPermissions><enabled>true</enabled><name>Fly</name></customPermissions>
    <externalCredentialPrincipalAccesses><enabled>true</enabled><externalCredentialPrincipal>E-P</externalCredentialPrincipal></externalCredentialPrincipalAccesses>
    <externalDataSourceAccesses><enabled>true</enabled><externalDataSource>Ds</externalDataSource></externalDataSourceAccesses>
    <flowAccesses><enabled>true</enabled><flow>Onboard</flow></flowAccesses>
    <layoutAssignments><layout>Account-Account Layout</layout></layoutAssignments>
    <loginIpRanges><description>HQ</description><endAddress>10.0.0.9</endAddress><startAddress>10.0.0.1</startAddress></loginIpRanges>
    <pageAccesses><apexPage>Home</apexPage><enabled>true</enabled></pageAccesses>
    <recordTypeVisibilities><default>true</default><recordType>account.Customer</recordType><visible>true</visible></recordTypeVisibilities>
    <recordTypeVisibilities><default>false</default><recordType>Account.Other</recordType><visible>false</visible></recordTypeVisibilities>
    <tabVisibilities><tab>standard-Account</tab><visibility>Hidden</visibility></tabVisibilities>
    <userLicense>Salesforce Integration</userLicense>
    <userPermissions><enabled>true</enabled><name>APIEnabled</name></userPermissions>
    """
    source = load_files({"profiles/Sync %28EMEA%29.profile-meta.xml": xml("Profile", body)})
    assert source.problems == ()
    profile = source.profiles["Sync (EMEA)"]
    assert profile.custom
    assert profile.license == "Salesforce Integration"
    assert profile.login_ip_ranges == (IpRange(start="10.0.0.1", end="10.0.0.9", description="HQ"),)
    assert profile.record_types == {"Account.Customer"}
    assert profile.default_record_types == {"Account": "Customer"}
    assert profile.user_permissions == {"ApiEnabled"}
    assert profile.setup_entities == {
        "TabSet": {"Sales"},
        "ApexClass": {"Api"},
        "CustomPermission": {"Fly"},
        "ExternalCredentialPrincipal": {"E-P"},
        "ExternalDataSource": {"Ds"},
        "FlowDefinition": {"Onboard"},
        "ApexPage": {"Home"},
    }


def test_access_to_settings_and_metadata_types_uses_the_models_spelling(load_files: Loader) -> None:
    body = (
        "<customSettingAccesses><enabled>true</enabled><name>config__c</name></customSettingAccesses>"
        "<customMetadataTypeAccesses><enabled>true</enabled><name>Rule__mdt</name></customMetadataTypeAccesses>"
    )
    setting = "<customSettingsType>Hierarchy</customSettingsType>"
    source = load_files(
        {
            "permissionsets/S.permissionset-meta.xml": xml("PermissionSet", body),
            "objects/Config__c/Config__c.object-meta.xml": xml("CustomObject", setting),
            "objects/Rule__mdt/Rule__mdt.object-meta.xml": xml("CustomObject", "<label>Rule</label>"),
        }
    )
    assert source.problems == ()
    entities = source.permission_sets["S"].setup_entities
    assert entities == {"CustomEntityDefinition": {"Config__c", "Rule__mdt"}}


def test_roles_groups_and_queues(load_files: Loader) -> None:
    source = load_files(
        {
            "roles/EMEA.role-meta.xml": xml(
                "Role",
                "<name>EMEA Sales</name><parentRole>CEO</parentRole><caseAccessLevel>Edit</caseAccessLevel>",
            ),
            "groups/G.group": xml("Group", "<name>Gee</name><doesIncludeBosses>false</doesIncludeBosses>"),
            "queues/Q.queue-meta.xml": xml(
                "Queue",
                "<name>Cue</name><queueSobject><sobjectType>case</sobjectType></queueSobject>"
                "<queueMembers><publicGroups><publicGroup>G</publicGroup></publicGroups>"
                "<roleAndSubordinatesInternal><roleAndSubordinateInternal>EMEA</roleAndSubordinateInternal>"
                "</roleAndSubordinatesInternal><users><user>a@example.com</user></users></queueMembers>",
            ),
        }
    )
    assert source.problems == ()
    assert (source.roles["EMEA"].parent, source.roles["EMEA"].case_access) == ("CEO", "Edit")
    assert not source.groups["G"].includes_bosses
    queue = source.queues["Q"]
    assert queue.objects == ("Case",)
    assert queue.members == (
        SharedWith(kind="group", name="G"),
        SharedWith(kind="roleAndSubordinatesInternal", name="EMEA"),
    )
    assert queue.users == ("a@example.com",)


def test_sharing_rules_of_all_types(load_files: Loader) -> None:
    def rule(kind: str, name: str, body: str, to: str = "<role>R</role>") -> str:
        return (
            f"<{kind}><fullName>{name}</fullName><accessLevel>Edit</accessLevel><label>{name}</label>"
            f"<sharedTo>{to}</sharedTo>{body}</{kind}>"
        )

    item = "<criteriaItems><field>Type</field><operation>equals</operation><value>A</value></criteriaItems>"
    settings = "<accountSettings><caseAccessLevel>None</caseAccessLevel></accountSettings>"
    everybody = "<sharedFrom><allInternalUsers></allInternalUsers></sharedFrom>"
    source = load_files({
        "sharingRules/account.sharingRules-meta.xml": xml(
            "SharingRules",
            rule("sharingOwnerRules", "O", everybody + settings, "<groups>G</groups>")
            + rule("sharingCriteriaRules", "C", item * 2 + "<booleanFilter>1 OR 2</booleanFilter>")
            + rule("sharingGuestRules", "G", item + "<includeHVUOwnedRecords>false</includeHVUOwnedRecords>",
                   "<guestUser>Site</guestUser>")
            + rule("sharingTerritoryRules", "T", "<sharedFrom><territory>T</territory></sharedFrom>"),
        )
    })  # fmt: skip
    assert source.problems == ()
    rules = {rule.name: rule for rule in source.sharing_rules}
    assert [rule.type for rule in source.sharing_rules] == ["owner", "criteria", "guest", "territory"]
    assert {rule.object for rule in source.sharing_rules} == {"Account"}
    assert rules["O"].shared_to == SharedWith(kind="group", name="G")
    assert rules["O"].shared_from == SharedWith(kind="allInternalUsers")
    assert rules["O"].account_settings == {"caseAccessLevel": "None"}
    assert len(rules["C"].criteria) == 2
    assert rules["C"].boolean_filter == "1 OR 2"
    assert rules["T"].shared_from == SharedWith(kind="territory", name="T")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<sharedTo><moon>M</moon></sharedTo>", "<moon> in sharing rule X is not modelled"),
        ("<sharedTo><role></role></sharedTo>", "<role> in sharing rule X is empty"),
        ("<sharedTo><role>A</role><role>B</role></sharedTo>", "<sharedTo> of sharing rule X names 2 members"),
        ("", "sharing rule X shares with nobody that is modelled"),
        (
            "<sharedTo><role>A</role></sharedTo><tide>high</tide>",
            "<tide> within sharing rule X is not modelled",
        ),
    ],
)
def test_sharing_rule_that_is_not_understood_is_an_error_about_the_object(
    load_files: Loader, body: str, message: str
) -> None:
    content = (
        f"<sharingOwnerRules><fullName>X</fullName><accessLevel>Read</accessLevel>{body}</sharingOwnerRules>"
    )
    source = load_files({"sharingRules/account.sharingRules-meta.xml": xml("SharingRules", content)})
    problem = source.problems[0]
    assert message in problem.message
    assert problem.line == 3
    assert "Account" in problem.about
    assert problem.remedy


def test_restriction_rule_custom_permission_and_connected_app(load_files: Loader) -> None:
    source = load_files(
        {
            "restrictionRules/R.rule-meta.xml": xml(
                "RestrictionRule",
                "<active>true</active><enforcementType>Restrict</enforcementType><masterLabel>R</masterLabel>"
                "<recordFilter>Type = 'A'</recordFilter><targetEntity>task</targetEntity>"
                "<userCriteria>$User.IsActive = true</userCriteria><version>1</version>",
            ),
            "moderation/S.rule-meta.xml": xml("ModerationRule", ""),
            "customPermissions/P.customPermission-meta.xml": xml(
                "CustomPermission",
                "<isLicensed>false</isLicensed><label>P</label><requiredPermission>"
                "<customPermission>Q</customPermission><dependency>true</dependency></requiredPermission>",
            ),
            "connectedApps/Erp.connectedApp-meta.xml": xml(
                "ConnectedApp",
                "<contactEmail>a@example.com</contactEmail><label>ERP</label><oauthConfig><consumerKey>key</consumerKey>"
                "<isAdminApproved>true</isAdminApproved><scopes>Api</scopes><scopes>RefreshToken</scopes></oauthConfig>"
                "<oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation></oauthPolicy>"
                "<permissionSetName>Sync</permissionSetName><profileName>Admin</profileName>",
            ),
        }
    )
    assert [
        "permission set Sync, which is not in the source" in each.message for each in source.problems
    ] == [True]
    rule = source.restriction_rules[0]
    assert (rule.object, rule.active, rule.record_filter) == ("Task", True, "Type = 'A'")
    assert source.custom_permissions["P"].required == ("Q",)
    app = source.connected_apps["Erp"]
    assert (app.scopes, app.consumer_key, app.admin_approved_only) == (("Api", "RefreshToken"), "key", True)
    assert (app.permission_sets, app.profiles, app.ip_relaxation) == (("Sync",), ("Admin",), "ENFORCE")


def test_apex_and_flows_are_known_by_name(load_files: Loader) -> None:
    source = load_files(
        {
            "classes/Billing.cls": "@restResource( urlMapping = '/billing/v1/*')\nglobal class Billing {}",
            "classes/Billing.cls-meta.xml": xml("ApexClass", "<status>Active</status>"),
            "classes/Plain.cls": "// @RestResource(urlMapping='/no')\nclass Plain { String s = '//'; }",
            "flows/Onboard.flow-meta.xml": "this is not read",
            "flows/Old-3.flow": "this is not read",
        }
    )
    assert source.problems == ()
    assert source.apex_classes == {"Billing", "Plain"}
    assert source.apex_rest == {"/billing/v1/*": "Billing"}
    assert source.flows == {"Onboard", "Old"}


def test_rest_mapping_after_a_string_that_looks_like_a_comment() -> None:
    assert rest_mapping(b"class A { String s = '/*'; } @RestResource(urlMapping='/x') class B {}") == "/x"
    assert rest_mapping(b"/* @RestResource(urlMapping='/x') */ class B {}") is None
