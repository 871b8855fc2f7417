"""A small project, an org built from it, and a client that speaks REST to it without sockets."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.sfdx.model import FieldPermission, ObjectPermission, Role, Source
from pytest_sfintegration.sfdx.project import load

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
INTEGRATION = "integration@embedded.example"
STRANGER = "stranger@embedded.example"
BUILT = datetime(2020, 8, 14, 20, 53, 2, tzinfo=UTC)


def _xml(kind: str, body: str) -> str:
    return f"{_HEAD}<{kind} {_XMLNS}>{body}</{kind}>\n"


def _field(name: str, kind: str, body: str = "") -> str:
    return _xml(
        "CustomField",
        f"<fullName>{name}</fullName><label>{name[:-3]}</label><type>{kind}</type>{body}",
    )


def _object(label: str, sharing: str, name_field: str = "") -> str:
    name = name_field or f"<nameField><label>{label} Name</label><type>Text</type></nameField>"
    return _xml(
        "CustomObject",
        f"<label>{label}</label><pluralLabel>{label}s</pluralLabel>{name}<sharingModel>{sharing}</sharingModel>"
        "<deploymentStatus>Deployed</deploymentStatus>",
    )


def _rights(name: str, *, create: bool = False, edit: bool = False, delete: bool = False) -> str:
    flags = {
        "allowCreate": create,
        "allowDelete": delete,
        "allowEdit": edit,
        "allowRead": True,
        "modifyAllRecords": False,
        "viewAllRecords": False,
    }
    return (
        "<objectPermissions>"
        + "".join(f"<{key}>{str(value).lower()}</{key}>" for key, value in flags.items())
        + f"<object>{name}</object></objectPermissions>"
    )


def _fls(name: str, *, edit: bool) -> str:
    return (
        f"<fieldPermissions><editable>{str(edit).lower()}</editable><field>{name}</field>"
        "<readable>true</readable></fieldPermissions>"
    )


_PROPERTY_FIELDS = {
    "Ext__c": _field(
        "Ext__c", "Text", "<length>40</length><externalId>true</externalId><unique>false</unique>"
    ),
    "Code__c": _field(
        "Code__c", "Text", "<length>10</length><externalId>true</externalId><unique>true</unique>"
    ),
    "Price__c": _field("Price__c", "Currency", "<precision>18</precision><scale>2</scale>"),
    "Secret__c": _field("Secret__c", "Text", "<length>40</length>"),
    "Note__c": _field("Note__c", "Text", "<length>40</length>"),
    "Kind__c": _field(
        "Kind__c",
        "Picklist",
        "<valueSet><restricted>true</restricted><valueSetDefinition><sorted>false</sorted>"
        "<value><fullName>House</fullName><default>true</default><label>House</label></value>"
        "<value><fullName>Flat</fullName><default>false</default><label>Flat</label></value>"
        "</valueSetDefinition></valueSet>",
    ),
    "Double__c": _field(
        "Double__c", "Currency", "<precision>18</precision><scale>2</scale><formula>Price__c * 2</formula>"
    ),
    "Account__c": _field(
        "Account__c",
        "Lookup",
        "<referenceTo>Account</referenceTo><relationshipName>Properties</relationshipName>"
        "<relationshipLabel>Properties</relationshipLabel>",
    ),
}
_OBJECTS = "force-app/main/default/objects"
_FILES: Mapping[str, str] = {
    "sfdx-project.json": json.dumps(
        {"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "62.0"}
    ),
    f"{_OBJECTS}/Property__c/Property__c.object-meta.xml": _object("Property", "Private"),
    **{
        f"{_OBJECTS}/Property__c/fields/{name}.field-meta.xml": text
        for name, text in _PROPERTY_FIELDS.items()
    },
    f"{_OBJECTS}/Viewing__c/Viewing__c.object-meta.xml": _object(
        "Viewing",
        "ControlledByParent",
        "<nameField><displayFormat>V-{0000}</displayFormat><label>Viewing</label><type>AutoNumber</type></nameField>",
    ),
    f"{_OBJECTS}/Viewing__c/fields/Property__c.field-meta.xml": _field(
        "Property__c",
        "MasterDetail",
        "<referenceTo>Property__c</referenceTo><relationshipName>Viewings</relationshipName>"
        "<relationshipLabel>Viewings</relationshipLabel><relationshipOrder>0</relationshipOrder>"
        "<reparentableMasterDetail>false</reparentableMasterDetail>"
        "<writeRequiresMasterRead>false</writeRequiresMasterRead>",
    ),
    f"{_OBJECTS}/Guarded__c/Guarded__c.object-meta.xml": _object("Guarded", "ReadWrite"),
    f"{_OBJECTS}/Guarded__c/validationRules/Never.validationRule-meta.xml": _xml(
        "ValidationRule",
        "<fullName>Never</fullName><active>true</active>"
        "<errorConditionFormula>TRUE</errorConditionFormula><errorMessage>no</errorMessage>",
    ),
    f"{_OBJECTS}/Hidden__c/Hidden__c.object-meta.xml": _object("Hidden", "ReadWrite"),
    f"{_OBJECTS}/VS_Setting__mdt/VS_Setting__mdt.object-meta.xml": _xml(
        "CustomObject",
        "<label>VS Setting</label><pluralLabel>VS Settings</pluralLabel><visibility>Public</visibility>",
    ),
    f"{_OBJECTS}/VS_Setting__mdt/fields/X__c.field-meta.xml": _field(
        "X__c", "Number", "<precision>18</precision><scale>0</scale>"
    ),
    "force-app/main/default/permissionsets/Sync.permissionset-meta.xml": _xml(
        "PermissionSet",
        _fls("Contact.Email", edit=False)
        + _fls("Contact.Phone", edit=True)
        + _fls("Property__c.Account__c", edit=True)
        + _fls("Property__c.Code__c", edit=True)
        + _fls("Property__c.Ext__c", edit=True)
        + _fls("Property__c.Note__c", edit=False)
        + _fls("Property__c.Price__c", edit=True)
        + "<hasActivationRequired>false</hasActivationRequired><label>Sync</label>"
        + _rights("Account")
        + _rights("Contact")
        + _rights("Property__c", create=True, edit=True, delete=True)
        + _rights("Viewing__c", create=True, edit=True, delete=True),
    ),
    "force-app/main/default/permissionsets/Extra.permissionset-meta.xml": _xml(
        "PermissionSet",
        _fls("Property__c.Secret__c", edit=True)
        + "<hasActivationRequired>false</hasActivationRequired><label>Extra</label>"
        + _rights("Property__c", create=True, edit=True),
    ),
    "force-app/main/default/permissionsetgroups/Both.permissionsetgroup-meta.xml": _xml(
        "PermissionSetGroup",
        "<label>Both</label><mutingPermissionSets>Both_Muting</mutingPermissionSets>"
        "<permissionSets>Extra</permissionSets><permissionSets>Sync</permissionSets><status>Updated</status>",
    ),
    "force-app/main/default/mutingpermissionsets/Both_Muting.mutingpermissionset-meta.xml": _xml(
        "MutingPermissionSet",
        _fls("Property__c.Secret__c", edit=True).replace("<readable>true", "<readable>false")
        + "<label>Both Muting</label>",
    ),
    "force-app/main/default/profiles/Office.profile-meta.xml": _xml(
        "Profile",
        "<custom>true</custom><loginIpRanges><description>office</description>"
        "<endAddress>10.0.0.255</endAddress><startAddress>10.0.0.0</startAddress></loginIpRanges>"
        "<userLicense>Salesforce</userLicense>"
        "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
    ),
    "force-app/main/default/profiles/Nobody.profile-meta.xml": _xml(
        "Profile", "<custom>true</custom><userLicense>Salesforce</userLicense>"
    ),
    "force-app/main/default/classes/LeanDataAPI.cls": (
        "@RestResource(urlMapping='/X/*')\nglobal class LeanDataAPI { @HttpGet global static String "
        "get() { return ''; } }\n"
    ),
    "force-app/main/default/classes/LeanDataAPI.cls-meta.xml": _xml(
        "ApexClass", "<apiVersion>62.0</apiVersion><status>Active</status>"
    ),
}


@pytest.fixture(scope="session")
def write_files() -> Callable[[Path, Mapping[str, str]], Path]:
    def write(root: Path, files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture(scope="session")
def source(
    tmp_path_factory: pytest.TempPathFactory, write_files: Callable[[Path, Mapping[str, str]], Path]
) -> Source:
    loaded = load(write_files(tmp_path_factory.mktemp("project"), _FILES))
    assert not loaded.problems, [str(each) for each in loaded.problems]
    return loaded


@dataclass(frozen=True, kw_only=True)
class Client:
    """REST calls of one user."""

    org: EmbeddedOrg
    username: str = SETUP_USERNAME
    version: str = "62.0"
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **params: str) -> Response:
        headers = {"authorization": f"Bearer {self.org.login_token(self.username)}", **self.headers}
        if body is not None:
            headers.setdefault("content-type", "application/json")
        return self.org.handle(
            Request(
                method=method,
                path=f"/services/data/v{self.version}{path}",
                query=urlencode(params),
                headers=headers,
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )

    def create(self, name: str, **values: Any) -> str:
        response = self("POST", f"/sobjects/{name}", values)
        assert response.status == 201, response.payload
        record_id: str = response.payload["id"]
        return record_id

    def query(self, text: str) -> list[dict[str, Any]]:
        response = self("GET", "/query", q=text)
        assert response.status == 200, response.payload
        records: list[dict[str, Any]] = response.payload["records"]
        return records

    @property
    def user_id(self) -> str:
        person = self.org.world.people.by_username(self.username)
        assert person is not None
        return person.id


USERS = (
    UserSpec(
        username=INTEGRATION,
        profile="Minimum Access - API Only Integrations",
        permission_sets=("Sync",),
        permission_set_licenses=("SalesforceAPIIntegrationPsl",),
        password="secret-1",
        security_token="TOKEN",
    ),
    UserSpec(username=STRANGER, profile="Nobody", password="secret-2"),
)


@pytest.fixture(scope="session")
def hierarchy(source: Source) -> Callable[..., EmbeddedOrg]:
    """Build an org whose roles East and West are below Boss.

    ``users``: username -> role; they hold Sync, which gives ``rights`` (those on Property__c unless told) on
    each object of ``sharing``: object -> organization-wide default.
    """
    sync = source.permission_sets["Sync"]
    roles = {
        "Boss": Role(name="Boss", label="b"),
        "East": Role(name="East", label="e", parent="Boss"),
        "West": Role(name="West", label="w", parent="Boss"),
    }

    def build(
        users: Mapping[str, str],
        sharing: Mapping[str, str],
        *,
        rights: ObjectPermission = sync.objects["Property__c"],
        fields: Mapping[str, Mapping[str, FieldPermission]] | None = None,
        **more: Any,
    ) -> EmbeddedOrg:
        objects = {
            name: replace(each, sharing_model=sharing.get(name, each.sharing_model))
            for name, each in source.objects.items()
        }
        held = replace(
            sync,
            objects={**sync.objects, **dict.fromkeys(sharing, rights)},
            fields={**sync.fields, **(fields or {})},
        )
        people = [
            UserSpec(username=name, profile="Office", permission_sets=("Sync",), role=role)
            for name, role in users.items()
        ]
        sets = {**source.permission_sets, "Sync": held}
        return EmbeddedOrg(
            replace(source, objects=objects, permission_sets=sets, roles=roles), people, **more
        )

    return build


@pytest.fixture
def org(source: Source) -> EmbeddedOrg:
    return EmbeddedOrg(source, USERS, now=lambda: BUILT)


@pytest.fixture
def setup(org: EmbeddedOrg) -> Client:
    return Client(org=org)


@pytest.fixture
def integration(org: EmbeddedOrg) -> Client:
    return Client(org=org, username=INTEGRATION)


@pytest.fixture
def make_client() -> type[Client]:
    return Client
