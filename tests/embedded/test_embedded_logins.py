"""Log-ins: who is admitted, what the org writes down of it, and who may read that."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.history_specs import Expiration, LicenseSpec, LoginSpec, TokenSpec
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, ConnectedAppSpec, OrganizationSpec, UserSpec
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.sfdx.model import Severity, Source
from pytest_sfintegration.sfdx.project import load

ROBOT = "robot@embedded.example"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
API_ONLY = "Minimum Access - API Only Integrations"
PASSWORD = "secret-1"


def xml(kind: str, body: str) -> str:
    return f'<{kind} xmlns="http://soap.sforce.com/2006/04/metadata">{body}</{kind}>'


FILES: Mapping[str, str] = {
    "profiles/Hours.profile-meta.xml": xml(
        "Profile",
        "<custom>true</custom><loginHours><mondayStart>480</mondayStart><mondayEnd>1080</mondayEnd>"
        "<sundayStart>0</sundayStart><sundayEnd>0</sundayEnd></loginHours>"
        "<loginIpRanges><startAddress>10.0.0.0</startAddress><endAddress>10.0.0.255</endAddress></loginIpRanges>"
        "<classAccesses><apexClass>Billing</apexClass><enabled>true</enabled></classAccesses>"
        "<userLicense>Salesforce</userLicense>"
        "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
    ),
    "profiles/Auditor.profile-meta.xml": xml(
        "Profile",
        "<custom>true</custom><userLicense>Salesforce</userLicense>"
        "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>"
        "<userPermissions><enabled>true</enabled><name>ViewSetup</name></userPermissions>",
    ),
    "permissionsets/Sync.permissionset-meta.xml": xml(
        "PermissionSet",
        "<label>Sync rights</label><userPermissions><enabled>true</enabled><name>ApiEnabled</name>"
        "</userPermissions><objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete>"
        "<allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>"
        "<object>Account</object><viewAllRecords>false</viewAllRecords></objectPermissions>",
    ),
    "permissionsetgroups/Stale.permissionsetgroup-meta.xml": xml(
        "PermissionSetGroup",
        "<label>Stale</label><permissionSets>Sync</permissionSets><status>Outdated</status>",
    ),
    "connectedApps/Erp.connectedApp-meta.xml": xml(
        "ConnectedApp",
        "<label>ERP Link</label><oauthConfig><isAdminApproved>true</isAdminApproved><scopes>Api</scopes>"
        "</oauthConfig><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation>"
        "<refreshTokenPolicy>specific_inactivity:30:DAYS</refreshTokenPolicy></oauthPolicy>"
        "<permissionSetName>Sync rights</permissionSetName><startUrl>https://erp.example/start</startUrl>",
    ),
    "externalClientApps/Shop.eca-meta.xml": xml(
        "ExternalClientApplication",
        "<contactEmail>it@shop.example</contactEmail><distributionState>Local</distributionState>"
        "<label>Shop</label>",
    ),
    "extlClntAppOauthSettings/Shop_oauth.ecaOauth-meta.xml": xml(
        "ExtlClntAppOauthSettings",
        "<commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes>"
        "<externalClientApplication>Shop</externalClientApplication><label>Shop_oauth</label>",
    ),
    "extlClntAppOauthPolicies/Shop_plcy.ecaOauthPlcy-meta.xml": xml(
        "ExtlClntAppOauthConfigurablePolicies",
        "<commaSeparatedPermissionSet>Sync</commaSeparatedPermissionSet>"
        "<externalClientApplication>Shop</externalClientApplication>"
        "<ipRelaxationPolicyType>Bypass</ipRelaxationPolicyType>"
        "<isClientCredentialsFlowEnabled>true</isClientCredentialsFlowEnabled>"
        f"<clientCredentialsFlowUser>{ROBOT}</clientCredentialsFlowUser><label>p</label>"
        "<permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>"
        "<refreshTokenPolicyType>SpecificLifetime</refreshTokenPolicyType>"
        "<refreshTokenValidityPeriod>12</refreshTokenValidityPeriod>"
        "<refreshTokenValidityUnit>Hours</refreshTokenValidityUnit>",
    ),
}


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def tree(
    tmp_path_factory: pytest.TempPathFactory, write_files: Callable[[Path, Mapping[str, str]], Path]
) -> Source:
    loaded = load(write_files(tmp_path_factory.mktemp("logins"), FILES))
    assert not [each for each in loaded.problems if each.severity is Severity.ERROR]
    return loaded


@pytest.fixture
def clock() -> Clock:
    return Clock()


def robot(**more: Any) -> UserSpec:
    known = {
        "username": ROBOT,
        "profile": API_ONLY,
        "license": "Salesforce Integration",
        "permission_sets": ("Sync",),
        "permission_set_licenses": ("SalesforceAPIIntegrationPsl",),
        "password": PASSWORD,
    }
    return UserSpec(**(known | more))


AUDITOR = UserSpec(username="auditor@embedded.example", profile="Auditor")
APP = ConnectedAppSpec(name="Loader", consumer_key="key", consumer_secret="hush", run_as=ROBOT)


def oauth(org: EmbeddedOrg, grant: str, source_ip: str = "10.0.0.7", **form: str) -> Response:
    sent = {"grant_type": grant, "client_id": "key", "client_secret": "hush", **form}
    return org.handle(
        Request(
            method="POST",
            path="/services/oauth2/token",
            body=urlencode(sent).encode(),
            source_ip=source_ip,
        )
    )


def soap(
    org: EmbeddedOrg, password: str = PASSWORD, source_ip: str = "10.0.0.7", username: str = ROBOT
) -> Response:
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><CallOptions>'
        "<client>RestForce</client></CallOptions></e:Header><e:Body><login>"
        f"<username>{username}</username><password>{password}</password></login></e:Body></e:Envelope>"
    )
    return org.handle(
        Request(method="POST", path="/services/Soap/u/59.0", body=envelope.encode(), source_ip=source_ip)
    )


def history(client: Any, username: str = ROBOT) -> list[tuple[Any, ...]]:
    columns = ("LoginType", "Application", "Status", "SourceIp", "ApiType", "ApiVersion")
    person = client.org.world.people.by_username(username)
    rows = client.query(
        f"SELECT {', '.join(columns)} FROM LoginHistory WHERE UserId = '{person.id}' ORDER BY LoginTime, Id"
    )
    return [tuple(row[each] for each in columns) for row in rows]


def test_every_flow_writes_its_own_words(tree: Source, clock: Clock, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot()], now=clock)
    org.add_connected_app(APP)
    assert soap(org).status == 200
    assert oauth(org, "password", username=ROBOT, password=PASSWORD).status == 200
    assert oauth(org, "client_credentials").status == 200
    org.login_token(ROBOT)
    web = ("Remote Access 2.0", "Loader", "Success", "10.0.0.7", "N/A", "N/A")
    assert history(make_client(org=org)) == [
        ("Other Apex API", "RestForce", "Success", "10.0.0.7", "SOAP Partner", "59.0"),
        web,
        web,
        ("Other Apex API", "pytest-sfintegration", "Success", "127.0.0.1", "N/A", "N/A"),
    ]


def test_failed_log_ins_are_written_with_their_reason(tree: Source, clock: Clock, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot(profile="Hours", license=None)], now=clock)
    org.add_connected_app(APP)
    assert soap(org, password="wrong").status == 500
    assert soap(org, source_ip="192.0.2.1").status == 500
    assert oauth(org, "password", username=ROBOT, password="wrong").status == 400
    assert oauth(org, "client_credentials", source_ip="192.0.2.1").status == 400
    assert soap(org, username="nobody@embedded.example").status == 500
    clock.now = NOON + timedelta(hours=6, minutes=1)  # 18:01, the hours end at 18:00
    late = soap(org)
    assert "LOGIN_DURING_RESTRICTED_TIME" in late.payload
    assert oauth(org, "client_credentials").payload["error_description"] == "login during restricted time"
    assert [row[2] for row in history(make_client(org=org))] == [
        "Invalid Password",
        "Restricted IP",
        "Invalid Password",
        "Restricted IP",
        "Restricted Time",
        "Restricted Time",
    ]
    assert len(make_client(org=org).query("SELECT Id FROM User WHERE LastLoginDate = null")) == 1


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        (NOON, True),
        (NOON.replace(hour=8), True),
        (NOON.replace(hour=7, minute=59), False),
        (NOON.replace(hour=18), False),
        (NOON + timedelta(days=1, hours=11), True),  # Tuesday has no hours
        (NOON - timedelta(days=1), False),  # Sunday: from 0 to 0, nobody
    ],
)
def test_login_hours_of_the_day_count(tree: Source, moment: datetime, open_: bool) -> None:
    org = EmbeddedOrg(tree, [robot(profile="Hours", license=None)], now=lambda: moment)
    assert (soap(org).status == 200) is open_


@pytest.mark.parametrize("state", [{"frozen": True}, {"is_active": False}])
def test_frozen_and_inactive_users_cannot_log_in(
    tree: Source, clock: Clock, make_client: Any, state: dict[str, bool]
) -> None:
    org = EmbeddedOrg(tree, [robot(**state)], now=clock)
    org.add_connected_app(APP)
    assert soap(org).status == 500
    assert oauth(org, "password", username=ROBOT, password=PASSWORD).status == 400
    assert oauth(org, "client_credentials").status == 400
    with pytest.raises(OrgError, match="cannot log in"):
        org.login_token(ROBOT)
    client = make_client(org=org)
    assert {row[2] for row in history(client)} == {"User Is Inactive"}
    rows = client.query(f"SELECT IsFrozen FROM UserLogin WHERE User.Username = '{ROBOT}'")
    assert rows[0]["IsFrozen"] is state.get("frozen", False)


def test_last_login_date_moves_once_a_minute(tree: Source, clock: Clock, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot()], now=clock)
    client = make_client(org=org)
    last = f"SELECT LastLoginDate FROM User WHERE Username = '{ROBOT}'"
    assert client.query(last)[0]["LastLoginDate"] is None
    seen = []
    for seconds in (0, 59, 61):
        clock.now = NOON + timedelta(seconds=seconds)
        assert soap(org).status == 200
        seen.append(client.query(last)[0]["LastLoginDate"][17:19])
    assert seen == ["00", "00", "01"]


def test_stated_log_ins_and_tokens_are_held(tree: Source, clock: Clock, make_client: Any) -> None:
    held = OrganizationSpec(
        logins=(
            LoginSpec(username=ROBOT, at="2026-02-01T08:00:00Z", application="Old", source_ip="192.0.2.9"),
            LoginSpec(username=ROBOT, at="2026-01-01", status="Invalid Password"),
        ),
        tokens=(TokenSpec(username=ROBOT, app="Old", last_used="2026-02-01", use_count=7),),
    )
    org = EmbeddedOrg(tree, [robot()], now=clock, organization=held)
    client = make_client(org=org)
    assert [row[1:4] for row in history(client)] == [
        ("N/A", "Invalid Password", "127.0.0.1"),
        ("Old", "Success", "192.0.2.9"),
    ]
    row = client.query(f"SELECT LastLoginDate FROM User WHERE Username = '{ROBOT}'")[0]
    assert row["LastLoginDate"] == "2026-02-01T08:00:00.000+0000"
    rows = client.query("SELECT Id, AppName, User.Username, UseCount, LastUsedDate FROM OauthToken")
    assert [(each["AppName"], each["UseCount"], each["Id"]) for each in rows] == [("Old", 7, None)]
    with pytest.raises(OrgError, match="does not have"):
        EmbeddedOrg(tree, [], organization=held)
    with pytest.raises(OrgError, match="is no date"):
        EmbeddedOrg(
            tree, [robot()], organization=OrganizationSpec(logins=(LoginSpec(username=ROBOT, at="soon"),))
        )


def test_tokens_are_counted_and_revoked(tree: Source, clock: Clock, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot()], now=clock)
    org.add_connected_app(APP)
    first = oauth(org, "client_credentials").payload["access_token"]
    clock.now = NOON + timedelta(hours=1)
    oauth(org, "client_credentials")
    client = make_client(org=org)
    rows = client.query("SELECT AppName, UseCount, LastUsedDate FROM OauthToken")
    assert [(each["AppName"], each["UseCount"]) for each in rows] == [("Loader", 2)]
    assert rows[0]["LastUsedDate"].startswith("2026-03-02T13:00")
    request = Request(method="POST", path="/services/oauth2/revoke", body=f"token={first}".encode())
    assert org.handle(request).status == 200
    assert client.query("SELECT AppName FROM OauthToken") == []


def test_users_without_the_permission_read_their_own_rows_only(
    tree: Source, clock: Clock, make_client: Any
) -> None:
    org = EmbeddedOrg(tree, [robot(), AUDITOR], now=clock)
    org.add_connected_app(APP)
    oauth(org, "client_credentials")
    auditor = make_client(org=org, username=AUDITOR.username)
    own = {row["UserId"] for row in auditor.query("SELECT UserId FROM LoginHistory")}
    assert own == {auditor.user_id}
    assert auditor.query("SELECT AppName FROM OauthToken") == []
    client = make_client(org=org, username=ROBOT)
    assert [row["AppName"] for row in client.query("SELECT AppName FROM OauthToken")] == ["Loader"]
    setup = make_client(org=org)
    everybody = {row["UserId"] for row in setup.query("SELECT UserId FROM LoginHistory")}
    assert everybody == {auditor.user_id, client.user_id, setup.user_id}
    foreign = setup.query(f"SELECT Id FROM LoginHistory WHERE UserId = '{client.user_id}'")[0]["Id"]
    assert auditor("GET", f"/sobjects/LoginHistory/{foreign}").status == 404
    assert setup("GET", f"/sobjects/LoginHistory/{foreign}").status == 200


@pytest.mark.parametrize(
    ("username", "table", "shown"),
    [
        (ROBOT, "UserLogin", False),
        (AUDITOR.username, "UserLogin", False),
        (SETUP_USERNAME, "UserLogin", True),
        (ROBOT, "ConnectedApplication", False),
        (AUDITOR.username, "ConnectedApplication", True),
        (ROBOT, "ExternalClientApplication", False),
        (AUDITOR.username, "ExtlClntAppOauthPlcyCnfg", True),
        (ROBOT, "ExtlClntAppOauthPlcyCnfg", False),
    ],
)
def test_table_exists_only_for_those_who_may_read_it(
    tree: Source, make_client: Any, username: str, table: str, shown: bool
) -> None:
    client = make_client(org=EmbeddedOrg(tree, [robot(), AUDITOR]), username=username)
    response = client("GET", "/query", q=f"SELECT Id FROM {table}")
    assert response.status == (200 if shown else 400)
    if not shown:
        assert response.payload[0]["errorCode"] == "INVALID_TYPE"


@pytest.mark.parametrize("column", ["SourceIp", "Status", "Application", "ApiType", "Browser"])
def test_columns_that_cannot_be_filtered_on_are_refused(
    tree: Source, clock: Clock, make_client: Any, column: str
) -> None:
    client = make_client(org=EmbeddedOrg(tree, [robot()], now=clock))
    refused = client("GET", "/query", q=f"SELECT Id FROM LoginHistory WHERE {column} = 'x'")
    assert (refused.status, refused.payload[0]["errorCode"]) == (400, "INVALID_FIELD")
    assert client.query("SELECT Id FROM LoginHistory WHERE LoginType = 'Application'") == []


def test_expired_assignment_grants_nothing_from_its_moment_on(
    tree: Source, clock: Clock, make_client: Any
) -> None:
    spec = robot(expirations=(Expiration(name="Sync", at="2026-03-03T00:00:00Z"),))
    org = EmbeddedOrg(tree, [spec], now=clock)
    client, setup = make_client(org=org, username=ROBOT), make_client(org=org)
    rows = (
        "SELECT IsActive, ExpirationDate FROM PermissionSetAssignment WHERE PermissionSet.Name = 'Sync' "
        f"AND Assignee.Username = '{ROBOT}'"
    )
    assert client("GET", "/query", q="SELECT Id FROM Account").status == 200
    assert setup.query(rows)[0]["IsActive"] is True
    clock.now = datetime(2026, 3, 3, tzinfo=UTC)
    assert client("GET", "/query", q="SELECT Id FROM Account").status == 400
    row = setup.query(rows)[0]
    assert (row["IsActive"], row["ExpirationDate"]) == (False, "2026-03-03T00:00:00.000+0000")
    later = EmbeddedOrg(tree, [spec], now=clock)
    assert make_client(org=later).query(rows)[0]["IsActive"] is False


def test_assignment_made_with_a_date_expires(tree: Source, clock: Clock, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot(permission_sets=())], now=clock)
    client, setup = make_client(org=org, username=ROBOT), make_client(org=org)
    set_id = setup.query("SELECT Id FROM PermissionSet WHERE Name = 'Sync'")[0]["Id"]
    body = {"AssigneeId": client.user_id, "PermissionSetId": set_id, "ExpirationDate": "2026-03-02T13:00:00Z"}
    assert setup("POST", "/sobjects/PermissionSetAssignment", body).status == 201
    assert client("GET", "/query", q="SELECT Id FROM Account").status == 200
    clock.now = NOON + timedelta(hours=2)
    assert client("GET", "/query", q="SELECT Id FROM Account").status == 400


@pytest.mark.parametrize(("name", "said"), [("Nope", "is not assigned"), ("sync", None)])
def test_expiry_names_something_assigned(tree: Source, name: str, said: str | None) -> None:
    spec = robot(expirations=(Expiration(name=name, at="2030-01-01"),))
    if said is None:
        EmbeddedOrg(tree, [spec])
        return
    with pytest.raises(OrgError, match=said):
        EmbeddedOrg(tree, [spec])


def test_licences_have_the_seats_that_are_stated(tree: Source, make_client: Any) -> None:
    seats = (
        LicenseSpec(name="Salesforce Integration", total=5),
        LicenseSpec(name="Salesforce API Integration", total=1),
        LicenseSpec(name="Sales Insights", total=3, status="Disabled"),
    )
    users = [robot(), robot(username="gone@embedded.example", is_active=False)]
    client = make_client(org=EmbeddedOrg(tree, users, organization=OrganizationSpec(licenses=seats)))
    columns = "TotalLicenses, UsedLicenses, Status"
    row = client.query(f"SELECT {columns} FROM UserLicense WHERE Name = 'Salesforce Integration'")[0]
    assert (row["TotalLicenses"], row["UsedLicenses"], row["Status"]) == (5, 1, "Active")
    rows = client.query(f"SELECT MasterLabel, {columns} FROM PermissionSetLicense ORDER BY MasterLabel")
    assert [(each["MasterLabel"], each["TotalLicenses"], each["Status"]) for each in rows] == [
        ("Sales Insights", 3, "Disabled"),
        ("Salesforce API Integration", 1, "Active"),
    ]


def test_apps_of_the_source_are_rows_with_their_policies(tree: Source, make_client: Any) -> None:
    client = make_client(org=EmbeddedOrg(tree, [robot()]))
    row = client.query(
        "SELECT Id, Name, OptionsAllowAdminApprovedUsersOnly, OptionsRefreshTokenValidityMetric, "
        "RefreshTokenValidityPeriod, StartUrl FROM ConnectedApplication"
    )[0]
    assert (row["Name"], row["RefreshTokenValidityPeriod"]) == ("ERP Link", 30)
    assert row["OptionsAllowAdminApprovedUsersOnly"] is row["OptionsRefreshTokenValidityMetric"] is True
    policy = client.query(
        "SELECT ExternalClientApplication.MasterLabel, PermittedUsersPolicyType, IpRelaxationPolicyType, "
        "RefreshTokenPolicyType, RefreshTokenValidityPeriod, ClientCredentialsFlowUser "
        "FROM ExtlClntAppOauthPlcyCnfg"
    )[0]
    assert policy["ExternalClientApplication"]["MasterLabel"] == "Shop"
    assert (policy["PermittedUsersPolicyType"], policy["IpRelaxationPolicyType"]) == (
        "AdminApprovedPreAuthorized",
        "Bypass",
    )
    assert (policy["RefreshTokenValidityPeriod"], policy["ClientCredentialsFlowUser"]) == (12, ROBOT)
    granted = client.query(
        "SELECT SetupEntityType, Parent.Name FROM SetupEntityAccess WHERE Parent.Name = 'Sync' "
        "ORDER BY SetupEntityType"
    )
    assert [each["SetupEntityType"] for each in granted] == [
        "ConnectedApplication",
        "ExternalClientApplication",
    ]


def test_registered_app_is_a_row_and_a_pre_authorisation(tree: Source, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot()])
    client = make_client(org=org)
    assert len(client.query("SELECT Id FROM ConnectedApplication")) == 1
    org.add_connected_app(
        ConnectedAppSpec(name="Loader", consumer_key="k", permission_sets=("Sync",), admin_approved_only=True)
    )
    rows = client.query("SELECT Id, Name FROM ConnectedApplication ORDER BY Name")
    assert [each["Name"] for each in rows] == ["ERP Link", "Loader"]
    ids = {
        each["SetupEntityId"]
        for each in client.query("SELECT SetupEntityId FROM SetupEntityAccess WHERE Parent.Name = 'Sync'")
    }
    assert {each["Id"] for each in rows} <= ids


def test_permission_access_speaks_of_the_running_user(tree: Source, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot(), AUDITOR])
    text = "SELECT PermissionsViewSetup, PermissionsCustomizeApplication FROM UserPermissionAccess"
    seen = {}
    for name in (ROBOT, AUDITOR.username, SETUP_USERNAME):
        (row,) = make_client(org=org, username=name).query(text)
        seen[name] = (row["PermissionsViewSetup"], row["PermissionsCustomizeApplication"])
    assert list(seen.values()) == [(False, False), (True, False), (True, True)]


def test_app_that_its_policies_turn_off_lets_nobody_in(
    tmp_path: Path, write_files: Callable[[Path, Mapping[str, str]], Path]
) -> None:
    app = ConnectedAppSpec(
        name="Shop", consumer_key="key", consumer_secret="hush", run_as=ROBOT, external_client_app=True
    )
    statuses = []
    for enabled in ("true", "false"):
        policy = xml(
            "ExtlClntAppConfigurablePolicies",
            f"<externalClientApplication>Shop</externalClientApplication><isEnabled>{enabled}</isEnabled>"
            "<label>p</label>",
        )
        files = {**FILES, "extlClntAppPolicies/Shop_plcy.ecaPlcy-meta.xml": policy}
        org = EmbeddedOrg(load(write_files(tmp_path / enabled, files)), [robot()])
        org.add_connected_app(app)
        statuses.append(oauth(org, "client_credentials").status)
    assert statuses == [200, 400]


def test_registered_app_is_pre_authorised_for_profiles_too(tree: Source, make_client: Any) -> None:
    org = EmbeddedOrg(tree, [robot()])
    org.add_connected_app(
        ConnectedAppSpec(name="Till", consumer_key="k", profiles=("Auditor",), external_client_app=True)
    )
    rows = make_client(org=org).query(
        "SELECT Parent.Profile.Name FROM SetupEntityAccess "
        "WHERE SetupEntityType = 'ExternalClientApplication' AND Parent.IsOwnedByProfile = true"
    )
    assert [each["Parent"]["Profile"]["Name"] for each in rows] == ["Auditor"]


def test_status_of_a_group_is_the_sources(tree: Source, make_client: Any) -> None:
    client = make_client(org=EmbeddedOrg(tree, []))
    assert [each["Status"] for each in client.query("SELECT Status FROM PermissionSetGroup")] == ["Outdated"]


def test_metadata_of_a_profile_holds_hours_and_accesses(tree: Source, make_client: Any) -> None:
    client = make_client(org=EmbeddedOrg(tree, []))
    profile = client.query("SELECT Id FROM Profile WHERE Name = 'Hours'")[0]["Id"]
    answer = client(
        "GET", "/tooling/query", q=f"SELECT Id, FullName, Metadata FROM Profile WHERE Id = '{profile}'"
    ).payload["records"][0]
    assert answer["FullName"] == "Hours"
    metadata = answer["Metadata"]
    assert metadata["loginHours"]["mondayStart"] == "480"
    assert [each["startAddress"] for each in metadata["loginIpRanges"]] == ["10.0.0.0"]
    assert metadata["classAccesses"] == [{"apexClass": "Billing", "enabled": True}]


def test_user_dates_are_those_that_are_stated(tree: Source, make_client: Any) -> None:
    spec = robot(created="2025-01-02", last_password_change="2025-06-01T10:00:00+02:00")
    client = make_client(org=EmbeddedOrg(tree, [spec]))
    row = client.query(
        "SELECT CreatedDate, LastPasswordChangeDate, Profile.UserLicense.Name FROM User "
        f"WHERE Username = '{ROBOT}' AND LastPasswordChangeDate < 2025-07-01T00:00:00Z"
    )[0]
    assert row["CreatedDate"] == "2025-01-02T00:00:00.000+0000"
    assert row["LastPasswordChangeDate"] == "2025-06-01T08:00:00.000+0000"
