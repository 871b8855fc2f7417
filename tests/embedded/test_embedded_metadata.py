"""describeMetadata() and listMetadata(): read by the published WSDL, compared with the files of projects."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
import requests
import simple_salesforce
import zeep

from pytest_sfintegration.embedded.adapter import mount
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, OrganizationSpec, UserSpec
from pytest_sfintegration.embedded.wire import Request
from pytest_sfintegration.sfdx.project import load

WSDL = Path(simple_salesforce.__file__).parent / "metadata.wsdl"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
API_ONLY = "Minimum Access - API Only Integrations"
# Metadata type -> folder and suffix in a project of source format, and how a name is made from a path.
FILES: Mapping[str, str] = {
    "ApexClass": "**/classes/**/*.cls",
    "CustomField": "**/objects/*/fields/*.field-meta.xml",
    "CustomPermission": "**/customPermissions/**/*.customPermission-meta.xml",
    "Flow": "**/flows/**/*.flow-meta.xml",
    "Group": "**/groups/**/*.group-meta.xml",
    "PermissionSet": "**/permissionsets/**/*.permissionset-meta.xml",
    "PermissionSetGroup": "**/permissionsetgroups/**/*.permissionsetgroup-meta.xml",
    "Profile": "**/profiles/**/*.profile-meta.xml",
    "Queue": "**/queues/**/*.queue-meta.xml",
    "RecordType": "**/objects/*/recordTypes/*.recordType-meta.xml",
    "Role": "**/roles/**/*.role-meta.xml",
    "ValidationRule": "**/objects/*/validationRules/*.validationRule-meta.xml",
}
OF_OBJECTS = {"CustomField", "RecordType", "ValidationRule"}
BUILT_IN_PROFILES = {"Admin", API_ONLY}
CORPORA = ("easy-spaces-lwc", "nebula-logger", "apex-recipes", "desnz-prs")
MANIFESTS = ("preset-sharingRules", "sharingRules", "preset-PermSet", "customObjects-and-children")


@cache
def published() -> zeep.Client:
    """Read the WSDL once; whoever speaks next mounts his org on the session."""
    transport = zeep.Transport(session=requests.Session())
    return zeep.Client(str(WSDL), transport=transport, settings=zeep.Settings(strict=True))


class Api:
    """Metadata API as zeep speaks it from the published WSDL, which is strict about order and presence."""

    def __init__(self, org: EmbeddedOrg, username: str = SETUP_USERNAME) -> None:
        client = published()
        mount(client.transport.session, org)
        self._service = client.create_service(
            f"{{{NAMESPACE}}}MetadataBinding", "https://embedded.my.salesforce.com/services/Soap/m/59.0"
        )
        self._query = client.get_type(f"{{{NAMESPACE}}}ListMetadataQuery")
        header = client.get_element(f"{{{NAMESPACE}}}SessionHeader")
        self._headers = [header(sessionId=org.login_token(username))]

    def list(self, *types: str) -> "list[zeep.xsd.CompoundValue]":
        queries = [self._query(type=each) for each in types]
        return self._service.listMetadata(queries, 59.0, _soapheaders=self._headers) or []

    def describe(self) -> "zeep.xsd.CompoundValue":
        return self._service.describeMetadata(59.0, _soapheaders=self._headers)


def names(rows: "list[zeep.xsd.CompoundValue]") -> set[str]:
    return {row.fullName for row in rows}


def on_disk(root: Path, kind: str) -> set[str]:
    """Return the full names that the package directories give, decoded: custom fields only."""
    found = set()
    project = json.loads((root / "sfdx-project.json").read_text(encoding="utf-8"))
    folders = [root / each["path"] for each in project["packageDirectories"]]
    for path in (path for folder in folders for path in folder.glob(FILES[kind])):
        name = path.name.partition(".")[0] if kind == "ApexClass" else path.name.rsplit(".", 2)[0]
        if kind == "CustomField" and not name.endswith("__c"):
            continue
        found.add(f"{path.parent.parent.name}.{name}" if kind in OF_OBJECTS else name)
    return {unquote(name) for name in found}


@pytest.mark.parametrize("corpus", CORPORA)
def test_what_is_listed_is_what_the_project_holds(shared: Path, corpus: str) -> None:
    root = shared / "corpora" / corpus
    api = Api(EmbeddedOrg(load(root)))
    compared = 0
    for kind in FILES:
        listed = {unquote(name) for name in names(api.list(kind))}
        built_in = BUILT_IN_PROFILES if kind == "Profile" else set()
        assert listed - built_in == on_disk(root, kind) - built_in, kind
        compared += len(listed)
    assert compared > 5


def test_sharing_rules_are_listed_by_their_kind(shared: Path) -> None:
    root = shared / "corpora/sdr-snapshots/test/snapshot/sampleProjects/preset-sharingRules"
    root = root / "__snapshots__/verify-source-files.expected/force-app"
    api = Api(EmbeddedOrg(load(root)))
    for suffix in ("sharingOwnerRule", "sharingCriteriaRule", "sharingTerritoryRule"):
        files = {path.name.partition(".")[0] for path in root.rglob(f"*.{suffix}-meta.xml")}
        kind = suffix[0].upper() + suffix[1:]
        assert len(files) > 10
        assert names(api.list(kind)) == {f"Account.{name}" for name in files}
    assert names(api.list("SharingRules")) == {"Account"}


@pytest.mark.parametrize("project", MANIFESTS)
def test_manifest_of_a_retrieve_names_what_is_listed(shared: Path, project: str) -> None:
    root = shared / "corpora/sdr-snapshots/test/snapshot/sampleProjects" / project / "originalMdapi"
    api, compared = Api(EmbeddedOrg(load(root))), 0
    known = {each.xmlName for each in api.describe().metadataObjects}
    for types in ET.parse(root / "package.xml").getroot().iter(f"{{{NAMESPACE}}}types"):  # noqa: S314 - a corpus
        kind = types.findtext(f"{{{NAMESPACE}}}name") or ""
        members = {each.text for each in types.iter(f"{{{NAMESPACE}}}members")} - {"*"}
        if kind in known or kind in FILES or kind.startswith("Sharing"):
            assert members <= names(api.list(kind)), kind
            compared += 1
    assert compared


def test_every_type_that_is_described_is_listed_and_lies_where_the_description_says(org: EmbeddedOrg) -> None:
    api = Api(org)
    described = api.describe()
    assert described.partialSaveAllowed is True
    assert described.testRequired is False
    for each in described.metadataObjects:
        for row in api.list(each.xmlName):
            assert row.type == each.xmlName
            assert row.fileName == f"{each.directoryName}/{row.fullName}.{each.suffix}"
        for child in each.childXmlNames:
            for row in api.list(child):
                owner = row.fullName.partition(".")[0]
                assert row.fileName == f"{each.directoryName}/{owner}.{each.suffix}"


def test_row_is_as_recorded(org: EmbeddedOrg) -> None:
    (row,) = (each for each in Api(org).list("PermissionSet") if each.fullName == "Extra")
    author = org.world.people.by_username(SETUP_USERNAME)
    assert author is not None
    assert (row.createdById, row.createdByName) == (author.id, "Setup")
    assert row.createdDate.isoformat() == "2020-08-14T20:53:02+00:00"
    assert row.fileName == "permissionsets/Extra.permissionset"
    assert row.id == org.world.directory.holder_of["Regular", "Extra"].id
    assert row.manageableState == "unmanaged"


def test_several_types_are_listed_by_one_call(org: EmbeddedOrg) -> None:
    api = Api(org)
    together = api.list("Profile", "PermissionSet", "Role")
    assert [row.fullName for row in together] == [
        row.fullName for kind in ("Profile", "PermissionSet", "Role") for row in api.list(kind)
    ]


def test_administrator_is_listed_under_its_own_name(org: EmbeddedOrg) -> None:
    assert {"Admin", API_ONLY, "Office"} <= names(Api(org).list("Profile"))
    assert "System Administrator" not in names(Api(org).list("Profile"))


@pytest.mark.parametrize("types", [("Layout",), ("PermissionSet", "Report"), ("Role",) * 4])
def test_what_is_not_modelled_is_refused_loudly(org: EmbeddedOrg, types: tuple[str, ...]) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="not supported by the embedded org: listMetadata"):
        Api(org).list(*types)


def _with(org: EmbeddedOrg, *user_permissions: str, **organization: int) -> EmbeddedOrg:
    """Return an org of the same source with a user who holds these permissions by his profile."""
    source = org.world.source
    office = replace(source.profiles["Office"], user_permissions=frozenset(user_permissions))
    profiles = {name: each for name, each in source.profiles.items() if name != "System Administrator"}
    changed = replace(source, profiles={**profiles, "Office": office})
    return EmbeddedOrg(
        changed,
        [UserSpec(username="user@embedded.example", profile="Office")],
        organization=OrganizationSpec(**organization),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("permission", ["ModifyMetadata", "ModifyAllData"])
@pytest.mark.parametrize("call", ["list", "describe"])
def test_either_permission_opens_metadata_api(org: EmbeddedOrg, permission: str, call: str) -> None:
    api = Api(_with(org, "ApiEnabled", permission), "user@embedded.example")
    assert api.list("Role") == [] if call == "list" else api.describe().metadataObjects


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        (
            ("ApiEnabled", "ViewAllData", "ViewSetup", "CustomizeApplication"),
            (
                "INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or "
                "ModifyMetadata permissions"
            ),
        ),
        (("ModifyMetadata",), "API_DISABLED_FOR_ORG: API is not enabled for this Organization or Partner"),
    ],
)
@pytest.mark.parametrize("call", ["list", "describe"])
def test_user_without_the_permission_is_refused(
    org: EmbeddedOrg, held: tuple[str, ...], fault: str, call: str
) -> None:
    api = Api(_with(org, *held), "user@embedded.example")
    with pytest.raises(zeep.exceptions.Fault) as refused:
        api.list("Role") if call == "list" else api.describe()
    assert str(refused.value) == fault
    assert refused.value.code == f"sf:{fault.partition(':')[0]}"


def test_calls_of_metadata_api_count(org: EmbeddedOrg) -> None:
    api = Api(_with(org, "ApiEnabled", "ModifyMetadata", api_limit=1), "user@embedded.example")
    api.list("Role")
    with pytest.raises(zeep.exceptions.Fault, match="REQUEST_LIMIT_EXCEEDED"):
        api.list("Role")


def test_retrieve_is_refused(org: EmbeddedOrg) -> None:
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader><sessionId>'
        f"{org.login_token(SETUP_USERNAME)}</sessionId></SessionHeader></e:Header><e:Body><retrieve/></e:Body>"
        "</e:Envelope>"
    )
    answer = org.handle(Request(method="POST", path="/services/Soap/m/62.0", body=body.encode()))
    assert answer.status == 500
    assert "NOT_SUPPORTED_BY_EMBEDDED_ORG" in answer.payload
